/** A small Frame Streams receiver for tests: takes what a sender sends on a unix socket and keeps it, as a file that
 *  fstrm's own readers take. Can be slow to the point of never reading. Knows nothing of what is in the frames. */

import { rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { controlFrame, readControlFrame } from '../../src/observe/frame-stream.ts'

const START = 2
const STOP = 3
const READY = 4
const ACCEPT = 1
const FINISH = 5

export interface ReceiverOptions {
  /** Accepts, then reads no more. */
  readonly deaf?: boolean
  /** Instead of the content type that was offered. */
  readonly accepts?: string
}

export class FrameReceiver {
  readonly frames: Buffer[] = []
  readonly finished: Promise<void>
  private readonly server: Server
  private readonly path: string
  private readonly sockets = new Set<Socket>()
  private readonly options: ReceiverOptions
  private contentType = Buffer.alloc(0)
  private finish!: () => void

  static async listen(path: string, options: ReceiverOptions = {}): Promise<FrameReceiver> {
    const receiver = new FrameReceiver(path, options)
    await new Promise<void>((resolve, reject) => {
      receiver.server.once('error', reject)
      receiver.server.listen(path, resolve)
    })
    return receiver
  }

  private constructor(path: string, options: ReceiverOptions) {
    this.path = path
    this.options = options
    this.finished = new Promise(resolve => {
      this.finish = resolve
    })
    this.server = createServer(socket => this.welcome(socket))
  }

  /** Asks until so many frames are there. */
  async until(count: number): Promise<void> {
    while (this.frames.length < count) await new Promise(resolve => setTimeout(resolve, 5))
  }

  /** As fstrm_capture would have written it. */
  save(path: string): void {
    const length = (frame: Buffer): Buffer => {
      const octets = Buffer.alloc(4)
      octets.writeUInt32BE(frame.length)
      return octets
    }
    const data = this.frames.flatMap(frame => [length(frame), frame])
    writeFileSync(path, Buffer.concat([controlFrame(START, this.contentType), ...data, controlFrame(STOP)]))
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    await new Promise<void>(resolve => this.server.close(() => resolve()))
    rmSync(this.path, { force: true })
  }

  private welcome(socket: Socket): void {
    this.sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => this.sockets.delete(socket))
    let held = Buffer.alloc(0)
    socket.on('data', chunk => {
      held = Buffer.concat([held, chunk])
      held = this.take(socket, held)
    })
  }

  /** Returns what is left of it. */
  private take(socket: Socket, octets: Buffer): Buffer<ArrayBuffer> {
    let rest = octets
    while (rest.length >= 4) {
      const length = rest.readUInt32BE(0)
      if (length === 0) {
        const control = readControlFrame(rest)
        if (control === 'wrong') throw new Error('a wrong control frame')
        if (control === 'part') break
        this.answer(socket, control.type, control.contentTypes)
        rest = rest.subarray(control.bytes)
      } else {
        if (rest.length < 4 + length) break
        this.frames.push(Buffer.from(rest.subarray(4, 4 + length)))
        rest = rest.subarray(4 + length)
      }
    }
    return Buffer.from(rest)
  }

  private answer(socket: Socket, type: number, contentTypes: readonly Buffer[]): void {
    if (type === READY) {
      this.contentType = Buffer.from(contentTypes[0]!)
      const { accepts, deaf } = this.options
      socket.write(controlFrame(ACCEPT, accepts === undefined ? this.contentType : Buffer.from(accepts)))
      if (deaf === true) socket.pause()
    }
    if (type === STOP) {
      socket.write(controlFrame(FINISH))
      this.finish()
    }
  }
}
