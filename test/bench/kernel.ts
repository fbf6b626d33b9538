/** The few Linux system calls of the load generators, through koffi, and the message arrays they fill. Loopback,
 *  IPv4 and x64/arm64 Linux only. Knows no DNS. */

import koffi from 'koffi'

const libc = koffi.load('libc.so.6')

export const kernel = {
  socket: libc.func('int socket(int, int, int)') as (
    domain: number,
    type: number,
    protocol: number,
  ) => number,
  bind: libc.func('int bind(int, void*, uint)') as (
    fd: number,
    address: Uint8Array,
    length: number,
  ) => number,
  connect: libc.func('int connect(int, void*, uint)') as (
    fd: number,
    address: Uint8Array,
    length: number,
  ) => number,
  setsockopt: libc.func('int setsockopt(int, int, int, void*, uint)') as (
    fd: number,
    level: number,
    option: number,
    value: Uint8Array,
    length: number,
  ) => number,
  recvmmsg: libc.func('int recvmmsg(int, void*, uint, int, void*)') as (
    fd: number,
    messages: unknown,
    count: number,
    flags: number,
    timeout: null,
  ) => number,
  sendmmsg: libc.func('int sendmmsg(int, void*, uint, int)') as (
    fd: number,
    messages: unknown,
    count: number,
    flags: number,
  ) => number,
  send: libc.func('long send(int, void*, size_t, int)') as (
    fd: number,
    bytes: Uint8Array,
    length: number,
    flags: number,
  ) => number,
  recv: libc.func('long recv(int, void*, size_t, int)') as (
    fd: number,
    bytes: Uint8Array,
    length: number,
    flags: number,
  ) => number,
  close: libc.func('int close(int)') as (fd: number) => number,
  usleep: libc.func('int usleep(uint)') as (microseconds: number) => number,
  prctl: libc.func('int prctl(int, ulong)') as (option: number, value: number) => number,
}

const AF_INET = 2
const SOL_SOCKET = 1
const SO_REUSEADDR = 2
const SO_SNDBUF = 7
const SO_RCVBUF = 8
const SO_RCVTIMEO = 20
const IPPROTO_TCP = 6
const TCP_NODELAY = 1
const TCP_QUICKACK = 12
const PR_SET_TIMERSLACK = 29
export const MSG_DONTWAIT = 0x40
export const MSG_WAITFORONE = 0x10000
export const MSG_NOSIGNAL = 0x4000

export function loopback(port: number): Uint8Array {
  const address = Buffer.alloc(16)
  address.writeUInt16LE(AF_INET, 0)
  address.writeUInt16BE(port, 2)
  address.set([127, 0, 0, 1], 4)
  return address
}

const intValue = new Int32Array(1)
const intBytes = new Uint8Array(intValue.buffer)

function setInt(fd: number, level: number, option: number, value: number): void {
  intValue[0] = value
  kernel.setsockopt(fd, level, option, intBytes, 4)
}

function must(result: number, what: string): number {
  if (result < 0) throw new Error(`${what} failed`)
  return result
}

/** A UDP socket with a port of its own that talks to one server only. */
export function openUdp(port: number, bufferBytes: number): number {
  const fd = must(kernel.socket(AF_INET, 2, 0), 'socket')
  setInt(fd, SOL_SOCKET, SO_RCVBUF, bufferBytes)
  setInt(fd, SOL_SOCKET, SO_SNDBUF, bufferBytes)
  must(kernel.connect(fd, loopback(port), 16), 'connect')
  return fd
}

export function bindUdp(port: number, bufferBytes: number): number {
  const fd = must(kernel.socket(AF_INET, 2, 0), 'socket')
  setInt(fd, SOL_SOCKET, SO_REUSEADDR, 1)
  setInt(fd, SOL_SOCKET, SO_RCVBUF, bufferBytes)
  must(kernel.bind(fd, loopback(port), 16), 'bind')
  return fd
}

/** A connected TCP socket, or -1. Reads give up after the timeout. */
export function openTcp(address: Uint8Array, readTimeoutMs: number): number {
  const fd = must(kernel.socket(AF_INET, 1, 0), 'socket')
  const time = Buffer.alloc(16)
  time.writeBigInt64LE(BigInt(Math.floor(readTimeoutMs / 1000)), 0)
  time.writeBigInt64LE(BigInt((readTimeoutMs % 1000) * 1000), 8)
  kernel.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, time, 16)
  setInt(fd, IPPROTO_TCP, TCP_NODELAY, 1)
  if (kernel.connect(fd, address, 16) === 0) return fd
  kernel.close(fd)
  return -1
}

/** Acknowledge at once for now: a server that lets Nagle wait would otherwise be timed by our delayed ACK of 40 ms.
 *  The kernel forgets this again, so it is said before every batch. */
export function acknowledgeQuickly(fd: number): void {
  setInt(fd, IPPROTO_TCP, TCP_QUICKACK, 1)
}

/** Sleeps end when they should: the kernel's usual slack of 50 µs would show up in the latencies. */
export function sleepPrecisely(): void {
  kernel.prctl(PR_SET_TIMERSLACK, 1)
}

/** Memory the kernel may read and write, seen through typed arrays. */
export interface Arena {
  readonly pointer: unknown
  readonly address: number
  readonly bytes: Uint8Array
  readonly words: Uint32Array
}

export function arena(sizeBytes: number): Arena {
  const padded = (sizeBytes + 63) & ~63
  const pointer: unknown = koffi.alloc('uint8_t', padded)
  const memory = koffi.view(pointer, padded)
  return {
    pointer,
    // User addresses have 47 bits and fit a double.
    address: Number(koffi.address(pointer)),
    bytes: new Uint8Array(memory),
    words: new Uint32Array(memory),
  }
}

const HEADER_BYTES = 64
const VECTOR_BYTES = 16
const NAME_BYTES = 128

/** An array of `struct mmsghdr` with one `iovec` each. */
export interface Messages {
  readonly memory: Arena
  readonly count: number
  /** Word index of message i's received length: `lengthWord + 16 * i`. */
  readonly lengthWord: number
  /** Word index of message i's iovec: base low, base high, length low, length high. */
  readonly vectorWord: number
  /** Word index of message i's name length, which the kernel overwrites. */
  readonly nameLengthWord: number
  /** Offset of message i's own buffer: `bufferAt + slotBytes * i`. */
  readonly bufferAt: number
  readonly slotBytes: number
}

/** `withNames` keeps the sender's address, for replies. */
export function messages(count: number, slotBytes: number, withNames = false): Messages {
  const vectorsAt = count * HEADER_BYTES
  const namesAt = vectorsAt + count * VECTOR_BYTES
  const bufferAt = namesAt + (withNames ? count * NAME_BYTES : 0)
  const memory = arena(bufferAt + count * slotBytes)
  const { words } = memory
  const setAddress = (word: number, address: number): void => {
    words[word] = address % 0x1_0000_0000
    words[word + 1] = Math.floor(address / 0x1_0000_0000)
  }
  for (let i = 0; i < count; i++) {
    const header = (i * HEADER_BYTES) >> 2
    const vector = (vectorsAt + i * VECTOR_BYTES) >> 2
    if (withNames) {
      setAddress(header, memory.address + namesAt + i * NAME_BYTES)
      words[header + 2] = NAME_BYTES
    }
    setAddress(header + 4, memory.address + vectorsAt + i * VECTOR_BYTES)
    words[header + 6] = 1
    setAddress(vector, memory.address + bufferAt + i * slotBytes)
    words[vector + 2] = slotBytes
  }
  return {
    memory,
    count,
    lengthWord: 14,
    vectorWord: vectorsAt >> 2,
    nameLengthWord: 2,
    bufferAt,
    slotBytes,
  }
}

/** Points message i at `length` octets somewhere else. */
export function pointAt(target: Messages, i: number, address: number, length: number): void {
  const word = target.vectorWord + 4 * i
  target.memory.words[word] = address % 0x1_0000_0000
  target.memory.words[word + 1] = Math.floor(address / 0x1_0000_0000)
  target.memory.words[word + 2] = length
}
