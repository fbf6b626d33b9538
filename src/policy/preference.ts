/** Signatures first; see below. */

import type { Client } from './client.ts'
import type { Policy, Slot } from './steering.ts'

/** A step of the decision, as `_why` and `explain` show it. Absent: nothing is said, no text is made. */
export type Trace = ((step: string) => void) | undefined

/** What a client's place comes to, whatever is up or down: permitted regions, best first. */
export interface Preference {
  /** Best first: the routed ones in the order of the route, then the others by `order`. For weighted and
   *  hash the others stand in the order of `regions=`. Empty: refuse. */
  readonly ranked: readonly Slot[]
  /** How many of `ranked` come from a route. */
  readonly routed: number
}

export declare function preference(policy: Policy, client: Client, trace?: Trace): Preference

/** Equal for preferences that always lead to the same answer. */
export function preferenceKey(preference: Preference): string {
  return `${preference.routed}:${preference.ranked.join(',')}`
}
