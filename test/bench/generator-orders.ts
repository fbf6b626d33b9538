/** What a load generator is told, and what it tells in the end. Types only. */

import type { CpuTime } from './accounting.ts'
import type { Tally } from './flight.ts'
import type { Percentiles } from './latencies.ts'

export interface Orders {
  readonly port: number
  readonly queryPath: string
  readonly sockets: number
  /** Queries in the air per socket (closed loop), a power of two. */
  readonly slots: number
  readonly warmUpSeconds: number
  readonly seconds: number
  readonly timeoutMs: number
  /** Queries a second; 0 asks for the closed loop. */
  readonly rate: number
  /** Whose CPU time to account for. */
  readonly pids: readonly number[]
}

/** One tenth of a second of an open-loop run. */
export interface Slice {
  /** Milliseconds since the epoch. */
  readonly startMs: number
  readonly buckets: readonly (readonly [number, number])[]
}

export interface Outcome extends Tally {
  readonly seconds: number
  readonly latencies: Percentiles
  readonly before: CpuTime
  readonly after: CpuTime
  /** The generator's own CPU time in the measured part. */
  readonly ownUserUs: number
  readonly ownSystemUs: number
  /** Of the measured seconds, those it found nothing to do in: closed loop only. */
  readonly idleSeconds: number
  /** Open loop: queries that waited for a free slot because too many were unanswered. */
  readonly heldBack: number
  readonly slices: readonly Slice[]
}
