/** Orders reach every node of a fleet: two real Consul datacenters, a real server beside each, and what dig sees at one
 *  of them when an order is given at the other, while Consul comes, goes, forgets and is told nonsense. */
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'chai'
import type { OrderReply } from '../../src/control/control-messages.ts'
import type { OverrideAction } from '../../src/health/overrides/override.ts'
import { SmallWorld } from '../steering/small-world.ts'
import { type ConsulServer, ConsulServer as Server, startPair } from '../tools/consul.ts'
import { guardedHcl, MASTER, makeToken, writeToken } from '../tools/consul-rights.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { giveOrder } from './control.ts'
import { Meridian, type Outcome, runMeridian, stopAll, strings, zoneText } from './meridian.ts'

const [A, B] = ['192.0.2.1', '192.0.2.2']
const ZONE = zoneText(
  1,
  `$REGION a cloud=aws:us-east-1
$REGION b cloud=gcp:europe-west1
$CHECK  live consul=web
$POLICY p regions=a,b order=listed health=live ttl=1..5
live    GSLB p
a.live  A ${A}
b.live  A ${B}
`,
)
const PREFIX = 'meridian/orders'

/** Read in a moment: who is where does not matter here. */
let world: SmallWorld

before(() => {
  world = new SmallWorld()
})
after(() => removeTempDir(world.dir))

/** A server beside a Consul, and its operator. */
class Node {
  server!: Meridian
  readonly stateDir = makeTempDir('meridian-state-')
  private readonly name: string
  private readonly words: readonly string[]

  constructor(name: string, ...words: readonly string[]) {
    this.name = name
    this.words = words
  }

  async start(): Promise<this> {
    const log = ['--log-level', 'debug', '--identity', this.name]
    const common = ['--listen', '127.0.0.1:0', '--workers', '1', ...log]
    const where = ['--geo', world.database, '--geo-overrides', 'none.csv', '--state', this.stateDir]
    const words = [...common, ...where, '--admin', 'off', ...this.words]
    this.server = await Meridian.start({ 'shop.test.zone': ZONE }, words)
    await this.server.logged(({ msg }) => msg === 'taking orders')
    return this
  }

  run(...words: string[]): Outcome {
    return runMeridian([...words, '--state', this.stateDir])
  }

  order(action: OverrideAction, pattern: string, forMs?: number): Promise<OrderReply> {
    return giveOrder(this.stateDir, action, pattern, forMs === undefined ? {} : { forMs })
  }

  async answers(wanted: string | undefined): Promise<void> {
    while ((await this.server.address('live.shop.test')) !== wanted) await pause(5)
  }

  /** That it stays so, for long enough that a wrong word would have come through. */
  async goesOnAnswering(wanted: string | undefined): Promise<void> {
    for (let i = 0; i < 12; i++) {
      expect(await this.server.address('live.shop.test')).to.equal(wanted)
      await pause(50)
    }
  }

  shares(datacenter: string): Promise<unknown> {
    return this.server.logged(
      line => line.msg === 'orders are shared through Consul' && line['datacenter'] === datacenter,
    )
  }
}

describe('a fleet and its orders', () => {
  let pair: Awaited<ReturnType<typeof startPair>>
  let aws: ConsulServer
  let gcp: ConsulServer
  const nodes: Node[] = []

  before(async function () {
    pair = await startPair(this)
    ;({ aws, gcp } = pair)
  })
  beforeEach(async () => {
    for (const consul of [aws, gcp]) {
      await consul.call('DELETE', `/kv/${PREFIX}?recurse=true`)
      await consul.register('web', 'w1')
    }
  })
  afterEach(async () => {
    await stopAll()
    for (const { stateDir } of nodes.splice(0)) removeTempDir(stateDir)
  })
  after(async () => pair?.stop())

  const node = (name: string, ...words: string[]): Promise<Node> => {
    const made = new Node(name, ...words)
    nodes.push(made)
    return made.start()
  }

  /** Each asks its own datacenter's agent. */
  const shared = async (): Promise<[Node, Node]> => {
    const both = await Promise.all([node('ns1', '--consul', aws.url), node('ns2', '--consul', gcp.url)])
    for (const one of both) for (const { datacenter } of [aws, gcp]) await one.shares(datacenter)
    return both
  }

  it('obeys an order wherever it was given, and of two the last', async () => {
    const [ns1, ns2] = await shared()
    const drained = ns1.run('drain', 'a', '--for', '2h', '--why', 'kernel')
    expect(drained.stdout).to.include('orders are shared through Consul: aws-us-east-1, gcp-europe-west1')
    await ns2.answers(B)
    const line = await ns2.server.logged(({ msg }) => msg === "operator's order of another node")
    expect(line).to.include({ action: 'drain', pattern: 'a', why: 'kernel', node: 'ns1' })
    expect((await strings(ns2.server, '_health.live.shop.test'))[0]).to.match(
      /^a draining .* by=\S+@ns1 left=\S+ why="kernel"/,
    )
    expect(ns2.run('status').stdout).to.match(/order: drain a by \S+@ns1 since .*: kernel\norders are shared/)
    await ns2.order('undrain', '*')
    await ns2.order('force-down', 'live.shop.test/a')
    await ns1.answers(B)
    await ns1.order('force-up', 'live.shop.test/a')
    await ns2.answers(A)
    const replaced = await ns2.server.logged(({ action }) => action === 'force-up')
    expect(replaced['replaces']).to.match(/^force-down by \S+@ns2$/)
    await ns1.order('drain', '*/a', 1_000)
    await ns2.answers(B)
    await Promise.all([ns1.answers(A), ns2.answers(A)])
  })

  it('obeys here while Consul is dead, and everywhere once it is back, empty', async () => {
    const [ns1, ns2] = await shared()
    await ns1.order('drain', 'b')
    await Promise.all([aws.crash(), gcp.crash()])
    const drained = ns1.run('drain', 'a')
    expect(drained.code).to.equal(0)
    expect(drained.stdout).to.match(/NOT shared through Consul aws-us-east-1: .*; 1 order waits/)
    await ns1.order('undrain', 'b')
    await ns1.answers(B)
    await ns2.goesOnAnswering(A)
    expect(ns2.run('health').stdout).to.match(/orders are NOT shared through Consul gcp-europe-west1: /)
    // What it has is in memory alone.
    await aws.start()
    await gcp.start({ wan: aws.wanAddress })
    for (const consul of [aws, gcp]) await consul.register('web', 'w1')
    await ns2.answers(B)
    const { stdout } = ns2.run('status')
    expect(stdout)
      .to.match(/order: undrain b by/)
      .and.not.match(/order: drain b by/)
  })

  it('takes no order back into force that was taken back while a node was away', async () => {
    const [ns1, ns2] = await shared()
    await ns1.order('drain', 'a')
    await ns2.answers(B)
    ns2.server.signal('SIGKILL')
    await ns2.server.ended()
    await ns1.order('undrain', 'a')
    // Even where nobody but the two remembers.
    await aws.call('DELETE', `/kv/${PREFIX}?recurse=true`)
    await gcp.call('DELETE', `/kv/${PREFIX}?recurse=true`)
    await ns2.start()
    await ns2.answers(A)
    await ns1.goesOnAnswering(A)
  })

  it('loses nothing to nonsense in the store, and says so once', async () => {
    const [ns1, ns2] = await shared()
    await ns1.order('drain', 'a')
    await ns2.answers(B)
    const good = JSON.parse(await aws.call('GET', `/kv/${PREFIX}/drain/a?raw`)) as Record<string, unknown>
    const ahead = { ...good, pattern: 'b', stamp: { wallMs: Date.now() + 90_000_000, node: 'ns9' } }
    const nonsense: [string, string][] = [
      ['drain/a', 'x'.repeat(400_000)],
      ['drain/b', JSON.stringify(ahead)],
      ['drain/c', JSON.stringify(good)],
      ['drain/d', JSON.stringify({ ...good, pattern: 'd', version: 2 })],
      ['force/e', JSON.stringify({ ...good, pattern: 'e', why: 'a\nb' })],
      ['force/f', '{"version":1'],
    ]
    for (const [key, text] of nonsense) await aws.call('PUT', `/kv/${PREFIX}/${key}`, text)
    for (const [key] of nonsense)
      await ns2.server.logged(line => line['key'] === `${PREFIX}/${key}` && /is not believed/.test(line.msg))
    await ns1.goesOnAnswering(B)
    const undrained = await ns2.order('undrain', 'a')
    expect(undrained.sharing?.map(({ state, waiting }) => [state, waiting])).to.deep.equal([
      ['shared', 0],
      ['shared', 0],
    ])
    await ns1.answers(A)
    expect(await aws.call('GET', `/kv/${PREFIX}/drain/a?raw`)).to.include('"undrain"')
    expect(await aws.call('GET', `/kv/${PREFIX}/drain/d?raw`)).to.include('"version":2')
    const told = ns2.server.log.filter(line => line['key'] === `${PREFIX}/drain/c`)
    expect(told).to.have.length(1)
    await aws.call('DELETE', `/kv/${PREFIX}?recurse=true`)
    await ns1.goesOnAnswering(A)
  })

  it('keeps orders to itself where it is told to', async () => {
    const ns1 = await node('ns1', '--consul', aws.url, '--consul-kv', 'off')
    await ns1.server.logged(({ msg }) => msg === 'Consul is heard')
    expect(await ns1.order('drain', 'a')).to.not.have.property('sharing')
    await ns1.answers(B)
    expect(await aws.call('GET', '/kv/?keys').catch(String)).to.not.include(PREFIX)
  })

  it('shares where it is told to, through the agent that answers', async () => {
    const words = ['--consul-kv', 'x/y/', '--consul-kv-datacenters', 'gcp-europe-west1']
    const dead = 'gcp-europe-west1=http://127.0.0.1:1'
    const ns1 = await node('ns1', '--consul-agents', dead, '--consul', aws.url, ...words)
    await ns1.shares('gcp-europe-west1')
    await ns1.order('drain', 'live.shop.test/?')
    expect(await gcp.call('GET', '/kv/x/y/?keys')).to.include('x/y/drain/live.shop.test/?')
    await gcp.call('DELETE', '/kv/x/?recurse=true')
  })
}).timeout(120_000)

describe('a fleet and a token without the right to write', () => {
  let consul: ConsulServer

  before(async function () {
    consul = await Server.create({ datacenter: 'aws-us-east-1', hcl: guardedHcl(), token: MASTER }, this)
    await consul.start()
    await consul.register('web', 'w1')
  })
  afterEach(stopAll)
  after(async () => consul?.stop())

  it('is told what right is missing; orders hold here, and are shared when it is given', async () => {
    const read = 'service_prefix "" { policy = "read" } node_prefix "" { policy = "read" }'
    const { secret, policy } = await makeToken(consul, read)
    const tokenDir = makeTempDir('meridian-state-')
    const path = `${tokenDir}/token`
    writeToken(path, secret)
    const one = new Node('ns1', '--consul', consul.url, '--consul-token-file', path)
    await one.start()
    const said = await one.server.logged(
      ({ level, msg }) => level === 'warn' && /ACL token needs key_prefix/.test(msg),
    )
    expect(said.msg).to.include('key_prefix "meridian/orders/" { policy = "write" }')
    expect(one.run('drain', 'a').stdout).to.match(
      /NOT shared through Consul aws-us-east-1: 403 .*; 1 order waits/,
    )
    await one.answers(B)
    const name = JSON.parse(await consul.call('GET', `/acl/policy/${policy}`)).Name as string
    await consul.call('PUT', `/acl/policy/${policy}`, {
      Name: name,
      Rules: `${read} key_prefix "meridian/orders/" { policy = "write" }`,
    })
    await one.order('undrain', 'a')
    await one.shares('aws-us-east-1')
    removeTempDir(tokenDir)
    removeTempDir(one.stateDir)
  })
}).timeout(120_000)
