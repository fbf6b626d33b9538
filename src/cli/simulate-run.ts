/** The walks of `meridian simulate`, one a comparison, and the maps drawn of them. */

import { writeFileSync } from 'node:fs'
import { monotonicMs } from '../base/clock.ts'
import type { Problem } from '../base/problem.ts'
import { fileProblem } from '../control/zone-folder.ts'
import type { GeoTable } from '../geo/table.ts'
import { worldCells } from '../simulate/cells.ts'
import { drawMap, type MapRegion } from '../simulate/map.ts'
import { makeReport, type Report } from '../simulate/report.ts'
import type { Traffic } from '../simulate/traffic.ts'
import { type Walked, World, walkWorld } from '../simulate/walk.ts'
import { ProgressBar } from './progress-bar.ts'
import type { Comparison } from './simulate-sides.ts'

export interface Simulated {
  readonly comparison: Comparison
  /** The first is the one to go by; IPv6 follows where IPv4 is it. */
  readonly reports: readonly Report[]
  /** What the first was made from. */
  readonly walked: Walked
}

export interface RunOptions {
  readonly table: GeoTable
  readonly traffic: Traffic | undefined
  readonly down: readonly string[]
}

export class Simulation {
  private readonly world: World
  private readonly options: RunOptions

  constructor(options: RunOptions) {
    this.options = options
    this.world = new World(options.table)
  }

  run(comparisons: readonly Comparison[]): Simulated[] {
    const bar = new ProgressBar(process.stderr, monotonicMs, 'walking the address space')
    const simulated = comparisons.map((comparison, i) => {
      bar.show(i / comparisons.length)
      return this.simulate(comparison)
    })
    bar.clear()
    return simulated
  }

  private simulate(comparison: Comparison): Simulated {
    const { world } = this
    const { traffic, down } = this.options
    const { before, after } = comparison
    const walks = walkWorld(world, before?.networks, after.networks, traffic)
    const reports = walks.map(({ measure, tally }) =>
      makeReport({ measure, tally, countries: world.countries, before, after, down }),
    )
    return { comparison, reports, walked: walks[0]! }
  }

  /** Writes the map; what went wrong, if anything did. */
  draw(path: string, { comparison, reports, walked }: Simulated): Problem | undefined {
    const { table, down } = this.options
    const { before, after, names, zone } = comparison
    const sources = table.info.sources.map(({ name, date }) => (date === '' ? name : `${name} ${date}`))
    const downText = down.length === 0 ? '' : ` · ${down.join(', ')} down`
    const svg = drawMap({
      title: names.length === 1 ? names[0]! : `${zone} policy ${after.policy.name}`,
      subtitle: `who is served from where, ${WEIGHED_BY[walked.measure]}${downText} · ${sources.join(' + ')}`,
      regions: mapRegions(comparison, reports[0]!, down),
      cells: worldCells(this.world, walked.tally, before, after, down),
      showsMoves: before !== undefined,
    })
    try {
      writeFileSync(path, svg)
      return undefined
    } catch (error) {
      return fileProblem(path, 'cannot-write', (error as Error).message, 'is there such a folder?')
    }
  }
}

const WEIGHED_BY = {
  ipv4: 'by IPv4 addresses',
  ipv6: 'by IPv6 /48s',
  traffic: 'by queries',
} as const

function mapRegions({ after }: Comparison, report: Report, down: readonly string[]): MapRegion[] {
  return report.loads
    .filter(load => load.after !== undefined)
    .map(({ region, after: share }) => {
      const declared = after.policy.regions.find(({ name }) => name === region)
      return {
        name: region,
        detail: declared?.cloud === undefined ? '' : `${declared.cloud.provider} ${declared.cloud.region}`,
        share: share ?? 0,
        latitude: declared?.coordinates?.latitude,
        longitude: declared?.coordinates?.longitude,
        down: down.includes(region),
      }
    })
}

/** `world.svg` → `world-classroom.example-class.svg`. */
export function mapPath(path: string, { zone, after }: Comparison, isOnly: boolean): string {
  if (isOnly) return path
  const [, stem = path, end = ''] = /^(.*?)(\.svg)?$/i.exec(path) ?? []
  return `${stem}-${zone.replace(/\.$/, '').replaceAll('/', '_')}-${after.policy.name}${end}`
}
