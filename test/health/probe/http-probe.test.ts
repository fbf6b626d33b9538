/** The probe `http` against servers that answer well, wrongly, slowly, endlessly, or not at all. */

import { createServer, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { expect } from 'chai'
import { BODY_BYTES_MAX } from '../../../src/health/probe/http-probe.ts'
import {
  answering,
  blackHole,
  closedPort,
  dribbling,
  HASTY_MS,
  listen,
  probe,
  rawServer,
  type SpecPart,
  shown,
  stopServers,
} from './servers.ts'

interface Row {
  readonly title: string
  readonly server: (socket: Socket) => void
  readonly spec?: Partial<SpecPart>
  readonly outcome: RegExp
}

const OK = 'HTTP/1.1 200 OK\r\n'
const ENDLESS = `${OK}Content-Length: 1000000\r\n\r\n`
const TEXT = { expect: { text: 'all well' } }
const HASTY = { timeoutMs: HASTY_MS }

const ROWS: readonly Row[] = [
  { title: '200', server: answering(`${OK}Content-Length: 2\r\n\r\nok`), outcome: /^ok: 200$/ },
  { title: '204 without a body', server: answering('HTTP/1.1 204 None\r\n\r\n'), outcome: /^ok: 204$/ },
  {
    title: 'a body that ends with the connection',
    server: answering(`${OK}\r\nok`, true),
    outcome: /^ok: 200$/,
  },
  {
    title: '100 before 200',
    server: answering(`HTTP/1.1 100 Continue\r\n\r\n${OK}Content-Length: 0\r\n\r\n`),
    outcome: /^ok: 200$/,
  },
  {
    title: 'a status in the second range',
    server: answering('HTTP/1.1 418 Teapot\r\nContent-Length: 0\r\n\r\n'),
    spec: {
      expect: {
        statuses: [
          { from: 200, to: 299 },
          { from: 400, to: 418 },
        ],
      },
    },
    outcome: /^ok: 418$/,
  },
  {
    title: 'a wrong status',
    server: answering('HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n'),
    outcome: /^wrong-status: 503, not 200-299$/,
  },
  {
    title: 'a redirect, and says where it points',
    server: answering('HTTP/1.1 302 Found\r\nLocation: http://elsewhere.test/\r\nContent-Length: 0\r\n\r\n'),
    outcome:
      /^wrong-status: 302, not 200-299; it points to http:\/\/elsewhere\.test\/, which is not followed$/,
  },
  {
    title: 'an upgrade to another protocol',
    server: answering('HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
    outcome: /^wrong-status: 101/,
  },
  {
    title: 'the expected text',
    server: answering(`${OK}Content-Length: 11\r\n\r\nis all well`),
    spec: TEXT,
    outcome: /^ok: 200, body as expected$/,
  },
  {
    title: 'the expected text across two chunks',
    server: answering(`${OK}Transfer-Encoding: chunked\r\n\r\n4\r\nall \r\n4\r\nwell\r\n0\r\n\r\n`),
    spec: TEXT,
    outcome: /^ok: 200, body as expected$/,
  },
  {
    title: 'the expected text in a body that never ends',
    server: answering(`${ENDLESS}all well`),
    spec: TEXT,
    outcome: /^ok: 200, body as expected$/,
  },
  {
    title: 'a wrong body',
    server: answering(`${OK}Content-Length: 8\r\n\r\nall ill!`),
    spec: TEXT,
    outcome: /^wrong-text: "all well" is not in the body of 8 octets$/,
  },
  {
    title: 'the right text under a wrong status',
    server: answering('HTTP/1.1 500 Oh\r\nContent-Length: 8\r\n\r\nall well'),
    spec: { expect: { statuses: [{ from: 200, to: 200 }], text: 'all well' } },
    outcome: /^wrong-status: 500, not 200$/,
  },
  {
    title: 'an oversized body, of which no more is read',
    server: answering(ENDLESS + 'x'.repeat(2 * BODY_BYTES_MAX)),
    outcome: /^ok: 200$/,
  },
  {
    title: 'an oversized body with the text behind the bound',
    server: answering(`${ENDLESS}${'x'.repeat(4 * BODY_BYTES_MAX)}all well`),
    spec: TEXT,
    outcome: /^wrong-text: "all well" is not in the first 65536 octets/,
  },
  {
    title: 'oversized headers',
    server: answering(`${OK}X: ${'x'.repeat(20_000)}\r\n\r\n`),
    outcome: /^bad-reply: .*Header overflow/i,
  },
  {
    title: 'what is not HTTP',
    server: answering('220 mail.test ESMTP\r\n'),
    outcome: /^bad-reply: Parse Error/,
  },
  {
    title: 'a silent server',
    server: () => undefined,
    spec: HASTY,
    outcome: /^timeout: no end within 250 ms: waiting for the response$/,
  },
  {
    title: 'headers that dribble',
    server: dribbling(`${OK}X: `, 'x'),
    spec: HASTY,
    outcome: /^timeout: .*waiting for the response$/,
  },
  {
    title: 'a body that dribbles',
    server: dribbling(ENDLESS, 'x'),
    spec: HASTY,
    outcome: /^timeout: .*reading the body$/,
  },
  {
    title: 'a body that stops',
    server: answering(`${ENDLESS}x`),
    spec: HASTY,
    outcome: /^timeout: .*reading the body$/,
  },
  { title: 'a connection closed at once', server: socket => socket.end(), outcome: /^closed: / },
  {
    title: 'a connection reset instead of an answer',
    server: socket => socket.once('data', () => socket.resetAndDestroy()),
    outcome: /^closed: connection reset while waiting for the response$/,
  },
  {
    title: 'a connection closed within the body',
    server: answering(`${ENDLESS}x`, true),
    outcome: /^closed: .*while reading the body$/,
  },
  {
    title: 'control characters, which do not come through',
    server: answering('HTTP/1.1 302 X\r\nLocation: /\u{80}\u{9b}31m\r\nContent-Length: 0\r\n\r\n'),
    outcome: /^wrong-status: 302, [\P{C}]*$/u,
  },
]

describe('the http probe', () => {
  afterEach(stopServers)

  for (const { title, server, spec, outcome } of ROWS)
    it(`judges ${title}`, async () => {
      const port = await rawServer(server)
      const got = await probe({ kind: 'http', target: '/healthz', ...spec, port })
      expect(shown(got)).to.match(outcome)
    })

  it('judges a port where nobody listens', async () => {
    const port = await closedPort()
    const got = await probe({ kind: 'http', target: '/', port })
    expect(shown(got)).to.equal('refused: connection refused while connecting')
  })

  it('judges a host that does not answer', async () => {
    const port = await blackHole()
    const got = await probe({ kind: 'http', target: '/', port, timeoutMs: HASTY_MS })
    expect(shown(got)).to.equal('timeout: no end within 250 ms: connecting')
  })

  it('gives up for want of a question that can be put', async () => {
    const port = await rawServer(() => undefined)
    const got = await probe({ kind: 'http', target: '/a b', port })
    expect(shown(got)).to.match(/^\(unaskable\): .*unescaped characters/)
  })
})

describe('the request of an http probe', () => {
  let asked: IncomingMessage | undefined

  const server = (): ReturnType<typeof createServer> =>
    createServer((request, response) => {
      asked = request
      response.end('fine')
    })

  afterEach(stopServers)

  it('is a GET of the path, with the name and port of the target, and closes', async () => {
    const port = await listen(server())
    expect(shown(await probe({ kind: 'http', target: '/healthz?full=1', port }))).to.equal('ok: 200')
    expect(asked?.method).to.equal('GET')
    expect(asked?.url).to.equal('/healthz?full=1')
    expect(asked?.headers.host).to.equal(`shop.test:${port}`)
    expect(asked?.headers.connection).to.equal('close')
    expect(asked?.headers['user-agent']).to.equal('meridian-probe')
  })

  it('names the host it was told', async () => {
    const port = await listen(server())
    await probe({ kind: 'http', target: '/', host: 'other.test', port })
    expect(asked?.headers.host).to.equal(`other.test:${port}`)
  })

  it('goes to IPv6 addresses as well', async () => {
    const port = await listen(server(), '::1')
    expect(shown(await probe({ kind: 'http', target: '/', port }, '::1'))).to.equal('ok: 200')
  })

  it('follows no redirect', async () => {
    const visited: (string | undefined)[] = []
    const port = await listen(
      createServer((request, response) => {
        visited.push(request.url)
        response.writeHead(301, { location: '/elsewhere' }).end()
      }),
    )
    await probe({ kind: 'http', target: '/', port })
    expect(visited).to.deep.equal(['/'])
  })
})
