/** An answer, copied by a worker → what a span tells of it: the question, the outcome, and the decision behind it, by
 *  the very `decide` that `_why` tells. Never who asked: of a client, its place alone. */

import type { Address } from '../base/address.ts'
import { TapProtocol } from '../base/tap-ring.ts'
import { why } from '../compile/why.ts'
import { GeoTable } from '../geo/table.ts'
import type { Attributes } from '../observe/spans.ts'
import type { TappedAnswer } from '../observe/tap-contract.ts'
import { Directory } from '../plan/lookup.ts'
import type { Plan } from '../plan/plan.ts'
import { UP } from '../policy/choose.ts'
import { printName } from '../wire/name.ts'
import { typeName } from '../wire/types.ts'
import { findName, type Place, type ServedState } from './diagnose.ts'
import { type ReplyFacts, replyFacts } from './reply-facts.ts'

const RCODES: Readonly<Record<number, string>> = {
  0: 'NOERROR',
  1: 'FORMERR',
  2: 'SERVFAIL',
  3: 'NXDOMAIN',
  4: 'NOTIMP',
  5: 'REFUSED',
  6: 'YXDOMAIN',
  16: 'BADVERS',
}

export class AnswerTeller {
  private readonly served: () => ServedState
  private plan: Plan | undefined
  private directory = new Directory({ generation: 0, zones: [] })
  private geo: GeoTable | undefined

  constructor(served: () => ServedState) {
    this.served = served
  }

  tell(answer: TappedAnswer): Attributes {
    const facts = replyFacts(answer.reply)
    const { question, rcode, truncated, answers } = facts
    return {
      ...(question === undefined
        ? {}
        : {
            'dns.question.name': printName(question.name.bytes, question.name.at),
            'dns.question.type': typeName(question.type),
          }),
      'dns.rcode': RCODES[rcode] ?? `RCODE${rcode}`,
      'dns.answers': answers,
      ...(truncated ? { 'dns.truncated': true } : {}),
      'network.transport': answer.protocol === TapProtocol.Tcp ? 'tcp' : 'udp',
      'network.type': answer.family === 4 ? 'ipv4' : 'ipv6',
      ...(question === undefined ? {} : this.decisionOf(answer, facts, question)),
    }
  }

  private decisionOf(
    answer: TappedAnswer,
    { subnet }: ReplyFacts,
    { name, type }: NonNullable<ReplyFacts['question']>,
  ): Attributes {
    const served = this.served()
    const directory = this.open(served.plan)
    const zone = directory.find(name, type)
    if (zone === undefined) return {}
    const index = directory.indexOf(zone)
    const told = { 'meridian.zone': printName(zone.bytes, zone.apexAt) }
    const steered = served.steered[index]
    if (steered === undefined || served.geo === undefined) return told
    const place: Place = { served, zone, index, steered }
    const found = findName(place, name)?.steered
    if (found === undefined) return told
    const { policy, policyIndex, zoneName, owner } = found
    const isTold = subnet !== undefined && subnet.sourceBits > 0
    const address: Address = isTold ? subnet.address : { family: answer.family, octets: answer.client }
    const decided = why({
      policy,
      networks: served.plan.zones[index]!.networks[policyIndex]!,
      geo: this.openGeo(served.geo),
      health: served.health?.health(zoneName, owner) ?? policy.regions.map(() => UP),
      address,
      bits: isTold ? subnet.sourceBits : address.octets.length * 8,
      whence: '',
    })
    const { choice, slots, scopeBits } = decided
    return {
      ...told,
      'meridian.policy': policy.name,
      'meridian.regions': slots.map(slot => policy.regions[slot]!.name),
      // One that each query draws anew, the span's is another draw.
      ...(choice.pick === 'weighted' ? { 'meridian.drawn': true } : {}),
      'meridian.kind': choice.kind,
      'meridian.outage': choice.outage,
      'meridian.place': decided.place.subdivision || decided.place.country || 'unknown',
      'meridian.client': isTold ? 'subnet' : 'source',
      'meridian.scope': isTold ? subnet.scopeBits : scopeBits,
    }
  }

  private open(plan: Plan): Directory {
    if (this.plan !== plan) this.directory = new Directory(plan)
    this.plan = plan
    return this.directory
  }

  private openGeo(image: SharedArrayBuffer): GeoTable {
    if (this.geo?.image !== image) this.geo = new GeoTable(image)
    return this.geo
  }
}
