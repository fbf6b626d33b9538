/** Opens UDP sockets for the workers. The main thread opens and keeps them, so that what is queued in a
 *  socket outlives the worker that reads it. */

import { getSystemErrorMap } from 'node:util'
import { isWildcard, parseAddress } from '../base/address.ts'
import type { BorrowedSocket, Endpoint, Route } from '../plan/worker-contract.ts'
import {
  AF_INET,
  AF_INET6,
  allocateNative,
  copyToNative,
  freeNative,
  IP_MTU_DISCOVER,
  IP_PKTINFO,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_MTU_DISCOVER,
  IPV6_RECVPKTINFO,
  IPV6_V6ONLY,
  type Libc,
  loadLibc,
  PMTUDISC_OMIT,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SO_RCVTIMEO,
  SO_REUSEPORT,
  SO_SNDBUF,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOL_SOCKET,
} from './native.ts'

/** Room for a burst at the top of the hour, and for the moment in which somebody else has the core. Who may, asks
 *  past the host's limit; for others the kernel clips it. */
const SOCKET_BUFFER_BYTES = 16 << 20
/** How long a worker sleeps at most before it looks whether it should stop. */
const RECEIVE_TIMEOUT_US = 100_000

export interface OpenedSockets {
  readonly sockets: readonly BorrowedSocket[]
  /** As bound: the one asked for, or what the kernel chose for port 0. */
  readonly port: number
}

/** An `errno` error as Node's own sockets throw it: `code` is `EADDRINUSE` and the like. */
export class SocketError extends Error {
  readonly code: string

  constructor(call: string, errno: number) {
    const [code, text] = getSystemErrorMap().get(-errno) ?? [`errno ${errno}`, 'unknown error']
    super(`${call}: ${code} ${text}`)
    this.code = code
  }
}

/** Opens `count` sockets on one address and port, among which the kernel spreads clients. */
export function openUdpSockets(endpoint: Endpoint, count: number): OpenedSockets {
  const libc = loadLibc()
  const sockets: BorrowedSocket[] = []
  try {
    // SO_REUSEPORT would also let a second server of ours creep in beside the first. The address must
    // be free for a socket without it.
    const probe = openSocket(libc, endpoint, false)
    const { port } = probe
    libc.close(probe.socket.fd)
    for (let i = 0; i < count; i++) sockets.push(openSocket(libc, { ...endpoint, port }, true).socket)
    return { sockets, port }
  } catch (error) {
    for (const { fd } of sockets) libc.close(fd)
    throw error
  }
}

export function closeUdpSockets(sockets: readonly BorrowedSocket[]): void {
  const libc = loadLibc()
  for (const { fd } of sockets) libc.close(fd)
}

/** Sends one datagram by the way its query came: for answers that are not made by the worker. */
export function sendBySocket(route: Route & { via: 'socket' }, packet: Uint8Array): void {
  const { socket, name, control } = route
  const memory = allocateNative(MSGHDR_BYTES + IOV_BYTES)
  const view = new DataView(memory.buffer)
  const pinned = [name, control, packet].map(octets => copyToNative(octets))
  new Uint8Array(memory.buffer).fill(0)
  view.setBigUint64(0, pinned[0]!, true)
  view.setUint32(8, name.length, true)
  view.setBigUint64(16, memory.pointer + BigInt(MSGHDR_BYTES), true)
  view.setBigUint64(24, 1n, true)
  view.setBigUint64(32, control.length === 0 ? 0n : pinned[1]!, true)
  view.setBigUint64(40, BigInt(control.length), true)
  view.setBigUint64(MSGHDR_BYTES, pinned[2]!, true)
  view.setBigUint64(MSGHDR_BYTES + 8, BigInt(packet.length), true)
  loadLibc().sendmsg(socket.fd, memory.pointer, 0)
  for (const pointer of [memory.pointer, ...pinned]) freeNative(pointer)
}

/** struct msghdr, and the one struct iovec behind it. */
const MSGHDR_BYTES = 56
const IOV_BYTES = 16

function openSocket(
  libc: Libc,
  endpoint: Endpoint,
  shared: boolean,
): { socket: BorrowedSocket; port: number } {
  const address = parseAddress(endpoint.address)
  if (address === undefined) throw new Error(`not an IP address: ${endpoint.address}`)
  const { family } = address
  const fd = libc.socket(family === 4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0)
  if (fd < 0) throw new SocketError('socket', libc.errno())
  try {
    const wildcard = isWildcard(address)
    configure(libc, fd, family, wildcard, shared)
    const name = socketAddress(family, address.octets, endpoint.port)
    if (libc.bind(fd, name, name.length) < 0) throw new SocketError('bind', libc.errno())
    const port = boundPort(libc, fd)
    return { socket: { fd, family, wildcard, address: address.octets, port }, port }
  } catch (error) {
    libc.close(fd)
    throw error
  }
}

function configure(libc: Libc, fd: number, family: 4 | 6, wildcard: boolean, shared: boolean): void {
  const set = (level: number, name: number, value: number): boolean => {
    const octets = new Uint8Array(Int32Array.of(value).buffer)
    return libc.setsockopt(fd, level, name, octets, octets.length) === 0
  }
  if (shared) set(SOL_SOCKET, SO_REUSEPORT, 1)
  if (!set(SOL_SOCKET, SO_RCVBUFFORCE, SOCKET_BUFFER_BYTES)) set(SOL_SOCKET, SO_RCVBUF, SOCKET_BUFFER_BYTES)
  set(SOL_SOCKET, SO_SNDBUF, SOCKET_BUFFER_BYTES)
  const timeout = new Uint8Array(BigInt64Array.of(0n, BigInt(RECEIVE_TIMEOUT_US)).buffer)
  libc.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, timeout, timeout.length)
  if (family === 4) {
    set(IPPROTO_IP, IP_MTU_DISCOVER, PMTUDISC_OMIT)
    if (wildcard) set(IPPROTO_IP, IP_PKTINFO, 1)
  } else {
    set(IPPROTO_IPV6, IPV6_V6ONLY, 1)
    set(IPPROTO_IPV6, IPV6_MTU_DISCOVER, PMTUDISC_OMIT)
    if (wildcard) set(IPPROTO_IPV6, IPV6_RECVPKTINFO, 1)
  }
}

/** struct sockaddr_in or sockaddr_in6. */
function socketAddress(family: 4 | 6, octets: Uint8Array, port: number): Uint8Array {
  const name = new Uint8Array(family === 4 ? 16 : 28)
  const view = new DataView(name.buffer)
  view.setUint16(0, family === 4 ? AF_INET : AF_INET6, true)
  view.setUint16(2, port)
  name.set(octets, family === 4 ? 4 : 8)
  return name
}

function boundPort(libc: Libc, fd: number): number {
  const name = new Uint8Array(28)
  const length = new Uint8Array(Uint32Array.of(name.length).buffer)
  if (libc.getsockname(fd, name, length) < 0) throw new SocketError('getsockname', libc.errno())
  return new DataView(name.buffer).getUint16(2)
}
