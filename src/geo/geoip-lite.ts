/** The embedded data: the files of the geoip-lite package, read whole and without the package's own code, which
 *  would keep 143 MB in every process that asks it.
 *
 *  Their records are fixed: in `geoip-city.dat` 24 octets (first and last address, location, latitude and
 *  longitude in 1/10000 degree, accuracy), in `geoip-city6.dat` 48 (the same with longer addresses), in
 *  `geoip-city-names.dat` 88 (country, region, …). All numbers are big-endian. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { endianness } from 'node:os'
import { dirname, join } from 'node:path'
import type { Problem } from '../base/problem.ts'
import { emptyPlace, packCountry, packSubdivision } from './place-store.ts'
import { type GeoSource, type SourceInfo, sourceProblem, type Visitor } from './source.ts'

const WORDS_PER_NETWORK4 = 6
const WORDS_PER_NETWORK6 = 12
const OCTETS_PER_LOCATION = 88
const NO_LOCATION = 0xffff_ffff
const UNITS_PER_DEGREE = 10_000
/** Between two reports of progress. */
const NETWORKS_PER_STEP = 1 << 18

export const GEOIP_LITE_LICENCE =
  'GeoLite2 data created by MaxMind (https://www.maxmind.com), as packaged by geoip-lite; see geo-data/README.md'

export interface GeoipLiteFiles {
  readonly names: string
  readonly city4: string
  readonly city6: string
  readonly checksum: string
}

/** Where the package lies, or undefined when it is not installed. */
export function findGeoipLite(): GeoipLiteFiles | undefined {
  try {
    const folder = join(dirname(createRequire(import.meta.url).resolve('geoip-lite/package.json')), 'data')
    return {
      names: join(folder, 'geoip-city-names.dat'),
      city4: join(folder, 'geoip-city.dat'),
      city6: join(folder, 'geoip-city6.dat'),
      checksum: join(folder, 'city.checksum'),
    }
  } catch {
    return undefined
  }
}

export class GeoipLiteSource implements GeoSource {
  private readonly files: GeoipLiteFiles
  /** Packed country and subdivision of each location. */
  private countries = new Uint32Array(0)
  private subdivisions = new Uint32Array(0)

  constructor(files: GeoipLiteFiles) {
    this.files = files
  }

  visit(visitor: Visitor): { info: SourceInfo; problems: readonly Problem[] } {
    const { names, city4, city6, checksum } = this.files
    const date = /_(\d{4})(\d{2})(\d{2})\.zip/.exec(readFileSync(checksum, 'latin1'))
    this.readLocations(readFileSync(names))
    const problems = [...this.visit4(readWords(city4), visitor), ...this.visit6(readWords(city6), visitor)]
    return {
      info: {
        kind: 'geoip-lite',
        name: 'GeoLite2-City of geoip-lite',
        path: dirname(city4),
        date: date === null ? '' : `${date[1]}-${date[2]}-${date[3]}`,
        licence: GEOIP_LITE_LICENCE,
        networks4: visitor.networks4.added,
        networks6: visitor.networks6.added,
      },
      problems,
    }
  }

  private readLocations(octets: Buffer): void {
    const count = Math.floor(octets.length / OCTETS_PER_LOCATION)
    this.countries = new Uint32Array(count)
    this.subdivisions = new Uint32Array(count)
    for (let i = 0; i < count; i++) {
      const at = i * OCTETS_PER_LOCATION
      this.countries[i] = packCountry(octets.toString('latin1', at, at + 2))
      const subdivision = octets.toString('latin1', at + 2, at + 5).replace(/\0+$/, '')
      if (subdivision !== '') this.subdivisions[i] = packSubdivision(subdivision)
    }
  }

  private visit4(words: Uint32Array, visitor: Visitor): Problem[] {
    const place = new PlaceReader(visitor, words, this.countries, this.subdivisions)
    const count = Math.floor(words.length / WORDS_PER_NETWORK4)
    visitor.networks4.reserve(count)
    for (let i = 0; i < count; i++) {
      const at = i * WORDS_PER_NETWORK4
      if (!visitor.networks4.add(words[at]!, words[at + 1]!, place.at(at + 2)))
        return [disorder(this.files.city4, i)]
      if (i % NETWORKS_PER_STEP === 0) visitor.progress((i / count) * 0.6)
    }
    return place.unknownLocations > 0 ? [badLocations(this.files.city4, place.unknownLocations)] : []
  }

  private visit6(words: Uint32Array, visitor: Visitor): Problem[] {
    const place = new PlaceReader(visitor, words, this.countries, this.subdivisions)
    const count = Math.floor(words.length / WORDS_PER_NETWORK6)
    visitor.networks6.reserve(count)
    const start = new Uint32Array(4)
    const end = new Uint32Array(4)
    for (let i = 0; i < count; i++) {
      const at = i * WORDS_PER_NETWORK6
      for (let word = 0; word < 4; word++) {
        start[word] = words[at + word]!
        end[word] = words[at + 4 + word]!
      }
      if (!visitor.networks6.add(start, end, place.at(at + 8))) return [disorder(this.files.city6, i)]
      if (i % NETWORKS_PER_STEP === 0) visitor.progress(0.6 + (i / count) * 0.4)
    }
    return place.unknownLocations > 0 ? [badLocations(this.files.city6, place.unknownLocations)] : []
  }
}

/** The place of a record: location, latitude, longitude. Neighbours are often of one place. */
class PlaceReader {
  unknownLocations = 0
  private readonly visitor: Visitor
  private readonly words: Uint32Array
  private readonly countries: Uint32Array
  private readonly subdivisions: Uint32Array
  private readonly place = emptyPlace()
  private last = -1
  private lastAt = -1

  constructor(visitor: Visitor, words: Uint32Array, countries: Uint32Array, subdivisions: Uint32Array) {
    this.visitor = visitor
    this.words = words
    this.countries = countries
    this.subdivisions = subdivisions
  }

  at(at: number): number {
    const { words, lastAt, place } = this
    const location = words[at]!
    const sameAsLast =
      lastAt >= 0 &&
      location === words[lastAt] &&
      words[at + 1] === words[lastAt + 1] &&
      words[at + 2] === words[lastAt + 2]
    if (sameAsLast) return this.last
    this.lastAt = at
    if (location === NO_LOCATION || location >= this.countries.length) {
      if (location !== NO_LOCATION) this.unknownLocations++
      return (this.last = 0)
    }
    place.country = this.countries[location]!
    place.subdivision = this.subdivisions[location]!
    // The package writes 0, 0 where MaxMind gave no coordinates. There is only sea there.
    const hasCoordinates = words[at + 1] !== 0 || words[at + 2] !== 0
    place.latitude = hasCoordinates ? (words[at + 1]! | 0) / UNITS_PER_DEGREE : Number.NaN
    place.longitude = hasCoordinates ? (words[at + 2]! | 0) / UNITS_PER_DEGREE : Number.NaN
    return (this.last = this.visitor.places.intern(place))
  }
}

/** A file of big-endian words, as words of this machine. */
function readWords(path: string): Uint32Array {
  const octets = readFileSync(path)
  const whole = octets.subarray(0, octets.length - (octets.length % 4))
  if (endianness() === 'LE') whole.swap32()
  // A file of this size is never in Node's shared pool, whose slices may lie at odd offsets.
  const aligned = whole.byteOffset % 4 === 0 ? whole : Uint8Array.from(whole)
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4)
}

function disorder(path: string, network: number): Problem {
  return sourceProblem(
    path,
    'disordered-networks',
    `network ${network} begins before the one ahead of it, or ends before it begins`,
    'the file is damaged: install geoip-lite again',
  )
}

function badLocations(path: string, count: number): Problem {
  return sourceProblem(
    path,
    'unknown-location',
    `${count} networks name a location that geoip-city-names.dat does not have`,
    'the files are of different releases, or damaged: install geoip-lite again',
  )
}
