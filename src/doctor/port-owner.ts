/** Who holds a port of this host, from /proc: sockets by port, then the process that has the socket open. Names
 *  nobody where the system does not let us see. */

import { readdirSync, readlinkSync } from 'node:fs'
import { kernelAddress } from '../base/kernel-address.ts'

export interface Holder {
  /** As the kernel has it, `127.0.0.53`; IPv6 in short form. */
  readonly address: string
  readonly transport: 'UDP' | 'TCP'
  readonly inode: string
}

export interface Owner {
  readonly pid: number
  readonly name: string
}

type Read = (path: string) => string | undefined

const TABLES = [
  ['/proc/net/udp', 'UDP'],
  ['/proc/net/udp6', 'UDP'],
  ['/proc/net/tcp', 'TCP'],
  ['/proc/net/tcp6', 'TCP'],
] as const

const TCP_LISTEN = '0A'

/** Sockets that are bound to this port; of TCP, those that listen. */
export function holdersOf(port: number, read: Read): Holder[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  return TABLES.flatMap(([path, transport]) =>
    (read(path) ?? '')
      .split('\n')
      .slice(1)
      .map(line => line.trim().split(/\s+/))
      .filter(([, local = '', , state]) => local.endsWith(`:${wanted}`) && isHeld(transport, state))
      .map(fields => ({
        address: kernelAddress(fields[1]!.slice(0, -5)),
        transport,
        inode: fields[9] ?? '',
      })),
  )
}

function isHeld(transport: Holder['transport'], state: string | undefined): boolean {
  return transport === 'UDP' || state === TCP_LISTEN
}

/** Undefined where other users' processes are hidden from us. */
export function ownerOf(inode: string, read: Read): Owner | undefined {
  const wanted = `socket:[${inode}]`
  for (const entry of list('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    if (list(`/proc/${entry}/fd`).some(fd => linkAt(`/proc/${entry}/fd/${fd}`) === wanted))
      return { pid: Number(entry), name: nameOf(entry, read) }
  }
  return undefined
}

function list(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

function linkAt(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

/** Newer Nodes call their first thread, and so the process, by a name that says nothing: then as it was started. */
function nameOf(pid: string, read: Read): string {
  const name = (read(`/proc/${pid}/comm`) ?? '').trim()
  if (name !== 'MainThread') return name
  const [program = ''] = (read(`/proc/${pid}/cmdline`) ?? '').split('\0')
  return program.slice(program.lastIndexOf('/') + 1) || name
}
