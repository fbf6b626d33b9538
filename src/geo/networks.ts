/** Networks in, sorted disjoint ranges out. The ranges cover the whole address space; what nobody named is of
 *  place 0. Networks are added in the order of their first addresses; one that begins inside an earlier one
 *  wins there, and the earlier one goes on after it: that is "longest match" for prefixes. */

import { UNKNOWN } from './place-store.ts'

/** Range i begins at `starts[i]` and ends before the next one begins. */
export interface Ranges4 {
  readonly starts: Uint32Array
  readonly places: Uint32Array
  readonly count: number
}

/** As `Ranges4`, with four words a start, the high one first. */
export interface Ranges6 {
  readonly starts: Uint32Array
  readonly places: Uint32Array
  readonly count: number
}

const ADDRESSES4 = 2 ** 32
const ROWS_AT_FIRST = 1024

/** Ranges that grow at their end. One of the same place as the last is not a new one. */
export class Rows4 implements Ranges4 {
  starts = new Uint32Array(ROWS_AT_FIRST)
  places = new Uint32Array(ROWS_AT_FIRST)
  count = 0

  /** Makes room for so many in all: growing by doubling copies them again and again. */
  reserve(rows: number): void {
    if (rows <= this.places.length) return
    this.starts = widen(this.starts, rows)
    this.places = widen(this.places, rows)
  }

  append(start: number, place: number): void {
    if (this.count > 0 && this.places[this.count - 1] === place) return
    if (this.count === this.places.length) this.reserve(this.count * 2)
    this.starts[this.count] = start
    this.places[this.count++] = place
  }
}

export class Rows6 implements Ranges6 {
  starts = new Uint32Array(ROWS_AT_FIRST * 4)
  places = new Uint32Array(ROWS_AT_FIRST)
  count = 0

  /** As for `Rows4`. */
  reserve(rows: number): void {
    if (rows <= this.places.length) return
    this.starts = widen(this.starts, rows * 4)
    this.places = widen(this.places, rows)
  }

  /** The range begins at the four words of `words` from `at`. */
  append(words: Uint32Array, at: number, place: number): void {
    if (this.count > 0 && this.places[this.count - 1] === place) return
    if (this.count === this.places.length) this.reserve(this.count * 2)
    const to = this.count * 4
    for (let i = 0; i < 4; i++) this.starts[to + i] = words[at + i]!
    this.places[this.count++] = place
  }
}

export class Networks4 {
  /** How many networks were added. */
  added = 0
  private readonly rows = new Rows4()
  /** The first address not yet written. */
  private next = 0
  /** Networks begun and not ended, the inner ones later. */
  private readonly ends: number[] = []
  private readonly places: number[] = []
  private lastStart = 0

  /** Makes room for about so many ranges. */
  reserve(rows: number): void {
    this.rows.reserve(rows)
  }

  /** From `start` to `end`, both included. False if it begins before the one added last. */
  add(start: number, end: number, place: number): boolean {
    if (start < this.lastStart || end < start) return false
    this.lastStart = start
    this.added++
    this.closeBefore(start)
    if (this.next < start) this.rows.append(this.next, this.places.at(-1) ?? UNKNOWN)
    this.next = start
    this.ends.push(end)
    this.places.push(place)
    return true
  }

  finish(): Ranges4 {
    this.closeBefore(ADDRESSES4)
    if (this.next < ADDRESSES4) this.rows.append(this.next, UNKNOWN)
    this.next = ADDRESSES4
    return this.rows
  }

  /** Writes and forgets the open networks that end before `start`. */
  private closeBefore(start: number): void {
    for (let depth = this.ends.length - 1; depth >= 0; depth--) {
      const end = this.ends[depth]!
      if (end >= start) return
      if (this.next <= end) {
        this.rows.append(this.next, this.places[depth]!)
        this.next = end + 1
      }
      this.ends.pop()
      this.places.pop()
    }
  }
}

export class Networks6 {
  added = 0
  private readonly rows = new Rows6()
  private readonly next = new Uint32Array(4)
  /** `next` went past the last address. */
  private full = false
  private ends = new Uint32Array(64 * 4)
  private readonly places: number[] = []
  private readonly lastStart = new Uint32Array(4)

  /** As for `Networks4`. */
  reserve(rows: number): void {
    this.rows.reserve(rows)
  }

  /** Four words each. */
  add(start: Uint32Array, end: Uint32Array, place: number): boolean {
    if (compare(start, 0, this.lastStart, 0) < 0 || compare(end, 0, start, 0) < 0) return false
    this.lastStart.set(start)
    this.added++
    this.closeBefore(start)
    if (compare(this.next, 0, start, 0) < 0) this.rows.append(this.next, 0, this.places.at(-1) ?? UNKNOWN)
    this.next.set(start)
    const depth = this.places.length
    if (depth * 4 === this.ends.length) this.ends = widen(this.ends, depth * 8)
    for (let i = 0; i < 4; i++) this.ends[depth * 4 + i] = end[i]!
    this.places.push(place)
    return true
  }

  finish(): Ranges6 {
    this.closeBefore(undefined)
    if (!this.full) this.rows.append(this.next, 0, UNKNOWN)
    this.full = true
    return this.rows
  }

  private closeBefore(start: Uint32Array | undefined): void {
    for (let depth = this.places.length - 1; depth >= 0; depth--) {
      if (start !== undefined && compare(this.ends, depth * 4, start, 0) >= 0) return
      if (!this.full && compare(this.next, 0, this.ends, depth * 4) <= 0) {
        this.rows.append(this.next, 0, this.places[depth]!)
        for (let i = 0; i < 4; i++) this.next[i] = this.ends[depth * 4 + i]!
        this.full = !increment(this.next)
      }
      this.places.pop()
    }
  }
}

/** Of two addresses of four words: negative, 0 or positive. */
export function compare(a: Uint32Array, aAt: number, b: Uint32Array, bAt: number): number {
  for (let i = 0; i < 4; i++) {
    const left = a[aAt + i]!
    const right = b[bAt + i]!
    if (left !== right) return left < right ? -1 : 1
  }
  return 0
}

/** The last address of a prefix. */
export function lastOfPrefix(start: Uint32Array, bits: number, into: Uint32Array): void {
  for (let i = 0; i < 4; i++) {
    const hostBits = Math.min(32, Math.max(0, (i + 1) * 32 - bits))
    into[i] = start[i]! | (hostBits === 32 ? 0xffff_ffff : (1 << hostBits) - 1)
  }
}

/** False when it was the last address. */
function increment(address: Uint32Array): boolean {
  for (let i = 3; i >= 0; i--) {
    address[i] = address[i]! + 1
    if (address[i] !== 0) return true
  }
  return false
}

function widen(column: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const wider = new Uint32Array(length)
  wider.set(column)
  return wider
}
