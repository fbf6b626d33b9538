/** Whatever networks and overrides there are, an address is where a slow and obvious search says it is, and a
 *  prefix is as wide as it may be and no wider. */

import { expect } from 'chai'
import * as fc from 'fast-check'
import type { Address } from '../../src/base/address.ts'
import { foldToV4 } from '../../src/base/fold.ts'
import type { Place } from '../../src/base/place.ts'
import { COUNTRIES } from '../../src/facts/countries.ts'
import { buildGeo } from '../../src/geo/build.ts'
import { readPrefix } from '../../src/geo/prefix.ts'
import { GeoTable } from '../../src/geo/table.ts'
import { type Value, writeMmdb } from './mmdb-writer.ts'
import { printAddress, Scratch } from './scratch.ts'

interface Network {
  readonly family: 4 | 6
  /** The address's bits, as many as its family has. */
  readonly value: bigint
  readonly bits: number
  readonly country: string
  readonly latitude: number
  readonly asn: number
}

interface World {
  readonly city: readonly Network[]
  readonly asn: readonly Network[]
  readonly overrides: readonly Network[]
}

const COUNTRY_CODES = ['DE', 'FR', 'JP', 'US', '']
const WIDTH = { 4: 32, 6: 128 } as const

/** Crowded: few first octets, lengths that nest. */
const network = fc
  .record({
    family: fc.constantFrom(4 as const, 6 as const),
    high: fc.constantFrom(0x0a00n, 0x0a01n, 0x2000n, 0x2002n, 0x2a00n, 0xffffn, 0n),
    low: fc.bigInt({ min: 0n, max: (1n << 16n) - 1n }),
    tail: fc.constantFrom(0n, 1n, (1n << 96n) - 1n),
    bits: fc.integer({ min: 0, max: 128 }),
    country: fc.constantFrom(...COUNTRY_CODES),
    latitude: fc.constantFrom(Number.NaN, 10, 20),
    asn: fc.constantFrom(0, 64500, 64501),
  })
  .map(({ family, high, low, tail, bits, ...place }): Network => {
    const width = WIDTH[family]
    const length = Math.min(bits, width)
    const address = family === 4 ? (high << 16n) | low : (((high << 16n) | low) << 96n) | tail
    return { family, value: mask(address, width, length), bits: length, ...place }
  })

/** In an MMDB file ::/96 is IPv4, and what covers it covers IPv4 too. */
const ofDatabase = network.filter(
  ({ family, value, bits }) => family === 4 || mask(value, 128, Math.min(bits, 96)) !== 0n,
)

const world: fc.Arbitrary<World> = fc.record({
  city: unique(ofDatabase, 12),
  asn: unique(ofDatabase, 6),
  overrides: unique(
    network.filter(one => (one.country !== '' || !Number.isNaN(one.latitude)) && !carriesV4(one)),
    8,
  ),
})

describe('the geo table', () => {
  let scratch: Scratch
  before(() => {
    scratch = new Scratch()
  })
  after(() => scratch.remove())

  it('places every address as a slow search does, and cuts no prefix too wide or too narrow', () => {
    fc.assert(
      fc.property(world, sample => {
        const table = build(sample)
        for (const address of edges(sample)) {
          const { place, bits, folded } = table.locate(address)
          expect(place, printAddress(address)).to.deep.equal(slowPlace(sample, address))
          if (folded === undefined) expectWidest(table, address, bits)
          else expectWidest(table, folded, table.prefixOf(4, folded.octets, 0))
        }
      }),
      { numRuns: 500, seed: 31 },
    )
  }).timeout(120_000)

  it('never holds neighbours of one place, and covers both families whole', () => {
    fc.assert(
      fc.property(world, sample => {
        for (const { starts, places, count } of [build(sample).ranges4, build(sample).ranges6]) {
          expect(starts[0]).to.equal(0)
          for (let i = 1; i < count; i++) expect(places[i]).to.not.equal(places[i - 1])
        }
      }),
      { numRuns: 30, seed: 32 },
    )
  })

  it('opens in another thread from the image alone', () => {
    const table = build({ city: [germany('192.0.2.0/24')], asn: [], overrides: [] })
    expect(table.image).to.be.instanceOf(SharedArrayBuffer)
    const again = new GeoTable(table.image)
    expect(again.place(again.placeOf(4, Uint8Array.of(192, 0, 2, 1), 0)).country).to.equal('DE')
    expect(again.info).to.deep.equal(table.info)
  })

  it('says 128 for IPv6 addresses that carry IPv4 and were not folded', () => {
    const table = build({ city: [], asn: [], overrides: [] })
    const teredo = Uint8Array.from([0x20, 0x01, 0, 0, ...new Uint8Array(12)])
    expect(table.placeOf(6, teredo, 0)).to.equal(table.carriesV4)
    expect(table.prefixOf(6, teredo, 0)).to.equal(128)
  })

  function build({ city, asn, overrides }: World): GeoTable {
    const database = (networks: readonly Network[]): string =>
      scratch.write(writeMmdb({ networks: networks.map(one => [print(one), recordOf(one)]) }))
    const lines = overrides.map(
      one => `${print(one)},${one.country},,${Number.isNaN(one.latitude) ? ',' : `${one.latitude},5`},`,
    )
    const csv = scratch.write(`prefix,country,subdivision,lat,lon,note\n${lines.join('\n')}\n`, 'csv')
    const databases = [database(city), database(asn)]
    const { table, problems } = buildGeo({ databases, overrides: csv, stateDir: undefined })
    expect(problems.filter(problem => problem.severity === 'error')).to.deep.equal([])
    return table!
  }
})

function recordOf({ country, latitude, asn }: Network): Value {
  return {
    ...(country === '' ? {} : { country_code: country }),
    ...(Number.isNaN(latitude) ? {} : { latitude, longitude: 5 }),
    ...(asn === 0 ? {} : { autonomous_system_number: asn }),
  }
}

//------------ The slow search ---

function slowPlace(sample: World, asked: Address): Place {
  const four = new Uint8Array(4)
  const folds = asked.family === 6 && foldToV4(asked.octets, 0, 128, four, 0) >= 0
  const address: Address = folds ? { family: 4, octets: four } : asked
  const city = longest(sample.city, address)
  const other = longest(sample.asn, address)
  const override = longest(sample.overrides, address)
  const asn = city?.asn || other?.asn || 0
  if (override !== undefined) return complete(override.country, override.latitude, asn)
  const agrees = city === undefined || city.country === '' || city.country === other?.country
  if (!agrees) return complete(city.country, city.latitude, asn)
  const latitude = Number.isNaN(city?.latitude ?? Number.NaN) ? other?.latitude : city?.latitude
  return complete(city?.country || other?.country || '', latitude ?? Number.NaN, asn)
}

function longest(networks: readonly Network[], { family, octets }: Address): Network | undefined {
  const value = valueOf(octets)
  return networks
    .filter(one => one.family === family && mask(value, WIDTH[family], one.bits) === one.value)
    .sort((a, b) => b.bits - a.bits)[0]
}

function complete(country: string, latitude: number, asn: number): Place {
  const facts = COUNTRIES.get(country)
  const known = !Number.isNaN(latitude)
  return {
    country,
    subdivision: '',
    continent: facts?.continent ?? '',
    latitude: known ? latitude : (facts?.latitude ?? Number.NaN),
    longitude: known ? 5 : (facts?.longitude ?? Number.NaN),
    asn,
  }
}

/** The prefix lies within one row of the table, and one bit shorter it would not. */
function expectWidest(table: GeoTable, { family, octets }: Address, bits: number): void {
  const row = table.find(family, octets, 0)
  const lies = (length: number): boolean => {
    const first = mask(valueOf(octets), WIDTH[family], length)
    const last = first | ((1n << BigInt(WIDTH[family] - length)) - 1n)
    return [first, last].every(value => table.find(family, octetsOf(value, family), 0) === row)
  }
  const text = `/${bits} around ${printAddress({ family, octets })}`
  expect(lies(bits), `${text} lies in one row`).to.equal(true)
  const carries = family === 6 && table.placeOf(6, octets, 0) === table.carriesV4
  if (bits > 0 && !carries) expect(lies(bits - 1), `${text} is the widest`).to.equal(false)
}

//------------ Addresses as numbers ---

/** First and last address of every network, and those beside. */
function edges(sample: World): Address[] {
  return [...sample.city, ...sample.asn, ...sample.overrides].flatMap(({ family, value, bits }) => {
    const width = WIDTH[family]
    const last = value | ((1n << BigInt(width - bits)) - 1n)
    return [value - 1n, value, last, last + 1n]
      .filter(one => one >= 0n && one < 1n << BigInt(width))
      .map(one => ({ family, octets: octetsOf(one, family) }))
  })
}

function unique(one: fc.Arbitrary<Network>, maxLength: number): fc.Arbitrary<Network[]> {
  return fc.uniqueArray(one, { maxLength, selector: print })
}

function print({ family, value, bits }: Network): string {
  return `${printAddress({ family, octets: octetsOf(value, family) })}/${bits}`
}

/** IPv6 networks that are read as IPv4 are none of a database's, and no override. */
function carriesV4({ family, value, bits }: Network): boolean {
  return (
    family === 6 &&
    [
      [0xffffn << 32n, 96],
      [0x64_ff9bn << 96n, 96],
      [0x2001n << 112n, 32],
      [0x2002n << 112n, 16],
    ].some(([prefix, length]) => bits >= Number(length) && mask(value, 128, Number(length)) === prefix)
  )
}

function germany(text: string): Network {
  const prefix = readPrefix(text)
  if (typeof prefix === 'string') throw new Error(`"${text}" ${prefix}`)
  return {
    family: prefix.family,
    value: valueOf(prefix.octets),
    bits: prefix.bits,
    country: 'DE',
    latitude: Number.NaN,
    asn: 0,
  }
}

function mask(value: bigint, width: number, bits: number): bigint {
  const rest = BigInt(width - bits)
  return (value >> rest) << rest
}

function valueOf(octets: Uint8Array): bigint {
  return octets.reduce((value, octet) => (value << 8n) | BigInt(octet), 0n)
}

function octetsOf(value: bigint, family: 4 | 6): Uint8Array {
  return Uint8Array.from({ length: family === 4 ? 4 : 16 }, (_, i) =>
    Number((value >> BigInt(((family === 4 ? 3 : 15) - i) * 8)) & 0xffn),
  )
}
