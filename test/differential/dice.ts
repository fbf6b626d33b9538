/** Seeded random numbers (splitmix32), so that a printed seed repeats a whole run. */

export class Dice {
  private state: number

  constructor(seed: number) {
    this.state = seed | 0
  }

  /** 32 random bits. */
  next(): number {
    this.state = (this.state + 0x9e3779b9) | 0
    let mixed = this.state ^ (this.state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }

  /** 0 … bound - 1. */
  below(bound: number): number {
    return Math.floor((this.next() / 2 ** 32) * bound)
  }

  /** `from` … `to`, both included. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1)
  }

  chance(probability: number): boolean {
    return this.next() / 2 ** 32 < probability
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!
  }

  /** Picks by weight: `[['A', 3], ['TXT', 1]]` gives A three times out of four. */
  weighted<T>(items: readonly (readonly [T, number])[]): T {
    let left = this.below(items.reduce((sum, [, weight]) => sum + weight, 0))
    for (const [item, weight] of items) {
      left -= weight
      if (left < 0) return item
    }
    return items[0]![0]
  }

  bytes(count: number): Buffer {
    return Buffer.from(Array.from({ length: count }, () => this.below(256)))
  }

  /** An independent stream. */
  fork(): Dice {
    return new Dice(this.next())
  }
}

/** The seed from the environment, or a fresh one; whoever takes it must print it. */
export function seedFrom(variable: string): number {
  const given = process.env[variable]
  return given === undefined || given === '' ? Date.now() % 2 ** 31 : Number(given)
}
