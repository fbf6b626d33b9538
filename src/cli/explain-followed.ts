/** Where the addresses of a region come from that follow Consul: what `meridian explain` says of them without a
 *  server. It knows what a server remembers in the state folder, and no more. */

import { wantedOf } from '../compile/followed.ts'
import type { Roster } from '../health/consul/roster.ts'
import { wantedKey } from '../health/consul/view.ts'
import type { Slot, Steering } from '../policy/steering.ts'
import { sameName } from '../wire/name.ts'

/** A step for each of these regions of a steered name whose addresses follow Consul. */
export function followedSteps(
  steering: Steering,
  owner: Uint8Array,
  slots: readonly Slot[],
  roster: Roster,
): string[] {
  const name = steering.names.find(one => isSame(one.name, owner))
  return [...new Set(slots)].flatMap(slot => {
    const service = name?.regionServices?.[slot]
    if (name === undefined || service === undefined) return []
    const region = steering.policies[name.policy]!.regions[slot]!.name
    return `${region}: ${whence(steering, service, roster)}`
  })
}

/** The same for a name that follows Consul itself. */
export function ownSteps(steering: Steering, owner: number, roster: Roster): string[] {
  const service = steering.services.findIndex(one => one.owner === owner)
  return service < 0 ? [] : [whence(steering, service, roster)]
}

function whence({ services }: Steering, index: number, roster: Roster): string {
  const wanted = wantedOf(services[index]!)
  const tag = wanted.tag === undefined ? '' : ` with tag ${wanted.tag}`
  const what = `addresses of service ${wanted.service}${tag} in Consul's ${wanted.datacenter}`
  const entry = roster.get(wantedKey(wanted))
  return entry === undefined
    ? `${what}: none is known here (--server asks a server that knows)`
    : `${what}, as a server remembers them of ${new Date(entry.atMs).toISOString()}`
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && sameName(a, 0, b, 0, a.length)
}
