/** The proof that no client is ever answered with a region outside its fences, whatever is down: for every client
 *  that differs, by force over all subsets of down regions where they are few, by reasoning where they are many.
 *  Goes by `law.ts`, never by what `permit` says. */

import type { Address } from '../base/address.ts'
import type { Problem } from '../base/problem.ts'
import type { Source } from '../zone/zone.ts'
import { type Choice, choose, DOWN, type Health, UP } from './choose.ts'
import type { Client } from './client.ts'
import { Complaints } from './complaints.ts'
import { lawful } from './law.ts'
import { isPicked, type Preference, preferenceKey } from './preference.ts'
import type { Policy, Slot, Spot } from './steering.ts'

/** Every client of the world that differs, with what was found for it. The same preference may stand for clients
 *  with different fences, so a class's one example is not enough: hand in every place. */
export interface ProvenClient {
  readonly client: Client
  readonly preference: Preference
}

export interface ProofMeans {
  readonly sources: readonly Source[]
  /** The regions whose records hold this address, for `outage=sorry`. */
  readonly holders: (address: Address) => readonly Slot[]
  /** Another chooser, to see the proof fail. */
  readonly choose?: typeof choose
}

/** Above this many regions subsets are not counted out. */
export const FORCE_REGIONS_MAX = 12
/** Choices tried by force for one policy; what is left over is reasoned about and tried at the corners. */
const FORCED_CHOICES_MAX = 200_000
const BREACHES_SHOWN_MAX = 10

/** A way out of the fence: these down, and the answer holds that. */
export interface Breach {
  readonly down: readonly Slot[]
  /** A region, or an address of `outage=sorry` that a region holds. */
  readonly slot: Slot
  readonly through: 'ranked' | 'sorry'
}

export function proveResidency(
  policy: Policy,
  clients: Iterable<ProvenClient>,
  means: ProofMeans,
): Problem[] {
  if (policy.fences.length === 0 && policy.reserves.length === 0) return []
  const complaints = new Complaints(means.sources)
  const proven = new Set<string>()
  const reported = new Set<string>()
  const law = memoizedLaw(policy)
  let budget = FORCED_CHOICES_MAX
  for (const { client, preference } of clients) {
    const allowed = law(client)
    const key = `${allowed.map(Number).join('')} ${preferenceKey(preference)}`
    if (proven.has(key)) continue
    proven.add(key)
    const cost = 2 ** policy.regions.length
    const isForced = policy.regions.length <= FORCE_REGIONS_MAX && cost <= budget
    if (isForced) budget -= cost
    const breach =
      breachByReasoning(policy, preference, allowed, means) ??
      (isForced ? breachByForce : breachAtCorners)(policy, preference, allowed, means)
    if (breach !== undefined) reportBreach(complaints, policy, client, breach, reported)
    else if (preference.ranked.length === 0) reportEmpty(complaints, policy, client, allowed, reported)
  }
  return complaints.list()
}

/** The law looks at little of a client, so few clients differ. */
function memoizedLaw(policy: Policy): (client: Client) => readonly boolean[] {
  const terms = [
    ...policy.fences.flatMap(({ from }) => from.terms),
    ...policy.reserves.flatMap(({ places }) => places.terms),
  ]
  const asks = (kind: string): boolean => terms.some(term => term.kind === kind)
  const [bySubdivision, byNetwork, byPrefix] = [asks('subdivision'), asks('network'), asks('prefix')]
  const known = new Map<string, readonly boolean[]>()
  return client => {
    const { country, continent, subdivision, asn } = client.place
    const where = `${country} ${continent} ${bySubdivision ? subdivision : ''}`
    const key = `${where} ${byNetwork ? asn : ''} ${byPrefix ? [...client.prefixes].join() : ''}`
    const before = known.get(key)
    if (before !== undefined) return before
    const allowed = lawful(policy, client)
    known.set(key, allowed)
    return allowed
  }
}

//------------ Three ways to look for a breach ---

type Search = (
  policy: Policy,
  preference: Preference,
  allowed: readonly boolean[],
  means: Omit<ProofMeans, 'sources'>,
) => Breach | undefined

/** An answer only ever holds regions of the preference (in any outage too: last-good keeps part of it), or the
 *  addresses of sorry. So if those are lawful, every answer is, whatever is down. */
export const breachByReasoning: Search = (policy, preference, allowed, means) => {
  const slot = preference.ranked.find(one => !allowed[one])
  if (slot !== undefined) return { down: downFor(policy, preference, slot, means), slot, through: 'ranked' }
  return sorryBreach(policy, preference, allowed, means)
}

export const breachByForce: Search = (policy, preference, allowed, means) => {
  const count = policy.regions.length
  const subsets = Array.from({ length: 2 ** count }, (_, subset) => subset)
  // Few down first: the counterexample is then the plainest there is.
  subsets.sort((a, b) => bitCount(a) - bitCount(b) || a - b)
  for (const subset of subsets) {
    const down = policy.regions.flatMap((_, slot) => ((subset >> slot) & 1 ? slot : []))
    const breach = breachWith(policy, preference, allowed, means, down)
    if (breach !== undefined) return breach
  }
  return undefined
}

/** Nothing down, each alone, all but each, everything; and the rank from the front, one by one. */
const breachAtCorners: Search = (policy, preference, allowed, means) => {
  const all = policy.regions.map((_, slot) => slot)
  const corners = [
    [],
    ...all.map(slot => [slot]),
    ...all.map(slot => all.filter(other => other !== slot)),
    all,
  ]
  const prefixes = preference.ranked.map((_, count) => preference.ranked.slice(0, count))
  for (const down of [...corners, ...prefixes]) {
    const breach = breachWith(policy, preference, allowed, means, down)
    if (breach !== undefined) return breach
  }
  return undefined
}

function bitCount(bits: number): number {
  let count = 0
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++
  return count
}

function breachWith(
  policy: Policy,
  preference: Preference,
  allowed: readonly boolean[],
  means: Omit<ProofMeans, 'sources'>,
  down: readonly Slot[],
): Breach | undefined {
  const choice = chooseWith(policy, preference, means, down)
  const slot = [...choice.fixed, ...choice.pool].find(one => !allowed[one])
  if (slot !== undefined) return { down, slot, through: 'ranked' }
  const held = choice.sorry.flatMap(means.holders).find(one => !allowed[one])
  return held === undefined ? undefined : { down, slot: held, through: 'sorry' }
}

/** Every region counts as once good: the worst that `outage=last-good` can remember. */
function chooseWith(
  policy: Policy,
  preference: Preference,
  means: Omit<ProofMeans, 'sources'>,
  down: readonly Slot[],
): Choice {
  const health: Health = policy.regions.map((_, slot) => (down.includes(slot) ? DOWN : UP))
  const everBefore = policy.regions.map((_, slot) => slot)
  return (means.choose ?? choose)(policy, preference, health, everBefore)
}

function sorryBreach(
  policy: Policy,
  preference: Preference,
  allowed: readonly boolean[],
  means: Omit<ProofMeans, 'sources'>,
): Breach | undefined {
  if (policy.outage.kind !== 'sorry' || preference.ranked.length === 0) return undefined
  const slot = policy.outage.addresses.flatMap(means.holders).find(one => !allowed[one])
  return slot === undefined ? undefined : { down: preference.ranked, slot, through: 'sorry' }
}

/** What must be down for `slot` to be answered: nothing if it is drawn, else what ranks before it. */
function downFor(
  policy: Policy,
  preference: Preference,
  slot: Slot,
  means: Omit<ProofMeans, 'sources'>,
): readonly Slot[] {
  const { ranked } = preference
  const before = ranked.slice(0, ranked.indexOf(slot))
  const attempts = [[], before.slice(0, preference.routed), before, ranked.filter(other => other !== slot)]
  const reaches = (down: readonly Slot[]): boolean => {
    const { fixed, pool } = chooseWith(policy, preference, means, down)
    return fixed.includes(slot) || pool.includes(slot)
  }
  return attempts.find(reaches) ?? before
}

//------------ Reports ---

function reportBreach(
  complaints: Complaints,
  policy: Policy,
  client: Client,
  { down, slot, through }: Breach,
  reported: Set<string>,
): void {
  const cause =
    through === 'sorry' ? { what: 'outage=sorry', spot: policy.outageSpot } : causeOf(policy, client, slot)
  const bound = `${cause.what} ${slot} ${cause.spot.line}`
  if (reported.has(bound) || reported.size >= BREACHES_SHOWN_MAX) return
  reported.add(bound)
  const names = (slots: readonly Slot[]): string => slots.map(one => policy.regions[one]!.name).join(',')
  const when = down.length === 0 ? '' : ` with ${names(down)} down`
  const fences = policy.fences.map(fence => `residency=${fence.from.text} (line ${fence.spot.line})`)
  const reserves = policy.reserves.map(
    reserve => `reserve=${reserve.places.text} (line ${reserve.spot.line})`,
  )
  complaints.error(
    cause.spot,
    'residency-breach',
    `${clientName(client)}${when} → ${names([slot])} through ${cause.what} at line ${cause.spot.line}`,
    `no answer may leave ${[...fences, ...reserves].join(', ')}`,
  )
}

function causeOf(policy: Policy, client: Client, slot: Slot): { what: string; spot: Spot } {
  const route = policy.routes.find(one => one.slots.includes(slot))
  const isListed = policy.unknown.kind === 'listed' && client.place.country === ''
  if (isListed) return { what: 'unknown=', spot: policy.unknownSpot }
  if (route !== undefined && !isPicked(policy)) return { what: 'route=', spot: route.spot }
  return { what: `order=${policy.order}`, spot: policy.orderSpot }
}

/** Seen only with geo data: networks and prefixes cross the borders of countries. */
function reportEmpty(
  complaints: Complaints,
  policy: Policy,
  client: Client,
  allowed: readonly boolean[],
  reported: Set<string>,
): void {
  const isMeant = client.place.country === '' && policy.unknown.kind === 'strict'
  if (isMeant || reported.has('empty')) return
  reported.add('empty')
  const why = allowed.includes(true) ? 'unknown= lists none that may serve it' : 'its fences share no region'
  complaints.error(
    policy.spot,
    'fence-leaves-nothing',
    `clients such as ${clientName(client)} are left without a region: ${why}`,
    'all fences that match a client hold at once: add a region that satisfies them all, or narrow one',
  )
}

export function clientName({ place, prefixes }: Client): string {
  const where = place.subdivision || place.country || (place.continent && `continent ${place.continent}`)
  const parts = [where, place.asn === 0 ? '' : `AS${place.asn}`, ...prefixes].filter(text => text !== '')
  return parts.length === 0 ? 'an unknown place' : parts.join(' ')
}
