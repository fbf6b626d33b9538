/** What reaches us of Consul is late, cut short, somebody else's or nothing, and dig goes on seeing what was last
 *  known. Behind the wire that spoils it is a real Consul. */

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect } from 'chai'
import type { ConsulServer } from '../tools/consul.ts'
import { tool } from '../tools/tools.ts'
import { A, B, type Client, Scene, sideBySide, twoRegions } from './scene.ts'
import { Spoiler, type Spoiling } from './spoiler.ts'

/** Fewer than our heartbeats and watches need, so that a test can use them up. */
const CONNECTIONS_MAX = 6

describe("Consul's answers are spoilt, and dig sees", () => {
  const datacenters = new Scene()
  let aws: ConsulServer
  let gcp: ConsulServer

  before(async function () {
    await tool('consul', this)
    ;({ aws, gcp } = await datacenters.pair())
  })
  after(() => datacenters.close())

  /** Region a, critical in AWS, is heard of through the wire; b, well in GCP, directly. */
  const spoilt = async (scene: Scene, service: string): Promise<{ client: Client; wire: Spoiler }> => {
    await aws.register(service, service, { Check: { TTL: '1h', Status: 'critical' } })
    await gcp.register(service, service)
    const wire = await Spoiler.before(aws.url)
    scene.atEnd(() => wire.close())
    const agents = [`${aws.datacenter}=${wire.url}`, `${gcp.datacenter}=${gcp.url}`]
    const client = await scene.serve(['--consul-agents', agents.join(',')], twoRegions('', service))
    await client.until(B)
    return { client, wire }
  }

  /** The region that was down stays out as long as nothing that can be believed says otherwise. */
  const staysOut = async (scene: Scene, service: string, how: Spoiling, told: RegExp): Promise<void> => {
    const { client, wire } = await spoilt(scene, service)
    const seen = await client.seenDuring(async () => {
      wire.spoil(how)
      await aws.check(service, 'pass')
      await client.told(told)
      await client.until(`${B} stale`)
    })
    expect(seen).to.deep.equal([B])
    wire.spoil({ kind: 'none' })
    await client.until(A)
  }

  sideBySide({
    'bodies cut short: the last word stays': scene =>
      staysOut(scene, 'cut', { kind: 'cut' }, /Consul does not answer for a service/),

    'bodies that stop in their midst: the last word stays': scene =>
      staysOut(scene, 'stall', { kind: 'stall' }, /Consul is silent: what it said is stale/),

    'the page of a portal, with status 200: the last word stays': scene =>
      staysOut(
        scene,
        'portal',
        { kind: 'page', status: '200 OK', body: '<html>Log in</html>' },
        /this is not Consul/,
      ),

    'the 502 of a proxy: the last word stays': scene =>
      staysOut(
        scene,
        'proxy',
        { kind: 'page', status: '502 Bad Gateway', body: '<html>Oh</html>' },
        /"Consul does not answer for a service: 502/,
      ),

    'answers slower than a heartbeat may be: the last word stays': async scene => {
      const { client, wire } = await spoilt(scene, 'crawl')
      const seen = await client.seenDuring(async () => {
        wire.spoil({ kind: 'slow', delayMs: 2_500 })
        await client.until(`${B} stale`)
        await aws.check('crawl', 'pass')
        await client.told(/Consul is silent: what it said is stale/)
      })
      expect(seen).to.deep.equal([B])
      wire.spoil({ kind: 'none' })
      await client.until(A)
    },

    'answers that take a second: believed, a second later': async scene => {
      const { client, wire } = await spoilt(scene, 'slow')
      wire.spoil({ kind: 'slow', delayMs: 1_000 })
      const seen = await client.seenDuring(async () => {
        await aws.check('slow', 'pass')
        await client.until(A)
        await aws.check('slow', 'fail')
        await client.until(B)
      })
      expect(seen).to.deep.equal([B, A, B])
    },

    'an agent whose cache would answer: it is never asked, for a cached word hides its age': async scene => {
      const { client, wire } = await spoilt(scene, 'cached')
      await aws.check('cached', 'pass')
      await client.until(A)
      expect(wire.asked).to.not.be.empty
      expect(wire.asked.filter(line => /[?&](cached|passing)\b/.test(line))).to.deep.equal([])
    },

    'no connection left for us: no region goes down, and all is followed when there is': async scene => {
      const hcl = `limits { http_max_conns_per_client = ${CONNECTIONS_MAX} }`
      const pair = await scene.pair({ hcl })
      await pair.aws.register('web', 'w1', { Check: { TTL: '1h', Status: 'critical' } })
      await pair.gcp.register('web', 'w1')
      const others = await hold(pair.aws, CONNECTIONS_MAX)
      scene.atEnd(async () => others.forEach(socket => socket.destroy()))
      const client = await scene.serve(['--consul', pair.aws.url])
      const seen = await client.seenDuring(() => client.told(/Consul is not heard/))
      expect(seen).to.deep.equal([A])
      for (const socket of others) socket.destroy()
      await client.until(B)
    },
  })
}).timeout(120_000)

/** Connections that ask nothing. */
async function hold(server: ConsulServer, count: number): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () => connect(Number(new URL(server.url).port), '127.0.0.1'))
  for (const socket of sockets) socket.on('error', () => undefined)
  await Promise.all(sockets.map(socket => once(socket, 'connect')))
  return sockets
}
