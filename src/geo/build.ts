/** Sources → table, through the cache. Takes seconds and blocks: for a thread that has nothing else to do. Pure
 *  but for the files it reads and the cache it keeps; a broken source gives problems and no table, and whoever
 *  asked keeps the table he has. */

import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { CARRIES_V4 } from '../base/fold.ts'
import { hasErrors, type Problem } from '../base/problem.ts'
import { cachePath, readCache, SourceHashes, writeCache } from './cache.ts'
import { findGeoipLite, type GeoipLiteFiles, GeoipLiteSource } from './geoip-lite.ts'
import { type GeoInfo, IMAGE_VERSION, writeImage } from './image.ts'
import { carveOut, fillGaps, mergeRanges4, mergeRanges6, override } from './merge.ts'
import { MmdbSource } from './mmdb.ts'
import { lastOfPrefix, Networks4, Networks6, type Ranges4, type Ranges6 } from './networks.ts'
import { OverridesSource } from './overrides.ts'
import { CARRIES_V4_PLACE, PlaceStore, UNKNOWN } from './place-store.ts'
import { settle } from './settle.ts'
import { type GeoSource, type SourceInfo, sourceProblem } from './source.ts'
import { GeoTable } from './table.ts'

export interface GeoSettings {
  /** MMDB files; of what two say, the earlier counts. None: the embedded data. */
  readonly databases: readonly string[]
  /** Read if it is there. */
  readonly overrides: string | undefined
  /** Where the cache is kept; undefined for no cache. */
  readonly stateDir: string | undefined
}

export const DEFAULT_OVERRIDES = 'geo-data/overrides.csv'

export interface GeoBuild {
  /** None when a source is broken. */
  readonly table: GeoTable | undefined
  readonly problems: readonly Problem[]
  /** Where the table is, or would be, kept. */
  readonly cachePath: string | undefined
  readonly fromCache: boolean
}

/** `onProgress` is told the share done, 0 to 1; not at all when the cache serves. */
export function buildGeo(settings: GeoSettings, onProgress: (share: number) => void = () => {}): GeoBuild {
  const inputs = listInputs(settings)
  if (!Array.isArray(inputs)) return failed([inputs])
  const hashed = hashInputs(inputs, settings.stateDir)
  if (typeof hashed !== 'string') return failed([hashed])
  const path = settings.stateDir === undefined ? undefined : cachePath(settings.stateDir, hashed)
  const cached = path === undefined ? undefined : readCache(path)
  if (path !== undefined && cached !== undefined)
    // What was warned of when it was built is warned of again: only the overrides have warnings.
    return {
      table: new GeoTable(cached),
      problems: overrideProblems(inputs),
      cachePath: path,
      fromCache: true,
    }
  const { table, problems } = compile(inputs, onProgress)
  if (table === undefined || path === undefined) return { ...failed(problems), table }
  const fault = writeCache(path, table.image)
  const warning = fault === undefined ? [] : [cacheWarning(path, fault)]
  return { table, problems: [...problems, ...warning], cachePath: path, fromCache: false }
}

//------------ Inputs ---

type Input =
  | { readonly kind: 'geoip-lite'; readonly files: GeoipLiteFiles }
  | { readonly kind: 'mmdb' | 'overrides'; readonly path: string }

/** The files that make the table: what to watch. */
export function geoFiles(settings: GeoSettings): readonly string[] {
  return [...settings.databases, ...(settings.overrides === undefined ? [] : [settings.overrides])]
}

function listInputs(settings: GeoSettings): Input[] | Problem {
  const inputs: Input[] = settings.databases.map(path => ({ kind: 'mmdb', path }))
  if (inputs.length === 0) {
    const files = findGeoipLite()
    if (files === undefined)
      return sourceProblem(
        'geoip-lite',
        'no-geo-data',
        'the embedded data is not installed',
        'run npm install, or name a database with --geo FILE.mmdb',
      )
    inputs.push({ kind: 'geoip-lite', files })
  }
  const { overrides } = settings
  if (overrides !== undefined && existsSync(overrides)) inputs.push({ kind: 'overrides', path: overrides })
  return inputs
}

function hashInputs(inputs: readonly Input[], stateDir: string | undefined): string | Problem {
  const hashes = new SourceHashes(stateDir)
  const all = createHash('sha256').update(`version ${IMAGE_VERSION}\n`)
  for (const input of inputs) {
    const paths = input.kind === 'geoip-lite' ? Object.values(input.files) : [input.path]
    for (const path of paths) {
      try {
        // The table tells its sources' names, so they are part of what it is made from.
        all.update(`${input.kind} ${path} ${hashes.of(path)}\n`)
      } catch (error) {
        return unreadable(path, error)
      }
    }
  }
  hashes.save()
  return all.digest('hex')
}

function overrideProblems(inputs: readonly Input[]): readonly Problem[] {
  return inputs
    .filter(input => input.kind === 'overrides')
    .flatMap(input => readLayer(input, new PlaceStore(), () => {}).problems)
}

//------------ Compile ---

interface Layer {
  readonly info: SourceInfo | undefined
  readonly ranges4: Ranges4
  readonly ranges6: Ranges6
  readonly problems: readonly Problem[]
}

/** The share of the work that is reading; the rest is merging, and writing. */
const READING_SHARE = 0.8

function compile(
  inputs: readonly Input[],
  onProgress: (share: number) => void,
): { table: GeoTable | undefined; problems: readonly Problem[] } {
  const places = new PlaceStore()
  const layers = inputs.map((input, i) => {
    const layer = readLayer(input, places, share => onProgress(((i + share) / inputs.length) * READING_SHARE))
    return { ...layer, combine: input.kind === 'overrides' ? override(places) : fillGaps(places) }
  })
  const problems = layers.flatMap(layer => layer.problems)
  if (hasErrors(problems)) return { table: undefined, problems }
  onProgress(READING_SHARE)
  let [{ ranges4, ranges6 }] = layers as [(typeof layers)[number]]
  for (const layer of layers.slice(1)) {
    // Databases of one family only are common, and most have no overrides of the other.
    if (isNothing(ranges4)) ranges4 = layer.ranges4
    else if (!isNothing(layer.ranges4)) ranges4 = mergeRanges4(ranges4, layer.ranges4, layer.combine)
    if (isNothing(ranges6)) ranges6 = layer.ranges6
    else if (!isNothing(layer.ranges6)) ranges6 = mergeRanges6(ranges6, layer.ranges6, layer.combine)
  }
  const settled = settle(ranges4, mergeRanges6(ranges6, carriersOfV4(), carveOut), places)
  onProgress(0.95)
  const info: GeoInfo = { sources: layers.map(layer => layer.info).filter(one => one !== undefined) }
  const image = writeImage(settled.ranges4, settled.ranges6, settled.places, info)
  onProgress(1)
  return { table: new GeoTable(image), problems }
}

function isNothing({ count, places }: Ranges4 | Ranges6): boolean {
  return count === 1 && places[0] === UNKNOWN
}

function readLayer(input: Input, places: PlaceStore, progress: (share: number) => void): Layer {
  const visitor = { places, networks4: new Networks4(), networks6: new Networks6(), progress }
  let read: ReturnType<GeoSource['visit']>
  try {
    read = openSource(input).visit(visitor)
  } catch (error) {
    // A file may go between hashing and reading.
    const path = input.kind === 'geoip-lite' ? input.files.city4 : input.path
    return { ...finish(visitor), info: undefined, problems: [unreadable(path, error)] }
  }
  return { ...finish(visitor), info: read.info, problems: read.problems }
}

function finish(visitor: { networks4: Networks4; networks6: Networks6 }): Pick<Layer, 'ranges4' | 'ranges6'> {
  return { ranges4: visitor.networks4.finish(), ranges6: visitor.networks6.finish() }
}

function openSource(input: Input): GeoSource {
  switch (input.kind) {
    case 'geoip-lite':
      return new GeoipLiteSource(input.files)
    case 'mmdb':
      return new MmdbSource(input.path, readFileSync(input.path))
    case 'overrides':
      return new OverridesSource(input.path, readFileSync(input.path, 'utf8'))
  }
}

function carriersOfV4(): Ranges6 {
  const networks = new Networks6()
  const end = new Uint32Array(4)
  for (const { words, bits } of CARRIES_V4) {
    const start = Uint32Array.from(words)
    lastOfPrefix(start, bits, end)
    networks.add(start, end, CARRIES_V4_PLACE)
  }
  return networks.finish()
}

//------------ Problems ---

function failed(problems: readonly Problem[]): GeoBuild {
  return { table: undefined, problems, cachePath: undefined, fromCache: false }
}

function unreadable(path: string, error: unknown): Problem {
  const { code, message } = error as NodeJS.ErrnoException
  // Only the system's own errors (no such file, no permission) are the operator's to mend.
  if (code === undefined) throw error
  return sourceProblem(path, 'cannot-read', message, code === 'ENOENT' ? 'is the name right?' : undefined)
}

function cacheWarning(path: string, text: string): Problem {
  const hint = 'the table is used all the same, and built again at the next start'
  return { ...sourceProblem(path, 'cannot-cache', text, hint), severity: 'warning' }
}
