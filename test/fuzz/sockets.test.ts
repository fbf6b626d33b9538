/** The same spoiled packets over real sockets against the real process: it answers what deserves an answer, stays
 *  alive, and its memory stays flat. `FUZZ_SOCKET_COUNT` sets how many datagrams; TCP gets a fortieth as many
 *  connections. `FUZZ_SEED` repeats a run. */

import { createSocket, type Socket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { expect } from 'chai'
import { readQuestion } from '../answers/served.ts'
import { Dice, seedFrom } from '../differential/dice.ts'
import { type Server, startMeridian } from '../differential/servers.ts'
import { askTcp, askUdp } from '../tools/ask.ts'
import { GOOD_QUERIES, ZONES, zoneFile } from './corpus.ts'
import { objectionTo } from './judge-reply.ts'
import { mutate } from './mutate.ts'

const BATCH = 50
const PATIENCE_MS = 1_000
/** The collector may wait for a while before it returns what it has. */
const GROWTH_BYTES_MAX = 48 * 1024 * 1024

describe('mutated packets over sockets', () => {
  const seed = seedFrom('FUZZ_SEED')
  const count = Number(process.env['FUZZ_SOCKET_COUNT'] ?? 20_000)
  let server: Server

  before(async () => {
    const zones = Object.keys(ZONES).map(apex => ({ apex: `${apex}.`, text: zoneFile(apex) }))
    server = await startMeridian(zones)
  })

  after(() => server.stop())

  it(`${count} datagrams (FUZZ_SEED=${seed})`, async function () {
    this.timeout(60_000 + count * 10)
    const complaints = await growsNot(server, share => floodUdp(server.port, new Dice(seed), count * share))
    expect(complaints.length, complaints.slice(0, 5).join('\n')).to.equal(0)
    await answersStill(server)
  })

  it(`${count / 40} TCP connections (FUZZ_SEED=${seed})`, async function () {
    this.timeout(60_000 + count * 10)
    const complaints = await growsNot(server, share =>
      floodTcp(server.port, new Dice(seed ^ 0x7c9), Math.ceil((count / 40) * share)),
    )
    expect(complaints.length, complaints.slice(0, 5).join('\n')).to.equal(0)
    await answersStill(server)
  })
})

/** Runs a third to warm up, then the rest, and compares the memory. */
async function growsNot(server: Server, flood: (share: number) => Promise<string[]>): Promise<string[]> {
  const first = await flood(1 / 3)
  const before = residentBytes(server.pid)
  const rest = await flood(2 / 3)
  const growth = residentBytes(server.pid) - before
  expect(growth, 'growth of the resident set in octets').to.be.below(GROWTH_BYTES_MAX)
  return [...first, ...rest]
}

async function answersStill(server: Server): Promise<void> {
  const { packet } = readQuestion('www.shop.test A')
  expect(server.isAlive(), server.log()).to.equal(true)
  const [overTcp] = await askTcp(server.port, [packet])
  for (const reply of [await askUdp(server.port, packet), overTcp]) {
    expect(reply?.readUInt16BE(6), 'records in the answer').to.equal(1)
  }
}

/** Pages of the whole process; 0 where the kernel does not tell. */
function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * 4096
  } catch {
    return 0
  }
}

//------------ UDP ------------

async function floodUdp(port: number, dice: Dice, count: number): Promise<string[]> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 })
  await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve))
  const complaints: string[] = []
  try {
    for (let sent = 0; sent < count; sent += BATCH) {
      const packets = Array.from({ length: BATCH }, () => mutate(dice, GOOD_QUERIES))
      complaints.push(...(await tryBatch(socket, port, packets)))
    }
  } finally {
    await new Promise<void>(resolve => socket.close(() => resolve()))
  }
  return complaints
}

/** The id says which reply belongs to which packet; who stays silent though a reply is due is asked once more. */
async function tryBatch(socket: Socket, port: number, packets: readonly Buffer[]): Promise<string[]> {
  packets.forEach((packet, id) => {
    if (packet.length >= 2) packet.writeUInt16BE(id, 0)
  })
  const replies = new Map<number, Buffer>()
  for (let attempt = 0; attempt < 2; attempt++) {
    const due = packets.filter(packet => isDue(packet) && !replies.has(packet.readUInt16BE(0)))
    const others = attempt === 0 ? packets.filter(packet => !isDue(packet)) : []
    if (due.length === 0 && others.length === 0) break
    await exchange(socket, port, [...others, ...due], due.length, replies)
  }
  const complaints = packets.map((packet, id) => ({
    packet,
    objection: objectionTo(packet, replies.get(id), 'udp'),
  }))
  return complaints.flatMap(({ packet, objection }) =>
    objection === undefined ? [] : [`${objection}: ${packet.toString('hex')}`],
  )
}

function isDue(packet: Buffer): boolean {
  return packet.length >= 12 && (packet[2]! & 0x80) === 0
}

function exchange(
  socket: Socket,
  port: number,
  packets: readonly Buffer[],
  dueCount: number,
  replies: Map<number, Buffer>,
): Promise<void> {
  return new Promise(resolve => {
    const target = replies.size + dueCount
    const finish = (): void => {
      clearTimeout(timer)
      socket.removeListener('message', take)
      resolve()
    }
    const take = (reply: Buffer): void => {
      if (reply.length >= 2) replies.set(reply.readUInt16BE(0), reply)
      if (replies.size >= target) finish()
    }
    const timer = setTimeout(finish, PATIENCE_MS)
    socket.on('message', take)
    for (const packet of packets) socket.send(packet, port, '127.0.0.1')
    if (dueCount === 0) finish()
  })
}

//------------ TCP ------------

async function floodTcp(port: number, dice: Dice, connections: number): Promise<string[]> {
  const complaints: string[] = []
  for (let i = 0; i < connections; i++) {
    const frames = Array.from({ length: dice.between(1, 6) }, () => mutate(dice, GOOD_QUERIES))
    complaints.push(...(await tryConnection(port, dice, frames)))
  }
  return complaints
}

const Ending = { HalfClose: 0, Reset: 1, FalseLength: 2, CutShort: 3, Noise: 4 } as const

/** Right frames first, then one of the ways in which clients go wrong. */
async function tryConnection(port: number, dice: Dice, packets: readonly Buffer[]): Promise<string[]> {
  packets.forEach((packet, id) => {
    if (packet.length >= 2) packet.writeUInt16BE(id, 0)
  })
  const ending = dice.below(5)
  const stream = Buffer.concat([...packets.map(framed), badEnd(ending, dice)])
  const replies = await talk(port, stream, ending === Ending.Reset, dice)
  const due = dueBeforeSilence(packets)
  if (ending === Ending.HalfClose && replies.length < due)
    return [`TCP: ${replies.length} replies, ${due} are due`]
  return replies.flatMap(reply => {
    const packet = packets[reply.length < 2 ? -1 : reply.readUInt16BE(0)]
    // What comes after the false frame may be read as anything; it must still be a reply to something.
    if (packet === undefined) return []
    const objection = objectionTo(packet, reply, 'tcp')
    return objection === undefined ? [] : [`TCP: ${objection}: ${packet.toString('hex')}`]
  })
}

/** What deserves no answer over TCP ends the stream: whoever sends it has lost its framing. */
function dueBeforeSilence(packets: readonly Buffer[]): number {
  const silent = packets.findIndex(packet => !isDue(packet))
  return silent < 0 ? packets.length : silent
}

function framed(packet: Buffer): Buffer {
  const size = Buffer.alloc(2)
  size.writeUInt16BE(packet.length, 0)
  return Buffer.concat([size, packet])
}

function badEnd(ending: number, dice: Dice): Buffer {
  const good = framed(Buffer.from(dice.pick(GOOD_QUERIES)))
  good.writeUInt16BE(0xff00 | dice.below(256), 2)
  if (ending === Ending.FalseLength) good.writeUInt16BE(dice.pick([0, 1, 11, 12, 13, 0xffff]), 0)
  if (ending === Ending.CutShort) return good.subarray(0, dice.below(good.length))
  return ending === Ending.Noise ? dice.bytes(dice.between(1, 2_000)) : Buffer.alloc(0)
}

/** Sends the stream in random pieces, then ends it; resolves with the whole replies that came. */
function talk(port: number, stream: Buffer, resets: boolean, dice: Dice): Promise<Buffer[]> {
  return new Promise(resolve => {
    let received = Buffer.alloc(0)
    const socket = connect(port, '127.0.0.1')
    const timer = setTimeout(() => socket.destroy(), PATIENCE_MS)
    socket.on('data', chunk => {
      received = Buffer.concat([received, chunk])
    })
    socket.on('error', () => socket.destroy())
    socket.once('close', () => {
      clearTimeout(timer)
      resolve(unframed(received))
    })
    for (let at = 0; at < stream.length; ) {
      const size = dice.pick([1, 2, 3, 20, 100, 2_000])
      socket.write(stream.subarray(at, at + size))
      at += size
    }
    if (resets) socket.once('connect', () => socket.resetAndDestroy())
    else socket.end()
  })
}

function unframed(stream: Buffer): Buffer[] {
  const replies: Buffer[] = []
  for (let at = 0; at + 2 <= stream.length; ) {
    const end = at + 2 + stream.readUInt16BE(at)
    if (end > stream.length) break
    replies.push(stream.subarray(at + 2, end))
    at = end
  }
  return replies
}
