/** From a check's update at a real Consul to the view that tells it: 200 flips a way, with none lost. Run with
 *  `node --import tsx test/bench/consul.ts [flips] [milliseconds between]`. Figures only; it asserts nothing but that
 *  no flip is lost. */

import { monotonicMs, wallClockMs } from '../../src/base/clock.ts'
import { type ConsulSettings, ConsulSource } from '../../src/health/consul/source.ts'
import type { ServiceView } from '../../src/health/consul/view.ts'
import { type ConsulServer, startPair } from '../tools/consul.ts'

const FLIPS_DEFAULT = 200
const LOST_AFTER_MS = 10_000

async function main(): Promise<void> {
  const flips = Number(process.argv[2] ?? FLIPS_DEFAULT)
  const betweenMs = Number(process.argv[3] ?? 220)
  const pair = await startPair()
  try {
    const { aws, gcp } = pair
    const ways: [string, ConsulSettings, ConsulServer][] = [
      ['its own agent', { agents: { [aws.datacenter]: [{ url: aws.url }] } }, aws],
      ['another datacenter through dc=', { local: { url: aws.url } }, gcp],
    ]
    console.log(
      '| check update → view told, ms | p50 | p95 | max | flips | lost |\n|---|---|---|---|---|---|',
    )
    for (const [name, settings, server] of ways) await measure(name, settings, server, flips, betweenMs)
  } finally {
    await pair.stop()
  }
}

async function measure(
  name: string,
  settings: ConsulSettings,
  server: ConsulServer,
  flips: number,
  betweenMs: number,
): Promise<void> {
  await server.register('bench', 'b1')
  let told: (view: ServiceView) => void = () => {}
  const timing = { clock: monotonicMs, wallClock: wallClockMs, dice: () => 0.5 }
  const source = new ConsulSource(settings, timing, { service: view => told(view) })
  const wait = (status: string): Promise<number | undefined> =>
    new Promise(resolve => {
      const timer = setTimeout(() => resolve(undefined), LOST_AFTER_MS)
      told = ({ instances }) => {
        if (instances[0]?.status !== status) return
        clearTimeout(timer)
        resolve(performance.now())
      }
    })
  const first = wait('passing')
  source.want([{ datacenter: server.datacenter, service: 'bench' }])
  await first
  const tookMs: number[] = []
  for (let flip = 0; flip < flips; flip++) {
    await new Promise(resolve => setTimeout(resolve, betweenMs))
    const isDown = flip % 2 === 0
    const heard = wait(isDown ? 'critical' : 'passing')
    const startedMs = performance.now()
    await server.check('b1', isDown ? 'fail' : 'pass')
    const heardMs = await heard
    if (heardMs !== undefined) tookMs.push(heardMs - startedMs)
  }
  await source.stop()
  tookMs.sort((a, b) => a - b)
  const at = (share: number): string =>
    (tookMs[Math.ceil(tookMs.length * share) - 1] ?? Number.NaN).toFixed(1)
  console.log(`| ${name} | ${at(0.5)} | ${at(0.95)} | ${at(1)} | ${flips} | ${flips - tookMs.length} |`)
}

await main()
