/** What steered names come to with the records around them: every region must have something to say, and what
 *  stands beside a GSLB line must not contradict it. */

import { printName } from '../wire/name.ts'
import { RrType, typeName } from '../wire/types.ts'
import { NO_OWNER } from '../zone/owners.ts'
import type { Complaints } from './complaints.ts'
import { findOwner, ownerName, printRelative, regionName, typesOf, type ZoneRecords } from './read-names.ts'
import type { ConsulRecord, Policy, SteeredName } from './steering.ts'

/** A record of one of these beside GSLB would leave it open which of the two answers. */
const STEERED_ITSELF: readonly number[] = [RrType.A, RrType.AAAA, RrType.CNAME]
const DNSSEC: ReadonlySet<number> = new Set([RrType.RRSIG, RrType.NSEC])

export function judgeNames(
  complaints: Complaints,
  zone: ZoneRecords,
  names: readonly SteeredName[],
  policies: readonly Policy[],
  services: readonly ConsulRecord[],
): void {
  const byConsul = new Set(services.map(({ owner }) => owner))
  const steered = new Set(names.map(({ owner }) => owner))
  for (const name of names) {
    const policy = policies[name.policy]!
    judgeBeside(complaints, zone, name)
    judgeCut(complaints, zone, name)
    judgeTargets(complaints, zone, name, policy, byConsul, steered)
  }
  judgeUse(complaints, zone, names, services)
}

function judgeBeside(complaints: Complaints, zone: ZoneRecords, { owner, spot }: SteeredName): void {
  const clash = typesOf(zone, owner).filter(type => STEERED_ITSELF.includes(type))
  if (clash.length > 0)
    complaints.error(
      spot,
      'gslb-beside-records',
      `this name has ${clash.map(typeName).join(' and ')} records as well, so it is not plain who answers`,
      `the policy answers ${clash.map(typeName).join(' and ')} from the records at REGION.NAME; move or remove the others`,
    )
}

/** Below a delegation nothing of this zone is answered. */
function judgeCut(complaints: Complaints, zone: ZoneRecords, { name, owner, spot }: SteeredName): void {
  const cut = delegationOf(zone, name)
  if (cut === undefined) return
  const what = findOwner(zone, cut) === owner ? 'has NS records' : `is below ${printName(cut)}`
  complaints.error(
    spot,
    'gslb-delegated',
    `this name ${what}, which is delegated away`,
    'other servers answer for it',
  )
}

function delegationOf(zone: ZoneRecords, name: Uint8Array): Uint8Array | undefined {
  let cut: Uint8Array | undefined
  for (let at = 0; name.length - at > zone.apex.length; at += name[at]! + 1) {
    const ancestor = name.slice(at)
    if (typesOf(zone, findOwner(zone, ancestor)).includes(RrType.NS)) cut = ancestor
  }
  return cut
}

function judgeTargets(
  complaints: Complaints,
  zone: ZoneRecords,
  name: SteeredName,
  policy: Policy,
  byConsul: ReadonlySet<number>,
  steered: ReadonlySet<number>,
): void {
  const types = new Map<string, readonly number[]>()
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
    const shown = printRelative(target, zone.apex)
    const own = typesOf(zone, owner).filter(type => !DNSSEC.has(type))
    const isConsul = byConsul.has(owner)
    if (owner !== NO_OWNER && steered.has(owner))
      complaints.error(
        name.spot,
        'gslb-to-gslb',
        `${shown} is answered by policy itself`,
        'a policy chooses among ordinary records',
      )
    else if (own.length === 0 && !isConsul)
      complaints.error(
        name.spot,
        'region-without-records',
        `region ${region.name} has nothing to answer: there are no records at ${shown}`,
        `write, for example: ${shown} 60 A 192.0.2.1`,
      )
    else if (delegationOf(zone, target) !== undefined)
      complaints.error(
        name.spot,
        'gslb-delegated',
        `${shown} is delegated away`,
        'other servers answer for it',
      )
    else if (!isConsul) types.set(region.name, own)
  }
  judgeTypes(complaints, zone, name, types)
}

/** A chosen region without the asked type gives NODATA, though another region has it. */
function judgeTypes(
  complaints: Complaints,
  zone: ZoneRecords,
  name: SteeredName,
  types: ReadonlyMap<string, readonly number[]>,
): void {
  const beside = typesOf(zone, name.owner)
  const all = [...new Set([...types.values()].flat())].sort((a, b) => a - b)
  for (const type of all) {
    if (beside.includes(type)) {
      complaints.warning(
        name.spot,
        'shadowed-type',
        `the name has ${typeName(type)} records of its own, so those of its regions are never answered`,
      )
      continue
    }
    // A CNAME answers for every type.
    const without = [...types].filter(([, own]) => !own.includes(type) && !own.includes(RrType.CNAME))
    const have = [...types].filter(([, own]) => own.includes(type)).map(([region]) => region)
    if (type !== RrType.CNAME && without.length > 0)
      complaints.warning(
        name.spot,
        'regions-differ',
        `${list(without.map(([region]) => region))} ${without.length > 1 ? 'have' : 'has'} no ${typeName(type)}, but ${list(have)} ${have.length > 1 ? 'have' : 'has'}`,
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

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

/** A CONSUL line that no policy leads to is answered when asked directly; most often a name is misspelt. */
function judgeUse(
  complaints: Complaints,
  zone: ZoneRecords,
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
