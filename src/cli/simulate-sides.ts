/** The two folders of zones that `meridian simulate` holds against each other: which policy answers which names now
 *  and before. */

import { hasErrors, type Problem } from '../base/problem.ts'
import { hasSteering, type SteeredPolicy, type SteeredZone, steerZone } from '../compile/steered-zone.ts'
import type { ZoneFile } from '../control/zone-folder.ts'
import type { GeoTable } from '../geo/table.ts'
import { readPolicies } from '../policy/read.ts'
import type { SteeredName } from '../policy/steering.ts'
import { printName } from '../wire/name.ts'
import { loadZone } from '../zone/load.ts'
import { type GeoOffice, judgeZoneFile, zoneFilesAt } from './zone-judge.ts'

/** Names that one policy answers and, before, one policy answered. */
export interface Comparison {
  readonly zone: string
  readonly after: SteeredPolicy
  /** Absent when there is nothing to compare with, or no policy answered these names before. */
  readonly before: SteeredPolicy | undefined
  readonly names: readonly string[]
}

export interface Sides {
  readonly comparisons: readonly Comparison[]
  /** Names that a policy answered before and none answers now. */
  readonly gone: readonly string[]
  readonly problems: readonly Problem[]
}

interface OpenedSide {
  /** By zone. */
  readonly zones: ReadonlyMap<string, SteeredZone>
  readonly problems: readonly Problem[]
}

/** `oldPath` is undefined when there is nothing to compare with. Errors among the problems: nothing was compared. */
export function openSides(newPath: string, oldPath: string | undefined, geo: GeoOffice): Sides {
  const after = openNew(newPath, geo)
  const before = oldPath === undefined ? undefined : openOld(oldPath, geo)
  const problems = [...after.problems, ...(before?.problems ?? []), ...geo.problems]
  if (hasErrors(problems)) return { comparisons: [], gone: [], problems }
  const comparisons = [...after.zones].flatMap(([zone, steered]) =>
    compare(zone, steered, before?.zones.get(zone)),
  )
  return { comparisons, gone: before === undefined ? [] : goneNames(before, after), problems }
}

/** As the server would take it. */
function openNew(path: string, geo: GeoOffice): OpenedSide {
  const { files, problems } = zoneFilesAt(path)
  const zones = new Map<string, SteeredZone>()
  const found = [...problems]
  for (const file of files) {
    const { zone, steered, problems: own } = judgeZoneFile(file, geo)
    found.push(...errorsOf(own))
    if (steered !== undefined && !zones.has(zone)) zones.set(zone, steered)
  }
  return { zones, problems: found }
}

/** It was served once, so nothing is proven again: what is wrong with it now is no reason not to compare. */
function openOld(path: string, geo: GeoOffice): OpenedSide {
  const { files, problems } = zoneFilesAt(path)
  const zones = new Map<string, SteeredZone>()
  const found = [...problems]
  for (const file of files) {
    const { zone, steered, errors } = steerFile(file, () => geo.table)
    found.push(...errors)
    if (steered !== undefined && !zones.has(zone)) zones.set(zone, steered)
  }
  return { zones, problems: found }
}

function steerFile(
  file: ZoneFile,
  geo: () => GeoTable | undefined,
): { zone: string; steered: SteeredZone | undefined; errors: readonly Problem[] } {
  const { zone, problems } = loadZone(file.path, file.apex)
  if (zone === undefined || !hasSteering(zone))
    return { zone: file.zone, steered: undefined, errors: errorsOf(problems) }
  const read = readPolicies(zone)
  const table = read.policies === undefined ? undefined : geo()
  const steered = table === undefined ? undefined : steerZone(read.policies!, table)
  return { zone: printName(zone.apex), steered, errors: errorsOf(read.problems) }
}

/** Policies that answer names, each split by what answered those names before. */
function compare(zone: string, after: SteeredZone, before: SteeredZone | undefined): Comparison[] {
  const oldPolicies = new Map(namesOf(before).map(({ name, policy }) => [printName(name), policy]))
  const groups = new Map<string, { after: number; before: number | undefined; names: string[] }>()
  for (const { name, policy } of namesOf(after)) {
    const text = printName(name)
    const old = oldPolicies.get(text)
    const key = `${policy} ${old}`
    const group = groups.get(key) ?? { after: policy, before: old, names: [] }
    group.names.push(text)
    groups.set(key, group)
  }
  return [...groups.values()].map(group => ({
    zone,
    after: after.policies[group.after]!,
    before: group.before === undefined ? undefined : before!.policies[group.before]!,
    names: group.names,
  }))
}

function namesOf(steered: SteeredZone | undefined): readonly SteeredName[] {
  return steered?.steering?.names ?? []
}

function goneNames(before: OpenedSide, after: OpenedSide): string[] {
  const stay = new Set([...after.zones.values()].flatMap(namesOf).map(({ name }) => printName(name)))
  const were = [...before.zones.values()].flatMap(namesOf).map(({ name }) => printName(name))
  return were.filter(name => !stay.has(name))
}

function errorsOf(problems: readonly Problem[]): Problem[] {
  return problems.filter(({ severity }) => severity === 'error')
}
