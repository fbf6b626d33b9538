/** From a preference and what is up now to the regions that are answered. Only ever takes from the preference, so
 *  nothing here can leave a fence. Knows no places. */

import type { Address } from '../base/address.ts'
import { isPicked, type Preference } from './preference.ts'
import { lineUp, shareOf } from './returning.ts'
import type { Policy, Slot } from './steering.ts'
import type { Trace } from './trace.ts'

export type HealthState = 'up' | 'down' | 'draining' | 'unknown' | 'stale' | 'forced-up' | 'forced-down'

/** What is known of one of a policy's regions now. */
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
  /** Why it has nothing to answer with; absent where it has. Then it serves nobody as long as anybody else could. */
  readonly lacks?: string
  /** Why others are better though it is up; absent where they are not. Then it serves only when no other permitted
   *  region is available. */
  readonly yields?: string
  /** Part of its clients that it may have now: below 1 while it returns (`ramp=`). 1 when left out. */
  readonly shareOfWeight?: number
}

export const UP: RegionHealth = { state: 'up', lastUp: true, shareUp: 1, over: false, steady: true }
export const DOWN: RegionHealth = { state: 'down', lastUp: false, shareUp: 0, over: false, steady: true }

/** By slot. */
export type Health = readonly RegionHealth[]

export interface Choice {
  readonly kind: 'regions' | 'sorry' | 'refuse'
  /** Always in the answer, best first. Empty for sorry and refuse. */
  readonly fixed: readonly Slot[]
  /** The rest of the answer is `answers - fixed.length` of these, picked as `pick` says. Either empty or longer
   *  than that rest: what leaves nothing to pick is fixed. */
  readonly pool: readonly Slot[]
  /** By place in `pool`: whole numbers, none of them 0. */
  readonly poolWeights: readonly number[]
  readonly pick: 'none' | 'weighted' | 'hash'
  /** How many regions are answered at once. */
  readonly answers: number
  /** Nothing was available: the outage rule speaks. */
  readonly outage: boolean
  readonly sorry: readonly Address[]
  readonly ttl: 'min' | 'max'
}

/** `lastGood`: the slots answered before everything went down, for `outage=last-good`. */
export function choose(
  policy: Policy,
  preference: Preference,
  health: Health,
  lastGood?: readonly Slot[],
  trace?: Trace,
): Choice {
  const { ranked } = preference
  if (ranked.length === 0) {
    trace?.('refused')
    return { ...NOTHING, kind: 'refuse' }
  }
  const available = ranked.filter(slot => isAvailable(policy, health, slot, trace))
  if (available.length === 0) return chooseInOutage(policy, preference, health, lastGood, trace)
  const whole = unless(policy, available, slot => health[slot]!.yields, trace)
  const below = unless(policy, whole, slot => (health[slot]!.over ? 'over capacity' : undefined), trace)
  return compose(policy, preference, below, health, false, trace)
}

/** Those for which there is no reason against, as long as there are any. */
function unless(
  policy: Policy,
  slots: readonly Slot[],
  reasonOf: (slot: Slot) => string | undefined,
  trace: Trace,
): readonly Slot[] {
  if (!slots.some(slot => reasonOf(slot) !== undefined)) return slots
  const left = slots.filter(slot => reasonOf(slot) === undefined)
  if (left.length === 0) return slots
  for (const slot of slots) {
    const reason = reasonOf(slot)
    if (reason !== undefined) say(policy, slot, reason, trace)
  }
  return left
}

const NOTHING: Choice = {
  kind: 'regions',
  fixed: [],
  pool: [],
  poolWeights: [],
  pick: 'none',
  answers: 0,
  outage: false,
  sorry: [],
  ttl: 'max',
}

/** Equal for choices that give the same answers. */
export function choiceKey(choice: Choice): string {
  const { kind, fixed, pool, poolWeights, pick, answers } = choice
  return `${kind};${fixed};${pool};${poolWeights};${pick};${answers}`
}

/** Every region the choice can lead to, ascending. */
export function reachableSlots(choice: Choice): Slot[] {
  return [...choice.fixed, ...choice.pool].sort((a, b) => a - b)
}

/** Unknown counts as up: at start nothing has been checked yet. Stale keeps its last verdict. A forced region is
 *  what the operator says, whatever the share of its addresses. */
export function isAvailable(policy: Policy, health: Health, slot: Slot, trace?: Trace): boolean {
  const { state, lastUp, shareUp, lacks } = health[slot]!
  if (lacks !== undefined) {
    say(policy, slot, lacks, trace)
    return false
  }
  if (state === 'forced-up') return true
  const isUp = state === 'up' || state === 'unknown' || (state === 'stale' && lastUp)
  if (!isUp) {
    say(policy, slot, state === 'stale' ? 'stale, last seen down' : state, trace)
    return false
  }
  const isEnough = shareUp > 0 && shareUp >= policy.threshold
  if (!isEnough)
    trace?.(`${policy.regions[slot]!.name} dropped: ${percent(shareUp)} of its addresses up, ${need(policy)}`)
  return isEnough
}

function need({ threshold }: Policy): string {
  return threshold > 0 ? `threshold=${percent(threshold)}` : 'at least one is needed'
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`
}

function say(policy: Policy, slot: Slot, why: string, trace: Trace): void {
  trace?.(`${policy.regions[slot]!.name} dropped: ${why}`)
}

function chooseInOutage(
  policy: Policy,
  preference: Preference,
  health: Health,
  lastGood: readonly Slot[] | undefined,
  trace: Trace,
): Choice {
  const { outage } = policy
  const { ranked } = preference
  const ttl = ranked.every(slot => health[slot]!.steady) ? 'max' : 'min'
  const able = ranked.filter(slot => health[slot]!.lacks === undefined)
  const everybody = able.length > 0 ? able : ranked
  switch (outage.kind) {
    case 'refuse':
      trace?.('nothing is available: outage=refuse')
      return { ...NOTHING, kind: 'refuse', outage: true, ttl }
    case 'sorry':
      trace?.('nothing is available: outage=sorry')
      return { ...NOTHING, kind: 'sorry', outage: true, sorry: outage.addresses, ttl }
    case 'last-good': {
      const kept = able.filter(slot => lastGood?.includes(slot) === true)
      trace?.(
        kept.length > 0
          ? 'nothing is available: outage=last-good, what was answered before'
          : 'nothing is available: outage=last-good, but nothing was answered before: as if all were up',
      )
      return compose(policy, preference, kept.length > 0 ? kept : everybody, health, true, trace)
    }
    case 'in-fence':
      trace?.('nothing is available: outage=in-fence, as if every permitted region were up')
      return compose(policy, preference, everybody, health, true, trace)
  }
}

/** `candidates` are part of `preference.ranked`, in its order. */
function compose(
  policy: Policy,
  preference: Preference,
  candidates: readonly Slot[],
  health: Health,
  outage: boolean,
  trace: Trace,
): Choice {
  const routed = isPicked(policy) ? routedAmong(preference, candidates) : candidates.length
  const areAsked = routed < policy.answers || policy.rampMs > 0
  const others = areAsked ? weightedPool(policy, candidates.slice(routed), trace) : []
  const { fixed, pool, poolWeights, pick } = lineUp(policy, candidates.slice(0, routed), others, health)
  const isFixed = pool.length <= policy.answers - fixed.length
  const lookedAt =
    outage || !isFixed || candidates.length < policy.answers
      ? preference.ranked
      : upTo(preference, fixed, pool)
  const ttl = lookedAt.every(slot => health[slot]!.steady) ? 'max' : 'min'
  const choice: Choice = {
    ...NOTHING,
    fixed: isFixed ? [...fixed, ...pool] : fixed,
    pool: isFixed ? [] : pool,
    poolWeights: isFixed ? [] : poolWeights,
    pick: isFixed ? 'none' : pick,
    answers: isFixed ? fixed.length + pool.length : policy.answers,
    outage,
    ttl,
  }
  if (trace !== undefined) describe(policy, choice, health, trace)
  return choice
}

function routedAmong({ ranked, routed }: Preference, candidates: readonly Slot[]): number {
  const first = ranked.slice(0, routed)
  return candidates.filter(slot => first.includes(slot)).length
}

/** Weight 0 is served only when every other is out, as Route 53 does. */
function weightedPool(policy: Policy, slots: readonly Slot[], trace: Trace): readonly Slot[] {
  const weighed = slots.filter(slot => policy.weights[slot]! > 0)
  if (weighed.length === 0 || weighed.length === slots.length) return slots
  if (trace !== undefined)
    for (const slot of slots) if (policy.weights[slot] === 0) say(policy, slot, 'weight 0', trace)
  return weighed
}

/** What ranks before the last one answered: had any of it been otherwise, so had the answer. */
function upTo({ ranked }: Preference, fixed: readonly Slot[], pool: readonly Slot[]): readonly Slot[] {
  let last = 0
  for (const slot of fixed) last = Math.max(last, ranked.indexOf(slot))
  for (const slot of pool) last = Math.max(last, ranked.indexOf(slot))
  return ranked.slice(0, last + 1)
}

function describe(policy: Policy, choice: Choice, health: Health, trace: (step: string) => void): void {
  const names = (slots: readonly Slot[]): string => slots.map(slot => policy.regions[slot]!.name).join(',')
  if (choice.fixed.length > 0) trace(`pick ${names(choice.fixed)}`)
  if (choice.pool.length === 0) return
  for (const slot of choice.pool.filter(one => shareOf(health, one) < 1))
    trace(`${policy.regions[slot]!.name} returns: ${percent(shareOf(health, slot))} of its share`)
  const shares = choice.pool.map((slot, i) => `${policy.regions[slot]!.name}:${choice.poolWeights[i]}`)
  trace(`pick ${choice.answers - choice.fixed.length} of ${shares.join(',')} by ${choice.pick}`)
}
