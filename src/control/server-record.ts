/** What a server has been through since its start: builds, failures, and what its workers counted. Kept from the
 *  first moment, whether anybody asks or not; so it is little. */

import type { Clock } from '../base/clock.ts'
import type { BuildResult, BuiltZone } from './build.ts'
import type { GeoState } from './geo-desk.ts'
import { TallyBook } from './tally-book.ts'

export class ServerRecord {
  readonly tallies = new TallyBook()
  builds = 0
  /** The folder could not be read, or the builder failed. */
  buildsFailed = 0
  lastBuildMs = 0
  /** 0 before the first. */
  publishedWallMs = 0
  /** By zone: how often its file was read and not served. */
  readonly loadFailures = new Map<string, number>()
  private readonly wallClock: Clock
  private generation = 0

  constructor(wallClock: Clock) {
    this.wallClock = wallClock
  }

  /** A plan of these zones is about to be published. */
  publishing(zones: readonly BuiltZone[], geo: GeoState | undefined, generation: number): void {
    this.tallies.begin(generation, zones, geo?.image)
  }

  built({ zones, rebuilt }: BuildResult, generation: number, elapsedMs: number): void {
    this.builds++
    this.lastBuildMs = elapsedMs
    if (generation !== this.generation) this.publishedWallMs = this.wallClock()
    this.generation = generation
    const fresh = new Set(rebuilt)
    for (const { path, zone, state } of zones) {
      if (!this.loadFailures.has(zone)) this.loadFailures.set(zone, 0)
      if (fresh.has(path) && state !== 'current')
        this.loadFailures.set(zone, this.loadFailures.get(zone)! + 1)
    }
  }
}
