/** Signatures first; see below. */

import type { Address } from '../base/address.ts'
import type { Preference, Trace } from './preference.ts'
import type { Policy, Slot } from './steering.ts'

export type HealthState = 'up' | 'down' | 'draining' | 'unknown' | 'stale' | 'forced-up' | 'forced-down'

/** What is known of one region of a policy's regions now. */
export interface RegionHealth {
  readonly state: HealthState
  /** For `stale`: what its source said last. */
  readonly lastUp: boolean
  /** Share of its addresses that are up, 0 to 1. */
  readonly shareUp: number
  /** Over capacity: served only when no other permitted region is available. */
  readonly over: boolean
  /** Nothing about it is about to change: not draining, recovering, nor failing unconfirmed checks. */
  readonly steady: boolean
}

export const UP: RegionHealth = { state: 'up', lastUp: true, shareUp: 1, over: false, steady: true }
export const DOWN: RegionHealth = { state: 'down', lastUp: false, shareUp: 0, over: false, steady: true }

/** By slot. */
export type Health = readonly RegionHealth[]

export interface Choice {
  readonly kind: 'regions' | 'sorry' | 'refuse'
  /** Always in the answer, best first. Empty for sorry and refuse. */
  readonly fixed: readonly Slot[]
  /** The rest of the answer is `answers - fixed.length` of these, picked as `pick` says. */
  readonly pool: readonly Slot[]
  /** By place in `pool`: integers, none of them 0. */
  readonly poolWeights: readonly number[]
  readonly pick: 'none' | 'weighted' | 'hash'
  /** How many regions are answered at once: never more than there are. */
  readonly answers: number
  /** Nothing was available: the outage rule speaks. */
  readonly outage: boolean
  readonly sorry: readonly Address[]
  readonly ttl: 'min' | 'max'
}

export declare function choose(
  policy: Policy,
  preference: Preference,
  health: Health,
  lastGood?: readonly Slot[],
  trace?: Trace,
): Choice

/** Equal for choices that give the same answers. */
export function choiceKey(choice: Choice): string {
  return [choice.kind, choice.fixed, choice.pool, choice.poolWeights, choice.pick, choice.answers].join(';')
}
