/** Verdicts that are pushed through the control socket, by the real command and by a script's line of JSON: what dig
 *  sees of them, how they age, and what outlives a restart. */
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'chai'
import { Type } from '../tools/ask.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { Meridian, type Outcome, runMeridian, stopAll, strings, zoneText } from './meridian.ts'

const [A, A_TOO, B] = ['192.0.2.1', '192.0.2.3', '192.0.2.2']

const ZONE = zoneText(
  1,
  `$REGION a at=50.1,8.7 country=DE
$REGION b at=38.9,-77.4 country=US
$CHECK  load push
$CHECK  edge tcp port=1 interval=1h
$POLICY p regions=a,b order=listed health=load ttl=1..5
$POLICY q regions=b order=listed health=edge
live    GSLB p
a.live  A ${A}
a.live  A ${A_TOO}
b.live  A ${B}
chat    GSLB p live
side    GSLB q live
`,
)

describe('push', () => {
  let stateDir: string

  beforeEach(() => {
    stateDir = makeTempDir('meridian-state-')
  })
  afterEach(async () => {
    await stopAll()
    removeTempDir(stateDir)
  })

  const start = (zone = ZONE): Promise<Meridian> =>
    Meridian.startOperated({ 'shop.test.zone': zone }, stateDir)

  const command = (...words: string[]): Outcome => runMeridian([...words, '--state', stateDir])

  async function addresses(server: Meridian): Promise<string> {
    const { answer } = await server.ask('live.shop.test', Type.A)
    const texts = answer.map(rr => [...rr.rdata].join('.'))
    return texts.sort().join(' ')
  }

  const firstLine = async (server: Meridian): Promise<string> =>
    (await strings(server, '_health.live.shop.test'))[0]!

  /** As `echo LINE | nc -UN SOCKET`: says its line, hangs up that way, and reads. */
  function script(line: object): Promise<Record<string, unknown>> {
    return new Promise((resolve, reject) => {
      let text = ''
      const socket = createConnection(join(stateDir, 'control.sock'))
      socket.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
      })
      socket.on('end', () => resolve(JSON.parse(text) as Record<string, unknown>))
      socket.on('error', reject)
      socket.end(`${JSON.stringify(line)}\n`)
    })
  }

  it('counts at once, grows stale when its time is over, and is replaced by the next', async () => {
    const server = await start()
    expect(await addresses(server)).to.equal(`${A} ${A_TOO}`)
    expect(await firstLine(server)).to.match(/^a unknown /)
    const { code, stdout } = command('push', 'a', 'load', 'down', '--for', '3s', '--why', 'queue is full')
    expect(code).to.equal(0)
    expect(stdout).to.match(
      /^load is down, until \d{4}\S+\n {2}live\.shop\.test\/a is down\n {2}chat\.shop\.test\/a is down\n$/,
    )
    expect(await addresses(server)).to.equal(B)
    expect(await firstLine(server)).to.match(
      /^a down for=\S+ load=0\/1 source=push age=\S+ why="queue is full \(pushed by \w+\)"$/,
    )
    while (!/^a stale .*last=down/.test(await firstLine(server))) await pause(50)
    expect(await addresses(server), 'silence brings nothing back').to.equal(B)
    expect(command('push', 'live.shop.test/a', 'load', 'up').code).to.equal(0)
    expect(await addresses(server)).to.equal(`${A} ${A_TOO}`)
    expect(await firstLine(server)).to.match(/^a up for=\S+ load=1\/1 source=push/)
  })

  it('speaks of one address', async () => {
    const server = await start()
    expect(command('push', 'a', 'load', 'down', '--address', A!).code).to.equal(0)
    expect(await addresses(server)).to.equal(A_TOO)
    expect(command('push', 'a', 'load', 'down', '--address', A_TOO!).code).to.equal(0)
    expect(await addresses(server)).to.equal(B)
    const lines = await strings(server, '_health.a.live.shop.test')
    expect(lines[0]).to.match(/^192\.0\.2\.1 down for=\S+ load=down source=push /)
  })

  it('is taken from a script in one line of JSON', async () => {
    const server = await start()
    const least = { kind: 'push', pattern: 'a', check: 'load', verdict: 'down' }
    const reply = await script(least)
    expect(reply).to.deep.include({ kind: 'push', check: 'load', verdict: 'down', warnings: [] })
    expect(reply['regions']).to.deep.include({ name: 'live.shop.test', region: 'a', state: 'down' })
    expect((reply['untilWallMs'] as number) - Date.now()).to.be.within(60_000, 90_000)
    expect(await addresses(server)).to.equal(B)
    expect(await script({ ...least, colour: 'red' })).to.include({ kind: 'refused' })
    expect(await script({ ...least, forMs: -1 })).to.include({ kind: 'refused' })
    expect(await script({ ...least, verdict: 'maybe' })).to.include({ kind: 'refused' })
    expect(await addresses(server)).to.equal(B)
  })

  it('says what keeps it from counting', async () => {
    const server = await start()
    command('force', 'a', 'up')
    const reply = await script({ kind: 'push', pattern: 'a', check: 'load', verdict: 'down' })
    expect((reply['warnings'] as string[])[0]).to.match(/^live\.shop\.test\/a is forced-up by \w+, whatever/)
    command('force', 'a', 'auto')
    expect(await addresses(server)).to.equal(B)
    // Both regions on the word of one source are more than half.
    const second = await script({ kind: 'push', pattern: 'b', check: 'load', verdict: 'down' })
    expect((second['warnings'] as string[])[0]).to.match(/doubted \(max-withdraw=\)$/)
    expect(await firstLine(server)).to.match(/doubted=push/)
  })

  it('shows every state there is in _health', async () => {
    const regions = [...'abcdefgh']
    const server = await start(
      zoneText(
        1,
        `${regions.map(name => `$REGION ${name} country=DE`).join('\n')}
$CHECK load push
$POLICY p regions=${regions} order=listed health=load max-withdraw=100% ramp=1h
live GSLB p
${regions.map((name, i) => `${name}.live A 192.0.2.${i + 1}`).join('\n')}
`,
      ),
    )
    const tell = (pattern: string, verdict: string, forMs = 60_000): Promise<Record<string, unknown>> =>
      script({ kind: 'push', pattern, check: 'load', verdict, forMs })
    const order = (action: string, pattern: string): Promise<Record<string, unknown>> =>
      script({ kind: 'order', action, pattern, by: 'alice', why: 'test' })
    await tell('a', 'up')
    await tell('b', 'down')
    await tell('d', 'down', 1)
    await order('drain', 'e')
    await order('force-up', 'f')
    await order('force-down', 'g')
    for (let i = 0; i < 5; i++) for (const verdict of ['up', 'down']) await tell('h', verdict)
    await tell('h', 'up')
    const wanted = [
      /^a up for=\S+ load=1\/1 source=push age=\S+$/,
      /^b down for=\S+ load=0\/1 source=push .*why="pushed"$/,
      /^c unknown for=\S+ load=0\/1$/,
      /^d stale for=\S+ last=down load=0\/1 source=push /,
      /^e draining for=\S+ load=0\/1 source=operator .*judged=unknown by=alice@\S+ why="test"$/,
      /^f forced-up for=.* judged=unknown by=alice@/,
      /^g forced-down for=.* judged=unknown by=alice@/,
      /^h down for=.* why="flapping: held until it is quiet \(pushed\)"$/,
    ]
    while (!(await strings(server, '_health.live.shop.test'))[3]!.startsWith('d stale ')) await pause(50)
    const lines = await strings(server, '_health.live.shop.test')
    for (const [i, line] of lines.entries()) expect(line).to.match(wanted[i]!)
    await order('force-auto', 'g')
    expect((await strings(server, '_health.live.shop.test'))[6]).to.match(/^g unknown .* ramp=10%$/)
  })

  it('outlives a restart as stale', async () => {
    const first = await start()
    command('push', 'a', 'load', 'down', '--for', '1h')
    first.signal('SIGTERM')
    expect(await first.ended()).to.equal(0)
    const second = await start()
    expect(await addresses(second)).to.equal(B)
    expect(await firstLine(second)).to.match(/^a stale for=\S+ last=down /)
    await script({ kind: 'push', pattern: 'a', check: 'load', verdict: 'up' })
    expect(await addresses(second)).to.equal(`${A} ${A_TOO}`)
  })

  const MISTAKES: readonly [words: string, code: number, said: RegExp][] = [
    ['a load sideways', 2, /"sideways" is not up or down/],
    ['a load down --for soon', 2, /--for soon is not a time/],
    ['c load down', 1, /c is no region that is served here/],
    ['a laod down', 1, /no policy asks for a check laod there\n.*did you mean load\?/],
    ['b edge down', 1, /check edge is of kind tcp: Meridian finds out itself/],
    ['a load down --address 192.0.2.9', 1, /192\.0\.2\.9 is no address of a/],
    ['a load down --address here', 1, /here is not an IP address/],
  ]
  it('is refused with a reason, and nothing changes', async () => {
    const server = await start()
    for (const [words, code, said] of MISTAKES) {
      const outcome = command('push', ...words.split(' '))
      expect(outcome.code, words).to.equal(code)
      expect(outcome.stderr, words).to.match(said)
    }
    expect(await addresses(server)).to.equal(`${A} ${A_TOO}`)
  })
})
