/** Why a client is answered as it is: the steps of the very decision the board was written by, one string a
 *  step. `_why` serves them, `meridian explain` prints them. Speaks of one steered name; finding it is up to
 *  whoever asks. */

import type { Address } from '../base/address.ts'
import { foldToV4 } from '../base/fold.ts'
import type { Place } from '../base/place.ts'
import { HASH_UNIT_BITS_V4, HASH_UNIT_BITS_V6 } from '../base/rendezvous.ts'
import { Networks } from '../plan/networks.ts'
import type { Choice, Health } from '../policy/choose.ts'
import { type Client, clientAt, prefixLiterals } from '../policy/client.ts'
import { decide, draw } from '../policy/decide.ts'
import type { Policy, Slot } from '../policy/steering.ts'
import { printAddress } from '../policy/values.ts'

export interface Locator {
  locate(address: Address): { readonly place: Place }
  readonly info: { readonly sources: readonly { readonly name: string; readonly date: string }[] }
}

export interface WhyQuestion {
  readonly policy: Policy
  /** As the plan has it: what the ECS scope is read from. */
  readonly networks: SharedArrayBuffer
  readonly geo: Locator
  readonly health: Health
  readonly address: Address
  /** Bits of the address that are known: an ECS source prefix length, or all of them. */
  readonly bits: number
  /** `client subnet`, `source address`, `--from`. */
  readonly whence: string
}

export interface Why {
  readonly steps: readonly string[]
  readonly choice: Choice
  /** Regions of the answer, best first; for a weighted choice, of one possible answer. */
  readonly slots: readonly Slot[]
  readonly scopeBits: number
  readonly place: Place
}

export function why(question: WhyQuestion): Why {
  const { policy, geo, address, bits, whence } = question
  const steps: string[] = []
  const client = foldedAddress(address)
  const { place } = geo.locate(client.address)
  const isWhole = bits === address.octets.length * 8
  steps.push(`client ${printAddress(address.octets)}${isWhole ? '' : `/${bits}`} (${whence})`)
  if (client.address !== address)
    steps.push(`which carries the IPv4 address ${printAddress(client.address.octets)}`)
  steps.push(`place ${describePlace(place)} (${describeSources(geo)})`)
  const asker = clientAt(place, client.address, prefixLiterals(policy))
  const { choice } = decide(policy, asker, question.health, undefined, step => steps.push(step))
  const slots = draw(policy, choice, client.address, 0, step => steps.push(step))
  const scopeBits = scopeOf(question.networks, client, choice)
  steps.push(...describeRefusal(choice), describeTtl(policy, choice), `scope /${scopeBits}`)
  return { steps, choice, slots, scopeBits, place }
}

/** The same for somebody of whom nothing but the place is known: no address, so no scope, and nothing is drawn. */
export function whyAtPlace(policy: Policy, client: Client, health: Health): Pick<Why, 'steps' | 'choice'> {
  const steps = [`place ${describePlace(client.place)}`]
  const { choice } = decide(policy, client, health, undefined, step => steps.push(step))
  steps.push(...describeRefusal(choice), describeTtl(policy, choice))
  return { steps, choice }
}

/** The widest prefix around the client for which the answer is the same: as the data plane reckons it. */
function scopeOf(
  networks: SharedArrayBuffer,
  { address, carriedBits }: FoldedAddress,
  choice: Choice,
): number {
  const table = new Networks(networks)
  const { family, octets } = address
  if (family === 4) table.find4(new DataView(octets.buffer, octets.byteOffset).getUint32(0))
  else table.find6(octets, 0)
  const isHashed = choice.pick === 'hash' && choice.answers > choice.fixed.length
  const unitBits = isHashed ? (family === 4 ? HASH_UNIT_BITS_V4 : HASH_UNIT_BITS_V6) : 0
  return Math.max(table.scopeBits, unitBits) + carriedBits
}

interface FoldedAddress {
  readonly address: Address
  /** Bits in front of the IPv4 address that an IPv6 one carries. */
  readonly carriedBits: number
}

function foldedAddress(address: Address): FoldedAddress {
  if (address.family === 4) return { address, carriedBits: 0 }
  const octets = new Uint8Array(4)
  const before = foldToV4(address.octets, 0, 128, octets, 0)
  return before < 0 ? { address, carriedBits: 0 } : { address: { family: 4, octets }, carriedBits: before }
}

function describePlace(place: Place): string {
  if (place.country === '') return place.asn === 0 ? 'unknown' : `unknown, AS${place.asn}`
  const where = place.subdivision === '' ? place.country : place.subdivision
  const at = Number.isNaN(place.latitude)
    ? ''
    : ` at ${place.latitude.toFixed(1)},${place.longitude.toFixed(1)}`
  return `${where}/${place.continent}${at}${place.asn === 0 ? '' : ` AS${place.asn}`}`
}

function describeSources(geo: Locator): string {
  return geo.info.sources
    .map(({ name, date }) => (date === '' || name.includes(date) ? name : `${name} ${date}`))
    .join(' + ')
}

/** Which regions are picked, the decision has said itself. */
function describeRefusal(choice: Choice): string[] {
  if (choice.kind === 'refuse') return ['answer REFUSED']
  if (choice.kind === 'regions') return []
  return [`answer ${choice.sorry.map(({ octets }) => printAddress(octets)).join(',')}`]
}

function describeTtl({ ttl }: Policy, choice: Choice): string {
  if (ttl === undefined) return "ttl as the records'"
  return choice.ttl === 'min' ? `ttl ${ttl.min} (something is moving)` : `ttl ${ttl.max} (all is steady)`
}
