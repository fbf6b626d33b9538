/** The one place where time comes from. Whatever decides by time takes a `Clock` as an argument. */

/** Milliseconds since some moment; never steps back when somebody sets the wall clock. */
export type Clock = () => number

export const monotonicMs: Clock = () => performance.now()

/** As the kernel's CLOCK_MONOTONIC counts, which other programs can read as well. */
export function monotonicMicroseconds(): bigint {
  return process.hrtime.bigint() / 1000n
}

/** Milliseconds since 1970, for dates and ages that people read. */
export const wallClockMs: Clock = () => Date.now()

/** How often the wall clock itself is looked at, and how far off may be what its milliseconds hide. */
const CHECK_INTERVAL_MS = 1_000
const DRIFT_MS_MAX = 2

/** Milliseconds since 1970 with their fractions, for what is told in microseconds. Steps when the wall clock does,
 *  within a second. */
export class PreciseWallClock {
  private originMs: number = performance.timeOrigin
  private checkedMs = 0

  read(): number {
    const nowMs = performance.now()
    if (nowMs - this.checkedMs > CHECK_INTERVAL_MS) this.check(nowMs)
    return this.originMs + nowMs
  }

  private check(nowMs: number): void {
    this.checkedMs = nowMs
    const driftMs = Date.now() - (this.originMs + nowMs)
    if (Math.abs(driftMs) > DRIFT_MS_MAX) this.originMs += driftMs
  }
}
