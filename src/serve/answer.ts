/** What do we say to this question? The whole of it, as a table of contents: RFC 1034 §4.3.2 with
 *  wildcards (RFC 4592), redirections (RFC 6672) and negative answers (RFC 2308).
 *  Reads the plan, writes through `Reply`; knows no sockets, no EDNS and no letter case. */

import { ChoiceFlag, ChoiceKind, MASK_WORDS } from '../plan/board.ts'
import {
  AdditionalFlag,
  NodeFlag,
  PolicyWord,
  STEERING,
  SteeringWord,
  setRecordsAt,
  type ZoneImage,
} from '../plan/image.ts'
import { type Directory, Found, Lookup, NamePath } from '../plan/lookup.ts'
import { Rcode } from '../wire/header.ts'
import { LOWER, NAME_BYTES_MAX } from '../wire/name.ts'
import { RrType } from '../wire/types.ts'
import type { Client } from './client.ts'
import { type Remark, Remarks } from './remark.ts'
import { QNAME_POSITION, type Reply } from './reply.ts'
import type { Steer } from './steer.ts'

/** How many times a chain of CNAMEs and DNAMEs is followed; a resolver takes it up from there. */
export const CHAIN_LINKS_MAX = 12

const NO_SET = 0

/** What became of a step: the question is settled, or it goes on under another name. */
const Step = { Done: 0, Follow: 1 } as const
type Step = (typeof Step)[keyof typeof Step]

export class Answer {
  rcode: Rcode = Rcode.NoError
  authoritative = false
  truncated = false
  referral = false
  /** Not a question to the zone but to the server: `_why.NAME` or `_health.NAME`, in a zone that steers. */
  asksAboutUs = false
  remark: Remark | undefined = undefined
  /** Where the asked name's zone is counted; 0 for names that are in none. */
  talliesAt = 0

  /** The name being answered: the question's at first, then what it is an alias of. */
  private name: NamePath
  private readonly reply: Reply
  private readonly client: Client
  private readonly steer: Steer
  private readonly lookup = new Lookup()

  private zone: ZoneImage | undefined
  private type = 0
  /** Where the name and its zone's apex stand in the message, for compression. */
  private namePosition = 0
  private apexPosition = 0
  /** The name's last octets may be a pointer in the message: how many, and where they really stand. */
  private tailLength = 0
  private tailPosition = 0

  /** The set whose names want addresses beside it, and the octet where its records went. */
  private additionalSet = NO_SET
  private additionalFor = 0
  private additionalOwner = 0

  /** Names already answered in this chain, to notice a loop. */
  private readonly linkBytes: Uint8Array[] = Array.from(
    { length: CHAIN_LINKS_MAX + 1 },
    () => new Uint8Array(1),
  )
  private readonly linkAt = new Int32Array(CHAIN_LINKS_MAX + 1)
  private links = 0
  /** DNAMEs already in the answer. */
  private readonly dnameZones: (ZoneImage | undefined)[] = Array.from({ length: CHAIN_LINKS_MAX + 1 })
  private readonly dnameSets = new Int32Array(CHAIN_LINKS_MAX + 1)
  private dnames = 0
  /** Names made from DNAMEs live here until the reply is sent: one place a link. */
  private readonly redirected = new Uint8Array((CHAIN_LINKS_MAX + 1) * NAME_BYTES_MAX)

  constructor(reply: Reply, client: Client, steer: Steer) {
    this.name = new NamePath()
    this.reply = reply
    this.client = client
    this.steer = steer
  }

  /** Lets go of the plan before this one, and counts the next in its own block. Not per query. */
  beginPlan(block: SharedArrayBuffer): void {
    this.steer.beginPlan(block)
    this.zone = undefined
    this.linkBytes.fill(this.redirected)
    this.dnameZones.fill(undefined)
  }

  /** Answers the question for `name`, which is then used for what it is an alias of. */
  solve(directory: Directory, name: NamePath, type: number): void {
    this.name = name
    this.forget(type)
    this.enter(directory.find(this.name, type))
    if (this.zone === undefined) return this.refuse()
    this.talliesAt = this.zone.talliesAt
    if (this.zone.broken) return this.fail()
    if (this.zone.board.length !== 0 && isAboutUs(this.name)) {
      this.asksAboutUs = true
      return
    }
    this.authoritative = true
    this.solveChain(directory)
    if (!this.truncated && this.additionalSet !== NO_SET) this.addAddresses()
  }

  private forget(type: number): void {
    this.rcode = Rcode.NoError
    this.authoritative = false
    this.truncated = false
    this.referral = false
    this.asksAboutUs = false
    this.remark = undefined
    this.talliesAt = 0
    this.type = type
    this.zone = undefined
    this.namePosition = QNAME_POSITION
    this.tailLength = 0
    this.additionalSet = NO_SET
    this.links = 0
    this.dnames = 0
  }

  /** Turns to a zone: from now on its apex is what names are compressed against. */
  private enter(zone: ZoneImage | undefined): void {
    if (zone === undefined || zone === this.zone) return
    this.zone = zone
    this.apexPosition = this.positionOf(zone.apexLength)
  }

  private solveChain(directory: Directory): void {
    while (this.solveName(this.zone!) === Step.Follow) {
      const zone = directory.find(this.name, this.type)
      // Another server's business: the asker goes on from here.
      if (zone === undefined || zone.broken) return
      this.enter(zone)
    }
  }

  private solveName(zone: ZoneImage): Step {
    const found = this.lookup.find(zone, this.name, this.type)
    switch (found) {
      case Found.Name:
      case Found.Wildcard:
        return this.answerFrom(zone, this.lookup.node)
      case Found.Cut:
        return this.refer(zone, this.lookup.node)
      case Found.Dname:
        return this.redirect(zone, this.lookup.node)
      case Found.Nothing:
        return this.deny(zone, Rcode.NxDomain)
      default:
        return found satisfies never
    }
  }

  private answerFrom(zone: ZoneImage, node: number): Step {
    const set = this.type === RrType.ANY ? anySet(zone, node) : zone.findSet(node, this.type)
    const flags = zone.words[node + 1]!
    if (set !== NO_SET)
      return this.answerSet(zone, set, (flags & NodeFlag.Masked) === 0 ? 0 : zone.outAt(node, this.type))
    if ((flags & NodeFlag.Cname) !== 0) return this.followCname(zone, node, -1)
    if ((flags & NodeFlag.Steered) !== 0) return this.answerByPolicy(zone, zone.findSet(node, STEERING))
    return this.deny(zone, Rcode.NoError)
  }

  private answerByPolicy(zone: ZoneImage, steering: number): Step {
    const { steer } = this
    const policyIndex = zone.words[steering + SteeringWord.Policy]!
    const policy = zone.policyAt(policyIndex)
    this.client.identify()
    steer.choose(zone, policyIndex, policy, zone.words[steering + SteeringWord.Board]!, this.client)
    steer.countAnswer(zone, policyIndex, this.client)
    if ((steer.flags & ChoiceFlag.Outage) !== 0) this.remark = Remarks.Outage
    else if ((steer.flags & ChoiceFlag.Stale) !== 0) this.remark = Remarks.Stale
    if (steer.kind === ChoiceKind.Refuse) return this.prohibit()
    if (steer.kind === ChoiceKind.Sorry) return this.apologize(zone, policy)
    const policyTtl = zone.words[policy + (steer.ttlIsMin ? PolicyWord.TtlMin : PolicyWord.TtlMax)]!
    return this.answerRegions(zone, steering, policyTtl)
  }

  /** Every chosen region's set of the asked type, together; a region that is an alias stands alone. Where the policy
   *  has no TTL (-1), the least holds that anybody said. */
  private answerRegions(zone: ZoneImage, steering: number, policyTtl: number): Step {
    const { steer, reply } = this
    const { words } = zone
    const start = reply.position
    const masks = this.masksOf(zone, steering)
    let answered = 0
    let leastTtl = words[steering + SteeringWord.Ttl]!
    for (let i = 0; i < steer.count; i++) {
      const slot = steer.slots[i]!
      const node = words[steering + SteeringWord.Nodes + slot]!
      if (node === 0) continue
      const set = this.findSteered(zone, node)
      if (set === NO_SET) {
        if (i === 0 && (words[node + 1]! & NodeFlag.Cname) !== 0)
          return this.followSteered(zone, node, policyTtl, leastTtl)
        continue
      }
      const out = masks === 0 ? 0 : zone.board[masks + slot * MASK_WORDS]!
      if (!reply.answer(zone, set, this.namePosition, this.apexPosition, -1, out)) return this.truncate()
      leastTtl = Math.min(leastTtl, setTtl(zone, set))
      if (answered++ === 0) this.wantAddresses(zone, set, start, this.namePosition)
    }
    if (answered === 0) return this.deny(zone, Rcode.NoError)
    reply.setTtlsFrom(start, policyTtl >= 0 ? policyTtl : leastTtl)
    return Step.Done
  }

  private followSteered(zone: ZoneImage, node: number, policyTtl: number, nameTtl: number): Step {
    const ownTtl = setTtl(zone, zone.findSet(node, RrType.CNAME))
    return this.followCname(zone, node, policyTtl >= 0 ? policyTtl : Math.min(nameTtl, ownTtl))
  }

  /** Where the board says which addresses of the asked type are out, or 0. */
  private masksOf(zone: ZoneImage, steering: number): number {
    const masks = zone.words[steering + SteeringWord.Masks]!
    if (masks === 0 || this.type === RrType.A) return masks
    return this.type === RrType.AAAA ? masks + 1 : 0
  }

  private findSteered(zone: ZoneImage, node: number): number {
    return this.type === RrType.ANY ? anySet(zone, node) : zone.findSet(node, this.type)
  }

  /** Nothing may be served, and the operator said what to say then. */
  private apologize(zone: ZoneImage, policy: number): Step {
    const { words } = zone
    const isV6 = this.type === RrType.AAAA
    const set = words[policy + (isV6 ? PolicyWord.SorryAaaa : PolicyWord.SorryA)]!
    if (set === NO_SET || (this.type !== RrType.A && !isV6)) return this.deny(zone, Rcode.NoError)
    const ttl = words[policy + PolicyWord.TtlMin]!
    return this.reply.answer(zone, set, this.namePosition, this.apexPosition, ttl)
      ? Step.Done
      : this.truncate()
  }

  private prohibit(): Step {
    this.rcode = Rcode.Refused
    this.authoritative = false
    this.remark = Remarks.Prohibited
    this.reply.clearRecords()
    return Step.Done
  }

  private answerSet(zone: ZoneImage, set: number, out: number): Step {
    // Asked for DNAME, a chain may end at one that it has passed.
    if (this.dnames > 0 && this.isAnswered(zone, set)) return Step.Done
    const start = this.reply.position
    if (!this.reply.answer(zone, set, this.namePosition, this.apexPosition, -1, out)) return this.truncate()
    this.wantAddresses(zone, set, start, this.namePosition)
    return Step.Done
  }

  /** NODATA or NXDOMAIN: the SOA says for how long (RFC 2308 §2). */
  private deny(zone: ZoneImage, rcode: Rcode): Step {
    this.rcode = rcode
    if (!this.reply.authority(zone, zone.negativeSoa, this.apexPosition, this.apexPosition))
      return this.truncate()
    return Step.Done
  }

  /** Somebody else's (RFC 1034 §4.2.1). After an alias of ours the answer stays authoritative, for AA
   *  speaks of the first owner (RFC 1035 §4.1.1). */
  private refer(zone: ZoneImage, cut: number): Step {
    if (this.links === 0) this.authoritative = false
    this.referral = true
    const start = this.reply.position
    const owner = this.positionOf(zone.words[cut]! & 0xff)
    const set = zone.findSet(cut, RrType.NS)
    if (!this.reply.authority(zone, set, owner, this.apexPosition)) return this.truncate()
    this.wantAddresses(zone, set, start, owner)
    return Step.Done
  }

  private followCname(zone: ZoneImage, node: number, ttl: number): Step {
    const words = zone.words
    const set = zone.findSet(node, RrType.CNAME)
    const start = this.reply.position
    if (!this.reply.answer(zone, set, this.namePosition, this.apexPosition, ttl)) return this.truncate()
    // The only fixup a CNAME can have is its target's tail, pointing to the apex.
    this.tailLength = words[set]! >>> 16 === 0 ? 0 : zone.apexLength
    this.tailPosition = this.apexPosition
    return this.follow(zone.bytes, setRecordsAt(words, set) + words[set + 1]!, start + RDATA_OFFSET)
  }

  /** The DNAME itself, then the CNAME it makes of the name (RFC 6672 §3.2). */
  private redirect(zone: ZoneImage, node: number): Step {
    const set = zone.findSet(node, RrType.DNAME)
    if (!this.isAnswered(zone, set)) {
      const owner = this.positionOf(this.name.length - this.name.labelAt[this.lookup.label]!)
      if (!this.reply.answer(zone, set, owner, this.apexPosition)) return this.truncate()
    }
    const made = this.links * NAME_BYTES_MAX
    const length = this.substitute(zone, set, made)
    if (length > NAME_BYTES_MAX) {
      this.rcode = Rcode.YxDomain
      return Step.Done
    }
    const ttl = setTtl(zone, set)
    const position = this.reply.answerCname(this.namePosition, ttl, this.redirected, made, length)
    if (position === 0) return this.truncate()
    // Whoever asked for the alias has it now.
    if (this.type === RrType.CNAME) return Step.Done
    this.tailLength = 0
    return this.follow(this.redirected, made, position)
  }

  /** A chain may pass the same DNAME twice, an answer holds it once (RFC 2181 §5.5). Notes it, if not. */
  private isAnswered(zone: ZoneImage, set: number): boolean {
    for (let i = 0; i < this.dnames; i++) {
      if (this.dnameSets[i] === set && this.dnameZones[i] === zone) return true
    }
    this.dnameSets[this.dnames] = set
    this.dnameZones[this.dnames++] = zone
    return false
  }

  /** Puts the DNAME's target in place of its owner (RFC 6672 §2.2) and returns the length it has, or
   *  would have. */
  private substitute(zone: ZoneImage, set: number, made: number): number {
    const prefixLength = this.name.labelAt[this.lookup.label]!
    const targetAt = setRecordsAt(zone.words, set) + RDATA_OFFSET
    const targetLength = zone.words[set + 1]! - RDATA_OFFSET
    if (prefixLength + targetLength > NAME_BYTES_MAX) return prefixLength + targetLength
    const redirected = this.redirected
    for (let i = 0; i < prefixLength; i++) redirected[made + i] = this.name.bytes[this.name.at + i]!
    for (let i = 0; i < targetLength; i++) redirected[made + prefixLength + i] = zone.bytes[targetAt + i]!
    return prefixLength + targetLength
  }

  /** Goes on with the name at `at`, which stands at `position` in the message, unless the chain has been
   *  there before or is too long: then what we have is the answer. */
  private follow(bytes: Uint8Array, at: number, position: number): Step {
    this.linkBytes[this.links] = this.name.bytes
    this.linkAt[this.links] = this.name.at
    this.links++
    this.name.read(bytes, at, bytes.length)
    this.namePosition = position
    if (this.links > CHAIN_LINKS_MAX - 1) return Step.Done
    for (let link = 0; link < this.links; link++) {
      if (this.name.isSame(this.linkBytes[link]!, this.linkAt[link]!)) return Step.Done
    }
    return Step.Follow
  }

  /** Where the last octets of the name stand in the message. */
  private positionOf(octets: number): number {
    return octets >= this.tailLength
      ? this.namePosition + this.name.length - octets
      : this.tailPosition + this.tailLength - octets
  }

  private wantAddresses(zone: ZoneImage, set: number, position: number, owner: number): void {
    if (zone.words[set + 2] === 0) return
    this.additionalSet = set
    this.additionalFor = position
    this.additionalOwner = owner
  }

  /** Addresses of the names in the set just written, as far as they fit. Only glue without which a
   *  referral is of no use is worth the asker's coming back by TCP (RFC 9471 §3.1). */
  private addAddresses(): void {
    const zone = this.zone!
    const words = zone.words
    const first = this.additionalSet + 3
    for (let entry = first; entry < first + words[this.additionalSet + 2]! * 2; entry += 2) {
      const node = words[entry]!
      const place = words[entry + 1]!
      const owner =
        (place & AdditionalFlag.Owner) !== 0 ? this.additionalOwner : this.additionalFor + (place & 0xffff)
      let fits = true
      if ((place & AdditionalFlag.Svcb) !== 0) fits = this.addSet(zone, node, RrType.SVCB, owner) && fits
      if ((place & AdditionalFlag.Https) !== 0) fits = this.addSet(zone, node, RrType.HTTPS, owner) && fits
      fits = this.addSet(zone, node, RrType.A, owner) && fits
      fits = this.addSet(zone, node, RrType.AAAA, owner) && fits
      if (!fits && (place & AdditionalFlag.Needed) !== 0) this.truncated = true
    }
  }

  private addSet(zone: ZoneImage, node: number, type: number, owner: number): boolean {
    const set = zone.findSet(node, type)
    return set === NO_SET || this.reply.additional(zone, set, owner, this.apexPosition)
  }

  private truncate(): Step {
    this.reply.clearRecords()
    this.truncated = true
    this.additionalSet = NO_SET
    return Step.Done
  }

  private refuse(): void {
    this.rcode = Rcode.Refused
    this.remark = Remarks.NotAuthoritative
  }

  private fail(): void {
    this.rcode = Rcode.ServFail
    this.remark = Remarks.BadZone
  }
}

/** Octets of owner pointer, type, class, TTL and RDATA length in front of a record's RDATA. */
const RDATA_OFFSET = 12
const TTL_OFFSET = 6

/** Lengths and letters of the first labels that are ours: `_why` and `_health`. */
const WHY = Uint8Array.of(4, 0x5f, 0x77, 0x68, 0x79)
const HEALTH = Uint8Array.of(7, 0x5f, 0x68, 0x65, 0x61, 0x6c, 0x74, 0x68)

function isAboutUs({ bytes, at }: NamePath): boolean {
  return bytes[at + 1] === 0x5f && (startsWith(bytes, at, WHY) || startsWith(bytes, at, HEALTH))
}

/** In any letter case. */
function startsWith(bytes: Uint8Array, at: number, label: Uint8Array): boolean {
  for (let i = 0; i < label.length; i++) if (LOWER[bytes[at + i]!] !== label[i]) return false
  return true
}

/** ANY gets one RRset: the alias, where the name is one, else its first (RFC 8482 §4.1). */
function anySet(zone: ZoneImage, node: number): number {
  const { words } = zone
  const alias = zone.findSet(node, RrType.CNAME)
  if (alias !== NO_SET) return alias
  const hasSets = words[node]! >>> 16 !== 0 && words[node + 3] !== STEERING
  return hasSets ? words[node + 4]! : NO_SET
}

/** The TTL of a set, as its first record has it. */
function setTtl(zone: ZoneImage, set: number): number {
  const { bytes } = zone
  const at = setRecordsAt(zone.words, set) + TTL_OFFSET
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
}
