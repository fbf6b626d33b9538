/** The probes `tcp` and `tls` without their certificates: connections, handshakes and banners. */

import type { Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { expect } from 'chai'
import { BANNER_BYTES_MAX } from '../../../src/health/probe/stream-probe.ts'
import {
  authority,
  blackHole,
  closedPort,
  HASTY_MS,
  listen,
  probe,
  rawServer,
  shown,
  stopServers,
} from './servers.ts'

const certificate = authority.issue({})

/** The same behaviour with and without TLS. */
const LISTENERS: Readonly<Record<'tcp' | 'tls', (serve: (socket: Socket) => void) => Promise<number>>> = {
  tcp: serve => rawServer(serve),
  tls: serve =>
    listen(
      createTlsServer(certificate, socket => {
        socket.on('error', () => undefined)
        socket.resume()
        serve(socket)
      }),
    ),
}

const banner =
  (...pieces: readonly string[]) =>
  (socket: Socket): void => {
    const send = (at: number): void => {
      if (at < pieces.length) socket.write(pieces[at]!, () => setTimeout(send, 5, at + 1))
    }
    send(0)
  }

interface Row {
  readonly title: string
  readonly serve: (socket: Socket) => void
  readonly text?: string
  readonly isHasty?: boolean
  readonly outcome: RegExp
}

const ROWS: readonly Row[] = [
  { title: 'a connection', serve: () => undefined, outcome: /^ok: (connected|TLSv1\.3)$/ },
  {
    title: 'the expected banner',
    serve: banner('220 mail.test ESMTP\r\n'),
    text: 'ESMTP',
    outcome: /^ok: .*, banner as expected$/,
  },
  {
    title: 'the expected banner in pieces',
    serve: banner('220 mail.test ES', 'M', 'TP\r\n'),
    text: 'ESMTP',
    outcome: /^ok: .*, banner as expected$/,
  },
  {
    title: 'another banner, and the end',
    serve: socket => socket.end('421 too busy\r\n'),
    text: '220',
    outcome: /^wrong-text: "220" is not in the 14 octets sent$/,
  },
  {
    title: 'another banner that goes on for ever',
    serve: socket => socket.write('x'.repeat(BANNER_BYTES_MAX * 4)),
    text: '220',
    outcome: /^wrong-text: "220" is not in the first 4096 octets$/,
  },
  {
    title: 'a connection closed without a banner',
    serve: socket => socket.end(),
    text: '220',
    outcome: /^closed: connection closed while waiting for a banner$/,
  },
  {
    title: 'no banner',
    serve: () => undefined,
    text: '220',
    isHasty: true,
    outcome: /^timeout: no end within 250 ms: waiting for a banner$/,
  },
  {
    title: 'a banner that dribbles',
    serve: socket => {
      const timer = setInterval(() => socket.write('x'), 20)
      socket.on('close', () => clearInterval(timer))
    },
    text: '220',
    isHasty: true,
    outcome: /^timeout: .*waiting for a banner$/,
  },
]

for (const kind of ['tcp', 'tls'] as const)
  describe(`the ${kind} probe`, () => {
    afterEach(stopServers)

    for (const { title, serve, text = '', isHasty, outcome } of ROWS)
      it(`judges ${title}`, async () => {
        const port = await LISTENERS[kind](serve)
        // The handshake counts too: on a busy machine it takes a while.
        const patience = isHasty ? { timeoutMs: HASTY_MS } : {}
        const got = await probe({ kind, port, expect: { text }, ...patience })
        expect(shown(got)).to.match(outcome)
      })

    it('judges a port where nobody listens', async () => {
      const got = await probe({ kind, port: await closedPort() })
      expect(shown(got)).to.equal('refused: connection refused while connecting')
    })

    it('judges a host that does not answer', async () => {
      const got = await probe({ kind, port: await blackHole(), timeoutMs: HASTY_MS })
      expect(shown(got)).to.equal('timeout: no end within 250 ms: connecting')
    })
  })
