/** Reading a query: header, question, and what EDNS says. One instance per worker, refilled for every
 *  packet; allocates nothing and reads no octet outside the packet. Judges form, never content. */

import {
  CLIENT_SUBNET_FIXED_BYTES,
  DO_BIT,
  EDNS_VERSION,
  EdnsOption,
  OPT_BYTES,
  OPTION_HEADER_BYTES,
} from './edns.ts'
import { Flags1, HEADER_BYTES } from './header.ts'
import { RrType } from './types.ts'

export const Form = {
  Good: 0,
  /** Too short for a header, or itself a response: answering could start a loop. */
  Ignore: 1,
  /** Not a QUERY (RFC 1035 §4.1.1). */
  OtherOpcode: 2,
  /** Against the grammar; how much of it may be echoed is `questionEnd`. */
  Malformed: 3,
  BadVersion: 4,
} as const
export type Form = (typeof Form)[keyof typeof Form]

/** What reads names; the plan's lookup implements it, so that a name is walked only once. */
export interface NameReader {
  readonly length: number
  read(bytes: Uint8Array, at: number, end: number): boolean
}

export class Query {
  /** Octet after the question; the header's end when there is no readable question. */
  questionEnd = 0
  type = 0
  class = 0

  hasEdns = false
  dnssecOk = false
  payloadBytes = 0
  wantsNsid = false
  wantsKeepalive = false
  readonly subnet = new ClientSubnet()

  private readonly qname: NameReader

  constructor(qname: NameReader) {
    this.qname = qname
  }

  read(packet: Uint8Array, at: number, end: number): Form {
    this.forget(at + HEADER_BYTES)
    if (end - at < HEADER_BYTES || (packet[at + 2]! & Flags1.Qr) !== 0) return Form.Ignore
    if ((packet[at + 2]! & Flags1.Opcode) !== 0) return Form.OtherOpcode
    // Exactly one question (RFC 9619).
    if (packet[at + 4] !== 0 || packet[at + 5] !== 1) return Form.Malformed
    if (!this.qname.read(packet, at + HEADER_BYTES, end)) return Form.Malformed
    const questionEnd = at + HEADER_BYTES + this.qname.length + 4
    if (questionEnd > end) return Form.Malformed
    this.type = (packet[questionEnd - 4]! << 8) | packet[questionEnd - 3]!
    this.class = (packet[questionEnd - 2]! << 8) | packet[questionEnd - 1]!
    this.questionEnd = questionEnd
    return this.readRecords(packet, at, questionEnd, end)
  }

  private forget(questionEnd: number): void {
    this.questionEnd = questionEnd
    this.type = 0
    this.class = 0
    this.hasEdns = false
    this.dnssecOk = false
    this.payloadBytes = 0
    this.wantsNsid = false
    this.wantsKeepalive = false
    this.subnet.isPresent = false
  }

  /** A query carries no answers, and authority only with IXFR (RFC 1995 §3). */
  private readRecords(packet: Uint8Array, at: number, start: number, end: number): Form {
    const answers = (packet[at + 6]! << 8) | packet[at + 7]!
    const authorities = (packet[at + 8]! << 8) | packet[at + 9]!
    let additionals = (packet[at + 10]! << 8) | packet[at + 11]!
    if (answers !== 0) return Form.Malformed
    let record = start
    if (authorities !== 0) {
      if (this.type !== RrType.IXFR || authorities !== 1) return Form.Malformed
      record = endOfRecord(packet, skipName(packet, record, end), end)
      if (record < 0) return Form.Malformed
    }
    let form: Form = Form.Good
    for (; additionals > 0; additionals--) {
      const fixedAt = packet[record] === 0 && record < end ? record + 1 : skipName(packet, record, end)
      const next = endOfRecord(packet, fixedAt, end)
      if (next < 0) return Form.Malformed
      if (packet[fixedAt] === 0 && packet[fixedAt + 1] === RrType.OPT) {
        // One OPT, owned by the root (RFC 6891 §6.1.1, §6.1.2).
        if (this.hasEdns || packet[record] !== 0) return Form.Malformed
        const read = this.readOpt(packet, record, next)
        if (read === Form.Malformed) return read
        form = read
      }
      record = next
    }
    return record === end ? form : Form.Malformed
  }

  private readOpt(packet: Uint8Array, at: number, end: number): Form {
    this.hasEdns = true
    this.payloadBytes = (packet[at + 3]! << 8) | packet[at + 4]!
    this.dnssecOk = (packet[at + 7]! & DO_BIT) !== 0
    // What another version's options look like, we cannot know (RFC 6891 §6.1.3).
    if (packet[at + 6] !== EDNS_VERSION) return Form.BadVersion
    let option = at + OPT_BYTES
    while (option < end) {
      if (option + 4 > end) return Form.Malformed
      const code = (packet[option]! << 8) | packet[option + 1]!
      const length = (packet[option + 2]! << 8) | packet[option + 3]!
      if (option + 4 + length > end) return Form.Malformed
      // A client sends both of these empty (RFC 5001 §2.1, RFC 7828 §3.2.1).
      if (code === EdnsOption.Nsid) this.wantsNsid = true
      else if (code === EdnsOption.TcpKeepalive) this.wantsKeepalive = true
      else if (code === EdnsOption.ClientSubnet && !this.subnet.read(packet, option + 4, length))
        return Form.Malformed
      option += 4 + length
    }
    return Form.Good
  }
}

/** For whom a resolver asks (RFC 7871 §6). */
export class ClientSubnet {
  isPresent = false
  /** 1 for IPv4, 2 for IPv6; 0 only with an empty prefix. */
  family = 0
  sourceBits = 0
  /** The address, zero beyond the prefix: four octets of IPv4 or all of IPv6. */
  readonly octets = new Uint8Array(16)

  /** False when the option is malformed, which must be told by FORMERR (RFC 7871 §7.1.2): a second one, an
   *  unknown family, a prefix longer than an address, octets missing, too many or beyond the prefix. */
  read(packet: Uint8Array, at: number, length: number): boolean {
    if (this.isPresent || length < CLIENT_SUBNET_FIXED_BYTES) return false
    const family = (packet[at]! << 8) | packet[at + 1]!
    const sourceBits = packet[at + 2]!
    const bytes = (sourceBits + 7) >>> 3
    const bitsMax = family === 1 ? 32 : family === 2 ? 128 : 0
    // In a query the scope is zero (RFC 7871 §6).
    if (family > 2 || sourceBits > bitsMax || packet[at + 3] !== 0) return false
    if (length !== CLIENT_SUBNET_FIXED_BYTES + bytes) return false
    const octets = this.octets
    const addressAt = at + CLIENT_SUBNET_FIXED_BYTES
    const size = family === 1 ? 4 : 16
    for (let i = 0; i < bytes; i++) octets[i] = packet[addressAt + i]!
    for (let i = bytes; i < size; i++) octets[i] = 0
    if ((sourceBits & 7) !== 0 && (octets[bytes - 1]! & (0xff >>> (sourceBits & 7))) !== 0) return false
    this.isPresent = true
    this.family = family
    this.sourceBits = sourceBits
    return true
  }

  /** Octets of the whole option, as a reply carries it. */
  get optionBytes(): number {
    return OPTION_HEADER_BYTES + CLIENT_SUBNET_FIXED_BYTES + ((this.sourceBits + 7) >>> 3)
  }
}

/** Octet after a possibly compressed name, or -1. Where its pointer leads does not matter here. */
function skipName(packet: Uint8Array, at: number, end: number): number {
  let label = at
  while (label < end) {
    const length = packet[label]!
    if (length === 0) return label + 1
    if (length >= 0xc0) return label + 2
    if (length > 63) return -1
    label += length + 1
  }
  return -1
}

/** Octet after the record whose type stands at `fixedAt`, or -1, also when there is no such place. */
function endOfRecord(packet: Uint8Array, fixedAt: number, end: number): number {
  if (fixedAt < 0 || fixedAt + RECORD_FIXED_BYTES > end) return -1
  const next = fixedAt + RECORD_FIXED_BYTES + ((packet[fixedAt + 8]! << 8) | packet[fixedAt + 9]!)
  return next > end ? -1 : next
}

/** Type, class, TTL and RDATA length. */
const RECORD_FIXED_BYTES = 10
