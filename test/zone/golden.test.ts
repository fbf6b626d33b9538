/** Golden zones: each `NAME.zone` and, in `NAME.txt`, what is said about it and the records it holds.
 *  `UPDATE_GOLDEN=1` writes the texts anew; read the difference before committing it. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { formatProblem } from '../../src/base/problem.ts'
import { nameFromText } from '../../src/wire/name.ts'
import { loadZone } from '../../src/zone/load.ts'
import { NO_RECORD } from '../../src/zone/owners.ts'
import { presentRecord } from '../../src/zone/present.ts'
import type { Zone } from '../../src/zone/zone.ts'

const FOLDER = fileURLToPath(new URL('../golden/zone', import.meta.url))
const APEX = nameFromText('example.com')!

describe('golden zones', () => {
  const names = readdirSync(FOLDER)
    .filter(file => file.endsWith('.zone'))
    .map(file => file.slice(0, -'.zone'.length))

  it('are many', () => {
    expect(names.length).to.be.at.least(90)
  })

  for (const name of names) {
    it(name.replaceAll('-', ' '), () => {
      const said = describeZone(`${name}.zone`)
      const file = join(FOLDER, `${name}.txt`)
      if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, said)
      expect(said).to.equal(readFileSync(file, 'utf8'))
    })
  }
})

function describeZone(path: string): string {
  const { zone, problems } = loadZone(path, APEX, asked => readGolden(asked))
  const parts = problems.map(formatProblem)
  if (zone !== undefined) parts.push(presentZone(zone))
  return `${parts.join('\n\n')}\n`
}

function readGolden(path: string): Uint8Array | Error {
  try {
    return readFileSync(join(FOLDER, path))
  } catch (error) {
    return new Error((error as NodeJS.ErrnoException).code ?? 'unreadable')
  }
}

/** The records that are left after checking, in the order of the file, then what steers. */
function presentZone(zone: Zone): string {
  const kept: number[] = []
  for (let owner = 0; owner < zone.owners.count; owner++) {
    let record = zone.owners.firstRecord[owner]!
    for (; record !== NO_RECORD; record = zone.records.next[record]!) kept.push(record)
  }
  const lines = kept.toSorted((a, b) => a - b).map(record => presentRecord(zone, record))
  for (const rule of zone.steering)
    lines.push(
      [rule.ttl ?? '-', rule.type, ...rule.words]
        .map(word => (typeof word === 'object' ? word.text : word))
        .join(' '),
    )
  for (const directive of zone.directives)
    lines.push(
      [directive.name, ...directive.words].map(word => `${word.text}@${word.line}:${word.column}`).join(' '),
    )
  return lines.join('\n')
}
