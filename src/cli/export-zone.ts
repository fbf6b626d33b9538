/** A zone with directives → a plain RFC 1035 zone for servers that know none: every steered name gets its default
 *  answer, which is what Meridian tells a client of whom it knows nothing while every region is up. That answer
 *  satisfies the fences as far as one answer for everybody can. Prints nothing. */

import type { Problem } from '../base/problem.ts'
import { followedAddresses, wantedOf } from '../compile/followed.ts'
import type { Roster } from '../health/consul/roster.ts'
import { wantedKey } from '../health/consul/view.ts'
import { type Choice, DOWN, UP } from '../policy/choose.ts'
import { Complaints } from '../policy/complaints.ts'
import { decide } from '../policy/decide.ts'
import { UNKNOWN_CLIENT } from '../policy/everyone.ts'
import { findOwner, ownerName, typesOf } from '../policy/read-names.ts'
import type { ConsulRecord, Policy, Slot, SteeredName, Steering } from '../policy/steering.ts'
import { printAddress } from '../policy/values.ts'
import { printName } from '../wire/name.ts'
import { RrType, typeName } from '../wire/types.ts'
import { NO_OWNER, NO_RECORD } from '../zone/owners.ts'
import { presentRdata, presentRecord } from '../zone/present.ts'
import type { Zone } from '../zone/zone.ts'

export interface PlainZone {
  /** The SOA first, then the names in canonical order (RFC 4034 §6.1). */
  readonly lines: readonly string[]
  /** What a plain zone cannot say. */
  readonly warnings: readonly Problem[]
}

/** `steering` is absent for a zone without directives. What the roster knows is in the zone already. */
export function plainZone(zone: Zone, steering: Steering | undefined, roster: Roster): PlainZone {
  return new Exporter(zone, steering, roster).run()
}

/** Of `outage=sorry`, where the policy sets no TTL: as the server does. */
const SORRY_TTL = 10
const SIGNATURES: readonly number[] = [RrType.RRSIG, RrType.NSEC]
const ADDRESSES: readonly number[] = [RrType.A, RrType.AAAA]

class Exporter {
  private readonly zone: Zone
  private readonly steering: Steering | undefined
  private readonly roster: Roster
  private readonly complaints: Complaints
  private readonly lines: string[] = []

  constructor(zone: Zone, steering: Steering | undefined, roster: Roster) {
    this.roster = roster
    this.zone = zone
    this.steering = steering
    this.complaints = new Complaints(zone.sources)
  }

  run(): PlainZone {
    const { zone, steering } = this
    const soa = this.recordsOf(zone.apexOwner).find(record => zone.records.type[record] === RrType.SOA)!
    this.lines.push(presentRecord(zone, soa))
    const names = new Map(steering?.names.map(name => [name.owner, name]))
    const services = new Map(steering?.services.map(service => [service.owner, service]))
    for (const owner of canonicalOrder(zone)) {
      const service = services.get(owner)
      if (service !== undefined) this.tellFollowed(service)
      for (const record of this.recordsOf(owner))
        if (record !== soa) this.lines.push(presentRecord(zone, record))
      const name = names.get(owner)
      if (name !== undefined) this.addDefault(name, steering!.policies[name.policy]!)
    }
    return { lines: this.lines, warnings: this.complaints.list() }
  }

  private tellFollowed(service: ConsulRecord): void {
    const owner = printName(ownerName(this.zone, service.owner))
    const entry = this.roster.get(wantedKey(wantedOf(service)))
    if (entry !== undefined && followedAddresses(service, this.roster).length > 0) {
      this.lines.push(`; ${owner} follows Consul: here as of ${new Date(entry.atMs).toISOString()}`)
      return
    }
    const text = `only Consul knows the addresses of ${owner}`
    this.complaints.warning(service.spot, 'not-exported', text)
    this.lines.push(`; ${text}`)
  }

  private recordsOf(owner: number): number[] {
    const { owners, records } = this.zone
    const found: number[] = []
    if (owner === NO_OWNER) return found
    for (let record = owners.firstRecord[owner]!; record !== NO_RECORD; record = records.next[record]!)
      found.push(record)
    return found
  }

  private addDefault(name: SteeredName, policy: Policy): void {
    const { zone } = this
    const isKnown = policy.regions.map((_, slot) => typesOf(zone, name.regionOwners[slot]!).length > 0)
    if (!isKnown.includes(true)) return this.leaveOut(name, 'only Consul knows its addresses')
    // A region whose addresses only Consul knows cannot be told here, as if it were down.
    const health = isKnown.map(known => (known ? UP : DOWN))
    const { choice } = decide(policy, UNKNOWN_CLIENT.client, health)
    if (choice.kind === 'refuse') return this.leaveOut(name, 'a client of unknown place is refused')
    if (choice.kind === 'sorry') return this.addSorry(name, policy, choice)
    if (choice.outage) return this.leaveOut(name, 'of the regions for an unknown place only Consul knows')
    const slots = likeliest(choice)
    const regions = slots.map(slot => policy.regions[slot]!.name).join(',')
    this.lines.push(`; ${printName(name.name)} is answered by policy ${policy.name}: here always ${regions}`)
    const [first] = slots
    const owner = name.regionOwners[first!]!
    if (typesOf(zone, owner).includes(RrType.CNAME)) this.addAlias(name, policy, owner)
    else this.addRegions(name, policy, slots)
  }

  private addRegions(name: SteeredName, policy: Policy, slots: readonly Slot[]): void {
    const owners = slots
      .map(slot => name.regionOwners[slot]!)
      .filter(owner => !typesOf(this.zone, owner).includes(RrType.CNAME))
    const types = new Set(owners.flatMap(owner => typesOf(this.zone, owner)))
    for (const type of types) this.addSet(name, policy, owners, type)
  }

  /** What the name itself has stands before what its regions have. */
  private addSet(name: SteeredName, policy: Policy, owners: readonly number[], type: number): void {
    const { zone } = this
    if (typesOf(zone, name.owner).includes(type) || SIGNATURES.includes(type)) return
    const { records } = zone
    const set = owners.flatMap(owner => this.recordsOf(owner)).filter(one => records.type[one] === type)
    const ttls = set.map(record => records.ttl[record]!)
    const ttl = policy.ttl?.max ?? Math.min(name.ttl ?? Number.POSITIVE_INFINITY, ...ttls)
    const texts = set.map(record => {
      const start = records.rdataAt[record]!
      return presentRdata(type, records.rdata.items, start, start + records.rdataLength[record]!)
    })
    for (const text of new Set(texts)) this.addRecord(name, ttl, type, text)
  }

  private addRecord(name: SteeredName, ttl: number, type: number, rdata: string): void {
    this.lines.push(`${printName(name.name)} ${ttl} IN ${typeName(type)} ${rdata}`)
  }

  /** An alias stands alone (RFC 1034 §3.6.2): beside other records its target's addresses must do. */
  private addAlias(name: SteeredName, policy: Policy, owner: number): void {
    const { zone } = this
    if (typesOf(zone, name.owner).every(type => SIGNATURES.includes(type)))
      return this.addSet(name, policy, [owner], RrType.CNAME)
    const alias = this.recordsOf(owner).find(one => zone.records.type[one] === RrType.CNAME)!
    const at = zone.records.rdataAt[alias]!
    const target = zone.records.rdata.items.slice(at, at + zone.records.rdataLength[alias]!)
    const targetOwner = findOwner(zone, lowerCase(target))
    const types = ADDRESSES.filter(type => typesOf(zone, targetOwner).includes(type))
    if (types.length === 0)
      return this.leaveOut(name, `an alias of ${printName(target)} cannot stand beside other records`)
    for (const type of types) this.addSet(name, policy, [targetOwner], type)
  }

  private addSorry(name: SteeredName, policy: Policy, { sorry }: Choice): void {
    for (const { family, octets } of sorry) {
      const type = family === 4 ? RrType.A : RrType.AAAA
      this.addRecord(name, policy.ttl?.min ?? SORRY_TTL, type, printAddress(octets))
    }
  }

  private leaveOut(name: SteeredName, why: string): void {
    const text = `${printName(name.name)} has no default answer: ${why}`
    this.complaints.warning(name.spot, 'not-exported', text)
    this.lines.push(`; ${text}`)
  }
}

/** By labels from the root on, so that an export does not change when lines of the file change places. */
function canonicalOrder(zone: Zone): number[] {
  const keys = Array.from({ length: zone.owners.count }, (_, owner) => {
    const name = ownerName(zone, owner)
    const labels: string[] = []
    for (let at = 0; name[at] !== 0; at += name[at]! + 1)
      labels.unshift(Buffer.from(name.subarray(at + 1, at + 1 + name[at]!)).toString('latin1'))
    return { owner, labels }
  })
  return keys.sort((a, b) => compareLabels(a.labels, b.labels)).map(({ owner }) => owner)
}

function compareLabels(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i]! < b[i]! ? -1 : 1
  return a.length - b.length
}

/** Where weights or hashes would choose: the heaviest, and among equals the first. */
function likeliest({ fixed, pool, poolWeights, answers }: Choice): Slot[] {
  const byWeight = pool
    .map((slot, i) => ({ slot, weight: poolWeights[i]! }))
    .sort((a, b) => b.weight - a.weight)
    .map(({ slot }) => slot)
  return [...fixed, ...byWeight.slice(0, answers - fixed.length)]
}

function lowerCase(name: Uint8Array): Uint8Array {
  return name.map(octet => (octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet))
}
