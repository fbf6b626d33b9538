/** Places of a tally as cells of a world map: one degree each, with the region that serves most of its clients. */

import { supposeHealth } from '../policy/decide.ts'
import { centreOf } from '../policy/world.ts'
import type { Side } from './report.ts'
import { flows, outcomes, type Shares } from './shares.ts'
import type { Tally } from './tally.ts'
import type { World } from './walk.ts'

export interface Cell {
  /** Degrees of its middle. */
  readonly latitude: number
  readonly longitude: number
  /** Of all clients. */
  readonly share: number
  /** The region that gets most of its answers. */
  readonly region: string
  /** Most of its clients were served by another region before. */
  readonly moved: boolean
}

interface Growing {
  readonly regions: Map<string, number>
  moved: number
  share: number
}

const COLUMNS = 360
const ROWS = 180

export function worldCells(
  { table, countries }: World,
  tally: Tally,
  before: Side | undefined,
  after: Side,
  down: readonly string[],
): Cell[] {
  const sharesBefore = before === undefined ? undefined : sharesOf(before, down)
  const sharesAfter = sharesOf(after, down)
  const movedOf = tally.pairs.map(pair =>
    sharesBefore === undefined
      ? 0
      : flows(sharesBefore[pair.before]!, sharesAfter[pair.after]!).reduce(
          (all, { share }) => all + share,
          0,
        ),
  )
  const cells = new Map<number, Growing>()
  tally.forEach((place, pair, weight) => {
    const index = cellOf(table.place(place), countries[place]!)
    if (index === undefined) return
    let cell = cells.get(index)
    if (cell === undefined) {
      cell = { regions: new Map(), moved: 0, share: 0 }
      cells.set(index, cell)
    }
    const share = weight / tally.total
    cell.share += share
    cell.moved += share * movedOf[pair]!
    for (const [region, part] of sharesAfter[tally.pairs[pair]!.after]!)
      cell.regions.set(region, (cell.regions.get(region) ?? 0) + share * part)
  })
  return [...cells].map(([index, { regions, moved, share }]) => ({
    latitude: 89.5 - Math.floor(index / COLUMNS),
    longitude: (index % COLUMNS) - 179.5,
    share,
    region: [...regions].reduce((most, one) => (one[1] > most[1] ? one : most))[0],
    moved: moved > share / 2,
  }))
}

function sharesOf({ policy, classes }: Side, down: readonly string[]): Shares[] {
  const preferences = classes.map(({ preference }) => preference)
  return outcomes(policy, preferences, supposeHealth(policy, down)).map(({ shares }) => shares)
}

/** Undefined for a place that is nowhere in particular. */
function cellOf(
  place: { latitude: number; longitude: number; country: string; subdivision: string },
  country: string,
): number | undefined {
  const known = !Number.isNaN(place.latitude) && !Number.isNaN(place.longitude)
  const at = known ? place : centreOf(country, place.subdivision)
  if (at === undefined) return undefined
  const row = Math.min(ROWS - 1, Math.max(0, Math.floor(90 - at.latitude)))
  const column = Math.min(COLUMNS - 1, Math.max(0, Math.floor(at.longitude + 180)))
  return row * COLUMNS + column
}
