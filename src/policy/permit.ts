/** Residency and reserve: which regions may serve a client at all. Nothing after this step can add one back.
 *  Knows nothing of health, rank or outages. */

import type { Client } from './client.ts'
import { Membership, membershipOf } from './membership.ts'
import type { Fence, Policy, Slot } from './steering.ts'
import type { Trace } from './trace.ts'

/** Permitted slots: ascending, but for a listed `unknown=` in its order. Empty: nobody may serve it. */
export function permit(policy: Policy, client: Client, trace?: Trace): readonly Slot[] {
  const allowed = policy.regions.map(() => true)
  const possible: Fence[] = []
  for (const fence of policy.fences) {
    const membership = membershipOf(fence.from, client)
    if (membership === Membership.In) apply(policy, fence, allowed, trace, '')
    else if (membership === Membership.Maybe) possible.push(fence)
  }
  for (const reserve of policy.reserves) {
    if (membershipOf(reserve.places, client) === Membership.In) continue
    for (const slot of reserve.slots)
      drop(policy, allowed, slot, trace, `reserve=${reserve.places.text} keeps it for clients there`)
  }
  return client.place.country === '' ? permitUnknown(policy, allowed, possible, trace) : allowedSlots(allowed)
}

function permitUnknown(
  policy: Policy,
  certain: boolean[],
  possible: readonly Fence[],
  trace: Trace,
): readonly Slot[] {
  const { unknown } = policy
  switch (unknown.kind) {
    case 'listed':
      trace?.('country not known: the regions of unknown=, in their order')
      return unknown.slots.filter(slot => certain[slot])
    case 'any':
      trace?.('country not known: unknown=any, only fences it is certainly in hold')
      return allowedSlots(certain)
    case 'strict':
    case 'default': {
      if (possible.length === 0) return allowedSlots(certain)
      const strict = [...certain]
      trace?.('country not known: every fence it may be in holds')
      for (const fence of possible) apply(policy, fence, strict, trace, ', where it may be')
      if (unknown.kind === 'strict' || strict.includes(true)) return allowedSlots(strict)
      trace?.('country not known: those fences share no region, so only fences it is certainly in hold')
      return allowedSlots(certain)
    }
  }
}

function apply(policy: Policy, fence: Fence, allowed: boolean[], trace: Trace, how: string): void {
  for (let slot = 0; slot < allowed.length; slot++)
    if (!fence.slots.includes(slot))
      drop(policy, allowed, slot, trace, `residency=${fence.from.text} (line ${fence.spot.line})${how}`)
}

function drop(policy: Policy, allowed: boolean[], slot: Slot, trace: Trace, why: string): void {
  if (!allowed[slot]) return
  allowed[slot] = false
  trace?.(`${policy.regions[slot]!.name} dropped: ${why}`)
}

function allowedSlots(allowed: readonly boolean[]): Slot[] {
  const slots: Slot[] = []
  for (let slot = 0; slot < allowed.length; slot++) if (allowed[slot]) slots.push(slot)
  return slots
}
