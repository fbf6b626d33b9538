/** What the catalog says of services and nodes, and dig sees it at once: they come, fail, rest and go. One pair of
 *  datacenters for all; every row has a service of its own. */

import { expect } from 'chai'
import type { ConsulServer } from '../tools/consul.ts'
import { tool } from '../tools/tools.ts'
import { A, B, type Client, Scene, twoRegions } from './scene.ts'

const SERVICES = ['late', 'flips', 'warns', 'rests', 'node', 'leaves', 'empty', 'all'] as const

/** A name of each service, with region a first. */
const NAMES = SERVICES.map(
  service => `$CHECK  ${service} consul=${service} ${service === 'leaves' ? 'min-passing=50%' : ''}
$POLICY ${service} regions=a,b order=listed health=${service} ttl=1..5
${service} GSLB ${service} near
`,
).join('')

describe('Consul says, and dig sees', () => {
  const scene = new Scene()
  let aws: ConsulServer
  let gcp: ConsulServer
  let client: Client

  before(async function () {
    await tool('consul', this)
    ;({ aws, gcp } = await scene.pair())
    for (const service of SERVICES) await gcp.register(service, service)
    for (const service of SERVICES.slice(1)) await aws.register(service, service)
    client = await scene.serve(['--consul', aws.url], twoRegions(NAMES))
    for (const service of SERVICES.slice(1)) await client.untilHealth(/^a up .*\nb up /, service)
  })
  after(() => scene.close())

  it('a service registered: its region is served', async () => {
    // It never was there, the leader says so too, and that is proof.
    await client.until(B, 'late')
    await aws.register('late', 'late')
    await client.until(A, 'late')
  })

  it('a check that flips: the other region, and back', async () => {
    for (let flip = 0; flip < 3; flip++) {
      await aws.check('flips', 'fail')
      await client.until(B, 'flips')
      await aws.check('flips', 'pass')
      await client.until(A, 'flips')
    }
  })

  it('a warning passes, unless its weight is 0', async () => {
    await aws.check('warns', 'warn')
    await aws.register('warns', 'weightless', { Weights: { Passing: 1, Warning: 0 } })
    await client.untilHealth(/^a up .*warns=2\/2/, 'warns')
    await aws.check('weightless', 'warn')
    await client.untilHealth(/^a up .*warns=1\/2/, 'warns')
    expect(await client.answer('warns')).to.equal(A)
    await aws.deregister('warns')
    await client.until(B, 'warns')
  })

  it('a service in maintenance drains, and its failure behind that is none', async () => {
    const maintain = (on: boolean): Promise<string> =>
      aws.call('PUT', `/agent/service/maintenance/rests?enable=${on}&reason=upgrade`)
    await maintain(true)
    await client.until(B, 'rests')
    expect(await client.health('rests')).to.match(/^a draining .*why="all in maintenance"/)
    await maintain(false)
    await client.until(A, 'rests')
  })

  it('a node in maintenance drains all of its services, Consul itself among them', async () => {
    await aws.call('PUT', '/agent/maintenance?enable=true&reason=kernel')
    await client.until(B, 'node')
    await client.untilHealth(/^a draining /, 'flips')
    expect(await client.health('node')).to.match(/^a draining .*why="all in maintenance"/)
    // The heartbeat looks at Consul's own service, which rests as well.
    await gcp.check('node', 'fail')
    await client.untilHealth(/^a draining .*\nb down /, 'node')
    await aws.call('PUT', '/agent/maintenance?enable=false')
    await client.until(A, 'node')
    await gcp.check('node', 'pass')
  })

  it('an instance deregistered: the rest serves, and when the last has gone, the other region', async () => {
    for (const id of ['leaves2', 'leaves3']) await aws.register('leaves', id)
    await client.untilHealth(/^a up .*leaves=3\/3/, 'leaves')
    for (const left of [2, 1]) {
      await aws.deregister(`leaves${left + 1}`)
      await client.untilHealth(new RegExp(`^a up .*leaves=${left}/${left}`), 'leaves')
      expect(await client.answer('leaves')).to.equal(A)
    }
    await aws.deregister('leaves')
    await client.until(B, 'leaves')
    await aws.register('leaves', 'leaves')
    await client.until(A, 'leaves')
  })

  it('a catalog emptied at once: believed, because the leader says it too', async () => {
    for (const id of ['empty2', 'empty3']) await aws.register('empty', id)
    await client.untilHealth(/^a up .*empty=3\/3/, 'empty')
    await Promise.all(['empty', 'empty2', 'empty3'].map(id => aws.deregister(id)))
    await client.until(B, 'empty')
    await gcp.deregister('empty')
    // Nothing is anywhere: the fence's best is served all the same, never nothing.
    await client.until(A, 'empty')
    await client.untilHealth(/^a down .*\nb down /, 'empty')
    await gcp.register('empty', 'empty')
    await client.until(B, 'empty')
  })

  it('every region critical at once, by one datacenter each: the best of them, never nothing', async () => {
    const seen = await client.seenDuring(async () => {
      for (const verdict of ['fail', 'pass', 'fail', 'pass'] as const) {
        await Promise.all([aws.check('all', verdict), gcp.check('all', verdict)])
        await client.untilHealth(verdict === 'fail' ? /^a down .*\nb down / : /^a up .*\nb up /, 'all')
      }
    }, 'all')
    expect(seen.filter(address => address !== A && address !== B)).to.deep.equal([])
    expect(await client.answer('all')).to.equal(A)
  })
}).timeout(60_000)
