/** Choices → board: what `decide` comes to for every policy and class, as words that workers read. Written
 *  whole when a plan is made and again, entry by entry, when health changes. */

import {
  ChoiceFlag,
  ChoiceKind,
  currentSlots,
  entryWords,
  MASK_WORDS,
  Pick,
  storeChoice,
} from '../plan/board.ts'
import { type Choice, choose, type Health } from '../policy/choose.ts'
import type { Policy, Slot, SteeredName } from '../policy/steering.ts'
import type { ClientClass } from './client-classes.ts'

/** A policy as the board needs it. */
export interface BoardPolicy {
  readonly policy: Policy
  readonly classes: readonly ClientClass[]
}

/** Where the board speaks of one steered name. */
export interface BoardPlace {
  /** Word of its first entry. */
  readonly boardAt: number
  /** Word of its first mask, or 0 when its policy has no checks. */
  readonly masksAt: number
}

/** Above it, names of one policy that serve the same records share their entries: the orders that an operator
 *  gives for one of them alone then hold for the first of them or not at all. */
export const BOARD_WORDS_MAX = 1 << 23

/** A place for each name, in their order, and how many words they take up together. */
export function layOutBoard(
  names: readonly SteeredName[],
  policies: readonly BoardPolicy[],
  wordsMax = BOARD_WORDS_MAX,
): { readonly places: readonly BoardPlace[]; readonly words: number } {
  const each = names.map(name => wordsOf(policies[name.policy]!))
  const isShared = each.reduce((sum, words) => sum + words, 0) > wordsMax
  const byKey = new Map<string, BoardPlace>()
  let words = 0
  const places = names.map((name, i) => {
    const key = isShared ? `${name.policy} ${name.regionOwners}` : `${i}`
    const known = byKey.get(key)
    if (known !== undefined) return known
    const { policy, classes } = policies[name.policy]!
    const masksAt = words + entryWords(policy.regions.length) * classes.length
    const place = { boardAt: words, masksAt: policy.checks.length === 0 ? 0 : masksAt }
    byKey.set(key, place)
    words += each[i]!
    return place
  })
  return { places, words }
}

function wordsOf({ policy, classes }: BoardPolicy): number {
  const regions = policy.regions.length
  return entryWords(regions) * classes.length + (policy.checks.length === 0 ? 0 : MASK_WORDS * regions)
}

/** Stores the choice for every class of a policy under this health. What the board says so far is what
 *  `outage=last-good` goes back to. */
export function fillBoard(
  board: Int32Array,
  { policy, classes }: BoardPolicy,
  boardAt: number,
  health: Health,
): void {
  const regions = policy.regions.length
  const isKept = policy.outage.kind === 'last-good'
  classes.forEach(({ preference }, i) => {
    const entry = boardAt + i * entryWords(regions)
    const lastGood: Slot[] | undefined = isKept ? currentSlots(board, entry, regions) : undefined
    const choice = choose(policy, preference, health, lastGood)
    const isStale = preference.ranked.some(slot => health[slot]!.state === 'stale')
    storeChoice(board, entry, regions, {
      kind: KINDS[choice.kind],
      pick: PICKS[choice.pick],
      flags:
        (choice.ttl === 'min' ? ChoiceFlag.TtlMin : 0) |
        (choice.outage ? ChoiceFlag.Outage : 0) |
        (isStale ? ChoiceFlag.Stale : 0),
      answers: choice.answers,
      fixed: choice.fixed.length,
      candidates: candidates(choice),
    })
  })
}

const KINDS = { regions: ChoiceKind.Regions, sorry: ChoiceKind.Sorry, refuse: ChoiceKind.Refuse } as const
const PICKS = { none: Pick.First, weighted: Pick.Weighted, hash: Pick.Hash } as const

function candidates(choice: Choice): { slot: number; weight: number }[] {
  return [
    ...choice.fixed.map(slot => ({ slot, weight: 1 })),
    ...choice.pool.map((slot, i) => ({ slot, weight: choice.poolWeights[i]! })),
  ]
}
