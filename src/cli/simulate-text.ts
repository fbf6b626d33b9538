/** What `meridian simulate` prints of a report, for people and for programs. */

import { COUNTRIES } from '../facts/countries.ts'
import type { CountryShare, Report } from '../simulate/report.ts'
import type { Simulated } from './simulate-run.ts'
import type { Comparison } from './simulate-sides.ts'
import { type Column, printTable } from './table.ts'
import type { Paint } from './terminal.ts'

export interface TextOptions {
  readonly down: readonly string[]
  /** Clients at the busiest moment, in the unit of capacity=. */
  readonly clients: number | undefined
  readonly compares: boolean
  readonly paint: Paint
}

const NAMES_MAX = 4
const COUNTRIES_MAX = 20
const COUNTRIES_BESIDE_MAX = 5

export function printSimulated({ comparison, reports }: Simulated, options: TextOptions): string {
  const [report, other] = reports as readonly [Report, Report?]
  const { paint } = options
  const lines = [
    paint(
      'bold',
      `${comparison.zone} policy ${comparison.after.policy.name}: ${namesText(comparison.names)}`,
    ),
    weighedText(reports, options.down),
  ]
  if (options.compares) lines.push('', ...moveLines(comparison, report, other, paint))
  lines.push('', ...loadLines(report, other, options))
  lines.push('', ...downLines(report, options))
  return `${lines.join('\n')}\n`
}

function namesText(names: readonly string[]): string {
  const first = names.slice(0, NAMES_MAX).join(' ')
  return names.length > NAMES_MAX ? `${first} and ${names.length - NAMES_MAX} more` : first
}

function weighedText(reports: readonly Report[], down: readonly string[]): string {
  const parts = reports.map(({ measure, total }) => `${whole(total)} ${UNITS[measure]}`)
  return `weighed by ${parts.join('; ')}${down.length === 0 ? '' : `; down: ${down.join(', ')}`}`
}

const UNITS = {
  ipv4: 'IPv4 addresses of known place',
  ipv6: 'IPv6 /48s of known place, apart',
  traffic: 'queries',
} as const

//------------ Moves ---

function moveLines(
  comparison: Comparison,
  report: Report,
  other: Report | undefined,
  paint: Paint,
): string[] {
  if (comparison.before === undefined) return ['No policy answered these names before: nothing to compare.']
  const besides = other === undefined ? '' : ` (IPv6: ${percent(other.moved)})`
  const head = `Moved: ${percent(report.moved)}${besides}`
  const residency = residencyLines(report, other)
  if (report.moved === 0 && (other?.moved ?? 0) === 0)
    return [paint('green', `${head}, nobody`), ...residency]
  const moves = report.moves.map(({ from, to, share, countries }) => [
    from,
    to,
    percent(share),
    besidesText(countries),
  ])
  const countries = report.countries
    .slice(0, COUNTRIES_MAX)
    .map(({ country, share, ofCountry, moves: own }) => [
      countryText(country),
      percent(share),
      percent(ofCountry),
      own.map(({ from, to }) => `${from} → ${to}`).join(', '),
    ])
  const more = report.countries.length - COUNTRIES_MAX
  return [
    paint('yellow', head),
    ...(moves.length === 0 ? [] : ['', ...printTable(MOVE_COLUMNS, moves)]),
    ...(countries.length === 0 ? [] : ['', ...printTable(COUNTRY_COLUMNS, countries)]),
    ...(more > 0 ? [`  and ${more} more countries`] : []),
    ...residency,
  ]
}

const MOVE_COLUMNS: readonly Column[] = [
  { title: 'from', align: 'left' },
  { title: 'to', align: 'left' },
  { title: 'of all', align: 'right' },
  { title: 'most of it from', align: 'left' },
]

const COUNTRY_COLUMNS: readonly Column[] = [
  { title: 'country', align: 'left' },
  { title: 'of all', align: 'right' },
  { title: 'of its own', align: 'right' },
  { title: 'moves', align: 'left' },
]

function besidesText(countries: readonly CountryShare[]): string {
  const first = countries.slice(0, COUNTRIES_BESIDE_MAX)
  const more = countries.length - first.length
  const texts = first.map(({ country, share }) => `${country || 'unknown'} ${percent(share)}`)
  return `${texts.join(', ')}${more > 0 ? `, ${more} more` : ''}`
}

/** A fence may change for people who have only IPv6. */
function residencyLines(report: Report, other: Report | undefined): string[] {
  const changes = [...report.residency, ...onlyIn(other, report)]
  if (changes.length === 0) return ['Residency: nobody may be served elsewhere than before']
  return [
    '',
    'Residency: whose permitted regions change',
    ...changes.flatMap(({ before, after, countries }) => {
      const gained = after.filter(region => !before.includes(region))
      const lost = before.filter(region => !after.includes(region))
      const what = [
        gained.length === 0 ? '' : `may now be served by ${gained.join(', ')}`,
        lost.length === 0 ? '' : `may no longer be served by ${lost.join(', ')}`,
      ]
      const who = countries.map(({ country, ofCountry }) =>
        ofCountry > 0.9995 ? country || 'unknown' : `${percent(ofCountry)} of ${country || 'unknown'}`,
      )
      return [`  ${shortList(who)}`, `    ${what.filter(text => text !== '').join('; ')}`]
    }),
  ]
}

function onlyIn(other: Report | undefined, report: Report): Report['residency'] {
  const known = new Set(report.residency.map(residencyKey))
  return other?.residency.filter(change => !known.has(residencyKey(change))) ?? []
}

function residencyKey({ before, after }: Report['residency'][number]): string {
  return `${before} ${after}`
}

function shortList(items: readonly string[]): string {
  const shown = items.slice(0, 30)
  return `${shown.join(', ')}${items.length > shown.length ? ` and ${items.length - shown.length} more` : ''}`
}

//------------ Loads ---

function loadLines(
  report: Report,
  other: Report | undefined,
  { clients, compares, paint }: TextOptions,
): string[] {
  const rows = report.loads.map(({ region, before, after, capacity }) => [
    region,
    compares ? percentOr(before) : '',
    percentOr(after),
    compares && before !== undefined && after !== undefined ? signed(after - before) : '',
    other === undefined ? '' : percentOr(other.loads.find(one => one.region === region)?.after),
    capacity === undefined ? '' : whole(capacity),
    capacity === undefined ? '' : usedText(after ?? 0, capacity, clients),
  ])
  const { before, after } = report.outage
  const outage =
    after === 0 && (before ?? 0) === 0
      ? []
      : [
          paint(
            'red',
            `  ${percent(after)} find every permitted region down${compares ? ` (before: ${percentOr(before)})` : ''}`,
          ),
        ]
  const afterTitle = compares ? 'after' : 'share'
  const columns: Column[] = [
    { title: 'region', align: 'left' },
    { title: 'before', align: 'right' },
    { title: afterTitle, align: 'right' },
    { title: 'change', align: 'right' },
    { title: 'IPv6', align: 'right' },
    { title: 'capacity', align: 'right' },
    { title: clients === undefined ? 'full at' : 'used', align: 'right' },
  ]
  const title = clients === undefined ? 'Load' : `Load of ${whole(clients)} clients in all`
  return [paint('bold', title), ...printTable(columns, rows), ...outage]
}

/** How much of its capacity a region uses; without a number of clients, how many there may be in all. */
function usedText(share: number, capacity: number, clients: number | undefined): string {
  if (clients !== undefined) {
    const used = capacity === 0 ? Number.POSITIVE_INFINITY : (share * clients) / capacity
    return share === 0 ? '0%' : `${Math.round(used * 100)}%${used > 1 ? ' OVER' : ''}`
  }
  return share === 0 ? '' : whole(capacity / share)
}

function downLines(report: Report, { clients, paint }: TextOptions): string[] {
  if (report.downs.length === 0) return ['One more region down: there is none left']
  const capacityOf = new Map(report.loads.map(({ region, capacity }) => [region, capacity]))
  const rows = report.downs.map(({ down, loads, outage }, i) => {
    const [most] = loads
    const capacity = most === undefined ? undefined : capacityOf.get(most.region)
    return [
      down,
      most?.region ?? '',
      most === undefined ? '' : percent(most.share),
      most === undefined ? '' : signed(most.more),
      most === undefined || capacity === undefined ? '' : usedText(most.share, capacity, clients),
      outage === 0 ? '' : percent(outage),
      i === 0 && report.downs.length > 1 ? 'the worst' : '',
    ]
  })
  const columns: Column[] = [
    { title: 'down', align: 'left' },
    { title: 'then most burdened', align: 'left' },
    { title: 'share', align: 'right' },
    { title: 'change', align: 'right' },
    { title: clients === undefined ? 'full at' : 'used', align: 'right' },
    { title: 'left without a region that is up', align: 'right' },
    { title: '', align: 'left' },
  ]
  return [paint('bold', 'One more region down (N−1)'), ...printTable(columns, rows)]
}

//------------ Numbers ---

export function percent(share: number): string {
  if (share > 0 && share < 0.00005) return '<0.01%'
  return `${(share * 100).toFixed(2)}%`
}

function percentOr(share: number | undefined): string {
  return share === undefined ? '–' : percent(share)
}

function signed(share: number): string {
  if (Math.abs(share) < 0.00005) return '0'
  return `${share > 0 ? '+' : '−'}${percent(Math.abs(share))}`
}

function whole(number: number): string {
  return Math.round(number).toLocaleString('en-US')
}

function countryText(country: string): string {
  return country === '' ? 'unknown' : `${country} ${COUNTRIES.get(country)?.name ?? ''}`.trimEnd()
}

//------------ For programs ---

export function simulatedToJson({ comparison, reports }: Simulated): unknown {
  const { zone, before, after, names } = comparison
  return {
    zone,
    policy: after.policy.name,
    policyBefore: before?.policy.name ?? null,
    names,
    reports: reports.map(report => ({
      ...report,
      loads: report.loads.map(({ region, ...load }) => ({
        region,
        before: load.before ?? null,
        after: load.after ?? null,
        capacity: load.capacity ?? null,
      })),
      outage: { before: report.outage.before ?? null, after: report.outage.after },
    })),
  }
}
