/** Whether a client is in a set of places. Three answers, not two: of a client whose country is not known it
 *  can often be said only that it may be there, and a fence must not treat that as "no". */

import type { Client } from './client.ts'
import type { PlaceSet } from './steering.ts'
import { continentOf } from './world.ts'

export const Membership = { Out: 0, Maybe: 1, In: 2 } as const
export type Membership = (typeof Membership)[keyof typeof Membership]

/** Networks and prefixes are known or not in the set: an address has no unknown prefix, and geo data without AS
 *  numbers must not put every client into every network. A subdivision that the data does not tell counts as
 *  another one, or data by country would fence whole countries for one state's sake. */
export function membershipOf(set: PlaceSet, client: Client): Membership {
  const { place, prefixes } = client
  if (set.everywhere) return Membership.In
  if (set.networks.has(place.asn)) return Membership.In
  if (set.prefixes.size > 0) for (const prefix of prefixes) if (set.prefixes.has(prefix)) return Membership.In
  if (set.continents.size > 0 && set.continents.has(clientContinent(client))) return Membership.In
  if (place.country === '') return mayBeIn(set, place.continent)
  if (set.countries.has(place.country)) return Membership.In
  return place.subdivision !== '' && set.subdivisions.has(place.subdivision) ? Membership.In : Membership.Out
}

export function clientContinent({ place }: Client): string {
  return place.continent === '' ? continentOf(place.country) : place.continent
}

/** A client of unknown country, perhaps of known continent. */
function mayBeIn(set: PlaceSet, continent: string): Membership {
  if (continent === '') {
    const anyPlace = set.countries.size + set.subdivisions.size + set.continents.size > 0
    return anyPlace ? Membership.Maybe : Membership.Out
  }
  for (const country of set.countries) if (continentOf(country) === continent) return Membership.Maybe
  for (const subdivision of set.subdivisions)
    if (continentOf(subdivision.slice(0, 2)) === continent) return Membership.Maybe
  return Membership.Out
}
