/** What a zone's directives come to over the whole address space: for each policy its client classes and
 *  networks, and the board that says what they are served now. */

import { UP } from '../policy/choose.ts'
import type { Steering } from '../policy/steering.ts'
import { type BoardPolicy, boardWords, fillBoard } from './board.ts'
import { type ClientClasses, clientClasses, type PlaceTable } from './client-classes.ts'

export interface SteeredPolicy extends BoardPolicy {
  readonly networks: ClientClasses
}

export interface SteeredZone {
  readonly steering: Steering | undefined
  readonly policies: readonly SteeredPolicy[]
  readonly board: SharedArrayBuffer
}

/** Every region counts as up until somebody knows better. */
export function steerZone(steering: Steering, table: PlaceTable): SteeredZone {
  let boardAt = 0
  const policies = steering.policies.map(policy => {
    const networks = clientClasses(policy, table)
    const steered = { policy, networks, classes: networks.classes, boardAt }
    boardAt += boardWords(policy, networks.classes)
    return steered
  })
  const board = new SharedArrayBuffer(boardAt * Int32Array.BYTES_PER_ELEMENT)
  for (const steered of policies) {
    fillBoard(
      new Int32Array(board),
      steered,
      steered.policy.regions.map(() => UP),
    )
  }
  return { steering, policies, board }
}
