/** From samples to a verdict, as gdnsd counts: failures add up even with successes between them and only a run of
 *  successes clears them; what is down needs a run of successes. Unlike gdnsd, the first round withdraws nothing
 *  on one sample. A subject that falls again and again is held down until it has been quiet (flap damping); that
 *  delays its return and never its fall. Pure. */

import type { CheckSpec, HealthLimits, Sample, Verdict } from './spec.ts'
import { speaksByEvent } from './spec.ts'

export interface Thresholds {
  /** Failures that make it down. */
  readonly fall: number
  /** Successes in a row that make it up. */
  readonly rise: number
  /** Successes in a row that forgive failures not yet fatal. */
  readonly forgive: number
  /** Failures that make it down while nothing was known before; FIRST_ROUND_FAILURES at least when left out. */
  readonly firstRound?: number
}

/** What one source makes of one subject. */
export interface Judgement {
  readonly verdict: Verdict
  readonly sinceMs: number
  /** Failures while up or unknown. */
  readonly failures: number
  /** Successes in a row, while there is something to make up for. */
  readonly successes: number
  readonly draining: boolean
  /** Passing again, and held down for flapping. */
  readonly held: boolean
  /** When it became down or draining. Absent while neither. */
  readonly outMs: number | undefined
  /** The last falls, oldest first, no more than flapping takes. */
  readonly fallsMs: readonly number[]
  readonly lastOk: boolean
  readonly lastFailureMs: number
  /** The last sample. */
  readonly sampleMs: number
  readonly detail: string
}

/** The least failures that a first round asks for before it withdraws anything. */
export const FIRST_ROUND_FAILURES = 2

export function thresholdsOf(check: CheckSpec): Thresholds {
  // What Consul says, Consul has counted already.
  if (check.kind === 'consul') return { fall: 1, rise: 1, forgive: 1 }
  // A push is no sample but a statement, the first one as good as any other.
  if (check.kind === 'push')
    return { fall: check.fall, rise: check.rise, forgive: check.rise, firstRound: check.fall }
  // gdnsd's own defaults forgive after as many as they fall after.
  return { fall: check.fall, rise: check.rise, forgive: check.fall }
}

export function unjudged(nowMs: number): Judgement {
  return {
    verdict: 'unknown',
    sinceMs: nowMs,
    failures: 0,
    successes: 0,
    draining: false,
    held: false,
    outMs: undefined,
    fallsMs: [],
    lastOk: true,
    lastFailureMs: Number.NEGATIVE_INFINITY,
    sampleMs: Number.NEGATIVE_INFINITY,
    detail: '',
  }
}

/** As much of a sample as counts. */
export type Said = Pick<Sample, 'ok' | 'draining' | 'detail' | 'atMs'>

export function judge(was: Judgement, said: Said, thresholds: Thresholds, limits: HealthLimits): Judgement {
  const { ok, draining = false, detail, atMs } = said
  // Field by field: most samples change nothing else, and there are thousands.
  const heard: Judgement = {
    verdict: was.verdict,
    sinceMs: was.sinceMs,
    failures: was.failures,
    successes: was.successes,
    draining,
    held: was.held,
    outMs: was.outMs,
    fallsMs: was.fallsMs,
    lastOk: draining ? was.lastOk : ok,
    lastFailureMs: draining || ok ? was.lastFailureMs : atMs,
    sampleMs: atMs,
    detail,
  }
  if (draining) return marked(heard, atMs)
  return marked((ok ? succeed : fail)(heard, atMs, thresholds, limits), atMs)
}

/** What time alone does: a flapping subject that has been quiet comes back. */
export function settle(was: Judgement, nowMs: number, limits: HealthLimits): Judgement {
  return nowMs >= settlesMs(was, limits) ? marked(become(was, 'up', nowMs), nowMs) : was
}

/** When it does. */
export function settlesMs({ held, draining, lastFailureMs }: Judgement, limits: HealthLimits): number {
  return held && !draining ? lastFailureMs + limits.flapQuietMs : Infinity
}

/** Nothing is about to change: no failures that are not yet fatal, no recovery under way. */
export function isSteady({ verdict, failures, successes, draining, held }: Judgement): boolean {
  return !draining && !held && (verdict === 'down' ? successes === 0 : failures === 0)
}

export function isOut({ verdict, draining }: Pick<Judgement, 'verdict' | 'draining'>): boolean {
  return verdict === 'down' || draining
}

/** Whether an event source repeats itself by merely being alive. */
export function repeats(check: CheckSpec, { verdict, sampleMs }: Judgement): boolean {
  return speaksByEvent(check) && verdict === 'unknown' && sampleMs > Number.NEGATIVE_INFINITY
}

function fail(
  was: Judgement,
  atMs: number,
  { fall, firstRound = Math.max(FIRST_ROUND_FAILURES, fall) }: Thresholds,
  limits: HealthLimits,
): Judgement {
  if (was.verdict === 'down') return { ...was, successes: 0, held: false }
  const failures = was.failures + 1
  const needed = was.verdict === 'unknown' ? firstRound : fall
  if (failures < needed) return { ...was, failures, successes: 0 }
  const fallsMs = limits.flapFalls > 0 ? [...was.fallsMs, atMs].slice(-limits.flapFalls) : []
  return { ...become(was, 'down', atMs), fallsMs }
}

function succeed(
  was: Judgement,
  atMs: number,
  { rise, forgive }: Thresholds,
  limits: HealthLimits,
): Judgement {
  const successes = was.successes + 1
  switch (was.verdict) {
    case 'up':
      if (was.failures === 0) return was
      return successes >= forgive ? { ...was, failures: 0, successes: 0 } : { ...was, successes }
    case 'unknown': {
      // Failures of the first round still count, but a success is no moment to fall.
      const failures = forgive <= 1 ? 0 : was.failures
      return { ...become(was, 'up', atMs), failures, successes: failures > 0 ? 1 : 0 }
    }
    case 'down': {
      if (successes < rise) return { ...was, successes }
      const held = isFlapping(was, atMs, limits) && atMs - was.lastFailureMs < limits.flapQuietMs
      return held ? { ...was, successes, held } : become(was, 'up', atMs)
    }
  }
}

function isFlapping(
  { fallsMs }: Judgement,
  atMs: number,
  { flapFalls, flapWindowMs }: HealthLimits,
): boolean {
  return flapFalls > 0 && fallsMs.length >= flapFalls && atMs - fallsMs[0]! <= flapWindowMs
}

function become(was: Judgement, verdict: Verdict, atMs: number): Judgement {
  return { ...was, verdict, sinceMs: atMs, failures: 0, successes: 0, held: false }
}

function marked(judgement: Judgement, atMs: number): Judgement {
  const outMs = isOut(judgement) ? (judgement.outMs ?? atMs) : undefined
  return outMs === judgement.outMs ? judgement : { ...judgement, outMs }
}
