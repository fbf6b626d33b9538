/** Alert rules and dashboard ask for metrics that exist, in queries that promtool understands; each alert is tried. */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { parse, stringify } from 'yaml'
import { CONTROL_FAMILIES } from '../../src/observe/control-metrics.ts'
import type { MetricFacts } from '../../src/observe/metric-facts.ts'
import { Metrics } from '../../src/observe/metrics.ts'
import { TAP_FAMILIES } from '../../src/observe/tap-metrics.ts'
import { TRAFFIC_FAMILIES, TRAFFIC_HISTOGRAMS } from '../../src/observe/traffic-metrics.ts'
import { ROOT } from '../house/source.ts'
import { withTempDir } from '../tools/process.ts'
import { tool } from '../tools/tools.ts'
import { readExposition } from './scrape.ts'

const RULES = join(ROOT, 'deploy', 'prometheus', 'meridian.rules.yml')
const DASHBOARD = join(ROOT, 'deploy', 'grafana', 'meridian.json')

const NOTHING: MetricFacts = {
  version: '',
  workers: [],
  sockets: [],
  rcodes: new Map(),
  steering: { answers: [], unknownPlace: [], audited: 0, violations: 0 },
  plan: {
    generation: 0,
    publishedSeconds: 0,
    builds: 0,
    buildsFailed: 0,
    lastBuildSeconds: 0,
    zones: [],
    loadFailures: new Map(),
  },
  health: undefined,
  sources: [],
  geo: [],
}

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets?: readonly { readonly refId: string; readonly expr: string }[]
}

const rules = (): Rule[] =>
  (parse(readFileSync(RULES, 'utf8')) as { groups: { rules: Rule[] }[] }).groups.flatMap(group => group.rules)
const panels = (): Panel[] => (JSON.parse(readFileSync(DASHBOARD, 'utf8')) as { panels: Panel[] }).panels
const queries = (): string[] => panels().flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))

/** Names that a query asks for, and those that are there. */
const namesIn = (expr: string): string[] => expr.match(/\b(?:meridian|nodejs|process)_[a-z0-9_]+/g) ?? []

async function exposedNames(): Promise<Set<string>> {
  const metrics = new Metrics(
    () => NOTHING,
    [...TRAFFIC_FAMILIES, ...CONTROL_FAMILIES, ...TAP_FAMILIES],
    TRAFFIC_HISTOGRAMS,
  )
  const { names } = readExposition(await metrics.render())
  const ofHistograms = TRAFFIC_HISTOGRAMS.flatMap(({ name }) =>
    ['_bucket', '_sum', '_count'].map(part => name + part),
  )
  return new Set([...names, ...ofHistograms])
}

function promtool(path: string, ...words: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(path, words, {
    encoding: 'utf8',
    cwd: join(ROOT, 'deploy', 'prometheus'),
  })
  return { status, output: `${stdout}${stderr}` }
}

describe('alert rules', () => {
  it('are accepted by promtool, and each comes when it should and only then', async function () {
    const path = await tool('promtool', this)
    const checked = promtool(path, 'check', 'rules', RULES)
    expect(checked.status, checked.output).to.equal(0)
    const tried = promtool(path, 'test', 'rules', 'meridian.rules.test.yml')
    expect(tried.status, tried.output).to.equal(0)
  })

  it('are all tried', () => {
    const tests = readFileSync(RULES.replace('.yml', '.test.yml'), 'utf8')
    expect(rules().filter(({ alert }) => !tests.includes(alert))).to.deep.equal([])
  })

  it('ask for metrics that exist, and say what is wrong and what to do', async () => {
    const names = await exposedNames()
    for (const { alert, expr, labels, annotations } of rules()) {
      expect(
        namesIn(expr).filter(name => !names.has(name)),
        alert,
      ).to.deep.equal([])
      expect(labels['severity'], alert).to.be.oneOf(['critical', 'warning'])
      expect(annotations, alert).to.have.keys(['summary', 'description'])
    }
  })
})

describe('the README', () => {
  it('tells of every metric of ours', async () => {
    const text = readFileSync(join(ROOT, 'README.md'), 'utf8')
    const ours = [...(await exposedNames())].filter(
      name => name.startsWith('meridian_') && !/_(?:bucket|sum|count)$/.test(name),
    )
    expect(ours.filter(name => !text.includes(`\`${name}\``))).to.deep.equal([])
  })
})

describe('the dashboard', () => {
  it('asks for metrics that exist, and for nearly all of ours', async () => {
    const names = await exposedNames()
    const asked = new Set(queries().flatMap(namesIn))
    expect([...asked].filter(name => !names.has(name))).to.deep.equal([])
    const shown = new Set([...asked].map(name => name.replace(/_(?:bucket|sum|count)$/, '')))
    const unseen = [...names].filter(
      name => name.startsWith('meridian_') && !shown.has(name.replace(/_(?:bucket|sum|count)$/, '')),
    )
    // What other series tell as well.
    expect(unseen.toSorted()).to.deep.equal([
      'meridian_plan_published_timestamp_seconds',
      'meridian_region_state',
      'meridian_worker_cpu_seconds_total',
      'meridian_worker_plan_generation',
      'meridian_zone_records',
    ])
  })

  it('has queries that promtool understands', async function () {
    const path = await tool('promtool', this)
    await withTempDir(dir => {
      const asRules = queries().map((expr, i) => ({
        record: `query:${i}`,
        expr: expr.replaceAll(/\$__(?:rate_)?interval/g, '5m').replaceAll(/\$(?:instance|zone)/g, '.*'),
      }))
      const file = join(dir, 'queries.yml')
      writeFileSync(file, stringify({ groups: [{ name: 'queries', rules: asRules }] }))
      const { status, output } = promtool(path, 'check', 'rules', file)
      expect(status, output).to.equal(0)
      expect(output).to.include(`${asRules.length} rules found`)
    })
  })

  it('is laid out without gaps of meaning: numbers of their own, nothing over anything else', () => {
    const all = panels()
    expect(new Set(all.map(({ id }) => id)).size).to.equal(all.length)
    for (const [i, one] of all.entries()) {
      expect(one.title, `panel ${one.id}`).to.not.equal('')
      expect(one.gridPos.x + one.gridPos.w, one.title).to.be.at.most(24)
      for (const other of all.slice(i + 1))
        expect(overlap(one, other), `${one.title}, ${other.title}`).to.equal(false)
    }
  })
})

function overlap({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
}
