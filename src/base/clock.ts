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
