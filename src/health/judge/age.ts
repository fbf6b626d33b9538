/** How much a word still counts: fresh, stale (kept and marked), expired (left out), and until when. Silence alone
 *  never takes a region away. Pure. */

import type { CheckSpec, Freshness, HealthLimits, SourceView } from './spec.ts'

export interface Heard {
  readonly sampleMs: number
  /** From the memory of an earlier run: stale until its source speaks of it again. */
  readonly recalled: boolean
  readonly validForMs: number | undefined
}

/** When this was last known to hold. */
export function confirmedMs({ sampleMs, recalled }: Heard, view: SourceView | undefined): number {
  return recalled || view === undefined ? sampleMs : Math.max(sampleMs, view.heardMs)
}

export interface Standing {
  readonly freshness: Freshness
  /** So it stays until then, if nobody says anything more. */
  readonly untilMs: number
}

export function standingOf(
  heard: Heard,
  check: CheckSpec,
  view: SourceView | undefined,
  nowMs: number,
  limits: HealthLimits,
): Standing {
  // A pushed verdict says itself how long it holds; a heartbeat of its channel does not prolong it.
  const fromMs = heard.validForMs === undefined ? confirmedMs(heard, view) : heard.sampleMs
  const staleMs =
    fromMs + (heard.validForMs ?? (view === undefined ? patienceMs(check, limits) : limits.staleAfterMs))
  const expiredMs = limits.expireAfterMs > 0 ? staleMs + limits.expireAfterMs : Infinity
  if (nowMs >= expiredMs) return { freshness: 'expired', untilMs: Infinity }
  const isFresh = !heard.recalled && view?.reachable !== false && nowMs < staleMs
  return isFresh ? { freshness: 'fresh', untilMs: staleMs } : { freshness: 'stale', untilMs: expiredMs }
}

/** A prober of our own has no heartbeat but its results, and a result may take its whole timeout. */
function patienceMs(
  { intervalMs, timeoutMs }: CheckSpec,
  { staleIntervals, staleAfterMs }: HealthLimits,
): number {
  return Math.max(staleAfterMs, staleIntervals * intervalMs + timeoutMs)
}
