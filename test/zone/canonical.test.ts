/** Arbitrary zones read by Meridian and by BIND: both must see the same records, in the same canonical form. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import * as fc from 'fast-check'
import { formatProblem } from '../../src/base/problem.ts'
import { nameFromText } from '../../src/wire/name.ts'
import { loadZone } from '../../src/zone/load.ts'
import { presentRecord } from '../../src/zone/present.ts'
import type { Zone } from '../../src/zone/zone.ts'
import { tool } from '../tools/tools.ts'
import { type ZoneFiles, zoneFiles } from './arbitrary-zone.ts'
import { canonical, readWithBind } from './bind.ts'

const RUNS = Number(process.env['ZONE_RUNS'] ?? 60)
const SEED = Number(process.env['ZONE_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const APEX = nameFromText('example.com')!

describe(`arbitrary zones (ZONE_SEED=${SEED}, ZONE_RUNS=${RUNS})`, function () {
  this.timeout(RUNS * 2000)
  const folder = mkdtempSync(join(tmpdir(), 'meridian-zones-'))
  let program: string

  before(async function () {
    program = await tool('named-checkzone', this)
  })
  after(() => rmSync(folder, { recursive: true }))

  it('hold the same records for BIND as for Meridian', () => {
    fc.assert(
      fc.property(zoneFiles, files => {
        const main = writeFiles(folder, files)
        const theirs = readWithBind(program, folder, 'main.zone')
        if (!Array.isArray(theirs)) throw new Error(`BIND refuses it: ${theirs.refused}\n${files.main}`)
        expect(recordsOf(read(main)).map(canonical).toSorted()).to.deep.equal(theirs)
      }),
      { numRuns: RUNS, seed: SEED },
    )
  })

  it('are the same zone again when their canonical form is read', () => {
    fc.assert(
      fc.property(zoneFiles, files => {
        const zone = read(writeFiles(folder, files))
        const printed = recordsOf(zone)
        const again = join(folder, 'again.zone')
        writeFileSync(again, `${printed.join('\n')}\n`)
        expect(recordsOf(read(again))).to.deep.equal(printed)
      }),
      { numRuns: RUNS, seed: SEED },
    )
  })
})

function writeFiles(folder: string, files: ZoneFiles): string {
  const main = join(folder, 'main.zone')
  writeFileSync(main, files.main)
  files.included.forEach((text, index) => writeFileSync(join(folder, `part${index}.inc`), text))
  return main
}

function read(path: string): Zone {
  const { zone, problems } = loadZone(path, APEX)
  if (zone === undefined)
    throw new Error(
      `Meridian refuses it: ${problems.map(formatProblem).join('\n')}\n${readFileSync(path, 'latin1')}`,
    )
  return zone
}

function recordsOf(zone: Zone): string[] {
  return Array.from({ length: zone.records.count }, (_, record) => presentRecord(zone, record))
}
