/** Gradual return (`ramp=`): a region that was out takes its clients back a few at a time, while those that served
 *  them meanwhile keep the others. Where weights pick, its weight grows. Elsewhere a growing part of the hash units
 *  (/24 and /48) gets it: the same on every server, and whoever has come back stays. Only ever divides what is
 *  available, so nothing here can leave a fence. Knows no clock. */

import { WEIGHT_MAX } from '../base/weighted.ts'
import type { Policy, Slot } from './steering.ts'

/** Of each region's health, by slot, as much as is looked at here. */
type Shares = readonly { readonly shareOfWeight?: number }[]

/** Who is answered in any case, and whom the rest of the answer is picked from, how heavy each. */
export interface LineUp {
  readonly fixed: readonly Slot[]
  readonly pool: readonly Slot[]
  readonly poolWeights: readonly number[]
  readonly pick: 'weighted' | 'hash'
}

/** The part of its clients that a region may have now. */
export function shareOf(health: Shares, slot: Slot): number {
  return health[slot]!.shareOfWeight ?? 1
}

/** `ordered`: available regions in a fixed order. `others`: those after them that are picked from by weight. */
export function lineUp(
  policy: Policy,
  ordered: readonly Slot[],
  others: readonly Slot[],
  health: Shares,
): LineUp {
  const first = ordered.slice(0, policy.answers)
  const isReturning = returningAmong(policy, [...ordered, ...others], health)
  if (isReturning !== undefined && first.some(isReturning)) {
    const shared = sharedPlaces(policy, ordered, others, health, isReturning)
    if (shared !== undefined) return shared
  }
  const pool = first.length < policy.answers ? others : []
  const weights = pool.map(slot => weightOf(policy, slot))
  const grown = weights.map((weight, i) => weight * shareOf(health, pool[i]!))
  const poolWeights = isReturning === undefined ? weights : wholeNumbers(grown)
  return { fixed: first, pool, poolWeights, pick: pickOf(policy) }
}

/** Who returns is behind the others. Somebody must carry the load: if all return, those furthest along do. */
function returningAmong(
  { rampMs }: Policy,
  available: readonly Slot[],
  health: Shares,
): ((slot: Slot) => boolean) | undefined {
  if (!(rampMs > 0)) return undefined
  const furthest = available.reduce((most, slot) => Math.max(most, shareOf(health, slot)), 0)
  const isReturning = (slot: Slot): boolean => shareOf(health, slot) < furthest
  return available.some(isReturning) ? isReturning : undefined
}

/** Settled regions keep their places in the answer. The places of returning ones are picked: each region in its turn
 *  gets its share of what those before it have left, and the settled next in the order get what remains. Undefined
 *  where there is nobody to share with. */
function sharedPlaces(
  policy: Policy,
  ordered: readonly Slot[],
  others: readonly Slot[],
  health: Shares,
  isReturning: (slot: Slot) => boolean,
): LineUp | undefined {
  const { answers } = policy
  const settled = ordered.filter(slot => !isReturning(slot))
  const fixed = ordered.slice(0, answers).filter(slot => !isReturning(slot))
  const open = answers - fixed.length
  const spares = settled.slice(fixed.length, answers)
  const isShort = spares.length < open && others.length > 0
  const heirs = isShort ? [...spares, ...others] : spares
  if (heirs.length === 0) return undefined
  const last = isShort || spares.length < open ? ordered.length : ordered.indexOf(spares.at(-1)!)
  const returning = ordered.slice(0, last).filter(isReturning)
  let left = 1
  const shares = returning.map(slot => {
    const share = left * shareOf(health, slot)
    left -= share
    return share
  })
  const carried = others.map(slot => weightOf(policy, slot) * shareOf(health, slot))
  const ofOthers = isShort ? carried : []
  const ofSpare = isShort ? sum(carried) : 1
  const weights = [...spares.map(() => ofSpare), ...ofOthers]
  const whole = sum(weights)
  return {
    fixed,
    pool: [...returning, ...heirs],
    poolWeights: wholeNumbers([...shares, ...weights.map(weight => (left * weight) / whole)]),
    pick: isShort ? pickOf(policy) : 'hash',
  }
}

/** In the same proportions, as fine as there is room for, and none of them 0. */
function wholeNumbers(weights: readonly number[]): number[] {
  const scale = WEIGHT_MAX / Math.max(...weights)
  return weights.map(weight => Math.max(1, Math.round(weight * scale)))
}

function weightOf({ weights }: Policy, slot: Slot): number {
  return Math.max(1, weights[slot]!)
}

function pickOf({ order }: Policy): 'weighted' | 'hash' {
  return order === 'weighted' ? 'weighted' : 'hash'
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
