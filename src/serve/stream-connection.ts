/** One TCP client: cuts the stream into messages, has them answered, and knows whether it is idle, slow
 *  or done. Judges no other client and keeps no timers: the server looks at all of them now and then. */
import type { Socket } from 'node:net'
import { type Address, parseAddress } from '../base/address.ts'
import type { Clock } from '../base/clock.ts'
import { TapProtocol } from '../base/tap-ring.ts'
import type { StreamLimits } from '../plan/worker-contract.ts'
import { MESSAGE_BYTES_MAX } from '../wire/header.ts'
import { FORWARDED } from './forward.ts'
import { Transport } from './responder.ts'
import { PREFIX_BYTES, type StreamReplies } from './stream-replies.ts'
import type { TapLink } from './tapped-responder.ts'

/** The part of the Responder that a stream needs. */
export interface Answerer {
  setSource(family: 4 | 6, octets: Uint8Array, at: number): void
  answer(packet: Uint8Array, at: number, length: number, room: number, transport: Transport): number
}

/** What all connections of a worker share. */
export interface StreamContext {
  readonly answerer: Answerer
  readonly replies: StreamReplies
  readonly limits: StreamLimits
  /** Copies what is asked and answered, where something observes. */
  readonly tap?: { enter(link: TapLink): void; publish(): void }
  readonly nowMs: Clock
  /** Hands a question about the server itself to who can answer it; `sendLater` brings the answer. */
  readonly forward: (packet: Uint8Array, connection: StreamConnection) => void
}

const NOTHING = new Uint8Array(0)
/** A client that left before it could be looked at. */
const NOBODY: Address = { family: 4, octets: new Uint8Array(4) }

export class StreamConnection {
  readonly socket: Socket
  readonly clientKey: string
  readonly client: Address
  /** When it last sent a whole query or took the last of its replies. */
  activeMs: number
  private readonly context: StreamContext
  private readonly link: TapLink | undefined
  /** Received but not yet answered: the beginning of a message, or queries of a reader too slow to be
   *  given more replies. */
  private held: Uint8Array = NOTHING
  /** When the incomplete message in `held` began to arrive. */
  private heldSinceMs = 0
  /** Replies wait for the client to read. */
  private saturated = false
  private waitingSinceMs = 0
  private queries = 0
  private clientDone = false
  private leavingSinceMs: number | undefined

  constructor(socket: Socket, clientKey: string, context: StreamContext) {
    this.socket = socket
    this.clientKey = clientKey
    this.client = parseAddress(socket.remoteAddress?.split('%')[0] ?? '') ?? NOBODY
    this.context = context
    this.link = context.tap === undefined ? undefined : linkOf(socket)
    this.activeMs = context.nowMs()
    socket.on('data', (chunk: Buffer) => this.receive(chunk))
    socket.on('drain', () => this.resume())
    socket.on('end', () => this.finishAfterLast())
    // Resets and time-outs are the network's everyday; `close` follows.
    socket.on('error', () => socket.destroy())
  }

  /** Nothing begun, nothing waiting. */
  get isIdle(): boolean {
    return this.held.length === 0 && this.socket.writableLength === 0
  }

  /** Why this client has used up our patience, if it has. */
  overdue(nowMs: number, idleMs: number, lingerMs: number): 'idle' | 'slow' | 'gone' | undefined {
    const { messageTimeoutMs, writeTimeoutMs } = this.context.limits
    const isWaiting = this.socket.writableLength > 0
    if (this.leavingSinceMs !== undefined)
      return nowMs - this.leavingSinceMs > (isWaiting ? writeTimeoutMs : lingerMs) ? 'gone' : undefined
    if (isWaiting) return nowMs - this.waitingSinceMs > writeTimeoutMs ? 'slow' : undefined
    if (this.held.length > 0) return nowMs - this.heldSinceMs > messageTimeoutMs ? 'slow' : undefined
    return nowMs - this.activeMs > idleMs ? 'idle' : undefined
  }

  /** No more queries are read into answers; what is answered is sent, then the stream ends. What the client
   *  still sends is read and dropped, or the kernel would answer it with a reset that overtakes replies. */
  leave(): void {
    if (this.leavingSinceMs !== undefined) return
    this.leavingSinceMs = this.context.nowMs()
    this.held = NOTHING
    this.socket.end()
    if (this.saturated) this.socket.resume()
  }

  /** An answer that somebody else made, out of order (RFC 7766 §6.2.1.1). */
  sendLater(packet: Uint8Array): void {
    if (this.leavingSinceMs !== undefined || this.socket.destroyed) return
    const prefixed = new Uint8Array(PREFIX_BYTES + packet.length)
    new DataView(prefixed.buffer).setUint16(0, packet.length)
    prefixed.set(packet, PREFIX_BYTES)
    this.socket.write(prefixed)
  }

  private receive(chunk: Uint8Array): void {
    if (this.leavingSinceMs !== undefined) return
    this.answerAll(this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]))
  }

  private answerAll(octets: Uint8Array): void {
    const { replies, tap } = this.context
    if (tap !== undefined) tap.enter(this.link!)
    let at = 0
    let goesOn = true
    while (goesOn && !this.saturated && octets.length - at >= PREFIX_BYTES) {
      const start = at + PREFIX_BYTES
      const length = (octets[at]! << 8) | octets[at + 1]!
      if (start + length > octets.length) break
      goesOn = this.answerOne(octets, start, length)
      at = start + length
      if (replies.isFull) this.flush()
    }
    this.flush()
    tap?.publish()
    if (!goesOn) return this.leave()
    const nowMs = this.context.nowMs()
    if (at > 0) this.activeMs = nowMs
    if (at > 0 || this.held.length === 0) this.heldSinceMs = nowMs
    // A copy, so that a few octets do not keep a whole read buffer alive.
    this.held = at === octets.length ? NOTHING : new Uint8Array(octets.subarray(at))
  }

  /** False when this was the last: the client had its share of queries; or sent what deserves no answer,
   *  so that it is no DNS client or its framing is lost. */
  private answerOne(octets: Uint8Array, start: number, length: number): boolean {
    const { answerer, replies } = this.context
    const packet = replies.octets
    const packetAt = replies.at
    for (let i = 0; i < length; i++) packet[packetAt + i] = octets[start + i]!
    this.queries++
    answerer.setSource(this.client.family, this.client.octets, 0)
    const replyBytes = answerer.answer(packet, packetAt, length, MESSAGE_BYTES_MAX, Transport.Tcp)
    if (replyBytes === FORWARDED) this.context.forward(packet.slice(packetAt, packetAt + length), this)
    if (replyBytes <= 0) return replyBytes === FORWARDED
    replies.advance(replyBytes)
    return !this.isAtQueryLimit()
  }

  private isAtQueryLimit(): boolean {
    const { queriesPerConnectionMax } = this.context.limits
    return queriesPerConnectionMax > 0 && this.queries >= queriesPerConnectionMax
  }

  private flush(): void {
    const { socket, context } = this
    const waitedAlready = socket.writableLength > 0
    context.replies.flush(socket)
    const waitingBytes = socket.writableLength
    if (waitingBytes === 0) return
    if (!waitedAlready) this.waitingSinceMs = context.nowMs()
    if (waitingBytes < context.limits.pendingReplyBytesMax || this.saturated) return
    this.saturated = true
    socket.pause()
  }

  /** The client has taken all its replies. */
  private resume(): void {
    if (this.leavingSinceMs !== undefined) return
    this.activeMs = this.context.nowMs()
    if (!this.saturated) return
    this.saturated = false
    const held = this.held
    this.held = NOTHING
    this.answerAll(held)
    if (this.saturated) return
    if (this.clientDone) this.leave()
    else this.socket.resume()
  }

  /** The client sends no more, but still wants what it asked for (RFC 7766 §6.2.4). */
  private finishAfterLast(): void {
    this.clientDone = true
    if (!this.saturated) this.leave()
  }
}

function linkOf({ localAddress, localPort = 0, remotePort: clientPort = 0 }: Socket): TapLink {
  const local = parseAddress(localAddress?.split('%')[0] ?? '') ?? NOBODY
  return { protocol: TapProtocol.Tcp, clientPort, local: local.octets, localPort }
}
