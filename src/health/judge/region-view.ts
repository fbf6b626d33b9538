/** What is known of one region of one name, whole: what the decision takes, what people read. Values only. */

import type { Override } from '../overrides/override.ts'
import type { CheckTally } from './rollup.ts'
import type { RegionState } from './spec.ts'

export interface AddressView {
  readonly address: string
  readonly state: 'up' | 'down' | 'draining' | 'unknown' | 'stale'
  readonly live: boolean
  readonly sinceMs: number
  /** Checks that speak of it. */
  readonly checks: readonly { readonly name: string; readonly state: string }[]
  /** Whose word decided; empty while nothing is known. */
  readonly source: string
  readonly confirmedMs: number
  readonly detail: string
}

/** Fits the policy stage's `RegionHealth`. */
export interface RegionView {
  readonly region: string
  readonly state: RegionState
  readonly lastUp: boolean
  readonly shareUp: number
  /** Capacity is not health's affair: always false here. */
  readonly over: boolean
  readonly steady: boolean
  /** Part of its weight that it may have now; below 1 for `ramp=` after it came back. */
  readonly shareOfWeight: number
  /** By place in the region's addresses: what to answer with. Never all false: when none is live, and the region
   *  is served all the same, it is served whole. */
  readonly mask: readonly boolean[]
  /** Why other regions are better though it is up: it answers with none but dead addresses of IPv4. */
  readonly yields?: string
  readonly sinceMs: number
  readonly addresses: readonly AddressView[]
  readonly checks: readonly CheckTally[]
  /** The check that decided; empty when the operator did, or nothing is known. */
  readonly check: string
  /** Whose word decided: a source, `operator`, or empty. */
  readonly source: string
  readonly confirmedMs: number
  readonly detail: string
  /** The state without the operator's word. */
  readonly judged: RegionState
  /** Sources whose words on it are taken back. */
  readonly doubted: readonly string[]
  /** Why it has nothing to answer with. */
  readonly lacks?: string
  readonly override?: Override
}

/** Nothing that an answer depends on differs. */
export function servesAlike(a: RegionView, b: RegionView): boolean {
  return (
    a.state === b.state &&
    a.lastUp === b.lastUp &&
    a.shareUp === b.shareUp &&
    a.steady === b.steady &&
    a.lacks === b.lacks &&
    a.yields === b.yields &&
    a.shareOfWeight === b.shareOfWeight &&
    a.mask.length === b.mask.length &&
    a.mask.every((served, i) => served === b.mask[i])
  )
}
