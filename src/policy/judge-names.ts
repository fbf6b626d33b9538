/** What steered names come to with the records around them: every region must have something to say, and what
 *  stands beside a GSLB line must not contradict it. */

import { printName } from '../wire/name.ts'
import { RrType, typeName } from '../wire/types.ts'
import { NO_OWNER } from '../zone/owners.ts'
import type { SteeringRecord } from '../zone/zone.ts'
import type { Complaints } from './complaints.ts'
import { MisspeltRegions } from './misspelt-regions.ts'
import {
  DNSSEC_TYPES,
  findOwner,
  ownerName,
  printRelative,
  regionName,
  typesOf,
  type ZoneWithDirectives,
} from './read-names.ts'
import type { ConsulRecord, Policy, SteeredName } from './steering.ts'

/** A record of one of these beside GSLB would leave it open which of the two answers. */
const STEERED_ITSELF: readonly number[] = [RrType.A, RrType.AAAA, RrType.CNAME]

export function judgeNames(
  complaints: Complaints,
  zone: ZoneWithDirectives,
  names: readonly SteeredName[],
  policies: readonly Policy[],
  services: readonly ConsulRecord[],
): void {
  // A CONSUL line with a mistake is a line all the same.
  const byConsul = new Set(zone.steering.filter(isConsul).map(({ owner }) => owner))
  const steered = new Set(names.map(({ owner }) => owner))
  const misspelt = new MisspeltRegions(complaints, zone, names)
  for (const name of names) {
    const policy = policies[name.policy]!
    judgeBeside(complaints, zone, name, byConsul)
    if (isDelegated(complaints, zone, name)) continue
    judgeTargets(complaints, zone, name, policy, byConsul, steered)
    misspelt.judge(name, policy, byConsul)
  }
  judgeUse(complaints, zone, names, services)
}

function judgeBeside(
  complaints: Complaints,
  zone: ZoneWithDirectives,
  { owner, spot }: SteeredName,
  byConsul: ReadonlySet<number>,
): void {
  const clash = typesOf(zone, owner).filter(type => STEERED_ITSELF.includes(type))
  const types = clash.map(typeName).join(' and ')
  if (byConsul.has(owner))
    complaints.error(
      spot,
      'gslb-beside-records',
      'this name has a CONSUL record as well, so it is not plain who answers',
      'let the policy answer one name and CONSUL provide another: REGION.NAME',
    )
  if (clash.length > 0)
    complaints.error(
      spot,
      'gslb-beside-records',
      `this name has ${types} records as well, so it is not plain who answers`,
      `the policy answers ${types} from the records at REGION.NAME; move or remove the others`,
    )
}

function isConsul({ type }: SteeringRecord): boolean {
  return type.text.toUpperCase() === 'CONSUL'
}

/** Below a delegation nothing of this zone is answered. */
function isDelegated(
  complaints: Complaints,
  zone: ZoneWithDirectives,
  { name, owner, spot }: SteeredName,
): boolean {
  const cut = delegationOf(zone, name)
  if (cut === undefined) return false
  const why = findOwner(zone, cut) === owner ? 'by its NS records' : `with ${printName(cut)}`
  complaints.error(
    spot,
    'gslb-delegated',
    `this name is delegated away ${why}`,
    'other servers answer for it',
  )
  return true
}

function delegationOf(zone: ZoneWithDirectives, name: Uint8Array): Uint8Array | undefined {
  let cut: Uint8Array | undefined
  for (let at = 0; name.length - at > zone.apex.length; at += name[at]! + 1) {
    const ancestor = name.slice(at)
    if (typesOf(zone, findOwner(zone, ancestor)).includes(RrType.NS)) cut = ancestor
  }
  return cut
}

function judgeTargets(
  complaints: Complaints,
  zone: ZoneWithDirectives,
  name: SteeredName,
  policy: Policy,
  byConsul: ReadonlySet<number>,
  steered: ReadonlySet<number>,
): void {
  const types = new Map<string, readonly number[]>()
  const empty: string[] = []
  for (const [slot, region] of policy.regions.entries()) {
    const owner = name.regionOwners[slot]!
    const target = regionName(region.name, name.target)
    if (target === undefined) {
      complaints.error(
        name.spot,
        'name-too-long',
        `${region.name}.${printName(name.target)} is longer than a name may be (RFC 1035 §2.3.4)`,
      )
      continue
    }
    const shown = (): string => printRelative(target, zone.apex)
    const own = typesOf(zone, owner).filter(type => !DNSSEC_TYPES.has(type))
    if (owner !== NO_OWNER && steered.has(owner))
      complaints.error(
        name.spot,
        'gslb-to-gslb',
        `${shown()} is answered by policy itself`,
        'a policy chooses among ordinary records',
      )
    else if (own.length === 0 && !byConsul.has(owner)) empty.push(region.name)
    else if (delegationOf(zone, target) !== undefined)
      complaints.error(
        name.spot,
        'gslb-delegated',
        `${shown()} is delegated away`,
        'other servers answer for it',
      )
    else if (!byConsul.has(owner)) types.set(region.name, own)
  }
  if (empty.length > 0) reportEmpty(complaints, zone, name, empty)
  judgeProbes(complaints, zone, name, policy, types)
  judgeTypes(complaints, zone, name, types)
}

function reportEmpty(
  complaints: Complaints,
  zone: ZoneWithDirectives,
  name: SteeredName,
  regions: readonly string[],
): void {
  const shown = (region: string): string => printRelative(regionName(region, name.target)!, zone.apex)
  const what = regions.length === 1 ? `region ${regions[0]} has` : `regions ${list(regions)} have`
  complaints.error(
    name.spot,
    'region-without-records',
    `${what} nothing to answer: there are no records at ${list(regions.map(shown))}`,
    `write, for example: ${shown(regions[0]!)} 60 A 192.0.2.1`,
  )
}

/** Probes go to addresses of the zone file: nobody's name is looked up, so that no zone can aim them elsewhere. */
function judgeProbes(
  complaints: Complaints,
  zone: ZoneWithDirectives,
  name: SteeredName,
  { checks }: Policy,
  types: ReadonlyMap<string, readonly number[]>,
): void {
  const probes = checks.filter(({ kind }) => kind !== 'consul' && kind !== 'push')
  if (probes.length === 0) return
  const unasked = [...types].filter(([, own]) => !own.includes(RrType.A) && !own.includes(RrType.AAAA))
  if (unasked.length === 0) return
  const shown = unasked.map(([region]) => printRelative(regionName(region, name.target)!, zone.apex))
  const [what, outcome] =
    unasked.length === 1
      ? ['which has no addresses of its own', 'the region counts as up']
      : ['which have no addresses of their own', 'these regions count as up']
  complaints.warning(
    name.spot,
    'unprobed-region',
    `${list(probes.map(check => check.name))} cannot be asked at ${list(shown)}, ${what}: ${outcome}`,
    'probes follow no alias: write A or AAAA records, or let a consul or push check speak for it',
  )
}

/** A chosen region without the asked type gives NODATA, though another region has it. */
function judgeTypes(
  complaints: Complaints,
  zone: ZoneWithDirectives,
  name: SteeredName,
  types: ReadonlyMap<string, readonly number[]>,
): void {
  const beside = typesOf(zone, name.owner)
  const all = [...new Set([...types.values()].flat())].sort((a, b) => a - b)
  for (const type of all) {
    if (beside.includes(type)) {
      if (STEERED_ITSELF.includes(type)) continue
      complaints.warning(
        name.spot,
        'shadowed-type',
        `the name has ${typeName(type)} records of its own, so those of its regions are never answered`,
      )
      continue
    }
    // A CNAME answers for every type.
    const lack = [...types]
      .filter(([, own]) => !own.includes(type) && !own.includes(RrType.CNAME))
      .map(([region]) => region)
    const have = [...types].filter(([, own]) => own.includes(type)).map(([region]) => region)
    if (type !== RrType.CNAME && lack.length > 0)
      complaints.warning(
        name.spot,
        'regions-differ',
        `${whoHave(lack)} no ${typeName(type)}, but ${whoHave(have)}`,
        `a client sent there and asking ${typeName(type)} gets an empty answer`,
      )
  }
  if (!all.includes(RrType.CNAME) || beside.length === 0) return
  complaints.warning(
    name.spot,
    'cname-beside-records',
    `a region answers with a CNAME, but the name has ${beside.map(typeName).join(', ')} records too`,
    'a resolver that holds the CNAME will not ask for them (RFC 1034 §3.6.2); give the region addresses instead',
  )
}

/** `use1 has`, `use1 and euc1 have`. */
function whoHave(names: readonly string[]): string {
  return `${list(names)} ${names.length > 1 ? 'have' : 'has'}`
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

/** A CONSUL line that no policy leads to is answered when asked directly; most often a name is misspelt. */
function judgeUse(
  complaints: Complaints,
  zone: ZoneWithDirectives,
  names: readonly SteeredName[],
  services: readonly ConsulRecord[],
): void {
  const targets = new Set(names.flatMap(({ regionOwners }) => regionOwners))
  if (names.length === 0) return
  for (const { owner, spot } of services)
    if (!targets.has(owner))
      complaints.warning(
        spot,
        'unused-consul',
        `no GSLB name leads to ${printRelative(ownerName(zone, owner), zone.apex)}`,
        'it is answered only when asked for directly',
      )
}
