/** The operator's word, through the real commands and the real socket: it holds at once, survives `kill -9`, ends
 *  when it should, and leads nobody out of a fence. */
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'chai'
import { SmallWorld } from '../steering/small-world.ts'
import { Type } from '../tools/ask.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { Meridian, type Outcome, runMeridian, stopAll, zoneText } from './meridian.ts'

const ZONE = zoneText(
  1,
  `$REGION a at=50.1,8.7 country=DE
$REGION b at=38.9,-77.4 country=US
$POLICY p regions=a,b order=listed ttl=1..5
$POLICY f regions=a,b order=listed residency=127.0.0.0/8:a
live    GSLB p
a.live  A 192.0.2.1
b.live  A 192.0.2.2
chat    GSLB p live.shop.test.
home    GSLB f live.shop.test.
`,
)

describe('operator', () => {
  let world: SmallWorld
  let stateDir: string
  /** Read in a moment: who is where does not matter here. */
  let geo: string[]

  before(() => {
    world = new SmallWorld()
    geo = ['--geo', world.database]
  })
  after(() => world.remove())
  beforeEach(() => {
    stateDir = makeTempDir('meridian-state-')
  })
  afterEach(async () => {
    await stopAll()
    removeTempDir(stateDir)
  })

  const start = (zone = ZONE): Promise<Meridian> =>
    Meridian.startOperated({ 'shop.test.zone': zone }, stateDir, geo)

  const order = (...words: string[]): Outcome => runMeridian([...words, '--state', stateDir])

  /** Addresses of live, chat and home. */
  const served = (server: Meridian): Promise<string[]> =>
    Promise.all(['live', 'chat', 'home'].map(name => server.address(`${name}.shop.test`)))

  const [A, B] = ['192.0.2.1', '192.0.2.2']
  const CASES: readonly [string, string[][], string[]][] = [
    ['a region is drained everywhere, but nobody leaves a fence', [['drain', 'a']], [B!, B!, A!]],
    ['one name is drained and the others are not', [['drain', 'live.shop.test/a']], [B!, A!, A!]],
    ['a glob drains', [['drain', '*.shop.test./A']], [B!, B!, A!]],
    [
      'all but one is drained',
      [
        ['drain', '*'],
        ['undrain', 'b'],
      ],
      [B!, B!, A!],
    ],
    [
      'a drain is taken back',
      [
        ['drain', 'a'],
        ['undrain', 'a'],
      ],
      [A!, A!, A!],
    ],
    ['a region is forced down', [['force', 'chat.shop.test/a', 'down']], [A!, B!, A!]],
    [
      'a force is taken back',
      [
        ['force', 'a', 'down'],
        ['force', 'a', 'auto'],
      ],
      [A!, A!, A!],
    ],
  ]
  for (const [what, orders, wanted] of CASES)
    it(`is obeyed at once: ${what}`, async () => {
      const server = await start()
      expect(await served(server)).to.deep.equal([A, A, A])
      for (const words of orders) expect(order(...words)).to.include({ code: 0, stderr: '' })
      expect(await served(server)).to.deep.equal(wanted)
    })

  it('is told what an order speaks of, and the log says who gave it and why', async () => {
    const server = await start()
    const { stdout } = order('drain', 'a', '--for', '2h', '--why', 'kernel update')
    expect(stdout).to.match(/^drain a, until \d{4}-.*\n {2}live\.shop\.test\/a is draining\n/)
    const line = await server.logged(({ msg }) => msg === "operator's order")
    expect(line).to.include({ action: 'drain', pattern: 'a', why: 'kernel update' })
    expect(line['by']).to.be.a('string').and.not.equal('')
    const health = order('health', 'live.shop.test').stdout
    expect(health).to.match(
      /^live\.shop\.test\n {2}a draining for=\S+ .*judged=up by=\S+ left=(2h|1h59m) why="kernel/,
    )
    const history = order('health', '--history', 'live.shop.test').stdout
    expect(history).to.include('live.shop.test/a  up -> draining').and.to.include('kernel update')
    const status = JSON.parse(order('status', '--json').stdout)
    expect(status.zones).to.deep.equal([{ zone: 'shop.test.', state: 'current', serial: 1, records: 5 }])
    expect(status.health.overrides).to.have.length(1)
    expect(order('status').stdout).to.match(/order: drain a by .*: kernel update\n/)
  })

  it('outlives kill -9 and a reload', async () => {
    const first = await start()
    order('drain', 'a')
    first.signal('SIGKILL')
    await first.ended()
    expect(existsSync(join(stateDir, 'control.sock'))).to.equal(true)
    const second = await start()
    expect(await served(second)).to.deep.equal([B, B, A])
    await second.rebuiltBy(() =>
      second.write('shop.test.zone', ZONE.replace('hostmaster 1 ', 'hostmaster 2 ')),
    )
    expect(await served(second)).to.deep.equal([B, B, A])
    expect(order('undrain', 'a')).to.include({ code: 0 })
    expect(await served(second)).to.deep.equal([A, A, A])
  })

  it('ends after its time', async () => {
    const server = await start()
    order('drain', 'live.shop.test/a', '--for', '1s')
    await server.logged(line => line['subject'] === 'live.shop.test/a' && line['to'] === 'up')
    // The line is written in the same breath as the board, and before it.
    while ((await server.address('live.shop.test')) !== A) await pause(5)
    expect(await served(server)).to.deep.equal([A, A, A])
  })

  const REFUSED: readonly [string, string[], number, RegExp][] = [
    ['a region that is not there', ['drain', 'c'], 1, /c is no region .*\n.*hint: /],
    ['a slip of the pen', ['drain', 'live.shop.tset/a'], 1, /did you mean live\.shop\.test\/a\?/],
    ['no pattern at all', ['drain', 'a b'], 1, /is no region|is neither/],
    ['a time that is none', ['drain', 'a', '--for', 'ever'], 2, /--for ever is not a time/],
    ['a state that is none', ['force', 'a', 'left'], 2, /is not up, down or auto/],
    ['a name that is not steered', ['health', 'ns1.shop.test'], 1, /no name ns1\.shop\.test/],
  ]
  it('is refused what cannot be meant', async () => {
    const server = await start()
    for (const [what, words, code, complaint] of REFUSED) {
      const outcome = order(...words)
      expect(outcome.code, what).to.equal(code)
      expect(outcome.stderr, what).to.match(complaint)
    }
    expect(await served(server)).to.deep.equal([A, A, A])
  })

  it('is told when no server is there', () => {
    const { code, stderr } = order('drain', 'a')
    expect(code).to.equal(3)
    expect(stderr).to.match(/no server answers at .*\n.*hint: /)
  })

  it('has a socket of its own that strangers cannot open and nonsense cannot harm', async () => {
    const server = await start()
    const path = join(stateDir, 'control.sock')
    expect(statSync(path).mode & 0o777).to.equal(0o600)
    const lines = ['nonsense', '{}', '{"kind":"order"}', '{"kind":"order","action":"explode","pattern":"a"}']
    for (const line of lines) expect(JSON.parse(await say(path, `${line}\n`)).kind, line).to.equal('refused')
    expect(await say(path, 'x'.repeat(100_000))).to.equal('')
    expect(await say(path, '\n')).to.include('refused')
    expect(await served(server)).to.deep.equal([A, A, A])
    server.signal('SIGTERM')
    expect(await server.ended()).to.equal(0)
    expect(existsSync(path)).to.equal(false)
  })

  it('keeps its hands off a socket that is in use, and off what is no socket', async () => {
    const first = await start()
    const words = ['--listen', '127.0.0.1:0', '--workers', '1', ...geo, '--state', stateDir]
    const second = await Meridian.start({ 'shop.test.zone': ZONE }, words)
    const warned = await second.logged(line => /no control socket/.test(line.msg))
    expect(warned['reason']).to.match(/another server's/)
    order('drain', 'a')
    expect(await served(first)).to.deep.equal([B, B, A])
    expect(await served(second)).to.deep.equal([A, A, A])
    await stopAll()
    removeTempDir(stateDir)
    stateDir = makeTempDir('meridian-state-')
    writeFileSync(join(stateDir, 'control.sock'), 'mine')
    const third = await Meridian.start({ 'shop.test.zone': ZONE }, [...words.slice(0, -1), stateDir])
    expect((await third.logged(line => /no control socket/.test(line.msg)))['reason']).to.match(/no socket/)
    expect((await third.ask('live.shop.test', Type.A)).answer).to.have.length(1)
  })
})

/** All that comes back until the other end hangs up. */
function say(path: string, text: string): Promise<string> {
  return new Promise(resolve => {
    let reply = ''
    const socket = createConnection(path, () => socket.write(text))
    socket.setEncoding('utf8').on('data', (piece: string) => {
      reply += piece
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(reply))
  })
}
