/** What a zone's directives come to over the whole address space: for each policy its client classes and
 *  networks, proven to stay inside its fences, and the board that says what they are served now. */

import type { Address } from '../base/address.ts'
import type { Place } from '../base/place.ts'
import { hasErrors, type Problem } from '../base/problem.ts'
import { MASK_WORDS, repeatChoices } from '../plan/board.ts'
import { UP } from '../policy/choose.ts'
import { addressHolders } from '../policy/holders.ts'
import { proveResidency } from '../policy/prove.ts'
import { readPolicies } from '../policy/read.ts'
import { runExpectations } from '../policy/run-expectations.ts'
import type { Steering } from '../policy/steering.ts'
import type { Zone } from '../zone/zone.ts'
import { type BoardPlace, type BoardPolicy, candidatesMax, fillBoard, layOutBoard } from './board.ts'
import { type ClientClasses, type PlaceRanges, type PlaceTable, Surveyor } from './client-classes.ts'

export type { PlaceRanges }

export interface SteeredPolicy extends BoardPolicy {
  readonly networks: ClientClasses
}

export interface SteeredZone {
  readonly steering: Steering | undefined
  readonly policies: readonly SteeredPolicy[]
  /** By steered name. */
  readonly places: readonly BoardPlace[]
  readonly board: SharedArrayBuffer
  /** Word of the board where the masks of the CONSUL records begin. */
  readonly servicesAt: number
}

/** Where addresses are, as the geo stage tells it. */
export interface World extends PlaceTable {
  locate(address: Address): { readonly place: Place }
}

export interface JudgedSteering {
  /** Absent when there are errors, and for a zone that steers nothing. */
  readonly steered?: SteeredZone
  readonly problems: readonly Problem[]
}

export function hasSteering(zone: Zone): boolean {
  return zone.directives.length > 0 || zone.steering.length > 0
}

/** Reads the directives, cuts the world into classes, proves the fences and runs the expectations. */
export function judgeSteering(zone: Zone, world: World): JudgedSteering {
  const read = readPolicies(zone)
  if (read.policies === undefined || hasErrors(read.problems)) return { problems: read.problems }
  const steering = read.policies
  const steered = steerZone(steering, world)
  const problems = [
    ...read.problems,
    ...steered.policies.flatMap(policy => prove(zone, steering, policy)),
    ...runExpectations(zone, steering, address => world.locate(address).place),
  ]
  return hasErrors(problems) ? { problems } : { steered, problems }
}

function prove(zone: Zone, steering: Steering, { policy, networks }: SteeredPolicy): Problem[] {
  const holders = addressHolders(zone, steering.names, policy)
  return proveResidency(policy, networks.clients, { sources: zone.sources, holders })
}

/** Every region counts as up until somebody knows better. */
export function steerZone(steering: Steering, table: PlaceTable): SteeredZone {
  const surveyor = new Surveyor(table)
  const policies = steering.policies.map(policy => {
    const networks = surveyor.classesFor(policy)
    return { policy, networks, classes: networks.classes }
  })
  return withBoard(steering, policies)
}

/** A board for these names, on which every region is up. */
export function withBoard(steering: Steering | undefined, policies: readonly SteeredPolicy[]): SteeredZone {
  const { places, words: servicesAt } = layOutBoard(steering?.names ?? [], policies)
  const words = servicesAt + (steering?.services.length ?? 0) * MASK_WORDS
  const board = new SharedArrayBuffer(words * Int32Array.BYTES_PER_ELEMENT)
  const steered = { steering, policies, places, board, servicesAt }
  fillWithAllUp(steered)
  return steered
}

function fillWithAllUp({ steering, policies, places, board }: SteeredZone): void {
  const words = new Int32Array(board)
  const firstOf = new Map<number, number>()
  for (const [i, { policy: index }] of (steering?.names ?? []).entries()) {
    const { policy, classes } = policies[index]!
    const { boardAt } = places[i]!
    const first = firstOf.get(index)
    if (first !== undefined) {
      repeatChoices(words, first, boardAt, candidatesMax(policy), classes.length)
      continue
    }
    firstOf.set(index, boardAt)
    fillBoard(
      words,
      { policy, classes },
      boardAt,
      policy.regions.map(() => UP),
    )
  }
}
