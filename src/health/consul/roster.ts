/** Who is registered for which service: the addresses that zones serve where they follow Consul. Holds the last of
 *  them whatever happens, so that no catalog that is empty, silent or lost ever empties an answer. Says nothing of
 *  who is well: an instance that fails stays on the roster and is masked. Knows no network and no files. */

import type { Instance, InstanceAddresses } from './instances.ts'
import { type ServiceView, type WantedService, wantedKey } from './view.ts'

export interface RosterEntry extends WantedService {
  /** Never empty. In an order that depends on nothing but themselves. */
  readonly members: readonly InstanceAddresses[]
  /** When Consul last said something else, by the wall clock. */
  readonly atMs: number
}

/** By `wantedKey`. Plain data: it crosses threads. */
export type Roster = ReadonlyMap<string, RosterEntry>

/** Above it single addresses are not masked (`MASKED_ADDRESSES_MAX` of the plan), so that only those who pass are on
 *  the roster, and each flip changes it. */
export const MEMBERS_MASKED_MAX = 32

export class RosterKeeper {
  private entries: ReadonlyMap<string, RosterEntry>

  constructor(remembered: readonly RosterEntry[]) {
    this.entries = new Map(remembered.map(entry => [wantedKey(entry), entry]))
  }

  /** A new one whenever something has changed. */
  get roster(): Roster {
    return this.entries
  }

  /** True when that changes anything. */
  take(view: ServiceView): boolean {
    // What is stale was said before, and is on the roster as it was then. In doubt, nobody has gone from the view who
    // was in it, and whoever is new may come.
    if (view.freshness !== 'fresh' && view.suspect === undefined) return false
    const key = wantedKey(view)
    const before = this.entries.get(key)?.members ?? []
    const members = membersOf(view.instances, before)
    if (members.length === 0 || JSON.stringify(members) === JSON.stringify(before)) return false
    const { datacenter, service, tag, atMs } = view
    const entry = { datacenter, service, ...(tag === undefined ? {} : { tag }), members, atMs }
    this.entries = new Map([...this.entries, [key, entry]])
    return true
  }
}

/** Those that pass, and those that once did and are still registered. Who is registered and has yet to pass, as every
 *  instance begins, does not belong; unless there is nobody else. */
export function membersOf(
  instances: readonly Instance[],
  before: readonly InstanceAddresses[],
): readonly InstanceAddresses[] {
  const known = new Set(instances.length > MEMBERS_MASKED_MAX ? [] : before.map(textOf))
  const belonging = instances.filter(one => isServing(one) || known.has(textOf(one.addresses)))
  const chosen = belonging.length > 0 ? belonging : instances
  if (chosen.length === 0) return before
  const byText = new Map(chosen.map(({ addresses }) => [textOf(addresses), addresses]))
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, addresses]) => addresses)
}

/** A warning passes as long as its weight is above 0, which is Consul's own default. */
export function isPassing({ status, weights }: Instance): boolean {
  return status === 'passing' || (status === 'warning' && weights.warning > 0)
}

/** Maintenance asks to send nobody new. */
export function isServing(instance: Instance): boolean {
  return instance.maintenance === 'none' && isPassing(instance)
}

/** The keys of addresses that were read are always in the same order. */
function textOf(addresses: InstanceAddresses): string {
  return JSON.stringify(addresses)
}
