/** DNS messages for the `dns` probe, by dns2. The one file that knows that library: what is asked and what is read
 *  are ours. Its clients are not used: over TCP they have no deadline and no IPv6, over UDP they do not hear that
 *  a port is closed, and none of them can be called off. */

import { Packet, type Question } from 'dns2'
import { type Address, parseAddress } from '../../base/address.ts'

export type AskedType = 'A' | 'AAAA'

export interface DnsReply {
  readonly isTruncated: boolean
  /** `NOERROR`, `REFUSED`, … */
  readonly rcode: string
  /** Of all address records in the answer section. */
  readonly addresses: readonly Address[]
  /** What could not be read, or an empty text. */
  readonly fault: string
}

/** What passes any path unfragmented. */
const PAYLOAD_BYTES = 1232

/** A name dns2 can write: it knows no escapes. */
export function isAskable(name: string): boolean {
  return !name.includes('\\') && Buffer.byteLength(name) <= 254
}

export function writeQuestion(id: number, name: string, type: AskedType): Buffer {
  const packet = new Packet()
  packet.header.id = id
  // The target may be a resolver; authoritative servers do not mind.
  packet.header.rd = 1
  packet.questions.push({
    name: name.replace(/\.$/, ''),
    type: Packet.TYPE[type],
    class: Packet.CLASS.IN,
  } as Question)
  packet.additionals.push(Packet.Resource.EDNS([], { udpPayloadSize: PAYLOAD_BYTES }))
  return packet.toBuffer()
}

/** `undefined` for what is no reply to that question: not ours to judge, and not to be trusted. */
export function readReply(message: Buffer, id: number, name: string, type: AskedType): DnsReply | undefined {
  const packet = parse(message)
  if (packet === undefined || packet.header.id !== id || packet.header.qr !== 1) return undefined
  const [question] = packet.questions
  // A server that cannot read or will not have the question may leave it out.
  if (question !== undefined && !isSame(question, name, type)) return undefined
  const rcode = Object.entries(Packet.RCODE).find(([, number]) => number === packet.header.rcode)?.[0]
  const addresses = packet.answers.flatMap(({ address }) =>
    address === undefined ? [] : (parseAddress(address) ?? []),
  )
  const errors = (packet as { errors?: readonly Error[] }).errors ?? []
  return {
    isTruncated: packet.header.tc === 1,
    rcode: rcode ?? `RCODE${packet.header.rcode}`,
    addresses,
    fault: errors[0]?.message ?? '',
  }
}

function parse(message: Buffer): Packet | undefined {
  try {
    return Packet.parse(message)
  } catch {
    // Too short for a header.
    return undefined
  }
}

function isSame(question: Question, name: string, type: AskedType): boolean {
  const asked = name.replace(/\.$/, '').toLowerCase()
  return question.name.replace(/\.$/, '').toLowerCase() === asked && question.type === Packet.TYPE[type]
}
