/** What those who ask for names feel of a crowd at the admin listener: Meridian left alone beside Meridian attacked,
 *  in turns, at a quarter and at half of what it can answer. All of the server's threads share one core, as on the
 *  least of hosts; on the other core the attackers have whatever the generator leaves. So what counts is the CPU time
 *  of the worker's own thread per answer, what is lost, and how late answers are. Full load is not measured: generator
 *  and attackers would fight over their core, and that would be all that is told. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { selfSigned } from '../health/probe/certificates.ts'
import { ROOT } from '../house/source.ts'
import { type Daemon, freePort, makeTempDir, removeTempDir, startDaemon } from '../tools/process.ts'
import type { AttackOrders, AttackTally } from './attacker.ts'
import type { Outcome } from './generator-orders.ts'
import { Latencies } from './latencies.ts'
import { GENERATOR_CPU, generate, type LoadShape, measure, SERVER_CPU } from './measure.ts'
import { median, table } from './report.ts'
import { type BenchServer, startServer } from './servers.ts'
import type { ZoneFile } from './zones.ts'

type LoadName = 'quarter' | 'half'

interface Felt {
  /** CPU time of the thread that answers, per answer. */
  readonly workerUs: number
  readonly queriesPerSecond: number
  /** Of the middle one of all tenths of a second: others work here too, and one pause of theirs is not the server's. */
  readonly p50Us: number
  readonly p99Us: number
  readonly lost: number
  readonly wrong: number
}

export interface AttackedRound {
  readonly round: number
  /** By attack. */
  readonly felt: Readonly<Record<string, Readonly<Record<LoadName, Felt>>>>
  /** What attackers were told in this round, by attack and status. */
  readonly told: Readonly<Record<string, AttackTally>>
}

type Attack = Pick<AttackOrders, 'kind' | 'connections' | 'isSecure'>

const ATTACKS: Readonly<Record<string, Attack | undefined>> = {
  nobody: undefined,
  'nobody, again': undefined,
  '8 scrapers without a pause': { kind: 'scrapers', connections: 8, isSecure: false },
  'a crowd of 1,000': { kind: 'crowd', connections: 1_000, isSecure: false },
  'the same over TLS': { kind: 'crowd', connections: 1_000, isSecure: true },
}
const TOKEN = 'correct-horse-battery'
const PACED_SLOTS = 1024
const GENERATOR_WARM_MS = 500

interface Attacked {
  readonly server: BenchServer
  readonly adminPort: number
  readonly worker: Thread
}

interface Thread {
  readonly pid: number
  readonly id: string
}

export async function measureAttacks(
  zones: readonly ZoneFile[],
  shape: LoadShape,
  rounds: number,
  seed: number,
): Promise<AttackedRound[]> {
  const dir = makeTempDir('meridian-attack-')
  const { cert, key } = selfSigned({ names: ['127.0.0.1'] })
  writeFileSync(join(dir, 'cert.pem'), cert)
  writeFileSync(join(dir, 'key.pem'), key)
  writeFileSync(join(dir, 'token'), TOKEN)
  const secure = [`--admin-cert=${join(dir, 'cert.pem')}`, `--admin-key=${join(dir, 'key.pem')}`]
  const started: Attacked[] = []
  try {
    for (const more of [[], secure])
      started.push(await startAttacked(zones, shape, [`--admin-token-file=${join(dir, 'token')}`, ...more]))
    const [plain, overTls] = started as [Attacked, Attacked]
    const capacity = (await measure(plain.server, shape)).queriesPerSecond
    const measured: AttackedRound[] = []
    for (let round = 1; round <= rounds; round++)
      measured.push(await measureRound(round, seed + round, plain, overTls, shape, capacity))
    return measured
  } finally {
    for (const { server } of started) await server.stop()
    removeTempDir(dir)
  }
}

async function measureRound(
  round: number,
  seed: number,
  plain: Attacked,
  overTls: Attacked,
  shape: LoadShape,
  capacity: number,
): Promise<AttackedRound> {
  const all: Record<string, Record<LoadName, Felt>> = {}
  const told: Record<string, AttackTally> = {}
  for (const [what, attack] of Object.entries(ATTACKS)) {
    const target = attack?.isSecure === true ? overTls : plain
    const attacker =
      attack && (await startAttacker({ ...attack, port: target.adminPort, token: TOKEN, seed }))
    try {
      const paced = { ...shape, slots: PACED_SLOTS, seconds: shape.seconds + GENERATOR_WARM_MS / 1000 }
      const quarter = await felt(target, { ...paced, rate: Math.round(capacity / 4) })
      const half = await felt(target, { ...paced, rate: Math.round(capacity / 2) })
      all[what] = { quarter, half }
      if (attacker !== undefined) told[what] = toldTo(attacker)
      console.error(
        `  admin ${round} ${what.padEnd(26)} ${lineOf('quarter', quarter)}; ${lineOf('half', half)}`,
      )
    } finally {
      await attacker?.stop()
    }
  }
  return { round, felt: all, told }
}

async function startAttacked(
  zones: readonly ZoneFile[],
  shape: LoadShape,
  settings: readonly string[],
): Promise<Attacked> {
  const adminPort = await freePort()
  const serveArgs = [`--admin=127.0.0.1:${adminPort}`, ...settings]
  const server = await startServer('meridian', zones, { cpus: SERVER_CPU, serveArgs })
  const before = threadTimes(server.pids())
  await generate(server, { ...shape, seconds: 1 })
  const after = threadTimes(server.pids())
  const busiest = [...after].toSorted(
    ([one], [other]) => used(other, before, after) - used(one, before, after),
  )[0]![0]
  const [pid, id] = busiest.split('/') as [string, string]
  return { server, adminPort, worker: { pid: Number(pid), id } }
}

function threadTimes(pids: readonly number[]): Map<string, number> {
  const times = new Map<string, number>()
  for (const pid of pids)
    for (const id of readdirSync(`/proc/${pid}/task`)) times.set(`${pid}/${id}`, runNs({ pid, id }))
  return times
}

function used(thread: string, before: Map<string, number>, after: Map<string, number>): number {
  return after.get(thread)! - (before.get(thread) ?? 0)
}

function runNs({ pid, id }: Thread): number {
  return Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'latin1').split(' ')[0])
}

/** All that the worker did was for answers that are counted; latencies are those of a generator that is warm. */
async function felt({ server, worker }: Attacked, shape: LoadShape): Promise<Felt> {
  const before = runNs(worker)
  const outcome: Outcome = await generate(server, { ...shape, warmUpSeconds: 0 })
  const workerNs = runNs(worker) - before
  const warmMs = (outcome.slices[0]?.startMs ?? 0) + GENERATOR_WARM_MS
  const tenths = outcome.slices
    .filter(({ startMs, buckets }) => startMs >= warmMs && buckets.length > 0)
    .map(({ buckets }) => {
      const latencies = new Latencies()
      latencies.addAll(buckets)
      return latencies.percentiles()
    })
  return {
    workerUs: workerNs / 1000 / Math.max(1, outcome.answered),
    queriesPerSecond: outcome.answered / outcome.seconds,
    p50Us: median(tenths.map(({ p50Us }) => p50Us)),
    p99Us: median(tenths.map(({ p99Us }) => p99Us)),
    lost: outcome.lost,
    wrong: outcome.wrong,
  }
}

/** On the generator's core, which it gets whenever the generator sleeps. */
async function startAttacker(orders: AttackOrders): Promise<Daemon> {
  const script = join(ROOT, 'test', 'bench', 'attacker.ts')
  const node = [process.execPath, '--import', 'tsx', script, JSON.stringify(orders)]
  const attacker = await startDaemon({
    command: 'chrt',
    args: ['--idle', '0', 'taskset', '-c', GENERATOR_CPU, ...node],
    cwd: ROOT,
    ready: async () => true,
  })
  while (!attacker.output().includes('}')) await sleep(20)
  return attacker
}

/** Its last whole line. */
function toldTo(attacker: Daemon): AttackTally {
  const lines = attacker
    .output()
    .split('\n')
    .filter(line => line.startsWith('{') && line.endsWith('}'))
  return JSON.parse(lines.at(-1) ?? '{}') as AttackTally
}

function lineOf(load: LoadName, { workerUs, p99Us, lost }: Felt): string {
  return `${load} ${workerUs.toFixed(2)} µs, p99 ${p99Us.toFixed(0)} µs, lost ${lost}`
}

export function attackLines(rounds: readonly AttackedRound[]): string {
  const [reference] = Object.keys(ATTACKS) as [string]
  const rows = Object.keys(ATTACKS).map(what => {
    const of = (pick: (attacked: Felt, idle: Felt) => number, load: LoadName): number =>
      median(rounds.map(({ felt: all }) => pick(all[what]![load], all[reference]![load])))
    const lost = rounds.reduce(
      (sum, one) => sum + one.felt[what]!.quarter.lost + one.felt[what]!.half.lost,
      0,
    )
    const cells = (['quarter', 'half'] as const).flatMap(load => [
      of(({ workerUs }) => workerUs, load).toFixed(2),
      of((attacked, idle) => attacked.workerUs / idle.workerUs, load).toFixed(2),
      of(({ p99Us }) => p99Us, load).toFixed(0),
    ])
    return [what, ...cells, `${lost}`, toldIn(rounds, what)]
  })
  const columns = (load: string): string[] => [`µs/query, ${load}`, '× nobody', 'p99 µs']
  const head = ['at the admin listener', ...columns('¼ load'), ...columns('½ load'), 'lost', 'told']
  const capacity = rounds[0]!.felt[reference]!.half.queriesPerSecond
  const title = 'what a crowd at the admin listener costs, existing names, UDP'
  const terms =
    `CPU time of the worker's thread; all threads of the server share one core; p99 of the middle tenth of a second; ` +
    `half load is ${Math.round(capacity).toLocaleString('en')} q/s.`
  return `**${title}**\n\n${terms}\n\n${table(head, rows)}`
}

/** How often strangers were told what, over all rounds. */
function toldIn(rounds: readonly AttackedRound[], what: string): string {
  const sums: AttackTally = {}
  for (const { told } of rounds)
    for (const [status, count] of Object.entries(told[what] ?? {})) sums[status] = (sums[status] ?? 0) + count
  return Object.entries(sums)
    .map(([status, count]) => `${status}: ${count.toLocaleString('en')}`)
    .join(' ')
}
