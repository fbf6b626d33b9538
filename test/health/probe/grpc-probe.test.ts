/** The probe `grpc` against health services, other services, and servers that speak something else. */

import { createServer as createHttp1Server } from 'node:http'
import { constants, createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import { expect } from 'chai'
import { readHealthResponse, writeHealthRequest } from '../../../src/health/probe/grpc-message.ts'
import { framed, writeHealthReply } from './grpc-replies.ts'
import {
  answering,
  blackHole,
  closedPort,
  HASTY_MS,
  listen,
  probe,
  rawServer,
  type SpecPart,
  shown,
  stopServers,
} from './servers.ts'

type Serve = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void

const PLAIN = { kind: 'grpc', security: 'plain' } as const

function http2Server(serve: Serve): Promise<number> {
  const server = createServer()
  server.on('session', session => session.on('error', () => undefined))
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    stream.resume()
    serve(stream, headers)
  })
  return listen(server)
}

/** A message, and how the call ended. */
const replying =
  (message: Buffer, trailers: Record<string, string> = { 'grpc-status': '0' }): Serve =>
  stream => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers(trailers))
    stream.end(message)
  }

const trailersOnly =
  (headers: Record<string, string | number>): Serve =>
  stream =>
    stream.respond({ ':status': 200, ...headers }, { endStream: true })

const HASTY = { timeoutMs: HASTY_MS }

const ROWS: readonly [string, Serve, RegExp, Partial<SpecPart>?][] = [
  ['SERVING', replying(writeHealthReply(1)), /^ok: SERVING$/],
  ['NOT_SERVING', replying(writeHealthReply(2)), /^not-serving: NOT_SERVING$/],
  ['SERVICE_UNKNOWN', replying(writeHealthReply(3)), /^not-serving: SERVICE_UNKNOWN$/],
  ['an empty message, which is UNKNOWN', replying(framed(Buffer.alloc(0))), /^not-serving: UNKNOWN$/],
  ['a status of the future', replying(writeHealthReply(9)), /^not-serving: status 9$/],
  [
    'a service it does not have',
    trailersOnly({ 'grpc-status': '5', 'grpc-message': 'unknown service' }),
    /^wrong-status: grpc-status 5, NOT_FOUND: no such service, unknown service$/,
  ],
  [
    'a server without a health service',
    trailersOnly({ 'grpc-status': '12' }),
    /^wrong-status: grpc-status 12, UNIMPLEMENTED/,
  ],
  [
    'SERVING that ends badly after all',
    replying(writeHealthReply(1), { 'grpc-status': '13' }),
    /^wrong-status: grpc-status 13, INTERNAL$/,
  ],
  ['HTTP 404', trailersOnly({ ':status': 404 }), /^wrong-status: HTTP 404, not 200$/],
  ['what is no gRPC', trailersOnly({}), /^bad-reply: no grpc-status/],
  [
    'a message cut short',
    replying(writeHealthReply(1).subarray(0, 6)),
    /^bad-reply: .* no HealthCheckResponse$/,
  ],
  ['a compressed message', replying(framed(Buffer.of(8, 1), 1)), /^bad-reply: /],
  ['an oversized message', replying(framed(Buffer.alloc(4096))), /^bad-reply: more than the 1024 octets/],
  ['silence', () => undefined, /^timeout: .*waiting for the response$/, HASTY],
  [
    'headers and no more',
    stream => stream.respond({ ':status': 200 }),
    /^timeout: .*reading the body$/,
    HASTY,
  ],
  [
    'a message that dribbles',
    stream => {
      stream.respond({ ':status': 200 })
      const timer = setInterval(() => stream.write(Buffer.of(0)), 20)
      stream.on('close', () => clearInterval(timer))
    },
    /^timeout: .*reading the body$/,
    HASTY,
  ],
  ['a stream that is reset', stream => stream.close(constants.NGHTTP2_REFUSED_STREAM), /^bad-reply: /],
  [
    'a connection sent away with an error',
    stream => stream.session?.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM),
    /^bad-reply: HTTP\/2 error 11$/,
  ],
  ['a connection that is closed', stream => stream.session?.destroy(), /^closed: /],
  [
    'a connection that is closed within the reply',
    stream => {
      stream.respond({ ':status': 200 })
      stream.write(Buffer.of(0), () => stream.session?.destroy())
    },
    /^(closed|bad-reply: Stream closed)/,
  ],
]

describe('the grpc probe', () => {
  afterEach(stopServers)

  for (const [title, serve, outcome, more] of ROWS)
    it(`judges ${title}`, async () => {
      const port = await http2Server(serve)
      expect(shown(await probe({ ...PLAIN, port, ...more }))).to.match(outcome)
    })

  it('asks for its service, with its authority and its deadline', async () => {
    let headers: IncomingHttpHeaders = {}
    let body = Buffer.alloc(0)
    const port = await http2Server((stream, received) => {
      headers = received
      stream.on('data', (chunk: Buffer) => (body = Buffer.concat([body, chunk])))
      stream.on('end', () => replying(writeHealthReply(1))(stream, received))
    })
    await probe({ ...PLAIN, port, target: 'shop.Cart', timeoutMs: 9_000 })
    expect(body.toString('latin1')).to.equal('\0\0\0\0\x0b\x0a\x09shop.Cart')
    expect(headers).to.include({
      ':method': 'POST',
      ':scheme': 'http',
      ':path': '/grpc.health.v1.Health/Check',
      ':authority': `shop.test:${port}`,
      'content-type': 'application/grpc',
      te: 'trailers',
      'grpc-timeout': '9000m',
    })
    await probe({ ...PLAIN, port, host: 'other.test' })
    expect(headers[':authority']).to.equal(`other.test:${port}`)
  })

  it('judges a server of HTTP/1', async () => {
    const port = await listen(createHttp1Server((_, response) => response.end('hello')))
    expect(shown(await probe({ ...PLAIN, port }))).to.match(/^bad-reply: /)
  })

  it('judges what speaks no HTTP at all', async () => {
    const port = await rawServer(answering('220 mail.test ESMTP\r\n'.repeat(10)))
    expect(shown(await probe({ ...PLAIN, port }))).to.match(/^bad-reply: /)
  })

  it('judges a server that takes connections and says nothing', async () => {
    const port = await rawServer(() => undefined)
    expect(shown(await probe({ ...PLAIN, port, ...HASTY }))).to.match(/^timeout: .*waiting for the response$/)
  })

  it('judges a port where nobody listens, and a host that does not answer', async () => {
    expect(shown(await probe({ ...PLAIN, port: await closedPort() }))).to.match(/^refused: /)
    expect(shown(await probe({ ...PLAIN, port: await blackHole(), ...HASTY }))).to.match(
      /^timeout: .*connecting$/,
    )
  })
})

describe('the messages of grpc.health.v1', () => {
  it('carry names longer than a length of one octet can say', () => {
    const request = writeHealthRequest('s'.repeat(200))
    expect([...request.subarray(0, 8)]).to.deep.equal([0, 0, 0, 0, 203, 0x0a, 0xc8, 0x01])
    expect(request).to.have.length(208)
  })

  it('leave out an empty name', () => {
    expect([...writeHealthRequest('')]).to.deep.equal([0, 0, 0, 0, 0])
  })

  const replies: readonly [string, readonly number[], string | undefined][] = [
    [
      'fields of every wire type before the status',
      [0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x1a, 2, 9, 9, 0x25, 1, 2, 3, 4, 8, 1],
      'SERVING',
    ],
    ['a status given twice: the last', [8, 2, 8, 1], 'SERVING'],
    ['a status in two octets', [8, 0x81, 0x00], 'SERVING'],
    ['a varint that does not end', [8, 0x80], undefined],
    ['a varint of eleven octets', [8, ...Array<number>(10).fill(0x80), 1], undefined],
    ['a field longer than the message', [0x1a, 9, 1], undefined],
    ['a group, which proto3 does not have', [0x0b], undefined],
  ]
  for (const [title, octets, status] of replies)
    it(`are read: ${title}`, () => {
      expect(readHealthResponse(framed(Buffer.from(octets)))).to.equal(status)
    })
})
