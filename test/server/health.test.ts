/** Verdicts are live: what probes see is what dig sees, through failure, return, reload and restart. The regions'
 *  addresses are real servers on loopback addresses. */
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'chai'
import { printRr } from '../answers/print.ts'
import { Type } from '../tools/ask.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { Endpoints } from './endpoints.ts'
import { Meridian, stopAll, strings, zoneText } from './meridian.ts'

const LISTEN = ['--listen', '127.0.0.1:0', '--workers', '1']
const A = '127.0.0.2'
const A_TOO = '127.0.0.4'
const B = '127.0.0.3'

interface Scene {
  readonly serial?: number
  readonly policy?: string
  readonly check?: string
  readonly records?: string
}

/** Region a before b, whoever asks. */
function steered(port: number, scene: Scene = {}): string {
  const {
    serial = 1,
    policy = '',
    check = 'interval=150ms timeout=150ms fall=2 rise=2',
    records = '',
  } = scene
  return zoneText(
    serial,
    `$REGION a at=50.1,8.7 country=DE
$REGION b at=38.9,-77.4 country=US
$CHECK  edge http=/ port=${port} ${check}
$POLICY p regions=a,b order=listed health=edge ttl=1..5 ${policy}
live    GSLB p
a.live  60 A ${A}
b.live  60 A ${B}
${records}`,
  )
}

async function addresses(server: Meridian, name = 'live.shop.test'): Promise<string> {
  const { answer } = await server.ask(name, Type.A)
  return answer
    .map(rr => [...rr.rdata].join('.'))
    .sort()
    .join(' ')
}

/** Asks until it is so; the test's own limit says for how long. Of questions about health a server answers fifty a
 *  second. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(25)
}

const untilAnswered = (server: Meridian, wanted: string, name?: string): Promise<void> =>
  until(async () => (await addresses(server, name)) === wanted)

const untilHealth = (server: Meridian, wanted: RegExp): Promise<void> =>
  until(async () => wanted.test((await strings(server, '_health.live.shop.test')).join('\n')))

describe('live health', () => {
  let endpoints: Endpoints
  let stateDir: string

  beforeEach(async () => {
    endpoints = await Endpoints.open(A, B, A_TOO)
    stateDir = makeTempDir('meridian-state-')
  })
  afterEach(async () => {
    await stopAll()
    await endpoints.close()
    removeTempDir(stateDir)
  })

  const start = (scene?: Scene, ...words: string[]): Promise<Meridian> =>
    Meridian.start({ 'shop.test.zone': steered(endpoints.port, scene) }, [
      ...LISTEN,
      '--state',
      stateDir,
      ...words,
    ])

  it('takes a dead region out of the answers and back when it has come back', async () => {
    const server = await start()
    await untilHealth(server, /^a up .*\nb up /)
    expect(await addresses(server)).to.equal(A)
    await endpoints.kill(A)
    await untilAnswered(server, B)
    expect(await server.logged(line => line.msg === 'region is down')).to.include({
      subject: 'live.shop.test/a',
      from: 'up',
      to: 'down',
    })
    const why = await strings(server, '_why.live.shop.test')
    expect(why.join('\n')).to.include('a dropped: down').and.to.include('pick b')
    await endpoints.revive(A)
    await untilAnswered(server, A)
    const { cause, lastedMs } = await server.logged(
      line => line.msg === 'region is up' && line['from'] === 'down',
    )
    expect(cause).to.match(/^edge/)
    expect(lastedMs).to.be.a('number')
  })

  it('tells the health of regions and addresses when asked', async () => {
    const server = await start({ records: `a.live 60 A ${A_TOO}` })
    await untilHealth(
      server,
      /^a up for=\S+ edge=2\/2 source=probe age=\S+\nb up for=\S+ edge=1\/1 source=probe/,
    )
    await endpoints.kill(A_TOO)
    await untilHealth(server, /^a up for=\S+ edge=1\/2 /)
    const lines = await strings(server, '_HEALTH.A.live.shop.test')
    expect(lines[0]).to.match(/^127\.0\.0\.2 up for=\S+ edge=up source=probe age=\S+$/)
    expect(lines[1]).to.match(/^127\.0\.0\.4 down for=\S+ edge=down source=probe age=\S+ why="/)
    const nothing = await server.ask('_health.nowhere.shop.test', Type.TXT)
    expect(nothing.rcode).to.equal(3)
    const none = await server.ask('_health.ns1.shop.test', Type.TXT)
    expect([none.rcode, none.answer.length]).to.deep.equal([0, 0])
  })

  for (const udp of ['native', 'dgram'])
    it(`after a question about itself a worker answers the next one (${udp})`, async () => {
      const server = await start({}, '--udp', udp)
      for (const tcp of [false, true]) {
        const about = await server.ask('_why.live.shop.test', Type.TXT, { tcp })
        expect([about.rcode, about.answer.length]).to.deep.equal([0, 1])
        const { answer } = await server.ask('live.shop.test', Type.A, { tcp })
        expect(answer.map(({ rdata }) => [...rdata].join('.'))).to.deep.equal([A])
        const stranger = await server.ask('live.elsewhere.test', Type.A, { tcp })
        expect(stranger.rcode).to.equal(5)
      }
    })

  it('serves of a region that is partly up what is up, and never nothing', async () => {
    const server = await start({ records: `a.live 60 A ${A_TOO}\na.live 60 AAAA ::1` })
    await untilAnswered(server, `${A} ${A_TOO}`)
    await endpoints.kill(A)
    await untilAnswered(server, A_TOO)
    // Nobody answers at the only IPv6 address: it is served all the same while the region is.
    const six = await server.ask('live.shop.test', Type.AAAA)
    expect(six.answer).to.have.length(1)
    await endpoints.kill(A_TOO)
    await untilAnswered(server, B)
    await endpoints.revive(A)
    await untilAnswered(server, A)
    await endpoints.revive(A_TOO)
    await untilAnswered(server, `${A} ${A_TOO}`)
    // What a region serves can be asked for directly, and is whole then.
    await endpoints.kill(A)
    await untilAnswered(server, A_TOO)
    expect(await addresses(server, 'a.live.shop.test')).to.equal(`${A} ${A_TOO}`)
  })

  it('judges two names of one policy each by its own addresses', async () => {
    const server = await start({ records: `chat GSLB p\na.chat A ${A_TOO}\nb.chat A ${B}` })
    await untilAnswered(server, A_TOO, 'chat.shop.test')
    await endpoints.kill(A)
    await untilAnswered(server, B)
    expect(await addresses(server, 'chat.shop.test')).to.equal(`${A_TOO}`)
  })

  it('asks each of two names with the same addresses by its own name', async () => {
    const server = await start({ policy: 'max-withdraw=100%', records: 'chat GSLB p live' })
    await untilHealth(server, /^a up .*\nb up /)
    endpoints.sick.add('chat.shop.test')
    await server.logged(line => line['subject'] === 'chat.shop.test/a' && line['to'] === 'down')
    expect(await addresses(server)).to.equal(A)
    await until(async () => (await strings(server, '_health.chat.shop.test'))[0]!.startsWith('a down '))
    expect((await strings(server, '_health.live.shop.test'))[0]).to.match(/^a up /)
  })

  it('asks them once where the check names a host', async () => {
    const check = 'host=www.shop.test interval=150ms timeout=150ms fall=2 rise=2'
    const server = await start({ check, records: 'chat GSLB p live' })
    await untilHealth(server, /^a up .*\nb up /)
    endpoints.sick.add('chat.shop.test').add('live.shop.test')
    await endpoints.kill(A)
    await untilAnswered(server, B)
    await untilAnswered(server, B, 'chat.shop.test')
    expect((await strings(server, '_health.chat.shop.test'))[1]).to.match(/^b up /)
  })

  it('moves everybody from a region whose IPv4 is dead, as long as another has some', async () => {
    await endpoints.revive('::1')
    const server = await start({ records: 'a.live 60 AAAA ::1' })
    await untilHealth(server, /^a up for=\S+ edge=2\/2 /)
    await endpoints.kill(A)
    await untilAnswered(server, B)
    await untilHealth(server, /^a up .* v4=out/)
    const why = await strings(server, '_why.live.shop.test')
    expect(why).to.include('a dropped: none of its IPv4 addresses is up')
    await endpoints.revive(A)
    await untilAnswered(server, A)
    // Without IPv6 its clients can still come.
    await endpoints.kill('::1')
    await untilHealth(server, /^a up .* v6=out/)
    expect(await addresses(server)).to.equal(A)
  })

  it('goes back to the last good answer with outage=last-good, also after a rebuild', async () => {
    const policy = 'outage=last-good max-withdraw=100%'
    const server = await start({ policy })
    await untilHealth(server, /^a up .*\nb up /)
    await endpoints.kill(A)
    await untilAnswered(server, B)
    await endpoints.kill(B)
    await untilHealth(server, /^a down .*\nb down /)
    expect(await addresses(server)).to.equal(B)
    const text = steered(endpoints.port, { serial: 2, policy, records: 'more A 192.0.2.1' })
    await server.rebuiltBy(() => server.write('shop.test.zone', text))
    await until(async () => (await addresses(server, 'more.shop.test')) === '192.0.2.1')
    expect(await addresses(server)).to.equal(B)
  })

  it('keeps a dead region out over a reload', async () => {
    const server = await start()
    await endpoints.kill(A)
    await untilAnswered(server, B)
    for (const serial of [2, 3]) {
      const seen = new Set<string>()
      const over = new AbortController()
      const watching = (async () => {
        while (!over.signal.aborted) seen.add(await addresses(server))
      })()
      const text = steered(endpoints.port, { serial, records: `more${serial} A 192.0.2.1` })
      await server.rebuiltBy(() => server.write('shop.test.zone', text))
      await until(async () => (await addresses(server, `more${serial}.shop.test`)) === '192.0.2.1')
      seen.add(await addresses(server))
      over.abort()
      await watching
      expect([...seen]).to.deep.equal([B])
    }
  })

  it('keeps a dead region out over a restart', async () => {
    const slow = { check: 'interval=1s timeout=1s fall=3 rise=2' }
    const first = await start()
    await endpoints.kill(A)
    await untilAnswered(first, B)
    first.signal('SIGTERM')
    expect(await first.ended()).to.equal(0)
    // Three probes must fail before a region goes down: without a memory it would be served until then.
    const second = await start(slow)
    expect(await addresses(second)).to.equal(B)
    expect((await strings(second, '_health.live.shop.test'))[0]).to.match(/^a (stale .* last=down|down) /)
    await endpoints.revive(A)
    await untilAnswered(second, A)
  })

  it('stays within the fence while everything is down', async () => {
    const server = await start({ policy: 'residency=127.0.0.0/8:a' })
    await untilHealth(server, /^a up /)
    await endpoints.kill(A)
    await untilHealth(server, /^a down /)
    expect(await addresses(server)).to.equal(A)
    const { opt } = await server.ask('live.shop.test', Type.A, { ednsBytes: 1232 })
    expect(opt!.options.map(({ code }) => code)).to.include(15)
    await endpoints.kill(B)
    for (let i = 0; i < 50; i++) expect(await addresses(server)).to.equal(A)
  })

  it('doubts a prober that sees every region fail at once', async () => {
    const server = await start()
    await untilHealth(server, /^a up .*\nb up /)
    await Promise.all([endpoints.kill(A), endpoints.kill(B)])
    await server.logged(line => /doubted/.test(line.msg))
    await untilHealth(server, /doubted=probe/)
    expect(await addresses(server)).to.be.oneOf([A, B])
  })

  it('probes nothing that probes.deny forbids, and says so', async () => {
    const server = await start({}, '--probes-deny', `${A}/32`)
    const { msg, level } = await server.logged(line => /not probed/.test(line.msg))
    expect([level, msg]).to.deep.equal(['warn', `not probed: probes.deny forbids ${A}`])
    await untilHealth(server, /\nb up /)
    expect(endpoints.hits.has(A)).to.equal(false)
    expect(await addresses(server)).to.equal(A)
  })

  it('is not started for zones without checks', async () => {
    const text = steered(endpoints.port)
      .replace('health=edge', '')
      .replace(/^\$CHECK.*$/m, '')
    const server = await Meridian.start({ 'shop.test.zone': text }, [...LISTEN, '--state', stateDir])
    expect(await strings(server, '_health.live.shop.test')).to.deep.equal([
      'a up checks=none',
      'b up checks=none',
    ])
    expect(await strings(server, '_health.b.live.shop.test')).to.deep.equal(['b up checks=none'])
    expect(endpoints.hits.size).to.equal(0)
    expect((await server.ask('live.shop.test', Type.A)).answer.map(printRr)).to.have.length(1)
  })
})
