/** The preferences of a whole world of clients: what `preference` says of each, by the same steps, with what many
 *  share worked out once. Equal preferences are one object. */

import type { Client } from './client.ts'
import {
  orderByDistance,
  type Preference,
  preferenceKey,
  type Standing,
  standingOf,
  toPreference,
  whereabouts,
} from './preference.ts'
import type { ProvenClient } from './prove.ts'
import type { Policy } from './steering.ts'

/** Clients that the rules cannot tell apart: only where they are can still make a difference. */
interface Group extends Standing {
  /** By the order of the others, written as a number or text. */
  readonly byOrder: Map<number | string, Preference>
}

export class Preferences {
  /** For every group one client of each preference that is found in it: all that a proof needs to see, for the law
   *  looks at nothing that groups do not differ by. */
  readonly witnesses: ProvenClient[] = []
  private readonly policy: Policy
  private readonly groupKey: (client: Client) => string
  private readonly groups = new Map<string, Map<string, Group>>()
  private readonly interned = new Map<string, Preference>()
  private readonly ordered: Int32Array

  constructor(policy: Policy) {
    this.policy = policy
    this.groupKey = groupKeyOf(policy)
    this.ordered = new Int32Array(policy.regions.length)
  }

  of(client: Client): Preference {
    const { policy, ordered } = this
    const group = this.groupOf(client)
    const at = policy.order === 'nearest' && group.others.length > 1 ? whereabouts(client) : undefined
    if (at === undefined) for (let i = 0; i < group.others.length; i++) ordered[i] = group.others[i]!
    else orderByDistance(policy, at, group.others, ordered)
    const code = orderCode(ordered, group.others.length)
    return group.byOrder.get(code) ?? this.meet(client, group, code)
  }

  private groupOf(client: Client): Group {
    const groups = this.groupsOf(client)
    const { continent } = client.place
    const known = groups.get(continent)
    if (known !== undefined) return known
    const group = { ...standingOf(this.policy, client), byOrder: new Map<number | string, Preference>() }
    groups.set(continent, group)
    return group
  }

  /** By continent: those that agree in all else that the rules look at. */
  private groupsOf(client: Client): Map<string, Group> {
    const key = this.groupKey(client)
    const known = this.groups.get(key)
    if (known !== undefined) return known
    const groups = new Map<string, Group>()
    this.groups.set(key, groups)
    return groups
  }

  private meet(client: Client, group: Group, code: number | string): Preference {
    const ranked = [...group.routed, ...this.ordered.subarray(0, group.others.length)]
    const fresh = toPreference(this.policy, group, ranked)
    const key = preferenceKey(fresh)
    const preference = this.interned.get(key) ?? fresh
    this.interned.set(key, preference)
    group.byOrder.set(code, preference)
    this.witnesses.push({ client, preference })
    return preference
  }
}

/** Slots are below 256: six fit a number exactly. */
const CODED_AS_NUMBER_MAX = 6

function orderCode(ordered: Int32Array, count: number): number | string {
  if (count > CODED_AS_NUMBER_MAX) return ordered.subarray(0, count).join()
  let code = 0
  for (let i = 0; i < count; i++) code = code * 256 + ordered[i]!
  return code
}

/** What the rules of a policy look at in a client, beside the continent, and no more: of thousands of subdivisions and
 *  networks only those that it names. */
function groupKeyOf(policy: Policy): (client: Client) => string {
  const sets = [
    ...policy.fences.map(({ from }) => from),
    ...policy.reserves.map(({ places }) => places),
    ...policy.routes.map(({ places }) => places),
  ]
  const subdivisions = new Set(sets.flatMap(set => [...set.subdivisions]))
  const networks = new Set(sets.flatMap(set => [...set.networks]))
  const byPrefix = sets.some(set => set.prefixes.size > 0)
  return ({ place, prefixes }) => {
    // Most clients have nothing more: a text that is there already, where another would be made for every place.
    let key = place.country
    if (subdivisions.has(place.subdivision)) key += ` ${place.subdivision}`
    if (networks.has(place.asn)) key += ` ${place.asn}`
    if (byPrefix && prefixes.size > 0) key += ` ${[...prefixes].join()}`
    return key
  }
}
