/** Zone files read and judged as `serve` does, for the commands that only look. Geo data is opened when the first
 *  zone that steers asks for it, and a zone without directives never does. Prints nothing but a progress bar. */

import { statSync } from 'node:fs'
import { monotonicMs } from '../base/clock.ts'
import type { Problem } from '../base/problem.ts'
import { hasSteering, judgeSteering, type SteeredZone } from '../compile/steered-zone.ts'
import { GeoDesk } from '../control/geo-desk.ts'
import { fileProblem, listZoneFolder, type ZoneFile, zoneFileOf } from '../control/zone-folder.ts'
import type { GeoTable } from '../geo/table.ts'
import { readPolicies } from '../policy/read.ts'
import { printName } from '../wire/name.ts'
import { loadZone } from '../zone/load.ts'
import type { Zone } from '../zone/zone.ts'
import { geoSettings } from './geo-settings.ts'
import { ProgressBar } from './progress-bar.ts'
import type { WorldSettings } from './world-options.ts'

export interface JudgedZone {
  readonly path: string
  /** Presentation form with a final dot. */
  readonly zone: string
  /** Absent when its records have errors. */
  readonly loaded: Zone | undefined
  /** Absent when it has errors, and when it steers nothing. */
  readonly steered: SteeredZone | undefined
  /** Sorted by file, line and column. */
  readonly problems: readonly Problem[]
}

/** The geo table as the commands that look ask for it. */
export class GeoOffice {
  private readonly desk: GeoDesk
  private bar: ProgressBar | undefined

  constructor(settings: Pick<WorldSettings, 'geo' | 'geo.overrides' | 'state'>) {
    this.desk = new GeoDesk({
      settings: geoSettings(settings),
      previous: undefined,
      build: 1,
      force: false,
      onProgress: share => this.bar?.show(share),
    })
  }

  /** Undefined when a source is broken: `problems` says what is wrong. */
  get table(): GeoTable | undefined {
    this.bar ??= new ProgressBar(process.stderr, monotonicMs, 'compiling geo data')
    const { table } = this.desk
    this.bar.clear()
    return table
  }

  /** None as long as nobody asked for the table. */
  get problems(): readonly Problem[] {
    return this.bar === undefined ? [] : this.desk.problems
  }
}

/** Reads the file and, where it steers, proves its fences and runs its expectations. */
export function judgeZoneFile(file: ZoneFile, geo: GeoOffice): JudgedZone {
  const { zone: loaded, unsound, problems } = loadZone(file.path, file.apex)
  const about = { path: file.path, zone: loaded === undefined ? file.zone : printName(loaded.apex), loaded }
  if (loaded === undefined) {
    const all =
      unsound === undefined ? problems : sortProblems([...problems, ...mistakesBeside(unsound)], unsound)
    return { ...about, steered: undefined, problems: all }
  }
  if (!hasSteering(loaded)) return { ...about, steered: undefined, problems }
  // Mistakes in the directives are told even where the geo data cannot be read.
  const judged =
    geo.table === undefined ? { problems: readPolicies(loaded).problems } : judgeSteering(loaded, geo.table)
  const all = sortProblems([...problems, ...judged.problems], loaded)
  return { ...about, steered: 'steered' in judged ? judged.steered : undefined, problems: all }
}

/** Mistakes in the directives of a zone whose records have errors: all are told at once, but for those that come of
 *  records that could not be read. */
function mistakesBeside(zone: Omit<Zone, 'serial'>): Problem[] {
  if (zone.directives.length === 0 && zone.steering.length === 0) return []
  return readPolicies(zone).problems.filter(
    ({ severity, code }) => severity === 'error' && code !== 'region-without-records',
  )
}

/** In the order of the files, which is the zone file and then what it includes. */
function sortProblems(problems: readonly Problem[], { sources }: Pick<Zone, 'sources'>): Problem[] {
  const order = new Map(sources.map(({ path }, index) => [path, index]))
  const rank = ({ file }: Problem): number => order.get(file) ?? sources.length
  return problems.toSorted((a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column)
}

//------------ Files ---

export interface FoundFiles {
  readonly files: readonly ZoneFile[]
  readonly problems: readonly Problem[]
}

/** The zone files that a path means: itself, or those in the folder. */
export function zoneFilesAt(path: string): FoundFiles {
  try {
    if (statSync(path).isDirectory()) {
      const folder = listZoneFolder(path)
      return folder.listing === '' ? { files: [], problems: [emptyFolder(path)] } : folder
    }
    const file = zoneFileOf(path)
    return 'zone' in file ? { files: [file], problems: [] } : { files: [], problems: [file] }
  } catch (error) {
    const hint = path === 'zones' ? 'name the files or folders to read' : 'is the name right?'
    return { files: [], problems: [fileProblem(path, 'cannot-read', (error as Error).message, hint)] }
  }
}

function emptyFolder(path: string): Problem {
  const hint = 'name a zone file ORIGIN.zone, for example classroom.example.zone'
  return { ...fileProblem(path, 'no-zones', 'holds no zone files', hint), severity: 'warning' }
}
