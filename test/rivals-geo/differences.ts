/** Where Meridian and gdnsd's geoip plug-in may differ, and what must then be true: each rule asks further
 *  questions instead of merely excusing us. ARCHITECTURE.md tells why. */

import { parseAddress } from '../../src/base/address.ts'
import { REGIONS, sharedBits } from './geo-world.ts'
import type { Answered, Subnet } from './subnets.ts'

export interface Case {
  readonly subnet: Subnet
  readonly ours: Answered
  readonly theirs: Answered
}

/** What gdnsd says to other questions. */
export interface Witness {
  /** When its database says of countries what our facts say. */
  byOurFacts(subnet: Subnet): Promise<Answered>
  ask(subnet: Subnet): Promise<Answered>
}

export function isSame(a: Answered, b: Answered): boolean {
  return a.rcode === b.rcode && a.scopeBits === b.scopeBits && a.addresses.join() === b.addresses.join()
}

/** The rule that allows the difference, or undefined. */
export async function ruleFor(one: Case, witness: Witness): Promise<string | undefined> {
  for (const [name, allows] of Object.entries(RULES)) if (await allows(one, witness)) return name
  return undefined
}

const RULES: Readonly<Record<string, (one: Case, witness: Witness) => Promise<boolean>>> = {
  'retired-forms': isRetiredForm,
  'facts-of-countries': async ({ subnet, ours }, witness) => isSame(ours, await witness.byOurFacts(subnet)),
}

/** `::a.b.c.d` (deprecated by RFC 4291 §2.5.5.1) and `::ffff:0:a.b.c.d` (of RFC 2765, gone with RFC 6145): IPv4
 *  clients to gdnsd, IPv6 addresses like any other to us, of which nobody knows where they are. */
async function isRetiredForm({ subnet, ours, theirs }: Case, witness: Witness): Promise<boolean> {
  const form = RETIRED.find(octets => sharedBits(octets, subnet.octets) >= 96)
  if (form === undefined || subnet.family !== 6) return false
  const carried: Subnet = {
    family: 4,
    octets: subnet.octets.slice(12),
    bits: Math.max(1, subnet.bits - 96),
  }
  const asIpv4 = await witness.ask(carried)
  const explainsTheirs = isSame(theirs, { ...asIpv4, scopeBits: asIpv4.scopeBits + 96 })
  const isOfUnknownPlace = ours.addresses.join() === REGIONS[0]!.address
  // A scope that wide would reach into ::ffff:0:0/96, whose clients are IPv4 to both.
  return explainsTheirs && isOfUnknownPlace && ours.scopeBits > sharedBits(subnet.octets, MAPPED)
}

const RETIRED = ['::', '::ffff:0:0:0'].map(text => parseAddress(text)!.octets)
const MAPPED = parseAddress('::ffff:0:0')!.octets
