/** Permit and rank: what a client's place comes to, whatever is up or down. Depends only on the place and on the
 *  prefixes of the policy that contain the client, so that equal clients can share one result. Knows no health. */

import type { Client } from './client.ts'
import { arcKm, biasedKm, chordSquared, unitVector } from './distance.ts'
import { Membership, membershipOf } from './membership.ts'
import { permit } from './permit.ts'
import type { Coordinates, Policy, Slot } from './steering.ts'
import { centreOf } from './world.ts'

/** A step of the decision, as `_why` and `explain` show it. Absent: nothing is said, no text is made. */
export type Trace = ((step: string) => void) | undefined

/** Permitted regions, best first. */
export interface Preference {
  /** The routed ones in the order of the route, then the others by `order`. For weighted and hash the others
   *  stand in the order of `regions=`. Empty: refuse. */
  readonly ranked: readonly Slot[]
  /** How many of `ranked` come from a route. 0 where the order is fixed anyway: it changes no answer then. */
  readonly routed: number
}

export function preference(policy: Policy, client: Client, trace?: Trace): Preference {
  const permitted = permit(policy, client, trace)
  if (permitted.length === 0) trace?.('no region may serve this client')
  const routed = routedSlots(policy, client, permitted, trace)
  const others = permitted.filter(slot => !routed.includes(slot))
  const ranked = [...routed, ...rank(policy, client, others, trace)]
  return { ranked, routed: isPicked(policy) ? routed.length : 0 }
}

/** Equal for preferences that always lead to the same answer. */
export function preferenceKey({ ranked, routed }: Preference): string {
  return `${routed}:${ranked.join(',')}`
}

/** Whether weights or hashes choose at query time. */
export function isPicked({ order }: Policy): boolean {
  return order === 'weighted' || order === 'hash'
}

function routedSlots(policy: Policy, client: Client, permitted: readonly Slot[], trace: Trace): Slot[] {
  const route = policy.routes.find(({ places }) => membershipOf(places, client) === Membership.In)
  if (route === undefined) return []
  const slots = route.slots.filter(slot => permitted.includes(slot))
  const names = slots.map(slot => policy.regions[slot]!.name).join(',')
  trace?.(
    `route=${route.places.text} (line ${route.spot.line}): ${names === '' ? 'none of its regions is permitted' : `${names} first`}`,
  )
  return slots
}

function rank(policy: Policy, client: Client, slots: readonly Slot[], trace: Trace): readonly Slot[] {
  if (policy.order !== 'nearest') return slots
  const at = whereabouts(client, trace)
  return at === undefined || slots.length === 0 ? slots : rankByDistance(policy, at, slots, trace)
}

function rankByDistance(policy: Policy, at: Coordinates, slots: readonly Slot[], trace: Trace): Slot[] {
  const here = unitVector(at)
  const isBiased = policy.bias.some(percent => percent !== 0)
  const lengths = policy.regions.map(({ coordinates }, slot) => {
    if (coordinates === undefined) return Number.POSITIVE_INFINITY
    const squared = chordSquared(here, unitVector(coordinates))
    return isBiased ? biasedKm(arcKm(squared), policy.bias[slot]!) : squared
  })
  // `slots` stand in the order of `regions=` and the sort is stable: that is how ties break.
  const ranked = [...slots].sort((a, b) => compare(lengths[a]!, lengths[b]!))
  if (trace !== undefined) for (const slot of ranked) trace(describeDistance(policy, here, slot))
  return ranked
}

/** Infinity minus infinity is not 0, so no subtraction. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function describeDistance(policy: Policy, here: ReturnType<typeof unitVector>, slot: Slot): string {
  const { name, coordinates } = policy.regions[slot]!
  if (coordinates === undefined) return `${name}: no coordinates`
  const km = arcKm(chordSquared(here, unitVector(coordinates)))
  const percent = policy.bias[slot]!
  if (percent === 0) return `${name}: ${Math.round(km)} km`
  const sign = percent > 0 ? '+' : ''
  return `${name}: ${Math.round(km)} km, with bias ${sign}${percent}% ${Math.round(biasedKm(km, percent))} km`
}

/** Where the client is; the middle of its country if that is all there is to know. */
function whereabouts({ place }: Client, trace: Trace): Coordinates | undefined {
  if (!Number.isNaN(place.latitude) && !Number.isNaN(place.longitude)) return place
  const centre = centreOf(place.country, place.subdivision)
  trace?.(
    centre === undefined
      ? 'no coordinates: nearest is not known, the order of regions= holds'
      : `no coordinates: measured from where the people of ${place.subdivision || place.country} are`,
  )
  return centre
}
