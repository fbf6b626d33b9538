/** One batch of datagrams: received by one recvmmsg(2), answered where they lie, sent by one sendmmsg(2)
 *  out of the same structures, so address, control data and buffer of each need no copying. */

import { monotonicMs } from '../base/clock.ts'
import { BATCH_SIZES_AT, Counter, type CounterBlock, noteLatency } from '../base/counters.ts'
import type { BorrowedSocket, ForwardedQuestion } from '../plan/worker-contract.ts'
import { FORWARDED, ForwardLimit } from './forward.ts'
import {
  allocateNative,
  type Libc,
  MSG_DONTWAIT,
  MSG_WAITFORONE,
  type NativeMemory,
  type NativePointer,
} from './native.ts'
import { BATCH_QUERIES_MAX, type Responder, Transport } from './responder.ts'

/** Datagrams a batch holds at most: enough to make system calls cheap, few enough to stay in the cache. */
export const BATCH_MESSAGES = BATCH_QUERIES_MAX

/** struct mmsghdr: msghdr (56 octets), msg_len, padding. */
const MESSAGE_BYTES = 64
const NAME_POINTER = 0
const NAME_LENGTH = 8
const IOV_POINTER = 16
const IOV_COUNT = 24
const CONTROL_POINTER = 32
const CONTROL_LENGTH = 40
const RECEIVED_LENGTH = 56
/** struct iovec: pointer, length. */
const IOV_BYTES = 16
const IOV_LENGTH = 8
/** struct sockaddr_in6 is 28. */
const NAME_BYTES = 32
const ADDRESS_OFFSET_V4 = 4
const ADDRESS_OFFSET_V6 = 8
/** One in6_pktinfo with its header is 40. */
const CONTROL_BYTES = 64
/** struct cmsghdr: length, level, type. in_pktinfo then starts with the interface, in6_pktinfo with the
 *  address, its interface at 16. */
const CONTROL_HEADER_BYTES = 16
const IOVS_AT = BATCH_MESSAGES * MESSAGE_BYTES
const NAMES_AT = IOVS_AT + BATCH_MESSAGES * IOV_BYTES
const CONTROLS_AT = NAMES_AT + BATCH_MESSAGES * NAME_BYTES

/** Room for a query: more than any honest one, and at least what we may send back. */
const QUERY_BYTES_MIN = 1280
/** Of so many batches one is timed: two looks at the clock are dear beside a query. */
const TIMED_BATCH_MASK = 63

/** Slots lie a cache line off a power of two, or all their first lines would fight for one cache set. */
const CACHE_LINE_BYTES = 64

/** Where the control data of a datagram names the address of ours that it came to, told by where the address of its
 *  sender stands: in the same memory. in_pktinfo has it at 4, in6_pktinfo at 0. */
export function localAddressBeside(senderAt: number, family: 4 | 6): number {
  const i = Math.floor((senderAt - NAMES_AT) / NAME_BYTES)
  return CONTROLS_AT + i * CONTROL_BYTES + CONTROL_HEADER_BYTES + (family === 4 ? 4 : 0)
}

export class UdpBatch {
  private readonly libc: Libc
  private readonly responder: Responder
  private readonly counters: CounterBlock
  private readonly room: number
  private readonly buffersAt: number
  /** Octets from one buffer to the next. */
  private readonly stride: number
  /** The native memory, as octets and as words. */
  private readonly bytes: Uint8Array
  private readonly words: Uint32Array
  /** The address of each message: sendmmsg starts in the middle after one that gets no reply. */
  private readonly pointers: readonly NativePointer[]

  private readonly tell: (question: ForwardedQuestion) => void
  private readonly forwardLimit = new ForwardLimit()

  constructor(
    libc: Libc,
    responder: Responder,
    counters: CounterBlock,
    replyBytesMax: number,
    tell: (question: ForwardedQuestion) => void,
  ) {
    this.tell = tell
    this.libc = libc
    this.responder = responder
    this.counters = counters
    this.room = Math.ceil(Math.max(QUERY_BYTES_MIN, replyBytesMax) / CACHE_LINE_BYTES) * CACHE_LINE_BYTES
    this.stride = this.room % (2 * CACHE_LINE_BYTES) === 0 ? this.room + CACHE_LINE_BYTES : this.room
    this.buffersAt = CONTROLS_AT + BATCH_MESSAGES * CONTROL_BYTES
    const memory = allocateNative(this.buffersAt + BATCH_MESSAGES * this.stride)
    this.bytes = new Uint8Array(memory.buffer).fill(0)
    this.words = new Uint32Array(memory.buffer)
    this.pointers = Array.from(
      { length: BATCH_MESSAGES },
      (_, i) => memory.pointer + BigInt(i * MESSAGE_BYTES),
    )
    this.connect(memory)
  }

  /** Points every message to its name, its buffer and its control data, once and for all. */
  private connect(memory: NativeMemory): void {
    const view = new DataView(memory.buffer)
    const point = (at: number, target: number): void =>
      view.setBigUint64(at, memory.pointer + BigInt(target), true)
    for (let i = 0; i < BATCH_MESSAGES; i++) {
      const message = i * MESSAGE_BYTES
      const iov = IOVS_AT + i * IOV_BYTES
      point(message + NAME_POINTER, NAMES_AT + i * NAME_BYTES)
      point(message + IOV_POINTER, iov)
      view.setBigUint64(message + IOV_COUNT, 1n, true)
      point(message + CONTROL_POINTER, CONTROLS_AT + i * CONTROL_BYTES)
      point(iov, this.buffersAt + i * this.stride)
      this.reset(i)
    }
  }

  /** Takes what is queued, waiting for the first if asked to. Returns how many came; 0 when none did. */
  receive(socket: BorrowedSocket, wait: boolean): number {
    const flags = wait ? MSG_WAITFORONE : MSG_DONTWAIT
    return Math.max(0, this.libc.recvmmsg(socket.fd, this.pointers[0]!, BATCH_MESSAGES, flags, null))
  }

  /** Answers what `receive` took, and makes ready for the next batch. */
  reply(socket: BorrowedSocket, received: number): void {
    const { words, bytes, responder, buffersAt, stride, room, counters } = this
    const isTimed = (counters[Counter.Batches]!++ & TIMED_BATCH_MASK) === 0
    counters[BATCH_SIZES_AT + 31 - Math.clz32(received)]!++
    const startedMs = isTimed ? monotonicMs() : 0
    const isReadAhead = received > 1 && responder.warms
    if (isReadAhead) this.readAhead(received)
    const addressOffset = socket.family === 4 ? ADDRESS_OFFSET_V4 : ADDRESS_OFFSET_V6
    let unsent = 0
    for (let i = 0; i < received; i++) {
      const message = i * MESSAGE_BYTES
      const buffer = buffersAt + i * stride
      const length = words[(message + RECEIVED_LENGTH) >> 2]!
      responder.setSource(socket.family, bytes, NAMES_AT + i * NAME_BYTES + addressOffset)
      if (!isReadAhead) responder.read(0, bytes, buffer, length)
      const read = isReadAhead ? i : 0
      const reply = this.hasSender(i)
        ? responder.answerRead(read, bytes, buffer, length, room, Transport.Udp)
        : 0
      if (reply <= 0) {
        if (reply === FORWARDED) this.forward(socket, i, length)
        this.send(socket, unsent, i)
        unsent = i + 1
        continue
      }
      words[(IOVS_AT + i * IOV_BYTES + IOV_LENGTH) >> 2] = reply
      if (socket.wildcard) this.routeFreely(i, socket.family)
      else words[(message + CONTROL_LENGTH) >> 2] = 0
    }
    this.send(socket, unsent, received)
    if (isTimed) noteLatency(counters, received, (monotonicMs() - startedMs) * 1_000)
    for (let i = 0; i < received; i++) this.reset(i)
  }

  /** Reads the whole batch and has memory fetched what it will need; then each query has a number. */
  private readAhead(received: number): void {
    for (let i = 0; i < received; i++) {
      const length = this.words[(i * MESSAGE_BYTES + RECEIVED_LENGTH) >> 2]!
      this.responder.read(i, this.bytes, this.buffersAt + i * this.stride, length)
    }
    this.responder.warmUp(received)
  }

  /** Not per query: only for those who may ask about the server itself, and few of them. */
  private forward(socket: BorrowedSocket, i: number, length: number): void {
    if (!this.forwardLimit.admit()) return
    const { bytes } = this
    const message = i * MESSAGE_BYTES
    const nameAt = NAMES_AT + i * NAME_BYTES
    const controlAt = CONTROLS_AT + i * CONTROL_BYTES
    if (socket.wildcard) this.routeFreely(i, socket.family)
    const addressAt = nameAt + (socket.family === 4 ? ADDRESS_OFFSET_V4 : ADDRESS_OFFSET_V6)
    this.tell({
      kind: 'question',
      packet: bytes.slice(this.buffersAt + i * this.stride, this.buffersAt + i * this.stride + length),
      isTcp: false,
      family: socket.family,
      octets: bytes.slice(addressAt, addressAt + (socket.family === 4 ? 4 : 16)),
      route: {
        via: 'socket',
        socket,
        name: bytes.slice(nameAt, nameAt + this.words[(message + NAME_LENGTH) >> 2]!),
        control: bytes.slice(controlAt, controlAt + this.words[(message + CONTROL_LENGTH) >> 2]!),
      },
    })
  }

  /** A datagram from port 0 cannot be answered. */
  private hasSender(i: number): boolean {
    const port = NAMES_AT + i * NAME_BYTES + 2
    return this.bytes[port] !== 0 || this.bytes[port + 1] !== 0
  }

  private send(socket: BorrowedSocket, from: number, to: number): void {
    let next = from
    while (next < to) {
      const sent = this.libc.sendmmsg(socket.fd, this.pointers[next]!, to - next, 0)
      if (sent > 0) {
        next += sent
      } else {
        // The first of the rest cannot be sent (no route, a filter): it is lost, the others go on.
        this.counters[Counter.SendErrors]!++
        next++
      }
    }
  }

  /** The control data says to which of our addresses the query came; handed back it makes the reply leave
   *  from there. By which interface is for the routing table to say, except for link-local addresses. */
  private routeFreely(i: number, family: 4 | 6): void {
    const data = CONTROLS_AT + i * CONTROL_BYTES + CONTROL_HEADER_BYTES
    if (family === 4) {
      this.words[data >> 2] = 0
      return
    }
    const isLinkLocal = this.bytes[data] === 0xfe && (this.bytes[data + 1]! & 0xc0) === 0x80
    if (!isLinkLocal) this.words[(data + 16) >> 2] = 0
  }

  /** Says again how much room there is: the kernel wrote over it what it used. */
  private reset(i: number): void {
    const words = this.words
    const message = i * MESSAGE_BYTES
    words[(message + NAME_LENGTH) >> 2] = NAME_BYTES
    words[(message + CONTROL_LENGTH) >> 2] = CONTROL_BYTES
    words[(IOVS_AT + i * IOV_BYTES + IOV_LENGTH) >> 2] = this.room
  }
}
