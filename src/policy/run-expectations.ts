/** Runs `$EXPECT`: asks the one decision and the zone's records, and compares. PLACE stands for everybody there,
 *  and all of them must get what is expected: a country is asked for from where its people are, a continent or a
 *  set made by law from each of its countries, `*` from every country and from nowhere known. A prefix is asked
 *  for by its first address. A weighted or hashed answer is every region it can lead to. */

import type { Address } from '../base/address.ts'
import type { Place } from '../base/place.ts'
import type { Problem } from '../base/problem.ts'
import { RrType, typeName } from '../wire/types.ts'
import { type Choice, reachableSlots } from './choose.ts'
import { clientAt, prefixLiterals } from './client.ts'
import { Complaints } from './complaints.ts'
import { decide, draw, supposeHealth } from './decide.ts'
import { clientsOf, type NamedClient } from './everyone.ts'
import { addressesAt } from './holders.ts'
import { typesOf, type ZoneWithDirectives } from './read-names.ts'
import type { Expectation, Policy, Slot, SteeredName, Steering } from './steering.ts'
import { printAddress } from './values.ts'

export type Locate = (address: Address) => Place

export function runExpectations(zone: ZoneWithDirectives, steering: Steering, locate: Locate): Problem[] {
  const complaints = new Complaints(zone.sources)
  const consulOwners = new Set(steering.services.map(({ owner }) => owner))
  for (const expectation of steering.expectations) {
    const name = steering.names[expectation.name]!
    const policy = steering.policies[name.policy]!
    const scene: Scene = { zone, expectation, name, policy, consulOwners }
    for (const asker of askers(policy, expectation, locate)) {
      const failure = ask(scene, asker)
      if (failure === undefined) continue
      complaints.error(expectation.outcomeSpot, 'expectation-failed', failure.text, failure.hint)
      break
    }
  }
  return complaints.list()
}

interface Scene {
  readonly zone: ZoneWithDirectives
  readonly expectation: Expectation
  readonly name: SteeredName
  readonly policy: Policy
  readonly consulOwners: ReadonlySet<number>
}

interface Asker extends NamedClient {
  readonly address?: Address
}

function askers(policy: Policy, { from }: Expectation, locate: Locate): Asker[] {
  const literals = prefixLiterals(policy)
  const at = (address: Address, name: string): Asker => ({
    name,
    address,
    client: clientAt(locate(address), address, literals),
  })
  if (from.kind === 'address') return [at(from.address, from.text)]
  return from.set.terms.flatMap(term =>
    term.kind === 'prefix' ? at(term.prefix, term.prefix.text) : clientsOf(term),
  )
}

function ask(scene: Scene, asker: Asker): { text: string; hint: string } | undefined {
  const { expectation, policy } = scene
  const { from, down, over, ownerText } = expectation
  const steps: string[] = []
  const health = supposeHealth(policy, down, over)
  const { choice } = decide(policy, asker.client, health, undefined, step => steps.push(step))
  const slots = answered(scene, asker, choice)
  const got = gets(scene, choice, slots)
  if (got === undefined) return undefined
  const who = asker.name === from.text ? '' : ` (as for ${asker.name})`
  const when = [`from=${from.text}${who}`, listed('down', down), listed('over', over)].filter(
    part => part !== '',
  )
  return { text: `${ownerText} ${when.join(' ')} gets ${got}`, hint: steps.join('; ') }
}

function listed(key: string, names: readonly string[]): string {
  return names.length === 0 ? '' : `${key}=${names.join(',')}`
}

/** A hashed answer is known for an address, not for a place. */
function answered({ policy }: Scene, { address }: Asker, choice: Choice): Slot[] {
  return choice.pick === 'hash' && address !== undefined
    ? draw(policy, choice, address, 0)
    : reachableSlots(choice)
}

/** What is got instead of what is expected; undefined when they agree. */
function gets(scene: Scene, choice: Choice, slots: readonly Slot[]): string | undefined {
  const { outcome, type } = scene.expectation
  switch (outcome.kind) {
    case 'regions': {
      const names = slots.map(slot => scene.policy.regions[slot]!.name)
      if (!sameSet(names, outcome.names)) return instead(scene, choice, slots, outcome.names.join(','))
      const empty = type === undefined ? undefined : slots.find(slot => !hasType(scene, slot, type))
      return empty === undefined
        ? undefined
        : `${scene.policy.regions[empty]!.name}, which has no ${typeName(type!)}: the answer is empty`
    }
    case 'addresses':
      return getsAddresses(scene, choice, slots, outcome.addresses)
    case 'rcode':
      return outcome.name === rcodeOf(scene, choice, slots)
        ? undefined
        : instead(scene, choice, slots, outcome.name)
  }
}

function instead(scene: Scene, choice: Choice, slots: readonly Slot[], expected: string): string {
  const rcode = rcodeOf(scene, choice, slots)
  if (choice.kind === 'refuse') return `REFUSED, not ${expected}`
  if (choice.kind === 'sorry') {
    const addresses = choice.sorry.map(({ octets }) => printAddress(octets))
    return `${addresses.join(',')}, the address of outage=sorry, not ${expected}`
  }
  const names = slots.map(slot => scene.policy.regions[slot]!.name).join(',')
  return `${names}${rcode === 'NODATA' ? ' with an empty answer' : ''}, not ${expected}`
}

function getsAddresses(
  scene: Scene,
  choice: Choice,
  slots: readonly Slot[],
  expected: readonly Address[],
): string | undefined {
  const { name, policy, expectation, consulOwners } = scene
  const wanted = expected.map(({ octets }) => printAddress(octets))
  if (choice.kind === 'refuse') return `REFUSED, not ${wanted.join(',')}`
  const { type } = expectation
  const types = type === undefined ? [...new Set(expected.map(addressType))] : [type]
  const consul = slots.find(slot => consulOwners.has(name.regionOwners[slot]!))
  if (consul !== undefined)
    return `${policy.regions[consul]!.name}, whose addresses only Consul knows: expect regions instead`
  const held =
    choice.kind === 'sorry'
      ? choice.sorry.filter(address => types.includes(addressType(address))).map(({ octets }) => octets)
      : slots.flatMap(slot => types.flatMap(one => addressesAt(scene.zone, name.regionOwners[slot]!, one)))
  const got = [...new Set(held.map(printAddress))]
  if (sameSet(got, wanted)) return undefined
  const names = slots.map(slot => policy.regions[slot]!.name).join(',')
  const from = names === '' ? '' : ` (of ${names})`
  return `${got.length === 0 ? 'no address' : got.join(',')}${from}, not ${wanted.join(',')}`
}

function addressType({ family }: Address): number {
  return family === 4 ? RrType.A : RrType.AAAA
}

/** Without `type=`, whether there is any address. */
function rcodeOf(scene: Scene, choice: Choice, slots: readonly Slot[]): string {
  if (choice.kind === 'refuse') return 'REFUSED'
  const { type } = scene.expectation
  const types = type === undefined ? [RrType.A, RrType.AAAA] : [type]
  const isAnswered =
    choice.kind === 'sorry'
      ? choice.sorry.some(address => types.includes(addressType(address)))
      : slots.some(slot => types.some(one => hasType(scene, slot, one)))
  return isAnswered ? 'NOERROR' : 'NODATA'
}

/** Consul provides addresses; a CNAME answers for every type; a record of the name's own stands before any. */
function hasType({ zone, name, consulOwners }: Scene, slot: Slot, type: number): boolean {
  const owner = name.regionOwners[slot]!
  const isAddress = type === RrType.A || type === RrType.AAAA
  const types = [...typesOf(zone, owner), ...typesOf(zone, name.owner)]
  return types.includes(type) || types.includes(RrType.CNAME) || (isAddress && consulOwners.has(owner))
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every(item => b.includes(item))
}
