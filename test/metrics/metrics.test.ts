/** Each metric of a real server, seen to change by what should change it. */
import { spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'chai'
import { blocking, entry, fakeConsul } from '../health/consul/fake-consul.ts'
import { Endpoints } from '../server/endpoints.ts'
import { Meridian, rcodeOf, stopAll, zoneText } from '../server/meridian.ts'
import { queryBytes, Type } from '../tools/ask.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { tool } from '../tools/tools.ts'
import { type Scrape, scrape } from './scrape.ts'

const A = '127.0.0.2'
const B = '127.0.0.3'
const BRITAIN = [81, 2, 69] as const
const JAPAN = [133, 11, 0] as const
const ZONE = 'shop.test.'

const WORDS = ['--listen', '127.0.0.1:0', '--workers', '1', '--admin', '127.0.0.1:0']

/** `near` is not checked; region a of `live` is preferred whoever asks. */
function zone(port: number, serial = 1, more = ''): string {
  return zoneText(
    serial,
    `$REGION a at=50.1,8.7 country=DE consul=dc1
$REGION b at=38.9,-77.4 country=US consul=dc1
$CHECK  edge http=/ port=${port} interval=150ms timeout=150ms fall=2 rise=2
$CHECK  live consul=web
$POLICY near regions=a,b route=JP:b
$POLICY p regions=a,b order=listed health=edge ttl=1..5
$POLICY c regions=a,b health=live
near    GSLB near
a.near  60 A 192.0.2.1
b.near  60 A 192.0.2.2
live    GSLB p
a.live  60 A ${A}
b.live  60 A ${B}
class   GSLB c
a.class 60 A 192.0.2.1
b.class 60 A 192.0.2.2
www     IN A 192.0.2.1
sub     IN NS ns.sub
ns.sub  IN A 192.0.2.7
$GENERATE 1-40 big A 192.0.2.$
${more}`,
  )
}

/** Asks until the scrape is as wanted; the test's own limit says for how long. */
async function until(server: Meridian, isSo: (now: Scrape) => boolean): Promise<Scrape> {
  for (;;) {
    const now = await scrape(server)
    if (isSo(now)) return now
    await pause(50)
  }
}

describe('/metrics', () => {
  let endpoints: Endpoints
  let consul: Awaited<ReturnType<typeof fakeConsul>>
  let stateDir: string
  let server: Meridian

  before(async () => {
    endpoints = await Endpoints.open(A, B)
    consul = await fakeConsul(blocking([entry('w1')], 7))
    stateDir = makeTempDir('meridian-state-')
    const words = [...WORDS, '--state', stateDir, '--consul', consul.url]
    server = await Meridian.start({ 'shop.test.zone': zone(endpoints.port) }, words)
    await until(server, now => now.value('meridian_source_fresh') === 2)
  })
  after(async () => {
    await stopAll()
    await endpoints.close()
    await consul.close()
    removeTempDir(stateDir)
  })

  /** What `work` adds to a metric; further metrics may be asked of the later scrape. */
  async function grown(
    work: () => Promise<unknown>,
  ): Promise<(...asked: Parameters<Scrape['value']>) => number> {
    const before = await scrape(server)
    await work()
    const now = await scrape(server)
    return (name, labels) => now.value(name, labels) - before.value(name, labels)
  }

  it('is accepted by promtool', async function () {
    const promtool = await tool('promtool', this)
    const { text } = await scrape(server)
    const { status, stdout, stderr } = spawnSync(promtool, ['check', 'metrics'], {
      input: text,
      encoding: 'utf8',
    })
    expect(`${stdout}${stderr}`).to.equal('')
    expect(status).to.equal(0)
  })

  it('counts queries by transport and type, and those with a client subnet', async () => {
    const more = await grown(async () => {
      await server.ask('www.shop.test', Type.A, { ednsBytes: 1232, subnet: BRITAIN })
      await server.ask('www.shop.test', Type.A, { tcp: true })
      await server.ask('www.shop.test', Type.AAAA)
      for (const type of [4711, 47, 65_280]) await server.ask('www.shop.test', type)
    })
    expect(more('meridian_queries_total', { transport: 'udp', type: 'A' })).to.equal(1)
    expect(more('meridian_queries_total', { transport: 'tcp', type: 'A' })).to.equal(1)
    expect(more('meridian_queries_total', { type: 'AAAA' })).to.equal(1)
    expect(more('meridian_queries_total', { type: 'other' })).to.equal(3)
    expect(more('meridian_queries_total')).to.equal(6)
    expect(more('meridian_client_subnet_queries_total', { transport: 'udp' })).to.equal(1)
    expect(more('meridian_client_subnet_queries_total', { transport: 'tcp' })).to.equal(0)
    expect(more('meridian_received_bytes_total')).to.be.above(0)
    expect(more('meridian_sent_bytes_total')).to.be.above(0)
  })

  it('counts answers by zone and rcode, and clients can make no series', async () => {
    const more = await grown(async () => {
      await server.ask('www.shop.test', Type.A)
      await server.ask('nowhere.shop.test', Type.A)
      for (let i = 0; i < 20; i++) await server.ask(`elsewhere${i}.test`, Type.A)
      await server.ask('x.sub.shop.test', Type.A)
      await server.ask('big.shop.test', Type.A)
    })
    expect(more('meridian_answers_total', { zone: ZONE, rcode: 'NOERROR' })).to.equal(3)
    expect(more('meridian_answers_total', { zone: ZONE, rcode: 'NXDOMAIN' })).to.equal(1)
    expect(more('meridian_answers_total', { zone: '', rcode: 'REFUSED' })).to.equal(20)
    expect(more('meridian_referrals_total')).to.equal(1)
    expect(more('meridian_truncated_answers_total')).to.equal(1)
    const { text } = await scrape(server)
    expect(text).to.not.include('elsewhere')
  })

  it('counts packets that deserve no answer, and TCP clients', async () => {
    const more = await grown(async () => {
      const response = queryBytes({ name: 'www.shop.test', type: Type.A })
      response[2]! |= 0x80
      await send(server.port(), response)
      await server.ask('www.shop.test', Type.A, { tcp: true })
      // The worker has seen what came before.
      await server.ask('www.shop.test', Type.A)
    })
    expect(more('meridian_ignored_packets_total')).to.equal(1)
    expect(more('meridian_tcp_accepted_total')).to.equal(1)
    expect(more('meridian_batch_queries_count')).to.be.at.least(1)
  })

  it('counts answers by policy, region and reason', async () => {
    const ask = (subnet: readonly [number, number, number]) =>
      server.ask('near.shop.test', Type.A, { ednsBytes: 1232, subnet })
    const more = await grown(async () => {
      for (let i = 0; i < 3; i++) await ask(BRITAIN)
      for (let i = 0; i < 2; i++) await ask(JAPAN)
      // From loopback, which is nowhere.
      await server.ask('near.shop.test', Type.A)
    })
    const of = (region: string, reason: string): number =>
      more('meridian_steering_answers_total', { zone: ZONE, policy: 'near', region, reason })
    expect(of('a', 'nearest')).to.equal(3)
    expect(of('b', 'route')).to.equal(2)
    expect(of('a', 'unknown')).to.equal(1)
    expect(more('meridian_steering_answers_total')).to.equal(6)
    expect(more('meridian_unknown_place_answers_total', { policy: 'near' })).to.equal(1)
    expect(more('meridian_audited_answers_total')).to.equal(6)
    expect(more('meridian_residency_violations_total')).to.equal(0)
  })

  it('counts every answer by policy, though it looks into a few only', async () => {
    const more = await grown(async () => {
      for (let i = 0; i < 300; i++) await server.ask('near.shop.test', Type.A)
    })
    expect(more('meridian_steering_answers_total', { policy: 'near' })).to.be.closeTo(300, 1e-6)
    expect(more('meridian_audited_answers_total')).to.be.within(32, 300)
  })

  it('times some batches', async () => {
    const more = await grown(async () => {
      for (let i = 0; i < 130; i++) await server.ask('www.shop.test', Type.A)
    })
    expect(more('meridian_answer_duration_seconds_count')).to.be.at.least(2)
    expect(more('meridian_answer_duration_seconds_sum')).to.be.above(0)
  })

  it('tells health by region, transitions, failover, outage, and a source that is doubted', async () => {
    await until(server, now => now.value('meridian_region_up', { name: 'live.shop.test' }) === 2)
    const before = await scrape(server)
    expect(before.value('meridian_probe_results_total', { result: 'ok' })).to.be.above(0)
    expect(before.value('meridian_probes')).to.equal(2)
    await endpoints.kill(A)
    const down = await until(
      server,
      now => now.value('meridian_region_up', { name: 'live.shop.test', policy: 'p', region: 'a' }) === 0,
    )
    const ofA = { name: 'live.shop.test', region: 'a' }
    expect(down.value('meridian_region_state', { ...ofA, state: 'down' })).to.equal(1)
    expect(down.value('meridian_region_share_up', ofA)).to.equal(0)
    expect(down.value('meridian_region_transitions_total', { ...ofA, to: 'down' })).to.equal(1)
    expect(down.value('meridian_probe_results_total', { result: 'failed' })).to.be.above(1)
    const failover = await grown(() => server.ask('live.shop.test', Type.A))
    expect(
      failover('meridian_steering_answers_total', { policy: 'p', region: 'b', reason: 'failover' }),
    ).to.equal(1)
    await endpoints.kill(B)
    const doubted = await until(server, now => now.count('meridian_source_doubted') > 0)
    expect(doubted.value('meridian_source_doubted', { name: 'live.shop.test', source: 'probe' })).to.equal(1)
    await endpoints.revive(A)
    await endpoints.revive(B)
    await until(server, now => now.value('meridian_region_up', { name: 'live.shop.test' }) === 2)
  })

  it('tells an outage, a refusal and a sorry answer by their reasons', async () => {
    const more = `$POLICY out regions=a outage=in-fence
$POLICY no regions=a outage=refuse
$POLICY sorry regions=a outage=sorry:192.0.2.99
${['out', 'no', 'sorry'].map(name => `${name} GSLB ${name}\na.${name} 60 A 192.0.2.1`).join('\n')}`
    await server.rebuiltBy(() => server.write('shop.test.zone', zone(endpoints.port, 2, more)))
    for (const name of ['out', 'no', 'sorry']) orderOf(server, stateDir, `${name}.shop.test/a`)
    expect((await scrape(server)).value('meridian_operator_orders')).to.equal(3)
    const got = await grown(async () => {
      expect(await server.address('out.shop.test')).to.equal('192.0.2.1')
      expect(rcodeOf(await server.ask('no.shop.test', Type.A))).to.equal('REFUSED')
      expect(await server.address('sorry.shop.test')).to.equal('192.0.2.99')
    })
    const of = (policy: string, reason: string): number =>
      got('meridian_steering_answers_total', { policy, reason })
    expect([of('out', 'outage'), of('no', 'refused'), of('sorry', 'sorry')]).to.deep.equal([1, 1, 1])
  })

  it('tells plan and zones, and keeps its counts over a reload', async () => {
    const before = await scrape(server)
    const text = zone(endpoints.port, 3)
    await server.rebuiltBy(() => server.write('shop.test.zone', text))
    const good = await until(server, now => now.value('meridian_zone_serial', { zone: ZONE }) === 3)
    const generation = before.value('meridian_plan_generation') + 1
    expect(good.value('meridian_plan_generation')).to.equal(generation)
    expect(good.value('meridian_zone_records', { zone: ZONE })).to.be.above(40)
    expect(good.value('meridian_builds_total', { result: 'ok' })).to.be.above(
      before.value('meridian_builds_total', { result: 'ok' }),
    )
    expect(good.value('meridian_last_build_seconds')).to.be.above(0)
    expect(good.value('meridian_plan_published_timestamp_seconds')).to.be.above(
      before.value('meridian_plan_published_timestamp_seconds'),
    )
    await until(
      server,
      now =>
        now.value('meridian_worker_plan_generation', { worker: 'udp-0' }) === generation &&
        now.value('meridian_worker_plan_generation', { worker: 'stream-1' }) === generation,
    )
    const more = await grown(() => server.ask('near.shop.test', Type.A))
    for (const name of ['meridian_answers_total', 'meridian_steering_answers_total']) {
      const now = (await scrape(server)).value(name)
      expect(now - before.value(name), name).to.be.closeTo(1, 1e-6)
      expect(more(name), name).to.be.closeTo(1, 1e-6)
    }
    const failures = good.value('meridian_zone_load_failures_total', { zone: ZONE })
    await server.rebuiltBy(() => server.write('shop.test.zone', 'nonsense'))
    const bad = await scrape(server)
    expect(bad.value('meridian_zone_load_failures_total', { zone: ZONE })).to.equal(failures + 1)
    expect(bad.value('meridian_zone_state', { zone: ZONE, state: 'kept' })).to.equal(1)
    await server.rebuiltBy(() => server.write('shop.test.zone', text))
    expect((await scrape(server)).value('meridian_zone_state', { zone: ZONE, state: 'current' })).to.equal(1)
  })

  it('tells a source that falls silent', async () => {
    const before = await scrape(server)
    expect(before.value('meridian_source_fresh', { source: 'consul:dc1' })).to.equal(1)
    expect(before.value('meridian_source_fresh', { source: 'probe' })).to.equal(1)
    await consul.close()
    const silent = await until(
      server,
      now => now.value('meridian_source_fresh', { source: 'consul:dc1' }) === 0,
    )
    expect(silent.value('meridian_source_silence_seconds', { source: 'consul:dc1' })).to.be.above(
      before.value('meridian_source_silence_seconds', { source: 'consul:dc1' }),
    )
    expect(silent.value('meridian_geo_data_timestamp_seconds')).to.be.above(1.6e9)
  })

  it('tells how busy workers, main thread and memory are', async () => {
    const before = await scrape(server)
    const worker = { worker: 'udp-0' }
    const cpuBefore = before.value('meridian_worker_cpu_seconds_total', worker)
    const busy = await until(server, now => {
      for (let i = 0; i < 50; i++)
        void send(server.port(), queryBytes({ name: 'www.shop.test', type: Type.A }))
      const isCounted = now.value('meridian_worker_cpu_seconds_total', worker) > cpuBefore
      return isCounted && now.value('meridian_worker_busy_ratio', worker) > 0
    })
    for (const name of ['nodejs_eventloop_lag_p99_seconds', 'process_resident_memory_bytes', 'meridian_info'])
      expect(busy.value(name), name).to.be.above(0)
  })

  it('tells what the kernel dropped because our buffer was full', async () => {
    const small = await Meridian.start({ 'shop.test.zone': zoneText(1) }, [...WORDS, '--udp', 'dgram'])
    expect((await scrape(small)).value('meridian_socket_dropped_packets_total')).to.equal(0)
    small.signal('SIGSTOP')
    const query = queryBytes({ name: 'www.shop.test', type: Type.A })
    const socket = createSocket('udp4')
    // Each takes a kilobyte or so of a buffer of eight megabytes at the most.
    for (let rounds = 0; rounds < 12; rounds++)
      await Promise.all(
        Array.from(
          { length: 1_000 },
          () => new Promise(resolve => socket.send(query, small.port(), '127.0.0.1', resolve)),
        ),
      )
    socket.close()
    small.signal('SIGCONT')
    const now = await scrape(small)
    expect(now.value('meridian_socket_dropped_packets_total')).to.be.above(0)
    await until(small, then => then.value('meridian_socket_queued_bytes') === 0)
  })
})

async function send(port: number, octets: Buffer): Promise<void> {
  const socket = createSocket('udp4')
  await new Promise<void>(resolve => socket.send(octets, port, '127.0.0.1', () => resolve()))
  socket.close()
}

function orderOf(server: Meridian, stateDir: string, pattern: string): void {
  const { status, stderr } = spawnSync(
    process.execPath,
    [server.child.spawnargs[1]!, 'force', pattern, 'down', '--state', stateDir],
    { encoding: 'utf8' },
  )
  expect(status, stderr).to.equal(0)
}
