/** Who asks, as far as a policy cares: a place, and which prefixes written in policies its address is in. */

import type { Address } from '../base/address.ts'
import type { Place } from '../base/place.ts'
import type { Policy, PrefixLiteral } from './steering.ts'

export interface Client {
  readonly place: Place
  /** Texts of the prefix literals that contain its address; may hold more than one policy's. */
  readonly prefixes: ReadonlySet<string>
}

export const NO_PREFIXES: ReadonlySet<string> = new Set()

export interface PolicyPrefix extends PrefixLiteral {
  /** The list it was written in, for reports. */
  readonly placeText: string
}

/** Every prefix the policy's answer can depend on, each once: the compiler cuts the geo networks along them. */
export function prefixLiterals(policy: Policy): PolicyPrefix[] {
  const found = new Map<string, PolicyPrefix>()
  const sets = [
    ...policy.fences.map(fence => fence.from),
    ...policy.reserves.map(reserve => reserve.places),
    ...policy.routes.map(route => route.places),
  ]
  for (const set of sets) {
    for (const [text, prefix] of set.prefixes)
      if (!found.has(text)) found.set(text, { ...prefix, placeText: set.text })
  }
  return [...found.values()]
}

/** A client by its address: which of these prefixes contain it. */
export function clientAt(
  place: Place,
  address: Address | undefined,
  literals: readonly PrefixLiteral[],
): Client {
  if (address === undefined) return { place, prefixes: NO_PREFIXES }
  const inside = literals.filter(literal => contains(literal, address)).map(literal => literal.text)
  return { place, prefixes: inside.length === 0 ? NO_PREFIXES : new Set(inside) }
}

export function contains(prefix: PrefixLiteral, address: Address): boolean {
  if (prefix.family !== address.family) return false
  const whole = prefix.bits >> 3
  for (let i = 0; i < whole; i++) if (prefix.octets[i] !== address.octets[i]) return false
  const rest = prefix.bits & 7
  return rest === 0 || (prefix.octets[whole]! ^ address.octets[whole]!) >> (8 - rest) === 0
}
