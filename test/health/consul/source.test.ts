/** The Consul source against two real federated datacenters that are well. */

import { expect } from 'chai'
import { type ConsulServer, startPair } from '../../tools/consul.ts'
import { follow, isFresh, statuses } from './record.ts'

describe('a Consul source, two datacenters', () => {
  let aws: ConsulServer
  let gcp: ConsulServer
  let stopPair: () => Promise<void>
  const stops: (() => Promise<void>)[] = []

  before(async function () {
    const pair = await startPair(this)
    aws = pair.aws
    gcp = pair.gcp
    stopPair = pair.stop
  })
  afterEach(async () => {
    await Promise.all(stops.splice(0).map(stop => stop()))
  })
  after(async () => stopPair?.())

  const followed = (settings: Parameters<typeof follow>[0], limits = {}): ReturnType<typeof follow> => {
    const made = follow(settings, limits)
    stops.push(() => made.source.stop())
    return made
  }
  const viaAws = (): Parameters<typeof follow>[0] => ({ local: { url: aws.url } })

  it('tells each flip of a check, in the local datacenter and in another through dc=', async () => {
    await aws.register('flip', 'a1')
    await gcp.register('flip', 'g1')
    const { source, told } = followed(viaAws())
    source.want([
      { datacenter: aws.datacenter, service: 'flip' },
      { datacenter: gcp.datacenter, service: 'flip' },
    ])
    await told.view('flip', view => statuses(view) === 'a1:passing' && isFresh(view), aws.datacenter)
    await told.view('flip', view => statuses(view) === 'g1:passing' && isFresh(view), gcp.datacenter)
    for (const [verdict, status] of [
      ['fail', 'critical'],
      ['warn', 'warning'],
      ['pass', 'passing'],
    ] as const) {
      await gcp.check('g1', verdict)
      await told.view('flip', view => statuses(view) === `g1:${status}`, gcp.datacenter)
      await aws.check('a1', verdict)
      await told.view('flip', view => statuses(view) === `a1:${status}`, aws.datacenter)
    }
  })

  it('asks a datacenter through its own agent when it has one', async () => {
    await gcp.register('direct', 'd1')
    const { source, told } = followed({ agents: { [gcp.datacenter]: [{ url: gcp.url }] } })
    source.want([{ datacenter: gcp.datacenter, service: 'direct' }])
    await told.view('direct', isFresh)
    const beat = await told.beat(gcp.datacenter, ({ state }) => state === 'fresh')
    expect(beat).to.include({ endpoint: gcp.url, reachable: true, visible: true })
  })

  it('warns of a datacenter that it has no way to', () => {
    const { source, told } = followed({ agents: { [gcp.datacenter]: [{ url: gcp.url }] } })
    source.want([{ datacenter: 'elsewhere', service: 'x' }])
    expect(told.warnings.map(({ code }) => code)).to.deep.equal(['no-way'])
  })

  it('tells maintenance of a service and of a node apart from failure', async () => {
    await aws.register('drained', 'm1')
    const { source, told } = followed(viaAws())
    source.want([{ datacenter: aws.datacenter, service: 'drained' }])
    const is =
      (maintenance: string) =>
      ({ instances: [one] }: { instances: readonly { status: string; maintenance: string }[] }): boolean =>
        one?.maintenance === maintenance && one.status === 'passing'
    await told.view('drained', is('none'))
    await aws.call('PUT', '/agent/service/maintenance/m1?enable=true')
    await told.view('drained', is('service'))
    await aws.call('PUT', '/agent/maintenance?enable=true')
    await told.view('drained', is('node'))
    await aws.call('PUT', '/agent/maintenance?enable=false')
    await aws.call('PUT', '/agent/service/maintenance/m1?enable=false')
    await told.view('drained', is('none'))
  })

  it('tells addresses, port, weights and tags', async () => {
    await aws.register('rich', 'r1', {
      Address: '10.0.0.5',
      Port: 8443,
      Tags: ['blue', 'azure'],
      Weights: { Passing: 7, Warning: 2 },
      TaggedAddresses: {
        lan: { Address: '10.0.0.5', Port: 8443 },
        wan: { Address: '198.51.100.5', Port: 443 },
        lan_ipv6: { Address: 'fd00::5', Port: 8443 },
        wan_ipv6: { Address: '2001:db8::5', Port: 443 },
      },
    })
    const { source, told } = followed(viaAws())
    source.want([{ datacenter: aws.datacenter, service: 'rich' }])
    const { instances } = await told.view('rich', isFresh)
    expect(instances).to.deep.equal([
      {
        id: 'r1',
        node: aws.name,
        addresses: {
          lan4: '10.0.0.5',
          lan6: 'fd00::5',
          wan4: '198.51.100.5',
          wan6: '2001:db8::5',
          service: '10.0.0.5',
        },
        port: 8443,
        status: 'passing',
        weights: { passing: 7, warning: 2 },
        maintenance: 'none',
        tags: ['azure', 'blue'],
      },
    ])
  })

  it('gives a service without an address that of its node', async () => {
    await aws.register('bare', 'b1', { Address: '' })
    const { source, told } = followed(viaAws())
    source.want([{ datacenter: aws.datacenter, service: 'bare' }])
    const { instances } = await told.view('bare', isFresh)
    expect(instances[0]?.addresses).to.include({ lan4: '127.0.0.1', wan4: '127.0.0.1', service: '127.0.0.1' })
  })

  it('follows a tag apart from the whole service', async () => {
    await aws.register('tagged', 't1', { Tags: ['green'] })
    await aws.register('tagged', 't2')
    const { source, told } = followed(viaAws())
    source.want([
      { datacenter: aws.datacenter, service: 'tagged' },
      { datacenter: aws.datacenter, service: 'tagged', tag: 'green' },
    ])
    await told.view('tagged', () => told.views.length >= 2)
    const ids = (tag?: string): string[] | undefined =>
      told.views.find(view => view.tag === tag)?.instances.map(({ id }) => id)
    expect(ids()).to.deep.equal(['t1', 't2'])
    expect(ids('green')).to.deep.equal(['t1'])
  })

  it('tells only real changes: neither output, nor other services, nor keys', async () => {
    await aws.register('quiet', 'q1')
    const { source, told } = followed(viaAws())
    source.want([{ datacenter: aws.datacenter, service: 'quiet' }])
    await told.view('quiet', isFresh)
    await aws.call('PUT', '/agent/check/pass/service:q1?note=load%2042')
    await aws.call('PUT', '/kv/elsewhere', 'x')
    await aws.register('noise', 'n1')
    await aws.register('quiet', 'q1', { Meta: { build: '7' } })
    await aws.check('q1', 'warn')
    await told.view('quiet', view => statuses(view) === 'q1:warning')
    const states = told.views.map(statuses)
    expect(states.filter((state, at) => state !== states[at - 1])).to.deep.equal(['q1:passing', 'q1:warning'])
  })

  it('believes a deregistration once the leader has confirmed it, even of the last instance', async () => {
    await aws.register('leaving', 'l1')
    await aws.register('leaving', 'l2')
    const { source, told } = followed(viaAws())
    source.want([{ datacenter: aws.datacenter, service: 'leaving' }])
    await told.view('leaving', view => view.instances.length === 2)
    await aws.deregister('l1')
    await told.view('leaving', view => statuses(view) === 'l2:passing')
    await aws.deregister('l2')
    const last = await told.view('leaving', view => view.instances.length === 0)
    expect(last).to.not.have.property('suspect')
  })

  it('tells that a service nobody registered has no instances, once the leader has said so', async () => {
    const { source, told } = followed(viaAws())
    source.want([{ datacenter: aws.datacenter, service: 'nobody' }])
    const view = await told.view('nobody', isFresh)
    expect(view.instances).to.deep.equal([])
  })

  it('asks once for what many want, and leaves alone what goes on being wanted', async () => {
    await aws.register('shared', 's1')
    await aws.register('other', 'o1')
    const { source, told } = followed(viaAws())
    const shared = { datacenter: aws.datacenter, service: 'shared' }
    source.want([shared, { ...shared }, { ...shared }])
    await told.view('shared', isFresh)
    expect(source.views()).to.have.length(1)
    source.want([shared, { datacenter: aws.datacenter, service: 'other' }])
    await told.view('other', isFresh)
    source.want([{ datacenter: aws.datacenter, service: 'other' }])
    expect(source.views().map(({ service }) => service)).to.deep.equal(['other'])
    await aws.check('s1', 'fail')
    await aws.check('o1', 'fail')
    await told.view('other', view => statuses(view) === 'o1:critical')
    expect(told.views.filter(({ service }) => service === 'shared').map(statuses)).to.deep.equal([
      's1:passing',
    ])
    source.want([])
    expect(source.datacenters()).to.deep.equal([])
  })

  it('warns when one agent gets more watches than it has connections for', () => {
    const { source, told } = followed(viaAws(), { watchesPerAgentMax: 2 })
    source.want(['x', 'y', 'z'].map(service => ({ datacenter: aws.datacenter, service })))
    expect(told.warnings.map(({ code }) => code)).to.deep.equal(['too-many-watches'])
  })

  it('goes on through the local agent when a datacenter’s own is away, and does not turn stale', async () => {
    await gcp.register('roundabout', 'w1')
    const { source, told } = followed({
      local: { url: aws.url },
      agents: { [gcp.datacenter]: [{ url: 'http://127.0.0.1:1' }] },
    })
    source.want([{ datacenter: gcp.datacenter, service: 'roundabout' }])
    await told.view('roundabout', isFresh)
    await told.beat(gcp.datacenter, ({ endpoint, state }) => endpoint === aws.url && state === 'fresh')
    await gcp.check('w1', 'fail')
    await told.view('roundabout', view => statuses(view) === 'w1:critical')
  })
}).timeout(120_000)
