/** Questions that carry a client subnet (RFC 7871), random ones above all, and what the answers say. */

import { parseAddress } from '../../src/base/address.ts'
import { type Message, readLeniently } from '../answers/message.ts'
import { askAllUdp } from '../differential/asker.ts'
import type { Dice } from '../differential/dice.ts'
import { queryBytes, Type } from '../tools/ask.ts'
import { masked, prefixText } from './geo-world.ts'

export interface Subnet {
  readonly family: 4 | 6
  /** Beyond `bits` all are zero. */
  readonly octets: Uint8Array
  readonly bits: number
}

export interface Answered {
  readonly rcode: number
  readonly addresses: readonly string[]
  /** -1 when no client subnet came back. */
  readonly scopeBits: number
  readonly ttl: number
}

export function subnetText({ family, octets, bits }: Subnet): string {
  return prefixText(family, octets, bits)
}

export function subnetOf(text: string): Subnet {
  const [address, bits] = text.split('/')
  const { family, octets } = parseAddress(address!)!
  return { family, octets: masked(octets, Number(bits)), bits: Number(bits) }
}

export function subnetQuery(name: string, subnet: Subnet, more: { recursionDesired?: boolean } = {}): Buffer {
  const { family, octets, bits } = subnet
  const plain = queryBytes({ name, type: Type.A, ednsBytes: 1232, ...more })
  const address = octets.subarray(0, Math.ceil(bits / 8))
  const option = Buffer.from([0, 8, 0, 4 + address.length, 0, family === 4 ? 1 : 2, bits, 0, ...address])
  plain.writeUInt16BE(option.length, plain.length - 2)
  return Buffer.concat([plain, option])
}

/** In the order of the questions; undefined where no answer came. */
export async function askAll(
  port: number,
  questions: readonly { readonly name: string; readonly subnet: Subnet }[],
  more: { recursionDesired?: boolean } = {},
): Promise<(Answered | undefined)[]> {
  const replies = await askAllUdp(
    port,
    questions.map(({ name, subnet }) => subnetQuery(name, subnet, more)),
  )
  return replies.map(reply => (reply === undefined ? undefined : answered(readLeniently(reply))))
}

function answered(message: Message): Answered {
  const subnet = message.opt?.options.find(({ code }) => code === 8)
  return {
    rcode: message.rcode,
    addresses: message.answer.filter(({ type }) => type === Type.A).map(({ rdata }) => [...rdata].join('.')),
    scopeBits: subnet === undefined ? -1 : subnet.data[3]!,
    ttl: message.answer[0]?.ttl ?? 0,
  }
}

/** Around the edges of these prefixes more often than anywhere else. */
export function randomSubnet(dice: Dice, prefixes: readonly string[]): Subnet {
  const roll = dice.below(100)
  if (roll < 60) return nearEdge(dice, subnetOf(dice.pick(prefixes)))
  if (roll < 80) return cut(4, Uint8Array.from(dice.bytes(4)), sourceBits(dice, 4))
  if (roll < 92) {
    const octets = Uint8Array.from(dice.bytes(16))
    octets[0] = dice.pick([0x20, 0x24, 0x26, 0x2a, 0x2c, octets[0]!])
    return cut(6, octets, sourceBits(dice, 6))
  }
  if (roll < 99)
    return dressed(dice, nearEdge(dice, subnetOf(dice.pick(prefixes.filter(text => !text.includes(':'))))))
  return cut(dice.pick([4, 6] as const), new Uint8Array(16), 0)
}

function sourceBits(dice: Dice, family: 4 | 6): number {
  const usual = family === 4 ? 24 : 56
  return dice.chance(0.5) ? usual : dice.between(1, family === 4 ? 32 : 128)
}

function cut(family: 4 | 6, octets: Uint8Array, bits: number): Subnet {
  return { family, octets: masked(octets.subarray(0, family === 4 ? 4 : 16), bits), bits }
}

/** Inside, just before or just behind. */
function nearEdge(dice: Dice, { family, octets, bits }: Subnet): Subnet {
  const random = Uint8Array.from(dice.bytes(octets.length))
  const rest = masked(octets, bits).map((octet, i) => octet | (random[i]! & ~mask(bits, i) & 0xff))
  if (dice.chance(0.4)) rest[(bits - 1) >> 3]! ^= 0x80 >> ((bits - 1) & 7)
  return cut(family, rest, dice.chance(0.3) ? bits : sourceBits(dice, family))
}

/** A client somewhere inside, told of with so many bits. */
export function lengthened(dice: Dice, { family, octets, bits }: Subnet, wanted: number): Subnet {
  const random = Uint8Array.from(dice.bytes(octets.length))
  const whole = octets.map((octet, i) => octet | (random[i]! & ~mask(bits, i) & 0xff))
  return cut(family, whole, wanted)
}

function mask(bits: number, octet: number): number {
  return (0xff00 >> Math.min(8, Math.max(0, bits - octet * 8))) & 0xff
}

/** Forms in which an IPv6 address carries an IPv4 one: where it begins, and whether it is inverted. */
const DRESSES = [
  { head: '::ffff:0:0', at: 12, inverted: false },
  { head: '64:ff9b::', at: 12, inverted: false },
  { head: '2002::', at: 2, inverted: false },
  { head: '2001:0:c633:6401:8000:63bf::', at: 12, inverted: true },
  { head: '::', at: 12, inverted: false },
  { head: '::ffff:0:0:0', at: 12, inverted: false },
] as const

/** An IPv4 client in an IPv6 dress: mapped, NAT64, 6to4, Teredo; compatible and translated ones. */
function dressed(dice: Dice, { octets, bits }: Subnet): Subnet {
  const { head, at, inverted } = dice.pick(DRESSES)
  const whole = Uint8Array.from(parseAddress(head)!.octets)
  whole.set(inverted ? octets.map(octet => octet ^ 0xff) : octets, at)
  return cut(6, whole, at * 8 + bits)
}
