/** The words of judgement: what is watched, what sources say of it, and the numbers that rule how it is taken. All
 *  times are milliseconds of one monotonic clock unless a name says wall. Knows no sockets, files or zones. */

/** As much of a `$CHECK` as judging needs; the policy stage's own checks fit it. */
export interface CheckSpec {
  readonly name: string
  readonly kind: 'consul' | 'http' | 'https' | 'tcp' | 'tls' | 'dns' | 'grpc' | 'push'
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly fall: number
  readonly rise: number
  /** What is asked for. Empty: the steered name itself, so that names with the same addresses are asked one by one.
   *  Absent where it makes no difference. */
  readonly host?: string
}

export interface RegionSpec {
  readonly name: string
  /** Printed as everywhere; empty for a region that serves none of its own, such as a CNAME. */
  readonly addresses: readonly string[]
  /** Its own instead of the target's, where it has others. */
  readonly checks?: readonly CheckSpec[]
  /** Why it has nothing to answer with: then it serves nobody, whatever is said of it. */
  readonly lacks?: string
}

/** One steered name and how its regions are to be judged: a policy as it holds for that name. */
export interface HealthTarget {
  readonly zone: string
  /** Without the last dot, lower case: `live.classroom.example`. With the zone, what names the target. */
  readonly name: string
  /** In the order of the policy's `regions=`: a region's place is its slot. */
  readonly regions: readonly RegionSpec[]
  /** All must pass. None: always up, as Route 53 has it for a record without a health check. */
  readonly checks: readonly CheckSpec[]
  /** Share of a region's addresses that must be live; 0 asks for one. */
  readonly threshold: number
  /** Share of the regions that one source may withdraw within a window; the book's own limit when left out. */
  readonly maxWithdraw?: number
  /** How long a region that was out takes to get all of its weight back; 0 when left out. */
  readonly rampMs?: number
}

/** What a sample speaks of. Two names of a zone that share a region, check and address share the verdict, unless the
 *  check asks for the name. */
export interface Subject {
  readonly zone: string
  readonly region: string
  readonly check: string
  /** Empty: the region as a whole. */
  readonly address: string
  /** The name that is asked for, where that makes a difference. */
  readonly host?: string
}

export interface Sample {
  readonly subject: Subject
  /** `subjectKey` of it, from whoever has it at hand: thousands of samples need not spell it. */
  readonly key?: string
  /** Who says so, and who is blamed: `probe`, `consul:aws-eu-central-1`. What stands before the colon is its kind. */
  readonly source: string
  /** Whose heartbeat speaks for it, where a source has several ways to fall silent, such as a service that the
   *  token may no longer read. The source's own when left out. */
  readonly channel?: string
  readonly ok: boolean
  /** One line for people: `connect timeout`, `2 of 3 passing`. */
  readonly detail: string
  readonly atMs: number
  /** Asked to take no new clients (Consul's maintenance mode). Says nothing of health: no counter moves. */
  readonly draining?: boolean
  /** Instances behind this verdict, for those who read it. */
  readonly counts?: { readonly passing: number; readonly total: number }
  /** A pushed verdict holds so long, and is stale after. */
  readonly validForMs?: number
}

/** How a source, or one channel of it, is doing apart from what it says: heartbeats, unchanged replies, errors. */
export interface SourceView {
  readonly channel: string
  /** When it last confirmed that everything it said still holds. */
  readonly heardMs: number
  /** False makes its words stale at once. */
  readonly reachable: boolean
}

export type Verdict = 'up' | 'down' | 'unknown'

/** Fresh counts; stale keeps the last word and is marked; expired is left out. */
export type Freshness = 'fresh' | 'stale' | 'expired'

/** As the decision consumes it (`HealthState` of the policy stage). */
export type RegionState = Verdict | 'draining' | 'stale' | 'forced-up' | 'forced-down'

export interface HealthLimits {
  /** A source with a heartbeat is stale when not heard for so long. */
  readonly staleAfterMs: number
  /** Stale words are left out after so long; 0: never. */
  readonly expireAfterMs: number
  /** A prober of our own is stale after so many of its intervals without a result. */
  readonly staleIntervals: number
  /** Falls within the window after which a subject is called flapping; 0: never. */
  readonly flapFalls: number
  readonly flapWindowMs: number
  /** A flapping subject comes back only after so long without one failure. It still falls at once. */
  readonly flapQuietMs: number
  /** Share of a target's regions that one source may withdraw within the window. */
  readonly maxWithdraw: number
  readonly withdrawWindowMs: number
  /** A doubted source that says less, but not nothing, is believed again after so long. */
  readonly doubtQuietMs: number
}

export const DEFAULT_LIMITS: HealthLimits = {
  staleAfterMs: 6_000,
  expireAfterMs: 300_000,
  staleIntervals: 3,
  flapFalls: 5,
  flapWindowMs: 300_000,
  flapQuietMs: 30_000,
  maxWithdraw: 0.5,
  withdrawWindowMs: 60_000,
  doubtQuietMs: 10_000,
}

/** Consul and pushes have judged already and speak only when something changes: their silence between heartbeats
 *  is agreement. Everything else is one measurement of our own. */
export function speaksByEvent({ kind }: CheckSpec): boolean {
  return kind === 'consul' || kind === 'push'
}

export function targetKey({ zone, name }: Pick<HealthTarget, 'zone' | 'name'>): string {
  return `${zone} ${name}`
}

export function subjectKey({ zone, region, check, address, host }: Subject): string {
  const key = `${zone} ${region} ${check} ${address}`
  return host === undefined ? key : `${key} ${host}`
}

/** What a check of a name says something of. */
export function subjectOf(
  { zone, name }: Pick<HealthTarget, 'zone' | 'name'>,
  region: string,
  { name: check, kind, host }: CheckSpec,
  address: string,
): Subject {
  const subject = { zone, region, check, address }
  return host === '' && ASKS_BY_NAME.has(kind) ? { ...subject, host: name } : subject
}

const ASKS_BY_NAME: ReadonlySet<CheckSpec['kind']> = new Set(['http', 'https', 'tls', 'grpc'])

/** `consul` of `consul:aws-eu-central-1`. */
export function sourceKind(source: string): string {
  const colonAt = source.indexOf(':')
  return colonAt < 0 ? source : source.slice(0, colonAt)
}

/** Whether so many instances are enough for `min-passing`; 0 asks for one. */
export function enoughPassing(passing: number, total: number, minPassing: number): boolean {
  return passing > 0 && passing / total >= minPassing
}
