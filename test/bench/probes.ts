/** What thousands of probes cost: this process probes a server in another one, at as many loopback addresses as
 *  there are targets, and prints its share of one core, how late probes start, and its memory over time.
 *
 *      node --import tsx test/bench/probes.ts [--kind http|https|tcp|grpc] [--targets 5000] [--interval 5000]
 *                                             [--seconds 40] */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer as createHttp2Server } from 'node:http2'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { parseAddress } from '../../src/base/address.ts'
import { wallClockMs } from '../../src/base/clock.ts'
import { DenyList } from '../../src/health/probe/deny.ts'
import type { ProbeKind, ProbeTarget } from '../../src/health/probe/probe.ts'
import { Prober } from '../../src/health/probe/prober.ts'
import { realTiming } from '../../src/health/probe/timing.ts'
import { Authority } from '../health/probe/certificates.ts'
import { seededDice } from '../health/probe/fake-timing.ts'
import { writeHealthReply } from '../health/probe/grpc-replies.ts'

const REPLY = 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n'
const SEED = 1
const MB = 1_048_576

const { values } = parseArgs({
  options: {
    kind: { type: 'string', default: 'http' },
    targets: { type: 'string', default: '5000' },
    interval: { type: 'string', default: '5000' },
    seconds: { type: 'string', default: '40' },
  },
})
const kind = values.kind as ProbeKind

if (process.send === undefined) await measure()
else serve()

async function measure(): Promise<void> {
  const server = fork(fileURLToPath(import.meta.url), process.argv.slice(2))
  const [{ port, ca }] = (await once(server, 'message')) as [{ port: number; ca: string }]
  const intervalMs = Number(values.interval)
  const reasons = new Map<string, number>()
  const prober = new Prober({
    timing: realTiming,
    dice: seededDice(SEED),
    wallClock: wallClockMs,
    authorities: [ca],
    onSample: ({ ok, reason }) => count(reasons, ok ? 'ok' : reason!),
    onGap: ({ cause, detail }) => count(reasons, `(${cause}) ${detail}`),
  })
  console.log(
    `${values.targets} ${kind} probes every ${intervalMs} ms, seed ${SEED}, Node ${process.version}`,
  )
  prober.update(targets(port, intervalMs), new DenyList([]))
  await pause(intervalMs)
  let cpu = process.cpuUsage()
  let { started } = prober.figures()
  const periods = Math.max(1, Math.floor((Number(values.seconds) * 1000 - intervalMs) / intervalMs))
  for (let i = 0; i < periods; i++) {
    await pause(intervalMs)
    const spent = process.cpuUsage(cpu)
    const figures = prober.figures()
    printPeriod(spent, intervalMs, figures.started - started, figures.lateness.p99Ms, figures.lateness.maxMs)
    cpu = process.cpuUsage()
    started = figures.started
  }
  console.log('outcomes', Object.fromEntries(reasons))
  prober.stop()
  server.kill()
  await once(server, 'exit')
}

function targets(port: number, intervalMs: number): ProbeTarget[] {
  const statuses = kind === 'http' || kind === 'https' ? [{ from: 200, to: 299 }] : []
  const expect = { statuses, text: '', addresses: [] }
  const security = kind === 'grpc' ? 'plain' : 'verified'
  const spec = {
    kind,
    target: '/healthz',
    port,
    intervalMs,
    timeoutMs: 2_000,
    expect,
    host: '',
    security,
  } as const
  return Array.from({ length: Number(values.targets) }, (_, i) => ({
    id: `edge ${i}`,
    address: parseAddress(`127.1.${i >> 8}.${i & 0xff}`)!,
    name: 'live.shop.test.',
    spec,
  }))
}

function printPeriod(cpu: NodeJS.CpuUsage, ms: number, probes: number, p99Ms: number, maxMs: number): void {
  const share = ((cpu.user + cpu.system) / 1000 / ms) * 100
  const { rss, heapUsed } = process.memoryUsage()
  console.log(
    `cpu ${share.toFixed(1)} % of a core (${(cpu.user / 10 / ms).toFixed(1)} user), ${probes} probes, ` +
      `late p99 ${p99Ms.toFixed(1)} ms max ${maxMs.toFixed(1)} ms, ` +
      `rss ${(rss / MB).toFixed(0)} MB heap ${(heapUsed / MB).toFixed(0)} MB`,
  )
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}

//------------ The server, in its own process ---

function serve(): void {
  const authority = new Authority('Bench Authority')
  const server = serverOf(authority)
  server.listen({ port: 0, host: '0.0.0.0', backlog: 4096 }, () => {
    process.send!({ port: (server.address() as { port: number }).port, ca: authority.cert })
  })
  process.on('disconnect', () => process.exit())
}

function serverOf(authority: Authority): Server {
  const answer = (socket: Socket): void => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end(REPLY))
  }
  if (kind === 'https') return createTlsServer(authority.issue({ names: ['live.shop.test'] }), answer)
  if (kind !== 'grpc') return createServer(answer)
  const server = createHttp2Server()
  server.on('stream', stream => {
    stream.respond({ ':status': 200 }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
    stream.end(writeHealthReply(1))
  })
  return server
}
