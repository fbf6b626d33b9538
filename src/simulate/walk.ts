/** Walks the address space of one policy, or of two over each other, and tallies who is where and of which class.
 *  By default everybody whose country is known counts by addresses (IPv4) and by /48s (IPv6), never mixed: there
 *  are 2^80 times as many addresses in a /48 as anybody has clients. With traffic given, that counts instead, both
 *  families together and wherever it comes from. */

import type { ClientClasses, PlaceTable } from '../compile/client-classes.ts'
import { CARRIES_V4, openNetworks } from '../plan/networks.ts'
import { classLine, type Layers, type Line, placeLine, SPACE4, SPACE6, visitStretches } from './ranges.ts'
import { NONE, Tally } from './tally.ts'
import type { Traffic } from './traffic.ts'

/** The places of a geo table, laid out once for all walks. */
export class World {
  readonly table: PlaceTable
  readonly places4: Line
  readonly places6: Line
  /** By place: ISO code, or an empty string. */
  readonly countries: readonly string[]

  constructor(table: PlaceTable) {
    this.table = table
    this.places4 = placeLine(table.ranges4, 4)
    this.places6 = placeLine(table.ranges6, 6)
    this.countries = Array.from({ length: table.placeCount }, (_, place) => table.place(place).country)
  }
}

export type Measure = 'ipv4' | 'ipv6' | 'traffic'

export interface Walked {
  readonly measure: Measure
  readonly tally: Tally
}

/** `before` is absent when there is nothing to compare with. The first of the results is the one to go by. */
export function walkWorld(
  world: World,
  before: ClientClasses | undefined,
  after: ClientClasses,
  traffic: Traffic | undefined,
): Walked[] {
  const layers4 = layersOf(world, before, after, 4)
  const layers6 = layersOf(world, before, after, 6)
  if (traffic !== undefined)
    return [{ measure: 'traffic', tally: tallyTraffic(world, layers4, layers6, traffic) }]
  return [
    { measure: 'ipv4', tally: tallyKnown(world, layers4, SPACE4) },
    { measure: 'ipv6', tally: tallyKnown(world, layers6, SPACE6) },
  ]
}

function layersOf(
  { places4, places6 }: World,
  before: ClientClasses | undefined,
  after: ClientClasses,
  family: 4 | 6,
): Layers {
  const lineOf = ({ networks }: ClientClasses): Line => {
    const { ranges4, ranges6 } = openNetworks(networks)
    return classLine(family === 4 ? ranges4 : ranges6, family)
  }
  return {
    places: family === 4 ? places4 : places6,
    before: before === undefined ? NO_CLASSES : lineOf(before),
    after: lineOf(after),
  }
}

const NO_CLASSES: Line = { starts: Uint32Array.of(0), values: Int32Array.of(NONE), count: 1 }

function tallyKnown({ table, countries }: World, layers: Layers, space: number): Tally {
  const tally = new Tally(table.placeCount)
  const isKnown = Uint8Array.from(countries, country => (country === '' ? 0 : 1))
  visitStretches(layers, 0, space, (size, place, before, after) => {
    // IPv6 networks that carry IPv4 addresses hold IPv4 clients, who are counted as such.
    if (isKnown[place] === 1 && after !== CARRIES_V4) tally.add(place, before, after, size)
  })
  return tally
}

/** What comes from a prefix is spread evenly over it. */
function tallyTraffic({ table }: World, layers4: Layers, layers6: Layers, traffic: Traffic): Tally {
  const tally = new Tally(table.placeCount)
  for (const { family, from, to, weight } of traffic.stretches) {
    const each = weight / (to - from)
    visitStretches(family === 4 ? layers4 : layers6, from, to, (size, place, before, after) => {
      if (after !== CARRIES_V4) tally.add(place, before, after, size * each)
    })
  }
  return tally
}
