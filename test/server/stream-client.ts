/** A TCP client that can misbehave, and a stream server in this process whose answers are simple enough to
 *  predict: the query itself with QR set, as often as its ninth octet says. */
import { once } from 'node:events'
import { connect, type Server, type Socket } from 'node:net'
import { monotonicMs } from '../../src/base/clock.ts'
import { newCounterBlock } from '../../src/base/counters.ts'
import type { StreamLimits } from '../../src/plan/worker-contract.ts'
import type { Answerer } from '../../src/serve/stream-connection.ts'
import { StreamReplies } from '../../src/serve/stream-replies.ts'
import { StreamServer } from '../../src/serve/stream-server.ts'

const GENEROUS: StreamLimits = {
  connectionsMax: 1000,
  connectionsPerClientMax: 1000,
  queriesPerConnectionMax: 0,
  pendingReplyBytesMax: 65_536,
  writeTimeoutMs: 60_000,
  messageTimeoutMs: 60_000,
}

/** Makes the reply this many times as long as the query. */
export const COPIES_AT = 8

const echo: Answerer = {
  setSource() {},
  answer(packet, at, length) {
    if (length < 12 || (packet[at + 2]! & 0x80) !== 0) return 0
    const copies = Math.max(1, packet[at + COPIES_AT]!)
    packet[at + 2]! |= 0x80
    for (let copy = 1; copy < copies; copy++) packet.copyWithin(at + copy * length, at, at + length)
    return copies * length
  },
}

export class TestStream {
  readonly counters = newCounterBlock()
  readonly server: StreamServer
  /** The server's ends, in the order of their arrival. */
  readonly sockets: Socket[] = []
  port = 0
  private readonly clients = new Set<StreamClient>()

  private constructor(limits: Partial<StreamLimits>, idleMs: number) {
    const replies = new StreamReplies()
    const forward = (): void => undefined
    const context = {
      answerer: echo,
      replies,
      limits: { ...GENEROUS, ...limits },
      nowMs: monotonicMs,
      forward,
    }
    this.server = new StreamServer(context, this.counters, idleMs)
  }

  static async open(limits: Partial<StreamLimits> = {}, idleMs = 60_000): Promise<TestStream> {
    const stream = new TestStream(limits, idleMs)
    const listening = await stream.server.listen([{ address: '127.0.0.1', port: 0 }])
    if ('code' in listening) throw new Error(listening.text)
    stream.port = listening[0]!.port
    const { servers } = stream.server as unknown as { servers: Server[] }
    servers[0]!.on('connection', socket => stream.sockets.push(socket))
    return stream
  }

  async client(localAddress = '127.0.0.1'): Promise<StreamClient> {
    const options = { port: this.port, host: '127.0.0.1', localAddress, allowHalfOpen: true, noDelay: true }
    const client = new StreamClient(connect(options))
    this.clients.add(client)
    await client.connected
    return client
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.socket.destroy()
    await this.server.stop()
  }
}

export class StreamClient {
  readonly socket: Socket
  readonly connected: Promise<unknown>
  /** Resolves when the server has ended its half, or cut the connection. */
  readonly dismissed: Promise<void>
  isDismissed = false
  readonly replies: Buffer[] = []
  private unread = Buffer.alloc(0)
  private wake = (): void => undefined

  constructor(socket: Socket) {
    this.socket = socket
    this.connected = once(socket, 'connect')
    this.dismissed = new Promise(resolve => {
      const dismiss = (): void => {
        this.isDismissed = true
        this.wake()
        resolve()
      }
      socket.once('end', dismiss)
      socket.once('close', dismiss)
    })
    socket.on('error', () => undefined)
    socket.on('data', chunk => this.read(chunk))
  }

  /** The next reply; nothing if the server ended before. */
  async reply(): Promise<Buffer | undefined> {
    while (this.replies.length === 0 && !this.isDismissed)
      await new Promise<void>(resolve => {
        this.wake = resolve
      })
    return this.replies.shift()
  }

  /** The next `count` replies' IDs; fewer if the server ended before. */
  async ids(count: number): Promise<number[]> {
    const ids: number[] = []
    while (ids.length < count) {
      const reply = await this.reply()
      if (reply === undefined) break
      ids.push(reply.readUInt16BE(0))
    }
    return ids
  }

  /** Resolves when the kernel has it. */
  write(octets: Uint8Array): Promise<void> {
    return new Promise(resolve => this.socket.write(octets, () => resolve()))
  }

  private read(chunk: Buffer): void {
    this.unread = Buffer.concat([this.unread, chunk])
    while (this.unread.length >= 2 && this.unread.length >= 2 + this.unread.readUInt16BE(0)) {
      const end = 2 + this.unread.readUInt16BE(0)
      this.replies.push(this.unread.subarray(2, end))
      this.unread = this.unread.subarray(end)
    }
    this.wake()
  }
}

/** A framed query; the reply is `copies` times as long. */
export function message(id: number, bytes = 12, copies = 1): Buffer {
  const octets = Buffer.alloc(2 + bytes)
  octets.writeUInt16BE(bytes, 0)
  octets.writeUInt16BE(id, 2)
  octets[2 + COPIES_AT] = copies
  return octets
}
