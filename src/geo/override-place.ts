/** Where a line of `overrides.csv` says its prefix is: country, subdivision, coordinates, each checked. */

import { closest } from '../base/suggest.ts'
import { COUNTRIES, MISTAKEN_COUNTRIES } from '../facts/countries.ts'
import { isSubdivision, subdivisionByName, subdivisionsOf } from '../facts/subdivisions.ts'
import type { Field } from './csv-line.ts'

export const COLUMNS = ['prefix', 'country', 'subdivision', 'lat', 'lon', 'note'] as const
export type Column = (typeof COLUMNS)[number]

/** Says what is wrong with one field of one line. */
export type Complain = (
  severity: 'error' | 'warning',
  code: string,
  field: Field | undefined,
  text: string,
  hint?: string,
) => void

export interface OverridePlace {
  /** `DE`, or an empty string. */
  readonly country: string
  /** `DE-BY`, or an empty string. */
  readonly subdivision: string
  /** NaN when not given. */
  readonly latitude: number
  readonly longitude: number
}

/** Undefined after an error. `first` is where to point when nothing else is there. */
export function placeOfRow(
  row: ReadonlyMap<Column, Field>,
  first: Field | undefined,
  complain: Complain,
): OverridePlace | undefined {
  const country = readCountry(row.get('country'), complain)
  const subdivision = readSubdivision(row.get('subdivision'), country, complain)
  const coordinates = readCoordinates(row.get('lat'), row.get('lon'), complain)
  if (country === undefined || subdivision === undefined || coordinates === undefined) return undefined
  const hasCoordinates = !Number.isNaN(coordinates.latitude)
  if (country === '' && !hasCoordinates) {
    const hint = 'give a country, or coordinates, or delete the line'
    complain('error', 'no-place', first, 'the line says neither country nor coordinates', hint)
    return undefined
  }
  if (country === '') {
    const hint = 'give the country: no residency fence covers a client without one'
    complain('warning', 'no-country', first, 'coordinates without a country', hint)
  }
  return { country, subdivision, ...coordinates }
}

function readCountry(field: Field | undefined, complain: Complain): string | undefined {
  if (field === undefined) return ''
  const code = field.text.toUpperCase()
  if (COUNTRIES.has(code)) return code
  complain(
    'error',
    'unknown-country',
    field,
    `"${field.text}" is no ISO 3166-1 country`,
    countryHint(field.text),
  )
  return undefined
}

function countryHint(text: string): string {
  const meant = MISTAKEN_COUNTRIES[text.toUpperCase()]
  if (meant !== undefined) return `did you mean ${meant}?`
  const byName = [...COUNTRIES.values()].find(({ name }) => name.toLowerCase() === text.toLowerCase())
  if (byName !== undefined) return `did you mean ${byName.code}?`
  if (/^[A-Za-z]{2}-/.test(text)) return 'a subdivision goes into the column "subdivision"'
  return 'two letters, such as DE or JP'
}

function readSubdivision(
  field: Field | undefined,
  country: string | undefined,
  complain: Complain,
): string | undefined {
  if (field === undefined) return ''
  const text = field.text.toUpperCase()
  const parts = /^(?:([A-Z]{2})-)?([A-Z0-9]{1,3})$/.exec(text)
  if (country === '') {
    complain('error', 'subdivision-alone', field, 'a subdivision without its country', countryOf(parts?.[1]))
    return undefined
  }
  // The country's own mistake is already reported.
  if (country === undefined) return undefined
  if (parts?.[1] !== undefined && parts[1] !== country) {
    complain('error', 'other-country', field, `"${field.text}" is not a subdivision of ${country}`)
    return undefined
  }
  const code = `${country}-${parts?.[2] ?? ''}`
  if (isSubdivision(code)) return code
  const hint = subdivisionHint(country, field.text, parts?.[2])
  const what = `"${field.text}" is no ISO 3166-2 subdivision of ${country}`
  complain('error', 'unknown-subdivision', field, what, hint)
  return undefined
}

function countryOf(code: string | undefined): string {
  return code !== undefined && COUNTRIES.has(code) ? `write ${code} as country` : 'give the country too'
}

function subdivisionHint(country: string, text: string, code: string | undefined): string {
  const named = subdivisionByName(country, text)
  if (named !== '') return `did you mean ${named}?`
  const known = [...subdivisionsOf(country).keys()]
  if (known.length === 0) return `${country} has no subdivisions; leave the field empty`
  const near = code === undefined ? undefined : closest(code, known)
  return near ?? `such as ${country}-${known[0]}, or leave it empty`
}

function readCoordinates(
  lat: Field | undefined,
  lon: Field | undefined,
  complain: Complain,
): { latitude: number; longitude: number } | undefined {
  if (lat === undefined && lon === undefined) return { latitude: Number.NaN, longitude: Number.NaN }
  if (lat === undefined || lon === undefined) {
    complain(
      'error',
      'half-coordinates',
      lat ?? lon,
      `a ${lat === undefined ? 'longitude' : 'latitude'} alone`,
      'give both lat and lon',
    )
    return undefined
  }
  const latitude = readDegrees(lat, complain)
  const longitude = readDegrees(lon, complain)
  if (latitude === undefined || longitude === undefined) return undefined
  const latitudeFits = Math.abs(latitude) <= 90
  if (!latitudeFits) {
    const hint =
      Math.abs(longitude) <= 90
        ? 'are lat and lon swapped? Latitude, north and south, comes first'
        : undefined
    complain('error', 'bad-latitude', lat, `latitude ${lat.text} is not between -90 and 90`, hint)
  }
  const longitudeFits = Math.abs(longitude) <= 180
  if (!longitudeFits)
    complain('error', 'bad-longitude', lon, `longitude ${lon.text} is not between -180 and 180`)
  return latitudeFits && longitudeFits ? { latitude, longitude } : undefined
}

function readDegrees(field: Field, complain: Complain): number | undefined {
  if (/^[+-]?\d{1,3}(?:\.\d{1,12})?$/.test(field.text)) return Number(field.text)
  complain(
    'error',
    'bad-degrees',
    field,
    `"${field.text}" is no number of degrees`,
    'such as 48.14 or -71.06; south and west are negative',
  )
  return undefined
}
