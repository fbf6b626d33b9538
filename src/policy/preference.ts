/** Permit and rank: what a client's place comes to, whatever is up or down. Depends only on the place and on the
 *  prefixes of the policy that contain the client, so that equal clients can share one result. Knows no health. */

import type { Client } from './client.ts'
import { arcKm, biasedKm, chordSquared, type UnitVector, unitVector } from './distance.ts'
import { Membership, membershipOf } from './membership.ts'
import { permit } from './permit.ts'
import type { Coordinates, Policy, Route, Slot } from './steering.ts'
import type { Trace } from './trace.ts'
import { centreOf } from './world.ts'

/** Permitted regions, best first. */
export interface Preference {
  /** The routed ones in the order of the route, then the others by `order`. For weighted and hash the others
   *  stand in the order of `regions=`. Empty: refuse. */
  readonly ranked: readonly Slot[]
  /** How many of `ranked` come from a route. 0 where the order is fixed anyway: it changes no answer then. */
  readonly routed: number
}

export function preference(policy: Policy, client: Client, trace?: Trace): Preference {
  const standing = standingOf(policy, client, trace)
  const at = policy.order === 'nearest' ? whereabouts(client, trace) : undefined
  const ranked = rank(policy, standing, at)
  if (trace !== undefined)
    for (const slot of ranked) trace(describeKept(policy, slot, standing.routed.includes(slot), at))
  return toPreference(policy, standing, ranked)
}

/** What the rules make of a client before anything is measured. */
export interface Standing {
  readonly routed: readonly Slot[]
  /** Permitted and not routed, in the order of `regions=`. */
  readonly others: readonly Slot[]
}

export function standingOf(policy: Policy, client: Client, trace?: Trace): Standing {
  const permitted = permit(policy, client, trace)
  if (permitted.length === 0) trace?.('no region may serve this client')
  const routed = routedSlots(policy, client, permitted, trace)
  return { routed, others: permitted.filter(slot => !routed.includes(slot)) }
}

function rank(policy: Policy, { routed, others }: Standing, at: Coordinates | undefined): Slot[] {
  if (at === undefined) return [...routed, ...others]
  const ordered = new Int32Array(others.length)
  orderByDistance(policy, at, others, ordered)
  return [...routed, ...ordered]
}

export function toPreference(policy: Policy, { routed }: Standing, ranked: readonly Slot[]): Preference {
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
  if (trace !== undefined) trace(describeRoute(policy, route, slots))
  return slots
}

function describeRoute(policy: Policy, route: Route, slots: readonly Slot[]): string {
  const names = slots.map(slot => policy.regions[slot]!.name).join(',')
  const what = names === '' ? 'none of its regions is permitted' : `${names} first`
  return `route=${route.places.text} (line ${route.spot.line}): ${what}`
}

/** Writes `slots` into `out`, nearest first. For a whole world of places: allocates nothing. */
export function orderByDistance(
  policy: Policy,
  at: Coordinates,
  slots: readonly Slot[],
  out: Int32Array,
): void {
  const here = unitVector(at)
  const { vectors, isBiased, lengths } = geometryOf(policy)
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i]!
    const squared = chordSquared(here, vectors[slot]!)
    const length = isBiased ? biasedKm(arcKm(squared), policy.bias[slot]!) : squared
    lengths[slot] = length
    // `slots` stand in the order of `regions=`; an equal one stays behind those before it: so ties break.
    let place = i
    for (; place > 0 && lengths[out[place - 1]!]! > length; place--) out[place] = out[place - 1]!
    out[place] = slot
  }
}

interface Geometry {
  readonly vectors: readonly UnitVector[]
  readonly isBiased: boolean
  /** To each slot, from the client at hand. */
  readonly lengths: Float64Array
}

/** A world of places is ranked by the same few points. */
const geometries = new WeakMap<Policy, Geometry>()

function geometryOf(policy: Policy): Geometry {
  const known = geometries.get(policy)
  if (known !== undefined) return known
  const vectors = policy.regions.map(({ coordinates }) =>
    coordinates === undefined ? NOWHERE : unitVector(coordinates),
  )
  const isBiased = policy.bias.some(percent => percent !== 0)
  const geometry = { vectors, isBiased, lengths: new Float64Array(vectors.length) }
  geometries.set(policy, geometry)
  return geometry
}

/** Farther than anything on Earth. */
const NOWHERE: UnitVector = { x: Number.POSITIVE_INFINITY, y: 0, z: 0 }

function describeKept(policy: Policy, slot: Slot, isRouted: boolean, at: Coordinates | undefined): string {
  const { name, coordinates } = policy.regions[slot]!
  if (isPicked(policy) && !isRouted) return `${name} kept: weight ${policy.weights[slot]}`
  const route = isRouted ? ', by route' : ''
  if (at === undefined || coordinates === undefined) return `${name} kept${route}`
  const km = arcKm(chordSquared(unitVector(at), unitVector(coordinates)))
  const percent = policy.bias[slot]!
  const distance = `${name} kept: ${Math.round(km)} km${route}`
  if (percent === 0) return distance
  return `${distance}, with bias ${percent > 0 ? '+' : ''}${percent}% ${Math.round(biasedKm(km, percent))} km`
}

/** Where the client is; the middle of its country if that is all there is to know. */
export function whereabouts({ place }: Client, trace?: Trace): Coordinates | undefined {
  if (!Number.isNaN(place.latitude) && !Number.isNaN(place.longitude)) return place
  const centre = centreOf(place.country, place.subdivision)
  trace?.(
    centre === undefined
      ? 'no coordinates: nearest is not known, the order of regions= holds'
      : `no coordinates: measured from where the people of ${place.subdivision || place.country} are`,
  )
  return centre
}
