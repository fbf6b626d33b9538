/** Ranges of client classes → the tables that `plan/networks` looks up. Knows their format and no policy. */

import { assert } from '../base/assert.ts'
import { Words } from '../base/growable.ts'
import {
  BLOCK_CLASSES_MAX,
  BLOCK_SCOPE_SHIFT,
  BLOCKS,
  type ClassRanges,
  HEADER_WORDS,
  Header,
  IS_CLASS,
  NETWORKS_MAGIC,
  NETWORKS_VERSION,
} from '../plan/networks.ts'

/** Below this many IPv4 ranges a word for every /16 would be most of the table. */
const BLOCKS_FROM_RANGES = 2_048
/** Where the class shares a word with what the address ends in. */
const SHARED_WORD_CLASSES_MAX = 1 << 16

export function networkTables(ranges4: ClassRanges, ranges6: ClassRanges): SharedArrayBuffer {
  const words = new Words(HEADER_WORDS + ranges4.count * 2 + ranges6.count * 3 + BLOCKS)
  for (let i = 0; i < HEADER_WORDS; i++) words.push(0)
  const hasBlocks = ranges4.count >= BLOCKS_FROM_RANGES
  const entryWords = mostOf(ranges4) < SHARED_WORD_CLASSES_MAX ? 1 : 2
  const blocks4 = hasBlocks ? writeBlocks(words, ranges4, entryWords) : 0
  const rows4 = hasBlocks ? 0 : writeRows(words, ranges4, 1)
  const rows6 = writeRows(words, ranges6, 4)
  const header = words.items
  header[Header.Magic] = NETWORKS_MAGIC
  header[Header.Version] = NETWORKS_VERSION
  header[Header.Blocks4] = blocks4
  header[Header.Rows4] = rows4
  header[Header.Rows6] = rows6
  header[Header.EntryWords] = entryWords
  const buffer = new SharedArrayBuffer(words.count * 4)
  new Int32Array(buffer).set(words.items.subarray(0, words.count))
  return buffer
}

function mostOf({ classes, count }: ClassRanges): number {
  let most = 0
  for (let i = 0; i < count; i++) if (classes[i]! > most) most = classes[i]!
  return most
}

//------------ A word for every /16 ---

/** Returns where the words of the blocks begin. */
function writeBlocks(words: Words, ranges: ClassRanges, entryWords: number): number {
  const { starts, classes, count } = ranges
  assert(mostOf(ranges) < BLOCK_CLASSES_MAX, 'fewer classes than fit beside a scope')
  const blocks = words.count
  for (let block = 0; block < BLOCKS; block++) words.push(0)
  const pushEntry = (upper: number, clientClass: number): void => {
    words.push((upper << 16) | (entryWords === 1 ? clientClass : 0))
    if (entryWords === 2) words.push(clientClass)
  }
  let range = 0
  for (let block = 0; block < BLOCKS; block++) {
    const start = block * BLOCKS
    if (range + 1 < count && starts[range + 1] === start) range++
    const lead = range
    while (range + 1 < count && starts[range + 1]! < start + BLOCKS) range++
    if (range === lead) {
      words.items[blocks + block] = IS_CLASS | classes[lead]!
      continue
    }
    words.items[blocks + block] = words.count
    pushEntry(range - lead, classes[lead]!)
    for (let i = lead + 1; i <= range; i++) pushEntry(starts[i]! & 0xffff, classes[i]!)
  }
  addScopes(words.items.subarray(blocks, blocks + BLOCKS))
  return blocks
}

/** Beside the class of a whole /16, the bits of the widest prefix that is all of it. */
function addScopes(blocks: Int32Array): void {
  for (let from = 0, after = 0; from < BLOCKS; from = after) {
    const said = blocks[from]!
    after = from + 1
    if (said >= 0) continue
    while (after < BLOCKS && blocks[after] === said) after++
    for (let block = from; block < after; block++) {
      const below = from === 0 ? 0 : Math.clz32((block ^ (from - 1)) << 16) + 1
      const above = after === BLOCKS ? 0 : Math.clz32((block ^ after) << 16) + 1
      blocks[block] = said | (Math.max(below, above) << BLOCK_SCOPE_SHIFT)
    }
  }
}

//------------ Rows upon rows ---

/** Returns where the rows begin that cut the first word. */
function writeRows(words: Words, ranges: ClassRanges, width: number): number {
  return new RowCutter(words, ranges, width).cut(0, 1, ranges.count, ranges.classes[0]!)
}

class RowCutter {
  private readonly words: Words
  private readonly ranges: ClassRanges
  /** Words of an address. */
  private readonly width: number
  /** Keys and what is said of them, of the tables that are being cut, the outer ones below. */
  private readonly stack = new Words(4096)

  constructor(words: Words, ranges: ClassRanges, width: number) {
    this.words = words
    this.ranges = ranges
    this.width = width
  }

  /** Writes the rows for the word number `depth` of the ranges from `from` to before `to`, which are all that begin
   *  inside one prefix of so many words; `lead` is the class of its lowest address. */
  cut(depth: number, from: number, to: number, lead: number): number {
    const { width, stack } = this
    const { starts, classes } = this.ranges
    const bottom = stack.count
    this.say(bottom, 0, IS_CLASS | lead)
    let before = lead
    for (let i = from, end = from; i < to; i = end) {
      const key = starts[i * width + depth]!
      while (end < to && starts[end * width + depth] === key) end++
      const isEdge = this.isZeroBehind(i, depth)
      const inner = isEdge ? i + 1 : i
      const innerLead = isEdge ? classes[i]! : before
      before = classes[end - 1]!
      if (inner === end) this.say(bottom, key, IS_CLASS | before)
      else {
        this.say(bottom, key, this.cut(depth + 1, inner, end, innerLead))
        if (key !== 0xffff_ffff) this.say(bottom, key + 1, IS_CLASS | before)
      }
    }
    return this.take(bottom)
  }

  private isZeroBehind(range: number, depth: number): boolean {
    const { starts } = this.ranges
    for (let word = depth + 1; word < this.width; word++)
      if (starts[range * this.width + word] !== 0) return false
    return true
  }

  /** From this value on; what was said of the very same one before is taken back. */
  private say(bottom: number, key: number, what: number): void {
    const { stack } = this
    if (stack.count > bottom && stack.items[stack.count - 2] === (key | 0)) stack.count -= 2
    if (what < 0 && stack.count > bottom && stack.items[stack.count - 1] === what) return
    stack.push(key)
    stack.push(what)
  }

  /** The rows from `bottom` on, written down. */
  private take(bottom: number): number {
    const { words, stack } = this
    const at = words.push((stack.count - bottom) / 2)
    for (let i = bottom; i < stack.count; i++) words.push(stack.items[i]!)
    stack.count = bottom
    return at
  }
}
