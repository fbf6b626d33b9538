/** The board: the small part of a plan that changes. For every policy and client class it says which
 *  regions are served now. The control plane stores, workers read at the next query: no message, no
 *  rebuild. Knows nothing of health; whoever writes has decided already.
 *
 *      entry    word 0   which of the two sides holds (0 or 1)
 *               side 0   header, count of fixed candidates, then the candidates
 *               side 1   the same
 *
 *      header   kind (4) · pick (4) · flags (8) · answers (8) · candidates (8), the last one lowest
 *      candidate  weight (16) · slot of the policy (8)
 *
 *  A writer fills the side that does not hold and then turns word 0, so a reader never sees half a choice. */

export const ChoiceKind = {
  /** Serve regions. */
  Regions: 0,
  /** Nothing may be served: the policy's sorry addresses instead. */
  Sorry: 1,
  Refuse: 2,
} as const

export const Pick = {
  /** The first `answers` candidates. */
  First: 0,
  Weighted: 1,
  Hash: 2,
} as const

export const ChoiceFlag = {
  /** Something consulted is moving: the policy's lower TTL. */
  TtlMin: 1,
  /** Nothing permitted is available; what is served is served all the same. */
  Outage: 2,
  /** A source of health is silent: its last word holds. */
  Stale: 4,
} as const

export const REGIONS_MAX = 255

export interface BoardChoice {
  readonly kind: number
  readonly pick: number
  readonly flags: number
  readonly answers: number
  /** How many of the first candidates are in the answer whatever the pick. */
  readonly fixed: number
  readonly candidates: readonly { readonly slot: number; readonly weight: number }[]
}

/** Words of one entry for a policy of so many regions: both sides have a header of two words. */
export function entryWords(regions: number): number {
  return 1 + 2 * sideWords(regions)
}

export const SIDE_HEADER_WORDS = 2

function sideWords(regions: number): number {
  return SIDE_HEADER_WORDS + regions
}

export function storeChoice(board: Int32Array, entry: number, regions: number, choice: BoardChoice): void {
  const side = 1 - Atomics.load(board, entry)
  const at = entry + 1 + side * sideWords(regions)
  board[at] =
    choice.candidates.length |
    (choice.answers << 8) |
    (choice.flags << 16) |
    (choice.pick << 24) |
    (choice.kind << 28)
  board[at + 1] = choice.fixed
  choice.candidates.forEach(({ slot, weight }, i) => {
    board[at + SIDE_HEADER_WORDS + i] = slot | (weight << 8)
  })
  Atomics.store(board, entry, side)
}

/** Word of the side that holds. */
export function currentSide(board: Int32Array, entry: number, regions: number): number {
  return sideAt(entry, Atomics.load(board, entry), regions)
}

/** Word of this side of an entry. */
export function sideAt(entry: number, side: number, regions: number): number {
  return entry + 1 + side * sideWords(regions)
}
