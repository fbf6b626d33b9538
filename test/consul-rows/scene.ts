/** One row of what Consul can do to us, from end to end: real datacenters, the real program, and what a DNS client
 *  sees. Rows wait most of their time for somebody to be missed, so those of a file wait side by side. */

import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { ROOT } from '../house/source.ts'
import { Meridian, rcodeOf, strings, zoneText } from '../server/meridian.ts'
import { Type } from '../tools/ask.ts'
import { type ConsulServer, type ConsulServerOptions, startPair } from '../tools/consul.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { tool } from '../tools/tools.ts'

export const A = '192.0.2.1'
export const B = '192.0.2.2'
/** "Stale answer" (RFC 8914 §4.4). */
const EDE_STALE = 3
/** Rows of one file that run at the same time. */
const ROWS_AT_ONCE = 5
const LOOK_EVERY_MS = 20
const ROW_LIMIT_MS = 50_000
/** A small one is read at once, and nothing here depends on places. */
const GEO = join(ROOT, 'test', 'geo', 'country.mmdb')

/** Region a is in AWS, b in GCP. `near` goes to a first and `far` to b, whoever asks. */
export function twoRegions(extra = '', service = 'web'): string {
  return zoneText(
    1,
    `$REGION a cloud=aws:us-east-1
$REGION b cloud=gcp:europe-west1
$CHECK  live consul=${service}
$POLICY near regions=a,b order=listed health=live ttl=1..5
$POLICY far  regions=b,a order=listed health=live ttl=1..5
near    GSLB near
a.near  A ${A}
b.near  A ${B}
far     GSLB far near
${extra}`,
  )
}

export class Scene {
  readonly dir = makeTempDir('meridian-state-')
  private readonly stops: (() => Promise<unknown>)[] = []

  async pair(
    options: Omit<ConsulServerOptions, 'datacenter'> = {},
  ): Promise<{ aws: ConsulServer; gcp: ConsulServer }> {
    const { aws, gcp, stop } = await startPair(undefined, options)
    this.stops.push(stop)
    return { aws, gcp }
  }

  /** Ended with the scene. */
  atEnd(stop: () => Promise<unknown>): void {
    this.stops.push(stop)
  }

  async serve(words: readonly string[], zone = twoRegions()): Promise<Client> {
    const common = ['--listen', '127.0.0.1:0', '--workers', '1', '--state', this.dir, '--geo', GEO]
    const server = await Meridian.start({ 'shop.test.zone': zone }, [...common, ...words])
    this.stops.push(() => server.kill())
    return new Client(server)
  }

  async close(): Promise<void> {
    for (const stop of this.stops.splice(0).toReversed()) await stop()
    removeTempDir(this.dir)
  }
}

/** What dig would see. */
export class Client {
  readonly server: Meridian

  constructor(server: Meridian) {
    this.server = server
  }

  /** `192.0.2.1`, `192.0.2.1 stale`, or the rcode. */
  async answer(name = 'near'): Promise<string> {
    const reply = await this.server.ask(`${name}.shop.test`, Type.A, { ednsBytes: 1232 })
    const record = reply.answer.find(({ type }) => type === Type.A)
    if (record === undefined) return rcodeOf(reply)
    const codes = reply.opt?.options.filter(({ code }) => code === 15).map(({ data }) => data.readUInt16BE(0))
    return [...record.rdata].join('.') + (codes?.includes(EDE_STALE) === true ? ' stale' : '')
  }

  async until(wanted: string, name?: string): Promise<void> {
    while ((await this.answer(name)) !== wanted) await pause(LOOK_EVERY_MS)
  }

  /** `_health` as dig shows it, a line a region. */
  async health(name = 'near'): Promise<string> {
    return (await strings(this.server, `_health.${name}.shop.test`)).join('\n')
  }

  async untilHealth(wanted: RegExp, name?: string): Promise<void> {
    while (!wanted.test(await this.health(name))) await pause(LOOK_EVERY_MS)
  }

  /** Waits for this line of the log. */
  async told(text: RegExp): Promise<void> {
    await this.server.logged(line => text.test(JSON.stringify(line)))
  }

  /** The addresses, in the order they came and each run of equal ones once, that a client sees all the while. */
  async seenDuring(work: () => Promise<unknown>, name?: string): Promise<string[]> {
    const seen: string[] = []
    const over = new AbortController()
    const look = async (): Promise<void> => {
      const [address] = (await this.answer(name)).split(' ')
      if (seen.at(-1) !== address) seen.push(address!)
    }
    const watching = (async () => {
      for (; !over.signal.aborted; await pause(LOOK_EVERY_MS)) await look()
      await look()
    })()
    try {
      await work()
    } finally {
      over.abort()
      await watching
    }
    return seen
  }
}

export type Rows = Readonly<Record<string, (scene: Scene) => Promise<void>>>

/** Each row is a test, and several run at once. */
export function sideBySide(rows: Rows): void {
  const runs = new Map<string, Promise<void>>()

  before(async function () {
    await tool('consul', this)
    const waiting = Object.entries(rows)
    const free = Array.from({ length: ROWS_AT_ONCE }, () => Promise.resolve())
    for (const [i, [title, run]] of waiting.entries()) {
      const place = i % ROWS_AT_ONCE
      const done = free[place]!.then(() => runRow(run))
      // It is the row's own test that fails.
      free[place] = done.catch(() => undefined)
      runs.set(title, done)
    }
  })

  for (const title of Object.keys(rows)) it(title, () => runs.get(title))

  after(async () => {
    await Promise.allSettled(runs.values())
  })
}

async function runRow(run: (scene: Scene) => Promise<void>): Promise<void> {
  const scene = new Scene()
  const late = new AbortController()
  try {
    await Promise.race([run(scene), tooLate(late.signal)])
  } finally {
    late.abort()
    await scene.close()
  }
}

/** What still waits then ends with the server that it asks. */
async function tooLate(signal: AbortSignal): Promise<void> {
  await pause(ROW_LIMIT_MS, undefined, { signal }).catch(() => undefined)
  if (!signal.aborted) throw new Error(`not seen within ${ROW_LIMIT_MS} ms`)
}
