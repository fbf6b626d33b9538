/** What was done to the world, and when: the other half of what a checker may know. All times are milliseconds of the
 *  machine's monotonic clock, which every process reads alike. */

/** An address of a name that is kept from clients. */
export interface Kept {
  readonly name: string
  readonly address: string
}

export interface Outage {
  readonly kind: 'endpoint' | 'consul' | 'drain'
  readonly keeps: readonly Kept[]
  /** From its beginning on it may be seen, and from when it is told the promise counts. */
  readonly beganMs: number
  readonly toldMs: number
  readonly outPromiseMs: number
  /** The same of its end. */
  endingMs: number
  endedMs: number
  readonly backPromiseMs: number
  /** Whose word it is, where that may fall silent. */
  readonly datacenter?: string
}

/** A datacenter of Consul that could not be asked: nothing new can be known until it can. */
export interface Silence {
  readonly datacenter: string
  readonly beganMs: number
  endedMs: number
  readonly backPromiseMs: number
}

export interface WorkerDeath {
  readonly killedMs: number
  diedMs: number
}

export interface Publication {
  readonly address: string
  readonly writtenMs: number
  /** When it was known to be served. */
  publishedMs: number
}

export interface Timeline {
  readonly outages: Outage[]
  readonly silences: Silence[]
  readonly deaths: WorkerDeath[]
  /** Good zones, oldest first. */
  readonly publications: Publication[]
}

export function emptyTimeline(): Timeline {
  return { outages: [], silences: [], deaths: [], publications: [] }
}

const ORIGIN_LOOKS = 100

/** Where the process's own clock begins. Whoever loses the core between the two looks finds it too early, so the latest
 *  of many is the best. */
const originMs = Math.max(
  ...Array.from({ length: ORIGIN_LOOKS }, () => Number(process.hrtime.bigint()) / 1e6 - performance.now()),
)

export function sharedNowMs(): number {
  return originMs + performance.now()
}
