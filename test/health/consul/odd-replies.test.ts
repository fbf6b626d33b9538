/** What the Consul source makes of replies that only something broken, or something other than Consul, gives. */

import { expect } from 'chai'
import { BODY_BYTES_MAX } from '../../../src/health/consul/node-consul.ts'
import { eventually } from '../../tools/consul.ts'
import { blocking, entry, type FakeConsul, fakeConsul, json, type Reply } from './fake-consul.ts'
import { follow, type Recorder, statuses } from './record.ts'

const WEB = { datacenter: 'dc1', service: 'web' }

describe('a Consul source and odd replies', () => {
  const stops: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const stop of stops.splice(0).toReversed()) await stop()
  })

  const followed = async (answer: Reply, limits = {}): Promise<{ fake: FakeConsul; told: Recorder }> => {
    const fake = await fakeConsul(answer)
    stops.push(fake.close)
    const { source, told } = follow({ local: { url: fake.url } }, { waitMs: 500, ...limits })
    stops.push(() => source.stop())
    source.want([WEB])
    return { fake, told }
  }

  const truncated: Reply = response => {
    response.writeHead(200, {
      'X-Consul-Index': '9',
      'Content-Type': 'application/json',
      'Content-Length': '90',
    })
    response.write('[')
    setTimeout(() => response.destroy(), 10)
  }
  const text =
    (body: string, contentType: string, index = '9'): Reply =>
    response => {
      response.writeHead(200, { 'X-Consul-Index': index, 'Content-Type': contentType })
      response.end(body)
    }
  const huge: Reply = response => {
    response.writeHead(200, { 'X-Consul-Index': '9', 'Content-Type': 'application/json' })
    const piece = Buffer.alloc(1 << 20, 0x20)
    for (let sent = 0; sent <= BODY_BYTES_MAX; sent += piece.length) response.write(piece)
    response.end('[]')
  }

  const odd: readonly [string, Reply, string][] = [
    ['a body cut short', truncated, 'reset'],
    ['a page of HTML with status 200', text('<html>Log in</html>', 'text/html'), 'bad-body'],
    ['no body at all', text('', 'application/json'), 'bad-body'],
    ['half of some JSON', text('[{"Node":', 'application/json'), 'bad-body'],
    ['an object where a list was due', json({}, 9), 'bad-body'],
    ['entries of another shape', json([{ Node: {} }], 9), 'bad-body'],
    [
      'a status nobody knows',
      json([{ ...(entry('w1') as object), Checks: [{ CheckID: 'x' }] }], 9),
      'bad-body',
    ],
    ['an empty list without an index', json([], undefined), 'bad-body'],
    ['a body without end', huge, 'bad-body'],
    ['an empty list without a leader', json([], 9, { 'X-Consul-KnownLeader': 'false' }), 'no-leader'],
    [
      'an error page of a proxy',
      response => void response.writeHead(502, { 'Content-Type': 'text/html' }).end('<html>'),
      'other',
    ],
  ]
  for (const [what, answer, kind] of odd)
    it(`${what}: ${kind}, the last state stays, and the next good reply is taken`, async () => {
      const { fake, told } = await followed(blocking([entry('w1')], 5))
      await told.view('web', view => statuses(view) === 'w1:passing')
      fake.answer = answer
      const held = await told.view('web', view => view.failure?.kind === kind)
      expect(statuses(held)).to.equal('w1:passing')
      fake.answer = blocking([entry('w1', 'critical')], 6)
      await told.view('web', view => statuses(view) === 'w1:critical' && view.failure === undefined)
      expect(told.everEmpty()).to.equal(false)
    })

  it('forgets the index after a failure, and when it goes back', async () => {
    const { fake, told } = await followed(blocking([entry('w1')], 500))
    const indexesFrom = (at: number): (string | null)[] =>
      fake.asked.slice(at).map(url => url.searchParams.get('index'))
    await eventually('a question that blocks', async () => indexesFrom(0).includes('500'))

    fake.answer = text('', 'application/json')
    await told.view('web', view => view.failure !== undefined)
    const failedAt = fake.asked.length
    fake.answer = blocking([entry('w1', 'critical')], 400)
    await told.view('web', view => statuses(view) === 'w1:critical')
    expect(indexesFrom(failedAt)).to.not.include('500')
    await eventually('a question that blocks', async () => indexesFrom(failedAt).includes('400'))

    fake.answer = blocking([entry('w1', 'warning')], 3)
    await told.view('web', view => statuses(view) === 'w1:warning')
    const wentBackAt = fake.asked.length
    await eventually('the next questions', async () => fake.asked.length > wentBackAt + 1)
    expect(indexesFrom(wentBackAt).slice(0, 2)).to.deep.equal([null, '3'])
  })

  it('gives up a question that hangs when its datacenter is back from a silence, and from the next', async () => {
    const hanging = new WeakSet<object>()
    // So long that the second is given up only after a while, because the first was just before.
    const limits = { waitMs: 4_000, replyGraceMs: 600_000, heartbeatMs: 100 }
    const { fake, told } = await followed(blocking([entry('w1')], 5), limits)
    await told.view('web', view => statuses(view) === 'w1:passing')
    for (const [index, status] of [
      [6, 'critical'],
      [7, 'warning'],
    ] as const) {
      fake.answer = response => void hanging.add(response)
      await eventually(
        'a question that hangs',
        async () => fake.asked.at(-1)?.searchParams.get('index') === String(index - 1),
      )
      fake.sentinel = response => void response.writeHead(500).end('rpc error getting client')
      await told.beat('dc1', ({ state }) => state === 'stale')
      fake.answer = (response, url) => {
        if (!hanging.has(response)) blocking([entry('w1', status)], index)(response, url)
      }
      // A question younger than this is not given up.
      await new Promise(resolve => setTimeout(resolve, 1_100))
      fake.sentinel = json([entry('consul')], 1)
      await told.view('web', view => statuses(view) === `w1:${status}`)
    }
  })

  it('beats on, however many questions block', async () => {
    let beats = 0
    const fake = await fakeConsul(blocking([entry('w1')], 5))
    stops.push(fake.close)
    fake.sentinel = (response, url) => {
      beats++
      json([entry('consul')], 1)(response, url)
    }
    const { source, told } = follow({ local: { url: fake.url } }, { waitMs: 60_000 })
    stops.push(() => source.stop())
    source.want(Array.from({ length: 40 }, (_, i) => ({ datacenter: 'dc1', service: `web-${i}` })))
    await eventually('40 blocking questions', async () => fake.asked.length === 80)
    const beatsBefore = beats
    await eventually('more beats', async () => beats > beatsBefore + 4)
    expect(told.beats.filter(({ state }) => state === 'stale')).to.deep.equal([])
  })

  it('does not ask a server that never blocks more often than the rate allows', async () => {
    const burst = 5
    const { fake, told } = await followed(json([entry('w1')], 7), {
      requestBurst: burst,
      requestsPerSecondMax: 5,
    })
    await told.view('web', view => statuses(view) === 'w1:passing')
    const startedMs = Date.now()
    await new Promise(resolve => setTimeout(resolve, 1_500))
    const allowed = burst + ((Date.now() - startedMs) / 1000) * 5 + 2
    expect(fake.asked.length).to.be.within(2, allowed)
  })

  it('asks with wait, stale and the datacenter, and without `passing`', async () => {
    const { fake, told } = await followed(blocking([entry('w1')], 7))
    await told.view('web', view => statuses(view) === 'w1:passing')
    const query = Object.fromEntries(fake.asked[0]!.searchParams)
    expect(query).to.deep.equal({ dc: 'dc1', stale: '1', wait: '500ms' })
  })

  it('half of the instances may go at once, more only when the leader agrees', async () => {
    const four = ['a', 'b', 'c', 'd'].map(id => entry(id))
    const { fake, told } = await followed(blocking(four, 5), { suspectMs: 1 })
    await told.view('web', view => view.instances.length === 4)
    fake.answer = blocking(four.slice(0, 2), 6)
    await told.view('web', view => statuses(view) === 'a:passing b:passing')
    // What any server says, and what the leader says.
    fake.answer = (response, url) => {
      if (url.searchParams.has('stale')) blocking([], 7)(response, url)
      else json(four.slice(0, 2), 7)(response, url)
    }
    const askedBefore = fake.asked.length
    await eventually('several more questions', async () => fake.asked.length > askedBefore + 4)
    expect(told.views.at(-1)).to.have.nested.property('instances.length', 2)
    fake.answer = (response, url) => json([], 8)(response, url)
    await told.view('web', view => view.instances.length === 0)
  })
}).timeout(60_000)
