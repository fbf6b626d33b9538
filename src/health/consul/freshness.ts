/** How much a last known state is worth, by its age alone. Pure; knows no source. */

import type { ConsulLimits } from './limits.ts'

export type Freshness = 'fresh' | 'stale' | 'expired'

/** Stale: the last state is kept and marked. Expired: whoever judges should look elsewhere. */
export function freshnessOf(
  ageMs: number,
  limits: Pick<ConsulLimits, 'staleAfterMs' | 'expiredAfterMs'>,
): Freshness {
  if (limits.expiredAfterMs > 0 && ageMs >= limits.expiredAfterMs) return 'expired'
  return ageMs >= limits.staleAfterMs ? 'stale' : 'fresh'
}
