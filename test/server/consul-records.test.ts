/** CONSUL records: the addresses of a region follow the catalog of a real Consul, fall at once with a check, and never
 *  go for good because Consul did. */

import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'chai'
import { printRr } from '../answers/print.ts'
import { Type } from '../tools/ask.ts'
import { ConsulServer } from '../tools/consul.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { Meridian, stopAll, strings, zoneText } from './meridian.ts'

const SPARE = '198.51.100.9'

/** Region a follows Consul, b is written down. */
const zone = (record = 'CONSUL web', more = ''): string =>
  zoneText(
    1,
    `$REGION a cloud=aws:us-east-1
$REGION b cloud=gcp:europe-west1
$POLICY p regions=a,b order=listed ttl=1..5
$POLICY alone regions=a
live    GSLB p
only    GSLB alone live
a.live  7 ${record}
b.live  A ${SPARE}
${more}
`,
  )

describe('CONSUL records, seen with dig', () => {
  let consul: ConsulServer
  let stateDir: string

  beforeEach(async function () {
    consul = await ConsulServer.create({ datacenter: 'aws-us-east-1' }, this)
    await consul.start()
    stateDir = makeTempDir('meridian-state-')
  })
  afterEach(async () => {
    await stopAll()
    await consul?.stop()
    removeTempDir(stateDir)
  })

  const start = (text: string, ...words: string[]): Promise<Meridian> => {
    const common = ['--listen', '127.0.0.1:0', '--workers', '1', '--state', stateDir]
    return Meridian.start({ 'shop.test.zone': text }, [...common, '--consul', consul.url, ...words])
  }

  const register = (id: string, address: string, more = {}): Promise<void> =>
    consul.register('web', id, { Address: address, ...more })

  const answer = async (
    server: Meridian,
    name = 'live.shop.test',
    type: number = Type.A,
  ): Promise<string> => {
    const reply = await server.ask(name, type)
    const addresses = reply.answer.map(record => printRr(record).split(' ').at(-1)!)
    return [...(reply.rcode === 0 ? [] : [`rcode ${reply.rcode}`]), ...addresses.sort()].join(' ')
  }

  const until = async (
    server: Meridian,
    wanted: string,
    name?: string,
    type?: number,
    never: readonly string[] = [],
  ): Promise<void> => {
    for (;;) {
      const got = await answer(server, name, type)
      if (got === wanted) return
      expect(never).to.not.include(got)
      await pause(5)
    }
  }

  it('follows who is registered, and drops at once who fails', async () => {
    await register('w1', '192.0.2.1')
    const server = await start(zone())
    // The first answer already: a start waits for the first catalog.
    expect(await answer(server)).to.equal('192.0.2.1')
    // Every instance begins so, and is not served before it has passed.
    await register('w2', '192.0.2.2', { Check: { TTL: '1h', Status: 'critical' } })
    while (!/consul:web=1\/2/.test((await strings(server, '_health.live.shop.test')).join())) await pause(5)
    expect(await answer(server)).to.equal('192.0.2.1')
    await consul.check('w2', 'pass')
    await until(server, '192.0.2.1 192.0.2.2')
    const ttl = (await server.ask('a.live.shop.test', Type.A)).answer.map(record => record.ttl)
    expect(ttl).to.deep.equal([7, 7])
    await server.logged(line => line['generation'] === 2)
    await consul.check('w1', 'fail')
    await until(server, '192.0.2.2')
    await until(server, '192.0.2.2', 'a.live.shop.test')
    await consul.check('w2', 'fail')
    await until(server, SPARE)
    // Nobody else may serve this one.
    for (const name of ['only.shop.test', 'a.live.shop.test'])
      await until(server, '192.0.2.1 192.0.2.2', name)
    await consul.check('w1', 'pass')
    await until(server, '192.0.2.1')
    await consul.call('PUT', '/agent/service/maintenance/w1?enable=true')
    await until(server, SPARE)
    await consul.call('PUT', '/agent/service/maintenance/w1?enable=false')
    await until(server, '192.0.2.1')
    const [a] = await strings(server, '_health.live.shop.test')
    expect(a).to.match(/^a up for=\S+ consul:web=1\/2 source=consul age=\S+$/)
    expect((await strings(server, '_health.a.live.shop.test')).join('\n')).to.match(
      /^192\.0\.2\.1 up .*\n192\.0\.2\.2 down for=\S+ consul:web=down source=consul age=\S+ why="critical"$/,
    )
    // All by the board: nothing was built for it.
    expect(server.log.filter(line => (line['generation'] as number) > 2)).to.deep.equal([])
  })

  it('never empties: the last address stays when the catalog is empty, gone, and away at a restart', async () => {
    await register('w1', '192.0.2.1')
    const server = await start(zone())
    await until(server, '192.0.2.1', 'only.shop.test')
    await consul.deregister('w1')
    await until(server, SPARE)
    expect(await answer(server, 'only.shop.test')).to.equal('192.0.2.1')
    await register('w2', '192.0.2.2')
    await until(server, '192.0.2.2', 'only.shop.test', Type.A, [''])
    await until(server, '192.0.2.2')
    await consul.crash()
    expect(await answer(server)).to.equal('192.0.2.2')
    server.signal('SIGTERM')
    await server.ended()
    const words = ['--listen', '127.0.0.1:0', '--workers', '1', '--state', stateDir]
    const without = await Meridian.start({ 'shop.test.zone': zone() }, words)
    expect(await answer(without)).to.equal('192.0.2.2')
    await without.logged(({ level, msg }) => level === 'warn' && /CONSUL records/.test(msg))
    await without.kill()
    const again = await start(zone())
    expect(await answer(again)).to.equal('192.0.2.2')
    expect(await answer(again, 'only.shop.test')).to.equal('192.0.2.2')
    await consul.start()
    await register('w3', '192.0.2.3')
    // It lost its data, so who was there before is not given up yet.
    await until(again, '192.0.2.2 192.0.2.3')
  })

  it('leaves a region to others while nobody ever said who serves it', async () => {
    await consul.crash()
    const server = await start(zone())
    const { level } = await server.logged(({ msg }) => /named no address/.test(msg))
    expect(level).to.equal('warn')
    expect(await answer(server)).to.equal(SPARE)
    // Nobody else may: an empty answer, and neither NXDOMAIN nor SERVFAIL.
    expect(await answer(server, 'only.shop.test')).to.equal('')
    const said = 'Consul has named no address of service web in aws-us-east-1 yet'
    expect((await strings(server, '_health.live.shop.test'))[0]).to.match(
      new RegExp(`^a down for=\\S+ consul:web=0/1 why="${said}"$`),
    )
    expect(await strings(server, '_why.live.shop.test')).to.include(`a dropped: ${said}`)
    await consul.start()
    await register('w1', '192.0.2.1')
    await until(server, '192.0.2.1')
    await until(server, '192.0.2.1', 'only.shop.test')
  })

  it('takes the address that is asked for, of either family, and only instances with the tag', async () => {
    const tagged = (...addresses: string[]): Record<string, unknown> => ({
      TaggedAddresses: Object.fromEntries(
        ['lan_ipv4', 'lan_ipv6', 'wan_ipv4', 'wan_ipv6'].map((kind, i) => [
          kind,
          { Address: addresses[i], Port: 443 },
        ]),
      ),
    })
    const first = tagged('10.0.0.1', 'fd00::1', '203.0.113.1', '2001:db8::1')
    await register('w1', '192.0.2.1', { ...first, Tags: ['blue'] })
    await register('w2', '2001:DB8::2', {
      ...tagged('10.0.0.2', 'fd00::2', '203.0.113.2', '2001:0db8::22'),
      Tags: ['green'],
    })
    const more = `$REGION c at=1,1
$POLICY any regions=c
lan GSLB any
wan GSLB any
own GSLB any
c.lan CONSUL web address=lan dc=aws-us-east-1
c.wan CONSUL web dc=aws-us-east-1 address=wan
c.own CONSUL web dc=aws-us-east-1 address=service`
    const server = await start(zone('CONSUL web tag=blue', more))
    const seen = async (name: string): Promise<string[]> => [
      await answer(server, name, Type.A),
      await answer(server, name, Type.AAAA),
    ]
    expect(await seen('live.shop.test')).to.deep.equal(['192.0.2.1', ''])
    expect(await seen('lan.shop.test')).to.deep.equal(['10.0.0.1 10.0.0.2', 'fd00::1 fd00::2'])
    expect(await seen('wan.shop.test')).to.deep.equal(['203.0.113.1 203.0.113.2', '2001:db8::1 2001:db8::22'])
    expect(await seen('own.shop.test')).to.deep.equal(['192.0.2.1', '2001:db8::2'])
    await consul.check('w2', 'fail')
    await until(server, '2001:db8::1', 'wan.shop.test', Type.AAAA)
    await until(server, '2001:db8::1', 'c.wan.shop.test', Type.AAAA)
    expect(await answer(server, 'wan.shop.test')).to.equal('203.0.113.1')
  })

  it('takes a written address out when the instance behind it fails a consul= check', async () => {
    await register('w1', '192.0.2.1')
    await register('w2', '192.0.2.2')
    const text = zone('A 192.0.2.1\n       7 A 192.0.2.2')
      .replace('order=listed', 'order=listed health=live')
      .replace('$POLICY p', '$CHECK live consul=web\n$POLICY p')
    const server = await start(text.replace('$REGION b ', '$REGION b consul=nowhere '))
    await until(server, '192.0.2.1 192.0.2.2')
    await consul.check('w1', 'fail')
    await until(server, '192.0.2.2')
    await consul.deregister('w1')
    // Who is not registered is judged by nobody.
    await until(server, '192.0.2.1 192.0.2.2')
  })

  it('goes back to what was last good, whatever was built in between', async () => {
    await register('w1', '192.0.2.1')
    await consul.register('api', 'b1', { Address: SPARE })
    const followsTwo = zone()
      .replace('order=listed', 'order=listed outage=last-good max-withdraw=100%')
      .replace(`A ${SPARE}`, 'CONSUL api dc=aws-us-east-1')
    const server = await start(followsTwo)
    await until(server, '192.0.2.1')
    await consul.check('w1', 'fail')
    await until(server, SPARE)
    await consul.check('b1', 'fail')
    while (!/\nb down /.test((await strings(server, '_health.live.shop.test')).join('\n'))) await pause(5)
    expect(await answer(server)).to.equal(SPARE)
    await server.rebuiltBy(() => server.write('shop.test.zone', followsTwo.replace(' 1 2h', ' 2 2h')))
    expect(await answer(server)).to.equal(SPARE)
  })
})
