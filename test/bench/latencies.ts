/** Latency histograms with buckets of about one percent, small enough to keep one per tenth of a second.
 *  Knows only numbers. */

const BUCKETS_PER_OCTAVE = 64
const OCTAVES = 24
/** The last bucket holds everything above 16 s. */
const BUCKETS = BUCKETS_PER_OCTAVE * OCTAVES

export interface Percentiles {
  readonly p50Us: number
  readonly p99Us: number
  readonly p999Us: number
  readonly maxUs: number
}

export class Latencies {
  readonly counts = new Uint32Array(BUCKETS)
  total = 0

  add(microseconds: number): void {
    const bucket = microseconds <= 1 ? 0 : Math.floor(Math.log2(microseconds) * BUCKETS_PER_OCTAVE)
    this.counts[bucket < BUCKETS ? bucket : BUCKETS - 1]!++
    this.total++
  }

  clear(): void {
    this.counts.fill(0)
    this.total = 0
  }

  addAll(sparse: readonly (readonly [number, number])[]): void {
    for (const [bucket, count] of sparse) {
      this.counts[bucket]! += count
      this.total += count
    }
  }

  sparse(): [number, number][] {
    return [...this.counts.entries()].filter(([, count]) => count > 0)
  }

  percentiles(): Percentiles {
    return {
      p50Us: this.#at(0.5),
      p99Us: this.#at(0.99),
      p999Us: this.#at(0.999),
      maxUs: this.#at(1),
    }
  }

  /** The middle of the bucket that holds the given share. */
  #at(share: number): number {
    const rank = Math.max(1, Math.ceil(this.total * share))
    let seen = 0
    for (const [bucket, count] of this.counts.entries()) {
      seen += count
      if (seen >= rank && this.total > 0) return 2 ** ((bucket + 0.5) / BUCKETS_PER_OCTAVE)
    }
    return 0
  }
}
