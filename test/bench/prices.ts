/** What observing costs: Meridian with nothing observed beside Meridian with all of its taps in use, in turns under one
 *  load, each with a receiver that takes everything. Ratios are of the same round. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { OtlpReceiver } from '../tools/otlp-receiver.ts'
import { type Daemon, makeTempDir, removeTempDir, startDaemon } from '../tools/process.ts'
import { tool } from '../tools/tools.ts'
import { GENERATOR_CPU, type LoadShape, type Measured, measure, SERVER_CPU } from './measure.ts'
import { median, table } from './report.ts'
import { type BenchServer, startServer } from './servers.ts'
import type { ZoneFile } from './zones.ts'

export interface PricedRound {
  readonly round: number
  readonly measured: Readonly<Record<string, Measured>>
  /** Messages that were not told, by what was observed, over all rounds so far. */
  readonly dropped: Readonly<Record<string, number>>
}

interface Receivers {
  readonly socketPath: string
  readonly otlp: OtlpReceiver
}

/** What is observed → the settings that have it observed. */
const OBSERVED: Readonly<Record<string, (receivers: Receivers) => readonly string[]>> = {
  nothing: () => [],
  'nothing, again': () => [],
  'dnstap, all': ({ socketPath }) => [`--dnstap-socket=${socketPath}`],
  'dnstap, 1 in 100': ({ socketPath }) => [`--dnstap-socket=${socketPath}`, '--dnstap-sample=100'],
  'traces, 1 query in 10,000': ({ otlp }) => [`--otlp-endpoint=${otlp.url}`],
}

export async function measurePrices(
  zones: readonly ZoneFile[],
  shape: LoadShape,
  rounds: number,
): Promise<PricedRound[]> {
  const dir = makeTempDir('meridian-prices-')
  const otlp = await OtlpReceiver.listen()
  const captures: Daemon[] = []
  const servers = new Map<string, BenchServer>()
  try {
    for (const [what, settings] of Object.entries(OBSERVED)) {
      const socketPath = join(dir, `${servers.size}.sock`)
      captures.push(await startCapture(socketPath))
      const serveArgs = settings({ socketPath, otlp })
      servers.set(what, await startServer('meridian', zones, { cpus: SERVER_CPU, serveArgs }))
    }
    const priced: PricedRound[] = []
    for (let round = 1; round <= rounds; round++) priced.push(await measureRound(round, servers, shape))
    return priced
  } finally {
    for (const server of servers.values()) await server.stop()
    for (const capture of captures) await capture.stop()
    await otlp.close()
    removeTempDir(dir)
  }
}

/** On the generator's core: the messages' way ends at the socket. */
async function startCapture(socketPath: string): Promise<Daemon> {
  const program = await tool('fstrm_capture')
  const args = ['-t', 'protobuf:dnstap.Dnstap', '-u', socketPath, '-w', '/dev/null']
  return startDaemon({
    command: 'taskset',
    args: ['-c', GENERATOR_CPU, program, ...args],
    ready: async () => existsSync(socketPath),
  })
}

async function measureRound(
  round: number,
  servers: ReadonlyMap<string, BenchServer>,
  shape: LoadShape,
): Promise<PricedRound> {
  const measured: Record<string, Measured> = {}
  const dropped: Record<string, number> = {}
  for (const [what, server] of servers) {
    measured[what] = await measure(server, shape)
    dropped[what] = droppedBy(server)
    const { cost, queriesPerSecond } = measured[what]
    console.error(
      `  taps ${round} ${what.padEnd(26)} ${cost.totalUs.toFixed(2)} µs (${cost.userUs.toFixed(2)} user) ` +
        `${Math.round(queriesPerSecond)} q/s, dropped ${dropped[what]}`,
    )
  }
  return { round, measured, dropped }
}

/** Told in the log every ten seconds. */
function droppedBy(server: BenchServer): number {
  const told = [...server.log().matchAll(/"dropped":(\d+)/g)]
  return told.reduce((sum, [, count]) => sum + Number(count), 0)
}

export function priceLines(rounds: readonly PricedRound[]): string {
  const [reference] = Object.keys(OBSERVED) as [string]
  const rows = Object.keys(OBSERVED).map(what => {
    const of = (pick: (measured: Measured) => number): number =>
      median(rounds.map(({ measured }) => pick(measured[what]!)))
    const ratio = median(
      rounds.map(({ measured }) => measured[what]!.cost.totalUs / measured[reference]!.cost.totalUs),
    )
    return [
      what,
      of(({ cost }) => cost.totalUs).toFixed(2),
      of(({ cost }) => cost.userUs).toFixed(2),
      ratio.toFixed(2),
      Math.round(of(({ queriesPerSecond }) => queriesPerSecond)).toLocaleString('en'),
      of(({ latencies }) => latencies.p99Us).toFixed(0),
      `${Math.max(...rounds.map(({ dropped }) => dropped[what]!))}`,
    ]
  })
  const head = ['observed', 'CPU µs/query', 'user', '× nothing', 'q/s', 'p99 µs', 'dropped']
  return `**what observing costs, existing names, UDP**\n\n${table(head, rows)}`
}
