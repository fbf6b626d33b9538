/** Golden override files: each `NAME.csv` and, in `NAME.txt`, what is said about it and what it comes to.
 *  `UPDATE_GOLDEN=1` writes the texts anew; read the difference before committing it. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { formatProblem } from '../../src/base/problem.ts'
import { buildGeo } from '../../src/geo/build.ts'
import { readOverrides } from '../../src/geo/overrides.ts'
import { printPrefix } from '../../src/geo/prefix.ts'
import { writeMmdb } from './mmdb-writer.ts'
import { address, Scratch } from './scratch.ts'

const FOLDER = fileURLToPath(new URL('../golden/overrides', import.meta.url))

describe('golden overrides', () => {
  const names = readdirSync(FOLDER)
    .filter(file => file.endsWith('.csv'))
    .map(file => file.slice(0, -'.csv'.length))

  for (const name of names)
    it(name.replaceAll('-', ' '), () => {
      const said = describeOverrides(`${name}.csv`)
      const file = join(FOLDER, `${name}.txt`)
      if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, said)
      expect(said).to.equal(readFileSync(file, 'utf8'))
    })
})

function describeOverrides(path: string): string {
  const { overrides, problems } = readOverrides(path, readFileSync(join(FOLDER, path), 'utf8'))
  const lines = overrides.map(({ prefix, place, note }) => {
    const { country, subdivision, latitude, longitude } = place
    return `${printPrefix(prefix)} is in ${country || '-'} ${subdivision || '-'} ${latitude} ${longitude} "${note}"`
  })
  return `${[...problems.map(formatProblem), lines.join('\n')].join('\n\n')}\n`
}

describe('overrides', () => {
  let scratch: Scratch
  before(() => {
    scratch = new Scratch()
  })
  after(() => scratch.remove())

  function build(csv: string) {
    const record = { country_code: 'US', latitude: 40, longitude: -70, state1: 'California', asn: 64500 }
    const database = scratch.write(writeMmdb({ networks: [['192.0.2.0/23', record]] }))
    const overrides = scratch.write(`prefix,country,subdivision,lat,lon,note\n${csv}\n`, 'csv')
    return buildGeo({ databases: [database], overrides, stateDir: undefined })
  }

  it('replace where the database says an address is, but not whose network it is', () => {
    const { table } = build('192.0.2.0/24,DE,,,,')
    expect(table!.locate(address('192.0.2.1')).place).to.deep.equal({
      country: 'DE',
      subdivision: '',
      continent: 'EU',
      latitude: 51.01,
      longitude: 9.8,
      asn: 64500,
    })
    expect(table!.locate(address('192.0.3.1')).place.country).to.equal('US')
  })

  it('count by the longest prefix, in whatever order they stand', () => {
    const { table } = build(
      '192.0.2.128/25,FR,,,,\n0.0.0.0/0,DE,,,,\n192.0.2.129,JP,,,,\n192.0.2.0/24,SE,,,,',
    )
    const countryOf = (text: string): string => table!.locate(address(text)).place.country
    expect(
      ['192.0.2.1', '192.0.2.128', '192.0.2.129', '192.0.2.130', '192.0.3.0'].map(countryOf),
    ).to.deep.equal(['SE', 'FR', 'JP', 'FR', 'DE'])
  })

  it('with a mistake make no table, so that the one in use stays', () => {
    const { table, problems } = build('192.0.2.0/24,XX,,,,')
    expect(table).to.equal(undefined)
    expect(problems.map(({ code, line, column }) => [code, line, column])).to.deep.equal([
      ['unknown-country', 2, 14],
    ])
  })

  it('with a warning are used, and warn again when the table comes from the cache', () => {
    const database = scratch.write(writeMmdb({ networks: [] }))
    const overrides = scratch.write('prefix,lat,lon\n192.0.2.0/24,48,11\n', 'csv')
    const settings = { databases: [database], overrides, stateDir: scratch.path('state') }
    const first = buildGeo(settings)
    const second = buildGeo(settings)
    expect([first.fromCache, second.fromCache]).to.deep.equal([false, true])
    expect(second.problems).to.deep.equal(first.problems)
    expect(second.problems[0]).to.include({ code: 'no-country', severity: 'warning', line: 2 })
  })

  it('need not be there', () => {
    const database = scratch.write(writeMmdb({ networks: [] }))
    const { table, problems } = buildGeo({
      databases: [database],
      overrides: scratch.path('none.csv'),
      stateDir: undefined,
    })
    expect(problems).to.deep.equal([])
    expect(table!.info.sources).to.have.length(1)
  })
})
