/** Empty is not evidence of down: a token that lost its rights and a server that lost its data answer 200 with an
 *  empty list. Says which disappearances need proof, and what counts as one. Pure. */

import { type Instance, keyOf } from './instances.ts'
import type { ConsulLimits } from './limits.ts'

/** Why a claimed disappearance is not believed. */
export type SuspectReason = 'unconfirmed' | 'index-went-back' | 'blind'

export interface Suspicion {
  readonly reason: SuspectReason
  /** How many instances Consul names, and how many of those held it no longer does. */
  readonly claimed: number
  readonly vanished: number
  /** By the monotonic clock. */
  readonly sinceMs: number
}

/** What a second look, by the leader, came to. */
export interface Proof {
  /** Consul's own service, which always has instances, can be seen. */
  readonly sentinelVisible: boolean
  /** The leader names the same instances. */
  readonly agrees: boolean
  /** The leader's index is lower than one seen before, or its servers are all others than before. */
  readonly indexWentBack: boolean
}

/** What is held and no longer claimed. */
export function vanishedOf(held: readonly Instance[], claimed: readonly Instance[]): readonly Instance[] {
  const present = new Set(claimed.map(keyOf))
  return held.filter(instance => !present.has(keyOf(instance)))
}

/** All gone, or more than half at once. Those that were critical or drained before they went had announced it. */
export function needsProof(held: readonly Instance[] | undefined, claimed: readonly Instance[]): boolean {
  if (held === undefined) return claimed.length === 0
  const served = held.filter(isServed)
  const vanished = vanishedOf(served, claimed)
  if (vanished.length === 0) return false
  return claimed.length === 0 || vanished.length * 2 > served.length
}

function isServed(instance: Instance): boolean {
  return instance.status !== 'critical' && instance.maintenance === 'none'
}

/** Undefined: believe it. */
export function doubtOf(
  proof: Proof,
  claimedCount: number,
  suspectedForMs: number,
  limits: Pick<ConsulLimits, 'suspectMs' | 'resetSuspectMs'>,
): SuspectReason | undefined {
  if (proof.indexWentBack) {
    const isProven = proof.sentinelVisible && proof.agrees && suspectedForMs >= limits.resetSuspectMs
    return isProven ? undefined : 'index-went-back'
  }
  if (proof.sentinelVisible) return proof.agrees ? undefined : 'unconfirmed'
  // A token may be allowed this service and not Consul's own: what it still names speaks for it, nothing does not.
  return claimedCount > 0 && suspectedForMs >= limits.suspectMs ? undefined : 'blind'
}

/** What is shown meanwhile: what Consul says of those it names, and the last known of the others. */
export function heldThrough(held: readonly Instance[], claimed: readonly Instance[]): readonly Instance[] {
  const vanished = vanishedOf(held, claimed)
  return [...claimed, ...vanished].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}
