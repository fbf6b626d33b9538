/** The few libc calls of the data plane, through koffi, and the numbers they take. Linux on 64-bit
 *  little-endian machines, whose structures and constants are the same; elsewhere `node:dgram` serves.
 *  Synchronous calls with plain numbers and pointers only: koffi is fast and safe at exactly that. */

import { endianness } from 'node:os'
import { koffi, type NativePointer } from '../base/koffi.ts'

export interface Libc {
  socket(family: number, type: number, protocol: number): number
  bind(fd: number, address: Uint8Array, length: number): number
  getsockname(fd: number, address: Uint8Array, length: Uint8Array): number
  setsockopt(fd: number, level: number, name: number, value: Uint8Array, length: number): number
  close(fd: number): number
  recvmmsg(fd: number, messages: NativePointer, count: number, flags: number, timeout: null): number
  sendmmsg(fd: number, messages: NativePointer, count: number, flags: number): number
  sendmsg(fd: number, message: NativePointer, flags: number): number
  poll(fds: NativePointer, count: number, timeoutMs: number): number
  sched_getaffinity(thread: number, bytes: number, mask: Uint8Array): number
  sched_setaffinity(thread: number, bytes: number, mask: Uint8Array): number
  syscall(call: number, thread: number, attributes: Uint8Array, flags: number): number
  errno(): number
}

export type { NativePointer }

/** Memory outside the JavaScript heap: its address for the kernel, its octets for us. */
export interface NativeMemory {
  readonly pointer: NativePointer
  readonly buffer: ArrayBuffer
}

export const AF_INET = 2
export const AF_INET6 = 10
export const SOCK_DGRAM = 2
export const SOCK_CLOEXEC = 0o2000000
export const SOL_SOCKET = 1
export const SO_SNDBUF = 7
export const SO_RCVBUF = 8
export const SO_RCVBUFFORCE = 33
export const SO_REUSEPORT = 15
export const SO_RCVTIMEO = 20
export const IPPROTO_IP = 0
export const IP_PKTINFO = 8
export const IP_MTU_DISCOVER = 10
export const IPPROTO_IPV6 = 41
export const IPV6_MTU_DISCOVER = 23
export const IPV6_V6ONLY = 26
export const IPV6_RECVPKTINFO = 49
/** Never fragment on our side's guess of the path, and never believe a forged ICMP about it. */
export const PMTUDISC_OMIT = 5
export const MSG_DONTWAIT = 0x40
export const MSG_WAITFORONE = 0x10000
export const POLLIN = 1

const NATIVE_ARCHITECTURES = new Set(['x64', 'arm64', 'riscv64', 'loong64'])

/** Why native sockets cannot be had here, or `undefined` when they can. */
export function nativeUnavailable(): string | undefined {
  if (process.platform !== 'linux') return `no batched socket calls on ${process.platform}`
  if (!NATIVE_ARCHITECTURES.has(process.arch) || endianness() !== 'LE')
    return `not prepared for ${process.arch}`
  try {
    koffi()
    return undefined
  } catch (error) {
    return `koffi does not load: ${error instanceof Error ? error.message : String(error)}`
  }
}

let libc: Libc | undefined

export function loadLibc(): Libc {
  libc ??= declareLibc()
  return libc
}

function declareLibc(): Libc {
  // The running program has libc loaded already, glibc or musl alike.
  const library = koffi().load(null)
  return {
    socket: library.func('int socket(int, int, int)'),
    bind: library.func('int bind(int, void*, uint)'),
    getsockname: library.func('int getsockname(int, void*, void*)'),
    setsockopt: library.func('int setsockopt(int, int, int, void*, uint)'),
    close: library.func('int close(int)'),
    recvmmsg: library.func('int recvmmsg(int, void*, uint, int, void*)'),
    sendmmsg: library.func('int sendmmsg(int, void*, uint, int)'),
    sendmsg: library.func('long sendmsg(int, void*, int)'),
    poll: library.func('int poll(void*, ulong, int)'),
    sched_getaffinity: library.func('int sched_getaffinity(int, size_t, void*)'),
    sched_setaffinity: library.func('int sched_setaffinity(int, size_t, void*)'),
    syscall: library.func('long syscall(long, int, void*, uint)'),
    errno: () => koffi().errno(),
  } as unknown as Libc
}

/** To be freed by `freeNative`. */
export function copyToNative(octets: Uint8Array): NativePointer {
  const memory = allocateNative(Math.max(1, octets.length))
  new Uint8Array(memory.buffer).set(octets)
  return memory.pointer
}

export function freeNative(pointer: NativePointer): void {
  koffi().free(pointer)
}

export function allocateNative(bytes: number): NativeMemory {
  const pointer = koffi().alloc('uint8_t', bytes)
  return { pointer, buffer: koffi().view(pointer, bytes) }
}
