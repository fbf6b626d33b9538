/** The TCP load generator, a process of its own with the same orders and the same outcome as the UDP one: either a
 *  few connections kept open with queries pipelined on them, or a new connection for every query. */

import { cpuTime } from './accounting.ts'
import type { Tally } from './flight.ts'
import type { Orders, Outcome } from './generator-orders.ts'
import { acknowledgeQuickly, kernel, loopback, MSG_NOSIGNAL, openTcp } from './kernel.ts'
import { Latencies } from './latencies.ts'
import { Kind, type QueryFile, readQueryFile } from './queries.ts'

const nowMs = (): number => performance.now()
const FRAME_BYTES_MAX = 600
const READ_BYTES = 64 << 10

/** Connections that each carry a batch of queries there and their answers back. */
class Streams {
  readonly tally: Tally = { sent: 0, answered: 0, lost: 0, stray: 0, wrong: 0, firstWrong: '' }
  readonly latencies = new Latencies()
  readonly #address: Uint8Array
  readonly #queries: QueryFile
  readonly #perConnection: number
  readonly #timeoutMs: number
  readonly #fds: Int32Array
  readonly #firstQuery: Uint32Array
  readonly #sentMs: Float64Array
  readonly #outgoing: Uint8Array
  readonly #incoming = new Uint8Array(READ_BYTES)
  #nextQuery = 0

  constructor(orders: Orders, queries: QueryFile) {
    this.#address = loopback(orders.port)
    this.#queries = queries
    this.#perConnection = orders.slots
    this.#timeoutMs = orders.timeoutMs
    this.#fds = new Int32Array(orders.sockets).fill(-1)
    this.#firstQuery = new Uint32Array(orders.sockets)
    this.#sentMs = new Float64Array(orders.sockets)
    this.#outgoing = new Uint8Array(orders.slots * FRAME_BYTES_MAX)
  }

  /** One batch on every connection: all are sent before the first answer is read. */
  round(keepOpen: boolean): void {
    for (let i = 0; i < this.#fds.length; i++) this.#send(i)
    for (let i = 0; i < this.#fds.length; i++) {
      if (this.#fds[i]! < 0) continue
      const whole = this.#receive(i)
      if (whole && keepOpen) continue
      kernel.close(this.#fds[i]!)
      this.#fds[i] = -1
    }
  }

  close(): void {
    for (const fd of this.#fds) if (fd >= 0) kernel.close(fd)
  }

  #send(i: number): void {
    this.#sentMs[i] = nowMs()
    if (this.#fds[i]! < 0) this.#fds[i] = openTcp(this.#address, this.#timeoutMs)
    this.tally.sent += this.#perConnection
    this.#firstQuery[i] = this.#nextQuery
    let length = 0
    for (let k = 0; k < this.#perConnection; k++) length = this.#frame(length, k)
    if (this.#fds[i]! >= 0 && kernel.send(this.#fds[i]!, this.#outgoing, length, MSG_NOSIGNAL) === length)
      return
    this.tally.lost += this.#perConnection
    if (this.#fds[i]! >= 0) kernel.close(this.#fds[i]!)
    this.#fds[i] = -1
  }

  #frame(at: number, id: number): number {
    const { offsets, wire, count } = this.#queries
    const from = offsets[this.#nextQuery]!
    const to = offsets[this.#nextQuery + 1]!
    this.#nextQuery = (this.#nextQuery + 1) % count
    const out = this.#outgoing
    out[at] = (to - from) >>> 8
    out[at + 1] = (to - from) & 0xff
    for (let i = from; i < to; i++) out[at + 2 + i - from] = wire[i]!
    out[at + 2] = 0
    out[at + 3] = id
    return at + 2 + to - from
  }

  /** Reads until every query of the batch has its answer; false when the stream ended or time was up. */
  #receive(i: number): boolean {
    let have = 0
    let answered = 0
    acknowledgeQuickly(this.#fds[i]!)
    while (answered < this.#perConnection) {
      const room = this.#incoming.subarray(have)
      const got = kernel.recv(this.#fds[i]!, room, room.length, 0)
      if (got <= 0) {
        this.tally.lost += this.#perConnection - answered
        return false
      }
      have += got
      let at = 0
      while (have - at >= 2) {
        const length = (this.#incoming[at]! << 8) | this.#incoming[at + 1]!
        if (have - at < 2 + length) break
        this.#judge(i, at + 2)
        answered++
        at += 2 + length
      }
      this.#incoming.copyWithin(0, at, have)
      have -= at
    }
    return true
  }

  #judge(i: number, at: number): void {
    this.tally.answered++
    this.latencies.add((nowMs() - this.#sentMs[i]!) * 1000)
    const id = (this.#incoming[at]! << 8) | this.#incoming[at + 1]!
    const query = (this.#firstQuery[i]! + id) % this.#queries.count
    const expected = this.#queries.kinds[query] === Kind.NoName ? 3 : 0
    if (id < this.#perConnection && (this.#incoming[at + 3]! & 0x0f) === expected) return
    this.tally.wrong++
    this.tally.firstWrong ||= `query ${query}: ${Buffer.from(this.#incoming.subarray(at, at + 48)).toString('hex')}`
  }
}

function runFor(streams: Streams, seconds: number, keepOpen: boolean): number {
  const begin = nowMs()
  const end = begin + seconds * 1000
  while (nowMs() < end) streams.round(keepOpen)
  return (nowMs() - begin) / 1000
}

function run(orders: Orders): Outcome {
  const streams = new Streams(orders, readQueryFile(orders.queryPath))
  const keepOpen = orders.slots > 1
  runFor(streams, orders.warmUpSeconds, keepOpen)
  Object.assign(streams.tally, { sent: 0, answered: 0, lost: 0, stray: 0, wrong: 0, firstWrong: '' })
  streams.latencies.clear()
  const before = cpuTime(orders.pids)
  const own = process.cpuUsage()
  const seconds = runFor(streams, orders.seconds, keepOpen)
  const ownUsed = process.cpuUsage(own)
  const after = cpuTime(orders.pids)
  streams.close()
  return {
    ...streams.tally,
    seconds,
    latencies: streams.latencies.percentiles(),
    before,
    after,
    ownUserUs: ownUsed.user,
    ownSystemUs: ownUsed.system,
    idleSeconds: 0,
    heldBack: 0,
    slices: [],
  }
}

const argument = process.argv[2]
if (argument === undefined) throw new Error('the generator takes its orders as JSON')
console.log(JSON.stringify(run(JSON.parse(argument) as Orders)))
