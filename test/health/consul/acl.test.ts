/** What the Consul source tells when a real Consul refuses its token, or answers as if there were nothing. */

import { join } from 'node:path'
import { expect } from 'chai'
import { monotonicMs } from '../../../src/base/clock.ts'
import { connectAgent, tokenFromEnvironment } from '../../../src/health/consul/connect.ts'
import { SharedKeys } from '../../../src/health/consul/keys.ts'
import { ConsulServer } from '../../tools/consul.ts'
import {
  guardedHcl,
  MASTER,
  makeToken,
  READ_ALL,
  SERVICES_ONLY,
  writeToken,
} from '../../tools/consul-rights.ts'
import { makeTempDir, removeTempDir } from '../../tools/process.ts'
import { follow, isFresh, statuses, timing } from './record.ts'

describe('a Consul source and its token', () => {
  let server: ConsulServer
  let dir: string
  const stops: (() => Promise<void>)[] = []

  before(async function () {
    server = await ConsulServer.create(
      { datacenter: 'aws-us-east-1', hcl: guardedHcl(), token: MASTER },
      this,
    )
    await server.start()
    dir = makeTempDir()
    await server.register('web', 'w1')
  })
  afterEach(async () => {
    await Promise.all(stops.splice(0).map(stop => stop()))
  })
  after(async () => {
    await server?.stop()
    if (dir !== undefined) removeTempDir(dir)
  })

  const followed = (token?: { value: string } | { file: string }, limits = {}): ReturnType<typeof follow> => {
    const made = follow({ local: { url: server.url, ...(token === undefined ? {} : { token }) } }, limits)
    stops.push(() => made.source.stop())
    made.source.want([{ datacenter: server.datacenter, service: 'web' }])
    return made
  }

  it('no token: an empty 200 is not believed, and nothing is told', async () => {
    const { told } = followed()
    const beat = await told.beat(server.datacenter, ({ state }) => state === 'stale')
    expect(beat).to.include({ reachable: true, visible: false })
    expect(beat.cause?.kind).to.equal('blind')
    expect(told.views).to.deep.equal([])
  })

  it('services without nodes: the same', async () => {
    const { secret } = await makeToken(server, SERVICES_ONLY)
    const { told } = followed({ value: secret })
    const beat = await told.beat(server.datacenter, ({ state }) => state === 'stale')
    expect(beat.cause?.kind).to.equal('blind')
    expect(told.views).to.deep.equal([])
  })

  it('a token file that is not there yet: nothing is asked without it', async () => {
    const path = join(dir, 'later')
    const { told } = followed({ file: path })
    const beat = await told.beat(server.datacenter, ({ state }) => state === 'stale')
    expect(beat.cause?.text).to.match(/no token: .*ENOENT/)
    writeToken(path, (await makeToken(server, READ_ALL)).secret)
    await told.view('web', isFresh)
  })

  it('a token that does not exist: forbidden', async () => {
    const { told } = followed({ value: '00000000-0000-0000-0000-00000000dead' })
    const beat = await told.beat(server.datacenter, ({ state }) => state === 'stale')
    expect(beat).to.include({ reachable: true, visible: false })
    expect(beat.cause?.kind).to.equal('forbidden')
    expect(beat.cause?.text).to.match(/ACL not found/)
    expect(told.views).to.deep.equal([])
  })

  it('a token revoked while a query blocks: stale with the last state; a new one in the file mends it', async () => {
    const path = join(dir, 'token')
    const first = await makeToken(server, READ_ALL)
    writeToken(path, first.secret)
    // The heartbeat sees the new token work; the watch alone would ask again much later.
    const { told } = followed({ file: path }, { forbiddenRetryMs: 600_000 })
    await told.view('web', view => isFresh(view) && statuses(view) === 'w1:passing')
    await server.call('DELETE', `/acl/token/${first.accessor}`)
    await told.beat(server.datacenter, ({ cause }) => cause?.kind === 'forbidden')
    const stale = await told.view('web', view => view.freshness === 'stale' && view.failure !== undefined)
    expect(statuses(stale)).to.equal('w1:passing')
    expect(stale.failure?.kind).to.equal('forbidden')
    writeToken(path, (await makeToken(server, READ_ALL)).secret)
    await told.view('web', view => isFresh(view) && view.failure === undefined)
    await server.check('w1', 'warn')
    await told.view('web', view => statuses(view) === 'w1:warning')
    await server.check('w1', 'pass')
    expect(told.everEmpty()).to.equal(false)
  })

  it('a token that loses its rights: the empty list is doubted as long as nothing can be seen', async () => {
    const token = await makeToken(server, READ_ALL)
    const { told } = followed({ value: token.secret })
    await told.view('web', isFresh)
    const policy = { ID: token.policy, Name: `lessened-${token.policy}` }
    await server.call('PUT', `/acl/policy/${token.policy}`, { ...policy, Rules: SERVICES_ONLY })
    const doubted = await told.view('web', view => view.suspect !== undefined && view.freshness === 'stale')
    expect(doubted.suspect).to.deep.equal({ reason: 'blind', claimed: 0, vanished: 1 })
    expect(statuses(doubted)).to.equal('w1:passing')
    await server.call('PUT', `/acl/policy/${token.policy}`, { ...policy, Rules: READ_ALL })
    await told.view('web', view => isFresh(view) && view.suspect === undefined)
    expect(told.everEmpty()).to.equal(false)
  })

  it('shared keys that the token may not read are none, and prove nothing', async () => {
    const keysWith = (value: string): SharedKeys => {
      const agent = connectAgent({ url: server.url, token: { value } }, monotonicMs)
      stops.push(async () => agent.close())
      return new SharedKeys(agent, { prefix: 'm/overrides/' }, timing())
    }
    const { secret } = await makeToken(server, READ_ALL)
    expect(await keysWith(MASTER).put('k', 'v', 0)).to.deep.equal({ ok: true, won: true })
    const [mine, theirs] = [await keysWith(MASTER).readAll(), await keysWith(secret).readAll()]
    expect(mine).to.deep.nested.include({ 'value.proven': true, 'value.entries.length': 1 })
    expect(theirs).to.deep.nested.include({ 'value.proven': false, 'value.entries.length': 0 })
    expect(await keysWith(secret).put('k', 'w', 0)).to.have.nested.property('failure.kind', 'forbidden')
  })

  it('takes the token from the variables that Consul’s own command reads', () => {
    expect(tokenFromEnvironment({})).to.equal(undefined)
    expect(tokenFromEnvironment({ CONSUL_HTTP_TOKEN: 't' })).to.deep.equal({ value: 't' })
    expect(tokenFromEnvironment({ CONSUL_HTTP_TOKEN: 't', CONSUL_HTTP_TOKEN_FILE: '/f' })).to.deep.equal({
      file: '/f',
    })
  })
}).timeout(120_000)
