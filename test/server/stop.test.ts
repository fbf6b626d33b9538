/** The way out: what was asked before the signal is answered. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect } from 'chai'
import { queryBytes, Type } from '../tools/ask.ts'
import { Meridian, stopAll, zoneText } from './meridian.ts'

const ZONES = { 'shop.test.zone': zoneText(1) }
const QUERIES = 300

function framed(query: Buffer): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(query.length)
  return Buffer.concat([length, query])
}

function queries(): Buffer[] {
  return Array.from({ length: QUERIES }, (_, id) => queryBytes({ id, name: 'www.shop.test', type: Type.A }))
}

describe('a stopped server', () => {
  afterEach(stopAll)

  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    it(`leaves with code 0 and says so (${signal})`, async () => {
      const server = await Meridian.start(ZONES)
      server.signal(signal)
      expect(await server.ended()).to.equal(0)
      expect(server.log.at(-1)).to.include({ msg: 'stopped', restarts: 0 })
    })

  for (const udp of ['native', 'dgram'])
    it(`has answered every datagram that came before the signal (--udp ${udp})`, async () => {
      const server = await Meridian.start(ZONES, ['--listen', '127.0.0.1:0', '--workers', '2', '--udp', udp])
      const client = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 })
      client.connect(server.port(), '127.0.0.1')
      await once(client, 'connect')
      const answered = new Set<number>()
      client.on('message', reply => answered.add(reply.readUInt16BE(0)))
      client.on('error', () => undefined)
      // The last one's callback comes when the kernel has them all.
      await new Promise(resolve => {
        for (const query of queries()) client.send(query, resolve)
      })
      server.signal('SIGTERM')
      expect(await server.ended()).to.equal(0)
      while (answered.size < QUERIES && (await Promise.race([once(client, 'message'), pause(500)])));
      client.close()
      expect(answered.size).to.equal(QUERIES)
    })

  it('has answered every query that a TCP client sent before the signal, then closes', async () => {
    const server = await Meridian.start(ZONES)
    const client = connect(server.port(), '127.0.0.1')
    await once(client, 'connect')
    let received = 0
    client.on('data', chunk => (received += chunk.length))
    await new Promise<void>(resolve => client.write(Buffer.concat(queries().map(framed)), () => resolve()))
    server.signal('SIGTERM')
    await once(client, 'close')
    expect(await server.ended()).to.equal(0)
    const one = framed(queries()[0]!)
    expect(received).to.be.greaterThan(QUERIES * one.length)
    expect(received % QUERIES).to.equal(0)
  })

  it('does not wait for a TCP client that just sits there', async () => {
    const server = await Meridian.start(ZONES)
    const client = connect({ port: server.port(), host: '127.0.0.1', allowHalfOpen: true })
    client.on('error', () => undefined)
    await once(client, 'connect')
    client.resume()
    server.signal('SIGTERM')
    expect(await server.ended()).to.equal(0)
    client.destroy()
  })

  it('leaves at once at a second signal', async () => {
    const server = await Meridian.start(ZONES)
    const client = connect({ port: server.port(), host: '127.0.0.1', allowHalfOpen: true })
    client.on('error', () => undefined)
    await once(client, 'connect')
    server.signal('SIGTERM')
    await server.logged(line => line.msg.startsWith('stopping'))
    server.signal('SIGTERM')
    expect(await server.ended()).to.equal(0)
    expect(server.log.at(-1)!.msg).to.not.equal('stopped')
    client.destroy()
  })
})

function pause(ms: number): Promise<undefined> {
  return new Promise(resolve => setTimeout(() => resolve(undefined), ms))
}
