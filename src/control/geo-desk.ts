/** The geo table for the zones that steer: opened when the first of them asks, kept from build to build, made
 *  anew when a source changes; a broken source keeps the old one. Knows nothing of zones. */

import type { Problem } from '../base/problem.ts'
import { buildGeo, type GeoSettings, geoFiles } from '../geo/build.ts'
import { GeoTable } from '../geo/table.ts'
import { fileStamp, type SeenFile } from './file-reader.ts'

/** Crosses threads between two builds. */
export interface GeoState {
  /** Absent when there never was a good one. */
  readonly image: SharedArrayBuffer | undefined
  /** Which build made it. */
  readonly builtAt: number
  readonly files: readonly SeenFile[]
  readonly problems: readonly Problem[]
}

export interface GeoDeskOptions {
  readonly settings: GeoSettings
  readonly previous: GeoState | undefined
  readonly build: number
  /** Looks at the sources even if nothing seems to have changed. */
  readonly force: boolean
  readonly onProgress: (share: number) => void
}

export class GeoDesk {
  private readonly settings: GeoSettings
  private readonly build: number
  private readonly force: boolean
  private readonly onProgress: (share: number) => void
  private current: GeoState | undefined
  private isFresh = false
  private opened: GeoTable | undefined

  constructor(options: GeoDeskOptions) {
    this.settings = options.settings
    this.current = options.previous
    this.build = options.build
    this.force = options.force
    this.onProgress = options.onProgress
  }

  /** Undefined as long as no zone has asked, in this build or an earlier one. */
  get state(): GeoState | undefined {
    return this.current
  }

  /** Of the table that serves now: another number, another table. */
  get builtAt(): number {
    return this.fresh().builtAt
  }

  get problems(): readonly Problem[] {
    return this.fresh().problems
  }

  get table(): GeoTable | undefined {
    const { image } = this.fresh()
    if (image === undefined) return undefined
    this.opened ??= new GeoTable(image)
    return this.opened
  }

  private fresh(): GeoState {
    if (this.current !== undefined && (this.isFresh || !this.mustLook(this.current))) return this.current
    const files = geoFiles(this.settings).map(path => ({ path, stamp: fileStamp(path), digest: '' }))
    const { table, problems } = buildGeo(this.settings, this.onProgress)
    const kept = table === undefined ? this.current : undefined
    this.current = {
      image: kept?.image ?? table?.image,
      builtAt: kept?.builtAt ?? this.build,
      files,
      problems,
    }
    this.isFresh = true
    return this.current
  }

  private mustLook(state: GeoState): boolean {
    return this.force || state.files.some(seen => fileStamp(seen.path) !== seen.stamp)
  }
}
