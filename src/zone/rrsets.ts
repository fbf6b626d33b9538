/** Makes the records of one owner into RRsets: a record that is there twice is taken out of the owner's
 *  chain, and all records of a set get the lowest of their TTLs. */

import { LOWER, nameLength } from '../wire/name.ts'
import { fieldLength, rdataLayout } from '../wire/rdata.ts'
import { RrType, typeName } from '../wire/types.ts'
import { NO_RECORD } from './owners.ts'
import type { Records } from './records.ts'
import type { ZoneUnderCheck } from './zone-under-check.ts'

/** Up to here every pair is compared; above, records that belong together are found by hash. */
const PAIRWISE_MAX = 32
const RRSIG_BASE = 0x10000

/** The owner's records, and for each the index of the first one of its set. Used again for every owner. */
let members = new Int32Array(256)
let firstOf = new Int32Array(256)

export function mendSets(check: ZoneUnderCheck, owner: number): void {
  const { owners, records } = check.parser
  let count = 0
  for (let record = owners.firstRecord[owner]!; record !== NO_RECORD; record = records.next[record]!) {
    if (count === members.length) growMembers()
    members[count++] = record
  }
  if (count <= PAIRWISE_MAX) findFirstsPairwise(records, count)
  else findFirstsHashed(records, count)
  mendTtls(check, count)
  if (count <= PAIRWISE_MAX) dropTwinsPairwise(check, owner, count)
  else dropTwinsHashed(check, owner, count)
}

function growMembers(): void {
  const before = members
  members = new Int32Array(before.length * 4)
  members.set(before)
  firstOf = new Int32Array(members.length)
}

/** The type; RRSIGs are sets of their own by the type they cover (RFC 4034 §3). */
function setOf(records: Records, record: number): number {
  const type = records.type[record]!
  if (type !== RrType.RRSIG) return type
  const at = records.rdataAt[record]!
  return RRSIG_BASE + records.rdata.items[at]! * 256 + records.rdata.items[at + 1]!
}

function findFirstsPairwise(records: Records, count: number): void {
  for (let i = 0; i < count; i++) {
    const set = setOf(records, members[i]!)
    let first = 0
    while (setOf(records, members[first]!) !== set) first++
    firstOf[i] = first
  }
}

function findFirstsHashed(records: Records, count: number): void {
  const firsts = new Map<number, number>()
  for (let i = 0; i < count; i++) {
    const set = setOf(records, members[i]!)
    const first = firsts.get(set) ?? i
    if (first === i) firsts.set(set, i)
    firstOf[i] = first
  }
}

/** RFC 2181 §5.2: a set has one TTL. One warning a set, at the first record that differs. */
function mendTtls(check: ZoneUnderCheck, count: number): void {
  const { records } = check.parser
  const { ttl } = records
  const told = new Set<number>()
  for (let i = 0; i < count; i++) {
    const first = members[firstOf[i]!]!
    const record = members[i]!
    if (ttl[record] === ttl[first]) continue
    if (told.has(firstOf[i]!)) {
      ttl[first] = Math.min(ttl[first]!, ttl[record]!)
      continue
    }
    told.add(firstOf[i]!)
    const set = `the ${typeName(records.type[record]!)} records of ${check.ownerOf(record)}`
    const text = `${set} have TTLs ${ttl[first]} and ${ttl[record]}`
    const hint = 'a set has one TTL: the lowest is used for all (RFC 2181 §5.2)'
    check.say('warning', record, 'ttl', 'differing-ttls', text, hint)
    ttl[first] = Math.min(ttl[first]!, ttl[record]!)
  }
  if (told.size === 0) return
  for (let i = 0; i < count; i++) ttl[members[i]!] = ttl[members[firstOf[i]!]!]!
}

/** RFC 2181 §5: a set holds no two equal records. */
function dropTwinsPairwise(check: ZoneUnderCheck, owner: number, count: number): void {
  const { records } = check.parser
  let last = members[0]!
  for (let i = 1; i < count; i++) {
    const record = members[i]!
    let twin = firstOf[i]!
    while (twin < i && !(firstOf[twin] === firstOf[i] && sameRdata(records, members[twin]!, record))) twin++
    if (twin === i) last = record
    else drop(check, owner, last, record)
  }
}

function dropTwinsHashed(check: ZoneUnderCheck, owner: number, count: number): void {
  const { records } = check.parser
  const byHash = new Map<number, number[]>()
  let last = members[0]!
  for (let i = 0; i < count; i++) {
    const record = members[i]!
    const hash = Math.imul(rdataHash(records, record) ^ firstOf[i]!, 0x9e3779b1)
    const alike = byHash.get(hash)
    const isTwin = (other: number): boolean =>
      firstOf[other] === firstOf[i] && sameRdata(records, members[other]!, record)
    if (alike?.some(isTwin)) {
      drop(check, owner, last, record)
      continue
    }
    if (alike === undefined) byHash.set(hash, [i])
    else alike.push(i)
    last = record
  }
}

/** Takes the record out of the owner's chain; `last` is the one kept before it. */
function drop(check: ZoneUnderCheck, owner: number, last: number, record: number): void {
  const { owners, records } = check.parser
  records.next[last] = records.next[record]!
  if (owners.lastRecord[owner] === record) owners.lastRecord[owner] = last
  const text = `this ${typeName(records.type[record]!)} record of ${check.nameOf(owner)} is there already`
  check.say('warning', record, 0, 'duplicate-record', text)
}

/** Names inside are equal whatever their letter case (RFC 2181 §5, RFC 4343). */
function sameRdata(records: Records, a: number, b: number): boolean {
  const length = records.rdataLength[a]!
  if (length !== records.rdataLength[b]) return false
  const { items } = records.rdata
  const aAt = records.rdataAt[a]!
  const bAt = records.rdataAt[b]!
  let same = true
  for (let i = 0; i < length && same; i++) same = LOWER[items[aAt + i]!] === LOWER[items[bAt + i]!]
  if (!same) return false
  const layout = rdataLayout(records.type[a]!) ?? []
  let at = 0
  for (const field of layout) {
    const isName = field === 'name' || field === 'shared-name'
    const size = isName ? nameLength(items, aAt + at) : fieldLength(field, items, aAt + at, aAt + length)
    if (!isName && !sameOctets(items, aAt + at, bAt + at, size)) return false
    at += size
  }
  return sameOctets(items, aAt + at, bAt + at, length - at)
}

function sameOctets(items: Uint8Array, a: number, b: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (items[a + i] !== items[b + i]) return false
  return true
}

function rdataHash(records: Records, record: number): number {
  const { items } = records.rdata
  const at = records.rdataAt[record]!
  let hash = records.rdataLength[record]!
  for (let i = 0; i < records.rdataLength[record]!; i++)
    hash = Math.imul(hash ^ LOWER[items[at + i]!]!, 0x01000193)
  return hash
}
