/** Every number of the Consul source, with its reason, and what it needs from the world. Knows no logic. */

import type { Clock } from '../../base/clock.ts'

/** Clocks and dice, so that nothing below reads them itself. */
export interface Timing {
  /** For ages: never steps. */
  readonly clock: Clock
  /** For dates that are kept or read by people. */
  readonly wallClock: Clock
  /** 0 ≤ … < 1. */
  readonly dice: () => number
}

export interface ConsulLimits {
  /** How long a blocking query may wait. An agent keeps the connection slot of a query that we gave up until its
   *  wait is over, so this stays short. */
  readonly waitMs: number
  /** Beyond a wait: Consul adds up to a sixteenth of it, and holds requests for 7 s while there is no leader. */
  readonly replyGraceMs: number
  readonly requestsPerSecondMax: number
  /** Requests that may follow each other at once before the rate counts. */
  readonly requestBurst: number
  readonly backoffMsMin: number
  readonly backoffMsMax: number
  /** A refused token does not come right by asking often; the heartbeat sees when it does. */
  readonly forbiddenRetryMs: number
  readonly heartbeatMs: number
  readonly heartbeatTimeoutMs: number
  /** Heartbeats missed in a row before a datacenter counts as silent. */
  readonly missesMax: number
  /** Unconfirmed for longer: stale. */
  readonly staleAfterMs: number
  /** Unconfirmed for longer: expired; 0 for never. */
  readonly expiredAfterMs: number
  /** How long a vanishing that could not be confirmed is not believed while other instances remain. */
  readonly suspectMs: number
  /** The same after the index went back: a server that lost its data. Agents register again within a minute in
   *  datacenters of up to 128 nodes, three for up to 512. */
  readonly resetSuspectMs: number
  /** Watches of one client address above which somebody should know: an agent allows it 200 connections, and one
   *  abandoned query more per watch may still hold its slot. */
  readonly watchesPerAgentMax: number
}

export const DEFAULT_LIMITS: ConsulLimits = {
  waitMs: 10_000,
  replyGraceMs: 8_000,
  requestsPerSecondMax: 5,
  requestBurst: 10,
  backoffMsMin: 100,
  backoffMsMax: 5_000,
  forbiddenRetryMs: 30_000,
  heartbeatMs: 2_000,
  heartbeatTimeoutMs: 1_500,
  missesMax: 2,
  staleAfterMs: 6_000,
  expiredAfterMs: 300_000,
  suspectMs: 30_000,
  resetSuspectMs: 180_000,
  watchesPerAgentMax: 60,
}
