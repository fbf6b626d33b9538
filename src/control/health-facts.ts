/** Health as metrics have it. Pure reading. */

import { isPast } from '../health/overrides/override.ts'
import type { HealthFacts, SourceFacts } from '../observe/metric-facts.ts'
import type { HealthDesk } from './health-desk.ts'
import { isOut } from './status-report.ts'

export function healthFacts(desk: HealthDesk, wallMs: number): HealthFacts {
  const { book, tally } = desk
  const figures = desk.figures()
  const regions = desk.targets.flatMap(target => {
    const { zone, name } = target
    const policy = desk.policyOf(target)
    return (book.regions(zone, name) ?? []).map(view => {
      const { region, state, shareUp } = view
      return { zone, name, policy, region, state, isServed: !isOut(view), shareUp }
    })
  })
  return {
    regions,
    transitions: [...tally.transitions.values()],
    doubts: book
      .doubts()
      .flatMap(({ zone, name, sources }) => sources.map(source => ({ zone, name, source }))),
    orders: book.overrides.replica.all().filter(override => !isPast(override, wallMs)).length,
    probes: figures.jobs,
    probeLatenessSeconds: figures.lateness.p99Ms / 1_000,
    probeResults: { ...tally.probes },
  }
}

/** Consul by datacenter, and our own probes where there are any. */
export function sourceFacts(desk: HealthDesk, nowMs: number): SourceFacts[] {
  const consul = desk.datacenters().map(({ datacenter, state, silentMs }) => ({
    name: `consul:${datacenter}`,
    isFresh: state === 'fresh',
    silentSeconds: silentMs === undefined ? undefined : silentMs / 1_000,
  }))
  if (desk.figures().jobs === 0) return consul
  const { lastProbeMs } = desk.tally
  const silentMs = lastProbeMs === undefined ? undefined : nowMs - lastProbeMs
  const isFresh = silentMs !== undefined && silentMs < PROBES_FRESH_MS
  return [
    ...consul,
    { name: 'probe', isFresh, silentSeconds: silentMs === undefined ? undefined : silentMs / 1_000 },
  ]
}

/** The longest interval a check may have is an hour, but some result comes far sooner than that. */
const PROBES_FRESH_MS = 60_000
