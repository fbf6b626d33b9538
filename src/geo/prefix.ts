/** `192.0.2.0/24`, `2001:db8::/32` or a bare address, as words. */

import { type Address, parseAddress } from '../base/address.ts'

export interface Prefix {
  readonly family: 4 | 6
  readonly bits: number
  /** The network's first address. */
  readonly octets: Uint8Array
  /** The same: one word, or four with the high one first. */
  readonly words: Uint32Array
  /** Whether it was written without bits after the prefix. */
  readonly isExact: boolean
}

/** Or what is wrong with it, to be read after the text itself. */
export function readPrefix(text: string): Prefix | string {
  const parts = /^([^/]*)(?:\/(.*))?$/.exec(text)
  const address = parseAddress(parts?.[1] ?? '')
  if (address === undefined) return 'is no IP prefix, such as 192.0.2.0/24 or 2001:db8::/32'
  const bitsMax = address.octets.length * 8
  const written = parts?.[2]
  if (written !== undefined && !/^\d{1,3}$/.test(written)) return 'has no prefix length after its slash'
  const bits = written === undefined ? bitsMax : Number(written)
  if (bits > bitsMax) return `is longer than the ${bitsMax} bits of an IPv${address.family} address`
  return prefixAround(address, bits)
}

function toPrefix(family: 4 | 6, octets: Uint8Array, bits: number, isExact: boolean): Prefix {
  const view = new DataView(octets.buffer)
  const words = Uint32Array.from({ length: octets.length / 4 }, (_, i) => view.getUint32(i * 4))
  return { family, bits, octets, words, isExact }
}

/** The prefix of that length around an address. */
export function prefixAround({ family, octets }: Address, bits: number): Prefix {
  const network = octets.map((octet, i) => octet & maskOf(bits - i * 8))
  return toPrefix(
    family,
    network,
    bits,
    network.every((octet, i) => octet === octets[i]),
  )
}

export function isInside(octets: Uint8Array, prefix: Prefix): boolean {
  return prefix.octets.every((octet, i) => octet === (octets[i]! & maskOf(prefix.bits - i * 8)))
}

export function printPrefix({ family, octets, bits }: Prefix): string {
  if (family === 4) return `${octets.join('.')}/${bits}`
  return `${printIpv6(octets)}/${bits}`
}

/** RFC 5952: the first longest run of zero groups is `::`. */
function printIpv6(octets: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((octets[i * 2]! << 8) | octets[i * 2 + 1]!).toString(16),
  )
  const runs = groups
    .map((_, i) => groups.slice(i).findIndex(group => group !== '0'))
    .map((length, i) => (length < 0 ? 8 - i : length))
  const longest = Math.max(...runs)
  if (longest < 2) return groups.join(':')
  const from = runs.indexOf(longest)
  return `${groups.slice(0, from).join(':')}::${groups.slice(from + longest).join(':')}`
}

/** Of the octet in which `bits` bits, maybe less than 0 or more than 8, belong to the prefix. */
function maskOf(bits: number): number {
  return (0xff00 >>> Math.min(8, Math.max(0, bits))) & 0xff
}
