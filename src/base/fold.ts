/** IPv6 addresses that carry an IPv4 address stand for that IPv4 client: one host has one place, whatever its
 *  packets were dressed in. Works on octets in place and allocates nothing: it runs per query. */

/** How many bits stand before the IPv4 address in each form. */
const BITS_BEFORE_LAST_FOUR = 96
const BITS_BEFORE_6TO4 = 16

/** If the 16 octets at `at` carry an IPv4 address, writes its four octets to `out` at `outAt` and returns how
 *  many bits stand before it: an IPv4 scope of n is a scope of n + that. Otherwise returns -1.
 *
 *  `knownBits` is how much of the address is known: 128, or an ECS SOURCE PREFIX-LENGTH. Where not one bit of
 *  the IPv4 address is known, nothing is folded. */
export function foldToV4(
  octets: Uint8Array,
  at: number,
  knownBits: number,
  out: Uint8Array,
  outAt: number,
): number {
  if (knownBits > BITS_BEFORE_LAST_FOUR) {
    const mask = maskOfLastFour(octets, at)
    if (mask >= 0) return copyFour(octets, at + 12, mask, out, outAt, BITS_BEFORE_LAST_FOUR)
  }
  // 2002::/16, 6to4 (RFC 3056 §2).
  if (knownBits > BITS_BEFORE_6TO4 && octets[at] === 0x20 && octets[at + 1] === 0x02)
    return copyFour(octets, at + 2, 0x00, out, outAt, BITS_BEFORE_6TO4)
  return -1
}

/** The networks that `foldToV4` reads as IPv4. No database has anything of its own to say about them, and no
 *  IPv6 network that crosses their edge is of one place. */
export const CARRIES_V4: readonly {
  readonly words: readonly [number, number, number, number]
  bits: number
}[] = [
  { words: [0, 0, 0x0000_ffff, 0], bits: 96 },
  { words: [0x0064_ff9b, 0, 0, 0], bits: 96 },
  { words: [0x2001_0000, 0, 0, 0], bits: 32 },
  { words: [0x2002_0000, 0, 0, 0], bits: 16 },
]

/** Forms whose last four octets are the IPv4 address: with what they are xored, or -1. */
function maskOfLastFour(octets: Uint8Array, at: number): number {
  if (octets[at] === 0x00) {
    // ::ffff:0:0/96, IPv4-mapped (RFC 4291 §2.5.5.2).
    if (isZero(octets, at, at + 10)) return octets[at + 10] === 0xff && octets[at + 11] === 0xff ? 0x00 : -1
    // 64:ff9b::/96, the well-known prefix of NAT64 (RFC 6052 §2.1).
    const isNat64 = octets[at + 1] === 0x64 && octets[at + 2] === 0xff && octets[at + 3] === 0x9b
    return isNat64 && isZero(octets, at + 4, at + 12) ? 0x00 : -1
  }
  // 2001::/32, Teredo, whose client address is written with every bit inverted (RFC 4380 §4).
  const isTeredo = octets[at] === 0x20 && octets[at + 1] === 0x01 && isZero(octets, at + 2, at + 4)
  return isTeredo ? 0xff : -1
}

function isZero(octets: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (octets[i] !== 0) return false
  return true
}

function copyFour(
  octets: Uint8Array,
  from: number,
  mask: number,
  out: Uint8Array,
  outAt: number,
  bitsBefore: number,
): number {
  for (let i = 0; i < 4; i++) out[outAt + i] = octets[from + i]! ^ mask
  return bitsBefore
}
