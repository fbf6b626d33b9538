/** Pairs of whole numbers → a whole number, for millions of look-ups: open addressing in flat columns, where a Map
 *  would keep an object for each. Keys and values are from 0 to 2^31 - 1, or the first of a pair up to 2^32 - 1. */

const SLOTS_AT_FIRST = 1 << 12

export class PairMap {
  private count = 0
  private firsts = new Uint32Array(SLOTS_AT_FIRST)
  private seconds = new Int32Array(SLOTS_AT_FIRST)
  /** Value + 1, or 0 for a free slot. Never more than half full. */
  private values = new Int32Array(SLOTS_AT_FIRST)

  /** -1 if it is not there. */
  get(first: number, second: number): number {
    return this.values[this.slotOf(first, second)]! - 1
  }

  set(first: number, second: number, value: number): void {
    const slot = this.slotOf(first, second)
    if (this.values[slot] === 0) this.count++
    this.firsts[slot] = first
    this.seconds[slot] = second
    this.values[slot] = value + 1
    if (this.count * 2 > this.values.length) this.rehash()
  }

  private slotOf(first: number, second: number): number {
    const mask = this.values.length - 1
    let mixed = Math.imul(first ^ Math.imul(second, 0x85ebca6b), 0x9e3779b1)
    mixed ^= mixed >>> 15
    for (let slot = mixed & mask; ; slot = (slot + 1) & mask)
      if (this.values[slot] === 0 || (this.firsts[slot] === first && this.seconds[slot] === second))
        return slot
  }

  private rehash(): void {
    const { firsts, seconds, values } = this
    this.firsts = new Uint32Array(firsts.length * 2)
    this.seconds = new Int32Array(firsts.length * 2)
    this.values = new Int32Array(firsts.length * 2)
    for (let old = 0; old < values.length; old++) {
      if (values[old] === 0) continue
      const slot = this.slotOf(firsts[old]!, seconds[old]!)
      this.firsts[slot] = firsts[old]!
      this.seconds[slot] = seconds[old]!
      this.values[slot] = values[old]!
    }
  }
}
