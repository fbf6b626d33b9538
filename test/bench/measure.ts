/** One measurement: a generator on its own core against one server, and what it cost that server. Knows no tables
 *  and no rounds. */

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ROOT } from '../house/source.ts'
import { type CpuCost, costPerQuery, memoryBytes } from './accounting.ts'
import type { Orders, Outcome } from './generator-orders.ts'
import type { Percentiles } from './latencies.ts'
import type { BenchServer } from './servers.ts'

export interface LoadShape {
  readonly queryPath: string
  readonly transport: 'udp' | 'tcp'
  readonly sockets: number
  readonly slots: number
  readonly warmUpSeconds: number
  readonly seconds: number
  readonly rate?: number
}

export interface Measured {
  readonly cost: CpuCost
  readonly queriesPerSecond: number
  readonly latencies: Percentiles
  readonly answered: number
  readonly lost: number
  readonly wrong: number
  readonly stray: number
  readonly memoryBytes: number
  /** The generator's own CPU time per answer, without the share in which it only waited. */
  readonly generatorUs: number
}

export const GENERATOR_CPU = '0'
export const SERVER_CPU = '1'
const TIMEOUT_MS = 1_000

/** Starts a generator and hands back its outcome to come. */
export function generate(
  server: Pick<BenchServer, 'port' | 'pids'>,
  shape: LoadShape,
  timeoutMs = TIMEOUT_MS,
): Promise<Outcome> {
  const orders: Orders = {
    port: server.port,
    queryPath: shape.queryPath,
    sockets: shape.sockets,
    slots: shape.slots,
    warmUpSeconds: shape.warmUpSeconds,
    seconds: shape.seconds,
    timeoutMs,
    rate: shape.rate ?? 0,
    pids: server.pids(),
  }
  const script = join(ROOT, 'test', 'bench', shape.transport === 'udp' ? 'generator.ts' : 'streams.ts')
  const node = [process.execPath, '--import', 'tsx', script, JSON.stringify(orders)]
  const child = spawn('taskset', ['-c', GENERATOR_CPU, ...node], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed: Buffer[] = []
  const complained: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => complained.push(chunk))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => {
      if (code === 0) resolve(JSON.parse(Buffer.concat(printed).toString()) as Outcome)
      else reject(new Error(`the generator failed: ${Buffer.concat(complained).toString()}`))
    })
  })
}

export async function measure(server: BenchServer, shape: LoadShape): Promise<Measured> {
  const outcome = await generate(server, shape)
  if (outcome.answered === 0) throw new Error(`${server.kind} answered nothing\n${server.log()}`)
  if (outcome.wrong > 0 && server.kind !== 'echo')
    console.error(`  ${server.kind}: ${outcome.wrong} wrong answers; ${outcome.firstWrong}`)
  return {
    cost: costPerQuery(outcome.before, outcome.after, outcome.answered),
    queriesPerSecond: outcome.answered / outcome.seconds,
    latencies: outcome.latencies,
    answered: outcome.answered,
    lost: outcome.lost,
    wrong: outcome.wrong,
    stray: outcome.stray,
    memoryBytes: memoryBytes(server.pids()),
    generatorUs:
      ((outcome.ownUserUs + outcome.ownSystemUs) * (1 - outcome.idleSeconds / outcome.seconds)) /
      outcome.answered,
  }
}
