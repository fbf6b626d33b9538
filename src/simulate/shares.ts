/** Which part of a client's answers each region gets: all of it, an equal part where several are answered at once,
 *  a part by weight where dice or a hash choose. What is drawn by hash is counted as its shares too: over many
 *  clients it comes to them. */

import { type Choice, choiceKey, choose, type Health } from '../policy/choose.ts'
import type { Preference } from '../policy/preference.ts'
import type { Policy, Slot } from '../policy/steering.ts'

/** In place of a region. */
export const REFUSED = '(refused)'
export const SORRY = '(sorry)'

/** By name of the region; they add up to 1. */
export type Shares = ReadonlyMap<string, number>

export interface Outcome {
  readonly shares: Shares
  /** Nothing permitted is up: the outage rule answers. */
  readonly outage: boolean
}

/** For every class of a policy, under one health. */
export function outcomes(policy: Policy, preferences: readonly Preference[], health: Health): Outcome[] {
  const known = new Map<string, Shares>()
  return preferences.map(preference => {
    const choice = choose(policy, preference, health)
    const key = choiceKey(choice)
    const shares = known.get(key) ?? sharesOf(policy, choice)
    known.set(key, shares)
    return { shares, outage: choice.outage }
  })
}

function sharesOf(policy: Policy, choice: Choice): Shares {
  if (choice.kind === 'refuse') return new Map([[REFUSED, 1]])
  if (choice.kind === 'sorry') return new Map([[SORRY, 1]])
  const { fixed, pool, poolWeights, answers } = choice
  const name = (slot: Slot): string => policy.regions[slot]!.name
  const drawn = drawChances(poolWeights, answers - fixed.length)
  return new Map([
    ...fixed.map((slot): [string, number] => [name(slot), 1 / answers]),
    ...pool.map((slot, i): [string, number] => [name(slot), drawn[i]! / answers]),
  ])
}

/** Above this many subsets are too many, and an estimate must do. */
const EXACT_MAX = 12

/** How likely each is among `draws` drawn one after the other by weight, none twice. */
export function drawChances(weights: readonly number[], draws: number): number[] {
  const total = sum(weights)
  if (draws >= weights.length) return weights.map(() => 1)
  if (draws <= 1) return weights.map(weight => (draws * weight) / total)
  return weights.length <= EXACT_MAX ? exactChances(weights, draws) : estimatedChances(weights, draws)
}

function exactChances(weights: readonly number[], draws: number): number[] {
  const total = sum(weights)
  const chances = weights.map(() => 0)
  // How likely it is that exactly these were drawn so far.
  let sets = new Map<number, number>([[0, 1]])
  for (let draw = 0; draw < draws; draw++) {
    const next = new Map<number, number>()
    for (const [drawn, chance] of sets) {
      const left = total - sum(weights.filter((_, i) => (drawn & (1 << i)) !== 0))
      for (const [i, weight] of weights.entries()) {
        if ((drawn & (1 << i)) !== 0) continue
        const grown = drawn | (1 << i)
        next.set(grown, (next.get(grown) ?? 0) + (chance * weight) / left)
      }
    }
    sets = next
  }
  for (const [drawn, chance] of sets)
    for (const i of weights.keys()) if ((drawn & (1 << i)) !== 0) chances[i]! += chance
  return chances
}

/** Drawing by weight is a race of exponential clocks: at the moment when `draws` of them have rung on the average,
 *  each has rung with this chance. */
function estimatedChances(weights: readonly number[], draws: number): number[] {
  const rung = (time: number): number[] => weights.map(weight => 1 - Math.exp(-weight * time))
  let low = 0
  let high = 1
  while (sum(rung(high)) < draws) high *= 2
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (sum(rung(middle)) < draws) low = middle
    else high = middle
  }
  return rung(high)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0)
}

export interface Flow {
  readonly from: string
  readonly to: string
  /** Of 1. */
  readonly share: number
}

/** Who gains what others lose. Where several lose and several gain, each gives to each in proportion. */
export function flows(before: Shares, after: Shares): Flow[] {
  const lost = difference(before, after)
  const gained = difference(after, before)
  const moved = sum(gained.map(({ share }) => share))
  if (moved < 1e-12) return []
  return lost.flatMap(({ region: from, share: loss }) =>
    gained.map(({ region: to, share: gain }) => ({ from, to, share: (loss * gain) / moved })),
  )
}

/** What of `a` is more than in `b`. */
function difference(a: Shares, b: Shares): { region: string; share: number }[] {
  return [...a].flatMap(([region, share]) => {
    const more = share - (b.get(region) ?? 0)
    return more > 0 ? [{ region, share: more }] : []
  })
}
