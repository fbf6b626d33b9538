/** Great-circle distance on a sphere, by unit vectors: the straight line between two points of the sphere grows
 *  with the arc between them, so ranking needs no arc at all. This is the haversine formula in another dress:
 *  the square of half that line is the haversine of the arc. */

import type { Coordinates } from './steering.ts'

/** Mean radius (IUGG R1). */
export const EARTH_RADIUS_KM = 6371.0088

const RADIANS_PER_DEGREE = Math.PI / 180

export interface UnitVector {
  readonly x: number
  readonly y: number
  readonly z: number
}

export function unitVector({ latitude, longitude }: Coordinates): UnitVector {
  const north = latitude * RADIANS_PER_DEGREE
  const east = longitude * RADIANS_PER_DEGREE
  const across = Math.cos(north)
  return { x: across * Math.cos(east), y: across * Math.sin(east), z: Math.sin(north) }
}

/** Square of the straight line between two points, in earth radii. */
export function chordSquared(a: UnitVector, b: UnitVector): number {
  const dx = a.x - b.x
  const dy = a.y - b.y
  const dz = a.z - b.z
  return dx * dx + dy * dy + dz * dz
}

export function arcKm(squared: number): number {
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(squared) / 2))
}

/** As Route 53's geoproximity bias: +50 halves a distance, −50 doubles it.
 *  positive: distance × (1 − bias/100); negative: distance ÷ (1 + bias/100). */
export function biasedKm(km: number, biasPercent: number): number {
  return biasPercent >= 0 ? km * (1 - biasPercent / 100) : km / (1 + biasPercent / 100)
}
