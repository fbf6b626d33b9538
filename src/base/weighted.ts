/** Picking by weight with dice that the caller throws: integers only and no allocation, so that the control
 *  plane and the data plane run this very code. Knows no policies. */

import { isAmong, scramble } from './rendezvous.ts'

export const WEIGHT_MAX = 65_535

/** Writes into `out` the places 0 … count-1 of `answers` different picks, in the order drawn, and returns how
 *  many. Weights (none of them 0) stand at `at` of their column; `dice` is any 32 bits. */
export function pickByWeight(
  weights: Int32Array,
  at: number,
  count: number,
  answers: number,
  dice: number,
  out: Int32Array,
): number {
  const wanted = answers < count ? answers : count
  let total = 0
  for (let place = 0; place < count; place++) total += weights[at + place]!
  let thrown = dice >>> 0
  for (let picked = 0; picked < wanted; picked++) {
    // The product stays below 2^53 for 32 regions of the greatest weight; above that the error is one part in 2^32.
    let left = Math.floor((thrown * total) / 0x1_0000_0000)
    let place = 0
    for (; place < count - 1; place++) {
      if (isAmong(out, picked, place)) continue
      left -= weights[at + place]!
      if (left < 0) break
    }
    // Only when rounding overran the total and the last place was taken already.
    while (isAmong(out, picked, place)) place--
    out[picked] = place
    total -= weights[at + place]!
    thrown = scramble(thrown ^ (0x9e3779b9 | 0)) >>> 0
  }
  return wanted
}
