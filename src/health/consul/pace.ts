/** When the next request may go: a bucket that bounds the rate, a jittered backoff, and pauses that can be cut
 *  short. Knows no Consul. */

import type { Clock } from '../../base/clock.ts'

/** Resolves after the time or when the signal says so, whichever is first; never rejects. */
export function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted || durationMs <= 0) {
      resolve()
      return
    }
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, durationMs)
    signal.addEventListener('abort', done)
  })
}

/** Full jitter over the upper half: many watches that failed together do not come back together. */
export function backoffMs(failures: number, minMs: number, maxMs: number, dice: () => number): number {
  const ceilingMs = Math.min(maxMs, minMs * 2 ** Math.min(failures, 20))
  return ceilingMs / 2 + (ceilingMs / 2) * dice()
}

/** A token bucket: `burst` at once, then `perSecond`. */
export class Bucket {
  readonly #perSecond: number
  readonly #burst: number
  readonly #clock: Clock
  #tokens: number
  #filledAtMs: number

  constructor(perSecond: number, burst: number, clock: Clock) {
    this.#perSecond = perSecond
    this.#burst = burst
    this.#clock = clock
    this.#tokens = burst
    this.#filledAtMs = clock()
  }

  /** Takes one now, and says how long to wait before using it. */
  takeMs(): number {
    const nowMs = this.#clock()
    const gained = ((nowMs - this.#filledAtMs) / 1000) * this.#perSecond
    this.#tokens = Math.min(this.#burst, this.#tokens + gained) - 1
    this.#filledAtMs = nowMs
    return this.#tokens >= 0 ? 0 : (-this.#tokens / this.#perSecond) * 1000
  }
}
