/** Words that stand for numbers – types, classes, algorithms – found from bytes, without making strings. */

import { RrClass, RrType } from '../wire/types.ts'

export class Mnemonics {
  readonly words: readonly string[]
  /** The ones to propose. */
  readonly usual: readonly string[]
  private readonly values: Int32Array
  private readonly folded: readonly Uint8Array[]
  private readonly slots: Int16Array

  constructor(entries: Iterable<readonly [string, number]>, usual?: readonly string[]) {
    const list = [...entries]
    this.words = list.map(([word]) => word)
    this.usual = usual ?? this.words
    this.values = Int32Array.from(list, ([, value]) => value)
    this.folded = this.words.map(word => Uint8Array.from(word.toUpperCase(), letter => letter.charCodeAt(0)))
    this.slots = new Int16Array(2 ** Math.ceil(Math.log2(list.length * 4 + 4)))
    this.folded.forEach((word, index) => {
      let slot = hashOf(word, 0, word.length) & (this.slots.length - 1)
      while (this.slots[slot] !== 0) slot = (slot + 1) & (this.slots.length - 1)
      this.slots[slot] = index + 1
    })
  }

  /** The value of the word, in any letter case, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const mask = this.slots.length - 1
    for (let slot = hashOf(bytes, start, end) & mask; ; slot = (slot + 1) & mask) {
      const index = this.slots[slot]! - 1
      if (index < 0) return -1
      if (sameWord(this.folded[index]!, bytes, start, end)) return this.values[index]!
    }
  }

  /** The first word with this value, or the value itself in decimal. */
  wordOf(value: number): string {
    return this.words[this.values.indexOf(value)] ?? String(value)
  }
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start
  // Bit 5 aside, letters of both cases are one; other octets that fall together are told apart later.
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at]! & 0xdf), 0x01000193)
  return hash ^ (hash >>> 15)
}

function sameWord(word: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (word.length !== end - start) return false
  for (let i = 0; i < word.length; i++) {
    const octet = bytes[start + i]!
    if ((octet >= 0x61 && octet <= 0x7a ? octet - 0x20 : octet) !== word[i]) return false
  }
  return true
}

/** Added to a class number, so that types and classes share one table. */
export const CLASS_BASE = 0x10000
/** Words in the place of a type that are rules to Meridian, not records. */
export const STEERING_BASE = 0x20000

export const STEERING_TYPES: readonly string[] = ['GSLB', 'CONSUL']

/** What may stand between the owner and the data, TTLs and TYPEnnn aside. `ANY` is both a type and a
 *  class; neither can be stored, and as a type it gets the better message. */
export const RECORD_WORDS = new Mnemonics([
  ...Object.entries(RrType),
  ...Object.entries(RrClass)
    .filter(([word]) => word !== 'ANY')
    .map(([word, value]) => [word, CLASS_BASE + value] as const),
  ...STEERING_TYPES.map((word, index) => [word, STEERING_BASE + index] as const),
])

/** DNSSEC algorithm numbers (IANA registry "DNS Security Algorithm Numbers"). */
export const ALGORITHMS = new Mnemonics(
  [
    ['DELETE', 0],
    ['RSAMD5', 1],
    ['DH', 2],
    ['DSA', 3],
    ['RSASHA1', 5],
    ['NSEC3DSA', 6],
    ['DSA-NSEC3-SHA1', 6],
    ['NSEC3RSASHA1', 7],
    ['RSASHA1-NSEC3-SHA1', 7],
    ['RSASHA256', 8],
    ['RSASHA512', 10],
    ['ECCGOST', 12],
    ['ECC-GOST', 12],
    ['ECDSAP256SHA256', 13],
    ['ECDSA256', 13],
    ['ECDSAP384SHA384', 14],
    ['ECDSA384', 14],
    ['ED25519', 15],
    ['ED448', 16],
    ['INDIRECT', 252],
    ['PRIVATEDNS', 253],
    ['PRIVATEOID', 254],
  ],
  ['RSASHA256', 'ECDSAP256SHA256', 'ECDSAP384SHA384', 'ED25519', 'ED448'],
)

/** CERT types (RFC 4398 §2.1). */
export const CERTIFICATES = new Mnemonics([
  ['PKIX', 1],
  ['SPKI', 2],
  ['PGP', 3],
  ['IPKIX', 4],
  ['ISPKI', 5],
  ['IPGP', 6],
  ['ACPKIX', 7],
  ['IACPKIX', 8],
  ['URI', 253],
  ['OID', 254],
])

/** DS digest types (RFC 4034 §A.2, RFC 4509, RFC 6605), which BIND also accepts as words. */
export const DIGESTS = new Mnemonics(
  [
    ['SHA-1', 1],
    ['SHA1', 1],
    ['SHA-256', 2],
    ['SHA256', 2],
    ['GOST', 3],
    ['SHA-384', 4],
    ['SHA384', 4],
  ],
  ['SHA-256', 'SHA-384'],
)
