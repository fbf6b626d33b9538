/** Zones folder → images, one build at a time: reuses what did not change, keeps the last good image of
 *  what went bad. Knows nothing of threads, watching or who is served from the images. */
import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Problem } from '../base/problem.ts'
import { compileBrokenZone, compileZone } from '../compile/zone-image.ts'
import type { ZonePart } from '../plan/plan.ts'
import { printName } from '../wire/name.ts'
import { loadZone } from '../zone/load.ts'
import type { Zone } from '../zone/zone.ts'
import { ABSENT, FileReader, type SeenFile } from './file-reader.ts'
import { type SampleQuestion, sampleQuestion } from './sample-question.ts'
import { listZoneFolder, oneFilePerZone, type ZoneFile } from './zone-folder.ts'

/** - `current`  served as the file says
 *  - `kept`     the file is bad now; what it last said when it was good is served
 *  - `broken`   there never was a good version: SERVFAIL */
export type ZoneState = 'current' | 'kept' | 'broken'

/** One zone file as the last build left it. Crosses threads, so it is plain data. */
export interface BuiltZone {
  readonly path: string
  /** Presentation form with a final dot. */
  readonly zone: string
  readonly state: ZoneState
  /** False while another file claims the same zone. */
  readonly served: boolean
  readonly serial: number | undefined
  readonly recordCount: number
  readonly part: ZonePart
  /** Which build made the image: another one, another image. */
  readonly builtAt: number
  readonly files: readonly SeenFile[]
  readonly problems: readonly Problem[]
  readonly sample: SampleQuestion | undefined
}

export interface BuildRequest {
  readonly zonesDir: string
  readonly previous: readonly BuiltZone[]
  /** Counts the builds. */
  readonly build: number
  /** Reads and compiles everything anew, changed or not. */
  readonly force: boolean
}

export interface BuildResult {
  readonly zones: readonly BuiltZone[]
  /** Paths of what was read and judged anew; the others are as before. */
  readonly rebuilt: readonly string[]
  /** What concerns the folder rather than one zone. */
  readonly problems: readonly Problem[]
  /** Zone files in the folder, the bad ones too. */
  readonly listing: string
  /** Every directory in which a change may concern us. */
  readonly directories: readonly string[]
}

/** Throws the system's error when the folder itself cannot be read: then nothing is known, so nothing
 *  changes. */
export function build(request: BuildRequest): BuildResult {
  const folder = listZoneFolder(request.zonesDir)
  const previousByPath = new Map(request.previous.map(built => [built.path, built]))
  const reader = new FileReader()
  const rebuilt: string[] = []
  const built = folder.files.map(file => {
    const previous = previousByPath.get(file.path)
    const unchanged = request.force ? undefined : reuse(previous, reader)
    if (unchanged !== undefined) return unchanged
    rebuilt.push(file.path)
    return buildZone(file, previous, request.build, reader)
  })
  // The one that is served stays: a stray copy must not take over, and a bad one least of all.
  const { winners, problems } = oneFilePerZone(built, claim => {
    const before = previousByPath.get(claim.path)
    if (before?.served === true && before.zone === claim.zone) return 0
    return claim.state === 'broken' ? 2 : 1
  })
  return {
    zones: built.map(zone => ({ ...zone, served: winners.has(zone) })),
    rebuilt,
    problems: [...folder.problems, ...problems],
    listing: folder.listing,
    directories: directoriesOf(request.zonesDir, built),
  }
}

/** The previous build of a file, if all it was made from holds what it held; its stamps are made new. */
function reuse(previous: BuiltZone | undefined, reader: FileReader): BuiltZone | undefined {
  if (previous === undefined) return undefined
  reader.begin()
  const files: SeenFile[] = []
  for (const seen of previous.files) {
    if (reader.digest(seen.path) !== seen.digest) return undefined
    files.push({ ...seen, stamp: reader.stamp(seen.path) })
  }
  return { ...previous, files }
}

function buildZone(
  file: ZoneFile,
  previous: BuiltZone | undefined,
  builtAt: number,
  reader: FileReader,
): BuiltZone {
  reader.begin()
  const loaded = loadZone(file.path, file.apex, reader.bytes, previous?.serial)
  const about = { path: file.path, files: reader.touched(), problems: loaded.problems, served: true }
  if (loaded.zone !== undefined) return { ...about, builtAt, ...goodZone(loaded.zone) }
  if (previous !== undefined && previous.state !== 'broken') return { ...previous, ...about, state: 'kept' }
  return {
    ...about,
    builtAt,
    zone: file.zone,
    state: 'broken',
    serial: undefined,
    recordCount: 0,
    part: compileBrokenZone(file.apex),
    sample: undefined,
  }
}

function goodZone(
  zone: Zone,
): Pick<BuiltZone, 'zone' | 'state' | 'serial' | 'recordCount' | 'part' | 'sample'> {
  return {
    zone: printName(zone.apex),
    state: 'current',
    serial: zone.serial,
    recordCount: zone.records.count,
    part: compileZone(zone),
    sample: sampleQuestion(zone),
  }
}

/** The folders of every file touched, where its name stands and where a symbolic link leads. */
function directoriesOf(zonesDir: string, zones: readonly BuiltZone[]): string[] {
  const directories = new Set([zonesDir])
  for (const { files } of zones) {
    for (const { path, stamp } of files) {
      directories.add(dirname(path))
      if (stamp !== ABSENT) directories.add(dirname(realPath(path)))
    }
  }
  return [...directories]
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    // It went away since it was read; the folder its name stands in is watched all the same.
    return path
  }
}
