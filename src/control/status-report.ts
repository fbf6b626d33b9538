/** What `meridian status` tells: the server's own facts, the regions of each zone together, the sources and how old
 *  their word is, and first of all what is wrong. Pure reading; asks nobody. */

import type { RegionView } from '../health/judge/region-view.ts'
import { sourceKind } from '../health/judge/spec.ts'
import { duration } from '../health/judge/text.ts'
import { isPast, type Override } from '../health/overrides/override.ts'
import type { RegionSummary, SharingReport, SourceSummary, StatusReply } from './control-messages.ts'
import type { HealthDesk } from './health-desk.ts'
import { notSharedLine } from './sharing-text.ts'

/** All that is not health, and not yet a verdict. */
export type StatusFacts = Omit<StatusReply, 'health' | 'kind' | 'problems'>

/** What of it the server knows without measuring. */
export type ServingFacts = Omit<StatusFacts, 'traffic' | 'geo'>

const SERVFAIL_SHARE_MAX = 0.001
/** An agent whose word is older than this is called silent. */
const SILENT_AFTER_MS = 10_000
const PROBLEMS_MAX = 50

export function statusReport(
  facts: StatusFacts,
  desk: HealthDesk | undefined,
  nowMs: number,
  wallMs: number,
): StatusReply {
  const health = desk === undefined ? undefined : healthReport(desk, nowMs, wallMs)
  const problems = problemsOf(facts, health)
  const hidden = problems.length - PROBLEMS_MAX
  const told = hidden > 0 ? [...problems.slice(0, PROBLEMS_MAX), `and ${hidden} more`] : problems
  return { kind: 'status', ...facts, problems: told, ...(health === undefined ? {} : { health }) }
}

function healthReport(desk: HealthDesk, nowMs: number, wallMs: number): NonNullable<StatusReply['health']> {
  const { jobs, denied } = desk.figures()
  const regions = summarise(desk, nowMs)
  return {
    names: desk.targets.length,
    regionsOut: regions.reduce((out, region) => out + region.out, 0),
    probes: jobs,
    probesDenied: denied,
    doubted: desk.book.doubts().map(({ name, sources }) => ({ name, sources })),
    overrides: inForce(desk, wallMs),
    regions,
    sources: sourcesOf(desk, nowMs),
    ...(desk.orders === undefined ? {} : { sharing: desk.orders.report() }),
  }
}

function inForce(desk: HealthDesk, wallMs: number): Override[] {
  return desk.book.overrides.replica.all().filter(override => !isPast(override, wallMs))
}

//------------ Regions ---

/** One line a region of a zone, however many names it serves: what is out first. */
function summarise(desk: HealthDesk, nowMs: number): RegionSummary[] {
  const views = new Map<string, { zone: string; views: RegionView[] }>()
  for (const { zone, name } of desk.targets) {
    const heardMs = desk.book.heardMs(zone, name)
    for (const [i, stored] of (desk.book.regions(zone, name) ?? []).entries()) {
      const view = { ...stored, confirmedMs: heardMs[i]! }
      const key = `${zone} ${view.region}`
      const known = views.get(key)
      if (known === undefined) views.set(key, { zone, views: [view] })
      else known.views.push(view)
    }
  }
  const summaries = [...views.values()].map(one => summaryOf(one.zone, one.views, nowMs))
  return summaries.toSorted((a, b) => rank(a) - rank(b))
}

function rank({ out, state }: RegionSummary): number {
  if (out > 0) return 0
  return state === 'up' || state === 'forced-up' ? 2 : 1
}

function summaryOf(zone: string, views: readonly RegionView[], nowMs: number): RegionSummary {
  const worst = views.toSorted((a, b) => weight(b) - weight(a))[0]!
  const confirmed = views.filter(({ source }) => source !== '' && source !== 'operator')
  return {
    zone,
    region: worst.region,
    state: worst.state,
    names: views.length,
    out: views.filter(isOut).length,
    forMs: Math.round(nowMs - worst.sinceMs),
    addressesUp: total(views, view => view.addresses.filter(({ live }) => live).length),
    addresses: total(views, view => view.addresses.length),
    sources: [...new Set(views.map(({ source }) => sourceKind(source)).filter(source => source !== ''))],
    ...(confirmed.length === 0
      ? {}
      : { ageMs: Math.round(nowMs - Math.min(...confirmed.map(({ confirmedMs }) => confirmedMs))) }),
    detail: detailOf(worst),
  }
}

function detailOf({ state, override, detail }: RegionView): string {
  if (override !== undefined)
    return `by order of ${override.by}@${override.stamp.node}${override.why === '' ? '' : `: ${override.why}`}`
  return state === 'up' ? '' : detail
}

function total(views: readonly RegionView[], count: (view: RegionView) => number): number {
  return views.reduce((sum, view) => sum + count(view), 0)
}

function weight(view: RegionView): number {
  return isOut(view) ? 2 : view.state === 'up' ? 0 : 1
}

export function isOut({ state, lastUp }: RegionView): boolean {
  return ['down', 'draining', 'forced-down'].includes(state) || (state === 'stale' && !lastUp)
}

/** Whoever has a say: each datacenter of Consul, and our own probes. */
function sourcesOf(desk: HealthDesk, nowMs: number): SourceSummary[] {
  const datacenters = desk.datacenters().map(
    ({ datacenter, state, silentMs, cause }): SourceSummary => ({
      name: `Consul ${datacenter}`,
      state,
      ...(silentMs === undefined ? {} : { ageMs: Math.round(silentMs) }),
      detail: state === 'fresh' ? '' : (cause?.text ?? ''),
    }),
  )
  const { lastProbeMs } = desk.tally
  if (lastProbeMs === undefined || desk.figures().jobs === 0) return datacenters
  const ageMs = Math.round(nowMs - lastProbeMs)
  return [...datacenters, { name: 'probes', state: 'fresh', ageMs, detail: '' }]
}

//------------ Problems ---

function problemsOf(facts: StatusFacts, health: StatusReply['health']): string[] {
  return [...zoneProblems(facts), ...healthProblems(health), ...serverProblems(facts)]
}

function zoneProblems({ zones }: StatusFacts): string[] {
  return zones.flatMap(({ zone, state }) => {
    if (state === 'broken') return [`${zone} has errors and is answered SERVFAIL: meridian check`]
    if (state === 'kept') return [`${zone} has errors: its last good version is served: meridian check`]
    return []
  })
}

function healthProblems(health: StatusReply['health']): string[] {
  if (health === undefined) return []
  const { doubted, sources, regions, probesDenied, sharing } = health
  return [
    ...doubted.map(
      ({ name, sources: whose }) => `${name}: ${whose.join(', ')} is doubted, its word is not taken`,
    ),
    ...sources.filter(isSilent).map(({ name, ageMs, detail }) => {
      const since = ageMs === undefined ? 'was never heard' : `is silent for ${duration(ageMs)}`
      return `${name} ${since}${detail === '' ? '' : `: ${detail}`}`
    }),
    ...regions.filter(({ out }) => out > 0).map(outLine),
    ...(sharing ?? []).filter(isUnshared).map(notSharedLine),
    ...(probesDenied > 0 ? [`${probesDenied} probes are not made: where they would go is denied`] : []),
  ]
}

/** A store not heard of yet is no problem before there is something to pass on. */
function isUnshared({ state, waiting }: SharingReport): boolean {
  return state === 'silent' || state === 'forbidden' || waiting > 0
}

function isSilent({ state, ageMs }: SourceSummary): boolean {
  return state !== 'fresh' || (ageMs ?? 0) > SILENT_AFTER_MS * 6
}

function outLine({ zone, region, state, names, out, forMs, detail }: RegionSummary): string {
  const share =
    out === names ? (names === 1 ? '' : ` for all its ${names} names`) : ` for ${out} of ${names} names`
  return `${zone} ${region} is ${state}${share} for ${duration(forMs)}${detail === '' ? '' : `: ${detail}`}`
}

function serverProblems({ workerRestarts, traffic, geo }: StatusFacts): string[] {
  const share = traffic.servfailShare
  return [
    ...(workerRestarts > 0 ? [`${workerRestarts} workers died and were replaced: see the log`] : []),
    ...(share > SERVFAIL_SHARE_MAX
      ? [`${(share * 100).toFixed(1)}% of the last minute's queries were answered SERVFAIL`]
      : []),
    ...geo.flatMap(({ name, days, isOld }) => (isOld ? [`${name} is ${days} days old`] : [])),
  ]
}
