/** How much a word still counts: fresh, stale (kept and marked), expired (left out). Silence alone never takes a
 *  region away. Pure. */

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

export function freshnessOf(
  heard: Heard,
  check: CheckSpec,
  view: SourceView | undefined,
  nowMs: number,
  limits: HealthLimits,
): Freshness {
  // A pushed verdict says itself how long it holds; a heartbeat of its channel does not prolong it.
  const ageMs = nowMs - (heard.validForMs === undefined ? confirmedMs(heard, view) : heard.sampleMs)
  const staleAfterMs =
    heard.validForMs ?? (view === undefined ? patienceMs(check, limits) : limits.staleAfterMs)
  if (limits.expireAfterMs > 0 && ageMs >= staleAfterMs + limits.expireAfterMs) return 'expired'
  if (heard.recalled || view?.reachable === false) return 'stale'
  return ageMs < staleAfterMs ? 'fresh' : 'stale'
}

/** A prober of our own has no heartbeat but its results, and a result may take its whole timeout. */
function patienceMs(
  { intervalMs, timeoutMs }: CheckSpec,
  { staleIntervals, staleAfterMs }: HealthLimits,
): number {
  return Math.max(staleAfterMs, staleIntervals * intervalMs + timeoutMs)
}
