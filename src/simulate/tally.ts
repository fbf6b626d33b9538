/** How much of the world is where and of which class: weights by place and pair of classes (before and after).
 *  Almost every place is of one pair, so the first one of each has flat columns. */

export interface Pair {
  /** Class of the old policy; NONE where there is no old one. */
  readonly before: number
  readonly after: number
}

/** Not a class; nor is `CARRIES_V4`, which is another number. */
export const NONE = -2
const NO_PAIR = -1

export class Tally {
  readonly pairs: Pair[] = []
  total = 0
  private readonly pairNumbers = new Map<number, number>()
  private readonly firstPair: Int32Array
  private readonly firstWeight: Float64Array
  private readonly others = new Map<number, number>()
  private readonly placeCount: number
  private lastBefore = NONE - 1
  private lastAfter = NONE - 1
  private lastPair = 0

  constructor(placeCount: number) {
    this.placeCount = placeCount
    this.firstPair = new Int32Array(placeCount).fill(NO_PAIR)
    this.firstWeight = new Float64Array(placeCount)
  }

  add(place: number, before: number, after: number, weight: number): void {
    const pair = this.pairOf(before, after)
    this.total += weight
    if (this.firstPair[place] === NO_PAIR) this.firstPair[place] = pair
    if (this.firstPair[place] === pair) {
      this.firstWeight[place]! += weight
      return
    }
    const key = pair * this.placeCount + place
    this.others.set(key, (this.others.get(key) ?? 0) + weight)
  }

  forEach(visit: (place: number, pair: number, weight: number) => void): void {
    for (let place = 0; place < this.placeCount; place++)
      if (this.firstWeight[place]! > 0) visit(place, this.firstPair[place]!, this.firstWeight[place]!)
    for (const [key, weight] of this.others)
      visit(key % this.placeCount, Math.floor(key / this.placeCount), weight)
  }

  private pairOf(before: number, after: number): number {
    if (before === this.lastBefore && after === this.lastAfter) return this.lastPair
    const key = (before - NONE) * 2 ** 24 + after
    let pair = this.pairNumbers.get(key)
    if (pair === undefined) {
      pair = this.pairs.push({ before, after }) - 1
      this.pairNumbers.set(key, pair)
    }
    this.lastBefore = before
    this.lastAfter = after
    this.lastPair = pair
    return pair
  }
}
