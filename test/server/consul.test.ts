/** Consul's word is live: two real federated datacenters, one agent asked for both, and what dig sees while checks
 *  flip and services rest. What Consul itself may do to us is in test/consul-rows. */
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'chai'
import { type ConsulServer, startPair } from '../tools/consul.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { Meridian, stopAll, strings, zoneText } from './meridian.ts'

const A = '192.0.2.1'
const B = '192.0.2.2'

/** Region a in AWS before b in GCP, whoever asks. */
const zone = (more = ''): string =>
  zoneText(
    1,
    `$REGION a cloud=aws:us-east-1
$REGION b cloud=gcp:europe-west1 ${more}
$CHECK  live consul=web min-passing=50%
$POLICY p regions=a,b order=listed health=live ttl=1..5
live    GSLB p
a.live  A ${A}
b.live  A ${B}
`,
  )

describe('Consul, seen with dig', () => {
  let pair: Awaited<ReturnType<typeof startPair>>
  let aws: ConsulServer
  let gcp: ConsulServer
  let stateDir: string

  beforeEach(async function () {
    pair = await startPair(this)
    ;({ aws, gcp } = pair)
    for (const id of ['w1', 'w2', 'w3']) await aws.register('web', id)
    await gcp.register('web', 'w1')
    stateDir = makeTempDir('meridian-state-')
  })
  afterEach(async () => {
    await stopAll()
    await pair?.stop()
    removeTempDir(stateDir)
  })

  const start = (text: string, ...words: string[]): Promise<Meridian> => {
    const common = ['--listen', '127.0.0.1:0', '--workers', '1', '--state', stateDir]
    return Meridian.start({ 'shop.test.zone': text }, [...common, ...words])
  }

  const untilAnswered = async (server: Meridian, wanted: string): Promise<void> => {
    while ((await server.address('live.shop.test')) !== wanted) await pause(5)
  }

  const untilHealth = async (server: Meridian, wanted: RegExp): Promise<void> => {
    while (!wanted.test((await strings(server, '_health.live.shop.test')).join('\n'))) await pause(20)
  }

  it('follows checks, min-passing, maintenance and the catalog', async () => {
    const server = await start(zone(), '--consul', aws.url)
    await untilHealth(
      server,
      /^a up for=\S+ live=3\/3 source=consul age=\S+\nb up for=\S+ live=1\/1 source=consul/,
    )
    await aws.check('w1', 'fail')
    await untilHealth(server, /^a up for=\S+ live=2\/3/)
    expect(await server.address('live.shop.test')).to.equal(A)
    await aws.check('w2', 'fail')
    await untilAnswered(server, B)
    const down = await server.logged(({ msg }) => msg === 'region is down')
    expect(down['cause']).to.equal('live: 1 of 3 passing (consul:aws-us-east-1)')
    await aws.check('w1', 'warn')
    await untilAnswered(server, A)
    await aws.deregister('w2')
    await untilHealth(server, /^a up for=\S+ live=2\/2/)
    for (const id of ['w1', 'w3']) await aws.call('PUT', `/agent/service/maintenance/${id}?enable=true`)
    await untilAnswered(server, B)
    await untilHealth(server, /^a draining .*all in maintenance/)
    await aws.call('PUT', '/agent/service/maintenance/w3?enable=false')
    await untilAnswered(server, A)
    await gcp.check('w1', 'fail')
    await untilHealth(server, /\nb down /)
  })

  it('is doubted when one datacenter speaks ill of every region at once', async () => {
    const server = await start(zone('consul=aws-us-east-1'), '--consul', aws.url)
    await untilHealth(server, /^a up .*\nb up /)
    for (const id of ['w1', 'w2', 'w3']) await aws.check(id, 'fail')
    await server.logged(({ msg }) => /doubted/.test(msg))
    await untilHealth(server, /doubted=consul:aws-us-east-1/)
    expect(await server.address('live.shop.test')).to.equal(A)
  })

  it('is missed where a zone asks for it and none is configured', async () => {
    const server = await start(zone())
    await server.logged(({ level, msg }) => level === 'warn' && /none is configured/.test(msg))
    expect(await server.address('live.shop.test')).to.equal(A)
  })
})
