/** The admin listener beside a real server: where it may be opened, what it tells of life and readiness, and that
 *  no crowd at its door is felt by those who ask for names. */
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'chai'
import { get } from '../admin/http.ts'
import { Authority } from '../health/probe/certificates.ts'
import { makeTempDir, removeTempDir, withTempDir } from '../tools/process.ts'
import { type LogLine, Meridian, runMeridian, stopAll, zoneText } from './meridian.ts'

const TOKEN = 'correct-horse-battery'
const LISTEN = ['--listen', '127.0.0.1:0', '--workers', '1']
const ZONES = { 'shop.test.zone': zoneText(1) }

async function startWithAdmin(
  ...words: string[]
): Promise<{ server: Meridian; line: LogLine; port: number }> {
  const server = await Meridian.start(ZONES, [...LISTEN, '--admin', '127.0.0.1:0', ...words])
  const line = await server.logged(({ msg }) => msg === 'admin listener')
  return { server, line, port: Number(/:(\d+)$/.exec(line['address'] as string)![1]) }
}

describe('the admin listener of a server', () => {
  let dir: string
  beforeEach(() => {
    dir = makeTempDir()
  })
  afterEach(async () => {
    await stopAll()
    removeTempDir(dir)
  })

  const written = (name: string, text: string): string => {
    const path = join(dir, name)
    writeFileSync(path, text)
    return path
  }

  it('tells that the server lives and is ready', async () => {
    const { port } = await startWithAdmin()
    expect(await get('/healthz', { port })).to.deep.include({ status: 200, body: 'alive\n' })
    const ready = await get('/readyz', { port })
    expect(ready).to.deep.include({ status: 200, body: '{"ready":true,"why":[]}\n' })
    expect(ready.headers['content-type']).to.equal('application/json')
  })

  it('opens itself to others with a token and TLS, and keeps reasons for who shows the token', async () => {
    const authority = new Authority('Test')
    const { cert, key } = authority.issue({ names: ['127.0.0.1'] })
    const server = await Meridian.start(ZONES, [
      ...LISTEN,
      '--admin',
      '0.0.0.0:0',
      '--admin-token-file',
      written('token', TOKEN),
      '--admin-cert',
      written('cert.pem', cert),
      '--admin-key',
      written('key.pem', key),
    ])
    const line = await server.logged(({ msg }) => msg === 'admin listener')
    expect(line['tls']).to.equal(true)
    const at = { port: Number(/:(\d+)$/.exec(line['address'] as string)![1]), authority: authority.cert }
    expect((await get('/healthz', at)).status).to.equal(200)
    expect((await get('/readyz', at)).body).to.equal('{"ready":true}\n')
    expect((await get('/readyz', { ...at, token: TOKEN })).body).to.equal('{"ready":true,"why":[]}\n')
  })

  it('is reached through a unix socket', async () => {
    const path = join(dir, 'admin.sock')
    const server = await Meridian.start(ZONES, [...LISTEN, '--admin', path])
    await server.logged(({ msg }) => msg === 'admin listener')
    expect((await get('/healthz', { socketPath: path })).body).to.equal('alive\n')
  })

  it('is done without where its default address is taken, and the server says so and serves', async () => {
    const other = createServer().listen(9353, '127.0.0.1')
    // Whoever has it already serves the purpose as well.
    await once(other, 'listening').catch(() => undefined)
    const server = await Meridian.start(ZONES, LISTEN, {}, true)
    const line = await server.logged(({ msg }) => msg.startsWith('no admin listener'))
    other.close()
    expect(line).to.include({ level: 'warn', address: '127.0.0.1:9353', reason: 'taken by another program' })
    expect(await server.address('www.shop.test')).to.equal('192.0.2.1')
  })

  it('is not ready while Consul was never heard', async () => {
    const steered = `$REGION a at=50.1,8.7 country=DE consul=dc1
$CHECK  live consul=web
$POLICY p regions=a health=live
live    GSLB p
a.live  60 A 192.0.2.1`
    const silent = createServer(() => undefined).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const consul = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
    const server = await Meridian.start({ 'shop.test.zone': zoneText(1, steered) }, [
      ...LISTEN,
      '--admin',
      '127.0.0.1:0',
      '--consul',
      consul,
      '--state',
      dir,
    ])
    const line = await server.logged(({ msg }) => msg === 'admin listener')
    const port = Number(/:(\d+)$/.exec(line['address'] as string)![1])
    const { status, body } = await get('/readyz', { port })
    silent.close()
    expect(status).to.equal(503)
    expect(JSON.parse(body)).to.deep.equal({
      ready: false,
      why: ['Consul dc1 was not heard yet', '1 regions with checks were not looked at yet'],
    })
    expect((await get('/healthz', { port })).status).to.equal(200)
  })

  it('lets no crowd be felt by those who ask for names', async () => {
    const { server, port } = await startWithAdmin()
    const sockets = Array.from({ length: 1_000 }, () =>
      connect(port, '127.0.0.1').on('error', () => undefined),
    )
    // Some ask, some dawdle, some talk nonsense.
    for (const [i, socket] of sockets.entries())
      socket.write(['GET /readyz HTTP/1.1\r\nhost: x\r\n\r\n', 'GET /re', '\0\r\n\r\n'][i % 3]!)
    const said = new Map<string, number>()
    for (const socket of sockets)
      socket.setEncoding('latin1').once('data', (text: string) => {
        const status = text.slice(9, 12)
        said.set(status, (said.get(status) ?? 0) + 1)
      })
    for (let i = 0; i < 200; i++) expect(await server.address('www.shop.test')).to.equal('192.0.2.1')
    for (const socket of sockets) socket.destroy()
    while ((await get('/healthz', { port }).catch(() => undefined))?.status !== 200) await pause(20)
    expect([...said.keys()].filter(status => !['200', '400', '503'].includes(status))).to.deep.equal([])
    expect(await server.address('www.shop.test')).to.equal('192.0.2.1')
  })
})

describe('meridian serve leaves with 3', () => {
  const serve = (dir: string, words: string[], env: NodeJS.ProcessEnv = {}) => {
    mkdirSync(join(dir, 'zones'), { recursive: true })
    return runMeridian(['serve', '--listen', '127.0.0.1:0', ...words], { cwd: dir, env })
  }
  const HINT = 'hint: set admin.token-file (or MERIDIAN_ADMIN_TOKEN), admin.cert and admin.key;'

  const cases: [string, string[], NodeJS.ProcessEnv, string][] = [
    ['without token and TLS', [], {}, 'does not open 0.0.0.0:9353 to others without a token and TLS'],
    ['without TLS', [], { MERIDIAN_ADMIN_TOKEN: TOKEN }, 'does not open 0.0.0.0:9353 to others without TLS'],
    ['with a token that is too short', [], { MERIDIAN_ADMIN_TOKEN: 'x' }, 'has 1 characters, fewer than 16'],
    ['with a token file that is not there', ['--admin-token-file', 'none'], {}, 'none cannot be read'],
  ]
  for (const [what, words, env, complaint] of cases)
    it(`when the admin listener is to be opened to others ${what}`, () =>
      withTempDir(dir => {
        const { code, stderr, stdout } = serve(dir, ['--admin', '0.0.0.0:9353', ...words], env)
        expect(stderr).to.contain(complaint)
        if (complaint.includes('without')) expect(stderr).to.contain(HINT)
        expect([code, stdout]).to.deep.equal([3, ''])
      }))

  it('when the admin address that was asked for is taken', () =>
    withTempDir(async dir => {
      const other = createServer().listen(0, '127.0.0.1')
      await once(other, 'listening')
      const { port } = other.address() as AddressInfo
      const { code, stderr } = serve(dir, ['--admin', `127.0.0.1:${port}`])
      other.close()
      expect(stderr).to.contain(`127.0.0.1:${port} is taken by another program`)
      expect(stderr).to.contain('--admin ADDR:PORT')
      expect(code).to.equal(3)
    }))
})
