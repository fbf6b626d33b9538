/** The admin listener bears with strangers: tokens, certificates, nonsense, crowds and the slow. */
import { statSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'chai'
import fc from 'fast-check'
import { Access, type AccessSettings } from '../../src/admin/access.ts'
import { AdminListener, CONNECTIONS_MAX, type Page, type Route } from '../../src/admin/listener.ts'
import { Authority, selfSigned } from '../health/probe/certificates.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { get, talk } from './http.ts'

const TOKEN = 'correct-horse-battery'
const TEXT = 'text/plain; charset=utf-8'

const page = (body: string): Page => ({ status: 200, type: TEXT, body })
const ROUTES = new Map<string, Route>([
  ['/secret', { isOpen: false, page: async () => page('secret') }],
  ['/open', { isOpen: true, page: async trusted => page(trusted ? 'whole' : 'part') }],
  ['/broken', { isOpen: true, page: () => Promise.reject(new Error('a bug')) }],
])

describe('the admin listener', () => {
  const listeners: AdminListener[] = []
  const warnings: string[] = []
  let dir: string

  beforeEach(() => {
    dir = makeTempDir()
    warnings.length = 0
  })
  afterEach(async () => {
    await Promise.all(listeners.splice(0).map(listener => listener.close()))
    removeTempDir(dir)
  })

  async function open(settings: AccessSettings = {}): Promise<number> {
    const access = Access.open(settings)
    if (typeof access === 'string') throw new Error(access)
    const at = { kind: 'tcp', address: '127.0.0.1', port: 0 } as const
    const listener = await AdminListener.open({
      at,
      access,
      routes: ROUTES,
      warn: text => warnings.push(text),
    })
    if (!(listener instanceof AdminListener)) throw new Error(String(listener))
    listeners.push(listener)
    return listener.port!
  }

  const written = (name: string, text: string): string => {
    const path = join(dir, name)
    writeFileSync(path, text)
    return path
  }

  it('answers GET and HEAD of its pages and tells of nothing else', async () => {
    const port = await open()
    expect(await get('/secret?x=1', { port })).to.deep.include({ status: 200, body: 'secret' })
    expect(await get('/secret', { port, method: 'HEAD' })).to.deep.include({ status: 200, body: '' })
    const post = await get('/secret', { port, method: 'POST' })
    expect([post.status, post.headers.allow]).to.deep.equal([405, 'GET, HEAD'])
    const lost = await get('/admin.php', { port })
    expect([lost.status, lost.body]).to.deep.equal([404, 'nothing here; there are /secret /open /broken\n'])
  })

  it('tells a bug of ours without its details, which go to the log', async () => {
    const port = await open()
    const { status, body } = await get('/broken', { port })
    expect([status, body]).to.deep.equal([500, 'a bug of ours: the log tells\n'])
    expect(warnings.join()).to.match(/\/broken failed: Error: a bug/)
  })

  it('wants the token where there is one', async () => {
    const port = await open({ token: TOKEN })
    const missing = await get('/secret', { port })
    expect(missing).to.deep.include({
      status: 401,
      body: 'a token is wanted: "Authorization: Bearer TOKEN"\n',
    })
    expect(missing.headers['www-authenticate']).to.equal('Bearer realm="meridian"')
    const wrong = await get('/secret', { port, token: `${TOKEN}x` })
    expect(wrong).to.deep.include({ status: 401, body: 'this is not the token\n' })
    expect(wrong.headers['www-authenticate']).to.equal('Bearer realm="meridian", error="invalid_token"')
    expect((await get('/secret', { port, token: TOKEN })).body).to.equal('secret')
    expect((await get('/secret', { port, headers: { authorization: `bearer  ${TOKEN}` } })).status).to.equal(
      200,
    )
    for (const authorization of ['Bearer', 'Bearer ', `Basic ${TOKEN}`, TOKEN, `Bearer ${TOKEN} ${TOKEN}`])
      expect((await get('/secret', { port, headers: { authorization } })).status, authorization).to.equal(401)
  })

  it('answers an open page without the token, but less of it', async () => {
    const port = await open({ token: TOKEN })
    expect((await get('/open', { port })).body).to.equal('part')
    expect((await get('/open', { port, token: 'wrong' })).body).to.equal('part')
    expect((await get('/open', { port, token: TOKEN })).body).to.equal('whole')
  })

  it('takes a new token from its file, and keeps the old one while the new is none', () => {
    const tokenFile = written('token', `${TOKEN}\n`)
    const access = Access.open({ tokenFile, token: 'of-the-environment' }) as Access
    const admits = (token: string): string => access.admit(`Bearer ${token}`)
    expect([admits(TOKEN), admits('of-the-environment')]).to.deep.equal(['admitted', 'wrong'])
    expect(access.refresh()).to.equal('same')
    written('token', 'short')
    expect(access.refresh()).to.deep.equal({
      fault: `the token of ${tokenFile} has 5 characters, fewer than 16`,
    })
    expect(admits(TOKEN)).to.equal('admitted')
    written('token', 'another-good-token')
    expect(access.refresh()).to.equal('changed')
    expect([admits(TOKEN), admits('another-good-token')]).to.deep.equal(['wrong', 'admitted'])
  })

  it('says what is wrong with its files', () => {
    const { cert, key } = selfSigned({ names: ['127.0.0.1'] })
    const certFile = written('cert.pem', cert)
    const keyFile = written('key.pem', selfSigned({}).key)
    written('right.pem', key)
    const faults: [AccessSettings, RegExp][] = [
      [{ token: 'short' }, /MERIDIAN_ADMIN_TOKEN has 5 characters, fewer than 16/],
      [{ token: 'two words of some length' }, /a space or line break within/],
      [{ tokenFile: join(dir, 'none') }, /none cannot be read: ENOENT/],
      [{ certFile }, /a certificate needs its key/],
      [{ certFile, keyFile }, /are no certificate and its key/],
      [{ certFile, keyFile: join(dir, 'none') }, /ENOENT/],
    ]
    for (const [settings, fault] of faults) expect(Access.open(settings)).to.match(fault)
    expect(Access.open({ certFile, keyFile: join(dir, 'right.pem') })).to.be.instanceOf(Access)
  })

  it('speaks TLS, and shows a renewed certificate without a restart', async () => {
    const [first, second] = [new Authority('First'), new Authority('Second')]
    const store = (authority: Authority): AccessSettings => {
      const { cert, key } = authority.issue({ names: ['127.0.0.1'] })
      return { certFile: written('cert.pem', cert), keyFile: written('key.pem', key) }
    }
    const port = await open(store(first))
    expect((await get('/secret', { port, authority: first.cert })).body).to.equal('secret')
    const plain = await get('/secret', { port }).catch((error: Error) => error.message)
    expect(plain).to.match(/hang up|reset/i)
    store(second)
    let outcome = ''
    while (outcome !== 'secret') {
      await pause(50)
      const reply = await get('/secret', { port, authority: second.cert }).catch(() => undefined)
      outcome = reply?.body ?? ''
    }
  })

  it('listens on a unix socket that its owner and group may use', async () => {
    const path = join(dir, 'run', 'admin.sock')
    const access = Access.open({}) as Access
    const options = { at: { kind: 'socket', path }, access, routes: ROUTES, warn: () => undefined } as const
    const listener = (await AdminListener.open(options)) as AdminListener
    expect(statSync(path).mode & 0o777).to.equal(0o660)
    expect((await get('/secret', { socketPath: path })).body).to.equal('secret')
    expect(await AdminListener.open(options)).to.match(/another server's/)
    await listener.close()
    const next = (await AdminListener.open(options)) as AdminListener
    expect((await get('/secret', { socketPath: path })).body).to.equal('secret')
    await next.close()
  })

  it('says no to what is no HTTP, and lives', async () => {
    const port = await open()
    expect(await talk(port, 'hello\r\n\r\n')).to.match(
      /^HTTP\/1\.1 400 Bad Request[^]*this is no HTTP request\n$/,
    )
    expect(await talk(port, `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(9_000)}\r\n\r\n`)).to.match(
      /^HTTP\/1\.1 431 [^]*headers are longer than 8192 octets\n$/,
    )
    await fc.assert(
      fc.asyncProperty(mangledRequest, async octets => {
        const socket = connect(port, '127.0.0.1')
        socket.on('error', () => socket.destroy())
        await new Promise<void>(resolve => socket.end(octets, () => resolve()))
        socket.resume()
        await new Promise<void>(resolve => socket.once('close', () => resolve()))
      }),
      { numRuns: 150 },
    )
    expect((await get('/secret', { port })).status).to.equal(200)
    expect(warnings).to.deep.equal([])
  })

  it('cuts off who is slow with a request, and tells him', async () => {
    const port = await open()
    const said = await talk(port, 'GET /secret HTTP/1.1\r\nhost: x\r\nx-slow: ')
    expect(said).to.match(/^HTTP\/1\.1 408 Request Timeout[^]*took too long to come\n$/)
  })

  it('tells a crowd to come back later, and answers again when it has gone', async () => {
    const port = await open()
    const crowd = await Promise.all(Array.from({ length: CONNECTIONS_MAX }, () => connected(port)))
    const { status, headers, body } = await get('/open', { port })
    expect([status, headers['retry-after'], body]).to.deep.equal([
      503,
      '1',
      'more than 64 connections: come back later\n',
    ])
    for (const socket of crowd) socket.destroy()
    while ((await get('/open', { port })).status !== 200) await pause(10)
  })
})

function connected(port: number): Promise<Socket> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket))
    socket.on('error', () => undefined)
  })
}

/** A good request with octets changed, lost or doubled; now and then mere noise. */
const mangledRequest = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map(octets => Buffer.from(octets)),
  fc
    .record({
      text: fc.constantFrom(
        'GET /secret HTTP/1.1\r\nhost: x\r\n\r\n',
        'POST /open HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
        'GET /open HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
        'CONNECT x:80 HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\n',
      ),
      edits: fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.nat(2)), { maxLength: 6 }),
    })
    .map(({ text, edits }) => {
      let octets = Buffer.from(text)
      for (const [where, octet, how] of edits) {
        const at = where % octets.length
        const kept = octets.subarray(how === 1 ? at + 1 : at)
        const put = how === 0 ? Buffer.alloc(0) : Buffer.of(octet)
        octets = Buffer.concat([octets.subarray(0, at), put, kept])
        if (octets.length === 0) break
      }
      return octets
    }),
)
