/** Sends data frames to a Frame Streams receiver on a unix socket: the bidirectional handshake, a bounded queue, and
 *  a new attempt when the receiver goes away. Never waits: what finds no room or no receiver is refused, and whoever
 *  asked counts it. Knows nothing of what is in the frames. */

import { connect, type Socket } from 'node:net'

export interface FrameStreamEvents {
  readonly connected: () => void
  /** Told once for every connection lost and once for the first of many attempts that fail. */
  readonly lost: (reason: string) => void
}

/** Control frames: a length of 0, their own length, their type, then fields. */
const Control = { Accept: 1, Start: 2, Stop: 3, Ready: 4, Finish: 5 } as const
const CONTENT_TYPE_FIELD = 1
const CONTROL_BYTES_MAX = 512

const RETRY_MS_MIN = 100
const RETRY_MS_MAX = 5_000
const HANDSHAKE_MS_MAX = 5_000
/** Octets that may wait for a slow receiver. */
export const QUEUE_BYTES_MAX = 1 << 20
/** At the end, how long the receiver may take over what it has been sent. */
const FINISH_MS_MAX = 500

export class FrameStream {
  private readonly path: string
  private readonly contentType: Buffer
  private readonly events: FrameStreamEvents
  private socket: Socket | undefined
  private isStarted = false
  private isStopping = false
  private isLossTold = false
  private retryMs = RETRY_MS_MIN
  private retryTimer: NodeJS.Timeout | undefined
  private finished: (() => void) | undefined
  private received = Buffer.alloc(0)

  constructor(path: string, contentType: string, events: FrameStreamEvents) {
    this.path = path
    this.contentType = Buffer.from(contentType)
    this.events = events
    this.connect()
  }

  /** There is a receiver. */
  get isOpen(): boolean {
    return this.isStarted
  }

  get hasRoom(): boolean {
    return this.socket !== undefined && this.socket.writableLength < QUEUE_BYTES_MAX
  }

  /** Whole frames, each behind its length. True when the octets are sent and may be written over; else they belong
   *  to the queue. */
  send(frames: Uint8Array): boolean {
    if (!this.isStarted || this.socket === undefined) return true
    this.socket.write(frames)
    return this.socket.writableLength === 0
  }

  /** Says goodbye, if there is anybody. */
  async stop(): Promise<void> {
    this.isStopping = true
    clearTimeout(this.retryTimer)
    const { socket } = this
    if (socket === undefined) return
    if (this.isStarted) {
      const done = new Promise<void>(resolve => {
        this.finished = resolve
      })
      socket.write(controlFrame(Control.Stop))
      const limit = new Promise<void>(resolve => setTimeout(resolve, FINISH_MS_MAX))
      await Promise.race([done, limit])
    }
    socket.destroy()
  }

  private connect(): void {
    const socket = connect({ path: this.path })
    this.socket = socket
    this.received = Buffer.alloc(0)
    let reason = 'it closed the connection'
    socket.setTimeout(HANDSHAKE_MS_MAX, () => socket.destroy(new Error('no answer to READY')))
    socket.once('connect', () => socket.write(controlFrame(Control.Ready, this.contentType)))
    socket.on('data', chunk => this.hear(socket, chunk))
    socket.once('error', error => {
      reason = error.message
    })
    socket.once('close', () => this.lose(reason))
  }

  private hear(socket: Socket, chunk: Buffer): void {
    this.received = Buffer.concat([this.received, chunk])
    for (;;) {
      const frame = readControlFrame(this.received)
      if (frame === 'part') return
      if (frame === 'wrong') {
        socket.destroy(new Error('it does not speak Frame Streams'))
        return
      }
      this.received = this.received.subarray(frame.bytes)
      if (frame.type === Control.Finish) this.finished?.()
      else if (frame.type === Control.Accept && !this.isStarted) this.start(socket, frame.contentTypes)
    }
  }

  private start(socket: Socket, accepted: readonly Buffer[]): void {
    if (!accepted.some(type => type.equals(this.contentType))) {
      socket.destroy(new Error(`it does not accept ${this.contentType.toString()}`))
      return
    }
    socket.setTimeout(0)
    socket.write(controlFrame(Control.Start, this.contentType))
    this.isStarted = true
    this.isLossTold = false
    this.retryMs = RETRY_MS_MIN
    this.events.connected()
  }

  private lose(reason: string): void {
    this.socket = undefined
    this.isStarted = false
    this.finished?.()
    if (this.isStopping) return
    if (!this.isLossTold) this.events.lost(reason)
    this.isLossTold = true
    this.retryTimer = setTimeout(() => this.connect(), this.retryMs)
    this.retryMs = Math.min(RETRY_MS_MAX, this.retryMs * 2)
  }
}

export function controlFrame(type: number, contentType?: Uint8Array): Buffer {
  const field =
    contentType === undefined
      ? []
      : [numbers(CONTENT_TYPE_FIELD, contentType.length), Buffer.from(contentType)]
  const body = Buffer.concat([numbers(type), ...field])
  return Buffer.concat([numbers(0, body.length), body])
}

function numbers(...values: readonly number[]): Buffer {
  const octets = Buffer.alloc(4 * values.length)
  values.forEach((value, i) => octets.writeUInt32BE(value, 4 * i))
  return octets
}

export interface ControlFrame {
  readonly type: number
  readonly contentTypes: readonly Buffer[]
  /** Of the whole frame. */
  readonly bytes: number
}

/** The control frame that `octets` begin with, if it is all there. */
export function readControlFrame(octets: Buffer): ControlFrame | 'part' | 'wrong' {
  if (octets.length < 8) return 'part'
  const length = octets.readUInt32BE(4)
  if (octets.readUInt32BE(0) !== 0 || length < 4 || length > CONTROL_BYTES_MAX) return 'wrong'
  const bytes = 8 + length
  if (octets.length < bytes) return 'part'
  const contentTypes: Buffer[] = []
  let at = 12
  while (at < bytes) {
    if (at + 8 > bytes || octets.readUInt32BE(at) !== CONTENT_TYPE_FIELD) return 'wrong'
    const end = at + 8 + octets.readUInt32BE(at + 4)
    if (end > bytes) return 'wrong'
    contentTypes.push(octets.subarray(at + 8, end))
    at = end
  }
  return { type: octets.readUInt32BE(8), contentTypes, bytes }
}
