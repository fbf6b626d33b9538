/** Query in, reply out: the one function that every transport calls. Reads the form of the query, has the
 *  question answered, and closes the message with EDNS, flags and counts.
 *  Knows no sockets; allocates nothing per query. */

import {
  COUNTED_TYPE_MAX,
  Counter,
  type CounterBlock,
  PLACE_OF_TYPE,
  QUERIES_AT,
  TYPES_COUNTED,
} from '../base/counters.ts'
import { PrefixList, type PrefixTexts } from '../base/prefix-list.ts'
import { Directory, NamePath } from '../plan/lookup.ts'
import type { Plan } from '../plan/plan.ts'
import { newTallyBlock, RCODE_BADVERS_AT, RCODES_COUNTED, talliesOf } from '../plan/tallies.ts'
import { Warming } from '../plan/warming.ts'
import { OPT_BYTES, OPTION_HEADER_BYTES } from '../wire/edns.ts'
import { MESSAGE_BYTES_MAX, PLAIN_UDP_BYTES_MAX, Rcode } from '../wire/header.ts'
import { Form, Query } from '../wire/query.ts'
import { RrClass, RrType } from '../wire/types.ts'
import { Answer } from './answer.ts'
import { Chaos } from './chaos.ts'
import { Client } from './client.ts'
import { FORWARDED } from './forward.ts'
import { type Remark, Remarks } from './remark.ts'
import { Reply } from './reply.ts'
import { Steer } from './steer.ts'

export const Transport = { Udp: 0, Tcp: 1 } as const
export type Transport = (typeof Transport)[keyof typeof Transport]

export interface ResponderOptions {
  readonly counters: CounterBlock
  /** `id.server`, `hostname.bind` and NSID; empty to keep silent. */
  readonly identity: string
  /** `version.bind`; empty to keep silent. */
  readonly version: string
  /** Largest UDP reply, and the payload size we announce. */
  readonly udpPayloadBytesMax: number
  /** Sent in edns-tcp-keepalive (RFC 7828), milliseconds. */
  readonly tcpIdleMs: number
  /** Whose client subnets are believed; everybody's if nobody is named. */
  readonly subnetsFrom?: PrefixTexts
  /** Who may ask about the server itself; nobody if none is named. */
  readonly diagnosticsFor?: PrefixTexts
  /** Any number, another one for each worker: where its dice start. */
  readonly seed?: number
  /** Told of each plan's tallies when they begin. */
  readonly tallied?: (generation: number, block: SharedArrayBuffer) => void
}

const KEEPALIVE_BYTES = OPTION_HEADER_BYTES + 2
export const IDENTITY_BYTES_MAX = 128
/** How many queries may be read before the first is answered. */
export const BATCH_QUERIES_MAX = 64

export class Responder {
  private readonly counters: CounterBlock
  private readonly identity: Uint8Array
  private readonly payloadBytesMax: number
  private readonly keepaliveTenths: number
  private readonly subnetsFrom: PrefixList | undefined
  private readonly diagnosticsFor: PrefixList

  private readonly tallied: ResponderOptions['tallied']
  /** Of the plan that is answered from. */
  private tallies = talliesOf(newTallyBlock(RCODES_COUNTED))
  private talliesAt = 0

  private directory = new Directory({ generation: 0, zones: [] })
  private readonly warming = new Warming(BATCH_QUERIES_MAX)
  /** The queries of a batch, read before the first is answered; one alone is the first. */
  private readonly names = Array.from({ length: BATCH_QUERIES_MAX }, () => new NamePath())
  private readonly queries = this.names.map(name => new Query(name))
  private readonly forms = new Uint8Array(BATCH_QUERIES_MAX)
  /** The one that is being answered. */
  private name = this.names[0]!
  private query = this.queries[0]!
  private readonly reply = new Reply()
  protected readonly client = new Client(this.query.subnet)
  protected readonly steer: Steer
  private readonly content: Answer
  private readonly chaos: Chaos

  private rcode: Rcode = Rcode.NoError
  private remark: Remark | undefined = undefined
  private authoritative = false
  private truncated = false
  private isForwarded = false
  /** Octet that the message may not pass. */
  private sizeEnd = 0

  constructor(options: ResponderOptions) {
    this.counters = options.counters
    this.tallied = options.tallied
    // Short enough that the longest question and every option fit 512 octets together.
    this.identity = new TextEncoder().encode(options.identity).subarray(0, IDENTITY_BYTES_MAX)
    this.payloadBytesMax = options.udpPayloadBytesMax
    this.keepaliveTenths = Math.min(0xffff, Math.floor(options.tcpIdleMs / 100))
    this.subnetsFrom = options.subnetsFrom === undefined ? undefined : new PrefixList(options.subnetsFrom)
    this.diagnosticsFor = new PrefixList(options.diagnosticsFor ?? [])
    this.steer = new Steer(options.seed ?? 0)
    this.content = new Answer(this.reply, this.client, this.steer)
    this.chaos = new Chaos(this.identity, new TextEncoder().encode(options.version).subarray(0, 255))
  }

  /** Makes `plan` the one that is answered from. Not per query: called between two batches. */
  adopt(plan: Plan): void {
    this.directory = new Directory(plan)
    const block = newTallyBlock(this.directory.tallyWords)
    this.tallies = talliesOf(block)
    this.content.beginPlan(block)
    this.tallied?.(plan.generation, block)
    this.warming.forgetPlan()
    this.counters[Counter.Generation] = plan.generation
  }

  /** Whether it pays to read a whole batch and warm up before the first is answered. */
  get warms(): boolean {
    return this.directory.isLarge
  }

  /** Reads a query of a batch, to be answered by `answerRead`. */
  read(i: number, packet: Uint8Array, at: number, length: number): void {
    this.forms[i] = this.queries[i]!.read(packet, at, at + length)
  }

  /** Fetches what the answers to the first `count` read queries will need. */
  warmUp(count: number): void {
    for (let i = 0; i < count; i++) {
      if (this.forms[i] === Form.Good) this.warming.note(this.directory, this.names[i]!)
    }
    this.warming.touch()
  }

  /** Who sent the query that is answered next: an address in network order at `at`, which stays there. */
  setSource(family: 4 | 6, octets: Uint8Array, at: number): void {
    this.client.setSource(family, octets, at)
  }

  /** Answers the query in `packet[at, at + length)` in place: the reply grows in the query's own buffer,
   *  which has `room` octets from `at` on. Returns the reply's length, 0 for silence, or FORWARDED for a
   *  question that the main thread is to answer; then the query stands as it came. */
  answer(packet: Uint8Array, at: number, length: number, room: number, transport: Transport): number {
    this.read(0, packet, at, length)
    return this.answerRead(0, packet, at, length, room, transport)
  }

  /** As `answer`, for the query that was read as number `i`. */
  answerRead(
    i: number,
    packet: Uint8Array,
    at: number,
    length: number,
    room: number,
    transport: Transport,
  ): number {
    const counters = this.counters
    counters[Counter.BytesIn]! += length
    this.name = this.names[i]!
    this.query = this.queries[i]!
    this.client.subnet = this.query.subnet
    const form = this.forms[i] as Form
    if (form === Form.Ignore) {
      counters[Counter.Dropped]!++
      return 0
    }
    if (this.subnetsFrom !== undefined) this.doubtSubnet(this.subnetsFrom)
    this.countQuery(transport)
    this.begin(packet, at, room, transport)
    this.solve(form)
    if (!this.isForwarded) return this.close(transport)
    this.isForwarded = false
    return FORWARDED
  }

  private countQuery(transport: Transport): void {
    const { type, subnet } = this.query
    const kind = transport * 2 + (subnet.isPresent ? 1 : 0)
    const place = type < COUNTED_TYPE_MAX ? PLACE_OF_TYPE[type]! : 0
    this.counters[QUERIES_AT + kind * TYPES_COUNTED + place]!++
  }

  private begin(packet: Uint8Array, at: number, room: number, transport: Transport): void {
    const query = this.query
    this.rcode = Rcode.NoError
    this.remark = undefined
    this.talliesAt = 0
    this.client.scopeBits = 0
    this.authoritative = false
    this.truncated = false
    this.sizeEnd = at + this.sizeMax(room, transport)
    this.reply.start(packet, at, query.questionEnd, this.sizeEnd - this.ednsBytes(transport))
  }

  /** RFC 6891 §6.2.3–6.2.5: what both sides allow, and never less than plain DNS does. */
  private sizeMax(room: number, transport: Transport): number {
    if (transport === Transport.Tcp) return Math.min(room, MESSAGE_BYTES_MAX)
    if (!this.query.hasEdns) return Math.min(room, PLAIN_UDP_BYTES_MAX)
    return Math.min(room, this.payloadBytesMax, Math.max(PLAIN_UDP_BYTES_MAX, this.query.payloadBytes))
  }

  private ednsBytes(transport: Transport): number {
    const query = this.query
    if (!query.hasEdns) return 0
    return (
      OPT_BYTES +
      (query.wantsNsid && this.identity.length > 0 ? OPTION_HEADER_BYTES + this.identity.length : 0) +
      (query.wantsKeepalive && transport === Transport.Tcp ? KEEPALIVE_BYTES : 0) +
      (query.subnet.isPresent ? query.subnet.optionBytes : 0)
    )
  }

  /** Anyone can claim to ask for anyone: a resolver that is not believed is answered as itself, and the
   *  option stays away, as from a server that does not know it (RFC 7871 §7.2.2, §11.3). */
  private doubtSubnet(believed: PrefixList): void {
    const { client } = this
    if (!believed.has(client.sourceFamily, client.source, client.sourceAt))
      this.query.subnet.isPresent = false
  }

  private solve(form: Form): void {
    switch (form) {
      case Form.Good:
        return this.solveQuestion()
      case Form.BadVersion:
        this.rcode = Rcode.BadVers
        return
      case Form.OtherOpcode:
        this.rcode = Rcode.NotImp
        return
      case Form.Malformed:
      case Form.Ignore:
        this.rcode = Rcode.FormErr
        return
      default:
        form satisfies never
    }
  }

  private solveQuestion(): void {
    const query = this.query
    if (query.class === RrClass.IN && !isTransfer(query.type)) {
      const content = this.content
      content.solve(this.directory, this.name, query.type)
      this.talliesAt = content.talliesAt
      if (content.asksAboutUs) return this.forwardOrRefuse()
      this.rcode = content.rcode
      this.remark = content.remark
      this.authoritative = content.authoritative
      this.truncated = content.truncated
      if (content.referral) this.counters[Counter.Referrals]!++
    } else if (query.class === RrClass.CH && this.chaos.answer(this.name, query.type, this.reply)) {
      this.authoritative = true
    } else {
      this.rcode = Rcode.Refused
      this.remark = Remarks.NotSupported
    }
  }

  private forwardOrRefuse(): void {
    const { client } = this
    this.isForwarded = this.diagnosticsFor.has(client.sourceFamily, client.source, client.sourceAt)
    if (this.isForwarded) return
    this.rcode = Rcode.Refused
    this.remark = Remarks.NotAllowed
  }

  private close(transport: Transport): number {
    const { counters, reply, query, rcode } = this
    if (query.hasEdns) this.closeEdns(transport)
    if (this.truncated) counters[Counter.Truncated]!++
    this.tallies[this.talliesAt + (rcode === Rcode.BadVers ? RCODE_BADVERS_AT : rcode)]!++
    const length = reply.finish(rcode, this.authoritative, this.truncated)
    counters[Counter.BytesOut]! += length
    return length
  }

  /** For which prefix of the client's the answer holds: 0, for everyone, unless the client was looked at. */
  private scope(): number {
    return this.query.subnet.sourceBits === 0 ? 0 : this.client.scopeBits
  }

  private closeEdns(transport: Transport): void {
    const { reply, query } = this
    reply.opt(this.payloadBytesMax, this.rcode, query.dnssecOk)
    if (query.wantsNsid && this.identity.length > 0) reply.nsid(this.identity)
    if (query.wantsKeepalive && transport === Transport.Tcp) reply.keepalive(this.keepaliveTenths)
    if (query.subnet.isPresent) reply.clientSubnet(query.subnet, this.scope())
    if (this.remark !== undefined) reply.extendedError(this.remark.code, this.remark.text, this.sizeEnd)
  }
}

/** Zone transfers are not served. */
function isTransfer(type: number): boolean {
  return type === RrType.AXFR || type === RrType.IXFR
}
