/** What is in the air: for every socket a row of slots, each with the query it carries, its id and when it left.
 *  Sends and receives in batches and judges the answers. Knows no pace: closed and open loop stand on it. */

import {
  type Arena,
  arena,
  kernel,
  type Messages,
  MSG_DONTWAIT,
  messages,
  openUdp,
  pointAt,
} from './kernel.ts'
import { Latencies } from './latencies.ts'
import { Kind, type QueryFile } from './queries.ts'

export interface Tally {
  sent: number
  answered: number
  /** No answer in time. */
  lost: number
  /** An id nobody waits for: late or doubled. */
  stray: number
  /** Wrong rcode, wrong question or wrong content. */
  wrong: number
  firstWrong: string
}

const REPLY_BYTES = 1536
const SOCKET_BUFFER_BYTES = 4 << 20
/** Every so many answers one is looked at down to its address. */
const CLOSE_LOOK_EVERY = 64
const FREE = -1

export class Flight {
  readonly tally: Tally = { sent: 0, answered: 0, lost: 0, stray: 0, wrong: 0, firstWrong: '' }
  readonly latencies = new Latencies()
  readonly sockets: number
  readonly slots: number
  readonly #queries: QueryFile
  readonly #wire: Arena
  readonly #fds: Int32Array
  readonly #incoming: Messages
  readonly #outgoing: Messages
  /** Per slot of each socket: when it was due, or FREE; its query; its id. */
  readonly #sentMs: Float64Array
  readonly #queryOf: Uint32Array
  readonly #idOf: Uint16Array
  /** Per socket a stack of free slots. */
  readonly #freeSlots: Uint16Array
  readonly #freeCount: Uint32Array
  readonly #idStep: number
  #nextQuery = 0
  #queued = 0

  /** `slots` per socket is a power of two. */
  constructor(port: number, queries: QueryFile, sockets: number, slots: number, batch: number) {
    this.sockets = sockets
    this.slots = slots
    this.#queries = queries
    this.#wire = arena(queries.wire.length)
    this.#wire.bytes.set(queries.wire)
    this.#fds = Int32Array.from({ length: sockets }, () => openUdp(port, SOCKET_BUFFER_BYTES))
    this.#incoming = messages(batch, REPLY_BYTES)
    this.#outgoing = messages(batch, 0)
    this.#sentMs = new Float64Array(sockets * slots).fill(FREE)
    this.#queryOf = new Uint32Array(sockets * slots)
    this.#idOf = Uint16Array.from({ length: sockets * slots }, (_, index) => index % slots)
    this.#freeSlots = Uint16Array.from({ length: sockets * slots }, (_, index) => index % slots)
    this.#freeCount = new Uint32Array(sockets).fill(slots)
    this.#idStep = slots
  }

  freeSlots(socket: number): number {
    return this.#freeCount[socket]!
  }

  inFlight(): number {
    return this.sockets * this.slots - this.#freeCount.reduce((sum, count) => sum + count, 0)
  }

  /** Takes a free slot and readies the next query in it; `flush` sends it. */
  enqueue(socket: number, dueMs: number): void {
    const free = --this.#freeCount[socket]!
    const slot = this.#freeSlots[socket * this.slots + free]!
    const index = socket * this.slots + slot
    const query = this.#nextQuery
    this.#nextQuery = query + 1 === this.#queries.count ? 0 : query + 1
    // The low bits name the slot; the high bits change with every use, so that a late answer is known as one.
    const id = (this.#idOf[index]! + this.#idStep) & 0xffff
    this.#idOf[index] = id
    this.#queryOf[index] = query
    this.#sentMs[index] = dueMs
    const at = this.#queries.offsets[query]!
    this.#wire.bytes[at] = id >>> 8
    this.#wire.bytes[at + 1] = id & 0xff
    pointAt(this.#outgoing, this.#queued++, this.#wire.address + at, this.#queries.offsets[query + 1]! - at)
  }

  queueIsFull(): boolean {
    return this.#queued === this.#outgoing.count
  }

  flush(socket: number): void {
    if (this.#queued === 0) return
    const sent = kernel.sendmmsg(this.#fds[socket]!, this.#outgoing.memory.pointer, this.#queued, 0)
    // What was not taken stays in the air and is counted as lost when its time is up.
    this.tally.sent += Math.max(0, sent)
    this.#queued = 0
  }

  /** Takes in what has come, at most a batch. */
  receive(socket: number, nowMs: () => number, latencies: Latencies): number {
    const { memory, bufferAt, slotBytes, lengthWord } = this.#incoming
    const got = kernel.recvmmsg(this.#fds[socket]!, memory.pointer, this.#incoming.count, MSG_DONTWAIT, null)
    if (got <= 0) return 0
    const now = nowMs()
    for (let i = 0; i < got; i++)
      this.#land(socket, bufferAt + i * slotBytes, memory.words[lengthWord + 16 * i]!, now, latencies)
    return got
  }

  #land(socket: number, at: number, length: number, now: number, latencies: Latencies): void {
    const { bytes } = this.#incoming.memory
    const id = (bytes[at]! << 8) | bytes[at + 1]!
    const slot = id & (this.slots - 1)
    const index = socket * this.slots + slot
    if (this.#sentMs[index] === FREE || this.#idOf[index] !== id) {
      this.tally.stray++
      return
    }
    latencies.add((now - this.#sentMs[index]!) * 1000)
    this.#release(socket, index, slot)
    this.tally.answered++
    const query = this.#queryOf[index]!
    const rcode = bytes[at + 3]! & 0x0f
    const expected = this.#queries.kinds[query] === Kind.NoName ? 3 : 0
    const close = this.tally.answered % CLOSE_LOOK_EVERY === 0
    if (rcode !== expected || (close && !this.#isRight(query, at, length))) this.#blame(query, at, length)
  }

  #release(socket: number, index: number, slot: number): void {
    this.#sentMs[index] = FREE
    this.#freeSlots[socket * this.slots + this.#freeCount[socket]!++] = slot
  }

  /** The same question, and behind it the address, the SOA or the name servers it must have. */
  #isRight(query: number, at: number, length: number): boolean {
    const { bytes } = this.#incoming.memory
    const from = this.#queries.offsets[query]!
    const wire = this.#queries.wire
    let question = 12
    while (wire[from + question] !== 0) question += wire[from + question]! + 1
    question += 5
    for (let i = 12; i < question; i++) if (bytes[at + i] !== wire[from + i]) return false
    const answers = (bytes[at + 6]! << 8) | bytes[at + 7]!
    const authorities = (bytes[at + 8]! << 8) | bytes[at + 9]!
    const isAuthoritative = (bytes[at + 2]! & 4) !== 0
    const kind = this.#queries.kinds[query]
    if (kind === Kind.Referral) return !isAuthoritative && answers === 0 && authorities > 0
    if (kind === Kind.NoName) return isAuthoritative && answers === 0 && authorities > 0
    if (kind === Kind.AnyAddress) return isAuthoritative && answers > 0
    // A compressed owner, type, class, TTL and length are twelve octets; then the address.
    const address = at + question + 12
    const found =
      ((bytes[address]! << 24) |
        (bytes[address + 1]! << 16) |
        (bytes[address + 2]! << 8) |
        bytes[address + 3]!) >>>
      0
    return isAuthoritative && length >= question + 16 && found === this.#queries.addresses[query]
  }

  #blame(query: number, at: number, length: number): void {
    this.tally.wrong++
    if (this.tally.firstWrong !== '') return
    const hex = Buffer.from(this.#incoming.memory.bytes.subarray(at, at + length)).toString('hex')
    this.tally.firstWrong = `query ${query}: ${hex}`
  }

  /** Gives up on what left before `beforeMs`. */
  expire(beforeMs: number): void {
    for (let socket = 0; socket < this.sockets; socket++) {
      for (let slot = 0; slot < this.slots; slot++) {
        const index = socket * this.slots + slot
        const sentMs = this.#sentMs[index]!
        if (sentMs === FREE || sentMs > beforeMs) continue
        this.tally.lost++
        this.#release(socket, index, slot)
      }
    }
  }

  clearTally(): void {
    Object.assign(this.tally, { sent: 0, answered: 0, lost: 0, stray: 0, wrong: 0, firstWrong: '' })
    this.latencies.clear()
  }
}
