/** The ring between a worker and whoever observes: whatever sizes and speeds, what is read is what was written, in its
 *  order, and what found no room is counted. */
import { expect } from 'chai'
import fc from 'fast-check'
import {
  newTapRing,
  TapMark,
  type TapPeers,
  TapProtocol,
  TapReader,
  TapWriter,
} from '../../src/base/tap-ring.ts'

const RING_BYTES = 4_096

interface Message {
  readonly query: Uint8Array
  readonly reply: Uint8Array
  /** Where in its buffer it lies. */
  readonly at: number
  readonly family: 4 | 6
  readonly clientPort: number
  readonly localPort: number
}

type Step = { readonly write: Message } | { readonly publish: true } | { readonly read: number }

const arbitraryMessage: fc.Arbitrary<Message> = fc.record({
  query: fc.uint8Array({ maxLength: 300 }),
  reply: fc.uint8Array({ maxLength: 600 }),
  at: fc.nat(7),
  family: fc.constantFrom(4, 6),
  clientPort: fc.nat(65_535),
  localPort: fc.nat(65_535),
})

const arbitraryStep: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.record({ write: arbitraryMessage }), weight: 6 },
  { arbitrary: fc.constant({ publish: true as const }), weight: 2 },
  { arbitrary: fc.record({ read: fc.integer({ min: 1, max: 6 }) }), weight: 2 },
)

const ADDRESS = Uint8Array.from({ length: 32 }, (_, i) => 200 - i)

function peersOf({ family, clientPort, localPort }: Message): TapPeers {
  const protocol = TapProtocol.Udp
  return { family, protocol, client: ADDRESS, clientAt: 1, clientPort, local: ADDRESS, localAt: 5, localPort }
}

/** The message grows in the buffer of its query, as in a worker. */
function write(writer: TapWriter, message: Message): boolean {
  const packet = new Uint8Array(1_024)
  packet.set(message.query, message.at)
  if (!writer.begin(packet, message.at, message.query.length, 600)) return false
  packet.set(message.reply, message.at)
  writer.finish(packet, message.at, message.reply.length, TapMark.Message, 7, peersOf(message))
  return true
}

function read(reader: TapReader): unknown {
  const part = (at: number, length: number): string =>
    Buffer.from(reader.octets).toString('hex', at, at + length)
  const { family, clientPort, localPort, marks, version, queryMs, replyMs } = reader
  const addressBytes = family === 4 ? 4 : 16
  return {
    query: part(reader.queryAt, reader.queryBytes),
    reply: part(reader.replyAt, reader.replyBytes),
    client: part(reader.clientAt, addressBytes),
    local: part(reader.localAt, addressBytes),
    family,
    clientPort,
    localPort,
    marks,
    version,
    queryMs,
    replyMs,
  }
}

function expected({ query, reply, family, clientPort, localPort }: Message, queryMs: number): unknown {
  const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')
  const addressBytes = family === 4 ? 4 : 16
  return {
    query: hex(query),
    reply: hex(reply),
    client: hex(ADDRESS.subarray(1, 1 + addressBytes)),
    local: hex(ADDRESS.subarray(5, 5 + addressBytes)),
    family,
    clientPort,
    localPort,
    marks: TapMark.Message,
    version: 7,
    queryMs,
    replyMs: queryMs + 0.25,
  }
}

describe('the tap ring', () => {
  it('hands over what was published, as it was, in order, and counts the rest', () => {
    fc.assert(
      fc.property(fc.array(arbitraryStep, { maxLength: 200 }), steps => {
        const ring = newTapRing(RING_BYTES)
        const writer = new TapWriter(ring)
        const reader = new TapReader(ring)
        const unpublished: Message[] = []
        const due: unknown[] = []
        let dropped = 0
        let atMs = 1_000
        for (const step of steps) {
          if ('write' in step) {
            if (write(writer, step.write)) unpublished.push(step.write)
            else dropped++
          } else if ('publish' in step) {
            atMs += 1.5
            writer.publish(atMs, atMs + 0.25)
            due.push(...unpublished.splice(0).map(message => expected(message, atMs)))
          } else {
            for (let i = 0; i < step.read && reader.next(); i++)
              expect(read(reader)).to.deep.equal(due.shift())
          }
        }
        while (reader.next()) expect(read(reader)).to.deep.equal(due.shift())
        expect(due).to.deep.equal([])
        expect(reader.dropped).to.equal(dropped)
      }),
      { numRuns: 300 },
    )
  })

  it('drops when it is full and goes on when there is room again', () => {
    const ring = newTapRing(RING_BYTES)
    const writer = new TapWriter(ring)
    const reader = new TapReader(ring)
    const message: Message = {
      query: new Uint8Array(200),
      reply: new Uint8Array(200),
      at: 0,
      family: 4,
      clientPort: 1,
      localPort: 2,
    }
    let written = 0
    while (write(writer, message)) written++
    expect(written).to.be.within(5, 8)
    expect(write(writer, message)).to.equal(false)
    expect(reader.dropped).to.equal(2)
    writer.publish(1, 2)
    let taken = 0
    while (reader.next()) taken++
    expect(taken).to.equal(written)
    expect(write(writer, message)).to.equal(true)
  })

  it('is taken over by the next writer, without what the last one never published', () => {
    const ring = newTapRing(RING_BYTES)
    const first = new TapWriter(ring)
    const message = (clientPort: number): Message => ({
      query: Uint8Array.of(clientPort),
      reply: new Uint8Array(0),
      at: 0,
      family: 6,
      clientPort,
      localPort: 0,
    })
    write(first, message(1))
    first.publish(1, 1)
    write(first, message(2))
    const second = new TapWriter(ring)
    write(second, message(3))
    second.publish(1, 1)
    const reader = new TapReader(ring)
    const ports: number[] = []
    while (reader.next()) ports.push(reader.clientPort)
    expect(ports).to.deep.equal([1, 3])
  })
})
