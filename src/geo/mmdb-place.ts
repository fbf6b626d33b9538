/** What an MMDB record says of a place, in any of the shapes that are about: MaxMind's nested Country, City,
 *  Enterprise and ASN, DB-IP's, and flat records with `country_code` or `country`, `latitude`, `state1`. */

import { COUNTRIES } from '../facts/countries.ts'
import { subdivisionByName } from '../facts/subdivisions.ts'
import type { MmdbData } from './mmdb-data.ts'
import {
  emptyPlace,
  type PackedPlace,
  packContinent,
  packCountry,
  packSubdivision,
  unpackLetters,
} from './place-store.ts'

interface Subdivision {
  /** Packed. */
  code: number
  name: string
}

export class MmdbPlace {
  private readonly data: MmdbData
  /** Refilled for each record. */
  private readonly place: PackedPlace = emptyPlace()
  private readonly subdivision: Subdivision = { code: 0, name: '' }
  /** By where the value is: thousands of records share them. */
  private readonly countries = new Map<number, number>()
  private readonly continents = new Map<number, number>()
  private readonly subdivisions = new Map<number, Readonly<Subdivision>>()

  constructor(data: MmdbData) {
    this.data = data
  }

  /** Of the record at an offset of the file; the next call overwrites it. */
  read(at: number): PackedPlace {
    const { place, subdivision } = this
    Object.assign(place, emptyPlace())
    subdivision.code = 0
    subdivision.name = ''
    this.data.forEachEntry(at, (key, valueAt) => this.readField(key, valueAt))
    const subdivisionCode = this.subdivisionCode()
    place.subdivision = place.country === 0 ? 0 : subdivisionCode
    if (!areCoordinates(place.latitude, place.longitude)) {
      place.latitude = Number.NaN
      place.longitude = Number.NaN
    }
    return place
  }

  private readField(key: string, at: number): void {
    const { data, place, subdivision } = this
    switch (key) {
      case 'country':
      case 'country_code':
        place.country = this.shared(this.countries, at, () => knownCountry(this.textOf(at, 'iso_code')))
        return
      case 'continent':
      case 'continent_code':
        place.continent = this.shared(this.continents, at, () => packContinent(this.textOf(at, 'code')))
        return
      case 'subdivisions':
        Object.assign(subdivision, this.firstSubdivision(at))
        return
      case 'state1':
      case 'region':
      case 'region_name':
        subdivision.name = data.string(at)
        return
      case 'location':
        return data.forEachEntry(at, (inner, innerAt) => this.readCoordinate(inner, innerAt))
      case 'latitude':
      case 'longitude':
      case 'lat':
      case 'lon':
      case 'lng':
        return this.readCoordinate(key, at)
      case 'autonomous_system_number':
      case 'asn':
        place.asn = this.readAsn(at)
        return
      case 'traits':
        return data.forEachEntry(at, (inner, innerAt) => {
          if (inner === 'autonomous_system_number') place.asn = this.readAsn(innerAt)
        })
    }
  }

  private readCoordinate(key: string, at: number): void {
    if (key === 'latitude' || key === 'lat') this.place.latitude = this.data.number(at)
    if (key === 'longitude' || key === 'lon' || key === 'lng') this.place.longitude = this.data.number(at)
  }

  /** 64500 or `AS64500`. */
  private readAsn(at: number): number {
    const digits = /^AS(\d+)$/i.exec(this.data.string(at))?.[1]
    const asn = digits === undefined ? this.data.number(at) : Number(digits)
    return Number.isInteger(asn) && asn > 0 && asn < 2 ** 32 ? asn : 0
  }

  /** A string, or the string at `key` of a map. */
  private textOf(at: number, key: string): string {
    if (!this.data.isMap(at)) return this.data.string(at)
    let text = ''
    this.data.forEachEntry(at, (inner, innerAt) => {
      if (inner === key) text = this.data.string(innerAt)
    })
    return text
  }

  /** The widest comes first. */
  private firstSubdivision(at: number): Readonly<Subdivision> {
    const first = this.data.firstOf(at)
    if (first < 0) return { code: 0, name: '' }
    return this.shared(this.subdivisions, first, () => {
      const found: Subdivision = { code: 0, name: '' }
      this.data.forEachEntry(first, (key, valueAt) => {
        if (key === 'iso_code') found.code = packSubdivision(this.data.string(valueAt))
        if (key === 'names') found.name = this.textOf(valueAt, 'en')
      })
      return found
    })
  }

  private subdivisionCode(): number {
    const { code, name } = this.subdivision
    if (code !== 0 || name === '' || this.place.country === 0) return code
    return this.codeOfName(this.place.country, name)
  }

  private readonly namedCodes = new Map<string, number>()

  private codeOfName(country: number, name: string): number {
    const key = `${country} ${name}`
    let code = this.namedCodes.get(key)
    if (code === undefined) {
      code = packSubdivision(subdivisionByName(unpackLetters(country), name).slice(3))
      this.namedCodes.set(key, code)
    }
    return code
  }

  private shared<Value>(known: Map<number, Value>, at: number, read: () => Value): Value {
    const target = this.data.targetOf(at)
    let value = known.get(target)
    if (value === undefined) {
      value = read()
      known.set(target, value)
    }
    return value
  }
}

/** `ZZ`, `EU`, `A1` and such are no countries. */
function knownCountry(code: string): number {
  return COUNTRIES.has(code.toUpperCase()) ? packCountry(code) : 0
}

/** 0, 0 is how flat databases write "not known": there is only sea. */
function areCoordinates(latitude: number, longitude: number): boolean {
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && (latitude !== 0 || longitude !== 0)
}
