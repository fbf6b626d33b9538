/** Where every address is: sorted ranges that cover IPv4 and IPv6 whole, each with the number of a place. Lives
 *  in one shared buffer, so every thread reads the same memory. Knows nothing of where the data came from. */

import type { Address } from '../base/address.ts'
import { assert } from '../base/assert.ts'
import { foldToV4 } from '../base/fold.ts'
import type { Place } from '../base/place.ts'
import { type GeoInfo, readImage } from './image.ts'
import type { Ranges4, Ranges6 } from './networks.ts'
import { CARRIES_V4_PLACE, type PlaceColumns, readPlace } from './place-store.ts'

/** What the table knows of one address. */
export interface Location {
  /** Number of the place. */
  readonly index: number
  readonly place: Place
  /** Length of the widest prefix around the address that is all of this place, in the address's own family. */
  readonly bits: number
  /** The IPv4 address it was looked up as, when it carries one. */
  readonly folded: Address | undefined
}

export class GeoTable {
  /** What to hand to another thread; `new GeoTable(image)` opens it there. */
  readonly image: SharedArrayBuffer
  readonly info: GeoInfo
  readonly ranges4: Ranges4
  readonly ranges6: Ranges6
  readonly placeCount: number
  /** Number of the place of IPv6 networks whose addresses carry an IPv4 one: fold, then look up. */
  readonly carriesV4 = CARRIES_V4_PLACE
  /** Packed; `place` reads them. */
  readonly columns: PlaceColumns
  private readonly starts4: Uint32Array
  private readonly starts6: Uint32Array
  private readonly index4: Uint32Array

  /** `image` is one that `writeImage` made or `imageFault` found no fault with. */
  constructor(image: SharedArrayBuffer) {
    const parts = readImage(image)
    assert(parts.ranges4.starts[0] === 0 && parts.ranges6.starts[0] === 0, 'a geo table covers everything')
    this.image = image
    this.info = parts.info
    this.ranges4 = parts.ranges4
    this.ranges6 = parts.ranges6
    this.placeCount = parts.placeCount
    this.columns = parts.places
    this.starts4 = parts.ranges4.starts
    this.starts6 = parts.ranges6.starts
    this.index4 = parts.index4
  }

  place(index: number): Place {
    return readPlace(this.columns, index)
  }

  /** Row of `ranges4` or `ranges6` that holds the address whose octets begin at `at`. IPv6 addresses are taken
   *  as they are: fold them first. */
  find(family: 4 | 6, octets: Uint8Array, at: number): number {
    return family === 4 ? this.find4(readWord(octets, at)) : this.find6(octets, at)
  }

  /** Number of the address's place. */
  placeOf(family: 4 | 6, octets: Uint8Array, at: number): number {
    const row = this.find(family, octets, at)
    return family === 4 ? this.ranges4.places[row]! : this.ranges6.places[row]!
  }

  find4(address: number): number {
    const { starts4, index4 } = this
    const bucket = address >>> 16
    let low = index4[bucket]!
    let high = index4[bucket + 1]!
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (starts4[middle]! <= address) low = middle
      else high = middle - 1
    }
    return low
  }

  /** Length of the widest prefix around the address that lies within its row. */
  prefixOf(family: 4 | 6, octets: Uint8Array, at: number): number {
    const row = this.find(family, octets, at)
    return family === 4
      ? prefixWithin4(this.ranges4, row, readWord(octets, at))
      : prefixWithin6(this.ranges6, row, octets, at)
  }

  /** For tools, not for queries: makes objects. */
  locate(address: Address): Location {
    const four = new Uint8Array(4)
    const before = address.family === 6 ? foldToV4(address.octets, 0, 128, four, 0) : -1
    const folded: Address | undefined = before < 0 ? undefined : { family: 4, octets: four }
    const { family, octets } = folded ?? address
    const index = this.placeOf(family, octets, 0)
    const bits = this.prefixOf(family, octets, 0) + Math.max(0, before)
    return { index, place: this.place(index), bits, folded }
  }

  private find6(octets: Uint8Array, at: number): number {
    const { starts6 } = this
    const w0 = readWord(octets, at)
    const w1 = readWord(octets, at + 4)
    const w2 = readWord(octets, at + 8)
    const w3 = readWord(octets, at + 12)
    let low = 0
    let high = this.ranges6.count - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      const row = middle * 4
      let above = starts6[row]! - w0
      if (above === 0) above = starts6[row + 1]! - w1
      if (above === 0) above = starts6[row + 2]! - w2
      if (above === 0) above = starts6[row + 3]! - w3
      if (above <= 0) low = middle
      else high = middle - 1
    }
    return low
  }
}

/** A prefix around the address reaches past an edge of the row unless it is longer than what the address has
 *  in common with the nearest address outside: the last before the row, the first after it. */
export function prefixWithin4(ranges: Ranges4, row: number, address: number): number {
  const { starts, count } = ranges
  const below = row === 0 ? 0 : Math.clz32((starts[row]! - 1) ^ address) + 1
  const above = row === count - 1 ? 0 : Math.clz32(starts[row + 1]! ^ address) + 1
  return Math.max(below, above)
}

export function prefixWithin6(ranges: Ranges6, row: number, octets: Uint8Array, at: number): number {
  const { starts, count, places } = ranges
  // Within it neighbours differ as the IPv4 addresses they carry do: only the whole address is of one place.
  if (places[row] === CARRIES_V4_PLACE) return 128
  const below = row === 0 ? 0 : commonBits(starts, row * 4, octets, at, true) + 1
  const above = row === count - 1 ? 0 : commonBits(starts, (row + 1) * 4, octets, at, false) + 1
  return Math.max(below, above)
}

/** Leading bits that the address has in common with the start at `row`, or with the address before that. */
function commonBits(
  starts: Uint32Array,
  row: number,
  octets: Uint8Array,
  at: number,
  before: boolean,
): number {
  // Subtracting 1 turns the zero words at the end into ones and borrows from the word ahead of them.
  let lastNonZero = 3
  while (lastNonZero > 0 && starts[row + lastNonZero] === 0) lastNonZero--
  for (let i = 0; i < 4; i++) {
    const borrowed = before && i >= lastNonZero ? starts[row + i]! - 1 : starts[row + i]!
    const differing = borrowed ^ readWord(octets, at + i * 4)
    if (differing !== 0) return i * 32 + Math.clz32(differing)
  }
  return 128
}

function readWord(octets: Uint8Array, at: number): number {
  return ((octets[at]! << 24) | (octets[at + 1]! << 16) | (octets[at + 2]! << 8) | octets[at + 3]!) >>> 0
}
