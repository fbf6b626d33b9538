/** Clients that stand for all: one for each country, for each subdivision a policy speaks of, and one of whom
 *  nothing is known. What is judged at load without geo data is judged for these. */

import { type Place, UNKNOWN_PLACE } from '../base/place.ts'
import { type Client, NO_PREFIXES } from './client.ts'
import type { PlaceTerm, Policy } from './steering.ts'
import { COUNTRY_CODES, centreOf, continentOf, countriesOfContinent } from './world.ts'

export interface NamedClient {
  /** `DE`, `US-CA`, or `an unknown place`. */
  readonly name: string
  readonly client: Client
}

export const UNKNOWN_CLIENT: NamedClient = {
  name: 'an unknown place',
  client: { place: UNKNOWN_PLACE, prefixes: NO_PREFIXES },
}

export function countryClient(country: string): NamedClient {
  return { name: country, client: { place: placeIn(country, ''), prefixes: NO_PREFIXES } }
}

export function subdivisionClient(subdivision: string): NamedClient {
  const place = placeIn(subdivision.slice(0, 2), subdivision)
  return { name: subdivision, client: { place, prefixes: NO_PREFIXES } }
}

function placeIn(country: string, subdivision: string): Place {
  const centre = centreOf(country, subdivision)
  return {
    ...UNKNOWN_PLACE,
    country,
    subdivision,
    continent: continentOf(country),
    latitude: centre?.latitude ?? Number.NaN,
    longitude: centre?.longitude ?? Number.NaN,
  }
}

/** Everybody of whom a policy can tell differences by country or subdivision. */
export function everyone(policy: Policy): NamedClient[] {
  const sets = [
    ...policy.fences.map(({ from }) => from),
    ...policy.reserves.map(({ places }) => places),
    ...policy.routes.map(({ places }) => places),
  ]
  const subdivisions = new Set(sets.flatMap(set => [...set.subdivisions]))
  return [...COUNTRY_CODES.map(countryClient), ...[...subdivisions].map(subdivisionClient), UNKNOWN_CLIENT]
}

/** The clients a term speaks of. None for a prefix: only a geo database knows where it is. */
export function clientsOf(term: PlaceTerm): NamedClient[] {
  switch (term.kind) {
    case 'everywhere':
      return [...COUNTRY_CODES.map(countryClient), UNKNOWN_CLIENT]
    case 'country':
      return [countryClient(term.code)]
    case 'subdivision':
      return [subdivisionClient(term.code)]
    case 'continent':
      return countriesOfContinent(term.code).map(countryClient)
    case 'legal':
      return term.countries.map(countryClient)
    case 'network': {
      const place = { ...UNKNOWN_PLACE, asn: term.asn }
      return [{ name: `AS${term.asn}`, client: { place, prefixes: NO_PREFIXES } }]
    }
    case 'prefix':
      return []
  }
}
