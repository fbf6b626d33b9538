/** What the fences, reserves and routes of a policy come to together, judged for every country and every
 *  subdivision the policy speaks of: nobody may be left without a region, and a route must be good for somebody.
 *  Networks and prefixes are judged where geo data is at hand, by the proof. */

import type { Complaints } from './complaints.ts'
import { everyone, type NamedClient, UNKNOWN_CLIENT } from './everyone.ts'
import { Membership, membershipOf } from './membership.ts'
import { permit } from './permit.ts'
import type { Policy, Route, Spot } from './steering.ts'

export function judgeFences(complaints: Complaints, policy: Policy): void {
  if (policy.fences.length === 0 && policy.reserves.length === 0 && policy.routes.length === 0) return
  const clients = everyone(policy)
  const errorsBefore = complaints.errors
  judgeEmpty(complaints, policy, clients)
  if (complaints.errors === errorsBefore) judgeUnknown(complaints, policy)
  for (const [index, route] of policy.routes.entries()) judgeRoute(complaints, policy, clients, route, index)
}

/** One problem for each combination of rules that leaves nothing, with one client as the counterexample. */
function judgeEmpty(complaints: Complaints, policy: Policy, clients: readonly NamedClient[]): void {
  const seen = new Map<string, { rules: readonly Rule[]; names: string[] }>()
  for (const { name, client } of clients) {
    if (client.place.country === '' || permit(policy, client).length > 0) continue
    const rules = rulesFor(policy, { name, client })
    const key = rules.map(({ spot }) => `${spot.line}:${spot.column}`).join(' ')
    const known = seen.get(key)
    if (known === undefined) seen.set(key, { rules, names: [name] })
    else known.names.push(name)
  }
  for (const { rules, names } of seen.values()) {
    const last = rules.at(-1)!
    const others =
      names.length > 1
        ? ` (and ${names.length - 1} more: ${names.slice(1, 6).join(', ')}${names.length > 6 ? ', …' : ''})`
        : ''
    const why = rules
      .map(rule => `${rule.text} on ${complaints.refer(rule.spot, last.spot)} ${rule.leaves}`)
      .join('; ')
    complaints.error(
      last.spot,
      'fence-leaves-nothing',
      `clients in ${names[0]!}${others} are left without a region: ${why}`,
      'all fences that match a client hold at once: add a region that satisfies them all, or narrow one',
    )
  }
}

interface Rule {
  readonly spot: Spot
  readonly text: string
  readonly leaves: string
}

/** What takes regions away from this client. */
function rulesFor(policy: Policy, { client }: NamedClient): Rule[] {
  const names = (slots: readonly number[]): string => slots.map(slot => policy.regions[slot]!.name).join(', ')
  const fences = policy.fences
    .filter(({ from }) => membershipOf(from, client) === Membership.In)
    .map(({ spot, from, slots }) => ({
      spot,
      text: `residency=${from.text}`,
      leaves: `allows ${names(slots)}`,
    }))
  const reserves = policy.reserves
    .filter(({ places, slots }) => slots.length > 0 && membershipOf(places, client) !== Membership.In)
    .map(({ spot, places, slots }) => ({
      spot,
      text: `reserve=${places.text}`,
      leaves: `keeps ${names(slots)} for others`,
    }))
  return [...fences, ...reserves].sort((a, b) => a.spot.line - b.spot.line || a.spot.column - b.spot.column)
}

/** Someone whose country is not known may be inside any fence: say so where the fences share no region. */
function judgeUnknown(complaints: Complaints, policy: Policy): void {
  const { unknown } = policy
  const { client } = UNKNOWN_CLIENT
  const permitted = permit(policy, client)
  if (unknown.kind === 'listed' && permitted.length === 0)
    complaints.error(
      policy.unknownSpot,
      'fence-leaves-nothing',
      'clients of unknown place are left without a region: a fence forbids what unknown= lists',
      'list regions that every fence from=* allows',
    )
  if (unknown.kind !== 'default' || policy.fences.length === 0) return
  const strict = permit({ ...policy, unknown: { kind: 'strict' } }, client)
  if (strict.length > 0) return
  const names = permitted.map(slot => policy.regions[slot]!.name)
  const fate = names.length === 0 ? 'it is refused' : `it is served by ${names.join(', ')} as if outside`
  complaints.warning(
    policy.spot,
    'unknown-unfenced',
    `a client of unknown place may be inside any fence, and no region satisfies them all: ${fate}`,
    'say what you want: unknown=REGIONS, unknown=any (as now) or unknown=strict (refuse)',
  )
}

//------------ Routes ---

function judgeRoute(
  complaints: Complaints,
  policy: Policy,
  clients: readonly NamedClient[],
  route: Route,
  index: number,
): void {
  const { places, slots, spot } = route
  // Networks and prefixes reach clients that none of these stands for.
  if (places.networks.size > 0 || places.prefixes.size > 0) return
  const inside = clients.filter(({ client }) => membershipOf(places, client) === Membership.In)
  if (inside.length === 0) return
  const earlier = policy.routes.slice(0, index)
  const reached = inside.filter(({ client }) =>
    earlier.every(one => membershipOf(one.places, client) !== Membership.In),
  )
  if (reached.length === 0) {
    const before = earlier.find(one => membershipOf(one.places, inside[0]!.client) === Membership.In)!
    complaints.warning(
      spot,
      'shadowed-route',
      `this route is never taken: the one on ${complaints.refer(before.spot, spot)} matches its clients first`,
      'the first route that matches a client holds: put the narrower one first',
    )
    return
  }
  for (const slot of slots) {
    const region = policy.regions[slot]!.name
    const isForbidden = reached.every(({ client }) => !permit(policy, client).includes(slot))
    if (isForbidden)
      complaints.warning(
        spot,
        'route-forbidden',
        `clients in ${reached[0]!.name} may never be served by ${region}: routing them there does nothing`,
        'a route prefers, it cannot permit: residency= or reserve= says no',
      )
  }
}
