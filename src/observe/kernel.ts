/** What the kernel knows of us and we do not: how long each thread was on a core, and what our sockets had to drop.
 *  Read from /proc; elsewhere nothing is known. */

import { kernelAddress } from '../base/kernel-address.ts'
import { readSystemFile } from '../base/system-file.ts'

export interface SocketFigures {
  /** `127.0.0.1:53`, `[::]:53` */
  readonly address: string
  /** Datagrams that came while its buffer was full. */
  readonly dropped: number
  readonly queuedBytes: number
}

/** Seconds on a core since the thread began. */
export function threadCpuSeconds(threadId: number): number | undefined {
  const text = threadId === 0 ? undefined : readSystemFile(`/proc/self/task/${threadId}/schedstat`)
  const nanoseconds = Number(text?.split(' ')[0])
  return text === undefined || Number.isNaN(nanoseconds) ? undefined : nanoseconds / 1e9
}

/** Of the UDP sockets bound to these, as `address:port` and `[address]:port`; those of one address are added up. */
export function udpSockets(addresses: ReadonlySet<string>): SocketFigures[] {
  const figures = new Map<string, SocketFigures>()
  for (const table of ['/proc/self/net/udp', '/proc/self/net/udp6'])
    for (const line of (readSystemFile(table) ?? '').split('\n').slice(1)) {
      const socket = readSocket(line)
      if (socket === undefined || !addresses.has(socket.address)) continue
      const { address, dropped, queuedBytes } = socket
      const known = figures.get(address) ?? { address, dropped: 0, queuedBytes: 0 }
      figures.set(address, {
        address,
        dropped: known.dropped + dropped,
        queuedBytes: known.queuedBytes + queuedBytes,
      })
    }
  return [...figures.values()]
}

/** `sl local_address rem_address st tx_queue:rx_queue … drops` */
function readSocket(line: string): SocketFigures | undefined {
  const fields = line.trim().split(/\s+/)
  const [hex, port] = (fields[1] ?? '').split(':')
  if (fields.length < 13 || hex === undefined || port === undefined) return undefined
  const address = kernelAddress(hex)
  const queued = (fields[4] ?? '').split(':')[1] ?? '0'
  return {
    address: `${address.includes(':') ? `[${address}]` : address}:${parseInt(port, 16)}`,
    dropped: Number(fields.at(-1)),
    queuedBytes: parseInt(queued, 16),
  }
}
