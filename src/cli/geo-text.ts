/** What `meridian geo` prints, for people and for programs. Reads and decides nothing but the overrides' notes. */
import { readFileSync } from 'node:fs'
import type { Address } from '../base/address.ts'
import { COUNTRIES } from '../facts/countries.ts'
import { subdivisionName } from '../facts/subdivisions.ts'
import { ageDays } from '../geo/age.ts'
import type { GeoBuild, GeoSettings } from '../geo/build.ts'
import { type Override, overrideFor, readOverrides } from '../geo/overrides.ts'
import { prefixAround, printPrefix } from '../geo/prefix.ts'
import type { GeoTable } from '../geo/table.ts'

const grouped = (number: number): string => number.toLocaleString('en-US')

export function printInfo(build: GeoBuild, table: GeoTable, nowMs: number): string {
  const blocks = table.info.sources.map(({ name, path, date, licence, networks4, networks6, kind }) => {
    const days = ageDays(date, nowMs)
    const age = days === undefined ? 'the source tells none' : `${date}, ${grouped(days)} days old`
    return rows([
      ['source', kind === 'geoip-lite' ? `${name}, embedded` : name],
      ['file', path],
      ...(kind === 'overrides' ? [] : ([['date', age]] as const)),
      ['networks', `${grouped(networks4)} IPv4, ${grouped(networks6)} IPv6`],
      ['licence', licence],
    ])
  })
  const megabytes = (table.image.byteLength / 1e6).toFixed(1)
  const compiled = rows([
    ['table', `${grouped(table.ranges4.count)} ranges of IPv4, ${grouped(table.ranges6.count)} of IPv6`],
    ['places', `${grouped(table.placeCount)}, in ${megabytes} MB`],
    ['cache', build.cachePath ?? 'none'],
  ])
  return [...blocks, compiled].join('\n')
}

export function toJsonInfo(build: GeoBuild, table: GeoTable, nowMs: number): unknown {
  return {
    sources: table.info.sources.map(source => ({ ...source, ageDays: ageDays(source.date, nowMs) ?? null })),
    ranges4: table.ranges4.count,
    ranges6: table.ranges6.count,
    places: table.placeCount,
    bytes: table.image.byteLength,
    cache: build.cachePath ?? null,
    fromCache: build.fromCache,
    problems: build.problems,
  }
}

export function printLookup(table: GeoTable, settings: GeoSettings, address: Address): string {
  const found = look(table, settings, address)
  const { place, folded, prefix, override } = found
  const country = COUNTRIES.get(place.country)?.name ?? ''
  const subdivision = subdivisionName(place.subdivision) ?? ''
  const known = place.country !== '' || place.continent !== '' || !Number.isNaN(place.latitude)
  return rows([
    ['address', found.address],
    ...(folded === undefined ? [] : ([['read as', folded]] as const)),
    ['country', known ? `${place.country || 'unknown'} ${country}`.trimEnd() : 'unknown'],
    ...(place.subdivision === ''
      ? []
      : ([['subdivision', `${place.subdivision} ${subdivision}`.trimEnd()]] as const)),
    ...(place.continent === '' ? [] : ([['continent', place.continent]] as const)),
    ...(Number.isNaN(place.latitude) ? [] : ([['at', `${place.latitude}, ${place.longitude}`]] as const)),
    ...(place.asn === 0 ? [] : ([['network', `AS${place.asn}`]] as const)),
    ['prefix', prefix],
    ...(override === undefined
      ? []
      : ([['override', `line ${override.line} ${override.note}`.trimEnd()]] as const)),
  ])
}

export function toJsonLookup(table: GeoTable, settings: GeoSettings, address: Address): unknown {
  const { place, folded, prefix, override, ...rest } = look(table, settings, address)
  return {
    ...rest,
    readAs: folded ?? null,
    ...place,
    latitude: orNull(place.latitude),
    longitude: orNull(place.longitude),
    prefix,
    override: override === undefined ? null : { line: override.line, note: override.note },
  }
}

function look(table: GeoTable, settings: GeoSettings, address: Address) {
  const { place, bits, folded } = table.locate(address)
  return {
    address: printAddress(address),
    place,
    folded: folded === undefined ? undefined : printAddress(folded),
    prefix: printPrefix(prefixAround(address, bits)),
    override: overrideFor(overridesIn(settings), folded ?? address),
  }
}

/** The table has them already; only line and note are missing there. */
function overridesIn({ overrides }: GeoSettings): readonly Override[] {
  if (overrides === undefined) return []
  try {
    return readOverrides(overrides, readFileSync(overrides, 'utf8')).overrides
  } catch {
    return []
  }
}

function printAddress(address: Address): string {
  return printPrefix(prefixAround(address, address.octets.length * 8)).replace(/\/.*/, '')
}

function rows(pairs: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length)) + 2
  return pairs.map(([name, value]) => `${name.padEnd(width)}${value}\n`).join('')
}

/** JSON has no NaN. */
function orNull(number: number): number | null {
  return Number.isNaN(number) ? null : number
}
