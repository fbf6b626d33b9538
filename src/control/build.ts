/** Zones folder → images, one build at a time: reuses what did not change, keeps the last good image of
 *  what went bad. Knows nothing of threads, watching or who is served from the images. */
import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Problem } from '../base/problem.ts'
import type { BoardPlace, BoardPolicy } from '../compile/board.ts'
import { fillFollowed, followedDigest } from '../compile/followed.ts'
import { type RegionAddresses, regionAddresses } from '../compile/region-addresses.ts'
import type { SteeredZone } from '../compile/steered-zone.ts'
import { compileBrokenZone, compileZone } from '../compile/zone-image.ts'
import type { GeoSettings } from '../geo/build.ts'
import type { Roster } from '../health/consul/roster.ts'
import { readRoster } from '../health/consul/roster-file.ts'
import type { ZonePart } from '../plan/plan.ts'
import type { ConsulRecord, Steering } from '../policy/steering.ts'
import { printName } from '../wire/name.ts'
import { loadZone } from '../zone/load.ts'
import type { Zone } from '../zone/zone.ts'
import { ABSENT, FileReader, type SeenFile } from './file-reader.ts'
import type { GeoState } from './geo-desk.ts'
import { type SampleQuestion, sampleQuestion } from './sample-question.ts'
import type { SteeringDesk } from './steering-desk.ts'
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
  /** Which geo table its networks were cut from; absent when it steers nothing. */
  readonly geoBuiltAt: number | undefined
  /** The CONSUL records that the image was filled by, and what it was filled with; absent when it has none. */
  readonly followed?: Followed | undefined
  /** What its board is written by; absent when it steers nothing, and on the way to the builder. */
  readonly steered: SteeredState | undefined
}

interface Followed {
  readonly services: readonly ConsulRecord[]
  readonly digest: string
}

/** As much of a steered zone as the control plane works with while it is served. */
export interface SteeredState {
  readonly steering: Steering
  readonly policies: readonly BoardPolicy[]
  /** By steered name. */
  readonly places: readonly BoardPlace[]
  /** By steered name and slot of its policy: what a region serves there. */
  readonly addresses: readonly (readonly RegionAddresses[])[]
  /** By CONSUL record: what it serves when it is asked for itself. */
  readonly followed: readonly RegionAddresses[]
  /** Word of the board where the masks of the CONSUL records begin. */
  readonly servicesAt: number
}

export interface BuildRequest {
  readonly zonesDir: string
  readonly previous: readonly BuiltZone[]
  /** Counts the builds. */
  readonly build: number
  /** Reads and compiles everything anew, changed or not. */
  readonly force: boolean
  readonly geo: GeoSettings
  /** As the last build left it. */
  readonly previousGeo: GeoState | undefined
  /** Whose addresses CONSUL records have; when left out, those remembered in the state folder. */
  readonly roster?: Roster | undefined
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
  readonly geo: GeoState | undefined
}

/** Throws the system's error when the folder itself cannot be read: then nothing is known, so nothing
 *  changes. */
export async function build(
  request: BuildRequest,
  onGeoProgress: (share: number) => void = () => {},
): Promise<BuildResult> {
  const folder = listZoneFolder(request.zonesDir)
  const previousByPath = new Map(request.previous.map(built => [built.path, built]))
  const bench: Workbench = {
    reader: new FileReader(),
    desk: deskOnDemand(request, onGeoProgress),
    roster: rosterOnDemand(request),
  }
  const rebuilt: string[] = []
  const built: BuiltZone[] = []
  for (const file of folder.files) {
    const previous = previousByPath.get(file.path)
    const unchanged = request.force ? undefined : await reuse(previous, bench)
    if (unchanged === undefined) rebuilt.push(file.path)
    built.push(unchanged ?? (await buildZone(file, previous, request.build, bench)))
  }
  // The one that is served stays: a stray copy must not take over, and a bad one least of all.
  const { winners, problems } = oneFilePerZone(built, claim => {
    const before = previousByPath.get(claim.path)
    if (before?.served === true && before.zone === claim.zone) return 0
    return claim.state === 'broken' ? 2 : 1
  })
  const geo = bench.desk.opened?.state ?? request.previousGeo
  return {
    zones: built.map(zone => ({ ...zone, served: winners.has(zone) })),
    rebuilt,
    problems: [...folder.problems, ...problems],
    listing: folder.listing,
    directories: directoriesOf(request.zonesDir, [
      ...built.flatMap(zone => zone.files),
      ...(geo?.files ?? []),
    ]),
    geo,
  }
}

/** What the building of one zone after the other works with. */
interface Workbench {
  readonly reader: FileReader
  readonly desk: DeskOnDemand
  readonly roster: () => Roster
}

function rosterOnDemand({ roster, geo: { stateDir } }: BuildRequest): () => Roster {
  let known = roster
  return () => {
    // Whoever serves it says what is wrong with the file.
    known ??= stateDir === undefined ? new Map() : readRoster(stateDir).roster
    return known
  }
}

/** Zones of plain records need neither policies nor geo data, and are not kept waiting for that code. */
interface DeskOnDemand {
  readonly opened: SteeringDesk | undefined
  open(): Promise<SteeringDesk>
}

function deskOnDemand(request: BuildRequest, onProgress: (share: number) => void): DeskOnDemand {
  let opened: SteeringDesk | undefined
  return {
    get opened() {
      return opened
    },
    async open() {
      const { SteeringDesk } = await import('./steering-desk.ts')
      const { geo: settings, previousGeo: previous, force } = request
      opened ??= new SteeringDesk({ settings, previous, build: request.build, force, onProgress })
      return opened
    },
  }
}

/** The previous build of a file, if all it was made from holds what it held; its stamps are made new. */
async function reuse(
  previous: BuiltZone | undefined,
  { reader, desk, roster }: Workbench,
): Promise<BuiltZone | undefined> {
  if (previous === undefined) return undefined
  const { followed } = previous
  if (followed !== undefined && followed.digest !== followedDigest(followed, roster())) return undefined
  reader.begin()
  const files: SeenFile[] = []
  for (const seen of previous.files) {
    if (reader.digest(seen.path) !== seen.digest) return undefined
    files.push({ ...seen, stamp: reader.stamp(seen.path) })
  }
  const { geoBuiltAt } = previous
  if (geoBuiltAt !== undefined && geoBuiltAt !== (await desk.open()).geoBuiltAt) return undefined
  return { ...previous, files }
}

async function buildZone(
  file: ZoneFile,
  previous: BuiltZone | undefined,
  builtAt: number,
  bench: Workbench,
): Promise<BuiltZone> {
  const { reader, desk } = bench
  reader.begin()
  const loaded = loadZone(file.path, file.apex, reader.bytes, previous?.serial)
  const good = loaded.zone === undefined ? undefined : await goodZone(loaded.zone, bench)
  const problems = [...loaded.problems, ...(good?.problems ?? [])]
  const about = { path: file.path, files: reader.touched(), served: true }
  if (good?.built !== undefined) return { ...about, problems, builtAt, ...good.built }
  if (previous !== undefined && previous.state !== 'broken') {
    return { ...previous, ...about, problems, state: 'kept' }
  }
  return {
    ...about,
    problems,
    builtAt,
    zone: file.zone,
    state: 'broken',
    serial: undefined,
    recordCount: 0,
    part: compileBrokenZone(file.apex),
    sample: undefined,
    // It may be the geo data that it lacked: then it is built again when that comes.
    geoBuiltAt: good === undefined ? undefined : desk.opened?.geoBuiltAt,
    steered: undefined,
  }
}

type GoodZone = Omit<BuiltZone, 'path' | 'files' | 'served' | 'builtAt' | 'problems'>

/** The records are in order; a zone that steers may still be found wanting. */
async function goodZone(
  zone: Zone,
  { desk, roster }: Workbench,
): Promise<{ built?: GoodZone; problems: readonly Problem[] }> {
  const steers = zone.directives.length > 0 || zone.steering.length > 0
  const judged = steers ? (await desk.open()).judge(zone) : undefined
  if (judged !== undefined && judged.steered === undefined) return { problems: judged.problems }
  const steered = judged?.steered
  const followed = steered?.steering === undefined ? undefined : follow(zone, steered.steering, roster)
  const built: GoodZone = {
    zone: printName(zone.apex),
    state: 'current',
    serial: zone.serial,
    recordCount: zone.records.count,
    part: compileZone(zone, steered),
    sample: sampleQuestion(zone),
    geoBuiltAt: judged === undefined ? undefined : desk.opened?.geoBuiltAt,
    followed,
    steered: steered?.steering === undefined ? undefined : steeredState(zone, steered.steering, steered),
  }
  return { built, problems: judged?.problems ?? [] }
}

function follow(zone: Zone, { services }: Steering, roster: () => Roster): Followed | undefined {
  if (services.length === 0) return undefined
  fillFollowed(zone, { services }, roster())
  return { services, digest: followedDigest({ services }, roster()) }
}

function steeredState(
  zone: Zone,
  steering: Steering,
  { policies, places, servicesAt }: SteeredZone,
): SteeredState {
  return {
    steering,
    policies: policies.map(({ policy, classes }) => ({ policy, classes })),
    places,
    addresses: steering.names.map(name => regionAddresses(zone, name)),
    followed: regionAddresses(zone, { regionOwners: steering.services.map(({ owner }) => owner) }),
    servicesAt,
  }
}

/** The folders of every file touched, where its name stands and where a symbolic link leads. */
function directoriesOf(zonesDir: string, files: readonly SeenFile[]): string[] {
  const directories = new Set([zonesDir])
  for (const { path, stamp } of files) {
    directories.add(dirname(path))
    if (stamp !== ABSENT) directories.add(dirname(realPath(path)))
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
