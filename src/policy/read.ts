/** The directives of a zone → what they mean, with every problem at its place. The way in to the policy stage. */

import type { Problem } from '../base/problem.ts'
import type { Directive } from '../zone/zone.ts'
import { Complaints, type Piece, pieceOf } from './complaints.ts'
import { only, readEntry } from './entry.ts'
import { judgeSorry } from './holders.ts'
import { judgeFences } from './judge-fences.ts'
import { judgeNames } from './judge-names.ts'
import { judgeUse } from './judge-use.ts'
import { type DeclaredChecks, readChecks } from './read-checks.ts'
import { readExpectation } from './read-expectations.ts'
import {
  type DeclaredPolicies,
  followServices,
  readConsulRecords,
  readSteeredNames,
  type ZoneWithDirectives,
} from './read-names.ts'
import { PlaceNames } from './read-places.ts'
import { POLICY_SHAPE, readPolicy } from './read-policy.ts'
import { type DeclaredRegions, readRegions } from './read-regions.ts'
import { PolicyRegions, readRegions as readRegionList } from './region-lists.ts'
import type { Policy, Spot, Steering } from './steering.ts'
import { show } from './values.ts'

export interface ReadPolicies {
  /** Absent when there are errors. */
  readonly policies?: Steering
  readonly problems: readonly Problem[]
}

export function readPolicies(zone: ZoneWithDirectives): ReadPolicies {
  const complaints = new Complaints(zone.sources)
  const named = (name: string): Directive[] =>
    zone.directives.filter(directive => directive.name.text.toUpperCase() === name)
  const regions = readRegions(complaints, named('$REGION'))
  const places = new PlaceNames(complaints, new Set(regions.keys()))
  for (const directive of named('$PLACES')) places.declare(directive)
  const namedPlaces = places.readAll()
  const checks = readChecks(complaints, named('$CHECK'))
  const policies = readPolicyList(complaints, named('$POLICY'), { regions, places, checks })
  const lines = (type: string) => zone.steering.filter(line => line.type.text.toUpperCase() === type)
  const read = readSteeredNames(complaints, zone, lines('GSLB'), policies.declared)
  const services = readConsulRecords(complaints, zone, lines('CONSUL'), regions)
  const names = followServices(read, services)
  judgeNames(complaints, zone, names, policies.list, services)
  for (const policy of policies.list) {
    judgeFences(complaints, policy)
    judgeSorry(complaints, zone, names, policy)
  }
  const context = {
    complaints,
    zone,
    places,
    names,
    policies: policies.list,
    isBroken: complaints.errors > 0,
  }
  const expectations = named('$EXPECT').flatMap(directive => readExpectation(context, directive) ?? [])
  const steering: Steering = {
    regions: sound(regions),
    places: namedPlaces,
    checks: sound(checks),
    policies: policies.list,
    expectations,
    names,
    services,
  }
  judgeUse(complaints, zone)
  const problems = complaints.list()
  return complaints.errors > 0 ? { problems } : { policies: freeze(steering), problems }
}

function sound<T>(declared: ReadonlyMap<string, T | undefined>): T[] {
  return [...declared.values()].filter(one => one !== undefined)
}

interface Known {
  readonly regions: DeclaredRegions
  readonly places: PlaceNames
  readonly checks: DeclaredChecks
}

function readPolicyList(
  complaints: Complaints,
  directives: readonly Directive[],
  known: Known,
): { list: Policy[]; declared: DeclaredPolicies } {
  const list: Policy[] = []
  const declared = new Map<string, Policy | undefined>()
  const spots = new Map<string, Spot>()
  for (const directive of directives) {
    const errorsBefore = complaints.errors
    const entry = readEntry(complaints, POLICY_SHAPE, directive.words, directive.source)
    const [name] = entry.bare
    if (name === undefined) {
      complaints.error(
        pieceOf(directive.name, directive.source),
        'missing-words',
        '$POLICY needs a name',
        `write ${POLICY_SHAPE.usage}`,
      )
      continue
    }
    if (!mayBeNamed(complaints, name, spots)) continue
    spots.set(name.text, complaints.spot(name))
    declared.set(name.text, undefined)
    if (entry.isTorn) continue
    const listed = only(entry, 'regions')?.value
    if (listed === undefined) {
      if (complaints.errors === errorsBefore)
        complaints.error(
          name,
          'missing-regions',
          `policy ${name.text} has no regions=`,
          `write regions=${firstFew(known.regions)}`,
        )
      continue
    }
    const regions = readRegionList(complaints, listed, known.regions)
    if (regions === undefined) continue
    const policyRegions = new PolicyRegions(complaints, regions, known.regions)
    const policy = readPolicy({ complaints, ...known, regions: policyRegions, entry }, name, list.length)
    if (complaints.errors > errorsBefore) continue
    declared.set(name.text, policy)
    list.push(policy)
  }
  return { list, declared }
}

function mayBeNamed(complaints: Complaints, name: Piece, spots: ReadonlyMap<string, Spot>): boolean {
  const before = spots.get(name.text)
  if (before !== undefined) complaints.definedTwice(name, 'policy', before)
  else if (!/^[a-z0-9][a-z0-9_-]{0,62}$/i.test(name.text))
    complaints.error(
      name,
      'bad-name',
      `${show(name)} cannot be a policy's name`,
      'letters, digits, hyphens and underscores',
    )
  else return true
  return false
}

function firstFew(regions: DeclaredRegions): string {
  const names = [...regions.keys()].slice(0, 4)
  return names.length === 0 ? 'use1,euc1' : names.join(',')
}

/** Deep, but for bytes, which cannot be frozen. */
function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value))
    return value
  Object.freeze(value)
  for (const inner of Object.values(value)) freeze(inner)
  return value
}
