/** The probe `dns` against dns2's own server, and against ones that answer what no server should. */

import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { createServer as createTcpServer } from 'node:net'
import { expect } from 'chai'
import { createServer, type DnsHandler, Packet } from 'dns2'
import { parseAddress } from '../../../src/base/address.ts'
import {
  answering,
  cleanUp,
  HASTY_MS,
  LOOPBACK,
  listen,
  probe,
  rawServer,
  type SpecPart,
  shown,
  stopServers,
} from './servers.ts'

const NAME = 'live.shop.test'
const ADDRESSES: Readonly<Record<number, string>> = {
  [Packet.TYPE.A]: '192.0.2.7',
  [Packet.TYPE.AAAA]: '2001:db8::7',
}
const HASTY = { timeoutMs: HASTY_MS }

async function dnsServer(handle: DnsHandler, address = LOOPBACK): Promise<number> {
  const server = createServer({ udp: { type: address === LOOPBACK ? 'udp4' : 'udp6' }, tcp: false, handle })
  const { udp } = await server.listen({ udp: { port: 0, address } })
  cleanUp(() => server.close())
  return (udp as { port: number }).port
}

/** One address of each family for the name. */
const wellServer: DnsHandler = (request, send) => {
  const reply = Packet.createResponseFromRequest(request)
  const [question] = request.questions
  const address = ADDRESSES[question!.type]
  if (address === undefined || question!.name !== NAME) reply.header.rcode = Packet.RCODE.NXDOMAIN
  else reply.answers.push(Packet.createResourceFromQuestion(question!, { address, ttl: 60 }))
  send(reply)
}

const rcodeServer =
  (rcode: number): DnsHandler =>
  (request, send) => {
    const reply = Packet.createResponseFromRequest(request)
    reply.header.rcode = rcode
    send(reply)
  }

/** A server of raw datagrams on a port where TCP is free as well, or served by `overTcp`. */
async function datagrams(
  serve: (query: Buffer, send: (reply: Buffer) => void) => void,
  port = 0,
): Promise<number> {
  const socket: Socket = createSocket('udp4')
  socket.on('message', (query, { port: from, address }) =>
    serve(query, reply => socket.send(reply, from, address)),
  )
  socket.bind(port, LOOPBACK)
  await once(socket, 'listening')
  cleanUp(() => new Promise<void>(resolve => void socket.close(resolve)))
  return socket.address().port
}

/** The header of a reply to a query, its question left in place. */
function replyTo(query: Buffer, change: (reply: Buffer) => void): Buffer {
  const reply = Buffer.from(query)
  reply[2] = reply[2]! | 0x80
  change(reply)
  return reply
}

const truncate = (query: Buffer): Buffer => replyTo(query, reply => (reply[2] = reply[2]! | 0x02))

const expecting = (...texts: readonly string[]): Partial<SpecPart> => ({
  expect: { addresses: texts.map(text => parseAddress(text)!) },
})

const SERVED: readonly [string, DnsHandler, Partial<SpecPart>, RegExp][] = [
  ['NOERROR', wellServer, {}, /^ok: NOERROR, 1 addresses$/],
  ['a name written with its final dot', wellServer, { target: `${NAME}.` }, /^ok: /],
  ['an expected address', wellServer, expecting('198.51.100.1', '192.0.2.7'), /^ok: /],
  ['an expected IPv6 address', wellServer, expecting('2001:db8:0:0::7'), /^ok: /],
  [
    'the second family, where the first is not as expected',
    wellServer,
    expecting('192.0.2.99', '2001:db8::7'),
    /^ok: /,
  ],
  [
    'no expected address',
    wellServer,
    expecting('192.0.2.99'),
    /^wrong-answer: none of the 1 addresses is expected$/,
  ],
  ['none in either family', wellServer, expecting('192.0.2.99', '2001:db8::99'), /^wrong-answer: none/],
  [
    'no addresses where some are expected',
    rcodeServer(0),
    expecting('192.0.2.7'),
    /^wrong-answer: none of the 0/,
  ],
  ['NXDOMAIN', wellServer, { target: 'other.shop.test' }, /^wrong-answer: NXDOMAIN$/],
  ['SERVFAIL', rcodeServer(2), {}, /^wrong-answer: SERVFAIL$/],
  ['REFUSED', rcodeServer(5), {}, /^wrong-answer: REFUSED$/],
  ['silence', () => undefined, HASTY, /^timeout: .*waiting for the response$/],
]

describe('the dns probe', () => {
  afterEach(stopServers)

  for (const [title, handle, more, outcome] of SERVED)
    it(`judges ${title}`, async () => {
      const port = await dnsServer(handle)
      expect(shown(await probe({ kind: 'dns', target: NAME, port, ...more }))).to.match(outcome)
    })

  it('goes to IPv6 addresses as well', async () => {
    const port = await dnsServer(wellServer, '::1')
    expect(shown(await probe({ kind: 'dns', target: NAME, port }, '::1'))).to.match(/^ok: /)
  })

  it('judges a port where nobody listens', async () => {
    const socket = createSocket('udp4').bind(0, LOOPBACK)
    await once(socket, 'listening')
    const { port } = socket.address()
    await new Promise<void>(resolve => void socket.close(resolve))
    expect(shown(await probe({ kind: 'dns', target: NAME, port }))).to.match(/^refused: /)
  })

  // Each says SERVFAIL, so that to believe it would be to fail.
  const servfail = (message: Buffer): Buffer => {
    const changed = Buffer.from(message)
    changed[3] = 2
    return changed
  }
  const strays: readonly [string, (query: Buffer) => Buffer][] = [
    ['a datagram too short', () => Buffer.of(1, 2, 3)],
    ['a reply with another id', query => servfail(replyTo(query, reply => (reply[0] = reply[0]! ^ 0xff)))],
    ['a query, though it is its own', servfail],
    ['a reply to another question', query => servfail(replyTo(query, reply => (reply[13] = reply[13]! ^ 1)))],
  ]
  for (const [title, stray] of strays)
    it(`waits past ${title}`, async () => {
      const port = await datagrams((query, send) => {
        send(stray(query))
        send(replyTo(query, () => undefined))
      })
      expect(shown(await probe({ kind: 'dns', target: NAME, port }))).to.match(/^ok: /)
    })

  it('judges a reply whose records cannot be read', async () => {
    const port = await datagrams((query, send) => send(replyTo(query, reply => reply.writeUInt16BE(9, 6))))
    expect(shown(await probe({ kind: 'dns', target: NAME, port }))).to.match(/^bad-reply: /)
  })

  it('gives up on a name that dns2 cannot write', async () => {
    const port = await datagrams(() => undefined)
    const got = await probe({ kind: 'dns', target: 'a\\.b.test', port })
    expect(shown(got)).to.match(/^\(unaskable\): "a\\\.b\.test" cannot be asked for$/)
    const long = await probe({ kind: 'dns', target: `${'x'.repeat(70)}.test`, port })
    expect(shown(long)).to.match(/^\(unaskable\): /)
  })
})

describe('the dns probe, where the reply is cut short,', () => {
  afterEach(stopServers)

  const cut = (port: number): Promise<number> => datagrams((query, send) => send(truncate(query)), port)
  const framed = (message: Buffer): Buffer => Buffer.concat([Buffer.of(0, message.length), message])

  it('asks again over TCP', async () => {
    const port = await listen(
      createTcpServer(socket =>
        socket.on('data', query => {
          const reply = framed(replyTo(query.subarray(2), () => undefined))
          socket.write(reply.subarray(0, 20))
          setTimeout(() => socket.write(reply.subarray(20)), 5)
        }),
      ),
    )
    await cut(port)
    expect(shown(await probe({ kind: 'dns', target: NAME, port }))).to.match(/^ok: /)
  })

  const wrong: readonly [string, Parameters<typeof rawServer>[0], RegExp][] = [
    ['no reply', () => undefined, /^timeout: .*waiting for the response$/],
    ['half a reply', answering(Buffer.of(0, 40, 1)), /^timeout: /],
    ['the end', socket => socket.end(), /^closed: /],
    ['something else', answering(framed(Buffer.alloc(12))), /^bad-reply: over TCP came something else/],
  ]
  for (const [title, serve, outcome] of wrong)
    it(`judges ${title} there`, async () => {
      const port = await cut(await rawServer(serve))
      expect(shown(await probe({ kind: 'dns', target: NAME, port, ...HASTY }))).to.match(outcome)
    })

  it('judges TCP refused', async () => {
    const port = await cut(0)
    expect(shown(await probe({ kind: 'dns', target: NAME, port }))).to.match(/^refused: /)
  })
})
