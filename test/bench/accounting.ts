/** What a process and its children cost: CPU time as the kernel accounts it, and memory. Linux only. Knows nothing
 *  of what they do. */

import { readdirSync, readFileSync } from 'node:fs'
import { arch, cpus, release } from 'node:os'

export interface CpuTime {
  /** Time on a CPU in nanoseconds, exact, summed over threads. */
  readonly runNs: number
  /** The same in ticks, user and system apart. */
  readonly userTicks: number
  readonly systemTicks: number
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    // A thread may end between the listing and the look.
    return ''
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

export function cpuTime(pids: readonly number[]): CpuTime {
  let runNs = 0
  let userTicks = 0
  let systemTicks = 0
  for (const pid of pids) {
    for (const task of list(`/proc/${pid}/task`))
      runNs += Number(read(`/proc/${pid}/task/${task}/schedstat`).split(' ')[0])
    const stat = read(`/proc/${pid}/stat`)
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    userTicks += Number(fields[11] ?? 0)
    systemTicks += Number(fields[12] ?? 0)
  }
  return { runNs, userTicks, systemTicks }
}

export interface CpuCost {
  readonly totalUs: number
  readonly userUs: number
  readonly systemUs: number
}

/** Per query. The total is exact; the ticks say how it divides. */
export function costPerQuery(before: CpuTime, after: CpuTime, queries: number): CpuCost {
  const totalUs = (after.runNs - before.runNs) / 1000 / Math.max(1, queries)
  const user = after.userTicks - before.userTicks
  const system = after.systemTicks - before.systemTicks
  const userShare = user + system === 0 ? 0 : user / (user + system)
  return { totalUs, userUs: totalUs * userShare, systemUs: totalUs * (1 - userShare) }
}

/** Resident memory of a family of processes. Pages that several of them map count once (PSS); for a single
 *  process, whose libraries others may share by accident, its own RSS. */
export function memoryBytes(pids: readonly number[]): number {
  if (pids.length === 1) return field(read(`/proc/${pids[0]}/status`), 'VmRSS')
  return pids.reduce((sum, pid) => sum + field(read(`/proc/${pid}/smaps_rollup`), 'Pss'), 0)
}

function field(text: string, name: string): number {
  return 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0)
}

export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown CPU'
  return `${cpus().length} × ${model}, Linux ${release()} ${arch()}`
}
