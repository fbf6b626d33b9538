/** The example zone of the manual, through the program: it passes with every expectation, and a mistake in any line
 *  is reported at that line and column. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Problem } from '../../src/base/problem.ts'
import { SmallWorld } from './small-world.ts'

const TEXT = readFileSync(join(import.meta.dirname, 'now', 'classroom.example.zone'), 'utf8')

interface Mistake {
  /** What stands in the file, and what it is mistaken for. */
  readonly from: string
  readonly to: string
  /** `line:column severity code`. */
  readonly said: string
}

const MISTAKES: readonly Mistake[] = [
  {
    from: '$REGION use1  cloud=aws:us-east-1',
    to: '$REGION use1  cloud=aws:us-east1',
    said: '10:25 error unknown-cloud-region',
  },
  { from: '$REGION euw3 ', to: '$REGION euw4 ', said: '22:23 error unknown-region' },
  { from: 'capacity=4000', to: 'capacity=many', said: '14:51 error bad-number' },
  { from: 'country=DE', to: 'country=GER', said: '14:38 error unknown-country' },
  { from: 'AE,SA,QA', to: 'AE,SAU,QA', said: '16:18 error unknown-place' },
  { from: 'min-passing=50%', to: 'min-passing=half', said: '18:49 error bad-percent' },
  { from: 'interval=5s', to: 'intervall=5s', said: '19:50 error unknown-key' },
  { from: 'residency=eu  ', to: 'residency=eeu ', said: '23:15 error unknown-place' },
  { from: 'gulf:euc1,apne1', to: 'gulf:euc1,apne9', said: '24:25 error unknown-region' },
  { from: 'order=nearest', to: 'order=neerest', said: '26:11 error unknown-order' },
  { from: 'health=live,edge', to: 'health=life,edge', said: '27:12 error unknown-check' },
  { from: 'outage=in-fence', to: 'outage=infence', said: '28:12 error unknown-outage' },
  { from: 'ttl=10..60', to: 'ttl=60..10', said: '29:9 error bad-ttl' },
  { from: 'GSLB  class', to: 'GSLB  clas', said: '32:23 error unknown-policy' },
  {
    from: 'euw3.live    60 A     198.51.100.30',
    to: 'euw3.life    60 A     198.51.100.30',
    said: '32:17 error region-without-records',
  },
  { from: '-> euw3', to: '-> euc1', said: '40:41 error expectation-failed' },
  { from: 'from=JP', to: 'from=JPN', said: '42:19 error unknown-place' },
]

describe('the example zone through the program', () => {
  let world: SmallWorld
  const said = new Map<Mistake, Problem[]>()

  before(() => {
    world = new SmallWorld()
    // One run for all: each mistake in a folder of its own, under the same name.
    const folders = MISTAKES.map((mistake, i) => {
      expect(TEXT.split(mistake.from), mistake.from).to.have.length(2)
      const folder = join(world.dir, `mistake-${i}`)
      mkdirSync(folder)
      writeFileSync(join(folder, 'classroom.example.zone'), TEXT.replace(mistake.from, mistake.to))
      return folder
    })
    const { stdout } = world.run(['check', ...folders, '--json'])
    const { problems } = JSON.parse(stdout) as { problems: Problem[] }
    MISTAKES.forEach((mistake, i) => {
      said.set(
        mistake,
        problems.filter(({ file }) => file.startsWith(`${folders[i]}/`)),
      )
    })
  })
  after(() => world.remove())

  it('passes, and every expectation holds', () => {
    const { code, stdout } = world.run(['check', 'now/classroom.example.zone', '--json'])
    const report = JSON.parse(stdout)
    expect(code).to.equal(0)
    expect(report.problems.map(({ line, code: what }: Problem) => `${line} ${what}`)).to.deep.equal([
      '14 unused-region',
      '32 regions-differ',
    ])
    expect(report.zones[0].steering).to.deep.equal({
      names: 1,
      policies: [{ name: 'class', regions: 4, classes: 8 }],
      expectations: 4,
    })
  })

  for (const mistake of MISTAKES)
    it(`says what is wrong with ${mistake.to.trim()}`, () => {
      const lines = said.get(mistake)!.map(one => `${one.line}:${one.column} ${one.severity} ${one.code}`)
      expect(lines).to.include(mistake.said)
    })

  it('says all mistakes in the order of the lines', () => {
    const broken = MISTAKES.slice(0, 8).reduce((text, { from, to }) => text.replace(from, to), TEXT)
    const path = world.write('classroom.example.zone', broken)
    const { code, stdout } = world.run(['check', path, '--json'])
    const lines = (JSON.parse(stdout).problems as Problem[]).map(({ line }) => line)
    expect(lines.length).to.be.at.least(8)
    expect(lines).to.deep.equal(lines.toSorted((a, b) => a - b))
    expect(code).to.equal(1)
  })

  it('is not proven without geo data: an error, and exit 1', () => {
    const { code, stdout } = world.run(['check', 'now', '--geo', 'nowhere.mmdb'])
    expect(stdout).to.match(/^nowhere\.mmdb error cannot-read/)
    expect(code).to.equal(1)
  })
})
