/** From a name to its answer, each step said: which zone, wildcard, alias, delegation; and where a policy answers,
 *  the steps of its decision. The lookup and the records are the data plane's own. */

import type { Address } from '../base/address.ts'
import { foldToV4 } from '../base/fold.ts'
import { type ClientClass, type ClientClasses, clientClasses } from '../compile/client-classes.ts'
import { why, whyAtPlace } from '../compile/why.ts'
import type { GeoTable } from '../geo/table.ts'
import { nodeNameAt, STEERING, SteeringWord, type ZoneImage } from '../plan/image.ts'
import { Found, Lookup, NamePath } from '../plan/lookup.ts'
import { Networks } from '../plan/networks.ts'
import { type Choice, reachableSlots } from '../policy/choose.ts'
import { supposeHealth } from '../policy/decide.ts'
import type { NamedClient } from '../policy/everyone.ts'
import { preference } from '../policy/preference.ts'
import { findOwner } from '../policy/read-names.ts'
import type { Policy } from '../policy/steering.ts'
import { Rcode } from '../wire/header.ts'
import { printName, sameName } from '../wire/name.ts'
import { RrType, typeName } from '../wire/types.ts'
import { followedSteps, ownSteps } from './explain-followed.ts'
import type { FromAddress } from './explain-from.ts'
import { askPlan, printRecord, type ReadReply, type ReplyRecord } from './explain-reply.ts'
import { type Shelf, type ShelvedZone, seat } from './explain-shelf.ts'

/** Somebody with an address, somebody of whom the place is known, or nobody in particular. */
export type Asker = FromAddress | NamedClient | undefined

export interface ExplainQuestion {
  /** In wire form, lower case. */
  readonly name: Uint8Array
  readonly type: number
  readonly asker: Asker
  readonly down: readonly string[]
  readonly over: readonly string[]
}

export interface Explanation {
  readonly steps: readonly string[]
  readonly rcode: 'NOERROR' | 'NODATA' | 'NXDOMAIN' | 'REFUSED' | 'YXDOMAIN' | 'REFERRAL'
  readonly answer: readonly string[]
  /** Of a referral: the name servers. */
  readonly authority: readonly string[]
  /** Of the answer when it is asked with an ECS option; undefined for a place. */
  readonly scopeBits: number | undefined
  /** The policies that had a say, in the order met. */
  readonly met: readonly MetPolicy[]
}

export interface MetPolicy {
  readonly shelved: ShelvedZone
  readonly policy: Policy
  readonly choice: Choice
}

/** Why there is no explanation. */
export type Stop =
  | { readonly kind: 'no-zone' }
  | { readonly kind: 'broken-zone'; readonly shelved: ShelvedZone }
  /** It is answered by policy, and nobody said for whom. */
  | { readonly kind: 'no-asker'; readonly shelved: ShelvedZone }
  | { readonly kind: 'no-geo' }

const LINKS_MAX = 12
const ADDRESSES: readonly number[] = [RrType.A, RrType.AAAA]

/** `geo` is asked only when an address has to be looked up. */
export function explainName(
  shelf: Shelf,
  geo: () => GeoTable | undefined,
  question: ExplainQuestion,
): Explanation | Stop {
  const walk = new Walk(shelf, geo, question)
  return walk.run()
}

class Walk {
  private readonly shelf: Shelf
  private readonly geo: () => GeoTable | undefined
  private readonly question: ExplainQuestion
  private readonly steps: string[] = []
  private readonly answer: ReplyRecord[] = []
  private readonly met: MetPolicy[] = []
  private readonly seen: string[] = []
  private scopeBits = 0
  private zone: ShelvedZone | undefined

  constructor(shelf: Shelf, geo: () => GeoTable | undefined, question: ExplainQuestion) {
    this.shelf = shelf
    this.geo = geo
    this.question = question
  }

  run(): Explanation | Stop {
    let name = this.question.name
    for (;;) {
      const link = this.follow(name)
      if ('kind' in link) return link
      if (link.next === undefined) return this.finish(link.reply)
      const isCircle = this.seen.includes(printName(link.next))
      if (isCircle || this.seen.length >= LINKS_MAX) {
        this.steps.push(
          isCircle ? 'the aliases go in a circle' : 'the chain of aliases is too long to follow',
        )
        return this.finish(link.reply)
      }
      name = link.next
    }
  }

  /** One name of the chain: what answers for it, and which name that leads to. */
  private follow(name: Uint8Array): { reply: ReadReply | undefined; next?: Uint8Array } | Stop {
    this.seen.push(printName(name))
    const path = new NamePath()
    path.read(name, 0, name.length)
    const found = this.shelf.find(path, this.question.type)
    if (found === undefined) {
      if (this.seen.length === 1) return { kind: 'no-zone' }
      this.steps.push(`${printName(name)} is in no zone here: the resolver asks elsewhere`)
      return { reply: undefined }
    }
    const { shelved, image } = found
    if (shelved.zone === undefined) return { kind: 'broken-zone', shelved }
    this.enter(shelved)
    const stop = this.lookUp(shelved, image, path)
    if (stop !== undefined) return stop
    const reply = askPlan([shelved.part], name, this.question.type, this.addressForPlan())
    const own = ownRecords(reply.answer, name)
    this.answer.push(...own)
    const alias = isFollowed(this.question.type, own) ? own.find(isAliasOf(name)) : undefined
    this.tellEnd(reply, own, alias)
    return alias === undefined ? { reply } : { reply, next: lowerCase(alias.rdata) }
  }

  private enter(shelved: ShelvedZone): void {
    if (this.zone === shelved) return
    this.zone = shelved
    this.steps.push(`zone ${shelved.name} (${shelved.path}, serial ${shelved.zone!.serial})`)
  }

  private lookUp(shelved: ShelvedZone, image: ZoneImage, path: NamePath): Stop | undefined {
    const { type } = this.question
    const lookup = new Lookup()
    const found = lookup.find(image, path, type)
    const nodeAt = nodeNameAt(image.words, lookup.node)
    const node = printName(image.bytes, nodeAt)
    if (found === Found.Cut) this.steps.push(`delegated: the name servers of ${node} answer`)
    if (found === Found.Dname) this.steps.push(`redirected by the DNAME of ${node}`)
    if (found === Found.Nothing) this.steps.push('no such name')
    if (found === Found.Wildcard) this.steps.push(`no such name, but ${node} stands for it (RFC 4592)`)
    if (found !== Found.Name && found !== Found.Wildcard) return undefined
    const isStatic = image.findSet(lookup.node, type) !== 0 || image.findSet(lookup.node, RrType.CNAME) !== 0
    const steering = image.findSet(lookup.node, STEERING)
    const owner = image.bytes.slice(nodeAt, nodeAt + (image.words[lookup.node]! & 0xff))
    if (steering === 0 || isStatic) {
      if (ADDRESSES.includes(type)) this.tellFollowed(shelved, owner)
      return undefined
    }
    return this.decide(shelved, image.words[steering + SteeringWord.Policy]!, owner)
  }

  /** The name itself may have its addresses from Consul. */
  private tellFollowed({ zone, steered }: ShelvedZone, owner: Uint8Array): void {
    const { steering } = steered
    if (zone !== undefined && steering !== undefined)
      this.steps.push(...ownSteps(steering, findOwner(zone, owner), this.shelf.roster))
  }

  /** Writes the decision to the zone's board, so that the plan answers by it. */
  private decide(shelved: ShelvedZone, policyIndex: number, owner: Uint8Array): Stop | undefined {
    const { asker, down, over } = this.question
    const { policy } = shelved.steered.policies[policyIndex]!
    const health = supposeHealth(policy, down, over)
    if (asker === undefined) return { kind: 'no-asker', shelved }
    if (!('address' in asker)) {
      const { client } = asker
      const { steps, choice } = whyAtPlace(policy, client, health)
      this.steps.push(...steps, ...this.sources(shelved, owner, choice), ...describeChance(choice))
      this.met.push({ shelved, policy, choice })
      seat(shelved, policyIndex, { preference: preference(policy, client), example: client }, health)
      return undefined
    }
    const geo = this.geo()
    if (geo === undefined) return { kind: 'no-geo' }
    const networks = clientClasses(policy, geo)
    const asked = { policy, geo, health, networks: networks.networks, ...asker, whence: '--from' }
    const { steps, choice, scopeBits } = why(asked)
    this.steps.push(...steps, ...this.sources(shelved, owner, choice))
    if (choice.pick === 'weighted') this.steps.push('the next query may draw another')
    this.met.push({ shelved, policy, choice })
    this.scopeBits = Math.max(this.scopeBits, scopeBits)
    seat(shelved, policyIndex, classOf(networks, asker.address), health)
    return undefined
  }

  private sources({ steered }: ShelvedZone, owner: Uint8Array, choice: Choice): string[] {
    return followedSteps(steered.steering!, owner, reachableSlots(choice), this.shelf.roster)
  }

  private addressForPlan(): Address | undefined {
    const { asker } = this.question
    return asker !== undefined && 'address' in asker ? asker.address : undefined
  }

  private tellEnd(reply: ReadReply, own: readonly ReplyRecord[], alias: ReplyRecord | undefined): void {
    if (alias !== undefined) this.steps.push(`alias of ${printName(alias.rdata)}`)
    else if (own.length > 0 && this.met.length === 0)
      this.steps.push(`static: ${counted(own)}, the same for everybody`)
    else if (own.length === 0 && isNoData(reply))
      this.steps.push(`no ${typeName(this.question.type)} records: an empty answer (NODATA)`)
  }

  private finish(reply: ReadReply | undefined): Explanation {
    const { steps, answer, met, scopeBits } = this
    if (met.length > 1) steps.push(`scope of the whole answer /${scopeBits}`)
    const isPlace = this.question.asker !== undefined && this.addressForPlan() === undefined
    const isReferral = reply !== undefined && answer.length === 0 && isReferralReply(reply)
    return {
      steps,
      rcode: reply === undefined ? 'NOERROR' : rcodeOf(reply, answer.length > 0),
      answer: answer.map(printRecord),
      authority: isReferral ? reply.authority.map(printRecord) : [],
      scopeBits: isPlace && met.length > 0 ? undefined : scopeBits,
      met,
    }
  }
}

/** As the server finds it: through the networks, not from the place. */
function classOf({ classes, networks }: ClientClasses, address: Address): ClientClass {
  const table = new Networks(networks)
  const four = new Uint8Array(4)
  const isCarrier = address.family === 6 && foldToV4(address.octets, 0, 128, four, 0) >= 0
  const octets = isCarrier ? four : address.octets
  const found =
    octets.length === 4
      ? table.find4(new DataView(octets.buffer, octets.byteOffset).getUint32(0))
      : table.find6(octets, 0)
  return classes[found]!
}

function describeChance({ pick }: Choice): string[] {
  if (pick === 'hash') return ['which of them depends on the address: below is one example']
  return pick === 'weighted' ? ['below is one throw of the dice'] : []
}

//------------ Replies ---

/** The records of this name, and the DNAME that makes it an alias; not those of the names it leads to. */
function ownRecords(answer: readonly ReplyRecord[], name: Uint8Array): ReplyRecord[] {
  return answer.filter(({ owner, type }, i) => isSame(owner, name) || (type === RrType.DNAME && i === 0))
}

/** Who asks for an alias, or for anything there is, has his answer with it; below a DNAME nobody has. */
function isFollowed(type: number, own: readonly ReplyRecord[]): boolean {
  return (type !== RrType.CNAME && type !== RrType.ANY) || own.some(one => one.type === RrType.DNAME)
}

function isAliasOf(name: Uint8Array): (record: ReplyRecord) => boolean {
  return ({ owner, type }) => type === RrType.CNAME && isSame(owner, name)
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && sameName(a, 0, b, 0, a.length)
}

function lowerCase(name: Uint8Array): Uint8Array {
  return name.map(octet => (octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet))
}

function isReferralReply({ rcode, authority }: ReadReply): boolean {
  return rcode === Rcode.NoError && authority.some(({ type }) => type === RrType.NS)
}

function isNoData(reply: ReadReply): boolean {
  return reply.rcode === Rcode.NoError && !isReferralReply(reply)
}

function rcodeOf(reply: ReadReply, isAnswered: boolean): Explanation['rcode'] {
  switch (reply.rcode) {
    case Rcode.NxDomain:
      return 'NXDOMAIN'
    case Rcode.YxDomain:
      return 'YXDOMAIN'
    case Rcode.Refused:
      return 'REFUSED'
    default:
      if (isAnswered) return 'NOERROR'
      return isReferralReply(reply) ? 'REFERRAL' : 'NODATA'
  }
}

/** `2 A records`. */
function counted(records: readonly ReplyRecord[]): string {
  const types = [...new Set(records.map(({ type }) => type))]
  return types
    .map(type => {
      const count = records.filter(one => one.type === type).length
      return `${count} ${typeName(type)} record${count === 1 ? '' : 's'}`
    })
    .join(', ')
}
