/** Traces end to end: a small OTLP receiver sees one trace from what Consul or a probe said to the first answer that
 *  came of it, and spans of queries with the decision behind them. */
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'chai'
import { scrape } from '../metrics/scrape.ts'
import { askUdp, queryBytes, Type } from '../tools/ask.ts'
import { ConsulServer } from '../tools/consul.ts'
import { OtlpReceiver, type ReceivedSpan } from '../tools/otlp-receiver.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { Endpoints } from './endpoints.ts'
import { Meridian, stopAll, strings, zoneText } from './meridian.ts'

const A = '127.0.0.2'
const B = '127.0.0.3'

/** Region a before b, whoever asks. */
const zone = (check: string): string =>
  zoneText(
    1,
    `$REGION a cloud=aws:us-east-1
$REGION b cloud=gcp:europe-west1
$CHECK  live ${check}
$POLICY p regions=a,b order=listed health=live ttl=1..5
live    GSLB p
other   GSLB p
www     A 192.0.2.1
a.live  A ${A}
b.live  A ${B}
a.other A ${B}
b.other A ${B}
`,
  )

/** With a client subnet of 24 bits. */
function queryFor(name: string, subnet: readonly number[]): Buffer {
  const query = queryBytes({ name, type: Type.A, ednsBytes: 1232 })
  return Buffer.concat([query.subarray(0, -2), Buffer.from([0, 11, 0, 8, 0, 7, 0, 1, 24, 0, ...subnet])])
}

describe('traces', () => {
  let receiver: OtlpReceiver
  let stateDir: string
  let consul: ConsulServer | undefined
  let endpoints: Endpoints | undefined

  beforeEach(async () => {
    receiver = await OtlpReceiver.listen()
    stateDir = makeTempDir('meridian-state-')
  })
  afterEach(async () => {
    await stopAll()
    await consul?.stop()
    await endpoints?.close()
    await receiver.close()
    removeTempDir(stateDir)
    consul = undefined
    endpoints = undefined
  })

  const start = (text: string, ...words: string[]): Promise<Meridian> =>
    Meridian.start({ 'shop.test.zone': text }, [
      '--listen=127.0.0.1:0',
      '--workers=2',
      `--state=${stateDir}`,
      `--otlp-endpoint=${receiver.url}`,
      '--identity=ns1',
      ...words,
    ])

  const untilHealth = async (server: Meridian, wanted: RegExp): Promise<void> => {
    while (!wanted.test((await strings(server, '_health.live.shop.test')).join('\n'))) await pause(20)
  }

  const traceOf = async (name: string): Promise<ReceivedSpan[]> => {
    const { traceId } = await receiver.span(span => span.name === name)
    return receiver.spans.filter(span => span.traceId === traceId)
  }

  /** Every step is there, hangs together, and comes after the one before. */
  const expectChain = (spans: readonly ReceivedSpan[]): Record<string, ReceivedSpan> => {
    const by = Object.fromEntries(spans.map(span => [span.name, span]))
    const { sample, verdict, 'board write': write, 'first answer': answer, 'region change': whole } = by
    expect(Object.keys(by)).to.have.members([
      'region change',
      'sample',
      'verdict',
      'board write',
      'first answer',
    ])
    expect(whole!.parentSpanId).to.equal(undefined)
    for (const step of [sample, verdict, write]) expect(step!.parentSpanId).to.equal(whole!.spanId)
    expect(answer!.parentSpanId).to.equal(write!.spanId)
    const moments = [
      sample!.endNs,
      verdict!.endNs,
      write!.startNs,
      write!.endNs,
      answer!.startNs,
      answer!.endNs,
    ]
    // Two clocks of one host tell the sample's time; they agree to some milliseconds.
    expect(sample!.endNs - verdict!.startNs < 10_000_000n).to.equal(true)
    expect(moments.slice(1)).to.deep.equal(moments.slice(1).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)))
    expect(whole!.resource).to.include({ 'service.name': 'meridian', 'service.instance.id': 'ns1' })
    return by
  }

  it('lead from what Consul said to the first answer that used it', async function () {
    consul = await ConsulServer.create({ datacenter: 'aws-us-east-1' }, this)
    await consul.start()
    await consul.register('web', 'w1')
    const text = zone('consul=web').replace('gcp:europe-west1', 'gcp:europe-west1 consul=nowhere')
    const server = await start(text, '--consul', consul.url)
    await untilHealth(server, /^a up .*source=consul/)
    expect(await server.address('live.shop.test')).to.equal(A)
    await consul.check('w1', 'fail')
    await server.logged(({ msg }) => msg === 'region is down')
    // What the change does not concern is no first answer.
    expect(await server.address('www.shop.test')).to.equal('192.0.2.1')
    expect(await server.address('live.shop.test')).to.equal(B)
    const by = expectChain(await traceOf('first answer'))
    expect(by['sample']!.attributes).to.include({
      'meridian.source': 'consul:aws-us-east-1',
      'meridian.region': 'a',
      'meridian.check': 'live',
      'meridian.ok': false,
      'meridian.detail': '0 of 1 passing',
    })
    expect(by['region change']!.attributes['meridian.regions']).to.include('live.shop.test/a up → down')
    expect(by['region change']!.attributes['meridian.cause']).to.equal(
      'live: 0 of 1 passing (consul:aws-us-east-1)',
    )
    expect(by['first answer']!.attributes).to.deep.include({
      'dns.question.name': 'live.shop.test.',
      'dns.question.type': 'A',
      'dns.rcode': 'NOERROR',
      'meridian.policy': 'p',
      'meridian.regions': ['b'],
    })
  })

  it('lead from the first failed probe to the first answer that used it', async () => {
    endpoints = await Endpoints.open(A, B)
    const check = `http=/ port=${endpoints.port} interval=150ms timeout=150ms fall=2 rise=2`
    const server = await start(zone(check))
    await untilHealth(server, /^a up .*\nb up /)
    await endpoints.kill(A)
    await server.logged(({ msg }) => msg === 'region is down')
    while ((await server.address('live.shop.test')) !== B) await pause(5)
    const by = expectChain(await traceOf('first answer'))
    const { attributes, startNs, endNs } = by['sample']!
    expect(attributes).to.include({ 'meridian.source': 'probe', 'meridian.samples': 2 })
    expect(attributes['meridian.address']).to.equal(A)
    // From the first of two failures.
    expect(endNs - startNs > 50_000_000n).to.equal(true)
  })

  it('tell of queries with the decision behind them, and not of who asked', async () => {
    const server = await start(
      zone('http=/ port=9 interval=60s'),
      '--otlp-sample',
      '1',
      '--admin=127.0.0.1:0',
    )
    expect(await askUdp(server.port(), queryFor('live.shop.test', [133, 11, 0]))).not.to.equal(undefined)
    await server.ask('nope.shop.test', Type.AAAA, { tcp: true })
    const steered = await receiver.span(
      ({ attributes }) => attributes['dns.question.name'] === 'live.shop.test.',
    )
    expect(steered).to.include({ name: 'query', kind: 2 })
    expect(steered.endNs >= steered.startNs).to.equal(true)
    expect(steered.attributes).to.deep.include({
      'dns.rcode': 'NOERROR',
      'dns.answers': 1,
      'network.transport': 'udp',
      'meridian.zone': 'shop.test.',
      'meridian.policy': 'p',
      'meridian.regions': ['a'],
      'meridian.kind': 'regions',
      'meridian.outage': false,
      'meridian.client': 'subnet',
      'meridian.scope': 0,
    })
    expect(steered.attributes['meridian.place']).to.match(/^JP/)
    const missing = await receiver.span(({ attributes }) => attributes['dns.rcode'] === 'NXDOMAIN')
    expect(missing.attributes).to.include({ 'network.transport': 'tcp', 'dns.question.type': 'AAAA' })
    const spans = (await scrape(server)).value('meridian_trace_spans_total', { result: 'sent' })
    expect(spans).to.be.at.least(2)
    expect(receiver.bodies.join()).to.not.match(/133\.11\.|127\.0\.0\.1[^:]/)
  })
})
