/** Asks one server many questions at once over UDP, and again over TCP where it must. Lost datagrams are asked
 *  again. Knows nothing of what is right. */

import { createSocket, type Socket } from 'node:dgram'
import { askTcp } from '../tools/ask.ts'

const IN_FLIGHT = 128
const PATIENCE_MS = 400
const TRIES = 4

/** The raw replies in the order of the queries; `undefined` where none came. Sets the queries' ids. */
export async function askAllUdp(port: number, queries: readonly Buffer[]): Promise<(Buffer | undefined)[]> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 })
  await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve))
  const replies: (Buffer | undefined)[] = new Array(queries.length).fill(undefined)
  try {
    for (let at = 0; at < queries.length; at += 0x10000) {
      const part = await new Flight(socket, port, queries.slice(at, at + 0x10000)).replies()
      part.forEach((reply, i) => {
        replies[at + i] = reply
      })
    }
    return replies
  } finally {
    await new Promise<void>(resolve => socket.close(() => resolve()))
  }
}

interface Waiting {
  readonly index: number
  tries: number
  sentMs: number
}

/** Up to 65,536 queries: the place in the list is the message id. */
class Flight {
  private readonly socket: Socket
  private readonly port: number
  private readonly queries: readonly Buffer[]
  private readonly waiting = new Map<number, Waiting>()
  private next = 0

  constructor(socket: Socket, port: number, queries: readonly Buffer[]) {
    this.socket = socket
    this.port = port
    this.queries = queries
    queries.forEach((query, id) => query.writeUInt16BE(id, 0))
  }

  replies(): Promise<(Buffer | undefined)[]> {
    const replies: (Buffer | undefined)[] = new Array(this.queries.length).fill(undefined)
    return new Promise(resolve => {
      const finish = (): void => {
        clearInterval(timer)
        this.socket.removeListener('message', take)
        resolve(replies)
      }
      const take = (reply: Buffer): void => {
        const id = reply.length < 2 ? -1 : reply.readUInt16BE(0)
        // A late answer to an earlier try is the same answer; one to another flight is nobody's.
        if (this.waiting.delete(id)) replies[id] = reply
        if (!this.sendMore()) finish()
      }
      const timer = setInterval(() => {
        if (!this.sendAgain()) finish()
      }, PATIENCE_MS / 4)
      this.socket.on('message', take)
      if (!this.sendMore()) finish()
    })
  }

  /** False when there is nothing left to wait for. */
  private sendMore(): boolean {
    while (this.waiting.size < IN_FLIGHT && this.next < this.queries.length) {
      const index = this.next++
      const entry = { index, tries: 0, sentMs: 0 }
      this.waiting.set(index, entry)
      this.send(entry)
    }
    return this.waiting.size > 0
  }

  private sendAgain(): boolean {
    for (const entry of this.waiting.values()) {
      if (Date.now() - entry.sentMs < PATIENCE_MS) continue
      if (entry.tries >= TRIES) this.waiting.delete(entry.index)
      else this.send(entry)
    }
    return this.sendMore()
  }

  private send(entry: Waiting): void {
    entry.tries++
    entry.sentMs = Date.now()
    this.socket.send(this.queries[entry.index]!, this.port, '127.0.0.1')
  }
}

const PER_CONNECTION = 40

/** Over TCP, pipelined, replies told apart by id: they may come in any order (RFC 7766 §7). */
export async function askAllTcp(port: number, queries: readonly Buffer[]): Promise<(Buffer | undefined)[]> {
  const replies: (Buffer | undefined)[] = []
  for (let at = 0; at < queries.length; at += PER_CONNECTION) {
    replies.push(...(await askOneConnection(port, queries.slice(at, at + PER_CONNECTION))))
  }
  return replies
}

async function askOneConnection(port: number, queries: readonly Buffer[]): Promise<(Buffer | undefined)[]> {
  queries.forEach((query, id) => query.writeUInt16BE(id, 0))
  const byId = new Map<number, Buffer>()
  for (const reply of await askTcp(port, queries, 3_000)) byId.set(reply.readUInt16BE(0), reply)
  return queries.map((_, id) => byId.get(id))
}
