/** What a worker counts by zone, policy and region while it answers from one plan, and a small box of answers for
 *  others to look into: one block of shared memory for each worker and plan, so that nobody else writes to it and no
 *  count is ever of two plans. Whoever reports adds the blocks up. Knows no names: places follow from the plan.
 *
 *      box      AUDIT_WORDS 32-bit words, see `AuditBox`
 *      tallies  64-bit floats: by rcode for what is in no zone, then for each zone by rcode and, behind that, for
 *               each policy:
 *
 *      policy   see `PolicyTally`; then per region, where it was the first of the answer: see `Outcome` */

import { AUDIT_WORDS } from './audit-box.ts'

export const RCODES_COUNTED = 16
/** Rcodes up to 11 stand at their number, BADVERS here. */
export const RCODE_BADVERS_AT = 15

/** Why this region: it is preferred, one before it is out, or nothing permitted is up. */
export const Outcome = { Preferred: 0, Failover: 1, Outage: 2 } as const
export const OUTCOMES = 3

export const PolicyTally = { Refused: 0, Sorry: 1, Regions: 2 } as const

export function policyTallyWords(regions: number): number {
  return PolicyTally.Regions + regions * OUTCOMES
}

export function newTallyBlock(tallyWords: number): SharedArrayBuffer {
  return new SharedArrayBuffer(AUDIT_WORDS * 4 + tallyWords * 8)
}

export function talliesOf(block: SharedArrayBuffer): Float64Array {
  return new Float64Array(block, AUDIT_WORDS * 4)
}
