/** Answers questions about the server itself, which workers forward: `_why.NAME`, `_health.NAME` and
 *  `_health.REGION.NAME`, all TXT. Reads the plan as the data plane does, and tells the reasons that only the main
 *  thread knows. Knows no sockets. */

import type { Address } from '../base/address.ts'
import { why } from '../compile/why.ts'
import { GeoTable } from '../geo/table.ts'
import { nodeNameAt, STEERING, SteeringWord, type ZoneImage } from '../plan/image.ts'
import { Directory, Found, Lookup, NamePath } from '../plan/lookup.ts'
import type { Plan } from '../plan/plan.ts'
import type { ForwardedQuestion } from '../plan/worker-contract.ts'
import { type Health, UP } from '../policy/choose.ts'
import type { Policy } from '../policy/steering.ts'
import { Rcode } from '../wire/header.ts'
import { printName } from '../wire/name.ts'
import { Form, Query } from '../wire/query.ts'
import { textReply } from '../wire/text-reply.ts'
import { RrType } from '../wire/types.ts'
import type { SteeredState } from './build.ts'
import { healthName } from './health-targets.ts'

/** What is served, and why; read anew for every question. */
export interface ServedState {
  readonly plan: Plan
  /** By zone of the plan. */
  readonly steered: readonly (SteeredState | undefined)[]
  readonly geo: SharedArrayBuffer | undefined
  /** Absent while nobody watches anything: then every region is up. */
  readonly health: HealthReader | undefined
}

/** As much of the health desk as is asked here. Names are without the last dot. */
export interface HealthReader {
  health(zone: string, name: string): Health | undefined
  lines(zone: string, name: string): readonly string[] | undefined
  addressLines(zone: string, name: string, region: string): readonly string[] | undefined
}

interface Answered {
  readonly rcode: Rcode
  readonly strings: readonly string[]
  readonly scopeBits: number
}

export class Diagnostics {
  private readonly served: () => ServedState
  private readonly udpPayloadBytesMax: number
  private geo: GeoTable | undefined

  constructor(served: () => ServedState, udpPayloadBytesMax: number) {
    this.served = served
    this.udpPayloadBytesMax = udpPayloadBytesMax
  }

  /** The whole reply. */
  answer(question: ForwardedQuestion): Uint8Array {
    const name = new NamePath()
    const query = new Query(name)
    // A worker has read it before and found it well-formed.
    const form = query.read(question.packet, 0, question.packet.length)
    const answered = form === Form.Good ? this.answerAbout(name, query, question) : NO_SUCH_NAME
    const { isTcp } = question
    return textReply(question.packet, query, {
      ...answered,
      isTcp,
      udpPayloadBytesMax: this.udpPayloadBytesMax,
    })
  }

  private answerAbout(asked: NamePath, query: Query, question: ForwardedQuestion): Answered {
    const name = withoutLabel(asked)
    const served = this.served()
    const directory = new Directory(served.plan)
    const zone = directory.find(name, RrType.A)
    const steered = zone === undefined ? undefined : served.steered[directory.indexOf(zone)]
    if (zone === undefined || steered === undefined) return NO_SUCH_NAME
    const place: Place = { served, zone, index: directory.indexOf(zone), steered }
    // The label's length tells `_why` from `_health`: a worker has read its letters.
    return asked.bytes[asked.at] === WHY_LENGTH
      ? this.answerWhy(place, name, query, question)
      : answerHealth(place, name, query)
  }

  private answerWhy(place: Place, name: NamePath, query: Query, question: ForwardedQuestion): Answered {
    const { served, index } = place
    const found = findName(place, name)
    if (found === undefined || served.geo === undefined) return NO_SUCH_NAME
    if (!wantsText(query)) return NO_DATA
    const { steered } = found
    if (steered === undefined) return text([`${printName(name.bytes, name.at)} is not answered by policy`])
    const { policy, policyIndex, zoneName, owner } = steered
    const { steps, scopeBits } = why({
      policy,
      networks: served.plan.zones[index]!.networks[policyIndex]!,
      geo: this.openGeo(served.geo),
      health: served.health?.health(zoneName, owner) ?? policy.regions.map(() => UP),
      ...clientOf(query, question),
    })
    return { rcode: Rcode.NoError, strings: steps, scopeBits }
  }

  private openGeo(image: SharedArrayBuffer): GeoTable {
    if (this.geo?.image !== image) this.geo = new GeoTable(image)
    return this.geo
  }
}

const WHY_LENGTH = 4

/** Where a question leads. */
export interface Place {
  readonly served: ServedState
  readonly zone: ZoneImage
  /** Of the zone in the plan. */
  readonly index: number
  readonly steered: SteeredState
}

export interface FoundName {
  readonly isWildcard: boolean
  /** Absent for a name that no policy answers. */
  readonly steered?: {
    readonly policy: Policy
    readonly policyIndex: number
    readonly zoneName: string
    /** Whom it is answered as: itself, or the wildcard that stands for it. */
    readonly owner: string
  }
}

export function findName({ zone, steered }: Place, name: NamePath): FoundName | undefined {
  const lookup = new Lookup()
  const found = lookup.find(zone, name, RrType.A)
  if (found !== Found.Name && found !== Found.Wildcard) return undefined
  const isWildcard = found === Found.Wildcard
  const steering = zone.findSet(lookup.node, STEERING)
  if (steering === 0) return { isWildcard }
  const policyIndex = zone.words[steering + SteeringWord.Policy]!
  const { policy } = steered.policies[policyIndex]!
  const zoneName = healthName(printName(zone.bytes, zone.apexAt))
  const owner = healthName(printName(zone.bytes, nodeNameAt(zone.words, lookup.node)))
  return { isWildcard, steered: { policy, policyIndex, zoneName, owner } }
}

/** `_health.NAME` is a string a region, `_health.REGION.NAME` a string an address. A name that is there by itself
 *  comes before a region, a region before what a wildcard stands for. */
function answerHealth(place: Place, name: NamePath, query: Query): Answered {
  const whole = findName(place, name)
  const part = whole?.steered !== undefined && !whole.isWildcard ? undefined : regionAt(place, name)
  const found = part?.steered ?? whole?.steered
  if (found === undefined) return whole === undefined ? NO_SUCH_NAME : NO_DATA
  if (!wantsText(query)) return NO_DATA
  const { health } = place.served
  const { zoneName, owner, policy } = found
  if (part === undefined) return text(health?.lines(zoneName, owner) ?? policy.regions.map(unchecked))
  return text(health?.addressLines(zoneName, owner, part.region.name) ?? [unchecked(part.region)])
}

function regionAt(place: Place, name: NamePath) {
  if (name.length <= place.zone.apexLength) return undefined
  const { steered } = findName(place, withoutLabel(name)) ?? {}
  const length = name.bytes[name.at]!
  const label = Buffer.from(name.bytes.subarray(name.at + 1, name.at + 1 + length)).toString('latin1')
  const region = steered?.policy.regions.find(one => one.name === label.toLowerCase())
  return steered === undefined || region === undefined ? undefined : { steered, region }
}

/** Nobody watches anything here. */
function unchecked({ name }: { readonly name: string }): string {
  return `${name} up checks=none`
}

function withoutLabel(asked: NamePath): NamePath {
  const name = new NamePath()
  name.read(asked.bytes, asked.at + 1 + asked.bytes[asked.at]!, asked.at + asked.length)
  return name
}

function wantsText({ type }: Query): boolean {
  return type === RrType.TXT || type === RrType.ANY
}

const NO_SUCH_NAME: Answered = { rcode: Rcode.NxDomain, strings: [], scopeBits: 0 }
const NO_DATA: Answered = { rcode: Rcode.NoError, strings: [], scopeBits: 0 }

function text(strings: readonly string[]): Answered {
  return { rcode: Rcode.NoError, strings, scopeBits: 0 }
}

/** Whom the data plane would have answered for. */
function clientOf(
  { subnet }: Query,
  { family, octets }: ForwardedQuestion,
): { address: Address; bits: number; whence: string } {
  if (!subnet.isPresent || subnet.sourceBits === 0) {
    return { address: { family, octets }, bits: octets.length * 8, whence: 'source address' }
  }
  const address: Address =
    subnet.family === 1
      ? { family: 4, octets: subnet.octets.slice(0, 4) }
      : { family: 6, octets: subnet.octets }
  return { address, bits: subnet.sourceBits, whence: 'client subnet' }
}
