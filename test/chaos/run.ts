/** One chaos run: real Consul, real endpoints, the real program with two UDP workers, a load that writes down every
 *  query, havoc meanwhile, and the checker's verdict in the end. */

import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { ROOT } from '../house/source.ts'
import { Endpoints } from '../server/endpoints.ts'
import { Meridian, stopAll, strings } from '../server/meridian.ts'
import { startPair } from '../tools/consul.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { judge, type Verdict } from './checker.ts'
import { Havoc, registerAll } from './havoc.ts'
import { chaosZone, LAW, PROBED, TOLD, VERSION, versionAddress } from './law.ts'
import type { LoadOrders, LoadOutcome } from './load.ts'
import { type Question, readQueryLog } from './query-log.ts'
import { emptyTimeline, sharedNowMs, type Timeline } from './timeline.ts'

export interface ChaosOrders {
  readonly seconds: number
  /** Queries a second; undefined: half of what can be had here. */
  readonly rate: number | undefined
  readonly seed: number
}

export interface ChaosReport {
  readonly verdict: Verdict
  readonly rate: number
  readonly load: LoadOutcome
  readonly done: ReadonlyMap<string, number>
  readonly timeline: Timeline
}

/** The load begins a little before the havoc and ends a little after. */
const MARGIN_SECONDS = 0.5
const CAPACITY_SECONDS = 3
const LOAD_PROGRAM = join(ROOT, 'test', 'chaos', 'load.ts')
const KILLABLE = pathToFileURL(join(ROOT, 'test', 'chaos', 'killable.mjs')).href
/** A small one is read at once, and nothing here depends on places. */
const GEO = join(ROOT, 'test', 'geo', 'country.mmdb')

const QUESTIONS: readonly Question[] = [
  ...LAW.names.flatMap(({ name }) => LAW.clients.map((_, client) => ({ name, client }))),
  { name: VERSION, client: undefined },
]

export async function runChaos(orders: ChaosOrders, context?: Mocha.Context): Promise<ChaosReport> {
  const pair = await startPair(context)
  const stateDir = makeTempDir('meridian-chaos-')
  const endpoints = await Endpoints.open(...[...LAW.names[0]!.regions.values()].flat())
  try {
    const consul = { fra: pair.aws, par: pair.gcp }
    for (const server of Object.values(consul)) await registerAll(server, () => true)
    const server = await serve(stateDir, endpoints, consul)
    const timeline = emptyTimeline()
    const nowMs = sharedNowMs()
    timeline.publications.push({ address: versionAddress(1), writtenMs: nowMs, publishedMs: nowMs })
    const rate = orders.rate ?? Math.floor((await capacity(server, orders.seed)) / 2)
    const logPath = join(stateDir, 'queries')
    const loading = load({
      ...loadOrders(server, orders.seed),
      rate,
      logPath,
      seconds: orders.seconds,
    })
    await pause(MARGIN_SECONDS * 1_000)
    const havoc = new Havoc({ server, stateDir, endpoints, consul }, timeline, orders.seed)
    await havoc.wreak((orders.seconds - 2 * MARGIN_SECONDS) * 1_000)
    const outcome = await loading
    const verdict = judge(LAW, QUESTIONS, timeline, readQueryLog(logPath))
    return { verdict, rate, load: outcome, done: havoc.done, timeline }
  } finally {
    await stopAll()
    await endpoints.close()
    await pair.stop()
    removeTempDir(stateDir)
  }
}

async function serve(
  stateDir: string,
  endpoints: Endpoints,
  { fra, par }: Readonly<Record<'fra' | 'par', { url: string; datacenter: string }>>,
): Promise<Meridian> {
  const words = ['--listen', '127.0.0.1:0', '--workers', '2', '--state', stateDir, '--geo', GEO]
  // One way to each: what is promised of one datacenter must not hang on how the other one fares.
  words.push('--consul-agents', [fra, par].map(({ datacenter, url }) => `${datacenter}=${url}`).join(','))
  const zones = { 'chaos.test.zone': chaosZone(1, endpoints.port) }
  const server = await Meridian.start(zones, words, { NODE_OPTIONS: `--import=${KILLABLE}` })
  for (const name of [PROBED, ...TOLD]) {
    const isWell = (line: string): boolean => line.includes(' up ') || line.startsWith('ash unknown')
    while (!(await strings(server, `_health.${name}`)).every(isWell)) await pause(50)
  }
  return server
}

function loadOrders(server: Meridian, seed: number): Omit<LoadOrders, 'rate' | 'seconds' | 'logPath'> {
  const questions = QUESTIONS.map(({ name, client }) =>
    client === undefined ? { name } : { name, subnet: LAW.clients[client]!.subnet },
  )
  return { port: server.port(), questions, seed }
}

/** Answers a second when asked as fast as it answers. */
async function capacity(server: Meridian, seed: number): Promise<number> {
  const orders = { ...loadOrders(server, seed), rate: 0, seconds: CAPACITY_SECONDS, logPath: '' }
  return (await load(orders)).answered / CAPACITY_SECONDS
}

function load(orders: LoadOrders): Promise<LoadOutcome> {
  return new Promise((resolve, reject) => {
    const words = ['--import', 'tsx', LOAD_PROGRAM, JSON.stringify(orders)]
    const child = spawn(process.execPath, words, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    child.once('error', reject)
    child.once('close', code => {
      if (code === 0) resolve(JSON.parse(said) as LoadOutcome)
      else reject(new Error(`the load left with code ${code}`))
    })
  })
}

/** Figures for people, a line each. */
export function reportLines({ verdict, rate, load: outcome, done, timeline }: ChaosReport): string[] {
  const { complaints, lostInBatches, looked, latestMs, slowestMs } = verdict
  const ms = (value: number): string => `${value.toFixed(0)} ms`
  const seen = [
    `endpoint ${ms(latestMs.endpoint)}`,
    `Consul ${ms(latestMs.consul)}`,
    `drain ${ms(latestMs.drain)}`,
  ]
  const chances = [
    `fence ${looked.fence}`,
    `dead endpoints ${looked.endpoint}`,
    `Consul's word ${looked.consul}`,
    `drains ${looked.drain}`,
    `versions ${looked.version}`,
  ]
  return [
    `${outcome.sent} queries at ${rate} a second, ${outcome.answered} answered`,
    `lost in the batches of ${timeline.deaths.length} killed workers: ${lostInBatches}`,
    `dropped by the kernel: ${outcome.dropsThere} queries on their way, ${outcome.dropsHere} answers on theirs`,
    `done: ${[...done].map(([what, count]) => `${what} ${count}`).join(', ')}`,
    `answers that could have broken the law: ${chances.join(', ')}`,
    `last seen after: ${seen.join(', ')}; slowest answer ${ms(slowestMs)}`,
    complaints.length === 0 ? 'no complaints' : 'complaints:',
    ...complaints,
  ]
}

/** For whoever wants to look at a failed run. */
export function keepTimeline(path: string, timeline: Timeline): void {
  writeFileSync(path, `${JSON.stringify(timeline, undefined, 1)}\n`)
}
