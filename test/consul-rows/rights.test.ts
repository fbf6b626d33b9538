/** Consul refuses our token, or answers it as if there were nothing. Dig sees what was last known, or every region
 *  where nothing ever was. One pair of datacenters for all; every row has a service and a token of its own. */

import { join } from 'node:path'
import { expect } from 'chai'
import { type ConsulServer } from '../tools/consul.ts'
import { guardedHcl, MASTER, makeToken, READ_ALL, SERVICES_ONLY, writeToken } from '../tools/consul-rights.ts'
import { tool } from '../tools/tools.ts'
import { A, B, type Client, Scene, sideBySide, twoRegions } from './scene.ts'

/** One set of tokens for both datacenters, and none remembered for long. */
const HCL = `primary_datacenter = "aws-us-east-1"
${guardedHcl('token_ttl = "0s" policy_ttl = "0s"')}`

describe('Consul refuses, and dig sees', () => {
  const guards = new Scene()
  let aws: ConsulServer
  let gcp: ConsulServer

  before(async function () {
    await tool('consul', this)
    ;({ aws, gcp } = await guards.pair({ hcl: HCL, token: MASTER }))
  })
  after(() => guards.close())

  /** The service is critical in AWS and passes in GCP: whoever may not know is sent to a, whoever may to b. */
  const serve = async (scene: Scene, service: string, token?: string): Promise<Client> => {
    await aws.register(service, service, { Check: { TTL: '1h', Status: 'critical' } })
    await gcp.register(service, service)
    const words = ['--consul', aws.url]
    if (token !== undefined) {
      give(scene, token)
      words.push('--consul-token-file', join(scene.dir, 'token'))
    }
    return scene.serve(words, twoRegions('', service))
  }

  const give = (scene: Scene, token: string): void => writeToken(join(scene.dir, 'token'), token)

  const newToken = (rules = READ_ALL): ReturnType<typeof makeToken> => makeToken(aws, rules)

  const allow = (policy: string, Rules: string): Promise<string> =>
    aws.call('PUT', `/acl/policy/${policy}`, { ID: policy, Name: `changed-${policy}`, Rules })

  const BLIND = /the token may not read services and nodes/

  sideBySide({
    'no token, 200 and an empty list: no region goes down, and the log says what is missing': async scene => {
      const client = await serve(scene, 'unasked')
      expect(await client.seenDuring(() => client.told(BLIND))).to.deep.equal([A])
    },

    'a token for services and not for nodes, which is shown as little: the same, until it may':
      async scene => {
        const { secret, policy } = await newToken(SERVICES_ONLY)
        const client = await serve(scene, 'half', secret)
        expect(await client.seenDuring(() => client.told(BLIND))).to.deep.equal([A])
        await allow(policy, READ_ALL)
        await client.until(B)
      },

    'a token that does not exist, 403: no region goes down; a good one in the file is taken at once':
      async scene => {
        const client = await serve(scene, 'wrong', '00000000-0000-0000-0000-00000000dead')
        expect(await client.seenDuring(() => client.told(/ACL not found/))).to.deep.equal([A])
        give(scene, (await newToken()).secret)
        await client.until(B)
      },

    'a token revoked while we wait: the last word stays, stale, until there is another token':
      async scene => {
        const token = await newToken()
        const client = await serve(scene, 'revoked', token.secret)
        await client.until(B)
        const seen = await client.seenDuring(async () => {
          await aws.call('DELETE', `/acl/token/${token.accessor}`)
          await client.until(`${B} stale`)
          await client.told(/ACL not found/)
        })
        expect(seen).to.deep.equal([B])
        await aws.check('revoked', 'pass')
        give(scene, (await newToken()).secret)
        await client.until(A)
      },

    'a token that loses its rights, 200 and an empty list: the last word stays': async scene => {
      const { secret, policy } = await newToken()
      const client = await serve(scene, 'lessened', secret)
      await client.until(B)
      const seen = await client.seenDuring(async () => {
        await allow(policy, SERVICES_ONLY)
        await client.until(`${B} stale`)
        await client.told(/is not believed \(blind\)/)
      })
      expect(seen).to.deep.equal([B])
      await aws.check('lessened', 'pass')
      await allow(policy, READ_ALL)
      await client.until(A)
    },
  })
}).timeout(120_000)
