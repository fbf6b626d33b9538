/** The board: the small part of a plan that changes. For every steered name and class of clients it says which
 *  regions are served now, and for every region of the name which of its addresses are out. The control plane
 *  stores, workers read at the next query: no message, no rebuild. Knows nothing of health; whoever writes has
 *  decided already.
 *
 *      entry    word 0   which of the two sides holds (0 or 1)
 *               side 0   header, count of fixed candidates and version, then the candidates
 *               side 1   the same
 *
 *      masks    per region two words, for its A and its AAAA set: a bit is set for an address that is out
 *
 *      header   kind (4) · pick (4) · flags (8) · answers (8) · candidates (8), the last one lowest
 *      fixed      version of the change that made it say something else (24) · fixed candidates (8)
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
  /** A region that would be preferred is out. */
  Failover: 8,
} as const

export const REGIONS_MAX = 255
const FLAGS_MASK = 0xff << 16
/** A version has 24 bits; 0 is none. */
export const BOARD_VERSION_MAX = 0xffffff

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

/** A choice as the words of one side of an entry, without a version. */
export type PackedChoice = readonly number[]

export function packChoice({ kind, pick, flags, answers, fixed, candidates }: BoardChoice): PackedChoice {
  const header = candidates.length | (answers << 8) | (flags << 16) | (pick << 24) | (kind << 28)
  const words = [header, fixed]
  for (const { slot, weight } of candidates) words.push(slot | (weight << 8))
  return words
}

/** A version marks the choices that a change made say something else, for whoever wants to know when the first of them
 *  was used; without one, or where regions stay as they were, the choice keeps the version it had. */
export function storeChoice(
  board: Int32Array,
  entry: number,
  regions: number,
  choice: PackedChoice,
  version = 0,
): void {
  const side = 1 - board[entry]!
  const at = sideAt(entry, side, regions)
  const before = sideAt(entry, 1 - side, regions)
  for (let i = 0; i < choice.length; i++) board[at + i] = choice[i]!
  const isNews = version !== 0 && !hasSameRegions(board, at, before)
  board[at + 1]! |= (isNews ? version : board[before + 1]! >>> 8) << 8
  Atomics.store(board, entry, side)
}

/** Up to the flags, which say how the regions are served and not which. */
function hasSameRegions(board: Int32Array, a: number, b: number): boolean {
  const count = board[a]! & 0xff
  if (((board[a]! ^ board[b]!) & ~FLAGS_MASK) !== 0 || board[a + 1] !== (board[b + 1]! & 0xff)) return false
  for (let i = SIDE_HEADER_WORDS; i < SIDE_HEADER_WORDS + count; i++)
    if (board[a + i] !== board[b + i]) return false
  return true
}

/** Says at `to` what is said at `from`, entry by entry. */
export function repeatChoices(
  board: Int32Array,
  from: number,
  to: number,
  regions: number,
  entries: number,
): void {
  const words = sideWords(regions)
  for (let i = 0; i < entries; i++) {
    const offset = i * entryWords(regions)
    const source = currentSide(board, from + offset, regions)
    const side = 1 - Atomics.load(board, to + offset)
    const target = to + offset + 1 + side * words
    for (let word = 0; word < words; word++) board[target + word] = board[source + word]!
    Atomics.store(board, to + offset, side)
  }
}

/** Slots of the choice that holds, fixed and to be picked from. */
export function currentSlots(board: Int32Array, entry: number, regions: number): number[] {
  const side = currentSide(board, entry, regions)
  const count = board[side]! & 0xff
  return Array.from({ length: count }, (_, i) => board[side + SIDE_HEADER_WORDS + i]! & 0xff)
}

export const MASK_WORDS = 2
/** A larger set is served whole. */
export const MASKED_ADDRESSES_MAX = 32

/** Bits for the addresses of one set that are out; none when that would leave nothing to serve. */
export function storeMask(board: Int32Array, at: number, isLive: readonly boolean[]): void {
  Atomics.store(board, at, maskBits(isLive))
}

/** For the moment in which the choices change as well: out is what was out and what will be. A region whose last
 *  address dies has no mask from then on, and one that comes back has one again; whoever reads in between must not
 *  find the region chosen and its dead addresses unmasked. */
export function storeMaskAmid(board: Int32Array, at: number, isLive: readonly boolean[]): void {
  const bits = maskBits(isLive)
  const both = bits | Atomics.load(board, at)
  const leavesSome = isLive.some((_, i) => (both & (1 << i)) === 0)
  Atomics.store(board, at, leavesSome ? both : bits)
}

function maskBits(isLive: readonly boolean[]): number {
  const isMasked = isLive.length <= MASKED_ADDRESSES_MAX && isLive.includes(true)
  let bits = 0
  if (isMasked) isLive.forEach((live, i) => (bits |= live ? 0 : 1 << i))
  return bits
}

/** Word of the side that holds. */
export function currentSide(board: Int32Array, entry: number, regions: number): number {
  return sideAt(entry, Atomics.load(board, entry), regions)
}

/** Word of this side of an entry. */
export function sideAt(entry: number, side: number, regions: number): number {
  return entry + 1 + side * sideWords(regions)
}
