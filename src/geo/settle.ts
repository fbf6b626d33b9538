/** The last step before the table: every place that is still used gets what facts can add (the continent of its
 *  country, coordinates where the sources gave none), and a new number in the order of its first use. */

import { COUNTRIES } from '../facts/countries.ts'
import { subdivisionCentre } from '../facts/subdivision-centres.ts'
import { renumber4, renumber6 } from './merge.ts'
import type { Ranges4, Ranges6 } from './networks.ts'
import {
  CARRIES_V4_PLACE,
  emptyPlace,
  type PackedPlace,
  PlaceStore,
  packContinent,
  unpackLetters,
} from './place-store.ts'

export interface Settled {
  readonly ranges4: Ranges4
  readonly ranges6: Ranges6
  readonly places: PlaceStore
}

const NOT_YET = 0

export function settle(ranges4: Ranges4, ranges6: Ranges6, places: PlaceStore): Settled {
  const settled = new PlaceStore()
  /** Old number → new number + 1. */
  const numbers = new Uint32Array(places.count)
  const place = emptyPlace()
  const complete = completer()
  const numberOf = (old: number): number => {
    if (old <= CARRIES_V4_PLACE) return old
    if (numbers[old] === NOT_YET) {
      places.read(old, place)
      complete(place)
      numbers[old] = settled.intern(place) + 1
    }
    return numbers[old]! - 1
  }
  return {
    ranges4: renumber4(ranges4, numberOf),
    ranges6: renumber6(ranges6, numberOf),
    places: settled,
  }
}

interface CountryFacts {
  readonly continent: number
  readonly latitude: number
  readonly longitude: number
}

/** Adds to a place what follows from its country. */
function completer(): (place: PackedPlace) => void {
  const facts = new Map<number, CountryFacts>()
  for (const { code, continent, latitude, longitude } of COUNTRIES.values())
    facts.set((code.charCodeAt(0) << 8) | code.charCodeAt(1), {
      continent: packContinent(continent),
      latitude,
      longitude,
    })
  return place => {
    const country = facts.get(place.country)
    if (country === undefined) return
    // Databases put Russia or Cyprus now here, now there; `europe` must mean one thing.
    place.continent = country.continent
    if (!Number.isNaN(place.latitude)) return
    const code = `${unpackLetters(place.country)}-${unpackLetters(place.subdivision)}`
    const centre = (place.subdivision === 0 ? undefined : subdivisionCentre(code)) ?? country
    place.latitude = centre.latitude
    place.longitude = centre.longitude
  }
}
