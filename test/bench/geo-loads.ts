/** The loads that are answered by policy: `geo` against the rivals, `geo-many` against `geo`, starts, flips and heap.
 *  Knows what is measured, not how servers are started. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from '../house/source.ts'
import { freePort } from '../tools/process.ts'
import { type Flipped, type FlippedUnderLoad, flipUnderLoad } from './flip.ts'
import { asBenchServer, GEO_SERVERS, startGeoServer } from './geo-servers.ts'
import { type GeoStart, startMany, timeStarts } from './geo-start.ts'
import { MANY_APEX, MANY_NAMES, MANY_POLICIES, manyZone } from './many-world.ts'
import { type LoadShape, type Measured, measure, SERVER_CPU } from './measure.ts'
import { median, megabytes, type Row, table } from './report.ts'

/** Highest ratio of Meridian's CPU time per query to a rival's. */
const RATIOS_MAX: Readonly<Record<string, number>> = { gdnsd: 1.05, knot: 0.8, pdns: 0.3 }
const MANY_RATIO_MAX = 1.25
const FIRST_START_SECONDS_MAX = 5
const LATER_START_SECONDS_MAX = 0.5
const FLIP_MS_MAX = 5
const LATER_STARTS = 3

export interface GeoManyRound {
  readonly one: Measured
  readonly many: Measured
}

export interface NamedStart {
  readonly zone: string
  readonly first: GeoStart
  readonly later: readonly GeoStart[]
}

/** The zone with one policy and the one with two hundred in turns, both at once in memory. */
export async function measureMany(
  dir: string,
  rounds: number,
  geo: LoadShape,
  many: LoadShape,
): Promise<GeoManyRound[]> {
  const folder = join(dir, 'many')
  mkdirSync(join(folder, 'zones'), { recursive: true })
  writeFileSync(join(folder, 'zones', `${MANY_APEX}.zone`), manyZone())
  const servers = [await startGeoServer('meridian', { cpus: SERVER_CPU })]
  const measured: GeoManyRound[] = []
  try {
    servers.push(asBenchServer('meridian', await startMany(folder, await freePort()), SERVER_CPU))
    for (let round = 0; round < rounds; round++)
      measured.push({ one: await measure(servers[0]!, geo), many: await measure(servers[1]!, many) })
    return measured
  } finally {
    for (const server of servers) await server.stop()
  }
}

export async function measureStarts(): Promise<NamedStart[]> {
  return [
    { zone: 'one policy, 1,000 names', ...(await timeStarts(manyZone(1_000, 1), LATER_STARTS)) },
    {
      zone: `${MANY_POLICIES} policies, ${MANY_NAMES.toLocaleString('en')} names`,
      ...(await timeStarts(manyZone(), 1)),
    },
  ]
}

export function measureFlips(shape: LoadShape): Promise<Flipped> {
  return flipUnderLoad(shape, pathToFileURL(join(ROOT, 'dist', 'serve', 'udp-worker.js')))
}

//------------ What is said of it ---

/** Meridian against each rival, as the median of the rounds. */
export function ratioLines(rows: readonly Row[]): string {
  const geo = rows.filter(({ load }) => load === 'geo')
  const cost = (server: string, round: number): number | undefined =>
    geo.find(row => row.server === server && row.round === round)?.measured.cost.totalUs
  const lines = GEO_SERVERS.flatMap(server => {
    const limit = RATIOS_MAX[server]
    const ratios = geo
      .filter(row => row.server === 'meridian')
      .flatMap(({ round, measured }) => {
        const theirs = cost(server, round)
        return theirs === undefined ? [] : [measured.cost.totalUs / theirs]
      })
    if (limit === undefined || ratios.length === 0) return []
    return [`- meridian ÷ ${server}: ${verdict(median(ratios), limit)}`]
  })
  return lines.join('\n')
}

export function manyLines(rounds: readonly GeoManyRound[]): string {
  const costOf = (pick: (round: GeoManyRound) => number): string => median(rounds.map(pick)).toFixed(2)
  const ratio = median(rounds.map(({ one, many }) => many.cost.totalUs / one.cost.totalUs))
  const lost = rounds.reduce((sum, { many }) => sum + many.lost, 0)
  const weight = median(rounds.map(({ many }) => many.memoryBytes))
  return [
    `**${MANY_NAMES.toLocaleString('en')} names, ${MANY_POLICIES} policies, city-level data**`,
    '',
    `- CPU µs/query: ${costOf(({ many }) => many.cost.totalUs)}, with one policy and country-level data ` +
      `${costOf(({ one }) => one.cost.totalUs)}`,
    `- ratio: ${verdict(ratio, MANY_RATIO_MAX)}`,
    `- ${megabytes(weight)} MB resident, ${lost} queries lost`,
  ].join('\n')
}

export function startLines(starts: readonly NamedStart[]): string {
  const rows = starts.map(({ zone, first, later }) => [
    zone,
    first.seconds.toFixed(2),
    median(later.map(({ seconds }) => seconds)).toFixed(2),
    megabytes(first.memoryBytes),
    megabytes(median(later.map(one => one.memoryBytes))),
  ])
  const head = ['zone', 'first s', 'later s', 'MB after first', 'MB after later']
  const limits = `For one policy ${FIRST_START_SECONDS_MAX} s and ${LATER_START_SECONDS_MAX} s are allowed.`
  return `**from process start to the first answer by policy, city-level data**\n\n${table(head, rows)}\n\n${limits}`
}

export function flipLines(flipped: Flipped): string {
  const { full, half } = flipped
  const count = (policies: number, classes: number): string =>
    `${policies.toLocaleString('en')} policies of ${classes.toLocaleString('en')} client classes`
  return [
    `**one region flips, ${count(flipped.policies, flipped.classes)}**`,
    '',
    `Rewriting the ${count(flipped.policiesOfRegion, flipped.classesOfRegion)} that know it, in ms:`,
    '',
    `- ${underLoad('half of what can be answered', half)}: ${verdict(half.boardMs.median, FLIP_MS_MAX)}`,
    `- ${underLoad('all that can be answered, no core free', full)}: ${full.boardMs.median.toFixed(2)}`,
    `- the whole board, without load: ${flipped.wholeBoardMs.toFixed(2)}`,
  ].join('\n')
}

function underLoad(
  load: string,
  { flips, boardMs, queriesPerSecond, sent, lost, wrong }: FlippedUnderLoad,
): string {
  const counted = `${lost} of ${sent.toLocaleString('en')} queries lost, ${wrong} wrong`
  const rate = Math.round(queriesPerSecond).toLocaleString('en')
  return `${load} (${rate} q/s; ${counted}), longest of ${flips} ${boardMs.max.toFixed(2)}, median`
}

function verdict(value: number, limit: number): string {
  return `${value.toFixed(2)} (at most ${limit}: ${value <= limit ? 'held' : 'NOT HELD'})`
}
