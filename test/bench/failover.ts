/** From what happens to what is answered: how long a client still gets the old answer after Consul knows better, and
 *  after an endpoint of ours is dead. The real program, a real Consul where it can be had, one client that asks as
 *  fast as it is answered. Figures are printed, never judged here: machines differ. */

import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { startGdnsd } from '../rivals-geo/servers.ts'
import { Endpoints } from '../server/endpoints.ts'
import { Meridian, stopAll, strings, zoneText } from '../server/meridian.ts'
import { queryBytes } from '../tools/ask.ts'
import { startPair } from '../tools/consul.ts'

/** What falls a fifth time within five minutes is held down for flapping, so nothing here falls more often than
 *  this: that delay is meant, and not what is measured. */
const FALLS = 4
const NAMES = Number(process.env['NAMES'] ?? 25)
const PAUSE_MS = 250
const REPLY_TIMEOUT_MS = 1_000

/** One name with a check of its own each. */
const steered = (checks: readonly string[], records: readonly [string, string], regions: string): string =>
  zoneText(
    1,
    `${regions}
${checks
  .map(
    (check, i) => `$CHECK c${i} ${check}
$POLICY p${i} regions=a,b order=listed health=c${i} ttl=1..5
n${i}   GSLB p${i}
a.n${i} A ${records[0]}
b.n${i} A ${records[1]}`,
  )
  .join('\n')}`,
  )

/** Asks one question after the other; a query without a reply is lost. */
class Asker {
  lost = 0
  asked = 0
  private readonly socket: Socket = createSocket('udp4')

  async open(port: number): Promise<void> {
    this.socket.connect(port)
    await once(this.socket, 'connect')
  }

  /** Milliseconds until the last octet of the answer's address is this one. */
  async until(name: number, octet: number): Promise<number> {
    const beganMs = performance.now()
    const query = queryBytes({ id: 1, name: `n${name}.shop.test`, type: 1 })
    while ((await this.ask(query)) !== octet);
    return performance.now() - beganMs
  }

  close(): void {
    this.socket.close()
  }

  private async ask(query: Buffer): Promise<number | undefined> {
    this.asked++
    this.socket.send(query)
    const limit = AbortSignal.timeout(REPLY_TIMEOUT_MS)
    try {
      const [reply] = (await once(this.socket, 'message', { signal: limit })) as [Buffer]
      return reply.at(-1)
    } catch {
      this.lost++
      return undefined
    }
  }
}

async function consulFlips(): Promise<void> {
  const pair = await startPair()
  try {
    const names = Array.from({ length: NAMES }, (_, i) => i)
    for (const i of names)
      for (const server of [pair.aws, pair.gcp]) await server.register(`web${i}`, `w${i}`)
    const regions = '$REGION a cloud=aws:us-east-1\n$REGION b cloud=gcp:europe-west1'
    const asker = await serve(
      steered(
        names.map(i => `consul=web${i}`),
        ['192.0.2.1', '192.0.2.2'],
        regions,
      ),
      ['--consul', pair.aws.url],
    )
    const times: number[] = []
    for (let flip = 0; flip < FALLS * 2; flip++)
      for (const i of names) {
        const fails = flip % 2 === 0
        const done = pair.aws.check(`w${i}`, fails ? 'fail' : 'pass')
        times.push(await asker.until(i, fails ? 2 : 1))
        await done
        await sleep(PAUSE_MS)
      }
    report('a Consul check is updated', times, asker)
    asker.close()
  } finally {
    await stopAll()
    await pair.stop()
  }
}

async function probeFlips(intervalMs: number, fall: number): Promise<void> {
  const endpoints = await Endpoints.open('127.0.0.2', '127.0.0.3')
  try {
    const regions = '$REGION a at=50,8 country=DE\n$REGION b at=48,2 country=FR'
    const check = `tcp port=${endpoints.port} interval=${intervalMs}ms timeout=${intervalMs}ms fall=${fall} rise=1`
    const asker = await serve(steered([check], ['127.0.0.2', '127.0.0.3'], regions), [])
    const times: number[] = []
    for (let i = 0; i < FALLS; i++) {
      const died = endpoints.kill('127.0.0.2')
      times.push(await asker.until(0, 3))
      await died
      await endpoints.revive('127.0.0.2')
      await asker.until(0, 2)
      await sleep(PAUSE_MS)
    }
    report(`a TCP endpoint dies (interval ${intervalMs} ms, fall ${fall})`, times, asker)
    asker.close()
  } finally {
    await stopAll()
    await endpoints.close()
  }
}

/** The fastest it can be set to: whole seconds, and the timeout must be less than the interval. */
const GDNSD_INTERVAL_MS = 2_000

async function gdnsdFlips(): Promise<void> {
  const endpoints = await Endpoints.open('127.0.0.2', '127.0.0.3')
  const seconds = GDNSD_INTERVAL_MS / 1_000
  const often = `interval => ${seconds}, timeout => 1, up_thresh => 1, ok_thresh => 1, down_thresh => 1`
  const config = `service_types => { alive => { plugin => tcp_connect, port => ${endpoints.port}, ${often} } }
plugins => { simplefo => { web => { service_types => alive, primary => 127.0.0.2, secondary => 127.0.0.3 } } }`
  const zone =
    '@ SOA ns hostmaster 1 7200 1800 1209600 300\n@ NS ns\nns A 192.0.2.53\nn0 5 DYNA simplefo!web\n'
  const gdnsd = await startGdnsd('shop.test', zone, config)
  try {
    const asker = new Asker()
    await asker.open(gdnsd.port)
    await asker.until(0, 2)
    const times: number[] = []
    for (let i = 0; i < FALLS; i++) {
      // Not always at the same time after its last look.
      await sleep((i * GDNSD_INTERVAL_MS) / FALLS)
      const died = endpoints.kill('127.0.0.2')
      times.push(await asker.until(0, 3))
      await died
      await endpoints.revive('127.0.0.2')
      await asker.until(0, 2)
    }
    report(`gdnsd: a TCP endpoint dies (interval ${GDNSD_INTERVAL_MS} ms, down_thresh 1)`, times, asker)
    asker.close()
  } finally {
    await gdnsd.stop()
    await endpoints.close()
  }
}

async function serve(zone: string, words: readonly string[]): Promise<Asker> {
  const common = ['--listen', '127.0.0.1:0', '--workers', '1']
  const server = await Meridian.start({ 'shop.test.zone': zone }, [...common, ...words])
  while (!/^a up .*\nb up /.test((await strings(server, '_health.n0.shop.test')).join('\n'))) await sleep(20)
  // The others are known as soon, or nearly.
  await sleep(1_000)
  const asker = new Asker()
  await asker.open(server.port())
  return asker
}

function report(what: string, times: number[], { asked, lost }: Asker): void {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number): string => sorted[Math.floor((sorted.length - 1) * share)]!.toFixed(1)
  const figures = `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, worst ${at(1)} ms`
  process.stdout.write(`${what}: ${times.length} times, ${figures}; ${asked} queries, ${lost} lost\n`)
}

await consulFlips()
await probeFlips(100, 2)
await probeFlips(500, 3)
await probeFlips(GDNSD_INTERVAL_MS, 1)
await gdnsdFlips()
process.exit(0)
