/** TCP clients: the well-behaved are served fast, the others cannot hurt them. */
import { expect } from 'chai'
import { Counter } from '../../src/base/counters.ts'
import { clientOf } from '../../src/serve/stream-server.ts'
import { message, StreamClient, TestStream } from './stream-client.ts'

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i)
}

describe('a TCP client', () => {
  let stream: TestStream
  const open = async (...options: Parameters<typeof TestStream.open>): Promise<StreamClient> => {
    stream = await TestStream.open(...options)
    return stream.client()
  }
  afterEach(() => stream.close())

  it('may send a thousand queries in one segment', async () => {
    const client = await open()
    await client.write(Buffer.concat(range(1000).map(id => message(id, 12 + (id % 50)))))
    expect(await client.ids(1000)).to.deep.equal(range(1000))
  })

  it('may split its messages at any octet', async () => {
    const client = await open()
    const two = Buffer.concat([message(1, 30), message(2, 17)])
    for (let at = 1; at < two.length; at++) {
      await client.write(two.subarray(0, at))
      // The rest goes out once the server has had time to read the beginning.
      await new Promise(resolve => setTimeout(resolve, 2))
      await client.write(two.subarray(at))
      expect(await client.ids(2)).to.deep.equal([1, 2])
    }
  })

  it('may send octet by octet', async () => {
    const client = await open()
    for (const octet of Buffer.concat([message(7), message(8)])) await client.write(Uint8Array.of(octet))
    expect(await client.ids(2)).to.deep.equal([7, 8])
  })

  it('may send and get the largest message', async () => {
    const client = await open()
    await client.write(Buffer.concat([message(1, 65_535), message(2), message(3, 257, 255)]))
    await client.ids(0)
    const ids = await client.ids(3)
    expect(ids).to.deep.equal([1, 2, 3])
  })

  it('that ends its half still gets every reply, then the end (RFC 7766 §6.2.4)', async () => {
    const client = await open()
    client.socket.end(Buffer.concat(range(50).map(id => message(id, 100, 100))))
    expect(await client.ids(50)).to.deep.equal(range(50))
    await client.dismissed
  })

  it('is dismissed after its share of queries, every one answered', async () => {
    const client = await open({ queriesPerConnectionMax: 5 })
    await client.write(Buffer.concat(range(9).map(id => message(id))))
    expect(await client.ids(9)).to.deep.equal(range(5))
    await client.dismissed
  })

  for (const [what, octets] of [
    ['an empty message', Buffer.of(0, 0)],
    ['less than a header', Buffer.of(0, 3, 1, 2, 3)],
    ['a response', Buffer.concat([Buffer.of(0, 12, 0, 1, 0x80, 0), Buffer.alloc(8)])],
  ] as const)
    it(`is dismissed for ${what}, after its replies`, async () => {
      const client = await open()
      await client.write(Buffer.concat([message(1), octets, message(2)]))
      expect(await client.ids(2)).to.deep.equal([1])
      await client.dismissed
    })

  it('is dismissed when idle, also before its first query', async () => {
    const client = await open({}, 100)
    const silent = await stream.client()
    await client.write(message(1))
    expect(await client.ids(1)).to.deep.equal([1])
    await Promise.all([client.dismissed, silent.dismissed])
    expect(stream.counters[Counter.TcpClosedIdle]).to.equal(2)
  })

  it('is not idle while it asks', async () => {
    const client = await open({}, 400)
    for (let id = 0; id < 20; id++) {
      await client.write(message(id))
      expect(await client.ids(1)).to.deep.equal([id])
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    expect(client.isDismissed).to.equal(false)
  })

  it('that dribbles one message for too long is cut off, others are not', async () => {
    const dribbler = await open({ messageTimeoutMs: 300 })
    const honest = await stream.client()
    const octets = message(1, 200)
    for (let at = 0; at < octets.length && !dribbler.isDismissed; at++) {
      await dribbler.write(octets.subarray(at, at + 1))
      await new Promise(resolve => setTimeout(resolve, 20))
    }
    expect(dribbler.isDismissed).to.equal(true)
    await honest.write(message(2))
    expect(await honest.ids(1)).to.deep.equal([2])
  })

  it('that does not read is not read from either, and cut off in the end; others are served', async () => {
    const slow = await open({ pendingReplyBytesMax: 65_536, writeTimeoutMs: 1_000 })
    const honest = await stream.client()
    slow.socket.pause()
    const batch = Buffer.concat(range(100).map(id => message(id, 250, 255)))
    // One batch many times over: for us a list of references, for a server that keeps reading 75 MB.
    for (let i = 0; i < 3_000; i++) slow.socket.write(batch)
    for (let id = 0; id < 10; id++) {
      await honest.write(message(id))
      expect(await honest.ids(1)).to.deep.equal([id])
    }
    await until(() => stream.counters[Counter.TcpOpen] === 1)
    // A few reads until its replies stuck, then none: the rest waited in the kernel and with the client.
    expect(stream.sockets[0]!.bytesRead).to.be.below(1 << 20)
    expect(honest.isDismissed).to.equal(false)
  })

  for (const end of [false, true])
    it(`that reads late${end ? ' and has ended its half' : ''} gets every reply, unharmed`, async () => {
      const client = await open({ pendingReplyBytesMax: 65_536 })
      const other = await stream.client()
      client.socket.pause()
      await client.write(Buffer.concat(range(600).map(id => message(id, 250, 255))))
      if (end) client.socket.end()
      // Meanwhile others' replies pass through the memory in which ours were made.
      for (let id = 0; id < 100; id++) {
        await other.write(message(id, 300, 200))
        await other.ids(1)
      }
      client.socket.resume()
      for (let id = 0; id < 600; id++) expect(copiedIds(await client.reply(), 250)).to.deep.equal([id])
      if (end) await client.dismissed
    })
})

/** The IDs found where the copies of the query begin: one, if nobody else wrote there. */
function copiedIds(reply: Buffer | undefined, queryBytes: number): number[] {
  const ids = new Set<number>()
  for (let at = 0; at < (reply?.length ?? 0); at += queryBytes) ids.add(reply!.readUInt16BE(at))
  return [...ids]
}

describe('a crowd of TCP clients', () => {
  let stream: TestStream
  afterEach(() => stream.close())

  it('from one address gets its share and no more', async () => {
    stream = await TestStream.open({ connectionsPerClientMax: 3 })
    const first = await Promise.all(range(3).map(() => stream.client('127.0.0.2')))
    const surplus = await stream.client('127.0.0.2')
    await surplus.dismissed
    expect(stream.counters[Counter.TcpRefused]).to.equal(1)
    const other = await stream.client('127.0.0.3')
    await other.write(message(1))
    expect(await other.ids(1)).to.deep.equal([1])
    // A place that was given up can be had again.
    first[0]!.socket.destroy()
    await until(() => stream.counters[Counter.TcpOpen] === 3)
    const again = await stream.client('127.0.0.2')
    await again.write(message(2))
    expect(await again.ids(1)).to.deep.equal([2])
  })

  it('cannot keep a newcomer out: who has been idle longest goes', async () => {
    stream = await TestStream.open({ connectionsMax: 3 })
    const old: StreamClient[] = []
    for (let id = 0; id < 3; id++) {
      const client = await stream.client()
      await client.write(message(id))
      await client.ids(1)
      old.push(client)
      await new Promise(resolve => setTimeout(resolve, 5))
    }
    await old[0]!.write(message(9))
    await old[0]!.ids(1)
    const newcomer = await stream.client()
    await newcomer.write(message(4))
    expect(await newcomer.ids(1)).to.deep.equal([4])
    await old[1]!.dismissed
    expect(old.map(client => client.isDismissed)).to.deep.equal([false, true, false])
  })

  it('of dribblers cannot keep a newcomer out either', async () => {
    stream = await TestStream.open({ connectionsMax: 4 })
    for (const client of await Promise.all(range(4).map(() => stream.client())))
      await client.write(Buffer.of(0, 200, 1))
    await new Promise(resolve => setTimeout(resolve, 20))
    const newcomer = await stream.client()
    await newcomer.write(message(5))
    expect(await newcomer.ids(1)).to.deep.equal([5])
  })

  it('makes idle ones leave sooner', async () => {
    stream = await TestStream.open({ connectionsMax: 4 }, 60_000)
    const crowd = await Promise.all(range(4).map(() => stream.client()))
    await Promise.race(crowd.map(client => client.dismissed))
    expect(stream.counters[Counter.TcpClosedIdle]).to.be.greaterThan(0)
  })

  it('is told apart by IPv4 address and by IPv6 /64', () => {
    expect(clientOf('192.0.2.1')).to.not.equal(clientOf('192.0.2.2'))
    expect(clientOf('2001:db8:0:1::1')).to.equal(clientOf('2001:db8:0:1:ffff::2'))
    expect(clientOf('2001:db8:0:1::1')).to.not.equal(clientOf('2001:db8:0:2::1'))
    expect(clientOf('fe80::1%eth0')).to.equal(clientOf('fe80::2'))
  })
})

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(resolve => setTimeout(resolve, 5))
}
