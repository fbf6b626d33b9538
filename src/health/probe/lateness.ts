/** How late probes start: the last few thousand delays, read as percentiles. Knows no probes. */

/** What 5,000 probes at five seconds yield in four. */
const KEPT = 4_096

export interface LatenessFigures {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

export class Lateness {
  private readonly kept = new Float64Array(KEPT)
  private count = 0

  add(lateMs: number): void {
    this.kept[this.count % KEPT] = lateMs
    this.count++
  }

  figures(): LatenessFigures {
    const sorted = this.kept.slice(0, Math.min(this.count, KEPT)).sort()
    const at = (share: number): number =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
    return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) }
  }
}
