/** The whole address space as lines of numbers that can be laid over each other: where addresses are, and which
 *  class a policy puts them in. IPv4 is measured in addresses, IPv6 in /48s, which is what one site gets; nothing
 *  smaller than a thirty-second of a /48 is seen. Knows no policies. */

import type { PlaceRanges } from '../compile/client-classes.ts'
import type { ClassRanges } from '../plan/networks.ts'

export const SPACE4 = 2 ** 32
export const SPACE6 = 2 ** 48

/** Value i holds from start i up to the next one; the first start is 0. */
export interface Line {
  readonly starts: Uint32Array | Float64Array
  readonly values: Uint32Array | Int32Array
  readonly count: number
}

export function placeLine(ranges: PlaceRanges, family: 4 | 6): Line {
  return line(ranges.starts, ranges.places, ranges.count, family)
}

export function classLine(ranges: ClassRanges, family: 4 | 6): Line {
  return line(ranges.starts, ranges.classes, ranges.count, family)
}

function line(starts: Uint32Array, values: Line['values'], count: number, family: 4 | 6): Line {
  return family === 4 ? { starts, values, count } : { starts: sites(starts, count), values, count }
}

/** Addresses of four words as so many /48s. */
function sites(words: Uint32Array, count: number): Float64Array {
  const starts = new Float64Array(count)
  for (let i = 0; i < count; i++)
    starts[i] = words[i * 4]! * 2 ** 16 + words[i * 4 + 1]! / 2 ** 16 + words[i * 4 + 2]! / 2 ** 48
  return starts
}

/** Told of each stretch in which nothing changes: how large it is, and what holds there. */
export type Visit = (size: number, place: number, before: number, after: number) => void

export interface Layers {
  readonly places: Line
  readonly before: Line
  readonly after: Line
}

/** Visits [from, to) in order. */
export function visitStretches(layers: Layers, from: number, to: number, visit: Visit): void {
  const { places, before, after } = layers
  let p = rowOf(places, from)
  let b = rowOf(before, from)
  let a = rowOf(after, from)
  for (let at = from; at < to; ) {
    const nextPlace = p + 1 < places.count ? places.starts[p + 1]! : to
    const nextBefore = b + 1 < before.count ? before.starts[b + 1]! : to
    const nextAfter = a + 1 < after.count ? after.starts[a + 1]! : to
    let end = to
    if (nextPlace < end) end = nextPlace
    if (nextBefore < end) end = nextBefore
    if (nextAfter < end) end = nextAfter
    if (end > at) visit(end - at, places.values[p]!, before.values[b]!, after.values[a]!)
    if (nextPlace === end && p + 1 < places.count) p++
    if (nextBefore === end && b + 1 < before.count) b++
    if (nextAfter === end && a + 1 < after.count) a++
    at = end
  }
}

/** The last row that begins at or before this. */
function rowOf({ starts, count }: Line, at: number): number {
  let low = 0
  let high = count - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (starts[middle]! <= at) low = middle
    else high = middle - 1
  }
  return low
}
