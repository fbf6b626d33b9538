/** What health costs when there is much of it: the real program with 5,000 addresses that are probed every five seconds
 *  and sixty services watched at two real Consul datacenters, some of which flip all the time. Prints its share of one
 *  core, how late probes start, and its memory over time; judges nothing.
 *
 *      npm run bench:soak -- [--seconds 600] [--kind http|tcp] */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Meridian, stopAll, zoneText } from '../server/meridian.ts'
import { type ConsulServer, startPair } from '../tools/consul.ts'
import { cpuTime, describeMachine, memoryBytes } from './accounting.ts'

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '600' }, kind: { type: 'string', default: 'http' } },
})
const SECONDS = Number(values.seconds)

const NAMES = 100
const REGIONS = 2
const ADDRESSES_PER_REGION = 25
/** In each of the two datacenters. */
const SERVICES = 30
const FLIP_EVERY_MS = 1_000
const LOOK_EVERY_MS = Math.min(30_000, (SECONDS * 1_000) / 6)
/** The first round of probes, and what comes of starting. */
const SETTLE_MS = 30_000
const MB = 1_048_576

/** The far end of all probes, a process of its own. */
function serve(): void {
  const server = createServer((_, response) => response.end('well'))
  server.listen(0, '0.0.0.0', () => process.send?.(server.address()))
}

function addressOf(name: number, region: number, i: number): string {
  return `127.${1 + region}.${name}.${1 + i}`
}

function zoneOf(port: number): string {
  const check = values.kind === 'tcp' ? `tcp port=${port}` : `http=/ port=${port}`
  const lines = [
    '$REGION a cloud=aws:us-east-1',
    '$REGION b cloud=gcp:europe-west1',
    `$CHECK probed ${check} interval=5s timeout=2s`,
    '$POLICY probed regions=a,b health=probed ttl=5..30',
  ]
  for (let name = 0; name < NAMES; name++) {
    lines.push(`n${name} GSLB probed`)
    for (let region = 0; region < REGIONS; region++)
      for (let i = 0; i < ADDRESSES_PER_REGION; i++)
        lines.push(`${'ab'[region]}.n${name} 60 A ${addressOf(name, region, i)}`)
  }
  for (let service = 0; service < SERVICES; service++)
    lines.push(
      `$CHECK watched${service} consul=web${service}`,
      `$POLICY watched${service} regions=a,b health=watched${service} ttl=5..30`,
      `w${service} GSLB watched${service}`,
      `a.w${service} 60 A 192.0.2.1`,
      `b.w${service} 60 A 192.0.2.2`,
    )
  return zoneText(1, lines.join('\n'))
}

/** One value of a page of metrics, summed over its series. */
function valueIn(page: string, name: string): number {
  const lines = page.split('\n').filter(line => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
}

async function metrics(socketPath: string): Promise<string> {
  const asked = request({ socketPath, path: '/metrics' })
  asked.end()
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  let page = ''
  for await (const chunk of response) page += chunk
  return page
}

async function flip(servers: readonly ConsulServer[], until: () => boolean): Promise<number> {
  let flips = 0
  for (; !until(); flips++) {
    const service = Math.floor(flips / 4) % SERVICES
    await servers[flips % 2]!.check(`w${service}`, flips % 4 < 2 ? 'fail' : 'pass')
    await sleep(FLIP_EVERY_MS)
  }
  return flips
}

async function measure(): Promise<void> {
  const far = fork(fileURLToPath(import.meta.url))
  const [{ port }] = (await once(far, 'message')) as [{ port: number }]
  const pair = await startPair()
  try {
    const servers = [pair.aws, pair.gcp]
    for (let service = 0; service < SERVICES; service++)
      for (const server of servers) await server.register(`web${service}`, `w${service}`)
    const words = ['--listen', '127.0.0.1:0', '--workers', '1', '--consul', pair.aws.url]
    const server = await Meridian.start({ 'shop.test.zone': zoneOf(port) }, [
      ...words,
      '--admin',
      './admin.sock',
    ])
    const socketPath = join(server.dir, 'admin.sock')
    const probes = NAMES * REGIONS * ADDRESSES_PER_REGION
    console.log(`${describeMachine()}, Node ${process.version}: ${probes} ${values.kind} probes every 5 s,`)
    console.log(`${SERVICES * 2} watched services, a flip a second, ${SECONDS} s`)
    await sleep(SETTLE_MS)
    const state = { isOver: false }
    const flipping = flip(servers, () => state.isOver)
    const pids = [server.child.pid!]
    const first = { ...cpuTime(pids), atMs: performance.now() }
    let before = first
    const endMs = performance.now() + SECONDS * 1_000
    while (performance.now() < endMs) {
      await sleep(Math.min(LOOK_EVERY_MS, endMs - performance.now()))
      const now = { ...cpuTime(pids), atMs: performance.now() }
      const page = await metrics(socketPath)
      const share = (a: typeof now, b: typeof now): string =>
        ((b.runNs - a.runNs) / (b.atMs - a.atMs) / 10_000).toFixed(1)
      console.log(
        [
          `${((now.atMs - first.atMs) / 1_000).toFixed(0)} s`,
          `cpu ${share(before, now)} % (${share(first, now)} % over all)`,
          `probes ${valueIn(page, 'meridian_probes')}, started ${valueIn(page, 'meridian_probe_results_total')}`,
          `late p99 ${(valueIn(page, 'meridian_probe_lateness_seconds') * 1_000).toFixed(1)} ms`,
          `rss ${(memoryBytes(pids) / MB).toFixed(0)} MB`,
          `heap ${(valueIn(page, 'nodejs_heap_size_used_bytes') / MB).toFixed(0)} MB`,
        ].join(', '),
      )
      before = now
    }
    state.isOver = true
    console.log(`${await flipping} flips`)
  } finally {
    await stopAll()
    await pair.stop()
    far.kill()
  }
}

if (process.send === undefined) {
  await measure()
  process.exit()
}
serve()
