/** The metrics of what the server goes by: plan and zones, health, sources, geo data. */

import type { HealthFacts, MetricFacts, PlanFacts } from './metric-facts.ts'
import type { Family, Row } from './metrics.ts'

function planGauge(name: string, help: string, value: (plan: PlanFacts) => number): Family {
  return { name, help, kind: 'gauge', rows: ({ plan }) => [{ value: value(plan) }] }
}

/** Nothing while nothing is watched. */
function healthRows(rows: (health: HealthFacts) => readonly Row[]): Family['rows'] {
  return ({ health }) => (health === undefined ? [] : rows(health))
}

function zoneRows(value: (zone: PlanFacts['zones'][number]) => number | undefined): Family['rows'] {
  return ({ plan }) =>
    plan.zones.flatMap(zone => {
      const known = value(zone)
      return known === undefined ? [] : [{ labels: { zone: zone.zone }, value: known }]
    })
}

function silenceRows({ sources }: MetricFacts): Row[] {
  return sources.flatMap(({ name, silentSeconds }) =>
    silentSeconds === undefined ? [] : [{ labels: { source: name }, value: silentSeconds }],
  )
}

const PLAN_FAMILIES: readonly Family[] = [
  {
    name: 'meridian_info',
    help: 'Which Meridian this is.',
    kind: 'gauge',
    labels: ['version'],
    rows: ({ version }) => [{ labels: { version }, value: 1 }],
  },
  planGauge('meridian_plan_generation', 'Grows with every published plan.', plan => plan.generation),
  planGauge(
    'meridian_plan_published_timestamp_seconds',
    'When the plan was published that is served now.',
    plan => plan.publishedSeconds,
  ),
  planGauge('meridian_last_build_seconds', 'How long the last build took.', plan => plan.lastBuildSeconds),
  {
    name: 'meridian_builds_total',
    help: 'Builds of the zones folder; "failed" could not read it at all.',
    kind: 'counter',
    labels: ['result'],
    rows: ({ plan }) => [
      { labels: { result: 'ok' }, value: plan.builds },
      { labels: { result: 'failed' }, value: plan.buildsFailed },
    ],
  },
  {
    name: 'meridian_zone_load_failures_total',
    help: 'How often the file of a zone was read and found wanting.',
    kind: 'counter',
    labels: ['zone'],
    rows: ({ plan }) => [...plan.loadFailures].map(([zone, value]) => ({ labels: { zone }, value })),
  },
  {
    name: 'meridian_zone_state',
    help: '1 for the state a zone is in: current, kept (its file is bad now) or broken (it never was good).',
    kind: 'gauge',
    labels: ['zone', 'state'],
    rows: ({ plan }) => plan.zones.map(({ zone, state }) => ({ labels: { zone, state }, value: 1 })),
  },
  {
    name: 'meridian_zone_serial',
    help: 'Serial of the zone as it is served.',
    kind: 'gauge',
    labels: ['zone'],
    rows: zoneRows(({ serial }) => serial),
  },
  {
    name: 'meridian_zone_records',
    help: 'Records of the zone as it is served.',
    kind: 'gauge',
    labels: ['zone'],
    rows: zoneRows(({ records }) => records),
  },
]

const HEALTH_FAMILIES: readonly Family[] = [
  {
    name: 'meridian_region_up',
    help: '1 while a region of a name may be answered, 0 while it is down or drained.',
    kind: 'gauge',
    labels: ['zone', 'name', 'policy', 'region'],
    rows: healthRows(({ regions }) =>
      regions.map(({ zone, name, policy, region, isServed }) => ({
        labels: { zone, name, policy, region },
        value: isServed ? 1 : 0,
      })),
    ),
  },
  {
    name: 'meridian_region_state',
    help: '1 for the state a region of a name is in.',
    kind: 'gauge',
    labels: ['zone', 'name', 'region', 'state'],
    rows: healthRows(({ regions }) =>
      regions.map(({ zone, name, region, state }) => ({ labels: { zone, name, region, state }, value: 1 })),
    ),
  },
  {
    name: 'meridian_region_share_up',
    help: 'Share of the addresses of a region of a name that are up.',
    kind: 'gauge',
    labels: ['zone', 'name', 'region'],
    rows: healthRows(({ regions }) =>
      regions.map(({ zone, name, region, shareUp }) => ({ labels: { zone, name, region }, value: shareUp })),
    ),
  },
  {
    name: 'meridian_region_transitions_total',
    help: 'How often a region of a name changed to a state.',
    kind: 'counter',
    labels: ['name', 'region', 'to'],
    rows: healthRows(({ transitions }) =>
      transitions.map(({ count, ...labels }) => ({ labels, value: count })),
    ),
  },
  {
    name: 'meridian_source_doubted',
    help: '1 for a source of health whose word about a name is not taken.',
    kind: 'gauge',
    labels: ['zone', 'name', 'source'],
    rows: healthRows(({ doubts }) => doubts.map(labels => ({ labels, value: 1 }))),
  },
  {
    name: 'meridian_operator_orders',
    help: 'Orders of operators (drain, force) in force.',
    kind: 'gauge',
    rows: healthRows(({ orders }) => [{ value: orders }]),
  },
  {
    name: 'meridian_probes',
    help: 'Addresses and checks that are probed from here.',
    kind: 'gauge',
    rows: healthRows(({ probes }) => [{ value: probes }]),
  },
  {
    name: 'meridian_probe_lateness_seconds',
    help: 'How late probes start: the 99th percentile of the last few thousand.',
    kind: 'gauge',
    rows: healthRows(({ probeLatenessSeconds }) => [{ value: probeLatenessSeconds }]),
  },
  {
    name: 'meridian_probe_results_total',
    help: 'Probes by result; "none" could not be made.',
    kind: 'counter',
    labels: ['result'],
    rows: healthRows(({ probeResults }) =>
      Object.entries(probeResults).map(([result, value]) => ({ labels: { result }, value })),
    ),
  },
]

const SOURCE_FAMILIES: readonly Family[] = [
  {
    name: 'meridian_source_fresh',
    help: '1 while what a source of health says is fresh.',
    kind: 'gauge',
    labels: ['source'],
    rows: ({ sources }) =>
      sources.map(({ name, isFresh }) => ({ labels: { source: name }, value: isFresh ? 1 : 0 })),
  },
  {
    name: 'meridian_source_silence_seconds',
    help: 'Since a source of health was last heard.',
    kind: 'gauge',
    labels: ['source'],
    rows: silenceRows,
  },
  {
    name: 'meridian_geo_data_timestamp_seconds',
    help: 'Date of the geo data.',
    kind: 'gauge',
    labels: ['source'],
    rows: ({ geo }) => geo.map(({ name, dateSeconds }) => ({ labels: { source: name }, value: dateSeconds })),
  },
]

export const CONTROL_FAMILIES: readonly Family[] = [...PLAN_FAMILIES, ...HEALTH_FAMILIES, ...SOURCE_FAMILIES]
