/** Writing a reply into the query's own buffer: records, counts, EDNS. Allocates nothing; a set goes in
 *  whole or not at all (RFC 2181 §9). Knows how things are written, never which to write. */

import type { ZoneImage } from '../plan/image.ts'
import { POINT_TO_APEX, SET_WORDS, setRecordsAt } from '../plan/image.ts'
import { CLIENT_SUBNET_FIXED_BYTES, EdnsOption, OPT_BYTES, OPTION_HEADER_BYTES } from '../wire/edns.ts'
import { Flags1, Flags2, HEADER_BYTES } from '../wire/header.ts'
import type { ClientSubnet } from '../wire/query.ts'
import { RrClass, RrType } from '../wire/types.ts'

/** Position of the question's name in every message. */
export const QNAME_POSITION = HEADER_BYTES
/** A compression pointer has 14 bits (RFC 1035 §4.1.4). */
const POINTER_MAX = 0x3fff
const RECORD_FIXED_BYTES = 12

export class Reply {
  packet: Uint8Array = new Uint8Array(0)
  /** Octet of the packet where the message starts. */
  at = 0
  /** Octet after what is written so far. */
  end = 0
  /** Octet that no record may pass; what EDNS needs at the end is already taken off. */
  limit = 0
  /** Octet where the records start. */
  private recordsAt = 0

  private answers = 0
  private authorities = 0
  private additionals = 0

  start(packet: Uint8Array, at: number, questionEnd: number, limit: number): void {
    this.packet = packet
    this.at = at
    this.end = questionEnd
    this.recordsAt = questionEnd
    this.limit = limit
    this.answers = 0
    this.authorities = 0
    this.additionals = 0
  }

  /** Position in the message of what is written next. */
  get position(): number {
    return this.end - this.at
  }

  /** With a TTL of -1 the records keep their own. A bit of `out` leaves out the record in its place: of a set
   *  of addresses, which are all alike; never of others. */
  answer(zone: ZoneImage, set: number, owner: number, apex: number, ttl = -1, out = 0): boolean {
    const written =
      out === 0 ? this.writeSet(zone, set, owner, apex, ttl) : this.writeLive(zone, set, owner, ttl, out)
    this.answers += written
    return written > 0
  }

  authority(zone: ZoneImage, set: number, owner: number, apex: number): boolean {
    const written = this.writeSet(zone, set, owner, apex, -1)
    this.authorities += written
    return written > 0
  }

  additional(zone: ZoneImage, set: number, owner: number, apex: number): boolean {
    const written = this.writeSet(zone, set, owner, apex, -1)
    this.additionals += written
    return written > 0
  }

  /** How many RRs went in: all of the set's, or 0 when it does not fit. */
  private writeSet(zone: ZoneImage, set: number, owner: number, apex: number, ttl: number): number {
    const words = zone.words
    const length = words[set + 1]!
    const start = this.end
    if (start + length > this.limit || owner > POINTER_MAX) return 0
    const packet = this.packet
    const bytes = zone.bytes
    const fixups = words[set]! >>> 16
    const from = setRecordsAt(words, set)
    for (let i = 0; i < length; i++) packet[start + i] = bytes[from + i]!
    if (owner !== QNAME_POSITION) this.pointOwners(start, start + length, owner)
    if (ttl >= 0) this.setTtls(start, start + length, ttl)
    if (fixups !== 0) this.pointNames(zone, set, fixups, start, apex)
    this.end = start + length
    return words[set]! & 0xffff
  }

  /** As `writeSet`, for a set of addresses of which some are out. */
  private writeLive(zone: ZoneImage, set: number, owner: number, ttl: number, out: number): number {
    const { words, bytes } = zone
    const count = words[set]! & 0xffff
    const length = words[set + 1]! / count
    const start = this.end
    if (owner > POINTER_MAX) return 0
    let from = setRecordsAt(words, set)
    let to = start
    let written = 0
    for (let record = 0; record < count; record++, from += length) {
      if (((out >>> record) & 1) !== 0) continue
      if (to + length > this.limit) return 0
      for (let i = 0; i < length; i++) this.packet[to + i] = bytes[from + i]!
      to += length
      written++
    }
    if (owner !== QNAME_POSITION) this.pointOwners(start, to, owner)
    if (ttl >= 0) this.setTtls(start, to, ttl)
    this.end = to
    return written
  }

  private pointOwners(start: number, end: number, owner: number): void {
    const packet = this.packet
    for (let record = start; record < end; ) {
      packet[record] = 0xc0 | (owner >>> 8)
      packet[record + 1] = owner & 0xff
      record += RECORD_FIXED_BYTES + ((packet[record + 10]! << 8) | packet[record + 11]!)
    }
  }

  /** Of all records from this position of the message on. */
  setTtlsFrom(position: number, ttl: number): void {
    this.setTtls(this.at + position, this.end, ttl)
  }

  private setTtls(start: number, end: number, ttl: number): void {
    const packet = this.packet
    for (let record = start; record < end; ) {
      packet[record + 6] = ttl >>> 24
      packet[record + 7] = (ttl >>> 16) & 0xff
      packet[record + 8] = (ttl >>> 8) & 0xff
      packet[record + 9] = ttl & 0xff
      record += RECORD_FIXED_BYTES + ((packet[record + 10]! << 8) | packet[record + 11]!)
    }
  }

  private pointNames(zone: ZoneImage, set: number, fixups: number, start: number, apex: number): void {
    const packet = this.packet
    const words = zone.words
    const first = set + SET_WORDS + words[set + 2]! * 2
    const base = start - this.at
    for (let i = first; i < first + fixups; i++) {
      const fixup = words[i]!
      const target = fixup & 0xffff
      const pointer = target === POINT_TO_APEX ? apex : base + target
      const at = start + (fixup >>> 16)
      packet[at] = 0xc0 | (pointer >>> 8)
      packet[at + 1] = pointer & 0xff
    }
  }

  /** A CNAME made from a DNAME (RFC 6672 §3.1): the target is written whole, and its position returned;
   *  0 when it does not fit. */
  answerCname(
    owner: number,
    ttl: number,
    target: Uint8Array,
    targetAt: number,
    targetLength: number,
  ): number {
    const at = this.end
    if (at + RECORD_FIXED_BYTES + targetLength > this.limit || owner > POINTER_MAX) return 0
    const packet = this.packet
    this.writeFixed(owner, RrType.CNAME, RrClass.IN, targetLength)
    this.setTtls(at, this.end, ttl)
    for (let i = 0; i < targetLength; i++) packet[this.end + i] = target[targetAt + i]!
    this.end += targetLength
    this.answers++
    return at + RECORD_FIXED_BYTES - this.at
  }

  /** One TXT string of the CHAOS class, TTL 0. */
  answerChaosText(text: Uint8Array): boolean {
    if (this.end + RECORD_FIXED_BYTES + text.length + 1 > this.limit) return false
    this.writeFixed(QNAME_POSITION, RrType.TXT, RrClass.CH, text.length + 1)
    this.packet[this.end++] = text.length
    for (let i = 0; i < text.length; i++) this.packet[this.end++] = text[i]!
    this.answers++
    return true
  }

  /** Owner pointer, type, class, TTL 0 and RDATA length. */
  private writeFixed(owner: number, type: number, rrClass: number, rdataLength: number): void {
    const packet = this.packet
    const at = this.end
    packet[at] = 0xc0 | (owner >>> 8)
    packet[at + 1] = owner & 0xff
    packet[at + 2] = type >>> 8
    packet[at + 3] = type & 0xff
    packet[at + 4] = rrClass >>> 8
    packet[at + 5] = rrClass & 0xff
    packet[at + 6] = packet[at + 7] = packet[at + 8] = packet[at + 9] = 0
    packet[at + 10] = rdataLength >>> 8
    packet[at + 11] = rdataLength & 0xff
    this.end = at + RECORD_FIXED_BYTES
  }

  /** Back to the bare question: what did not fit must not look like a whole answer. */
  clearRecords(): void {
    this.end = this.recordsAt
    this.answers = 0
    this.authorities = 0
    this.additionals = 0
  }

  /** The OPT record, without options; `option` adds them. */
  opt(payloadBytes: number, extendedRcode: number, dnssecOk: boolean): void {
    const packet = this.packet
    const at = this.end
    packet[at] = 0
    packet[at + 1] = 0
    packet[at + 2] = RrType.OPT
    packet[at + 3] = payloadBytes >>> 8
    packet[at + 4] = payloadBytes & 0xff
    packet[at + 5] = extendedRcode >>> 4
    packet[at + 6] = 0
    packet[at + 7] = dnssecOk ? 0x80 : 0
    packet[at + 8] = packet[at + 9] = packet[at + 10] = 0
    this.optAt = at
    this.end = at + OPT_BYTES
    this.additionals++
  }
  private optAt = 0

  /** Begins an option of the OPT record just written; the caller writes `length` octets at `end`. */
  private option(code: number, length: number): number {
    const packet = this.packet
    const at = this.end
    packet[at] = code >>> 8
    packet[at + 1] = code & 0xff
    packet[at + 2] = length >>> 8
    packet[at + 3] = length & 0xff
    this.end = at + OPTION_HEADER_BYTES + length
    const rdataLength = this.end - this.optAt - OPT_BYTES
    packet[this.optAt + 9] = rdataLength >>> 8
    packet[this.optAt + 10] = rdataLength & 0xff
    return at + OPTION_HEADER_BYTES
  }

  nsid(identity: Uint8Array): void {
    const at = this.option(EdnsOption.Nsid, identity.length)
    for (let i = 0; i < identity.length; i++) this.packet[at + i] = identity[i]!
  }

  /** In units of 100 ms (RFC 7828 §3.1). */
  keepalive(tenths: number): void {
    const at = this.option(EdnsOption.TcpKeepalive, 2)
    this.packet[at] = tenths >>> 8
    this.packet[at + 1] = tenths & 0xff
  }

  /** Family, source and address as asked; for which prefix the answer holds is the scope (RFC 7871 §7.2.1). */
  clientSubnet(subnet: ClientSubnet, scopeBits: number): void {
    const bytes = (subnet.sourceBits + 7) >>> 3
    const at = this.option(EdnsOption.ClientSubnet, CLIENT_SUBNET_FIXED_BYTES + bytes)
    const packet = this.packet
    packet[at] = 0
    packet[at + 1] = subnet.family
    packet[at + 2] = subnet.sourceBits
    packet[at + 3] = scopeBits
    for (let i = 0; i < bytes; i++) packet[at + CLIENT_SUBNET_FIXED_BYTES + i] = subnet.octets[i]!
  }

  /** As far as there is room: a remark must not cost the answer a record (RFC 8914 §2, §4). */
  extendedError(code: number, text: Uint8Array, sizeEnd: number): void {
    const room = sizeEnd - this.end - OPTION_HEADER_BYTES - 2
    if (room < 0) return
    const textLength = text.length <= room ? text.length : 0
    const at = this.option(EdnsOption.ExtendedError, 2 + textLength)
    this.packet[at] = code >>> 8
    this.packet[at + 1] = code & 0xff
    for (let i = 0; i < textLength; i++) this.packet[at + 2 + i] = text[i]!
  }

  /** Flags and counts. Opcode, RD and CD stay as asked; everything else is ours or zero. */
  finish(rcode: number, authoritative: boolean, truncated: boolean): number {
    const packet = this.packet
    const at = this.at
    packet[at + 2] =
      (packet[at + 2]! & (Flags1.Opcode | Flags1.Rd)) |
      Flags1.Qr |
      (authoritative ? Flags1.Aa : 0) |
      (truncated ? Flags1.Tc : 0)
    packet[at + 3] = (packet[at + 3]! & Flags2.Cd) | (rcode & Flags2.Rcode)
    packet[at + 4] = 0
    packet[at + 5] = this.recordsAt > at + HEADER_BYTES ? 1 : 0
    packet[at + 6] = this.answers >>> 8
    packet[at + 7] = this.answers & 0xff
    packet[at + 8] = this.authorities >>> 8
    packet[at + 9] = this.authorities & 0xff
    packet[at + 10] = this.additionals >>> 8
    packet[at + 11] = this.additionals & 0xff
    return this.end - at
  }
}
