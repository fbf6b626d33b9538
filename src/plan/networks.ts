/** Which client class an address belongs to, for one policy: sorted disjoint networks in one shared buffer,
 *  adjacent equal ones merged. One lookup also tells the widest prefix around the address that is all of
 *  one class, which is the ECS scope (RFC 7871 §7.2.1). Knows nothing of places, regions or policies.
 *
 *      header   HEADER_WORDS words, see `Header`
 *      index    IPv4: for each value of the address's first bits, the range that its lowest address is in
 *      IPv4     per range its start and its class: one cache line tells both, and where the range ends
 *      IPv6     range starts of four words, then range classes
 *
 *  Range i begins at start i and ends before start i + 1; the first begins at address zero. */

import { assert } from '../base/assert.ts'

const NETWORKS_MAGIC = 0x4d4e4554
const NETWORKS_VERSION = 1

const Header = { Magic: 0, Version: 1, IndexBits: 2, Count4: 3, Count6: 4 } as const
const HEADER_WORDS = 8

/** The class of IPv6 networks whose addresses carry an IPv4 address: that one is to be looked up instead. */
export const CARRIES_V4 = -1

/** Ranges of one family: `starts` has one word (IPv4) or four (IPv6) a range. */
export interface ClassRanges {
  readonly starts: Uint32Array
  readonly classes: Int32Array
  readonly count: number
}

/** Finer than this an index would only cost memory. */
const INDEX_BITS_MAX = 16

export function writeNetworks(ranges4: ClassRanges, ranges6: ClassRanges): SharedArrayBuffer {
  const indexBits = Math.min(INDEX_BITS_MAX, Math.ceil(Math.log2(ranges4.count + 1)))
  const indexWords = 2 ** indexBits + 1
  const buffer = new SharedArrayBuffer(
    (HEADER_WORDS + indexWords + ranges4.count * 2 + ranges6.count * 5) * 4,
  )
  const words = new Uint32Array(buffer)
  words[Header.Magic] = NETWORKS_MAGIC
  words[Header.Version] = NETWORKS_VERSION
  words[Header.IndexBits] = indexBits
  words[Header.Count4] = ranges4.count
  words[Header.Count6] = ranges6.count
  let at = HEADER_WORDS
  let range = 0
  for (let i = 0; i < indexWords - 1; i++) {
    const lowest = i * 2 ** (32 - indexBits)
    while (range + 1 < ranges4.count && ranges4.starts[range + 1]! <= lowest) range++
    words[at + i] = range
  }
  words[at + indexWords - 1] = ranges4.count - 1
  at += indexWords
  for (let i = 0; i < ranges4.count; i++) {
    words[at + i * 2] = ranges4.starts[i]!
    words[at + i * 2 + 1] = ranges4.classes[i]!
  }
  at += ranges4.count * 2
  words.set(ranges6.starts.subarray(0, ranges6.count * 4), at)
  words.set(ranges6.classes.subarray(0, ranges6.count), at + ranges6.count * 4)
  return buffer
}

interface Opened {
  readonly indexBits: number
  readonly index: Uint32Array
  /** Start and class in turn. */
  readonly pairs4: Uint32Array
  readonly ranges6: ClassRanges
}

function open(buffer: SharedArrayBuffer): Opened {
  const words = new Uint32Array(buffer)
  assert(words[Header.Magic] === NETWORKS_MAGIC, 'not a table of networks')
  assert(words[Header.Version] === NETWORKS_VERSION, 'a table of networks of another version')
  const indexBits = words[Header.IndexBits]!
  const count4 = words[Header.Count4]!
  const count6 = words[Header.Count6]!
  const pairs4At = HEADER_WORDS + 2 ** indexBits + 1
  const starts6At = pairs4At + count4 * 2
  return {
    indexBits,
    index: words.subarray(HEADER_WORDS, pairs4At),
    pairs4: words.subarray(pairs4At, starts6At),
    ranges6: {
      starts: words.subarray(starts6At, starts6At + count6 * 4),
      classes: new Int32Array(buffer, (starts6At + count6 * 4) * 4, count6),
      count: count6,
    },
  }
}

/** What `writeNetworks` was given, for whoever walks a table whole. */
export function openNetworks(buffer: SharedArrayBuffer): {
  readonly ranges4: ClassRanges
  readonly ranges6: ClassRanges
} {
  const { pairs4, ranges6 } = open(buffer)
  const count = pairs4.length / 2
  return {
    ranges4: {
      starts: Uint32Array.from({ length: count }, (_, i) => pairs4[i * 2]!),
      classes: Int32Array.from({ length: count }, (_, i) => pairs4[i * 2 + 1]!),
      count,
    },
    ranges6,
  }
}

export class Networks {
  /** Bits of the widest prefix around the address last found that is all of its class. */
  scopeBits = 0

  private readonly indexShift: number
  private readonly index: Uint32Array
  private readonly pairs4: Uint32Array
  private readonly count4: number
  private readonly starts6: Uint32Array
  private readonly classes6: Int32Array
  private readonly key = new Uint32Array(4)

  constructor(buffer: SharedArrayBuffer) {
    const { indexBits, index, pairs4, ranges6 } = open(buffer)
    this.indexShift = 32 - indexBits
    this.index = index
    this.pairs4 = pairs4
    this.count4 = pairs4.length / 2
    this.starts6 = ranges6.starts
    this.classes6 = ranges6.classes
  }

  find4(address: number): number {
    const pairs = this.pairs4
    // A shift by 32 is a shift by 0: an index without bits has one entry.
    const first = this.indexShift === 32 ? 0 : address >>> this.indexShift
    let low = this.index[first]!
    let high = this.index[first + 1]!
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (pairs[middle * 2]! <= address) low = middle
      else high = middle - 1
    }
    const start = pairs[low * 2]!
    // Bits shared with the last address before the range and with the first one after it; one more differs.
    const below = start === 0 ? 0 : Math.clz32(address ^ (start - 1)) + 1
    const above = low + 1 === this.count4 ? 0 : Math.clz32(address ^ pairs[low * 2 + 2]!) + 1
    this.scopeBits = below > above ? below : above
    return pairs[low * 2 + 1]!
  }

  /** The address stands in sixteen octets at `at`. */
  find6(octets: Uint8Array, at: number): number {
    const key = this.key
    for (let i = 0; i < 4; i++) {
      const word = at + i * 4
      key[i] =
        (octets[word]! << 24) | (octets[word + 1]! << 16) | (octets[word + 2]! << 8) | octets[word + 3]!
    }
    let low = 0
    let high = this.classes6.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (this.startsAfterKey(middle)) high = middle - 1
      else low = middle
    }
    const below = low === 0 ? 0 : this.sharedBitsBelow(low) + 1
    const above = low + 1 === this.classes6.length ? 0 : this.sharedBits(low + 1) + 1
    this.scopeBits = below > above ? below : above
    return this.classes6[low]!
  }

  private startsAfterKey(range: number): boolean {
    const { starts6, key } = this
    for (let i = 0; i < 4; i++) {
      const start = starts6[range * 4 + i]!
      if (start !== key[i]!) return start > key[i]!
    }
    return false
  }

  private sharedBits(range: number): number {
    const { starts6, key } = this
    for (let i = 0; i < 4; i++) {
      const different = starts6[range * 4 + i]! ^ key[i]!
      if (different !== 0) return i * 32 + Math.clz32(different)
    }
    return 128
  }

  /** As `sharedBits`, with the last address before the range: its start less one. */
  private sharedBitsBelow(range: number): number {
    const { starts6, key } = this
    let lowest = 3
    while (starts6[range * 4 + lowest] === 0) lowest--
    for (let i = 0; i < 4; i++) {
      const start = starts6[range * 4 + i]!
      const before = i < lowest ? start : i === lowest ? start - 1 : 0xffffffff
      const different = before ^ key[i]!
      if (different !== 0) return i * 32 + Math.clz32(different)
    }
    return 128
  }
}
