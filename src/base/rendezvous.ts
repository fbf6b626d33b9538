/** Rendezvous hashing: every server picks the same regions for the same clients with no shared state, and when a
 *  region leaves only its own clients move. Integer arithmetic that is the same on every machine, and no
 *  allocation, so that the control plane and the data plane run this very code. Knows no policies.
 *
 *  The unit that sticks together is a /24 of IPv4 or a /48 of IPv6: what most resolvers send as ECS, or less,
 *  and so the widest scope under which a hashed answer may be cached. */

export const HASH_UNIT_BITS_V4 = 24
export const HASH_UNIT_BITS_V6 = 48

const FNV_OFFSET = 0x811c9dc5 | 0
const FNV_PRIME = 0x01000193

/** Of a region's name, once at load. */
export function regionHash(name: string): number {
  let hash = FNV_OFFSET
  for (const octet of new TextEncoder().encode(name)) hash = Math.imul(hash ^ octet, FNV_PRIME)
  return scramble(hash)
}

/** The client's unit as two words, from its address at `at`. The family goes into the second word, so that no
 *  IPv4 unit equals an IPv6 one. */
export function unitHigh(family: number, octets: Uint8Array, at: number): number {
  const first = (octets[at]! << 24) | (octets[at + 1]! << 16) | (octets[at + 2]! << 8)
  return family === 4 ? first : first | octets[at + 3]!
}

export function unitLow(family: number, octets: Uint8Array, at: number): number {
  return family === 4 ? 4 : (octets[at + 4]! << 24) | (octets[at + 5]! << 16) | 6
}

/** 32 bits that look random, for one region and one unit. */
export function rendezvousScore(region: number, high: number, low: number): number {
  return scramble(scramble(region ^ Math.imul(high, 0x9e3779b1 | 0)) ^ Math.imul(low, 0x85ebca77 | 0)) >>> 0
}

/** The lowest cost wins: −log2(score / 2^32) / weight, which gives every region a share in proportion to its
 *  weight. The logarithm is a whole number of 2^-20ths, the division rounds as IEEE 754 says: no machine
 *  differs. */
export function rendezvousCost(score: number, weight: number): number {
  const zeros = Math.clz32(score | 1)
  const mantissa = (score | 1) << zeros
  const index = (mantissa >>> 23) & 0xff
  const between = (mantissa >>> 11) & 0xfff
  const low = LOG2[index]!
  const log = low + (((LOG2[index + 1]! - low) * between) >>> 12)
  return (((zeros + 1) << LOG_BITS) - log) / weight
}

/** Writes into `out` the places 0 … count-1 of the `answers` best, best first, and returns how many.
 *  Region hashes and weights (none of them 0) stand at `at` of their columns. Ties go to the first. */
export function pickByHash(
  hashes: Int32Array,
  weights: Int32Array,
  at: number,
  count: number,
  answers: number,
  high: number,
  low: number,
  out: Int32Array,
): number {
  const wanted = answers < count ? answers : count
  for (let picked = 0; picked < wanted; picked++) {
    let best = -1
    let bestCost = 0
    for (let place = 0; place < count; place++) {
      if (isAmong(out, picked, place)) continue
      const cost = rendezvousCost(rendezvousScore(hashes[at + place]!, high, low), weights[at + place]!)
      if (best >= 0 && cost >= bestCost) continue
      best = place
      bestCost = cost
    }
    out[picked] = best
  }
  return wanted
}

export function isAmong(places: Int32Array, count: number, place: number): boolean {
  for (let i = 0; i < count; i++) if (places[i] === place) return true
  return false
}

/** The finalizer of MurmurHash3 (public domain): every input bit reaches every output bit. */
export function scramble(value: number): number {
  let mixed = value
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b | 0)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35 | 0)
  return mixed ^ (mixed >>> 16)
}

const LOG_BITS = 20
/** log2(1 + i/256) in 2^-20ths. */
const LOG2 = Int32Array.from({ length: 257 }, (_, i) => Math.round(Math.log2(1 + i / 256) * 2 ** LOG_BITS))
