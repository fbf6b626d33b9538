/** dnstap end to end: what clients ask over every transport is what `dnstap-read` reads, and a receiver that is gone,
 *  strange, slow or deaf costs the clients nothing. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { scrape } from '../metrics/scrape.ts'
import { queryBytes, Type } from '../tools/ask.ts'
import { FrameReceiver, type ReceiverOptions } from '../tools/frame-receiver.ts'
import { type Daemon, makeTempDir, removeTempDir, startDaemon } from '../tools/process.ts'
import { tool } from '../tools/tools.ts'
import { Meridian, stopAll, zoneText } from './meridian.ts'

const ZONES = { 'shop.test.zone': zoneText(1, 'www IN A 192.0.2.1\nlarge IN TXT "' + 'x'.repeat(200) + '"') }

const LISTEN = ['--listen=127.0.0.1:0', '--listen=[::1]:0', '--workers=1', '--identity=ns1']

describe('dnstap', () => {
  let dir: string
  let socketPath: string
  let dnstapRead: string
  const receivers: FrameReceiver[] = []
  let capture: Daemon | undefined

  before(async function () {
    dnstapRead = await tool('dnstap-read', this)
  })
  beforeEach(() => {
    dir = makeTempDir('meridian-dnstap-')
    socketPath = join(dir, 'tap.sock')
  })
  afterEach(async () => {
    await stopAll()
    await capture?.stop()
    capture = undefined
    for (const receiver of receivers.splice(0)) await receiver.close()
    removeTempDir(dir)
  })

  const receive = async (options?: ReceiverOptions): Promise<FrameReceiver> => {
    const receiver = await FrameReceiver.listen(socketPath, options)
    receivers.push(receiver)
    return receiver
  }

  const start = (...words: string[]): Promise<Meridian> =>
    Meridian.start(ZONES, [...LISTEN, '--dnstap-socket', socketPath, ...words])

  /** The short form, a line a message, without its time. */
  const lines = (receiver: FrameReceiver): string[] => {
    const path = join(dir, 'saved.fstrm')
    receiver.save(path)
    const text = execFileSync(dnstapRead, [path], { encoding: 'utf8' })
    return text
      .trim()
      .split('\n')
      .map(line => line.split(' ').slice(2).join(' '))
  }

  const yaml = (path: string): string => execFileSync(dnstapRead, ['-y', path], { encoding: 'utf8' })

  it('tells queries and responses of every transport, with who, where, how and when', async () => {
    const receiver = await receive()
    for (const udp of ['native', 'dgram']) {
      const server = await start('--udp', udp)
      await server.logged(({ msg }) => msg === 'dnstap receiver connected')
      receiver.frames.length = 0
      const [v4, v6] = [server.port(0), server.port(1)]
      await server.ask('www.shop.test', Type.A)
      await server.ask('www.shop.test', Type.A, { address: '::1', endpoint: 1 })
      await server.ask('nope.shop.test', Type.AAAA, { tcp: true })
      await receiver.until(6)
      const seen = lines(receiver).map(line => line.replace(/:\d+ (->|<-)/, ':P $1'))
      expect(seen, udp).to.have.members([
        `AQ 127.0.0.1:P -> 127.0.0.1:${v4} UDP 31b www.shop.test/IN/A`,
        `AR 127.0.0.1:P <- 127.0.0.1:${v4} UDP 47b www.shop.test/IN/A`,
        `AQ ::1:P -> ::1:${v6} UDP 31b www.shop.test/IN/A`,
        `AR ::1:P <- ::1:${v6} UDP 47b www.shop.test/IN/A`,
        `AQ 127.0.0.1:P -> 127.0.0.1:${v4} TCP 32b nope.shop.test/IN/AAAA`,
        `AR 127.0.0.1:P <- 127.0.0.1:${v4} TCP 83b nope.shop.test/IN/AAAA`,
      ])
      const told = yaml(join(dir, 'saved.fstrm'))
      expect(told).to.match(/^identity: ns1\nversion: meridian \d+\.\d+\.\d+\n/m)
      expect(told).to.match(/status: NXDOMAIN/)
      expect(told).to.include("'www.shop.test. 300 IN A 192.0.2.1'")
      server.signal('SIGTERM')
      expect(await server.ended()).to.equal(0)
      await receiver.finished
    }
  })

  it('names the address that was asked where the socket is bound to all', async () => {
    const receiver = await receive()
    const server = await Meridian.start(ZONES, [
      '--listen=0.0.0.0:0',
      '--workers=1',
      `--dnstap-socket=${socketPath}`,
    ])
    await server.logged(({ msg }) => msg === 'dnstap receiver connected')
    await server.ask('www.shop.test', Type.A, { address: '127.0.0.9' })
    await receiver.until(2)
    expect(lines(receiver).join('\n')).to.include(`-> 127.0.0.9:${server.port()} UDP`)
  })

  it('tells of queries or responses alone, and a sample of them', async () => {
    const receiver = await receive()
    const server = await start('--dnstap-messages', 'response')
    await server.logged(({ msg }) => msg === 'dnstap receiver connected')
    await server.ask('www.shop.test', Type.A)
    await receiver.until(1)
    expect(lines(receiver).join('\n')).to.match(/^AR 127\.0\.0\.1:\d+ <- /)
    const query = queryBytes({ id: 4711, name: 'www.shop.test', type: Type.A })
    expect(receiver.frames[0]!.includes(query)).to.equal(true)
    await server.kill()
    receiver.frames.length = 0
    const sampling = await start('--dnstap-messages', 'query', '--dnstap-sample', '10')
    await sampling.logged(({ msg }) => msg === 'dnstap receiver connected')
    for (let i = 0; i < 200; i++) await sampling.ask('www.shop.test', Type.A)
    sampling.signal('SIGTERM')
    await sampling.ended()
    expect(receiver.frames.length).to.be.within(6, 45)
    expect(lines(receiver).every(line => line.startsWith('AQ'))).to.equal(true)
  })

  it('is what fstrm_capture takes', async function () {
    const program = await tool('fstrm_capture', this)
    const path = join(dir, 'captured.fstrm')
    const args = ['-t', 'protobuf:dnstap.Dnstap', '-u', socketPath, '-w', path]
    capture = await startDaemon({ command: program, args, ready: async () => existsSync(socketPath) })
    const server = await start()
    await server.logged(({ msg }) => msg === 'dnstap receiver connected')
    for (let i = 0; i < 50; i++) await server.ask('large.shop.test', Type.TXT, { tcp: i % 2 === 0 })
    server.signal('SIGTERM')
    expect(await server.ended()).to.equal(0)
    await capture.stop()
    const text = execFileSync(dnstapRead, [path], { encoding: 'utf8' })
    expect(text.trim().split('\n')).to.have.length(100)
  })

  it('comes and goes with its receiver, and clients notice nothing', async () => {
    const server = await start('--admin=127.0.0.1:0')
    const lost = await server.logged(({ msg }) => msg.startsWith('no dnstap receiver'))
    expect(lost).to.include({ level: 'warn', socket: socketPath })
    expect(lost['reason']).to.match(/ENOENT/)
    expect(await server.address('www.shop.test')).to.equal('192.0.2.1')
    const first = await receive()
    await server.logged(({ msg }) => msg === 'dnstap receiver connected')
    await server.ask('www.shop.test', Type.A)
    await first.until(2)
    const metrics = await scrape(server)
    const messages = (result: string): number => metrics.value('meridian_dnstap_messages_total', { result })
    expect(['sent', 'no-receiver', 'slow-receiver', 'ring-full'].map(messages)).to.deep.equal([2, 2, 0, 0])
    expect(metrics.value('meridian_dnstap_receiver_connected')).to.equal(1)
    await first.close()
    const before = server.log.length
    await server.logged(({ msg }) => msg.startsWith('no dnstap receiver'), before - 1)
    expect((await scrape(server)).value('meridian_dnstap_receiver_connected')).to.equal(0)
    expect(await server.address('www.shop.test')).to.equal('192.0.2.1')
    const second = await receive()
    await server.logged(({ msg }) => msg === 'dnstap receiver connected', before)
    await server.ask('www.shop.test', Type.A)
    await second.until(2)
    server.signal('SIGTERM')
    await server.ended()
    const drops = server.log.findLast(({ msg }) => msg === 'dnstap messages were dropped')
    expect(drops).to.include({ droppedUnheard: 4, droppedTooSlow: 0, droppedRing: 0 })
  })

  it('refuses a receiver of something else', async () => {
    await receive({ accepts: 'protobuf:other.Thing' })
    const server = await start()
    const lost = await server.logged(({ msg }) => msg.startsWith('no dnstap receiver'))
    expect(lost['reason']).to.equal('it does not accept protobuf:dnstap.Dnstap')
    expect(await server.address('www.shop.test')).to.equal('192.0.2.1')
  })

  it('answers everybody while its receiver is deaf, and counts what it could not tell', async () => {
    await receive({ deaf: true })
    const server = await start()
    await server.logged(({ msg }) => msg === 'dnstap receiver connected')
    // Each message with its reply is above 600 octets: more of them than socket and queue can hold.
    for (let round = 0; round < 35; round++)
      await Promise.all(
        Array.from({ length: 100 }, () => server.ask('large.shop.test', Type.TXT, { ednsBytes: 1232 })),
      )
    server.signal('SIGTERM')
    expect(await server.ended()).to.equal(0)
    const drops = server.log.findLast(({ msg }) => msg === 'dnstap messages were dropped')
    expect(drops?.['droppedTooSlow']).to.be.above(0)
  })
})
