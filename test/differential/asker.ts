/** Asks one server many questions at once over UDP, and again over TCP where it must. Lost datagrams are asked
 *  again. Knows nothing of what is right. */

import { createSocket, type Socket } from 'node:dgram'
import { connect } from 'node:net'

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

function askOneConnection(port: number, queries: readonly Buffer[]): Promise<(Buffer | undefined)[]> {
  return new Promise(resolve => {
    const replies: (Buffer | undefined)[] = new Array(queries.length).fill(undefined)
    let pending = Buffer.alloc(0)
    let left = queries.length
    const socket = connect(port, '127.0.0.1')
    const finish = (): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(replies)
    }
    const timer = setTimeout(finish, 3_000)
    socket.once('error', finish)
    socket.once('close', finish)
    socket.on('data', chunk => {
      pending = Buffer.concat([pending, chunk])
      while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
        const end = 2 + pending.readUInt16BE(0)
        const id = pending.readUInt16BE(2)
        if (id < replies.length) replies[id] = Buffer.from(pending.subarray(2, end))
        pending = pending.subarray(end)
        if (--left === 0) finish()
      }
    })
    const frames = queries.map((query, id) => {
      query.writeUInt16BE(id, 0)
      const size = Buffer.alloc(2)
      size.writeUInt16BE(query.length, 0)
      return Buffer.concat([size, query])
    })
    socket.write(Buffer.concat(frames))
  })
}
