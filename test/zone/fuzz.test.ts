/** Zone lines bent out of shape: no line may make the reader throw, hang, grow or point at a place that is not
 *  there. `FUZZ_COUNT` lines (a million takes a few minutes) from `FUZZ_SEED`, which every run prints. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'chai'
import { formatProblem, type Problem } from '../../src/base/problem.ts'
import { nameFromText } from '../../src/wire/name.ts'
import { loadZone } from '../../src/zone/load.ts'
import { presentRecord } from '../../src/zone/present.ts'
import type { Zone } from '../../src/zone/zone.ts'
import { Dice, seedFrom } from '../differential/dice.ts'

const FOLDER = fileURLToPath(new URL('../golden/zone', import.meta.url))
const COUNT = Number(process.env['FUZZ_COUNT'] ?? 20_000)
const SEED = seedFrom('FUZZ_SEED')
const APEX = nameFromText('example.com')!
/** Few lines and few mutations, so that many zones get as far as the checks; or many of both. */
const MILD_LINES = 3
const WILD_LINES = 20
const GROWTH_BYTES_MAX = 24 * 2 ** 20
const HEAD = '$TTL 1h\n@ SOA ns.example.net. h.example.net. 1 2h 30m 2w 1m\n@ NS ns.example.net.\n'

/** Octets that mean something to the scanner, and some that mean nothing to anyone. */
const TROUBLE = [
  '"',
  '(',
  ')',
  ';',
  '\\',
  '\n',
  '\r\n',
  '\t',
  ' ',
  '@',
  '$',
  '.',
  '..',
  '=',
  ',',
  '\\#',
  '\0',
  '\xff',
]
const WORDS = [
  'IN',
  'A',
  'TXT',
  '\\# 4 01020304',
  '99999999999',
  '-1',
  'TYPE65535',
  '$ORIGIN',
  '$INCLUDE',
  '\\256',
  '*',
]

describe(`mutated zone lines (FUZZ_SEED=${SEED}, FUZZ_COUNT=${COUNT})`, function () {
  this.timeout(30_000 + COUNT * 5)
  const all = readLines(/\.(?:zone|inc)$/)
  const good = readLines(/^good-.*\.zone$/).filter(line => !/SOA|\$INCLUDE/.test(line))

  it('never throw, never point nowhere, and hold memory', () => {
    const dice = new Dice(SEED)
    let kept = 0
    let zones = 0
    let settled = 0
    for (let done = 0; done < COUNT; zones++) {
      const mild = dice.chance(0.7)
      kept += readMutated(dice.next(), mild ? good : all, mild) ? 1 : 0
      done += mild ? MILD_LINES : WILD_LINES
      // What is compiled and cached on the way has settled by then.
      if (settled === 0 && done > COUNT / 4) settled = memoryBytes()
    }
    expect(memoryBytes() - settled, 'bytes grown').to.be.below(GROWTH_BYTES_MAX)
    expect(kept, 'zones that still loaded: mutations are too wild to reach the checks').to.be.above(
      zones / 20,
    )
  })

  it('are tried with lines that are right, too', () => {
    const { problems } = loadZone('main.zone', APEX, () => Buffer.from(HEAD))
    expect(problems).to.deep.equal([])
  })
})

function readLines(files: RegExp): string[] {
  return readdirSync(FOLDER)
    .filter(file => files.test(file))
    .flatMap(file => readFileSync(join(FOLDER, file), 'latin1').split('\n'))
    .filter(line => line !== '' && line.length < 2000)
}

/** One zone of mutated lines; true when it loads. */
function readMutated(seed: number, seeds: readonly string[], mild: boolean): boolean {
  const dice = new Dice(seed)
  const lines = Array.from({ length: mild ? MILD_LINES : WILD_LINES }, () =>
    mutate(dice, dice.pick(seeds), seeds, mild),
  )
  const text = Buffer.from(HEAD + lines.join('\n'), 'latin1')
  const included = Buffer.from(lines.slice(0, 3).join('\n'), 'latin1')
  const read = (path: string): Uint8Array => (path === 'main.zone' ? text : included)
  try {
    const { zone, problems, errors, warnings } = loadZone('main.zone', APEX, read)
    for (const problem of problems) judgeProblem(problem, problem.file === 'main.zone' ? text : included)
    expect(errors > 0, 'errors and no zone').to.equal(zone === undefined)
    expect(errors + warnings).to.be.at.least(problems.filter(problem => problem.code !== 'and-more').length)
    if (zone !== undefined) judgeZone(zone)
    return zone !== undefined
  } catch (error) {
    throw new Error(`zone ${seed}: ${(error as Error).stack}\n${text.toString('latin1')}`, { cause: error })
  }
}

function mutate(dice: Dice, line: string, seeds: readonly string[], mild: boolean): string {
  let text = line
  for (let times = mild ? dice.below(2) : dice.between(1, 4); times > 0; times--) {
    const at = dice.below(text.length + 1)
    const to = Math.min(text.length, at + dice.below(8))
    const insert = (what: string): string => text.slice(0, at) + what + text.slice(at)
    switch (dice.below(9)) {
      case 0:
        text = text.slice(0, at) + text.slice(to)
        break
      case 1:
        text = insert(dice.pick(TROUBLE))
        break
      case 2:
        text = insert(String.fromCharCode(dice.below(256)))
        break
      case 3:
        text = insert(` ${dice.pick(WORDS)} `)
        break
      case 4:
        text = text.slice(0, at)
        break
      case 5:
        text = text.slice(0, at) + dice.pick(seeds).slice(dice.below(20))
        break
      case 6:
        text = insert(text.slice(at, to).repeat(dice.between(1, 60)))
        break
      case 7:
        text = insert(String(dice.next()))
        break
      default:
        text = text.slice(0, at) + text.slice(at).split(' ').toReversed().join(' ')
    }
  }
  // A range of millions is obeyed, and its millions of records are not what is looked for here.
  return /generate/i.test(text) && /\d{4}/.test(text) ? text.replace(/\d{4,}/g, '7') : text
}

function judgeProblem(problem: Problem, text: Buffer): void {
  const said = formatProblem(problem)
  expect(said).to.match(/^(?:main\.zone|[^:]*)/)
  expect(problem.code).to.match(/^[a-z]+(?:-[a-z0-9]+)*$/)
  expect(problem.width, said).to.be.at.least(1)
  if (problem.line === 0) return void expect(problem.column, said).to.equal(0)
  const lines = new TextDecoder().decode(text).split('\n')
  expect(problem.line, said).to.be.within(1, lines.length)
  const length = [...lines[problem.line - 1]!].length
  expect(problem.column, said).to.be.within(1, length + 1)
  expect(problem.column + problem.width, said).to.be.at.most(length + 2)
  expect(problem.sourceLine, said).to.equal(lines[problem.line - 1]!.replace(/\r$/, ''))
}

/** Whatever was read can be printed, and the print reads back as the same. */
function judgeZone(zone: Zone): void {
  const printed = Array.from({ length: zone.records.count }, (_, record) => presentRecord(zone, record))
  const again = loadZone('again.zone', APEX, () => Buffer.from(printed.join('\n')))
  const reprinted = Array.from({ length: again.zone?.records.count ?? 0 }, (_, record) =>
    presentRecord(again.zone!, record),
  )
  if (again.zone === undefined && zone.steering.length > 0) return
  expect(reprinted, again.problems.map(formatProblem).join('\n')).to.deep.equal(printed)
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function memoryBytes(): number {
  collect()
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  return heapUsed + external + arrayBuffers
}
