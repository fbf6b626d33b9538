/** `outage=last-good` over rebuilds: what the boards say is carried from those that go to those that come, by names of
 *  regions, since slots and classes of clients may be others. Knows no health. */

import { candidatesMax } from '../compile/board.ts'
import { targetKey } from '../health/judge/spec.ts'
import { ChoiceKind, currentSlots, entryWords, Pick, packChoice, storeChoice } from '../plan/board.ts'
import type { Preference } from '../policy/preference.ts'
import type { Policy, Slot } from '../policy/steering.ts'
import type { Watch } from './health-targets.ts'

interface Kept {
  readonly board: ArrayBufferLike
  /** Names of the regions answered, by what the class of clients prefers. */
  readonly answered: ReadonlyMap<string, readonly string[]>
}

/** By target. */
export type LastGood = ReadonlyMap<string, Kept>

export function lastGoodOf(watches: Iterable<Watch>): LastGood {
  const kept = new Map<string, Kept>()
  for (const { target, board, policy: boardPolicy, place } of watches) {
    const { policy, classes } = boardPolicy
    if (policy.outage.kind !== 'last-good') continue
    const room = candidatesMax(policy)
    const answered = new Map<string, string[]>()
    for (const [i, { preference }] of classes.entries()) {
      const slots = currentSlots(board, place.boardAt + i * entryWords(room), room)
      const names = slots.map(slot => policy.regions[slot]!.name)
      answered.set(preferred(policy, preference), names)
    }
    kept.set(targetKey(target), { board: board.buffer, answered })
  }
  return kept
}

/** Writes it to a board that nobody reads yet; the next fill finds it there. A board that stays needs nothing. */
export function restoreLastGood(kept: LastGood, { target, board, policy: boardPolicy, place }: Watch): void {
  const { policy, classes } = boardPolicy
  const known = policy.outage.kind === 'last-good' ? kept.get(targetKey(target)) : undefined
  if (known === undefined || known.board === board.buffer) return
  const room = candidatesMax(policy)
  for (const [i, { preference }] of classes.entries()) {
    const names = known.answered.get(preferred(policy, preference)) ?? []
    const slots = slotsNamed(policy, names)
    if (slots.length === 0 || slots.length > room) continue
    const choice = {
      kind: ChoiceKind.Regions,
      pick: Pick.First,
      flags: 0,
      answers: slots.length,
      fixed: slots.length,
      candidates: slots.map(slot => ({ slot, weight: 1 })),
    }
    storeChoice(board, place.boardAt + i * entryWords(room), room, packChoice(choice))
  }
}

function slotsNamed({ regions }: Policy, names: readonly string[]): Slot[] {
  return names.map(name => regions.findIndex(region => region.name === name)).filter(slot => slot >= 0)
}

function preferred({ regions }: Policy, { ranked, routed }: Preference): string {
  return `${routed}:${ranked.map(slot => regions[slot]!.name).join()}`
}
