/** MMDB files of every shape are read as another reader reads them, and damaged ones are refused in peace. */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { Reader, type Response } from 'mmdb-lib'
import type { Place } from '../../src/base/place.ts'
import { buildGeo } from '../../src/geo/build.ts'
import { MmdbSource } from '../../src/geo/mmdb.ts'
import { MmdbTree } from '../../src/geo/mmdb-tree.ts'
import { Networks4, Networks6 } from '../../src/geo/networks.ts'
import { PlaceStore } from '../../src/geo/place-store.ts'
import type { GeoTable } from '../../src/geo/table.ts'
import { Dice } from '../differential/dice.ts'
import { Float, type MmdbPlan, type Value, Wide, writeMmdb } from './mmdb-writer.ts'
import { address, printAddress, Scratch } from './scratch.ts'

const COUNTRY_FILE = fileURLToPath(new URL('country.mmdb', import.meta.url))
const ALIASES = ['::ffff:0:0/96', '64:ff9b::/96', '2001::/32', '2002::/16']

function names(en: string): Value {
  return { de: 'Anderswo', en, 'zh-CN': '别处' }
}

describe('MMDB', () => {
  let scratch: Scratch
  before(() => {
    scratch = new Scratch()
  })
  after(() => scratch.remove())

  function tableOf(...plans: MmdbPlan[]): GeoTable {
    const databases = plans.map(plan => scratch.write(writeMmdb(plan)))
    const { table, problems } = buildGeo({ databases, overrides: undefined, stateDir: undefined })
    expect(problems).to.deep.equal([])
    return table!
  }

  function placeIn(record: Value): Place {
    return tableOf({ networks: [['192.0.2.0/24', record]] }).locate(address('192.0.2.1')).place
  }

  const bavaria = {
    country: 'DE',
    subdivision: 'DE-BY',
    continent: 'EU',
    latitude: 48.1,
    longitude: 11.6,
    asn: 0,
  }
  const shapes: readonly (readonly [title: string, record: Value, place: Partial<Place>])[] = [
    [
      'MaxMind City',
      {
        city: { geoname_id: 2867714, names: names('Munich') },
        continent: { code: 'EU', names: names('Europe') },
        country: { geoname_id: 2921044, is_in_european_union: true, iso_code: 'DE', names: names('Germany') },
        location: { accuracy_radius: 20, latitude: 48.1, longitude: 11.6, time_zone: 'Europe/Berlin' },
        registered_country: { iso_code: 'FR' },
        subdivisions: [{ iso_code: 'BY', names: names('Bavaria') }, { iso_code: 'XX' }],
      },
      bavaria,
    ],
    [
      'MaxMind Enterprise, with the network in traits',
      {
        country: { confidence: 99, iso_code: 'DE' },
        location: { latitude: 48.1, longitude: 11.6 },
        subdivisions: [{ confidence: 50, iso_code: 'BY' }],
        traits: { autonomous_system_number: 64500, is_anycast: true, isp: 'Example' },
      },
      { ...bavaria, asn: 64500 },
    ],
    [
      'MaxMind ASN',
      { autonomous_system_number: 64500, autonomous_system_organization: 'Example' },
      { asn: 64500 },
    ],
    [
      'MaxMind Country',
      { continent: { code: 'AS' }, country: { iso_code: 'JP' } },
      { country: 'JP', continent: 'AS' },
    ],
    [
      'DB-IP City, whose subdivisions have names but no codes',
      {
        country: { iso_code: 'DE' },
        location: { latitude: 48.1, longitude: 11.6 },
        subdivisions: [{ names: { en: 'Bavaria' } }],
      },
      bavaria,
    ],
    [
      'flat, with 32-bit floats and a state by name',
      {
        city: 'Munich',
        country_code: 'DE',
        latitude: new Float(48.1),
        longitude: new Float(11.6),
        postcode: '',
        state1: 'Bavaria',
        state2: '',
        timezone: '',
      },
      bavaria,
    ],
    [
      'flat, with everything as text',
      { asn: 'AS64500', continent: 'EU', country: 'DE', lat: '48.1', lng: '11.6', region: 'Bavaria' },
      { ...bavaria, asn: 64500 },
    ],
    ['a state nobody knows', { country_code: 'DE', state1: 'Atlantis' }, { country: 'DE', subdivision: '' }],
    ['no country but a continent', { continent: { code: 'EU' } }, { country: '', continent: 'EU' }],
    ['a code that is no country', { country: { iso_code: 'ZZ' } }, { country: '', continent: '' }],
    [
      '0, 0, which stands for unknown',
      { country_code: 'JP', latitude: 0, longitude: 0 },
      { latitude: 35.67 },
    ],
    [
      'coordinates off the globe',
      { country_code: 'JP', latitude: 135.5, longitude: 34.5 },
      { latitude: 35.67 },
    ],
    [
      'negative and small coordinates',
      { location: { latitude: -0.5, longitude: -0.25 } },
      { latitude: -0.5, longitude: -0.25 },
    ],
    [
      'fields it has never heard of',
      { anything: [{ of: new Wide(8, -5) }, true], country_code: 'JP' },
      { country: 'JP' },
    ],
    ['a record that is no map', 'JP', { country: '' }],
  ]
  for (const [title, record, place] of shapes)
    it(`reads ${title}`, () => expect(placeIn(record)).to.include(place))

  it('gives a country its continent and, without coordinates, the place where its people are', () => {
    expect(placeIn({ country: { iso_code: 'CA' }, continent: { code: 'AS' } })).to.include({
      continent: 'NA',
      latitude: 48.03,
      longitude: -86.5,
    })
    const state = placeIn({ country: { iso_code: 'US' }, subdivisions: [{ iso_code: 'CA' }] })
    expect(state).to.include({ subdivision: 'US-CA', latitude: 35.3, longitude: -119.2 })
  })

  for (const recordBits of [24, 28, 32] as const)
    for (const family of [4, 6] as const)
      for (const paddingBytes of [0, 3000, 600_000])
        it(`equals mmdb-lib: records of ${recordBits} bits, IPv${family}, pointers past ${paddingBytes}`, () => {
          const seed = 7_000 + recordBits * 10 + family + paddingBytes
          const dice = new Dice(seed)
          const networks = randomNetworks(dice, family, 300)
          const octets = writeMmdb({ networks, recordBits, family, paddingBytes, aliases: ALIASES })
          const reader = new Reader<Response>(octets)
          const table = tableOf({ networks, recordBits, family, paddingBytes, aliases: ALIASES })
          for (const text of randomAddresses(dice, networks, family, 2_000)) {
            const theirs = reader.get(text) as { country?: { iso_code: string }; asn?: number } | null
            const { place } = table.locate(address(text))
            const expected = `${theirs?.country?.iso_code ?? ''} ${theirs?.asn ?? 0}`
            expect(`${place.country} ${place.asn}`, `${text} with seed ${seed}`).to.equal(expected)
          }
        })

  it('equals mmdb-lib on a whole database of countries', () => {
    const reader = new Reader<Response>(readFileSync(COUNTRY_FILE))
    const { table } = buildGeo({ databases: [COUNTRY_FILE], overrides: undefined, stateDir: undefined })
    const dice = new Dice(20)
    for (let i = 0; i < 20_000; i++) {
      const text = [24, 16, 8, 0].map(shift => (dice.next() >>> shift) & 0xff).join('.')
      const theirs = reader.get(text) as { country?: { iso_code: string } } | null
      expect(table!.locate(address(text)).place.country, text).to.equal(theirs?.country?.iso_code ?? '')
    }
  }).timeout(60_000)

  it('reads all 28 bits of a record, four of them from the octet in the middle', () => {
    const seen: number[] = []
    const octets = Buffer.from('abcdef72345678'.padEnd(28, '0'), 'hex')
    const visitor = {
      network4: (_s: number, _e: number, data: number) => seen.push(data),
      network6: nothing,
      progress: nothing,
    }
    new MmdbTree(octets, { nodeCount: 1, recordBits: 28, family: 4 }, visitor).walk()
    expect(seen.map(data => (data + 17).toString(16))).to.deep.equal(['7abcdef', '2345678'])
  })

  it('walks IPv4 once, not under each alias', () => {
    const plan = { networks: [['192.0.2.0/24', { country_code: 'JP' }]], aliases: ALIASES } as const
    const table = tableOf(plan)
    const [source] = table.info.sources
    expect(source).to.include({ networks4: 1, networks6: 0 })
    expect(table.ranges4.count).to.equal(3)
    // Before, between and after the four networks that carry IPv4.
    expect(table.ranges6.count).to.equal(9)
  })

  it('finds IPv4 under ::ffff:0:0/96 where ::/96 is empty', () => {
    const networks = [['::ffff:192.0.2.0/120', { country_code: 'JP' }]] as const
    expect(tableOf({ networks }).locate(address('192.0.2.1')).place.country).to.equal('JP')
  })

  it('tells its name, date and licence', () => {
    const dbip = tableOf({ networks: [], type: 'DBIP-City-Lite (compat=City)', builtAt: 1_780_000_000 })
    expect(dbip.info.sources[0]).to.include({
      kind: 'mmdb',
      name: 'DBIP-City-Lite (compat=City)',
      date: '2026-05-28',
    })
    expect(dbip.info.sources[0]!.licence).to.contain('CC BY 4.0')
    expect(tableOf({ networks: [], type: 'GeoLite2-City' }).info.sources[0]!.licence).to.contain('MaxMind')
  })

  describe('stacked', () => {
    const city: MmdbPlan = {
      networks: [
        ['192.0.2.0/24', { country_code: 'DE', latitude: 48.1, longitude: 11.6 }],
        ['198.51.100.0/24', { country_code: 'DE' }],
        ['203.0.113.0/24', { asn: 64501 }],
      ],
    }
    const other: MmdbPlan = {
      networks: [
        [
          '192.0.2.128/25',
          { asn: 64500, country_code: 'FR', latitude: 48.9, longitude: 2.3, state1: 'Paris' },
        ],
        ['198.51.100.0/25', { country_code: 'DE', latitude: 53.6, longitude: 10, state1: 'Hamburg' }],
        ['203.0.113.0/24', { asn: 64502, country_code: 'JP' }],
      ],
    }
    const cases: readonly (readonly [title: string, from: string, place: Partial<Place>])[] = [
      ['the earlier alone', '192.0.2.1', { country: 'DE', latitude: 48.1, asn: 0 }],
      [
        'the earlier wins, field by field, and takes no coordinates of another country',
        '192.0.2.129',
        { country: 'DE', subdivision: '', latitude: 48.1, longitude: 11.6, asn: 64500 },
      ],
      [
        'the later fills in where both name the country',
        '198.51.100.1',
        { country: 'DE', subdivision: 'DE-HH', latitude: 53.6, longitude: 10 },
      ],
      ['and where the earlier names none', '203.0.113.1', { country: 'JP', asn: 64501 }],
    ]
    for (const [title, from, place] of cases)
      it(title, () => expect(tableOf(city, other).locate(address(from)).place).to.include(place))
  })

  describe('damaged', () => {
    const good = writeMmdb({
      networks: randomNetworks(new Dice(1), 6, 60),
      aliases: ALIASES,
    })

    const cases: readonly (readonly [title: string, octets: Buffer, text: RegExp])[] = [
      ['an empty file', Buffer.alloc(0), /no metadata/],
      ['some other file', Buffer.from('<html>Not Found</html>'), /no metadata/],
      ['a file without its end', good.subarray(0, good.length - 200), /no metadata/],
      ['a file whose metadata is cut', good.subarray(0, good.length - 40), /metadata is damaged/],
      [
        'a file without its beginning',
        good.subarray(good.indexOf('\xab\xcd\xefMaxMind.com', 0, 'latin1')),
        /search tree is longer/,
      ],
    ]
    for (const [title, octets, text] of cases)
      it(`refuses ${title}`, () => {
        const build = buildGeo({
          databases: [scratch.write(octets)],
          overrides: undefined,
          stateDir: undefined,
        })
        expect(build.table).to.equal(undefined)
        expect(build.problems).to.have.length(1)
        expect(build.problems[0]).to.include({ severity: 'error', code: 'bad-mmdb', line: 0 })
        expect(build.problems[0]!.text).to.match(text)
      })

    it('refuses a file that is not there', () => {
      const build = buildGeo({
        databases: [scratch.path('none.mmdb')],
        overrides: undefined,
        stateDir: undefined,
      })
      expect(build).to.deep.include({ table: undefined })
      expect(build.problems[0]).to.include({ code: 'cannot-read', severity: 'error' })
    })

    it('refuses a tree that runs in a circle, and one whose branches meet again and again', () => {
      const circle = Buffer.from(good)
      circle.writeUIntBE(0, 0, 3)
      expect(visit(circle)).to.match(/deeper than|again and again/)
      // Every node's both branches are the next node: 2^128 ways through 200 nodes.
      const meeting = Buffer.from(good)
      for (let node = 0; node < 200; node++) {
        meeting.writeUIntBE(node + 1, node * 7, 3)
        meeting[node * 7 + 3] = 0
        meeting.writeUIntBE(node + 1, node * 7 + 4, 3)
      }
      expect(visit(meeting)).to.match(/deeper than|again and again/)
    })

    const values: readonly (readonly [title: string, octets: readonly number[], text: RegExp])[] = [
      ['a pointer to itself', [0x20, 0x00], /pointers in a circle/],
      ['a pointer out of the data', [0x2f, 0xff], /outside the data/],
      ['a string that goes on past the end', [0x5f, 0xff, 0xff, 0xff], /past the end/],
      [
        'a map of more entries than there are octets',
        [0xff, 0xff, 0xff, 0xff],
        /outside the data|past the end/,
      ],
      ['a value of no known type', [0x00, 0xf0], /unknown type/],
    ]
    for (const [title, value, text] of values)
      it(`refuses ${title}`, () => {
        const octets = writeMmdb({ networks: [['0.0.0.0/1', 'long enough']], family: 4 })
        octets.set(value, octets.indexOf('long enough') - 1)
        expect(visit(octets)).to.match(text)
      })

    it('neither throws nor hangs on 3,000 files with random damage', () => {
      const seed = 99
      const dice = new Dice(seed)
      let refused = 0
      for (let i = 0; i < 3_000; i++) {
        const octets = Buffer.from(good)
        for (let hits = dice.between(1, 30); hits > 0; hits--)
          octets[dice.below(octets.length)] = dice.below(256)
        const cut = dice.chance(0.2) ? octets.subarray(dice.below(octets.length)) : octets
        if (visit(cut) !== undefined) refused++
      }
      expect(refused, `seed ${seed}`).to.be.within(300, 3_000)
    })
  })
})

function nothing(): void {}

/** What is said against the octets as a database. */
function visit(octets: Buffer): string | undefined {
  const visitor = {
    places: new PlaceStore(),
    networks4: new Networks4(),
    networks6: new Networks6(),
    progress: nothing,
  }
  return new MmdbSource('damaged.mmdb', octets).visit(visitor).problems[0]?.text
}

function randomNetworks(dice: Dice, family: 4 | 6, count: number): [string, Value][] {
  const countries = ['DE', 'FR', 'JP', 'US', 'BR', 'ZA', 'AU']
  return Array.from({ length: count }, () => {
    const record: Value = { country: { iso_code: dice.pick(countries) }, asn: dice.between(64_500, 64_504) }
    return [family === 4 || dice.chance(0.5) ? randomPrefix4(dice) : randomPrefix6(dice), record]
  })
}

/** Crowded into few octets, so that networks touch and nest. */
function randomPrefix4(dice: Dice): string {
  const bits = dice.between(9, 32)
  const word = ((10 + dice.below(3)) * 2 ** 24 + dice.below(4) * 2 ** 16 + (dice.next() % 1024)) >>> 0
  const masked = (word & (bits === 32 ? -1 : ~((1 << (32 - bits)) - 1))) >>> 0
  return `${[24, 16, 8, 0].map(shift => (masked >>> shift) & 0xff).join('.')}/${bits}`
}

function randomPrefix6(dice: Dice): string {
  const bits = dice.between(20, 64)
  const groups = [0x2a00 + dice.below(3), dice.below(4) << 12, dice.below(4) << 8, dice.below(4)]
  const octets = new Uint8Array(16)
  groups.forEach((group, i) => new DataView(octets.buffer).setUint16(i * 2, group))
  for (let bit = bits; bit < 128; bit++) octets[bit >> 3]! &= ~(1 << (7 - (bit & 7)))
  return `${printAddress({ family: 6, octets })}/${bits}`
}

/** Half of them at or beside the networks' edges. */
function randomAddresses(
  dice: Dice,
  networks: readonly (readonly [string, Value])[],
  family: 4 | 6,
  count: number,
): string[] {
  return Array.from({ length: count }, () => {
    const [prefix] = dice.pick(networks)
    const start = address(prefix.split('/')[0]!)
    const octets = start.octets
    const last = octets.length - 1
    const change = dice.below(4)
    if (change < 2) octets[last - dice.below(last)]! ^= dice.below(256)
    if (change === 2) octets[last] = 255
    return printAddress({ family: start.family, octets })
  }).filter(text => family === 6 || !text.includes(':'))
}
