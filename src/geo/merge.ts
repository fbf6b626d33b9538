/** Lays the ranges of one source over those of another. What the merged place of an address is, the caller says;
 *  the three rules there are stand at the end. */

import { compare, type Ranges4, type Ranges6, Rows4, Rows6 } from './networks.ts'
import { PairMap } from './pair-map.ts'
import { CARRIES_V4_PLACE, emptyPlace, type PackedPlace, type PlaceStore, UNKNOWN } from './place-store.ts'

/** Number of the place of an address that is at `below` in one source and at `above` in the other. */
export type Combine = (below: number, above: number) => number

export function mergeRanges4(below: Ranges4, above: Ranges4, combine: Combine): Ranges4 {
  const rows = new Rows4()
  rows.reserve(below.count + above.count)
  let b = 0
  let a = 0
  let start = 0
  while (true) {
    rows.append(start, combine(below.places[b]!, above.places[a]!))
    const nextBelow = b + 1 < below.count ? below.starts[b + 1]! : Number.POSITIVE_INFINITY
    const nextAbove = a + 1 < above.count ? above.starts[a + 1]! : Number.POSITIVE_INFINITY
    start = Math.min(nextBelow, nextAbove)
    if (start === Number.POSITIVE_INFINITY) return rows
    if (nextBelow === start) b++
    if (nextAbove === start) a++
  }
}

export function mergeRanges6(below: Ranges6, above: Ranges6, combine: Combine): Ranges6 {
  const rows = new Rows6()
  rows.reserve(below.count + above.count)
  let b = 0
  let a = 0
  let belowIsNext = true
  while (true) {
    const place = combine(below.places[b]!, above.places[a]!)
    if (belowIsNext) rows.append(below.starts, b * 4, place)
    else rows.append(above.starts, a * 4, place)
    const belowEnds = b + 1 === below.count
    const aboveEnds = a + 1 === above.count
    if (belowEnds && aboveEnds) return rows
    const order = belowEnds
      ? 1
      : aboveEnds
        ? -1
        : compare(below.starts, (b + 1) * 4, above.starts, (a + 1) * 4)
    belowIsNext = order <= 0
    if (order <= 0) b++
    if (order >= 0) a++
  }
}

/** The same ranges with other numbers for their places, fewer where that makes neighbours equal. */
export function renumber4(ranges: Ranges4, numberOf: (place: number) => number): Ranges4 {
  const rows = new Rows4()
  rows.reserve(ranges.count)
  for (let i = 0; i < ranges.count; i++) rows.append(ranges.starts[i]!, numberOf(ranges.places[i]!))
  return rows
}

export function renumber6(ranges: Ranges6, numberOf: (place: number) => number): Ranges6 {
  const rows = new Rows6()
  rows.reserve(ranges.count)
  for (let i = 0; i < ranges.count; i++) rows.append(ranges.starts, i * 4, numberOf(ranges.places[i]!))
  return rows
}

/** Two databases: the one below was named earlier and wins field by field. The other fills in where a place is
 *  only if both agree on the country, for coordinates in another country are no help but a mistake. */
export function fillGaps(places: PlaceStore): Combine {
  const earlier = emptyPlace()
  const later = emptyPlace()
  return remembered((below, above) => {
    if (above === UNKNOWN) return below
    if (below === UNKNOWN) return above
    places.read(below, earlier)
    places.read(above, later)
    if (earlier.asn === 0) earlier.asn = later.asn
    if (earlier.country === 0 || later.country === earlier.country) fillWhere(earlier, later)
    return places.intern(earlier)
  })
}

function fillWhere(earlier: PackedPlace, later: PackedPlace): void {
  // A subdivision belongs to its country, and coordinates to both.
  if (earlier.subdivision === 0 && later.country !== 0) earlier.subdivision = later.subdivision
  if (earlier.country === 0) earlier.country = later.country
  if (earlier.continent === 0) earlier.continent = later.continent
  if (Number.isNaN(earlier.latitude)) {
    earlier.latitude = later.latitude
    earlier.longitude = later.longitude
  }
}

/** An override says where an address is, whole: what it leaves open is unknown. The network stays whose it is. */
export function override(places: PlaceStore): Combine {
  const place = emptyPlace()
  return remembered((below, above) => {
    if (above === UNKNOWN) return below
    const asn = places.asns[below]!
    if (asn === 0) return above
    places.read(above, place)
    place.asn = asn
    return places.intern(place)
  })
}

/** Above are the networks whose addresses carry IPv4 addresses. */
export const carveOut: Combine = (below, above) => (above === CARRIES_V4_PLACE ? CARRIES_V4_PLACE : below)

/** Millions of neighbours ask the same few pairs. */
function remembered(combine: Combine): Combine {
  const known = new PairMap()
  let lastBelow = -1
  let lastAbove = -1
  let last = 0
  return (below, above) => {
    if (below === lastBelow && above === lastAbove) return last
    let place = known.get(below, above)
    if (place < 0) {
      place = combine(below, above)
      known.set(below, above, place)
    }
    lastBelow = below
    lastAbove = above
    last = place
    return place
  }
}
