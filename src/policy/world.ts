/** The facts of the world as policies ask for them: countries, continents, sets made by law, cloud regions. The
 *  only file of the policy stage that reads tables of facts. */

import { CONTINENTS } from '../facts/continents.ts'
import { COUNTRIES, MISTAKEN_COUNTRIES } from '../facts/countries.ts'
import { PLACE_SETS } from '../facts/place-sets.ts'
import { subdivisionCentre } from '../facts/subdivision-centres.ts'
import type { Coordinates } from './steering.ts'

export { CLOUD_NAMES, cloudRegion, cloudRegionNames } from '../facts/clouds.ts'
export { isCountry } from '../facts/countries.ts'
export { isSubdivision, subdivisionsOf } from '../facts/subdivisions.ts'

export const COUNTRY_CODES: readonly string[] = [...COUNTRIES.keys()]
export const CONTINENT_NAMES: readonly string[] = [...CONTINENTS.keys()]
export const LEGAL_SET_NAMES: readonly string[] = [...PLACE_SETS.keys()]

/** `GB` for `UK`, and upper case for lower. */
export function meantCountry(text: string): string | undefined {
  const upper = text.toUpperCase()
  const meant = MISTAKEN_COUNTRIES[upper] ?? upper
  return meant !== text && COUNTRIES.has(meant) ? meant : undefined
}

/** GeoNames continent code, or an empty string. */
export function continentOf(country: string): string {
  return COUNTRIES.get(country)?.continent ?? ''
}

/** Where the people of the country or of its part are. */
export function centreOf(country: string, subdivision: string): Coordinates | undefined {
  return (subdivision === '' ? undefined : subdivisionCentre(subdivision)) ?? COUNTRIES.get(country)
}

/** `EU` for `europe`. */
export function continentCode(name: string): string | undefined {
  return CONTINENTS.get(name)
}

export function countriesOfContinent(code: string): string[] {
  return COUNTRY_CODES.filter(country => continentOf(country) === code)
}

/** The countries of `eu`. */
export function legalSet(name: string): readonly string[] | undefined {
  return PLACE_SETS.get(name)?.countries
}
