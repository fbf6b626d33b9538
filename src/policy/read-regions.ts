/** `$REGION`: where we are. Knows no policies. */

import { closest } from '../base/suggest.ts'
import type { Directive } from '../zone/zone.ts'
import { type Complaints, type Piece, part, pieceOf } from './complaints.ts'
import { type Entry, only, readEntry, splitAtColon } from './entry.ts'
import { isBuiltInPlace } from './read-places.ts'
import type { Coordinates, Region, Spot } from './steering.ts'
import { readCoordinates, readWhole, show } from './values.ts'
import {
  CLOUD_NAMES,
  cloudRegion,
  cloudRegionNames,
  continentOf,
  isCountry,
  isSubdivision,
  meantCountry,
} from './world.ts'

const SHAPE = {
  what: '$REGION',
  usage: '$REGION NAME cloud=aws:us-east-1, or at=48.14,11.58 country=DE',
  keys: ['cloud', 'at', 'country', 'consul', 'capacity'],
  bareMax: 1,
}

/** Every name that was declared; undefined for one whose line has errors, so that they do not multiply. */
export type DeclaredRegions = ReadonlyMap<string, Region | undefined>

export function readRegions(complaints: Complaints, directives: readonly Directive[]): DeclaredRegions {
  const declared = new Map<string, Region | undefined>()
  const spots = new Map<string, Spot>()
  for (const { words, source, name } of directives) {
    const errorsBefore = complaints.errors
    const entry = readEntry(complaints, SHAPE, words, source)
    const named = entry.bare[0]
    if (named === undefined) {
      complaints.error(pieceOf(name, source), 'missing-words', '$REGION needs a name', `write ${SHAPE.usage}`)
      continue
    }
    if (!mayBeNamed(complaints, named, spots)) continue
    const region = readRegion(complaints, entry, named, declared.size)
    spots.set(named.text, region.spot)
    declared.set(named.text, complaints.errors === errorsBefore ? region : undefined)
  }
  return declared
}

/** A region's name is the first label of `REGION.TARGET`. */
function mayBeNamed(complaints: Complaints, name: Piece, spots: ReadonlyMap<string, Spot>): boolean {
  const { text } = name
  const before = spots.get(text)
  if (before !== undefined) complaints.definedTwice(name, 'region', before)
  else if (isBuiltInPlace(text))
    complaints.error(
      name,
      'built-in-name',
      `${text} has a meaning already`,
      'regions and places stand in the same lists: choose another name',
    )
  else if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text))
    complaints.error(
      name,
      'bad-name',
      `${show(name)} cannot be a region's name`,
      'it becomes a label of names: lower-case letters, digits and hyphens',
    )
  else return true
  return false
}

function readRegion(complaints: Complaints, entry: Entry, name: Piece, index: number): Region {
  const cloud = readCloud(complaints, entry)
  const at = only(entry, 'at')?.value
  const coordinates = (at === undefined ? undefined : readCoordinates(complaints, at)) ?? cloud?.coordinates
  const { country, subdivision } = readCountry(complaints, entry, cloud?.country ?? '')
  const consul = only(entry, 'consul')?.value.text
  const datacenter = consul ?? (cloud === undefined ? undefined : `${cloud.provider}-${cloud.region}`)
  const capacityPiece = only(entry, 'capacity')?.value
  const capacity =
    capacityPiece === undefined ? undefined : readWhole(complaints, capacityPiece, 'capacity', 1, 1e12)
  return {
    index,
    name: name.text,
    ...(cloud === undefined ? {} : { cloud: { provider: cloud.provider, region: cloud.region } }),
    ...(coordinates === undefined ? {} : { coordinates }),
    country,
    subdivision,
    continent: continentOf(country),
    ...(datacenter === undefined ? {} : { datacenter }),
    ...(capacity === undefined ? {} : { capacity }),
    spot: complaints.spot(name),
  }
}

interface Cloud {
  readonly provider: string
  readonly region: string
  readonly coordinates?: Coordinates
  readonly country: string
}

/** A cloud region that is not in the table is fine for whoever says where it is: clouds grow faster than tables. */
function readCloud(complaints: Complaints, entry: Entry): Cloud | undefined {
  const value = only(entry, 'cloud')?.value
  if (value === undefined) return undefined
  const [provider, region] = splitAtColon(value)
  if (region === undefined || region.text === '' || provider.text === '')
    return complaints.error(
      value,
      'bad-cloud',
      `${show(value)} does not say which cloud and which region`,
      'write cloud=aws:us-east-1',
    )
  const known = cloudRegion(provider.text, region.text)
  if (known !== undefined) {
    const { latitude, longitude, country } = known
    return { provider: provider.text, region: region.text, coordinates: { latitude, longitude }, country }
  }
  const isPlaced = only(entry, 'at') !== undefined && only(entry, 'country') !== undefined
  if (isPlaced) return { provider: provider.text, region: region.text, country: '' }
  const tell = `or say where it is: at=48.14,11.58 country=DE`
  if (CLOUD_NAMES.includes(provider.text)) {
    const near = closest(region.text, cloudRegionNames(provider.text))
    return complaints.error(
      region,
      'unknown-cloud-region',
      `${provider.text} has no region ${show(region)} that is known here`,
      near === undefined ? tell.slice(3) : `${near} O${tell.slice(1)}`,
    )
  }
  const near = closest(provider.text.toLowerCase(), CLOUD_NAMES)
  return complaints.error(
    provider,
    'unknown-cloud',
    `the regions of ${show(provider)} are not known here`,
    near ?? `known are ${CLOUD_NAMES.join(', ')}; ${tell}`,
  )
}

function readCountry(
  complaints: Complaints,
  entry: Entry,
  fromCloud: string,
): { country: string; subdivision: string } {
  const value = only(entry, 'country')?.value
  if (value === undefined) return { country: fromCloud, subdivision: '' }
  const [country = '', rest] = value.text.split('-', 2)
  if (!isCountry(country)) {
    const meant = meantCountry(country)
    complaints.error(
      part(value, 0, country.length),
      'unknown-country',
      `${country} is not a country (ISO 3166-1 alpha-2)`,
      meant === undefined ? 'two capitals, such as DE' : `did you mean ${meant}?`,
    )
    return { country: fromCloud, subdivision: '' }
  }
  if (rest !== undefined && !isSubdivision(value.text))
    complaints.error(
      value,
      'unknown-country',
      `${show(value)} is not a subdivision (ISO 3166-2)`,
      'such as US-CA',
    )
  if (fromCloud !== '' && fromCloud !== country)
    complaints.warning(
      value,
      'country-differs',
      `the cloud region is in ${fromCloud}, not in ${country}`,
      `fences will go by country=${country}`,
    )
  return { country, subdivision: rest === undefined ? '' : value.text }
}
