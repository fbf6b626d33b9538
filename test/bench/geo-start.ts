/** From the start of the process to the first answer by policy, with the embedded city-level data: the first time,
 *  when it must be compiled, and again, when the state folder has it. And what the server then weighs. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { GeoServer } from '../rivals-geo/servers.ts'
import { ensureBuilt, MAIN } from '../server/built.ts'
import { askUdp, queryBytes, Type } from '../tools/ask.ts'
import { freePort, makeTempDir, removeTempDir, startDaemon } from '../tools/process.ts'
import { memoryBytes } from './accounting.ts'
import { MANY_APEX } from './many-world.ts'

export interface GeoStart {
  readonly seconds: number
  readonly memoryBytes: number
}

const POLL_PAUSE_MS = 2
const TIMEOUT_MS = 300_000
/** After this the memory of building is given back, as far as it will be. */
const SETTLE_MS = 6_000

/** First with nothing compiled, then `again` times. */
export async function timeStarts(
  zone: string,
  again: number,
): Promise<{ first: GeoStart; later: readonly GeoStart[] }> {
  ensureBuilt()
  const dir = makeTempDir('meridian-geo-start-')
  try {
    mkdirSync(join(dir, 'zones'))
    writeFileSync(join(dir, 'zones', `${MANY_APEX}.zone`), zone)
    const first = await timeStart(dir)
    const later: GeoStart[] = []
    for (let i = 0; i < again; i++) later.push(await timeStart(dir))
    return { first, later }
  } finally {
    rmSync(join(dir, 'state'), { recursive: true, force: true })
    removeTempDir(dir)
  }
}

async function timeStart(dir: string): Promise<GeoStart> {
  const port = await freePort()
  const began = performance.now()
  const server = await startMany(dir, port)
  const seconds = (performance.now() - began) / 1000
  await sleep(SETTLE_MS)
  const weight = memoryBytes(server.daemon.pids())
  await server.stop()
  return { seconds, memoryBytes: weight }
}

/** Serves a folder that has `zones`; its state is kept there. Ready when it answers by policy. */
export async function startMany(
  dir: string,
  port: number,
  nodeArgs: readonly string[] = [],
): Promise<GeoServer> {
  const words = ['serve', `--zones=${join(dir, 'zones')}`, `--listen=127.0.0.1:${port}`, '--workers=1']
  const query = queryBytes({ name: `host1.${MANY_APEX}`, type: Type.A })
  const daemon = await startDaemon({
    command: process.execPath,
    args: [...nodeArgs, MAIN, ...words, `--state=${join(dir, 'state')}`, '--log-level=error'],
    cwd: dir,
    readyTimeoutMs: TIMEOUT_MS,
    readyPauseMs: POLL_PAUSE_MS,
    ready: async () => {
      const reply = await askUdp(port, query, 500)
      return reply !== undefined && (reply[3]! & 15) === 0 && reply.readUInt16BE(6) === 1
    },
  })
  return { port, daemon, log: () => daemon.output(), stop: () => daemon.stop() }
}
