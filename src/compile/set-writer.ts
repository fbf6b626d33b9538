/** One RRset → its place in the image: records in wire form, compression fixups, additional entries.
 *  Knows the format of an RRset, nothing of nodes. */

import { Bytes, Words } from '../base/growable.ts'
import { AdditionalFlag, POINT_TO_APEX, RELATIVE_POINTER_MAX, SET_WORDS } from '../plan/image.ts'
import { isWithin, nameLength } from '../wire/name.ts'
import { fieldLength, rdataLayout } from '../wire/rdata.ts'
import { RrClass, RrType } from '../wire/types.ts'
import { NO_RECORD } from '../zone/owners.ts'
import type { Records } from '../zone/records.ts'
import type { Zone } from '../zone/zone.ts'
import { type AddressFinder, wantsAddresses } from './addresses.ts'

/** How many earlier names of a set a name is compared with: enough for any real set, and the work stays
 *  linear for one of thousands of name servers. */
const SUFFIXES_MAX = 48
/** Owner pointer, type, class, TTL and RDATA length. */
const RECORD_FIXED_BYTES = 12
/** Positions are 16 bits wide; a set this large fits no message anyway. */
const POSITION_MAX = 0xfff0

export class SetWriter {
  private readonly zone: Zone
  private readonly records: Records
  private readonly finder: AddressFinder
  private readonly words: Int32Array
  private readonly bytes: Uint8Array
  private readonly apexLength: number

  /** The set being written, before it has its place. */
  private readonly wire = new Bytes(1 << 16)
  private readonly fixups = new Words(64)
  /** Whose addresses go along, and at which position in the set (with `AdditionalFlag`s) the name stands. */
  readonly addressOwners = new Words(64)
  private readonly addressPlaces = new Words(64)
  /** Suffixes of names already written, which later ones may point to: position in the set, octet in the
   *  RDATA column. */
  private readonly suffixPosition = new Int32Array(SUFFIXES_MAX)
  private readonly suffixAt = new Int32Array(SUFFIXES_MAX)
  private suffixes = 0

  constructor(zone: Zone, finder: AddressFinder, words: Int32Array) {
    this.zone = zone
    this.records = zone.records
    this.finder = finder
    this.words = words
    this.bytes = new Uint8Array(words.buffer)
    this.apexLength = zone.apex.length
  }

  /** Writes the RRset of `owner` that starts with record `first` at word `set`; returns the word after it. */
  write(set: number, owner: number, first: number, ttl: number): number {
    const isAlone = this.records.next[first] === NO_RECORD
    return isAlone && hasNoNames(this.records.type[first]!)
      ? this.writeAlone(set, first, ttl)
      : this.writeSet(set, owner, first, ttl)
  }

  /** Most names have one address and nothing else; a zone of a million must not take the long way. */
  private writeAlone(set: number, record: number, ttl: number): number {
    const { words, bytes, records } = this
    const length = records.rdataLength[record]!
    words[set] = 1
    words[set + 1] = RECORD_FIXED_BYTES + length
    words[set + 2] = 0
    this.addressOwners.count = 0
    const at = (set + SET_WORDS) * 4
    writeFixed(bytes, at, records.type[record]!, ttl, length)
    const source = records.rdata.items
    const from = records.rdataAt[record]!
    for (let i = 0; i < length; i++) bytes[at + RECORD_FIXED_BYTES + i] = source[from + i]!
    return (at + RECORD_FIXED_BYTES + length + 3) >>> 2
  }

  /** A set that stands in no file: addresses in network order. */
  writeAddresses(set: number, type: number, addresses: readonly Uint8Array[], ttl: number): number {
    const { words, bytes } = this
    const length = RECORD_FIXED_BYTES + addresses[0]!.length
    words[set] = addresses.length
    words[set + 1] = addresses.length * length
    words[set + 2] = 0
    const from = (set + SET_WORDS) * 4
    addresses.forEach((octets, i) => {
      writeFixed(bytes, from + i * length, type, ttl, octets.length)
      bytes.set(octets, from + i * length + RECORD_FIXED_BYTES)
    })
    return (from + addresses.length * length + 3) >>> 2
  }

  private writeSet(set: number, owner: number, first: number, ttl: number): number {
    this.wire.count = 0
    this.fixups.count = 0
    this.addressOwners.count = 0
    this.addressPlaces.count = 0
    this.suffixes = 0
    const { type, next } = this.records
    let count = 0
    for (let record = first; record !== NO_RECORD; record = next[record]!) {
      if (type[record] !== type[first]) continue
      this.writeRecord(owner, record, ttl)
      count++
    }
    if (type[first] === RrType.CNAME) return this.place(set, count, this.records.rdataAt[first]!)
    return this.place(set, count, -1)
  }

  private writeRecord(owner: number, record: number, ttl: number): void {
    const { records, wire } = this
    const type = records.type[record]!
    const at = wire.reserve(RECORD_FIXED_BYTES)
    this.writeRdata(owner, record, type)
    writeFixed(wire.items, at, type, ttl, wire.count - at - RECORD_FIXED_BYTES)
  }

  private writeRdata(owner: number, record: number, type: number): void {
    const { records, wire } = this
    const source = records.rdata.items
    const start = records.rdataAt[record]!
    const end = start + records.rdataLength[record]!
    const layout = hasNoNames(type) ? undefined : rdataLayout(type)
    if (layout === undefined) {
      wire.copy(source, start, end)
      return
    }
    let at = start
    for (const field of layout) {
      const length = fieldLength(field, source, at, end)
      if (field === 'name' || field === 'shared-name') {
        if (wantsAddresses(type)) this.noteAddress(owner, type, start, at)
        if (field === 'shared-name') this.writeName(source, at)
        else wire.copy(source, at, at + length)
      } else {
        wire.copy(source, at, at + length)
      }
      at += length
    }
  }

  /** The name in full, or up to a suffix that the message already holds. */
  private writeName(source: Uint8Array, nameAt: number): void {
    const { wire } = this
    const length = nameLength(source, nameAt)
    const underApex = this.apexLength > 1 && isWithin(source, nameAt, this.zone.apex)
    const ownLength = underApex ? length - this.apexLength : length - 1
    for (let at = nameAt; at < nameAt + ownLength; at += source[at]! + 1) {
      const earlier = this.findSuffix(source, at)
      if (earlier >= 0 && this.point(earlier)) return
      this.noteSuffix(at)
      wire.copy(source, at, at + source[at]! + 1)
    }
    if (!underApex) wire.push(0)
    else if (!this.point(POINT_TO_APEX)) wire.copy(this.zone.apex, 0, this.apexLength)
  }

  private point(target: number): boolean {
    if (this.wire.count > POSITION_MAX) return false
    this.fixups.push((this.wire.reserve(2) << 16) | target)
    return true
  }

  private noteSuffix(at: number): void {
    if (this.suffixes === SUFFIXES_MAX || this.wire.count > RELATIVE_POINTER_MAX) return
    this.suffixPosition[this.suffixes] = this.wire.count
    this.suffixAt[this.suffixes++] = at
  }

  /** Letter case counts here: a name is to leave as it was written. */
  private findSuffix(source: Uint8Array, at: number): number {
    const length = nameLength(source, at)
    for (let i = 0; i < this.suffixes; i++) {
      if (sameOctets(source, at, this.suffixAt[i]!, length)) return this.suffixPosition[i]!
    }
    return -1
  }

  private noteAddress(owner: number, type: number, rdataStart: number, nameAt: number): void {
    if (this.wire.count > POSITION_MAX) return
    const finder = this.finder
    if (!finder.find(owner, type, this.records.rdata.items, rdataStart, nameAt)) return
    if (this.addressOwners.items.subarray(0, this.addressOwners.count).includes(finder.owner)) return
    this.putAddress(finder.owner, (finder.flags & AdditionalFlag.Owner ? 0 : this.wire.count) | finder.flags)
  }

  /** Needed glue before what is merely kind: when not all fits, it is the latter that stays away. */
  private putAddress(owner: number, place: number): void {
    const { addressOwners: owners, addressPlaces: places } = this
    let at = owners.push(owner)
    places.push(place)
    if ((place & AdditionalFlag.Needed) === 0) return
    for (; at > 0 && (places.items[at - 1]! & AdditionalFlag.Needed) === 0; at--) {
      owners.items[at] = owners.items[at - 1]!
      places.items[at] = places.items[at - 1]!
    }
    owners.items[at] = owner
    places.items[at] = place
  }

  private place(set: number, count: number, targetAt: number): number {
    const { words, bytes, wire, fixups } = this
    const addresses = this.addressOwners.count
    words[set] = count | (fixups.count << 16)
    words[set + 1] = wire.count
    words[set + 2] = addresses
    for (let i = 0; i < addresses; i++) words[set + SET_WORDS + i * 2 + 1] = this.addressPlaces.items[i]!
    const fixupsAt = set + SET_WORDS + addresses * 2
    for (let i = 0; i < fixups.count; i++) words[fixupsAt + i] = fixups.items[i]!
    let at = (fixupsAt + fixups.count) * 4
    for (let i = 0; i < wire.count; i++) bytes[at++] = wire.items[i]!
    if (targetAt >= 0) at = this.copyName(targetAt, at)
    return (at + 3) >>> 2
  }

  private copyName(from: number, to: number): number {
    const source = this.records.rdata.items
    const length = nameLength(source, from)
    for (let i = 0; i < length; i++) this.bytes[to + i] = source[from + i]!
    return to + length
  }
}

/** Of the types that zones hold by the million. */
function hasNoNames(type: number): boolean {
  return type === RrType.A || type === RrType.AAAA || type === RrType.TXT
}

/** The owner is the question's name, at octet 12 of the message. */
function writeFixed(bytes: Uint8Array, at: number, type: number, ttl: number, rdataLength: number): void {
  bytes[at] = 0xc0
  bytes[at + 1] = 12
  bytes[at + 2] = type >>> 8
  bytes[at + 3] = type & 0xff
  bytes[at + 4] = 0
  bytes[at + 5] = RrClass.IN
  bytes[at + 6] = ttl >>> 24
  bytes[at + 7] = (ttl >>> 16) & 0xff
  bytes[at + 8] = (ttl >>> 8) & 0xff
  bytes[at + 9] = ttl & 0xff
  bytes[at + 10] = rdataLength >>> 8
  bytes[at + 11] = rdataLength & 0xff
}

function sameOctets(bytes: Uint8Array, a: number, b: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (bytes[a + i] !== bytes[b + i]) return false
  return true
}
