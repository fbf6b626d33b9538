/** Zone → image: lays out nodes and RRsets in the format of `plan/image.ts`, answers in wire form.
 *  Judges nothing: `zone/check` has. One pass over the owners; a million of them make no garbage. */

import type { Address } from '../base/address.ts'
import { assert } from '../base/assert.ts'
import { Words } from '../base/growable.ts'
import { regionHash } from '../base/rendezvous.ts'
import { MASK_WORDS } from '../plan/board.ts'
import {
  HEADER_WORDS,
  Header,
  IMAGE_MAGIC,
  IMAGE_VERSION,
  MASKS,
  NODE_WORDS,
  NodeFlag,
  PolicyWord,
  SET_WORDS,
  STEERING,
  SteeringWord,
} from '../plan/image.ts'
import type { ZonePart } from '../plan/plan.ts'
import { policyTallyWords } from '../plan/tallies.ts'
import type { SteeredName } from '../policy/steering.ts'
import { labelCount, nameHash } from '../wire/name.ts'
import { rdataLayout } from '../wire/rdata.ts'
import { RrType } from '../wire/types.ts'
import { NO_OWNER, NO_RECORD, OwnerFlag, type Owners } from '../zone/owners.ts'
import type { Records } from '../zone/records.ts'
import type { Zone } from '../zone/zone.ts'
import { AddressFinder, wildcardChild } from './addresses.ts'
import type { BoardPlace } from './board.ts'
import { candidatesMax } from './board.ts'
import { SetWriter } from './set-writer.ts'
import type { SteeredZone } from './steered-zone.ts'

/** `steered` says what the zone's directives came to, where it has any. */
export function compileZone(zone: Zone, steered: SteeredZone = UNSTEERED): ZonePart {
  const image = new ImageWriter(zone, steered).write()
  const networks = steered.policies.map(policy => policy.networks.networks)
  return steered.board.byteLength === 0 ? { image, networks } : { image, networks, board: steered.board }
}

const UNSTEERED: SteeredZone = {
  steering: undefined,
  policies: [],
  places: [],
  board: new SharedArrayBuffer(0),
  servicesAt: 0,
}

/** The image of a zone that never had a good version: every name in it answers SERVFAIL. */
export function compileBrokenZone(apex: Uint8Array): ZonePart {
  const slotCount = 2
  const apexNode = HEADER_WORDS + slotCount * 2
  const buffer = new SharedArrayBuffer((apexNode + NODE_WORDS + ((apex.length + 3) >>> 2)) * 4)
  const words = new Int32Array(buffer)
  words[apexNode] = apex.length | (labelCount(apex, 0) << 8)
  new Uint8Array(buffer).set(apex, (apexNode + NODE_WORDS) * 4)
  const hash = nameHash(apex, 0)
  const slot = HEADER_WORDS + (hash & (slotCount - 1)) * 2
  words[slot] = hash
  words[slot + 1] = apexNode
  writeHeader(words, { slotCount, labelsMax: labelCount(apex, 0), apexNode, hash })
  words[Header.Broken] = 1
  return { image: buffer, networks: [] }
}

interface Layout {
  readonly slotCount: number
  readonly labelsMax: number
  readonly apexNode: number
  readonly hash: number
}

function writeHeader(words: Int32Array, layout: Layout): void {
  words[Header.Magic] = IMAGE_MAGIC
  words[Header.Version] = IMAGE_VERSION
  words[Header.Slots] = HEADER_WORDS
  words[Header.SlotMask] = layout.slotCount - 1
  words[Header.LabelsMax] = layout.labelsMax
  words[Header.ApexNode] = layout.apexNode
  words[Header.ApexLabels] = (words[layout.apexNode]! >>> 8) & 0xff
  words[Header.ApexHash] = layout.hash
}

class ImageWriter {
  private readonly zone: Zone
  private readonly owners: Owners
  private readonly records: Records
  private readonly buffer: SharedArrayBuffer
  private readonly words: Int32Array
  private readonly bytes: Uint8Array
  private readonly sets: SetWriter
  private readonly slotCount: number
  private readonly nodeOf: Int32Array
  private readonly steered: SteeredZone
  private readonly steeredNames: ReadonlyMap<number, SteeredName>
  private readonly places: ReadonlyMap<number, BoardPlace>
  /** By owner: where the board says which of its addresses are out. */
  private readonly masks: ReadonlyMap<number, number>
  /** The first record of each type of the owner at hand. */
  private readonly firsts = new Words(16)
  /** Words that are to hold a node's offset, and whose: a node may refer to one not yet written. */
  private readonly laterAt = new Words(64)
  private readonly laterOwner = new Words(64)
  /** Word after what is written so far. */
  private end: number

  constructor(zone: Zone, steered: SteeredZone) {
    this.zone = zone
    this.steered = steered
    const names = steered.steering?.names ?? []
    this.steeredNames = new Map(names.map(name => [name.owner, name]))
    this.places = new Map(names.map(({ owner }, i) => [owner, steered.places[i]!]))
    const services = steered.steering?.services ?? []
    this.masks = new Map(services.map(({ owner }, i) => [owner, steered.servicesAt + i * MASK_WORDS]))
    this.owners = zone.owners
    this.records = zone.records
    this.slotCount = 2 ** Math.ceil(Math.log2(zone.owners.count * 2))
    this.buffer = new SharedArrayBuffer((wordsMax(zone, this.slotCount) + steeringWordsMax(steered)) * 4)
    this.words = new Int32Array(this.buffer)
    this.bytes = new Uint8Array(this.buffer)
    this.sets = new SetWriter(zone, new AddressFinder(zone), this.words)
    this.nodeOf = new Int32Array(zone.owners.count)
    this.end = HEADER_WORDS + this.slotCount * 2
  }

  write(): SharedArrayBuffer {
    const { words, owners, zone } = this
    let labelsMax = 0
    for (let owner = 0; owner < owners.count; owner++) {
      // Nothing below a DNAME is ever reached (RFC 6672 §2.4).
      if ((owners.flags[owner]! & OwnerFlag.BelowDname) !== 0) continue
      this.writeNode(owner)
      this.fillSlot(owner)
      if (owners.labels[owner]! > labelsMax) labelsMax = owners.labels[owner]!
    }
    if (this.steered.policies.length > 0) this.writePolicies()
    this.settleReferences()
    const apexNode = this.nodeOf[zone.apexOwner]!
    writeHeader(words, { slotCount: this.slotCount, labelsMax, apexNode, hash: owners.hash[zone.apexOwner]! })
    this.writeNegativeSoa()
    words[Header.Serial] = zone.serial | 0
    words[Header.RecordCount] = this.records.count
    words[Header.NodeCount] = owners.count
    assert(this.end <= words.length, 'a zone image outgrew its reckoning')
    return this.buffer
  }

  private writeNode(owner: number): void {
    const { words, bytes, owners, records } = this
    const node = this.end
    this.nodeOf[owner] = node
    this.groupByType(owner)
    const steeredName = this.steeredNames.get(owner)
    const types = this.firsts.count
    const masks = types === 0 ? undefined : this.masks.get(owner)
    const entries = types + (masks === undefined ? 0 : 1) + (steeredName === undefined ? 0 : 1)
    const nameLength = owners.nameLength[owner]!
    words[node] = nameLength | (owners.labels[owner]! << 8) | (entries << 16)
    words[node + 1] = owners.flags[owner]! & NODE_FLAGS
    if ((owners.flags[owner]! & (OwnerFlag.BelowCut | OwnerFlag.WildcardChild)) !== 0)
      this.relate(node, owner)
    const nameAt = (node + NODE_WORDS + entries * 2) * 4
    const names = owners.names.items
    for (let i = 0, from = owners.nameAt[owner]!; i < nameLength; i++) bytes[nameAt + i] = names[from + i]!
    this.end = (nameAt + nameLength + 3) >>> 2
    for (let i = 0; i < types; i++) {
      const first = this.firsts.items[i]!
      words[node + NODE_WORDS + i * 2] = records.type[first]!
      words[node + NODE_WORDS + i * 2 + 1] = this.end
      this.writeSet(owner, first, records.ttl[first]!)
    }
    if (masks !== undefined) {
      words[node + 1]! |= NodeFlag.Masked
      words[node + NODE_WORDS + types * 2] = MASKS
      words[node + NODE_WORDS + types * 2 + 1] = masks
    }
    if (steeredName !== undefined)
      this.writeSteering(node, node + NODE_WORDS + (entries - 1) * 2, steeredName)
  }

  private writeSteering(node: number, entry: number, name: SteeredName): void {
    const { words } = this
    const steering = this.end
    words[node + 1]! |= NodeFlag.Steered
    words[entry] = STEERING
    words[entry + 1] = steering
    words[steering + SteeringWord.Policy] = name.policy
    words[steering + SteeringWord.Ttl] = name.ttl ?? TTL_MAX
    const { boardAt, masksAt } = this.places.get(name.owner)!
    words[steering + SteeringWord.Board] = boardAt
    words[steering + SteeringWord.Masks] = masksAt
    name.regionOwners.forEach((owner, slot) => {
      if (owner !== NO_OWNER) this.refer(steering + SteeringWord.Nodes + slot, owner)
    })
    this.end = steering + SteeringWord.Nodes + name.regionOwners.length
  }

  private writePolicies(): void {
    const { words } = this
    const { policies } = this.steered
    const table = this.end
    words[Header.Policies] = table
    words[table] = policies.length
    this.end = table + 1 + policies.length
    let tally = 0
    policies.forEach(({ policy }, i) => {
      const at = this.end
      words[table + 1 + i] = at
      words[at + PolicyWord.Tally] = tally
      tally += policyTallyWords(policy.regions.length)
      words[at + PolicyWord.Candidates] = candidatesMax(policy)
      words[at + PolicyWord.TtlMin] = policy.ttl?.min ?? -1
      words[at + PolicyWord.TtlMax] = policy.ttl?.max ?? -1
      policy.regions.forEach((region, slot) => {
        words[at + PolicyWord.Hashes + slot] = regionHash(region.name)
      })
      this.end = at + PolicyWord.Hashes + policy.regions.length
      if (policy.outage.kind === 'sorry')
        this.writeSorry(at, policy.outage.addresses, policy.ttl?.min ?? SORRY_TTL)
    })
    words[Header.PolicyTallies] = tally
  }

  private writeSorry(policyAt: number, addresses: readonly Address[], ttl: number): void {
    for (const family of [4, 6] as const) {
      const ours = addresses.filter(address => address.family === family).map(address => address.octets)
      if (ours.length === 0) continue
      this.words[policyAt + (family === 4 ? PolicyWord.SorryA : PolicyWord.SorryAaaa)] = this.end
      this.end = this.sets.writeAddresses(this.end, family === 4 ? RrType.A : RrType.AAAA, ours, ttl)
    }
  }

  private groupByType(owner: number): void {
    const { firsts } = this
    const { type, next } = this.records
    firsts.count = 0
    for (let record = this.owners.firstRecord[owner]!; record !== NO_RECORD; record = next[record]!) {
      let known = 0
      while (known < firsts.count && type[firsts.items[known]!] !== type[record]) known++
      if (known === firsts.count) firsts.push(record)
    }
  }

  private writeSet(owner: number, first: number, ttl: number): void {
    const set = this.end
    this.end = this.sets.write(set, owner, first, ttl)
    const { addressOwners } = this.sets
    for (let i = 0; i < addressOwners.count; i++) this.refer(set + SET_WORDS + i * 2, addressOwners.items[i]!)
  }

  /** Word 2 of a node: the cut above it, else its wildcard child. */
  private relate(node: number, owner: number): void {
    const { owners } = this
    if ((owners.flags[owner]! & OwnerFlag.BelowCut) === 0) {
      this.refer(node + 2, wildcardChild(owners, owner))
      return
    }
    let cut = owners.parent[owner]!
    while ((owners.flags[cut]! & OwnerFlag.Cut) === 0 || (owners.flags[cut]! & OwnerFlag.BelowCut) !== 0) {
      cut = owners.parent[cut]!
    }
    this.refer(node + 2, cut)
  }

  private refer(at: number, owner: number): void {
    assert(owner !== NO_OWNER, 'a reference to an owner that is not there')
    this.laterAt.push(at)
    this.laterOwner.push(owner)
  }

  private settleReferences(): void {
    const { laterAt, laterOwner, words, nodeOf } = this
    for (let i = 0; i < laterAt.count; i++) words[laterAt.items[i]!] = nodeOf[laterOwner.items[i]!]!
  }

  private fillSlot(owner: number): void {
    const { words } = this
    const mask = this.slotCount - 1
    const hash = this.owners.hash[owner]!
    let slot = hash & mask
    while (words[HEADER_WORDS + slot * 2 + 1] !== 0) slot = (slot + 1) & mask
    words[HEADER_WORDS + slot * 2] = hash
    words[HEADER_WORDS + slot * 2 + 1] = this.nodeOf[owner]!
  }

  private writeNegativeSoa(): void {
    const { records } = this
    const { apexOwner } = this.zone
    let soa = this.owners.firstRecord[apexOwner]!
    while (records.type[soa] !== RrType.SOA) soa = records.next[soa]!
    this.words[Header.NegativeSoa] = this.end
    this.writeSet(apexOwner, soa, negativeTtl(records, soa))
  }
}

/** Owner flags that a query asks about; an image has them as the same bits. */
const NODE_FLAGS = NodeFlag.Cut | NodeFlag.BelowCut | NodeFlag.Dname | NodeFlag.Cname | NodeFlag.WildcardChild
assert(
  NodeFlag.Cut === OwnerFlag.Cut &&
    NodeFlag.BelowCut === OwnerFlag.BelowCut &&
    NodeFlag.Dname === OwnerFlag.Dname &&
    NodeFlag.Cname === OwnerFlag.Cname &&
    NodeFlag.WildcardChild === OwnerFlag.WildcardChild,
  'node flags are owner flags',
)

/** RFC 2308 §5: the lesser of the SOA's own TTL and its MINIMUM field, the last four octets. */
function negativeTtl(records: Records, soa: number): number {
  const { items } = records.rdata
  const at = records.rdataAt[soa]! + records.rdataLength[soa]! - 4
  const minimum = ((items[at]! << 24) | (items[at + 1]! << 16) | (items[at + 2]! << 8) | items[at + 3]!) >>> 0
  return Math.min(records.ttl[soa]!, minimum)
}

/** What one record can need beside its RDATA: directory entry, set header, owner to RDATA length, padding. */
const RECORD_WORDS_MAX = 2 + SET_WORDS + 3 + 1
/** And for each name inside it: an additional entry, a fixup; a CNAME's target comes a second time. */
const NAMES_WORDS_MAX = 2 * 3 + 64

/** Words that the image needs at most. What is not written costs address space only, no memory. */
function wordsMax(zone: Zone, slotCount: number): number {
  const { owners, records } = zone
  let words = HEADER_WORDS + slotCount * 2 + owners.count * (NODE_WORDS + 1) + (owners.names.count >>> 2)
  words += records.count * RECORD_WORDS_MAX + (records.rdata.count >>> 2)
  for (let record = 0; record < records.count; record++) {
    const type = records.type[record]!
    if (type !== RrType.A && type !== RrType.AAAA && rdataLayout(type) !== undefined) words += NAMES_WORDS_MAX
  }
  // The SOA once more, as negative answers carry it.
  return words + RECORD_WORDS_MAX + NAMES_WORDS_MAX + (MESSAGE_NAMES_BYTES >>> 2)
}

function steeringWordsMax(steered: SteeredZone): number {
  let words = 1 + (steered.steering?.services.length ?? 0) * 2
  for (const { policy } of steered.policies) {
    const sorry = policy.outage.kind === 'sorry' ? policy.outage.addresses.length : 0
    words += 1 + PolicyWord.Hashes + policy.regions.length + 2 * SET_WORDS + sorry * 7
  }
  for (const name of steered.steering?.names ?? []) {
    words += 2 + SteeringWord.Nodes + name.regionOwners.length
  }
  return words
}

/** RFC 2181 §8. */
const TTL_MAX = 0x7fffffff
/** Of a sorry address, where the policy sets no TTL: short, for an outage is to end. */
const SORRY_TTL = 10

/** Two names and five numbers. */
const MESSAGE_NAMES_BYTES = 2 * 255 + 20
