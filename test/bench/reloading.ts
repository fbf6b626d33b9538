/** The big zone's file is replaced under a steady load: are queries lost, and how much slower are answers while the
 *  new zone is built and swapped in. */

import { renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { askUdp, queryBytes, Type } from '../tools/ask.ts'
import { memoryBytes } from './accounting.ts'
import type { Outcome } from './generator-orders.ts'
import { Latencies, type Percentiles } from './latencies.ts'
import { generate, type LoadShape, measure } from './measure.ts'
import { type ServerKind, startServer } from './servers.ts'
import { MILLION_APEX, writeMillionZone, type ZoneFile } from './zones.ts'

export interface Reloaded {
  readonly server: ServerKind
  readonly version: string
  readonly capacity: number
  readonly rate: number
  readonly sent: number
  readonly lost: number
  readonly heldBack: number
  readonly wrong: number
  readonly before: Percentiles
  readonly during: Percentiles
  /** From the rename to the first answer with the new serial. */
  readonly reloadSeconds: number
  readonly memoryBytesMax: number
}

const LEAD_MS = 4_000
const TAIL_MS = 1_000
const RUN_SECONDS = 26
const RELOAD_SECONDS_MAX = RUN_SECONDS - 6
/** What is later than this counts as lost: far beyond any resolver's patience with a loopback. */
const TIMEOUT_MS = 2_000
/** The kernel walks all pages of the server for it, milliseconds that the worker lacks. */
const WEIGH_EVERY_MS = 500
/** In the open loop every socket can have this many queries unanswered. */
const PACED_SLOTS = 1024
const PRACTICE_SECONDS = 4
const PRACTICE_QUESTIONS = 20

export async function reloadUnderLoad(
  kind: ServerKind,
  zone: ZoneFile,
  names: number,
  shape: LoadShape,
  serial: number,
): Promise<Reloaded> {
  // Written beside the zones folder, so that nothing is seen before the rename.
  const next = join(dirname(zone.path), '..', 'next.zone')
  await writeMillionZone(next, names, serial)
  // Not pinned: a builder may use the core that the worker leaves free, as on any machine.
  const server = await startServer(kind, [zone], { cpus: '', readyTimeoutMs: 300_000 })
  try {
    const capacity = (await measure(server, shape)).queriesPerSecond
    const rate = Math.round(capacity / 2)
    // What the server meets for the first time, this rate and the questions for the serial, it meets before.
    const practice = generate(
      server,
      { ...shape, slots: PACED_SLOTS, seconds: PRACTICE_SECONDS, rate },
      TIMEOUT_MS,
    )
    for (let asked = 0; asked < PRACTICE_QUESTIONS; asked++)
      await waitForSerial(server.port, serial - 1, () => {})
    await practice
    const running = generate(server, { ...shape, slots: PACED_SLOTS, seconds: RUN_SECONDS, rate }, TIMEOUT_MS)
    await sleep(LEAD_MS)
    const renamedMs = epochMs()
    renameSync(next, zone.path)
    server.reload()
    const weight = { max: 0, weighedMs: 0 }
    const servedMs = await waitForSerial(server.port, serial, () => {
      if (epochMs() - weight.weighedMs < WEIGH_EVERY_MS) return
      weight.weighedMs = epochMs()
      weight.max = Math.max(weight.max, memoryBytes(server.pids()))
    })
    const outcome = await running
    return {
      server: kind,
      version: server.version,
      capacity,
      rate,
      sent: outcome.sent,
      lost: outcome.lost,
      heldBack: outcome.heldBack,
      wrong: outcome.wrong,
      before: between(outcome, 0, renamedMs),
      during: between(outcome, renamedMs, servedMs + TAIL_MS),
      reloadSeconds: (servedMs - renamedMs) / 1000,
      memoryBytesMax: weight.max,
    }
  } finally {
    await server.stop()
  }
}

function epochMs(): number {
  return performance.timeOrigin + performance.now()
}

/** NaN if the new serial never came. */
async function waitForSerial(port: number, serial: number, meanwhile: () => void): Promise<number> {
  const query = queryBytes({ name: MILLION_APEX, type: Type.SOA })
  const giveUpMs = epochMs() + RELOAD_SECONDS_MAX * 1000
  while (epochMs() < giveUpMs) {
    const reply = await askUdp(port, query, 500)
    // The SOA's five numbers end an answer without EDNS that has no authority section.
    if (reply !== undefined && reply.length > 32 && serialOf(reply) === serial) return epochMs()
    meanwhile()
    await sleep(25)
  }
  return Number.NaN
}

function serialOf(reply: Buffer): number {
  let at = 12
  while (reply[at] !== 0) at += reply[at]! + 1
  // Past the question and the answer's owner pointer, type, class and TTL stands the length of the SOA.
  at += 5 + 10
  const end = at + 2 + reply.readUInt16BE(at)
  return end <= reply.length ? reply.readUInt32BE(end - 20) : -1
}

function between(outcome: Outcome, fromMs: number, toMs: number): Percentiles {
  const merged = new Latencies()
  // The first half second is the generator's own warming up.
  const firstMs = (outcome.slices[0]?.startMs ?? 0) + 500
  for (const slice of outcome.slices)
    if (slice.startMs >= Math.max(fromMs - 100, firstMs) && slice.startMs < toMs) merged.addAll(slice.buckets)
  return merged.percentiles()
}
