/** The compiled table is kept on disk, found again only for the very same sources, and never believed when damaged. */

import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { expect } from 'chai'
import { buildGeo, type GeoBuild } from '../../src/geo/build.ts'
import { imageFault } from '../../src/geo/image.ts'
import { writeMmdb } from './mmdb-writer.ts'
import { address, Scratch } from './scratch.ts'

describe('the geo cache', () => {
  let scratch: Scratch
  let database: string
  beforeEach(() => {
    scratch = new Scratch()
    database = scratch.write(database4('DE'))
  })
  afterEach(() => scratch.remove())

  function build(overrides?: string): GeoBuild {
    return buildGeo({ databases: [database], overrides, stateDir: scratch.path('state') })
  }

  /** As if a minute had passed since the database was put there. */
  function ageNotes(): void {
    const later = Date.now() / 1000 + 60
    utimesSync(scratch.path('state/geo-sources.json'), later, later)
  }

  it('serves the second time, and says the same', () => {
    const first = build()
    const second = build()
    expect([first.fromCache, second.fromCache]).to.deep.equal([false, true])
    expect(second.cachePath).to.equal(first.cachePath)
    expect(Buffer.from(second.table!.image)).to.deep.equal(Buffer.from(first.table!.image))
  })

  it('tells progress while building, up to the end, and none when there is nothing to build', () => {
    const shares: number[] = []
    const settings = { databases: [database], overrides: undefined, stateDir: scratch.path('state') }
    buildGeo(settings, share => shares.push(share))
    expect(shares.at(-1)).to.equal(1)
    expect(shares).to.deep.equal(shares.toSorted((a, b) => a - b))
    const count = shares.length
    buildGeo(settings, share => shares.push(share))
    expect(shares).to.have.length(count)
  })

  it('is not used for a database that changed, though size and time are the same', () => {
    utimesSync(database, 1_700_000_000, 1_700_000_000)
    build()
    ageNotes()
    const { size } = statSync(database)
    writeFileSync(`${database}.new`, database4('FR'))
    utimesSync(`${database}.new`, 1_700_000_000, 1_700_000_000)
    renameSync(`${database}.new`, database)
    expect(statSync(database).size).to.equal(size)
    const again = build()
    expect(again.fromCache).to.equal(false)
    expect(countryIn(again)).to.equal('FR')
  })

  it('believes a noted hash only when the file had settled before it was noted', () => {
    const { cachePath } = build()
    const notes = scratch.path('state/geo-sources.json')
    const hash = /"hash": "(?<hash>\w+)"/.exec(readFileSync(notes, 'utf8'))!.groups!['hash']!
    writeFileSync(notes, readFileSync(notes, 'utf8').replace(hash, 'f'.repeat(64)))
    expect(build().cachePath).to.equal(cachePath)
    writeFileSync(notes, readFileSync(notes, 'utf8').replace(hash, 'f'.repeat(64)))
    ageNotes()
    expect(build().cachePath).to.not.equal(cachePath)
  })

  it('is not used once there are overrides, and is again when they are gone', () => {
    build()
    const overrides = scratch.path('overrides.csv')
    writeFileSync(overrides, 'prefix,country\n192.0.2.0/24,JP\n')
    const overridden = build(overrides)
    expect([overridden.fromCache, countryIn(overridden)]).to.deep.equal([false, 'JP'])
    expect(build().fromCache).to.equal(true)
  })

  const damages: readonly (readonly [title: string, damage: (octets: Buffer) => Buffer])[] = [
    ['cut short', octets => octets.subarray(0, octets.length - 8)],
    ['cut to nothing', () => Buffer.alloc(0)],
    ['cut within its header', octets => octets.subarray(0, 20)],
    ['longer than it says', octets => Buffer.concat([octets, Buffer.alloc(8)])],
    ['with one bit flipped in the middle', octets => flip(octets, octets.length >> 1)],
    ['with one bit flipped at its end', octets => flip(octets, octets.length - 8)],
    ['with other counts in its header', octets => flip(octets, 16)],
    ['of another version', octets => flip(octets, 4)],
    ['that is some other file', () => Buffer.from('{}'.repeat(100))],
  ]
  for (const [title, damage] of damages)
    it(`builds anew instead of reading a file ${title}`, () => {
      const first = build()
      writeFileSync(first.cachePath!, damage(readFileSync(first.cachePath!)))
      const again = build()
      expect([again.fromCache, countryIn(again)]).to.deep.equal([false, 'DE'])
      expect(build().fromCache).to.equal(true)
    })

  it('finds every flipped bit of a small image', () => {
    const octets = Buffer.from(build().table!.image)
    // The index of the first level is most of it, and all alike.
    for (let at = 0; at < octets.length; at += at > 2_000 && at < octets.length - 2_000 ? 997 : 7) {
      const damaged = new SharedArrayBuffer(octets.length)
      new Uint8Array(damaged).set(flip(octets, at))
      expect(imageFault(damaged), `octet ${at}`).to.not.equal(undefined)
    }
  })

  it('does without a folder it cannot write, and says so', () => {
    mkdirSync(scratch.path('file'))
    writeFileSync(scratch.path('file/state'), '')
    const settings = { databases: [database], overrides: undefined, stateDir: scratch.path('file/state') }
    const again = buildGeo(settings)
    expect(countryIn(again)).to.equal('DE')
    expect(again.problems[0]).to.include({ code: 'cannot-cache', severity: 'warning' })
  })

  it('leaves nothing half-written, and keeps this table and the one before', () => {
    for (const country of ['DE', 'FR', 'JP', 'SE']) {
      writeFileSync(database, database4(country))
      build()
    }
    const files = readdirSync(scratch.path('state'))
    expect(files.filter(name => name.endsWith('.tmp'))).to.deep.equal([])
    expect(files.filter(name => name.endsWith('.bin'))).to.have.length(2)
    expect(build().fromCache).to.equal(true)
  })
})

function database4(country: string): Buffer {
  return writeMmdb({ networks: [['192.0.2.0/24', { country_code: country }]] })
}

function flip(octets: Buffer, at: number): Buffer {
  const flipped = Buffer.from(octets)
  flipped[at]! ^= 1
  return flipped
}

function countryIn({ table }: GeoBuild): string {
  return table!.locate(address('192.0.2.1')).place.country
}
