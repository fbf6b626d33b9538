/** Which regions of which names a pattern speaks of: `euc1`, `live.classroom.example/euc1`, a glob of either. */

import { closest } from '../base/suggest.ts'
import type { RegionView } from '../health/judge/region-view.ts'
import { matches, normalPattern } from '../health/overrides/override.ts'
import type { Refusal } from './control-messages.ts'
import type { HealthDesk } from './health-desk.ts'

export interface RegionOfName {
  readonly zone: string
  readonly name: string
  readonly region: string
}

/** Undefined for what cannot be a pattern. */
export function meantRegions(desk: HealthDesk, text: string): RegionOfName[] | undefined {
  const pattern = normalPattern(text)
  if (pattern === undefined) return undefined
  return regionsOf(desk).filter(({ name, region }) => matches(pattern, name, region))
}

/** An order that speaks of nothing is a slip of the pen, and in an outage a costly one. */
export function noSuchRegion(desk: HealthDesk, pattern: string): Refusal {
  const all = regionsOf(desk)
  const words = pattern.includes('/')
    ? all.map(({ name, region }) => `${name}/${region}`)
    : [...new Set(all.map(({ region }) => region))]
  const hint = closest(pattern, words) ?? `there are ${words.slice(0, 12).join(', ')}`
  return { kind: 'refused', text: `${pattern} is no region that is served here`, hint }
}

export function viewOf(desk: HealthDesk, { zone, name, region }: RegionOfName): RegionView | undefined {
  return desk.book.regions(zone, name)?.find(one => one.region === region)
}

export function stateNow(
  desk: HealthDesk,
  one: RegionOfName,
): { readonly name: string; readonly region: string; readonly state: string } {
  return { name: one.name, region: one.region, state: viewOf(desk, one)?.state ?? 'unknown' }
}

export function regionsOf(desk: HealthDesk): RegionOfName[] {
  return desk.targets.flatMap(({ zone, name, regions }) =>
    regions.map(region => ({ zone, name, region: region.name })),
  )
}
