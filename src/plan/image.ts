/** The image of one compiled zone: its format, and how it is opened. Everything a query needs is in it,
 *  answers in wire form included. Nothing outside `plan/` and the writer in `compile/` knows an offset.
 *
 *  One SharedArrayBuffer, seen as 32-bit words and as octets. An *offset* is in words unless it says
 *  octets. What belongs to one name lies together, so that a query costs few cache misses even in a
 *  zone of millions of names:
 *
 *      header   HEADER_WORDS words, see `Header`
 *      slots    pairs [name hash, node offset], open addressing, at most half full; node 0 is empty
 *      nodes    each followed by its RRsets
 *
 *      node     word 0  name octets (8) · labels (8) · RRset count (16)
 *               word 1  `NodeFlag`s
 *               word 2  the cut above (BelowCut), else the wildcard child (WildcardChild), else 0
 *               then    per RRset: type, offset of the RRset
 *               then    the name, lower case, in wire form
 *
 *      RRset    word 0  RRs (16) · fixups (16)
 *               word 1  octets of the records
 *               word 2  count of additional entries
 *               then    per additional entry: node offset, name position (16) · `AdditionalFlag`s
 *               then    fixups: position (16) · where to point (16)
 *               then    the records, ready to send: owner pointer, type, class, TTL, RDATA
 *               then    CNAME only: the target's name, whole
 *
 *      policies count, then the offset of each policy
 *      policy   word 0  how many candidates its entries on the board have room for
 *               word 1  lower TTL, word 2 upper TTL; -1 when the records' own hold
 *               word 3  the sorry A set, word 4 the sorry AAAA set, or 0
 *               word 5  its place among the zone's tallies by policy
 *               then    per region: hash of its name
 *
 *      steering word 0  index of the policy
 *               word 1  the TTL of the name itself, which no answer exceeds
 *               word 2  its first entry on the board
 *               word 3  where the board says which addresses are out, or 0 when nobody checks any
 *               then    per region: the node whose RRsets it serves, or 0
 *
 *  A steered name has one more entry among its RRsets, of type `STEERING`; a name whose addresses follow a catalog has
 *  one of type `MASKS`, which is no offset but the word of the board that says which of them are out.
 *
 *  The records are written for an owner at octet 12 of the message, which is the question. A fixup is a
 *  compression pointer that depends on the message: to the zone's apex inside the question's name, or
 *  to a place within these same records. */

import { assert } from '../base/assert.ts'
import { sameFolded } from '../wire/name.ts'
import { RrType } from '../wire/types.ts'
import { Networks } from './networks.ts'
import type { ZonePart } from './plan.ts'
import { RCODES_COUNTED } from './tallies.ts'

export const IMAGE_MAGIC = 0x4d5a4f4e
export const IMAGE_VERSION = 3

export const Header = {
  Magic: 0,
  Version: 1,
  /** 1 when the zone never had a good version: its names answer SERVFAIL. */
  Broken: 2,
  Serial: 3,
  SlotMask: 4,
  Slots: 5,
  /** Labels of the deepest name: anything deeper cannot exist. */
  LabelsMax: 6,
  ApexNode: 7,
  ApexLabels: 8,
  ApexHash: 9,
  /** The SOA as negative answers carry it: TTL = min(TTL, MINIMUM) (RFC 2308 §5). */
  NegativeSoa: 10,
  RecordCount: 11,
  NodeCount: 12,
  /** 0 when the zone steers nothing. */
  Policies: 13,
  /** What is counted by policy takes up so many words; see `tallies.ts`. */
  PolicyTallies: 14,
} as const
export const HEADER_WORDS = 16

export const NODE_WORDS = 3
export const SET_WORDS = 3

export const NodeFlag = {
  Cut: 1,
  BelowCut: 2,
  Dname: 4,
  Cname: 16,
  WildcardChild: 32,
  /** Answered by policy for the types it has no records of. */
  Steered: 256,
  /** Of its addresses some may be out. */
  Masked: 512,
} as const

/** No RR type has this number. Always a node's last entry. */
export const STEERING = 0x10000
/** Nor this one. Comes after the RRsets. */
export const MASKS = 0x10001

export const PolicyWord = {
  Candidates: 0,
  TtlMin: 1,
  TtlMax: 2,
  SorryA: 3,
  SorryAaaa: 4,
  Tally: 5,
  Hashes: 6,
} as const
export const SteeringWord = { Policy: 0, Ttl: 1, Board: 2, Masks: 3, Nodes: 4 } as const

export const AdditionalFlag = {
  /** The name is the owner of the RRset itself, not one inside its RDATA. */
  Owner: 1 << 16,
  /** In-domain glue: without it the referral is of no use, so leaving it out sets TC (RFC 9471 §3.1). */
  Needed: 1 << 17,
  /** The target's SVCB (HTTPS) records too: an alias is followed for the asker (RFC 9460 §4.1). */
  Svcb: 1 << 18,
  Https: 1 << 19,
} as const

/** A fixup that points to the zone's apex; any other value is an octet offset within the records. */
export const POINT_TO_APEX = 0xffff
/** Relative fixups stay below this, so that with the longest chain of records in front of them the
 *  pointer still fits 14 bits (RFC 1035 §4.1.4). */
export const RELATIVE_POINTER_MAX = 0x1fff

/** An opened image. The worker reads it through these fields and never writes. */
export class ZoneImage {
  readonly words: Int32Array
  readonly bytes: Uint8Array
  readonly slots: number
  readonly slotMask: number
  readonly labelsMax: number
  readonly apexNode: number
  readonly apexLabels: number
  readonly apexHash: number
  /** Octets of the apex name. */
  readonly apexLength: number
  /** Octet where the apex name stands. */
  readonly apexAt: number
  readonly negativeSoa: number
  readonly broken: boolean
  /** What is served now; empty when the zone steers nothing. */
  readonly board: Int32Array
  /** By policy. */
  readonly networks: readonly Networks[]
  /** Its number in the plan. */
  readonly index: number
  /** Where what is counted of it begins, and how much there is. */
  readonly talliesAt: number
  readonly tallyWords: number

  constructor(part: ZonePart, index = 0, talliesAt = 0) {
    const buffer = part.image
    const words = new Int32Array(buffer)
    assert(words[Header.Magic] === IMAGE_MAGIC, 'not a zone image')
    assert(words[Header.Version] === IMAGE_VERSION, 'a zone image of another version')
    this.words = words
    this.bytes = new Uint8Array(buffer)
    this.slots = words[Header.Slots]!
    this.slotMask = words[Header.SlotMask]!
    this.labelsMax = words[Header.LabelsMax]!
    this.apexNode = words[Header.ApexNode]!
    this.apexLabels = words[Header.ApexLabels]!
    this.apexHash = words[Header.ApexHash]!
    this.apexLength = words[this.apexNode]! & 0xff
    this.apexAt = nodeNameAt(words, this.apexNode)
    this.negativeSoa = words[Header.NegativeSoa]!
    this.broken = words[Header.Broken] === 1
    this.board = new Int32Array(part.board ?? new SharedArrayBuffer(0))
    this.networks = part.networks.map(networks => new Networks(networks))
    this.index = index
    this.talliesAt = talliesAt
    this.tallyWords = RCODES_COUNTED + words[Header.PolicyTallies]!
  }

  /** Word of a policy's record. */
  policyAt(index: number): number {
    return this.words[this.words[Header.Policies]! + 1 + index]!
  }

  /** The node with this name, which is known to stand at or below the apex, or 0. */
  find(name: Uint8Array, at: number, length: number, hash: number): number {
    const words = this.words
    for (let slot = hash & this.slotMask; ; slot = (slot + 1) & this.slotMask) {
      const pair = this.slots + slot * 2
      const node = words[pair + 1]!
      if (node === 0) return 0
      if (
        words[pair] === hash &&
        (words[node]! & 0xff) === length &&
        sameFolded(this.bytes, nodeNameAt(words, node), name, at, length - this.apexLength)
      ) {
        return node
      }
    }
  }

  /** The RRset of this type at a node, or 0. */
  findSet(node: number, type: number): number {
    const words = this.words
    const end = node + NODE_WORDS + (words[node]! >>> 16) * 2
    for (let entry = node + NODE_WORDS; entry < end; entry += 2) {
      if (words[entry] === type) return words[entry + 1]!
    }
    return 0
  }

  /** At a `Masked` node: a bit for each address of its set of this type that is out. */
  outAt(node: number, type: number): number {
    const masks = this.findSet(node, MASKS)
    if (type === RrType.A) return this.board[masks]!
    return type === RrType.AAAA ? this.board[masks + 1]! : 0
  }
}

/** Octet where a node's name stands. */
export function nodeNameAt(words: Int32Array, node: number): number {
  return (node + NODE_WORDS + (words[node]! >>> 16) * 2) * 4
}

/** Octet where a set's records start. */
export function setRecordsAt(words: Int32Array, set: number): number {
  return (set + SET_WORDS + words[set + 2]! * 2 + (words[set]! >>> 16)) * 4
}
