/** Consul goes away, one way after the other, and dig goes on seeing what was last known: never nothing, never a
 *  region that was down, never a SERVFAIL. What changed meanwhile is seen as soon as Consul is back. */

import { expect } from 'chai'
import { ConsulServer, eventually, federated } from '../tools/consul.ts'
import { A, B, type Client, type Scene, sideBySide, twoRegions } from './scene.ts'
import { Spoiler } from './spoiler.ts'

type Pair = Awaited<ReturnType<Scene['pair']>>

/** `web` passes in both datacenters; everything is asked of the agent in AWS. */
async function allWell(scene: Scene): Promise<Pair & { client: Client }> {
  const pair = await scene.pair()
  for (const server of [pair.aws, pair.gcp]) await server.register('web', 'w1')
  const client = await scene.serve(['--consul', pair.aws.url])
  await client.untilHealth(/^a up .*\nb up /)
  return { ...pair, client }
}

/** Raises the index well above that of a server that has just begun. */
async function age(server: ConsulServer): Promise<void> {
  for (let i = 0; i < 60; i++) await server.call('PUT', '/kv/age', String(i))
}

async function complaint(asked: Promise<string>): Promise<string> {
  return asked.then(
    body => `200 ${body}`,
    (error: Error) => error.message,
  )
}

describe('Consul fails, and dig sees', () => {
  sideBySide({
    'agent killed while we wait for its answer: the region that was down stays out, marked stale':
      async scene => {
        const { aws, gcp, client } = await allWell(scene)
        await aws.check('w1', 'fail')
        await client.until(B)
        const seen = await client.seenDuring(async () => {
          await aws.crash()
          await client.until(`${B} stale`)
          await client.untilHealth(/^a stale .*last=down .*\nb stale .*last=up /)
          await aws.start({ wan: gcp.wanAddress })
          await aws.register('web', 'w1')
          await client.until(A)
        })
        expect(seen).to.deep.equal([B, A])
      },

    'agent ended politely, which answers early with the old index: the same': async scene => {
      const { aws, client } = await allWell(scene)
      await aws.check('w1', 'fail')
      await client.until(B)
      const seen = await client.seenDuring(async () => {
        await aws.terminate()
        await client.until(`${B} stale`)
      })
      expect(seen).to.deep.equal([B])
    },

    'agent restarted without its data, the index goes back: an empty list is not believed': async scene => {
      const { aws, gcp, client } = await allWell(scene)
      await age(aws)
      await aws.register('web', 'w2')
      await client.untilHealth(/^a up .*live=2\/2/)
      const seen = await client.seenDuring(async () => {
        await aws.crash()
        await aws.start({ wan: gcp.wanAddress })
        expect(JSON.parse(await aws.call('GET', '/health/service/web'))).to.deep.equal([])
        await client.told(/2 instances are gone, and is not believed \(index-went-back\)/)
      })
      expect(seen).to.deep.equal([A])
      // Half of the instances come back first, and it is their word that counts.
      await aws.register('web', 'w1')
      await aws.check('w1', 'fail')
      await aws.register('web', 'w2', { Check: { TTL: '1h', Status: 'critical' } })
      await client.until(B)
      await aws.check('w2', 'pass')
      await client.until(A)
    },

    'agent restarted without its data, and its index soon passes the old one: not believed either':
      async scene => {
        const pair = await scene.pair()
        for (const server of [pair.aws, pair.gcp]) await server.register('web', 'w1')
        const wire = await Spoiler.before(pair.aws.url)
        scene.atEnd(() => wire.close())
        const agents = [`${pair.aws.datacenter}=${wire.url}`, `${pair.gcp.datacenter}=${pair.gcp.url}`]
        const client = await scene.serve(['--consul-agents', agents.join(',')])
        await client.untilHealth(/^a up .*\nb up /)
        const asked = async (service: string, times: number): Promise<void> => {
          const count = (): number =>
            wire.asked.filter(line => line.includes(`/health/service/${service}`)).length
          const before = count()
          await eventually(`questions about ${service}`, async () => count() >= before + times)
        }
        // Until a heartbeat has seen who stands behind that word.
        await asked('consul', 2)
        const seen = await client.seenDuring(async () => {
          await pair.aws.crash()
          await pair.aws.start({ wan: pair.gcp.wanAddress })
          for (let i = 0; i < 30; i++) await pair.aws.register(`other${i}`, `other${i}`)
          await asked('web', 3)
        })
        expect(seen).to.deep.equal([A])
        await pair.aws.register('web', 'w1', { Check: { TTL: '1h', Status: 'critical' } })
        await client.until(B)
      },

    'leader lost: what a server without one says changes nothing; with a new one all is followed':
      async scene => {
        const options = { datacenter: 'aws-us-east-1', expect: 2 }
        const one = await ConsulServer.create(options)
        const two = await ConsulServer.create(options)
        scene.atEnd(() => Promise.all([one.stop(), two.stop()]))
        await one.start()
        await two.start({ lan: one.lanAddress })
        await eventually('a leader', () => one.hasLeader())
        await one.register('web', 'w1', { Check: { TTL: '1h', Status: 'critical' } })
        const client = await scene.serve(
          ['--consul', one.url],
          twoRegions().replace('b cloud', 'b consul=none cloud'),
        )
        await client.until(B)
        const seen = await client.seenDuring(async () => {
          await two.crash()
          // Each held for seven seconds, and sent with an index of 1.
          await eventually('500', async () =>
            /500 No cluster leader/.test(await complaint(one.call('GET', '/health/service/web'))),
          )
          await client.until(`${B} stale`)
          expect(await one.call('GET', '/health/service/web?stale')).to.include('"Status":"critical"')
        })
        expect(seen).to.deep.equal([B])
        await two.start({ lan: one.lanAddress })
        await eventually('a leader', () => one.hasLeader())
        await one.check('w1', 'pass')
        await client.until(A)
      },

    'remote server killed, its questions end in 500: its word stays, the near datacenter is followed':
      async scene => {
        const { aws, gcp, client } = await allWell(scene)
        await client.until(B, 'far')
        const far = await client.seenDuring(async () => {
          await gcp.crash()
          await eventually('500', async () =>
            /500/.test(await complaint(aws.call('GET', `/health/service/web?dc=${gcp.datacenter}`))),
          )
          await client.until(`${B} stale`, 'far')
          await aws.check('w1', 'fail')
          await client.until(`${B} stale`)
          await aws.check('w1', 'pass')
          await client.until(A)
        }, 'far')
        expect(far).to.deep.equal([B])
        await gcp.start({ wan: aws.wanAddress })
        await federated(aws, gcp)
        await gcp.register('web', 'w1', { Check: { TTL: '1h', Status: 'critical' } })
        await client.until(A, 'far')
      },

    'remote server in a black hole: its word stays, and what it says afterwards is seen': async scene => {
      const { aws, gcp, client } = await allWell(scene)
      await gcp.check('w1', 'fail')
      await client.until(A, 'far')
      const far = await client.seenDuring(async () => {
        gcp.freeze()
        await client.untilHealth(/\nb stale .*last=down /)
        await aws.register('web', 'w2')
        await client.untilHealth(/^a up .*live=2\/2/)
      }, 'far')
      expect(far).to.deep.equal([A])
      gcp.thaw()
      await gcp.check('w1', 'pass')
      await client.until(B, 'far')
    },

    'our own agent in a black hole: the last word stays, and what it says afterwards is seen':
      async scene => {
        const { aws, client } = await allWell(scene)
        await aws.check('w1', 'fail')
        await client.until(B)
        const seen = await client.seenDuring(async () => {
          aws.freeze()
          await client.until(`${B} stale`)
        })
        expect(seen).to.deep.equal([B])
        aws.thaw()
        await aws.check('w1', 'pass')
        await client.until(A)
      },

    'a datacenter nobody knows: its region counts as up, and the log says why': async scene => {
      const pair = await scene.pair()
      await pair.aws.register('web', 'w1')
      const zone = twoRegions().replace('b cloud', 'b consul=atlantis cloud')
      const client = await scene.serve(['--consul', pair.aws.url], zone)
      const seen = await client.seenDuring(async () => {
        await client.told(/No path to datacenter/)
        await client.untilHealth(/^b unknown /, 'far')
      }, 'far')
      expect(seen).to.deep.equal([B])
    },

    'Consul away at the start, after a run that knew it: what was down stays out': async scene => {
      const { aws, gcp, client } = await allWell(scene)
      await aws.check('w1', 'fail')
      await client.until(B)
      client.server.signal('SIGTERM')
      await client.server.ended()
      await aws.crash()
      const second = await scene.serve(['--consul', aws.url])
      expect(await second.answer()).to.equal(`${B} stale`)
      await aws.start({ wan: gcp.wanAddress })
      await aws.register('web', 'w1')
      await second.until(A)
    },
  })
}).timeout(120_000)
