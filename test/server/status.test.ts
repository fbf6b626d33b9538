/** `meridian status` against real servers: what is wrong stands first, figures move with what is asked, and programs
 *  find the fields they know. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'chai'
import { newCounterBlock, QUERIES_AT } from '../../src/base/counters.ts'
import type { StatusReply } from '../../src/control/control-messages.ts'
import { TrafficMeter } from '../../src/control/traffic-meter.ts'
import { RCODES_COUNTED } from '../../src/plan/tallies.ts'
import { writeMmdb } from '../geo/mmdb-writer.ts'
import { Type } from '../tools/ask.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { MAIN } from './built.ts'
import { Endpoints } from './endpoints.ts'
import { cleanEnvironment, Meridian, type Outcome, runMeridian, stopAll, zoneText } from './meridian.ts'

const OLD = Date.parse('2020-09-13T00:00:00Z') / 1000

describe('meridian status', () => {
  let stateDir: string

  beforeEach(() => {
    stateDir = makeTempDir('meridian-state-')
  })
  afterEach(async () => {
    await stopAll()
    removeTempDir(stateDir)
  })

  const status = (...more: string[]): Outcome => runMeridian(['status', '--state', stateDir, ...more])
  const reply = (): StatusReply => JSON.parse(status('--json').stdout) as StatusReply

  function geo(builtAt: number): string[] {
    const path = join(stateDir, 'city.mmdb')
    const networks = [['192.0.2.0/24', { country_code: 'DE' }]] as const
    writeFileSync(path, writeMmdb({ networks, builtAt, type: 'DBIP-City-Lite' }))
    return ['--geo', path]
  }

  it('tells of a server that steers nothing, and counts what it is asked', async () => {
    const server = await Meridian.startOperated({ 'shop.test.zone': zoneText(7) }, stateDir)
    for (const name of ['www.shop.test', 'www.shop.test', 'none.shop.test']) await server.ask(name, Type.A)
    await server.ask('www.shop.test', Type.A, { tcp: true })
    await server.ask('www.elsewhere.test', Type.A)
    const { traffic, zones, problems, workers } = reply()
    expect(traffic).to.include({ queriesUdp: 4, queriesTcp: 1, dropped: 0, servfailShare: 0 })
    expect(traffic.answers).to.deep.equal({ noerror: 3, nxdomain: 1, refused: 1, servfail: 0 })
    expect(traffic.perSecond).to.be.greaterThan(0)
    expect(zones).to.deep.equal([{ zone: 'shop.test.', state: 'current', serial: 7, records: 4 }])
    expect({ problems, workers }).to.deep.equal({ problems: [], workers: 2 })
    const { stdout } = status()
    expect(stdout).to.match(/^nothing is wrong\n\nmeridian \S+, process \d+, up \S+, on 127\.0\.0\.1:\d+\n/)
    expect(stdout).to.match(/\n +zone +state +serial +records\n +shop\.test\. +current +7 +4\n/)
  })

  it('tells what is wrong first: a zone, a region, an order, old data', async () => {
    const endpoints = await Endpoints.open('127.1.0.1', '127.1.0.2')
    try {
      await endpoints.kill('127.1.0.1')
      const steered = `$REGION a at=50.1,8.7 country=DE
$REGION b at=38.9,-77.4 country=US
$CHECK edge tcp port=${endpoints.port} interval=1s fall=2
$POLICY p regions=a,b health=edge order=listed ttl=1..5
live    GSLB p
a.live  A 127.1.0.1
b.live  A 127.1.0.2`
      const zones = { 'shop.test.zone': zoneText(1, steered), 'bad.test.zone': zoneText(1, 'x A 1') }
      const server = await Meridian.startOperated(zones, stateDir, geo(OLD))
      await server.logged(line => line['subject'] === 'live.shop.test/a' && line['to'] === 'down')
      await server.logged(line => line['subject'] === 'live.shop.test/b' && line['to'] === 'up')
      runMeridian(['drain', 'b', '--why', 'kernel', '--state', stateDir])
      const { problems, health, geo: data } = reply()
      expect(problems[0]).to.equal('bad.test. has errors and is answered SERVFAIL: meridian check')
      expect(problems[1]).to.match(/^shop\.test a is down for \d+s: /)
      expect(problems[2]).to.match(/^shop\.test b is draining for \d+s: by order of \S+: kernel$/)
      expect(problems[3]).to.match(/ is \d+ days old$/)
      expect(
        health!.regions.map(({ region, state, out, names }) => [region, state, out, names]),
      ).to.deep.equal([
        ['a', 'down', 1, 1],
        ['b', 'draining', 1, 1],
      ])
      expect(health!.regions[0]).to.include({ addresses: 1, addressesUp: 0 })
      expect(health!.sources.map(({ name }) => name)).to.deep.equal(['probes'])
      expect(data.map(({ isOld }) => isOld)).to.deep.equal([true])
      const { stdout } = status()
      expect(stdout).to.match(/^4 problems\n {2}bad\.test\. has errors/)
      expect(stdout).to.match(/\n {2}a +shop\.test +down +\S+ +1\/1 +0\/1 +probe/)
      expect(stdout).to.match(/\norder: drain b by \S+ since \S+: kernel\n$/)
    } finally {
      await endpoints.close()
    }
  })

  it('tells how old words are now, however long they have been the same', async () => {
    const endpoints = await Endpoints.open('127.1.0.1')
    try {
      const steered = `$REGION a at=50.1,8.7 country=DE
$CHECK edge tcp port=${endpoints.port} interval=1s
$POLICY p regions=a health=edge
live    GSLB p
a.live  A 127.1.0.1`
      await Meridian.startOperated({ 'shop.test.zone': zoneText(1, steered) }, stateDir)
      const ages = (): number[] => {
        const { sources, regions } = reply().health!
        return [sources[0]?.ageMs ?? 0, regions[0]!.ageMs ?? 0]
      }
      // Each probe makes them young again; the first ones may also change something.
      let known = ages()
      for (let falls = 0; falls < 4; ) {
        await pause(50)
        const now = ages()
        if (now.every((age, i) => age < known[i]!)) falls++
        known = now
      }
    } finally {
      await endpoints.close()
    }
  })

  it('has fields that programs may rely on', async () => {
    await Meridian.startOperated({ 'shop.test.zone': zoneText(7) }, stateDir)
    const one = reply()
    const fields = 'kind version pid upMs listen generation workers workerRestarts zones traffic geo problems'
    expect(Object.keys(one).toSorted()).to.deep.equal(fields.split(' ').toSorted())
    const figures = 'queriesUdp queriesTcp dropped tcpOpen answers perSecond perSecondOfMinute servfailShare'
    expect(Object.keys(one.traffic).toSorted()).to.deep.equal(figures.split(' ').toSorted())
  })

  it('tells it again and again with --watch, and stops when the server does', async () => {
    const server = await Meridian.startOperated({ 'shop.test.zone': zoneText(7) }, stateDir)
    const args = [MAIN, 'status', '--state', stateDir, '--watch']
    const watching = spawn(process.execPath, args, { env: cleanEnvironment() })
    let told = ''
    watching.stdout.setEncoding('utf8').on('data', (text: string) => {
      told += text
      if ((told.match(/nothing is wrong/g) ?? []).length === 2) server.signal('SIGTERM')
    })
    const [code] = (await once(watching, 'close')) as [number]
    expect(code).to.equal(3)
    expect(told).to.not.include('\x1b')
  })
})

describe('the traffic meter', () => {
  it('tells queries a second over the last seconds and over the last minute', () => {
    const block = newCounterBlock()
    const rcodes = new Float64Array(RCODES_COUNTED)
    let nowMs = 0
    const meter = new TrafficMeter(
      () => [block],
      () => rcodes,
      () => nowMs,
    )
    expect(meter.read()).to.include({ perSecond: 0, perSecondOfMinute: 0, servfailShare: 0 })
    // Ten a second for a minute, then a hundred, one of ten of them SERVFAIL.
    for (let second = 1; second <= 70; second++) {
      nowMs = second * 1_000
      const more = second <= 60 ? 10 : 100
      block[QUERIES_AT]! += more
      if (second > 60) rcodes[2]! += more / 10
      if (second % 5 === 0) meter.look()
    }
    const { perSecond, perSecondOfMinute, servfailShare } = meter.read()
    expect(perSecond).to.equal(100)
    expect(perSecondOfMinute).to.equal((50 * 10 + 10 * 100) / 60)
    expect(servfailShare).to.be.closeTo(100 / 1_500, 1e-9)
  })
})
