/** The load, a process of its own: asks at a fixed rate whatever the server does, or as fast as it is answered, and
 *  writes down every query. Takes its orders as one JSON argument; knows no law. */

import { readFileSync } from 'node:fs'
import { dice } from '../bench/dice.ts'
import { kernel, type Messages, MSG_DONTWAIT, messages, openUdp, sleepPrecisely } from '../bench/kernel.ts'
import { queryBytes, Type } from '../tools/ask.ts'
import { newQueryLog, type QueryLog, writeQueryLog } from './query-log.ts'
import { sharedNowMs } from './timeline.ts'

export interface LoadOrders {
  readonly port: number
  readonly questions: readonly { readonly name: string; readonly subnet?: readonly number[] }[]
  readonly seconds: number
  /** Queries a second; 0: as fast as they are answered. */
  readonly rate: number
  readonly seed: number
  /** Where to write the log; empty for none. */
  readonly logPath: string
}

export interface LoadOutcome {
  readonly sent: number
  readonly answered: number
  readonly seconds: number
  readonly dropsThere: number
  readonly dropsHere: number
}

/** Enough for the kernel to spread them over the workers. */
const SOCKETS = 32
const BATCH = 64
const PACKET_BYTES = 512
const SOCKET_BUFFER_BYTES = 4 << 20
const SOL_SOCKET = 1
/** Past the host's limit, for those who may. */
const SO_RCVBUFFORCE = 33
/** Whoever was not given the core for longer does not make up for it: that burst would be nobody's traffic. */
const CATCH_UP_MS = 50
const IDS = 1 << 16
/** In the air per socket when it goes as fast as it can. */
const WINDOW = 16
/** How long after the end answers are waited for. */
const GRACE_MS = 5_000
const RATE_MAX = 400_000

class Load {
  sent = 0
  answered = 0
  strays = 0
  readonly log: QueryLog
  private readonly fds = Array.from({ length: SOCKETS }, () => 0)
  /** Per socket and id: the row of the log that waits for it, plus one. */
  private readonly waiting = new Uint32Array(SOCKETS * IDS)
  private readonly nextId = new Uint32Array(SOCKETS)
  private readonly inAir = new Uint32Array(SOCKETS)
  private readonly out: Messages = messages(BATCH, PACKET_BYTES)
  private readonly in: Messages = messages(BATCH, PACKET_BYTES)
  private readonly wires: Buffer[]
  private readonly roll: () => number

  constructor({ port, questions, seconds, rate, seed }: LoadOrders) {
    this.fds = this.fds.map(() => openUdp(port, SOCKET_BUFFER_BYTES))
    const size = new Uint8Array(Int32Array.of(SOCKET_BUFFER_BYTES).buffer)
    for (const fd of this.fds) kernel.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, size, size.length)
    this.wires = questions.map(({ name, subnet }) => wireOf(name, subnet))
    this.roll = dice(seed)
    this.log = newQueryLog(Math.ceil((rate === 0 ? RATE_MAX : rate) * seconds) + BATCH)
  }

  get pending(): number {
    return this.inAir.reduce((sum, count) => sum + count, 0)
  }

  room(socket: number): number {
    return WINDOW - this.inAir[socket]!
  }

  send(socket: number, count: number): void {
    const { memory, bufferAt, slotBytes, vectorWord } = this.out
    const wanted = Math.min(count, BATCH, this.log.count - this.sent)
    for (let i = 0; i < wanted; i++) {
      const question = Math.floor(this.roll() * this.wires.length)
      const wire = this.wires[question]!
      const at = bufferAt + i * slotBytes
      const id = this.nextId[socket]!++ & (IDS - 1)
      memory.bytes.set(wire, at)
      memory.bytes[at] = id >>> 8
      memory.bytes[at + 1] = id & 0xff
      memory.words[vectorWord + 4 * i + 2] = wire.length
      this.waiting[socket * IDS + id] = this.sent + 1
      this.log.question[this.sent] = question
      this.log.sentMs[this.sent++] = sharedNowMs()
    }
    const taken = Math.max(0, kernel.sendmmsg(this.fds[socket]!, memory.pointer, wanted, 0))
    this.inAir[socket]! += taken
    // What the kernel did not take was never asked.
    for (let i = taken; i < wanted; i++) {
      this.waiting[socket * IDS + (--this.nextId[socket]! & (IDS - 1))] = 0
      this.sent--
    }
  }

  receive(socket: number): number {
    const { memory, bufferAt, slotBytes, lengthWord } = this.in
    const got = kernel.recvmmsg(this.fds[socket]!, memory.pointer, BATCH, MSG_DONTWAIT, null)
    const nowMs = sharedNowMs()
    for (let i = 0; i < got; i++)
      this.land(socket, bufferAt + i * slotBytes, memory.words[lengthWord + 16 * i]!, nowMs)
    return Math.max(0, got)
  }

  private land(socket: number, at: number, sizeBytes: number, nowMs: number): void {
    const { bytes } = this.in.memory
    const place = socket * IDS + ((bytes[at]! << 8) | bytes[at + 1]!)
    const row = this.waiting[place]! - 1
    if (row < 0) {
      this.strays++
      return
    }
    this.waiting[place] = 0
    this.inAir[socket]!--
    this.answered++
    const { log } = this
    log.answeredMs[row] = nowMs
    log.rcode[row] = bytes[at + 3]! & 0x0f
    const reply = new DataView(bytes.buffer, bytes.byteOffset + at, sizeBytes)
    const count = reply.getUint16(6)
    let offset = 12
    while (bytes[at + offset] !== 0) offset += bytes[at + offset]! + 1
    offset += 5
    for (let i = 0; i < count && offset + 16 <= sizeBytes; i++) {
      // The owner is a pointer to the question; then type, class, TTL and length.
      const size = reply.getUint16(offset + 10)
      if (reply.getUint16(offset + 2) === Type.A) {
        const address = reply.getUint32(offset + 12)
        const nth = log.addressCount[row]!++
        if (nth === 0) log.first[row] = address
        if (nth === 1) log.second[row] = address
      }
      offset += 12 + size
    }
  }
}

function wireOf(name: string, subnet: readonly number[] | undefined): Buffer {
  const plain = queryBytes({ name, type: Type.A, ednsBytes: 1232 })
  if (subnet === undefined) return plain
  const option = Buffer.from([0, 8, 0, 4 + subnet.length, 0, 1, 8 * subnet.length, 0, ...subnet])
  plain.writeUInt16BE(option.length, plain.length - 2)
  return Buffer.concat([plain, option])
}

function run(orders: LoadOrders): LoadOutcome {
  const load = new Load(orders)
  sleepPrecisely()
  const perMs = orders.rate / 1_000
  const endMs = sharedNowMs() + orders.seconds * 1_000
  let dueFromMs = sharedNowMs()
  for (let socket = 0; ; socket = (socket + 1) % SOCKETS) {
    const nowMs = sharedNowMs()
    if (nowMs - dueFromMs > CATCH_UP_MS) dueFromMs = nowMs - CATCH_UP_MS
    const due = Math.min(BATCH, Math.floor((Math.min(nowMs, endMs) - dueFromMs) * perMs))
    if (due > 0) {
      load.send(socket, due)
      dueFromMs += due / perMs
    }
    let got = 0
    for (let i = 0; i < SOCKETS; i++) {
      got += load.receive(i)
      if (orders.rate === 0 && nowMs < endMs && load.room(i) > 0) load.send(i, load.room(i))
    }
    if (nowMs >= endMs && (load.pending === 0 || nowMs >= endMs + GRACE_MS)) break
    if (got === 0 && due < BATCH) kernel.usleep(orders.rate > 0 ? 200 : 20)
  }
  if (orders.logPath !== '') writeQueryLog(orders.logPath, load.log, load.sent, load.strays)
  const { sent, answered } = load
  return { sent, answered, seconds: orders.seconds, ...dropsAt(orders.port) }
}

/** What the kernel threw away because nobody took it in time: before the server, and before us. */
function dropsAt(port: number): Pick<LoadOutcome, 'dropsThere' | 'dropsHere'> {
  const hex = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  let [dropsThere, dropsHere] = [0, 0]
  for (const line of readFileSync('/proc/net/udp', 'latin1').split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/)
    const drops = Number(fields.at(-1) ?? 0)
    if (fields[1]?.endsWith(hex) === true) dropsThere += drops
    if (fields[2]?.endsWith(hex) === true) dropsHere += drops
  }
  return { dropsThere, dropsHere }
}

const [, , argument] = process.argv
if (argument === undefined) throw new Error('the load takes its orders as JSON')
console.log(JSON.stringify(run(JSON.parse(argument) as LoadOrders)))
