/** Checks of the machine itself: Node, native calls, threads, memory, open files, the clock. Knows no zones and no
 *  network. */

import { koffi } from '../base/koffi.ts'
import { nativeUnavailable } from '../serve/native.ts'
import { closeUdpSockets, openUdpSockets } from '../serve/udp-socket.ts'
import { type Finding, failure, fine, unknown, warning } from './finding.ts'
import { FILES_MIN, filesMax } from './open-files.ts'
import type { Patient } from './patient.ts'

export function lookAtNode({ nodeMin }: Patient, version = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [majorMin = 0, minorMin = 0] = nodeMin.split('.').map(Number)
  if (major > majorMin || (major === majorMin && minor >= minorMin)) return fine(`Node ${version}`)
  return failure(`Node ${version} is older than ${nodeMin}`, `install Node ${nodeMin} or newer`)
}

export function lookAtNative({ settings }: Patient, unavailable = nativeUnavailable()): Finding {
  if (settings.udp === 'dgram') return fine("Node's own sockets, as --udp dgram asks")
  if (unavailable === undefined) return fine('koffi loads: UDP is answered in batches of system calls')
  const mend =
    'npm install (koffi is an optional dependency); without it UDP is answered at several times the price'
  if (settings.udp === 'native') return failure(`--udp native cannot work: ${unavailable}`, mend)
  return warning(`UDP falls back to Node's own sockets: ${unavailable}`, mend)
}

/** Each worker has a socket of its own on the same port; two are enough to see whether the kernel allows it. */
export function lookAtSharing({ settings }: Patient, unavailable = nativeUnavailable()): Finding {
  if (settings.udp === 'dgram' || unavailable !== undefined) return fine('not needed without native sockets')
  try {
    const { sockets } = openUdpSockets({ address: '127.0.0.1', port: 0 }, 2)
    closeUdpSockets(sockets)
    return fine('several sockets may share a port (SO_REUSEPORT)')
  } catch (error) {
    return failure(
      `sockets cannot share a port (SO_REUSEPORT): ${(error as Error).message}`,
      'a kernel of 3.9 or newer; some sandboxes (gVisor, seccomp profiles) forbid it: --udp dgram works there',
    )
  }
}

//------------ Processors and memory ---

export function lookAtWorkers({ settings: { workers }, read }: Patient, cores: number): Finding[] {
  const quota = processorQuota(read)
  const told = `${workers} workers, ${cores} cores`
  const findings: Finding[] = []
  if (quota !== undefined && quota < Math.min(workers, cores))
    findings.push(
      warning(
        `${told}, but a quota of ${quota} processors: at its end everybody stands still until the next period`,
        `--workers ${Math.max(1, Math.floor(quota))}, or take the CPU limit away (requests alone are enough)`,
      ),
    )
  if (workers > cores)
    findings.push(warning(`${told}: workers wait for each other`, `--workers ${cores}, which is the default`))
  return findings.length > 0 ? findings : [fine(told)]
}

type Read = Patient['read']

/** Of the control group we are in, as containers have it. */
function processorQuota(read: Read): number | undefined {
  const [quota, period] = (readGroup(read, 'cpu.max') ?? '').trim().split(' ').map(Number)
  if (quota !== undefined && period !== undefined && quota > 0) return quota / period
  const [old, oldPeriod] = ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map(name =>
    Number(read(`/sys/fs/cgroup/cpu/${name}`)),
  ) as [number, number]
  return old > 0 && oldPeriod > 0 ? old / oldPeriod : undefined
}

/** Version 2 of control groups; inside a container the own group is the root. */
function readGroup(read: Read, name: string): string | undefined {
  const path = /^0::(\/.*)$/m.exec(read('/proc/self/cgroup') ?? '')?.[1] ?? '/'
  return read(`/sys/fs/cgroup${path === '/' ? '' : path}/${name}`) ?? read(`/sys/fs/cgroup/${name}`)
}

const MEMORY_MIN_BYTES = 256 << 20

export function lookAtMemory({ read }: Patient): Finding {
  const available = Number(/^MemAvailable:\s+(\d+) kB$/m.exec(read('/proc/meminfo') ?? '')?.[1]) * 1024
  if (Number.isNaN(available)) return unknown('how much memory there is cannot be told here')
  const limit = Number(readGroup(read, 'memory.max') ?? Number.NaN)
  const room = Number.isNaN(limit) ? available : Math.min(available, limit)
  const told = `${Math.round(room / 2 ** 20).toLocaleString('en-US')} MB to be had`
  if (room >= MEMORY_MIN_BYTES) return fine(told)
  return warning(
    told,
    'an empty server takes 90 MB, a million records 100 MB more, and a rebuild some of it twice',
  )
}

//------------ Open files ---

/** Node itself, threads, libraries, Consul, the log. */
const FILES_BESIDE = 200

export function lookAtFiles({ settings, read, server }: Patient): Finding {
  const { connectionsMax, workers, listen } = settings
  const whose = server === undefined ? '/proc/self/limits' : `/proc/${server.pid}/limits`
  const limit = filesMax(read(whose) ?? read('/proc/self/limits'))
  if (limit === undefined) return unknown('how many files may be open cannot be told here')
  const needed = connectionsMax + workers * listen.length + FILES_BESIDE
  const told = `${limit.toLocaleString('en-US')} files may be open`
  if (limit >= needed) return fine(told)
  const fewer = Math.max(1, limit - FILES_BESIDE)
  const mend = `systemd: LimitNOFILE=65536; a shell: ulimit -n 65536; or --tcp-connections ${fewer}`
  if (limit < FILES_MIN) return failure(`${told}: too few even to start`, mend)
  return warning(`${told}, ${connectionsMax} TCP connections and the rest may take ${needed}`, mend)
}

//------------ The clock ---

export interface KernelClock {
  /** Somebody (chrony, ntpd, timesyncd) steers it. */
  readonly isKept: boolean
  /** What the kernel believes it may be off by at most. */
  readonly errorMs: number
}

/** Words of `struct timex` on 64-bit machines. */
const TIMEX_BYTES = 208
const TIMEX_MAX_ERROR_AT = 24
const TIMEX_STATUS_AT = 40
const STATUS_UNSYNCHRONISED = 0x40

/** Asks without setting anything; undefined where it cannot be asked. */
export function kernelClock(): KernelClock | undefined {
  if (nativeUnavailable() !== undefined) return undefined
  const adjtimex = koffi().load(null).func('int adjtimex(void*)') as unknown as (timex: Uint8Array) => number
  const timex = new Uint8Array(TIMEX_BYTES)
  if (adjtimex(timex) < 0) return undefined
  const view = new DataView(timex.buffer)
  return {
    isKept: (view.getInt32(TIMEX_STATUS_AT, true) & STATUS_UNSYNCHRONISED) === 0,
    errorMs: Number(view.getBigInt64(TIMEX_MAX_ERROR_AT, true)) / 1_000,
  }
}
