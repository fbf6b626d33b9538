/** What we tell the service manager that started us: ready, reloading, stopping, alive. The protocol of sd_notify(3):
 *  lines of KEY=VALUE in one datagram to the unix socket that NOTIFY_SOCKET names. Node has no such sockets, so libc
 *  is called. Never waits: whatever happens to the manager, answering goes on. Knows nothing of what is served. */

import { monotonicMicroseconds } from '../base/clock.ts'
import { koffi } from '../base/koffi.ts'
import { PATH_BYTES_MAX } from '../base/socket-file.ts'

const AF_UNIX = 1
const SOCK_DGRAM = 2
const SOCK_CLOEXEC = 0o2000000
const MSG_DONTWAIT = 0x40
const MSG_NOSIGNAL = 0x4000
/** `sockaddr_un`: the family, then the path. */
const FAMILY_BYTES = 2
/** When the manager's queue is full. */
const RETRY_MS = 200
const UNSENT_MAX = 16

interface Libc {
  socket(family: number, type: number, protocol: number): number
  sendto(
    fd: number,
    octets: Uint8Array,
    length: number,
    flags: number,
    address: Uint8Array,
    addressLength: number,
  ): number
}

export class ServiceManager {
  private readonly libc: Libc
  private readonly fd: number
  private readonly address: Uint8Array
  private unsent: Uint8Array[] = []
  private retry: NodeJS.Timeout | undefined

  /** Or, as text, why it cannot be reached. */
  static open(notifySocket: string): ServiceManager | string {
    const address = unixAddress(notifySocket)
    if (typeof address === 'string') return address
    try {
      const library = koffi().load(null)
      const libc = {
        socket: library.func('int socket(int, int, int)'),
        sendto: library.func('long sendto(int, void*, ulong, int, void*, uint)'),
      } as unknown as Libc
      const fd = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)
      return fd < 0
        ? `no unix socket can be had (errno ${koffi().errno()})`
        : new ServiceManager(libc, fd, address)
    } catch (error) {
      return `koffi does not load: ${error instanceof Error ? error.message : String(error)}`
    }
  }

  private constructor(libc: Libc, fd: number, address: Uint8Array) {
    this.libc = libc
    this.fd = fd
    this.address = address
  }

  /** `status` is what `systemctl status` shows. */
  ready(status: string): void {
    this.tell('READY=1', `STATUS=${status}`)
  }

  status(status: string): void {
    this.tell(`STATUS=${status}`)
  }

  /** To be followed by `ready`. */
  reloading(): void {
    // With the moment, so that Type=notify-reload can tell this reload from one before.
    this.tell('RELOADING=1', `MONOTONIC_USEC=${monotonicMicroseconds()}`)
  }

  stopping(): void {
    this.tell('STOPPING=1', 'STATUS=finishing what is in flight')
  }

  alive(): void {
    // A late sign of life is a lie: this one is not kept.
    this.send(encode(['WATCHDOG=1']))
  }

  private tell(...lines: readonly string[]): void {
    this.unsent = [...this.unsent, encode(lines)].slice(-UNSENT_MAX)
    this.flush()
  }

  private flush(): void {
    while (this.unsent.length > 0 && this.send(this.unsent[0]!)) this.unsent.shift()
    if (this.unsent.length === 0 || this.retry !== undefined) return
    this.retry = setTimeout(() => {
      this.retry = undefined
      this.flush()
    }, RETRY_MS).unref()
  }

  private send(octets: Uint8Array): boolean {
    const { libc, fd, address } = this
    const flags = MSG_DONTWAIT | MSG_NOSIGNAL
    return libc.sendto(fd, octets, octets.length, flags, address, address.length) === octets.length
  }
}

/** The watchdog's patience, if it watches this process (sd_watchdog_enabled(3)). */
export function watchdogMs(environment: NodeJS.ProcessEnv, pid: number): number | undefined {
  const microseconds = Number(environment['WATCHDOG_USEC'])
  const watched = environment['WATCHDOG_PID'] ?? `${pid}`
  return microseconds > 0 && watched === `${pid}` ? microseconds / 1000 : undefined
}

/** A path, or with `@` before it a name in the abstract namespace. */
function unixAddress(notifySocket: string): Uint8Array | string {
  const path = Buffer.from(notifySocket)
  if (!/^[/@]./.test(notifySocket)) return `${notifySocket} is neither a path nor @NAME`
  if (path.length > PATH_BYTES_MAX) return `${notifySocket} is longer than a unix socket's address`
  const isAbstract = notifySocket.startsWith('@')
  // A path ends with a zero octet; an abstract name begins with one and ends with the address.
  const address = Buffer.alloc(FAMILY_BYTES + path.length + (isAbstract ? 0 : 1))
  address.writeUInt16LE(AF_UNIX)
  path.copy(address, FAMILY_BYTES)
  if (isAbstract) address[FAMILY_BYTES] = 0
  return address
}

function encode(lines: readonly string[]): Uint8Array {
  return Buffer.from(lines.map(line => line.replaceAll('\n', ' ')).join('\n'))
}
