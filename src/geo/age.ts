/** How old the data is, and what to say when it is too old. The time is an argument. */

import type { Problem } from '../base/problem.ts'
import type { GeoInfo } from './image.ts'
import { sourceProblem } from './source.ts'

/** Networks change hands all the time; MaxMind and DB-IP publish at least monthly. */
export const OLD_AFTER_DAYS = 90

const MS_PER_DAY = 86_400_000

/** Whole days since `2023-11-15`; undefined for a source without a date. */
export function ageDays(date: string, nowMs: number): number | undefined {
  const dayMs = Date.parse(`${date}T00:00:00Z`)
  return Number.isNaN(dayMs) ? undefined : Math.max(0, Math.floor((nowMs - dayMs) / MS_PER_DAY))
}

/** A warning for each source that is old; at start and in `geo info`. */
export function oldDataWarnings(info: GeoInfo, nowMs: number): readonly Problem[] {
  return info.sources.flatMap(({ kind, name, path, date }) => {
    const days = ageDays(date, nowMs)
    if (days === undefined || days <= OLD_AFTER_DAYS) return []
    const what = kind === 'geoip-lite' ? 'the embedded geo data' : `the geo data ${name}`
    const text = `${what} is of ${date}, ${days} days old: addresses that moved since are misplaced`
    const hint =
      kind === 'geoip-lite'
        ? 'bring newer data with --geo FILE.mmdb; geo-data/README.md says from where'
        : 'fetch it anew; geo-data/README.md says how'
    return [{ ...sourceProblem(path, 'old-data', text, hint), severity: 'warning' as const }]
  })
}
