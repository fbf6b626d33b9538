/** From one board of a steered name to the next: a new board knows nothing of what was answered before, which
 *  `outage=last-good` goes back to. Knows no health. */

import { entryWords } from '../plan/board.ts'
import { type BoardPlace, type BoardPolicy, candidatesMax } from './board.ts'

/** Where a steered name has its choices. */
export interface BoardSeat {
  readonly board: Int32Array
  readonly policy: BoardPolicy
  readonly place: BoardPlace
}

/** Where policy and classes are what they were. Of what is taken, only what is permitted counts. */
export function carryChoices(from: BoardSeat, to: BoardSeat): void {
  const { policy, classes } = to.policy
  if (policy.outage.kind !== 'last-good' || from.board.buffer === to.board.buffer) return
  const { policy: before, classes: classesBefore } = from.policy
  const isSameShape =
    candidatesMax(before) === candidatesMax(policy) &&
    classesBefore.length === classes.length &&
    String(before.regions.map(({ name }) => name)) === String(policy.regions.map(({ name }) => name))
  if (!isSameShape) return
  const words = entryWords(candidatesMax(policy)) * classes.length
  const { boardAt } = from.place
  to.board.set(from.board.subarray(boardAt, boardAt + words), to.place.boardAt)
}
