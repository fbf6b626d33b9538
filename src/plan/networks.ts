/** Which client class an address belongs to, for one policy. One lookup also tells the widest prefix around the
 *  address that is all of one class, which is the ECS scope (RFC 7871 §7.2.1). Written by `compile/network-tables`.
 *  Knows nothing of places, regions or policies.
 *
 *  The buffer is words. A table of `rows` cuts the values of one word of the address: count, then for each row the
 *  first value it holds for and what it says: a class (`IS_CLASS` set), or where the rows begin that cut the next
 *  word of the address. Only a row of one single value can say the latter; neighbours never say the same class.
 *
 *  IPv6 is rows upon rows, four deep at most. IPv4 is one table of rows where few networks matter. Where many do, it
 *  is a word for every /16: its class and scope, or where the `entries` begin that cut it. The first entry is for the
 *  lowest address of the /16 and holds in its upper half how many follow; in the upper half of another one is what
 *  its lowest address ends in. The lower half of an entry is its class; where classes are more than fit there, the
 *  class has a word of its own behind. So one cache line mostly tells all there is to know. */

import { assert } from '../base/assert.ts'

export const NETWORKS_MAGIC = 0x4d4e4554
export const NETWORKS_VERSION = 2

export const Header = { Magic: 0, Version: 1, Blocks4: 2, Rows4: 3, Rows6: 4, EntryWords: 5 } as const
export const HEADER_WORDS = 8

/** The class of IPv6 networks whose addresses carry an IPv4 address: that one is to be looked up instead. */
export const CARRIES_V4 = -1

export const IS_CLASS = 0x8000_0000
/** Beside the class of a whole /16 stands its scope. */
export const BLOCK_SCOPE_SHIFT = 26
export const BLOCK_CLASSES_MAX = 1 << BLOCK_SCOPE_SHIFT
export const BLOCKS = 1 << 16

/** Ranges of one family: `starts` has one word (IPv4) or four (IPv6) a range. Range i begins at start i and ends
 *  before start i + 1; the first begins at address zero. */
export interface ClassRanges {
  readonly starts: Uint32Array
  readonly classes: Int32Array
  readonly count: number
}

export class Networks {
  /** Bits of the widest prefix around the address last found that is all of its class. */
  scopeBits = 0

  private readonly words: Uint32Array
  private readonly blocks4: number
  private readonly rows4: number
  private readonly rows6: number
  private readonly entryWords: number

  constructor(buffer: SharedArrayBuffer) {
    const words = openWords(buffer)
    this.words = words
    this.blocks4 = words[Header.Blocks4]!
    this.rows4 = words[Header.Rows4]!
    this.rows6 = words[Header.Rows6]!
    this.entryWords = words[Header.EntryWords]!
  }

  find4(address: number): number {
    if (this.blocks4 === 0) return this.findRow(this.rows4, address, 0) & ~IS_CLASS
    const block = this.words[this.blocks4 + (address >>> 16)]!
    if (block < IS_CLASS) return this.findEntry(block, address & 0xffff)
    this.scopeBits = (block >>> BLOCK_SCOPE_SHIFT) & 31
    return block & (BLOCK_CLASSES_MAX - 1)
  }

  /** The class of an address whose last 16 bits are these, in a /16 that is not all of one. */
  private findEntry(from: number, rest: number): number {
    const { words, entryWords } = this
    const last = words[from]! >>> 16
    let low = 0
    let high = last
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (words[from + middle * entryWords]! >>> 16 <= rest) low = middle
      else high = middle - 1
    }
    const at = from + low * entryWords
    // Bits shared with the last address before the range and with the first one after it; one more differs.
    const below = low === 0 ? 0 : Math.clz32(rest ^ ((words[at]! >>> 16) - 1)) + 1
    const above = low === last ? 0 : Math.clz32(rest ^ (words[at + entryWords]! >>> 16)) + 1
    this.scopeBits = below > above ? below : above
    return entryWords === 1 ? words[at]! & 0xffff : words[at + 1]!
  }

  /** The address stands in sixteen octets at `at`. */
  find6(octets: Uint8Array, at: number): number {
    let found = this.rows6
    for (let bits = 0; found < IS_CLASS; bits += 32) {
      const word = at + (bits >>> 3)
      const key =
        ((octets[word]! << 24) | (octets[word + 1]! << 16) | (octets[word + 2]! << 8) | octets[word + 3]!) >>>
        0
      found = this.findRow(found, key, bits)
    }
    return (found << 1) >> 1
  }

  /** What the row says that holds for this value of the word with so many bits before it. */
  private findRow(rows: number, key: number, bitsBefore: number): number {
    const { words } = this
    const first = rows + 1
    let low = 0
    let high = words[rows]! - 1
    const last = high
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (words[first + middle * 2]! <= key) low = middle
      else high = middle - 1
    }
    const at = first + low * 2
    const below = low === 0 ? 0 : bitsBefore + Math.clz32(key ^ (words[at]! - 1)) + 1
    const above = low === last ? 0 : bitsBefore + Math.clz32(key ^ words[at + 2]!) + 1
    this.scopeBits = below > above ? below : above
    return words[at + 1]!
  }
}

function openWords(buffer: SharedArrayBuffer): Uint32Array {
  const words = new Uint32Array(buffer)
  assert(words[Header.Magic] === NETWORKS_MAGIC, 'not a table of networks')
  assert(words[Header.Version] === NETWORKS_VERSION, 'a table of networks of another version')
  return words
}

//------------ A table read whole ---

/** Every range in turn, for whoever walks a table whole. Adjacent ones of one class are merged. */
export function openNetworks(buffer: SharedArrayBuffer): {
  readonly ranges4: ClassRanges
  readonly ranges6: ClassRanges
} {
  const words = openWords(buffer)
  const ranges4 = new RangeList(1)
  if (words[Header.Blocks4] === 0) readRows(words, words[Header.Rows4]!, [0], 0, ranges4)
  else readBlocks(words, ranges4)
  const ranges6 = new RangeList(4)
  readRows(words, words[Header.Rows6]!, [0, 0, 0, 0], 0, ranges6)
  return { ranges4, ranges6 }
}

class RangeList implements ClassRanges {
  starts: Uint32Array
  classes = new Int32Array(1024)
  count = 0
  private readonly width: number

  constructor(width: number) {
    this.width = width
    this.starts = new Uint32Array(1024 * width)
  }

  add(start: readonly number[], clientClass: number): void {
    if (this.count > 0 && this.classes[this.count - 1] === clientClass) return
    if (this.count === this.classes.length) this.grow()
    this.starts.set(start, this.count * this.width)
    this.classes[this.count++] = clientClass
  }

  private grow(): void {
    const { starts, classes } = this
    this.starts = new Uint32Array(starts.length * 2)
    this.starts.set(starts)
    this.classes = new Int32Array(classes.length * 2)
    this.classes.set(classes)
  }
}

function readBlocks(words: Uint32Array, ranges: RangeList): void {
  const blocks = words[Header.Blocks4]!
  const entryWords = words[Header.EntryWords]!
  for (let block = 0; block < BLOCKS; block++) {
    const said = words[blocks + block]!
    const start = block * 2 ** 16
    if (said >= IS_CLASS) {
      ranges.add([start], said & (BLOCK_CLASSES_MAX - 1))
      continue
    }
    const last = words[said]! >>> 16
    for (let entry = 0; entry <= last; entry++) {
      const at = said + entry * entryWords
      const rest = entry === 0 ? 0 : words[at]! >>> 16
      ranges.add([start + rest], entryWords === 1 ? words[at]! & 0xffff : words[at + 1]!)
    }
  }
}

/** `prefix` holds the words before the one that these rows cut; it is left with zeros behind them. */
function readRows(
  words: Uint32Array,
  rows: number,
  prefix: number[],
  depth: number,
  ranges: RangeList,
): void {
  for (let row = 0; row < words[rows]!; row++) {
    const at = rows + 1 + row * 2
    const said = words[at + 1]!
    prefix[depth] = words[at]!
    if (said >= IS_CLASS) ranges.add(prefix, (said << 1) >> 1)
    else readRows(words, said, prefix, depth + 1, ranges)
  }
  prefix[depth] = 0
}
