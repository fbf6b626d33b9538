/** Time as the probes see it, handed in so that tests can make it. */

import { type Clock, monotonicMs } from '../../base/clock.ts'

export interface Timing {
  readonly clock: Clock
  /** Runs once, no earlier than after this delay. Hands back how to call it off. */
  readonly after: (delayMs: number, run: () => void) => CallOff
}

export type CallOff = () => void

/** At least 0, below 1. */
export type Dice = () => number

export const realTiming: Timing = {
  clock: monotonicMs,
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}
