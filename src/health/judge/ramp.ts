/** Gradual return: a region that was out gets its weight back over a time, so that caches fill and connections
 *  spread before everyone is there. Pure. */

/** What it starts with: too little to hurt, enough to be seen. */
export const RAMP_FIRST_SHARE = 0.1
/** It grows in steps of a twentieth: else it would never rest, and no two servers would ever be at the same. */
const STEPS = 20

export class Ramp {
  private readonly sinceMs: number
  private readonly durationMs: number

  constructor(sinceMs: number, durationMs: number) {
    this.sinceMs = sinceMs
    this.durationMs = durationMs
  }

  isOver(nowMs: number): boolean {
    return nowMs - this.sinceMs >= this.durationMs
  }

  /** RAMP_FIRST_SHARE to 1, and never back. */
  shareOfWeight(nowMs: number): number {
    if (this.isOver(nowMs)) return 1
    const passed = Math.max(0, nowMs - this.sinceMs) / this.durationMs
    const share = RAMP_FIRST_SHARE + (1 - RAMP_FIRST_SHARE) * passed
    // 0.15 * 20 is a hair above 3, and others are a hair below.
    return Math.floor(share * STEPS + 1e-9) / STEPS
  }
}
