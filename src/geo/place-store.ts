/** Places, each once, in flat columns: two networks of one place hold one number. Codes are packed into
 *  integers, so that a million networks cost no strings. Knows nothing of addresses. */

import { type Place, UNKNOWN_PLACE } from '../base/place.ts'

/** The place of every address nobody has said anything about. */
export const UNKNOWN = 0

/** The place of IPv6 networks whose addresses carry an IPv4 address: fold first (base/fold.ts), look up then.
 *  As a place it is as unknown as `UNKNOWN`, but networks of the two are never merged. */
export const CARRIES_V4_PLACE = 1

const CONTINENTS = ['', 'AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA'] as const

/** Packed fields of one place. `country` is two letters, `subdivision` up to three, high octet first. */
export interface PackedPlace {
  country: number
  subdivision: number
  continent: number
  latitude: number
  longitude: number
  asn: number
}

export function emptyPlace(): PackedPlace {
  return { country: 0, subdivision: 0, continent: 0, latitude: Number.NaN, longitude: Number.NaN, asn: 0 }
}

/** `DE` → 0x4445; 0 unless it is two letters. */
export function packCountry(code: string): number {
  return /^[A-Za-z]{2}$/.test(code) ? packLetters(code.toUpperCase()) : 0
}

/** `CA`, the part after the country; 0 unless it is one to three letters or digits (ISO 3166-2). */
export function packSubdivision(code: string): number {
  return /^[A-Za-z0-9]{1,3}$/.test(code) ? packLetters(code.toUpperCase()) : 0
}

export function packContinent(code: string): number {
  return Math.max(0, CONTINENTS.indexOf(code.toUpperCase() as (typeof CONTINENTS)[number]))
}

function packLetters(code: string): number {
  let packed = 0
  for (let i = 0; i < code.length; i++) packed = (packed << 8) | code.charCodeAt(i)
  return packed
}

export function unpackLetters(packed: number): string {
  let code = ''
  for (let rest = packed; rest > 0; rest >>>= 8) code = String.fromCharCode(rest & 0xff) + code
  return code
}

/** The columns, as they stand in the compiled table too. */
export interface PlaceColumns {
  readonly countries: Uint32Array
  readonly subdivisions: Uint32Array
  readonly continents: Uint32Array
  readonly asns: Uint32Array
  readonly latitudes: Float64Array
  readonly longitudes: Float64Array
}

/** For a world of places: texts are made once each, so all that a place costs is one short object. */
export function readPlace(columns: PlaceColumns, index: number): Place {
  if (index <= CARRIES_V4_PLACE) return UNKNOWN_PLACE
  const texts = textsOf(columns.countries[index]!)
  return {
    country: texts.country,
    subdivision: texts.subdivision(columns.subdivisions[index]!),
    continent: CONTINENTS[columns.continents[index]!]!,
    latitude: columns.latitudes[index]!,
    longitude: columns.longitudes[index]!,
    asn: columns.asns[index]!,
  }
}

class CountryTexts {
  readonly country: string
  private readonly subdivisions = new Map<number, string>([[0, '']])

  constructor(packed: number) {
    this.country = unpackLetters(packed)
  }

  subdivision(packed: number): string {
    let text = this.subdivisions.get(packed)
    if (text === undefined) {
      text = `${this.country}-${unpackLetters(packed)}`
      this.subdivisions.set(packed, text)
    }
    return text
  }
}

/** By packed code: as many as there are countries. */
const textsOfCountries = new Map<number, CountryTexts>()

function textsOf(packed: number): CountryTexts {
  let texts = textsOfCountries.get(packed)
  if (texts === undefined) {
    texts = new CountryTexts(packed)
    textsOfCountries.set(packed, texts)
  }
  return texts
}

const SLOTS_AT_FIRST = 1 << 16
const hashScratch = new DataView(new ArrayBuffer(16))

/** Grows; hands out the number of a place. */
export class PlaceStore implements PlaceColumns {
  count = 0
  countries = new Uint32Array(SLOTS_AT_FIRST / 2)
  subdivisions = new Uint32Array(SLOTS_AT_FIRST / 2)
  continents = new Uint32Array(SLOTS_AT_FIRST / 2)
  asns = new Uint32Array(SLOTS_AT_FIRST / 2)
  latitudes = new Float64Array(SLOTS_AT_FIRST / 2)
  longitudes = new Float64Array(SLOTS_AT_FIRST / 2)
  /** Open addressing: place + 1, or 0 for free. Never more than half full. */
  private slots = new Int32Array(SLOTS_AT_FIRST)

  constructor() {
    const empty = emptyPlace()
    this.append(empty)
    this.append(empty)
    // `intern` of an empty place must find UNKNOWN, so CARRIES_V4_PLACE gets no slot.
    this.slots[this.slotOf(empty)] = UNKNOWN + 1
  }

  intern(place: PackedPlace): number {
    const slot = this.slotOf(place)
    const found = this.slots[slot]!
    if (found > 0) return found - 1
    const index = this.append(place)
    this.slots[slot] = index + 1
    if (this.count * 2 > this.slots.length) this.rehash()
    return index
  }

  /** Copies place `index` into `into`. */
  read(index: number, into: PackedPlace): void {
    into.country = this.countries[index]!
    into.subdivision = this.subdivisions[index]!
    into.continent = this.continents[index]!
    into.latitude = this.latitudes[index]!
    into.longitude = this.longitudes[index]!
    into.asn = this.asns[index]!
  }

  private append(place: PackedPlace): number {
    if (this.count === this.countries.length) this.grow()
    const index = this.count++
    this.countries[index] = place.country
    this.subdivisions[index] = place.subdivision
    this.continents[index] = place.continent
    this.latitudes[index] = place.latitude
    this.longitudes[index] = place.longitude
    this.asns[index] = place.asn
    return index
  }

  /** Where the place is, or the free slot where it belongs. */
  private slotOf(place: PackedPlace): number {
    const mask = this.slots.length - 1
    for (let slot = hash(place) & mask; ; slot = (slot + 1) & mask) {
      const found = this.slots[slot]!
      if (found === 0 || this.equals(found - 1, place)) return slot
    }
  }

  private equals(index: number, place: PackedPlace): boolean {
    return (
      this.countries[index] === place.country &&
      this.subdivisions[index] === place.subdivision &&
      this.continents[index] === place.continent &&
      this.asns[index] === place.asn &&
      // NaN, the unknown, is the same place as NaN.
      Object.is(this.latitudes[index], place.latitude) &&
      Object.is(this.longitudes[index], place.longitude)
    )
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2)
    const place = emptyPlace()
    for (let index = 0; index < this.count; index++) {
      if (index === CARRIES_V4_PLACE) continue
      this.read(index, place)
      this.slots[this.slotOf(place)] = index + 1
    }
  }

  private grow(): void {
    const room = this.countries.length * 2
    this.countries = widen(this.countries, new Uint32Array(room))
    this.subdivisions = widen(this.subdivisions, new Uint32Array(room))
    this.continents = widen(this.continents, new Uint32Array(room))
    this.asns = widen(this.asns, new Uint32Array(room))
    this.latitudes = widen(this.latitudes, new Float64Array(room))
    this.longitudes = widen(this.longitudes, new Float64Array(room))
  }
}

function widen<Column extends Uint32Array | Float64Array>(from: Column, to: Column): Column {
  to.set(from)
  return to
}

function hash(place: PackedPlace): number {
  hashScratch.setFloat64(0, place.latitude, true)
  hashScratch.setFloat64(8, place.longitude, true)
  let mixed = place.country ^ Math.imul(place.subdivision, 0x9e3779b1) ^ Math.imul(place.asn, 0x85ebca6b)
  for (let at = 0; at < 16; at += 4)
    mixed = Math.imul(mixed ^ hashScratch.getInt32(at, true) ^ (mixed >>> 15), 0xc2b2ae35)
  return mixed ^ (mixed >>> 13)
}
