/** What the log of a whole run tells: a structured line for each event an operator cares about, with its cause, and
 *  never who asked. */
import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'chai'
import { queryBytes, Type } from '../tools/ask.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { Endpoints } from './endpoints.ts'
import { type LogLine, Meridian, runMeridian, stopAll, zoneText } from './meridian.ts'

const A = '127.0.0.2'
const B = '127.0.0.3'
/** Who asks: an address, and the network that a subnet option tells. */
const CLIENT = '127.0.0.77'
const SUBNET = [203, 0, 113]
const CLIENT_TEXT = /127\.0\.0\.77|203\.0\.113|cb0071|7f00004d/

const zone = (port: number, serial: number, more = ''): string =>
  zoneText(
    serial,
    `$REGION a cloud=aws:us-east-1
$REGION b cloud=gcp:europe-west1
$CHECK  edge http=/ port=${port} interval=150ms timeout=150ms fall=2 rise=2
$POLICY p regions=a,b order=listed health=edge ttl=1..5
live    GSLB p
a.live  A ${A}
b.live  A ${B}
${more}`,
  )

/** Sends from CLIENT and waits for the reply, if one is due. */
function askFromClient(port: number, packet: Uint8Array, isAnswered = true): Promise<void> {
  const socket = createSocket('udp4')
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once('message', () => socket.close(() => resolve()))
    socket.bind(0, CLIENT, () => socket.send(packet, port, '127.0.0.1'))
    if (!isAnswered) setTimeout(() => socket.close(() => resolve()), 50)
  })
}

function sendByTcp(port: number, octets: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: CLIENT })
    socket.once('error', reject)
    socket.once('connect', () => socket.end(octets))
    socket.resume().once('close', () => resolve())
  })
}

function withSubnet(name: string, type: number): Buffer {
  const query = queryBytes({ name, type, ednsBytes: 1232 })
  return Buffer.concat([query.subarray(0, -2), Buffer.from([0, 11, 0, 8, 0, 7, 0, 1, 24, 0, ...SUBNET])])
}

describe('the log of a run', () => {
  let endpoints: Endpoints
  let dir: string

  beforeEach(async () => {
    endpoints = await Endpoints.open(A, B)
    dir = makeTempDir('meridian-log-')
  })
  afterEach(async () => {
    await stopAll()
    await endpoints.close()
    removeTempDir(dir)
  })

  const start = (...words: string[]): Promise<Meridian> =>
    Meridian.start({ 'shop.test.zone': zone(endpoints.port, 1) }, [
      '--listen=127.0.0.1:0',
      '--workers=1',
      `--state=${join(dir, 'state')}`,
      ...words,
    ])

  /** Everything a client can do to be noticed. */
  const beNoticed = async (port: number): Promise<void> => {
    await askFromClient(port, withSubnet('live.shop.test', Type.A))
    await askFromClient(port, withSubnet('_why.live.shop.test', Type.TXT))
    await askFromClient(port, withSubnet('nowhere.test', Type.A))
    const malformed = Buffer.concat([withSubnet('live.shop.test', Type.A), Buffer.alloc(5, 0xff)])
    await askFromClient(port, malformed)
    await askFromClient(port, Buffer.from([1, 2, 3]), false)
    const query = queryBytes({ name: 'live.shop.test', type: Type.A })
    await sendByTcp(port, Buffer.concat([Buffer.from([0, query.length]), query]))
    await sendByTcp(port, Buffer.from([0, 3, 1, 2, 3]))
    for (let i = 0; i < 4; i++) await sendByTcp(port, Buffer.from([0, 200, 1]))
  }

  it('tells each event once, with its cause', async () => {
    const server = await start()
    const expectLine = async (after: number, wanted: Partial<LogLine>): Promise<LogLine> => {
      const isWanted = (line: LogLine): boolean =>
        Object.entries(wanted).every(([key, value]) =>
          value instanceof RegExp ? value.test(String(line[key])) : line[key] === value,
        )
      const line = await server.logged(isWanted, after)
      expect(server.log.slice(after).filter(isWanted)).to.have.length(1)
      return line
    }
    await expectLine(0, { msg: 'zones built', cause: 'start', level: 'info' })
    expect(await expectLine(0, { msg: 'listening' })).to.include.keys('version', 'pid', 'listen')

    const changed = server.log.length
    server.write('shop.test.zone', zone(endpoints.port, 2))
    await expectLine(changed, { msg: 'zones built', cause: 'a file changed' })
    await expectLine(changed, { msg: 'zone loaded', level: 'info', zone: 'shop.test.', serial: 2 })

    const broken = server.log.length
    server.write('shop.test.zone', zone(endpoints.port, 3, 'x GSLB nopolicy'))
    await expectLine(broken, { level: 'error', code: 'unknown-policy' })
    await expectLine(broken, { level: 'error', msg: 'zone has errors: still serving its last good version' })

    const reloaded = server.log.length
    server.write('shop.test.zone', zone(endpoints.port, 4))
    await server.logged(({ serial }) => serial === 4, reloaded)
    const signalled = server.log.length
    server.signal('SIGHUP')
    await expectLine(signalled, { msg: 'zones built', cause: 'SIGHUP' })

    const failed = server.log.length
    await endpoints.kill(A)
    const down = await expectLine(failed, { msg: 'region is down', subject: 'live.shop.test/a' })
    expect(down['cause']).to.match(/^edge/)

    const ordered = server.log.length
    const words = ['drain', 'b', '--for', '1h', '--why', 'kernel', '--state', join(dir, 'state')]
    expect(runMeridian(words).code).to.equal(0)
    await expectLine(ordered, { msg: "operator's order", action: 'drain', pattern: 'b', why: 'kernel' })

    server.signal('SIGTERM')
    await server.ended()
    await expectLine(ordered, { msg: 'stopping: finishing what is in flight', signal: 'SIGTERM' })
    expect(server.log.at(-1)!.msg).to.equal('stopped')
  })

  for (const udp of ['native', 'dgram'])
    it(`never tells who asked, over ${udp} and TCP`, async () => {
      const taps = [
        `--dnstap-socket=${join(dir, 'nobody.sock')}`,
        '--otlp-endpoint=http://127.0.0.1:9',
        '--otlp-sample=1',
      ]
      const server = await start(`--udp=${udp}`, '--tcp-per-client=2', '--tcp-message-timeout=100ms', ...taps)
      await beNoticed(server.port())
      // Long enough for what is told with a delay: traces that nobody takes, clients that were cut off.
      await server.logged(({ msg }) => msg === 'traces are not taken')
      await pause(300)
      await beNoticed(server.port())
      server.signal('SIGTERM')
      await server.ended()
      expect(server.log.length).to.be.above(5)
      for (const line of server.log) expect(JSON.stringify(line)).not.to.match(CLIENT_TEXT)
      expect(server.stderr).to.equal('')
    })
})
