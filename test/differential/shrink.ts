/** Makes a failing family of zones and its query as small as they get and still fail the same way. Many smaller
 *  families are tried at once: each gets its own top label, and all are served together. */

import { nameSize } from '../answers/name.ts'
import type { Query } from './queries.ts'
import type { Outcome, Question } from './trials.ts'
import { type Family, objection, type RrSet, type ZoneModel } from './zones.ts'

const ROUNDS_MAX = 40
const CANDIDATES_MAX = 60

export type TryMany = (families: readonly Family[], questions: readonly Question[]) => Promise<Outcome[]>

export async function shrink(failure: Outcome, tryMany: TryMany): Promise<Outcome> {
  let smallest = failure
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const candidates = smaller(smallest).slice(0, CANDIDATES_MAX)
    const renamed = candidates.map((candidate, i) => rename(candidate, i))
    const outcomes = await tryMany(
      renamed.map(question => question.family),
      renamed,
    )
    const next = outcomes.find(outcome => isSameFailure(outcome, failure))
    if (next === undefined) return smallest
    smallest = next
  }
  return smallest
}

function isSameFailure(a: Outcome, b: Outcome): boolean {
  if (a.verdict.kind !== 'wrong' || b.verdict.kind !== 'wrong') return false
  return (
    a.verdict.aspects.join() === b.verdict.aspects.join() && kindOf(a.verdict.why) === kindOf(b.verdict.why)
  )
}

/** A complaint without its numbers and names. */
function kindOf(why: string): string {
  return why.replace(/[\d:][\s\S]*/, '')
}

/** Largest bites first: whole zones, then halves of the records, down to single records. */
function smaller({ family, query }: Question): Question[] {
  const candidates: Question[] = []
  const offer = (zones: readonly ZoneModel[]): void => {
    const repaired = { zones: zones.map(repair) }
    if (zones.length > 0 && objection(repaired) === undefined) candidates.push({ family: repaired, query })
  }
  family.zones.forEach((_, i) => offer(family.zones.toSpliced(i, 1)))
  const total = Math.max(...family.zones.map(zone => zone.rrsets.length))
  for (let size = Math.ceil(total / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    family.zones.forEach((zone, i) => {
      for (let at = 0; at < zone.rrsets.length; at += size) {
        const kept = zone.rrsets.filter((set, j) => j < at || j >= at + size || isVital(zone, set))
        if (kept.length < zone.rrsets.length) offer(family.zones.with(i, { ...zone, rrsets: kept }))
      }
    })
  }
  family.zones.forEach((zone, i) => {
    zone.rrsets.forEach((set, j) => {
      if (set.rdatas.length === 1) return
      const half = { ...set, rdatas: set.rdatas.slice(0, Math.ceil(set.rdatas.length / 2)) }
      offer(family.zones.with(i, { ...zone, rrsets: zone.rrsets.with(j, half) }))
    })
  })
  return [...simplerQueries(query).map(simpler => ({ family, query: simpler })), ...candidates]
}

function simplerQueries(query: Query): Query[] {
  const simpler: Query[] = []
  if (query.flags !== 0) simpler.push({ ...query, flags: 0 })
  if (query.payload !== undefined) simpler.push({ ...query, payload: undefined, dnssecOk: false })
  if (query.dnssecOk) simpler.push({ ...query, dnssecOk: false })
  const lower = query.name.map(label => label.replace(/[A-Z]+/g, letters => letters.toLowerCase()))
  if (lower.some((label, i) => label !== query.name[i])) simpler.push({ ...query, name: lower })
  if (query.name.length > 1 && nameSize(query.name) > 100)
    simpler.push({ ...query, name: query.name.slice(1) })
  return simpler
}

function isVital(zone: ZoneModel, set: RrSet): boolean {
  return set.owner.length === zone.apex.length && (set.type === 'SOA' || set.type === 'NS')
}

/** Name servers whose addresses went are dropped too; the apex keeps one far away. */
function repair(zone: ZoneModel): ZoneModel {
  const rrsets = zone.rrsets.flatMap(set => {
    if (set.type !== 'NS') return [set]
    const kept = set.rdatas.filter(rdata => {
      const alone = {
        apex: zone.apex,
        rrsets: [...zone.rrsets.filter(one => one.type !== 'NS'), { ...set, rdatas: [rdata] }],
      }
      const apexNs = isVital(zone, set) ? [] : [{ ...set, owner: zone.apex, rdatas: [FAR_AWAY] }]
      const problem = objection({ zones: [{ ...alone, rrsets: [...alone.rrsets, ...apexNs] }] })
      return !problem?.includes('no address')
    })
    if (kept.length > 0) return [{ ...set, rdatas: kept }]
    return isVital(zone, set) ? [{ ...set, rdatas: [FAR_AWAY] }] : []
  })
  return { ...zone, rrsets }
}

const FAR_AWAY = { text: 'ns.elsewhere.invalid.', name: ['ns', 'elsewhere', 'invalid'] }

/** The same family under top labels of its own; they stay as long as they were. */
function rename({ family, query }: Question, index: number): Question {
  const digits = String(index).padStart(4, '0')
  const inName = <T extends readonly string[]>(name: T): readonly string[] =>
    name.map((label, i) => (i === name.length - 1 ? label.replace(/^([fg])\d{4}$/i, `$1${digits}`) : label))
  const zones = family.zones.map(zone => ({
    apex: inName(zone.apex),
    rrsets: zone.rrsets.map(set => ({
      ...set,
      owner: inName(set.owner),
      rdatas: set.rdatas.map(rdata => ({
        text: rdata.text.replace(/(^|[.\s])([fg])\d{4}\./gi, `$1$2${digits}.`),
        ...(rdata.name === undefined ? {} : { name: inName(rdata.name) }),
      })),
    })),
  }))
  return { family: { zones }, query: { ...query, name: inName(query.name) } }
}
