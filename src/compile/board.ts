/** Choices → board: what `decide` comes to for every policy and class, as words that workers read. Written
 *  whole when a plan is made and again, entry by entry, when health changes. */

import { ChoiceFlag, ChoiceKind, entryWords, Pick, storeChoice } from '../plan/board.ts'
import { type Choice, choose, type Health } from '../policy/choose.ts'
import type { Policy, Slot } from '../policy/steering.ts'
import type { ClientClass } from './client-classes.ts'

/** A policy as the board needs it. */
export interface BoardPolicy {
  readonly policy: Policy
  readonly classes: readonly ClientClass[]
  /** Word of its first entry. */
  readonly boardAt: number
}

export function boardWords(policy: Policy, classes: readonly ClientClass[]): number {
  return entryWords(policy.regions.length) * classes.length
}

/** Stores the choice for every class of a policy under this health. */
export function fillBoard(
  board: Int32Array,
  { policy, classes, boardAt }: BoardPolicy,
  health: Health,
  lastGood?: (clientClass: number) => readonly Slot[] | undefined,
): void {
  const regions = policy.regions.length
  classes.forEach(({ preference }, i) => {
    const choice = choose(policy, preference, health, lastGood?.(i))
    const isStale = preference.ranked.some(slot => health[slot]!.state === 'stale')
    storeChoice(board, boardAt + i * entryWords(regions), regions, {
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
