/** How long a server takes from the start of its process to its first right answer out of the big zone, and what it
 *  then weighs. */

import { setTimeout as sleep } from 'node:timers/promises'
import { askUdp, queryBytes, Type } from '../tools/ask.ts'
import { freePort } from '../tools/process.ts'
import { memoryBytes } from './accounting.ts'
import { type ServerKind, startServer } from './servers.ts'
import { addressOf, MILLION_APEX, type ZoneFile } from './zones.ts'

export interface Loaded {
  readonly server: ServerKind
  readonly version: string
  readonly seconds: number
  readonly memoryBytes: number
}

/** Gentle enough not to slow down what it waits for. */
const POLL_PAUSE_MS = 5
const LOAD_TIMEOUT_MS = 300_000
/** After this the allocator has given back what it will. */
const SETTLE_MS = 1_000

export async function timeLoading(kind: ServerKind, zone: ZoneFile, names: number): Promise<Loaded> {
  const port = await freePort()
  const stopPolling = new AbortController()
  const startMs = performance.now()
  const answered = firstAnswer(port, names, stopPolling.signal)
  try {
    const server = await startServer(kind, [zone], {
      cpus: '',
      port,
      readyTimeoutMs: LOAD_TIMEOUT_MS,
      readyPauseMs: 50,
    })
    const seconds = ((await answered) - startMs) / 1000
    await sleep(SETTLE_MS)
    const loaded = { server: kind, version: server.version, seconds, memoryBytes: memoryBytes(server.pids()) }
    await server.stop()
    return loaded
  } finally {
    stopPolling.abort()
  }
}

async function firstAnswer(port: number, names: number, signal: AbortSignal): Promise<number> {
  const query = queryBytes({ name: `host${names}.${MILLION_APEX}`, type: Type.A })
  while (!signal.aborted) {
    const reply = await askUdp(port, query, 500)
    if (reply !== undefined && reply.length > 16 && reply.readUInt32BE(reply.length - 4) === addressOf(names))
      return performance.now()
    await sleep(POLL_PAUSE_MS)
  }
  return Number.NaN
}
