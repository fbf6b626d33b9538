/** Everything that can be wrong below TLS, for each probe that speaks it: certificates, names, handshakes. */

import { createSecureServer } from 'node:http2'
import { createServer as createHttpsServer } from 'node:https'
import type { Server } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { expect } from 'chai'
import { Authority, DAY_MS, type Issued, selfSigned } from './certificates.ts'
import { writeHealthReply } from './grpc-replies.ts'
import { answering, authority, HASTY_MS, listen, probe, rawServer, shown, stopServers } from './servers.ts'

type SecureKind = 'https' | 'tls' | 'grpc'

/** What each server saw in SNI. */
const seenNames: unknown[] = []

const SERVERS: Readonly<Record<SecureKind, (issued: Issued) => Server>> = {
  https: issued => createHttpsServer(issued, (_, response) => response.end('fine')),
  tls: issued => createTlsServer(issued),
  grpc: issued => {
    const server = createSecureServer(issued)
    server.on('stream', stream => {
      stream.respond({ ':status': 200 }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
      stream.end(writeHealthReply(1))
    })
    server.on('sessionError', () => undefined)
    return server
  },
}

async function serve(kind: SecureKind, issued: Issued): Promise<number> {
  const server = SERVERS[kind](issued)
  server.on('tlsClientError', () => undefined)
  server.on('secureConnection', (socket: { servername?: unknown }) => seenNames.push(socket.servername))
  return await listen(server)
}

const other = new Authority('Another Authority')
const nowMs = Date.now()
const past = { fromMs: nowMs - 30 * DAY_MS, toMs: nowMs - DAY_MS }
const future = { fromMs: nowMs + DAY_MS, toMs: nowMs + 30 * DAY_MS }
const soon = { fromMs: nowMs - 80 * DAY_MS, toMs: nowMs + 10.5 * DAY_MS }
const today = { fromMs: nowMs - 80 * DAY_MS, toMs: nowMs + DAY_MS / 2 }
/** Lives six days, of which four are left. */
const short = { fromMs: nowMs - 2 * DAY_MS, toMs: nowMs + 4 * DAY_MS }

const ROWS: readonly [string, Issued, RegExp][] = [
  ['a good certificate', authority.issue({}), /^ok: .*$/],
  ['one of its names being right', authority.issue({ names: ['a.test', 'shop.test'] }), /^ok: /],
  ['an expired certificate', authority.issue(past), /^certificate-date: a certificate ended at \d{4}-.*Z$/],
  ['a certificate of tomorrow', authority.issue(future), /^certificate-date: a certificate begins at /],
  [
    'a certificate for others',
    authority.issue({ names: ['a.test', 'b.test'] }),
    /^certificate-name: the certificate is for a\.test, b\.test, not for shop\.test$/,
  ],
  ['an authority nobody knows', other.issue({}), /^certificate-untrusted: its issuer is not known here/],
  ['a certificate signed by itself', selfSigned({}), /^certificate-untrusted: .* is signed by itself$/],
]

for (const kind of ['https', 'tls', 'grpc'] as const)
  describe(`the ${kind} probe, below`, () => {
    beforeEach(() => seenNames.splice(0))
    afterEach(stopServers)

    for (const [title, issued, outcome] of ROWS)
      it(`judges ${title}`, async () => {
        const port = await serve(kind, issued)
        expect(shown(await probe({ kind, target: '/', port }))).to.match(outcome)
      })

    for (const [title, issued] of ROWS.slice(2))
      it(`takes ${title} where certificates are not verified`, async () => {
        const port = await serve(kind, issued)
        expect(shown(await probe({ kind, target: '/', port, security: 'unverified' }))).to.match(/^ok: /)
      })

    for (const [title, wishes, warning] of [
      ['ten days before its end', soon, 'the certificate ends in 10 d'],
      ['on its last day', today, /^the certificate ends in 1[12] h$/],
      ['not early in a short life', short, ''],
      ['of none that has long to go', {}, ''],
    ] as const)
      it(`warns ${title}`, async () => {
        const port = await serve(kind, authority.issue(wishes))
        const outcome = await probe({ kind, target: '/', port })
        expect(outcome.kind).to.equal('ok')
        const got = outcome.kind === 'ok' ? outcome.warning : ''
        if (typeof warning === 'string') expect(got).to.equal(warning)
        else expect(got).to.match(warning)
      })

    it('sends the name of the target as SNI, without its final dot', async () => {
      await probe({ kind, target: '/', port: await serve(kind, authority.issue({})) })
      await stopServers()
      expect(seenNames).to.deep.equal(['shop.test'])
    })

    it('sends and verifies the host it was told instead', async () => {
      const port = await serve(kind, authority.issue({ names: ['other.test'] }))
      expect(shown(await probe({ kind, target: '/', port, host: 'other.test' }))).to.match(/^ok: /)
      await stopServers()
      expect(seenNames).to.deep.equal(['other.test'])
    })

    it('takes a wildcard that covers the host', async () => {
      const port = await serve(kind, authority.issue({ names: ['*.shop.test'] }))
      expect(shown(await probe({ kind, target: '/', port, host: 'live.shop.test' }))).to.match(/^ok: /)
      expect(shown(await probe({ kind, target: '/', port, host: 'shop.test' }))).to.match(
        /^certificate-name: /,
      )
    })

    it('verifies an address as the host without sending it (RFC 6066 §3)', async () => {
      const port = await serve(kind, authority.issue({ names: ['192.0.2.7'] }))
      expect(shown(await probe({ kind, target: '/', port, host: '192.0.2.7' }))).to.match(/^ok: /)
      expect(shown(await probe({ kind, target: '/', port, host: '192.0.2.8' }))).to.match(
        /^certificate-name: /,
      )
      await stopServers()
      // The second handshake was broken off on this side.
      expect(seenNames).to.deep.equal([false])
    })

    it('judges a server without TLS', async () => {
      const port = await rawServer(answering('HTTP/1.1 400 Bad Request\r\n\r\n'))
      expect(shown(await probe({ kind, target: '/', port }))).to.match(/^tls-failed: /)
    })

    it('judges a handshake that is cut off', async () => {
      const port = await rawServer(socket => socket.once('data', () => socket.end()))
      expect(shown(await probe({ kind, target: '/', port }))).to.match(
        /^closed: .*while in the TLS handshake$/,
      )
    })

    it('judges a handshake that stands still', async () => {
      const port = await rawServer(() => undefined)
      const got = await probe({ kind, target: '/', port, timeoutMs: HASTY_MS })
      expect(shown(got)).to.equal('timeout: no end within 250 ms: in the TLS handshake')
    })
  })
