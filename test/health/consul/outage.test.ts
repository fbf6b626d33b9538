/** What the Consul source tells while real Consul servers die, freeze, lose their data or their leader. Whatever
 *  happens, it never tells that a service is gone because Consul is. */

import { expect } from 'chai'
import { ConsulServer, eventually, federated, startPair } from '../../tools/consul.ts'
import { follow, isFresh, statuses } from './record.ts'

describe('a Consul source while Consul is away', () => {
  const stops: (() => Promise<void>)[] = []

  afterEach(async () => {
    for (const stop of stops.splice(0).toReversed()) await stop()
  })

  const followed = (settings: Parameters<typeof follow>[0], limits = {}): ReturnType<typeof follow> => {
    const made = follow(settings, limits)
    stops.push(() => made.source.stop())
    return made
  }

  const pairOf = async (context: Mocha.Context): ReturnType<typeof startPair> => {
    const pair = await startPair(context)
    stops.push(pair.stop)
    return pair
  }

  const serverOf = async (context: Mocha.Context): Promise<ConsulServer> => {
    const server = await ConsulServer.create({ datacenter: 'aws-us-east-1' }, context)
    stops.push(() => server.stop())
    await server.start()
    return server
  }

  /** Raises the index well above that of a server that has just begun. */
  const age = async (server: ConsulServer): Promise<void> => {
    for (let i = 0; i < 60; i++) await server.call('PUT', '/kv/age', String(i))
  }

  it('agent killed: the last state stays, stale, then expired', async function () {
    const server = await serverOf(this)
    await server.register('web', 'w1')
    await server.register('web', 'w2')
    await server.check('w2', 'fail')
    const { source, told } = followed(
      { local: { url: server.url } },
      { staleAfterMs: 3_000, expiredAfterMs: 4_000 },
    )
    source.want([{ datacenter: server.datacenter, service: 'web' }])
    await told.view('web', view => isFresh(view) && statuses(view) === 'w1:passing w2:critical')
    await server.crash()
    const stale = await told.view('web', view => view.freshness === 'stale')
    expect(statuses(stale)).to.equal('w1:passing w2:critical')
    const beat = await told.beat(server.datacenter, ({ state }) => state === 'stale')
    expect(beat.reachable).to.equal(false)
    expect(beat.cause?.kind).to.be.oneOf(['refused', 'reset'])
    const expired = await told.view('web', view => view.freshness === 'expired')
    expect(statuses(expired)).to.equal('w1:passing w2:critical')
    expect(told.everEmpty()).to.equal(false)
  })

  it('agents ended politely, one after the other: the last states stay', async function () {
    const { aws, gcp } = await pairOf(this)
    for (const server of [aws, gcp]) await server.register('web', 'w1')
    const { source, told } = followed({
      local: { url: aws.url },
      agents: { [gcp.datacenter]: [{ url: gcp.url }] },
    })
    source.want([aws, gcp].map(({ datacenter }) => ({ datacenter, service: 'web' })))
    for (const { datacenter } of [aws, gcp]) await told.view('web', isFresh, datacenter)
    await gcp.terminate()
    await told.view('web', view => view.freshness === 'stale', gcp.datacenter)
    await aws.terminate()
    await told.view('web', view => view.freshness === 'stale', aws.datacenter)
    expect(source.views().map(statuses)).to.deep.equal(['w1:passing', 'w1:passing'])
    expect(told.everEmpty()).to.equal(false)
  })

  it('server restarted without its data: an empty 200 is doubted until they are back', async function () {
    const server = await serverOf(this)
    await age(server)
    await server.register('web', 'w1')
    await server.register('web', 'w2')
    const { source, told } = followed({ local: { url: server.url } })
    source.want([{ datacenter: server.datacenter, service: 'web' }])
    await told.view('web', view => isFresh(view) && view.instances.length === 2)
    await server.crash()
    await told.view('web', view => view.freshness === 'stale')
    await server.start()
    const doubted = await told.view('web', view => view.suspect !== undefined)
    expect(doubted.suspect).to.deep.equal({ reason: 'index-went-back', claimed: 0, vanished: 2 })
    expect(statuses(doubted)).to.equal('w1:passing w2:passing')
    await server.register('web', 'w1')
    await server.register('web', 'w2')
    await server.check('w2', 'fail')
    const back = await told.view('web', view => isFresh(view) && statuses(view) === 'w1:passing w2:critical')
    expect(back).to.not.have.property('suspect')
    expect(told.everEmpty()).to.equal(false)
  })

  it('server restarted without its data, nothing comes back: believed after the time agents need', async function () {
    const server = await serverOf(this)
    await age(server)
    await server.register('web', 'w1')
    const { source, told } = followed({ local: { url: server.url } }, { resetSuspectMs: 3_000 })
    source.want([{ datacenter: server.datacenter, service: 'web' }])
    await told.view('web', isFresh)
    await server.crash()
    await server.start()
    await told.view('web', view => view.suspect?.reason === 'index-went-back')
    await told.view('web', view => view.instances.length === 0 && isFresh(view))
  })

  it('agent frozen: the heartbeat says so, long before a query gives up; the new state right after', async function () {
    const server = await serverOf(this)
    await server.register('web', 'w1')
    const { source, told } = followed(
      { local: { url: server.url } },
      { waitMs: 10_000, replyGraceMs: 60_000, staleAfterMs: 30_000 },
    )
    source.want([{ datacenter: server.datacenter, service: 'web' }])
    await told.view('web', isFresh)
    await told.beat(server.datacenter, ({ state }) => state === 'fresh')
    server.freeze()
    const beat = await told.beat(server.datacenter, ({ state }) => state === 'stale')
    expect(beat).to.include({ reachable: false })
    expect(beat.cause?.kind).to.equal('timeout')
    const stale = await told.view('web', view => view.freshness === 'stale')
    expect(statuses(stale)).to.equal('w1:passing')
    server.thaw()
    await told.view('web', isFresh)
    await server.check('w1', 'fail')
    await told.view('web', view => statuses(view) === 'w1:critical')
    expect(told.everEmpty()).to.equal(false)
  })

  it('remote datacenter frozen, then killed: its services stay, the local ones are not disturbed', async function () {
    const { aws, gcp } = await pairOf(this)
    await aws.register('near', 'n1')
    await gcp.register('far', 'f1')
    const { source, told } = followed({ local: { url: aws.url } })
    source.want([
      { datacenter: aws.datacenter, service: 'near' },
      { datacenter: gcp.datacenter, service: 'far' },
    ])
    await told.view('near', isFresh)
    await told.view('far', isFresh)
    gcp.freeze()
    await told.beat(gcp.datacenter, ({ state }) => state === 'stale')
    await told.view('far', view => view.freshness === 'stale')
    gcp.thaw()
    await told.beat(gcp.datacenter, ({ state }) => state === 'fresh')
    await told.view('far', isFresh)
    await gcp.crash()
    const beat = await told.beat(gcp.datacenter, ({ state }) => state === 'stale')
    expect(beat.reachable).to.equal(false)
    const far = await told.view('far', view => view.freshness === 'stale')
    expect(statuses(far)).to.equal('f1:passing')
    await aws.check('n1', 'fail')
    const near = await told.view('near', view => statuses(view) === 'n1:critical')
    expect(near.freshness).to.equal('fresh')
    expect(told.everEmpty()).to.equal(false)
    await gcp.start({ wan: aws.wanAddress })
    await federated(aws, gcp)
    await gcp.register('far', 'f1')
    await told.view('far', view => isFresh(view) && view.suspect === undefined)
  })

  it('unknown datacenter: said so, and nothing told of its services', async function () {
    const server = await serverOf(this)
    const { source, told } = followed({ local: { url: server.url } })
    source.want([{ datacenter: 'atlantis', service: 'web' }])
    const beat = await told.beat('atlantis', ({ state }) => state === 'stale')
    expect(beat.cause).to.include({ kind: 'not-found' })
    expect(beat.cause?.text).to.match(/No path to datacenter/)
    expect(told.views).to.deep.equal([])
  })

  it('quorum lost: what a leaderless server says neither refreshes nor changes anything', async function () {
    const options = { datacenter: 'aws-us-east-1', expect: 2 }
    const one = await ConsulServer.create(options, this)
    const two = await ConsulServer.create(options, this)
    for (const server of [one, two]) stops.push(() => server.stop())
    await one.start()
    await two.start({ lan: one.lanAddress })
    await eventually('a leader', () => one.hasLeader())
    await one.register('web', 'w1')
    await eventually('the survivor itself to know the service', async () =>
      (await one.call('GET', '/health/service/web?stale')).includes('w1'),
    )
    const { source, told } = followed({ local: { url: one.url } })
    source.want([{ datacenter: one.datacenter, service: 'web' }])
    await told.view('web', view => isFresh(view) && statuses(view) === 'w1:passing')
    await two.crash()
    const stale = await told.view('web', view => view.freshness === 'stale' && view.failure !== undefined)
    expect(statuses(stale)).to.equal('w1:passing')
    expect(stale.failure).to.include({ kind: 'no-leader' })
    await two.start({ lan: one.lanAddress })
    await told.view('web', view => isFresh(view) && view.failure === undefined)
    await one.check('w1', 'fail')
    await told.view('web', view => statuses(view) === 'w1:critical')
    expect(told.everEmpty()).to.equal(false)
  })

  it('Consul away at the start: what an earlier run knew is told as stale, nothing of the rest', async function () {
    const server = await serverOf(this)
    await age(server)
    await server.register('web', 'w1')
    const earlier = followed({ local: { url: server.url } })
    earlier.source.want([{ datacenter: server.datacenter, service: 'web' }])
    await earlier.told.view('web', isFresh)
    const kept: unknown = JSON.parse(JSON.stringify(earlier.source.snapshot()))
    await server.crash()

    const { source, told } = followed({ local: { url: server.url } })
    expect(source.restore(kept)).to.equal(1)
    source.want(['web', 'unheard'].map(service => ({ datacenter: server.datacenter, service })))
    await told.beat(server.datacenter, ({ state }) => state === 'stale')
    expect(told.views.map(view => [view.service, view.freshness, statuses(view)])).to.deep.include([
      'web',
      'stale',
      'w1:passing',
    ])
    expect(told.views.filter(({ service }) => service === 'unheard')).to.deep.equal([])

    await server.start()
    const doubted = await told.view('web', view => view.suspect !== undefined)
    expect(statuses(doubted)).to.equal('w1:passing')
    await server.register('web', 'w1')
    await told.view('web', view => isFresh(view) && view.suspect === undefined)
    expect(told.views.some(view => view.service === 'web' && view.instances.length === 0)).to.equal(false)
  })
}).timeout(180_000)
