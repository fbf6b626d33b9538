/** `OWNER GSLB POLICY [TARGET]` and `REGION.NAME CONSUL SERVICE …`: the names that policies answer, and the records
 *  they choose among. Judges them against the zone's ordinary records. */

import { closest } from '../base/suggest.ts'
import { isWithin, labelCount, NAME_BYTES_MAX, nameHash, nameLength, printName } from '../wire/name.ts'
import { RrType, typeName } from '../wire/types.ts'
import { NameReader, type Origin, originFromName } from '../zone/name-text.ts'
import { NO_OWNER, NO_RECORD } from '../zone/owners.ts'
import type { SteeringRecord, Zone } from '../zone/zone.ts'
import { type Complaints, type Piece, pieceOf } from './complaints.ts'
import { only, readEntry } from './entry.ts'
import type { DeclaredRegions } from './read-regions.ts'
import type { ConsulAddress, ConsulRecord, Policy, Region, SteeredName } from './steering.ts'
import { show } from './values.ts'

/** What is needed of a zone; one that has problems of its own may be read too. */
export type ZoneWithDirectives = Omit<Zone, 'serial'>
export type ZoneRecords = Pick<Zone, 'owners' | 'records' | 'apex' | 'apexOwner'>

export type DeclaredPolicies = ReadonlyMap<string, Policy | undefined>

const CONSUL_SHAPE = {
  what: 'CONSUL',
  usage: 'REGION.NAME CONSUL SERVICE tag=T address=wan dc=D',
  keys: ['tag', 'address', 'dc'],
  bareMax: 1,
}
const CONSUL_ADDRESSES: readonly ConsulAddress[] = ['wan', 'lan', 'service']

/** Nobody asks a region for these. */
export const DNSSEC_TYPES: ReadonlySet<number> = new Set([RrType.RRSIG, RrType.NSEC])

const encoder = new TextEncoder()

/** Names as text that a file would hold: relative to the origin, without the final dot. */
export function ownerName({ owners }: ZoneRecords, owner: number): Uint8Array {
  const at = owners.nameAt[owner]!
  return owners.names.items.slice(at, at + owners.nameLength[owner]!)
}

export function printRelative(name: Uint8Array, origin: Uint8Array): string {
  if (!isWithin(name, 0, origin)) return printName(name)
  const relative = printName(name).slice(0, -1 - (origin.length > 1 ? printName(origin).length : 0))
  return relative === '' ? '@' : relative
}

/** The owner of a name in wire form, or NO_OWNER. */
export function findOwner({ owners }: ZoneRecords, name: Uint8Array): number {
  return owners.find(name, 0, nameLength(name, 0), nameHash(name, 0))
}

export function typesOf({ owners, records }: ZoneRecords, owner: number): number[] {
  const types = new Set<number>()
  if (owner === NO_OWNER) return []
  for (let record = owners.firstRecord[owner]!; record !== NO_RECORD; record = records.next[record]!)
    types.add(records.type[record]!)
  return [...types].sort((a, b) => a - b)
}

/** `euc1.live.example.` from `euc1` and `live.example.`; undefined when that is too long for a name. */
export function regionName(region: string, target: Uint8Array): Uint8Array | undefined {
  const label = encoder.encode(region)
  if (label.length + 1 + target.length > NAME_BYTES_MAX) return undefined
  const name = new Uint8Array(label.length + 1 + target.length)
  name[0] = label.length
  name.set(label, 1)
  name.set(target, label.length + 1)
  return name
}

//------------ GSLB ---

export function readSteeredNames(
  complaints: Complaints,
  zone: ZoneRecords,
  lines: readonly SteeringRecord[],
  policies: DeclaredPolicies,
): SteeredName[] {
  const names: SteeredName[] = []
  const ownerSpots = new Map<number, Piece>()
  for (const line of lines) {
    const type = pieceOf(line.type, line.source)
    const before = ownerSpots.get(line.owner)
    ownerSpots.set(line.owner, before ?? type)
    if (before !== undefined) {
      complaints.error(
        type,
        'duplicate-gslb',
        `${printName(ownerName(zone, line.owner))} has two GSLB lines`,
        `a name has one policy; the first is on ${complaints.refer(complaints.spot(before), complaints.spot(type))}`,
      )
      continue
    }
    const name = readSteeredName(complaints, zone, line, policies)
    if (name !== undefined) names.push(name)
  }
  return names
}

function readSteeredName(
  complaints: Complaints,
  zone: ZoneRecords,
  line: SteeringRecord,
  policies: DeclaredPolicies,
): SteeredName | undefined {
  const [policyWord, targetWord, extra] = line.words.map(word => pieceOf(word, line.source))
  const type = pieceOf(line.type, line.source)
  if (policyWord === undefined)
    return complaints.error(
      type,
      'missing-words',
      'GSLB does not say which policy',
      'write OWNER GSLB POLICY [TARGET]',
    )
  if (extra !== undefined)
    complaints.error(
      extra,
      'stray-word',
      `${show(extra)} is more than GSLB takes`,
      'write OWNER GSLB POLICY [TARGET]',
    )
  if (!policies.has(policyWord.text))
    return complaints.error(
      policyWord,
      'unknown-policy',
      `there is no policy ${show(policyWord)}`,
      closest(policyWord.text.toLowerCase(), policies.keys()) ??
        `define it: $POLICY ${policyWord.text} ( regions=… )`,
    )
  const name = ownerName(zone, line.owner)
  const target = targetWord === undefined ? name : readTarget(complaints, zone, line, targetWord)
  const policy = policies.get(policyWord.text)
  if (policy === undefined || target === undefined) return undefined
  const regionOwners = policy.regions.map(({ name: region }) => {
    const wanted = regionName(region, target)
    return wanted === undefined ? NO_OWNER : findOwner(zone, wanted)
  })
  const spot = complaints.spot(type)
  return { owner: line.owner, name, policy: policy.index, target, ttl: line.ttl, regionOwners, spot }
}

function readTarget(
  complaints: Complaints,
  zone: ZoneRecords,
  line: SteeringRecord,
  piece: Piece,
): Uint8Array | undefined {
  const target = readName(piece, originFromName(line.origin))
  if (target === undefined) return complaints.error(piece, 'bad-name', `${show(piece)} is not a domain name`)
  if (isWithin(target, 0, zone.apex)) return target
  return complaints.error(
    piece,
    'target-outside-zone',
    `${printName(target)} is outside this zone, and a zone file knows only itself`,
    "is a final dot too many? Regions' records stand in this zone",
  )
}

const reader = new NameReader()

/** In wire form, lower case; undefined when it is none. */
export function readName(piece: Piece, origin: Origin): Uint8Array | undefined {
  const text = encoder.encode(piece.text)
  return reader.readOwner(text, 0, text.length, origin) ? reader.bytes.slice(0, reader.length) : undefined
}

//------------ CONSUL ---

export function readConsulRecords(
  complaints: Complaints,
  zone: ZoneRecords,
  lines: readonly SteeringRecord[],
  regions: DeclaredRegions,
): ConsulRecord[] {
  const seen = new Map<number, Piece>()
  return lines.flatMap(line => {
    const type = pieceOf(line.type, line.source)
    const before = seen.get(line.owner)
    if (before !== undefined) {
      complaints.error(
        type,
        'duplicate-consul',
        `${printName(ownerName(zone, line.owner))} has two CONSUL lines`,
        `the first is on ${complaints.refer(complaints.spot(before), complaints.spot(type))}`,
      )
      return []
    }
    seen.set(line.owner, type)
    return readConsulRecord(complaints, zone, line, regions) ?? []
  })
}

function readConsulRecord(
  complaints: Complaints,
  zone: ZoneRecords,
  line: SteeringRecord,
  regions: DeclaredRegions,
): ConsulRecord | undefined {
  const type = pieceOf(line.type, line.source)
  const entry = readEntry(complaints, CONSUL_SHAPE, line.words, line.source)
  const [service] = entry.bare
  if (service === undefined)
    return complaints.error(
      type,
      'missing-words',
      'CONSUL does not say which service',
      `write ${CONSUL_SHAPE.usage}`,
    )
  const region = readOwnersRegion(complaints, zone, line, regions)
  const clash = typesOf(zone, line.owner).filter(
    one => one === RrType.A || one === RrType.AAAA || one === RrType.CNAME,
  )
  if (clash.length > 0)
    complaints.error(
      type,
      'consul-beside-records',
      `this name has ${clash.map(typeName).join(' and ')} records as well, and CONSUL provides A and AAAA`,
      'keep one of the two',
    )
  if (region === undefined) return undefined
  const datacenter = only(entry, 'dc')?.value.text ?? region.datacenter
  if (datacenter === undefined)
    complaints.error(
      type,
      'no-datacenter',
      `in which Consul datacenter ${region.name} is cannot be told`,
      `add consul=DATACENTER to $REGION ${region.name}, or dc=DATACENTER here`,
    )
  const address = only(entry, 'address')?.value
  const known = CONSUL_ADDRESSES.find(one => one === address?.text)
  if (address !== undefined && known === undefined)
    complaints.error(
      address,
      'unknown-address',
      `${show(address)} is not an address that Consul has`,
      closest(address.text, CONSUL_ADDRESSES) ?? 'write address=wan, address=lan or address=service',
    )
  return {
    owner: line.owner,
    region: region.index,
    datacenter: datacenter ?? '',
    service: service.text,
    tag: only(entry, 'tag')?.value.text ?? '',
    address: known ?? 'service',
    ttl: line.ttl,
    spot: complaints.spot(type),
  }
}

/** Tells the names which of their regions follow Consul. */
export function followServices(
  names: readonly SteeredName[],
  services: readonly ConsulRecord[],
): SteeredName[] {
  const byOwner = new Map(services.map(({ owner }, index) => [owner, index]))
  return names.map(name =>
    byOwner.size > 0 && name.regionOwners.some(owner => byOwner.has(owner))
      ? { ...name, regionServices: name.regionOwners.map(owner => byOwner.get(owner)) }
      : name,
  )
}

/** By the first label. */
function readOwnersRegion(
  complaints: Complaints,
  zone: ZoneRecords,
  line: SteeringRecord,
  regions: DeclaredRegions,
): Region | undefined {
  const type = pieceOf(line.type, line.source)
  const name = ownerName(zone, line.owner)
  const label = labelCount(name, 0) === 0 ? '' : new TextDecoder().decode(name.subarray(1, 1 + name[0]!))
  if (regions.has(label)) return regions.get(label)
  return complaints.error(
    type,
    'unknown-region',
    `CONSUL needs a name that begins with a region, and ${printName(name)} does not`,
    closest(label, regions.keys()) ?? 'write REGION.NAME CONSUL SERVICE',
  )
}
