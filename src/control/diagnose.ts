/** Answers questions about the server itself, which workers forward: `_why.NAME TXT`. Reads the plan as the
 *  data plane does, and tells the reasons that only the main thread knows. Knows no sockets. */

import type { Address } from '../base/address.ts'
import { why } from '../compile/why.ts'
import { GeoTable } from '../geo/table.ts'
import { STEERING, SteeringWord } from '../plan/image.ts'
import { Directory, Found, Lookup, NamePath } from '../plan/lookup.ts'
import type { Plan } from '../plan/plan.ts'
import type { ForwardedQuestion } from '../plan/worker-contract.ts'
import { UP } from '../policy/choose.ts'
import { Rcode } from '../wire/header.ts'
import { printName } from '../wire/name.ts'
import { Form, Query } from '../wire/query.ts'
import { textReply } from '../wire/text-reply.ts'
import { RrType } from '../wire/types.ts'
import type { SteeredState } from './build.ts'

/** What is served, and why; read anew for every question. */
export interface ServedState {
  readonly plan: Plan
  /** By zone of the plan. */
  readonly steered: readonly (SteeredState | undefined)[]
  readonly geo: SharedArrayBuffer | undefined
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
    const answered = form === Form.Good ? this.answerWhy(name, query, question) : NO_SUCH_NAME
    const { isTcp } = question
    return textReply(question.packet, query, {
      ...answered,
      isTcp,
      udpPayloadBytesMax: this.udpPayloadBytesMax,
    })
  }

  private answerWhy(asked: NamePath, query: Query, question: ForwardedQuestion): Answered {
    const name = new NamePath()
    name.read(asked.bytes, asked.at + 1 + asked.bytes[asked.at]!, asked.at + asked.length)
    const { plan, steered, geo: image } = this.served()
    const directory = new Directory(plan)
    const zone = directory.find(name, RrType.A)
    const state = zone === undefined ? undefined : steered[directory.indexOf(zone)]
    if (zone === undefined || state === undefined || image === undefined) return NO_SUCH_NAME
    const lookup = new Lookup()
    const found = lookup.find(zone, name, RrType.A)
    if (found !== Found.Name && found !== Found.Wildcard) return NO_SUCH_NAME
    if (query.type !== RrType.TXT && query.type !== RrType.ANY) return NO_DATA
    const steering = zone.findSet(lookup.node, STEERING)
    if (steering === 0) return text([`${printName(name.bytes, name.at)} is not answered by policy`])
    const index = zone.words[steering + SteeringWord.Policy]!
    const { policy } = state.policies[index]!
    const { steps, scopeBits } = why({
      policy,
      networks: plan.zones[directory.indexOf(zone)]!.networks[index]!,
      geo: this.openGeo(image),
      health: policy.regions.map(() => UP),
      ...clientOf(query, question),
    })
    return { rcode: Rcode.NoError, strings: steps, scopeBits }
  }

  private openGeo(image: SharedArrayBuffer): GeoTable {
    if (this.geo?.image !== image) this.geo = new GeoTable(image)
    return this.geo
  }
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
