/** One random world twice: as an MMDB file with places, and as the rules of who is sent where, in words that each
 *  server's own files are written from. Knows no server. */

import { type Address, parseAddress } from '../../src/base/address.ts'
import { COUNTRIES } from '../../src/facts/countries.ts'
import type { Coordinates } from '../../src/policy/steering.ts'
import type { Dice } from '../differential/dice.ts'
import { type Value, writeMmdb } from '../geo/mmdb-writer.ts'

export interface Region {
  readonly name: string
  readonly country: string
  readonly latitude: number
  readonly longitude: number
  /** What it answers. */
  readonly address: string
}

export const REGIONS: readonly Region[] = [
  { name: 'use1', country: 'US', latitude: 38.9, longitude: -77.4, address: '198.51.100.1' },
  { name: 'euc1', country: 'DE', latitude: 50.1, longitude: 8.7, address: '198.51.100.2' },
  { name: 'apne1', country: 'JP', latitude: 35.7, longitude: 139.7, address: '198.51.100.3' },
  { name: 'sae1', country: 'BR', latitude: -23.5, longitude: -46.6, address: '198.51.100.4' },
]

export interface Rule {
  /** A continent, a country or a prefix. */
  readonly kind: 'continent' | 'country' | 'prefix'
  readonly place: string
  /** All of the regions, best first. */
  readonly regions: readonly string[]
}

export interface GeoWorld {
  readonly mmdb: Buffer
  /** The same as Meridian reads it: the continent is the country's, and so are the coordinates where it has none. */
  readonly mmdbOfFacts: Buffer
  /** The first that fits holds; where none does, the nearest region. */
  readonly rules: readonly Rule[]
  /** Everything that has an edge where answers may change. */
  readonly prefixes: readonly string[]
}

interface Spot {
  readonly country: string
  readonly continent: string
  readonly latitude: number
  readonly longitude: number
}

const SPOTS: readonly Spot[] = [
  { country: 'DE', continent: 'EU', latitude: 52.5, longitude: 13.4 },
  { country: 'FR', continent: 'EU', latitude: 48.9, longitude: 2.4 },
  { country: 'PT', continent: 'EU', latitude: 38.7, longitude: -9.1 },
  { country: 'US', continent: 'NA', latitude: 40.7, longitude: -74.1 },
  { country: 'US', continent: 'NA', latitude: 34.1, longitude: -118.2 },
  { country: 'CA', continent: 'NA', latitude: 49.3, longitude: -123.1 },
  { country: 'JP', continent: 'AS', latitude: 43.1, longitude: 141.3 },
  { country: 'IN', continent: 'AS', latitude: 19.1, longitude: 72.9 },
  { country: 'BR', continent: 'SA', latitude: -15.8, longitude: -47.9 },
  { country: 'CL', continent: 'SA', latitude: -33.4, longitude: -70.7 },
  { country: 'ZA', continent: 'AF', latitude: -33.9, longitude: 18.4 },
  { country: 'NG', continent: 'AF', latitude: 6.5, longitude: 3.4 },
  { country: 'AU', continent: 'OC', latitude: -33.9, longitude: 151.2 },
  { country: 'NZ', continent: 'OC', latitude: -36.8, longitude: 174.8 },
  // Databases do not agree on where these belong.
  { country: 'RU', continent: 'AS', latitude: 62.1, longitude: 129.7 },
  { country: 'TR', continent: 'EU', latitude: 41.1, longitude: 28.9 },
]

const RULED_COUNTRIES = ['US', 'IN', 'ZA', 'PT', 'NZ']
const RULED_CONTINENTS = ['SA', 'OC', 'AS']
/** Where networks crowd, so that the edges of one are near those of the next. */
const CROWDED4 = [0x51020000, 0x850b0000, 0x08080000, 0x0a000000, 0xcb007100]
const CROWDED6 = ['2a00:1450', '2001:4860', '2600:1f00', '2001:1', '2003:1', '64:ff9c', '0:0']

export function randomGeoWorld(dice: Dice): GeoWorld {
  const located = [
    ...distinct(140, () => randomPrefix4(dice)),
    ...distinct(90, () => randomPrefix6(dice)),
  ].filter(prefix => !carriesV4(prefix))
  const ruled = [...distinct(8, () => randomPrefix4(dice)), ...distinct(8, () => randomPrefix6(dice))].filter(
    prefix => !carriesV4(prefix),
  )
  const places = located.map(prefix => [prefix, randomPlace(dice)] as const)
  const mmdb = (byFacts: boolean): Buffer =>
    writeMmdb({
      type: 'GeoIP2-City',
      networks: places.map(([prefix, place]) => [prefix, recordOf(place, byFacts)]),
    })
  return {
    mmdb: mmdb(false),
    mmdbOfFacts: mmdb(true),
    rules: [
      // A prefix inside another counts there, so the longest comes first.
      ...ruled
        .sort((a, b) => bitsOf(b) - bitsOf(a))
        .map(place => ({ kind: 'prefix' as const, place, regions: shuffled(dice) })),
      ...RULED_COUNTRIES.map(place => ({ kind: 'country' as const, place, regions: shuffled(dice) })),
      ...RULED_CONTINENTS.map(place => ({ kind: 'continent' as const, place, regions: shuffled(dice) })),
    ],
    prefixes: [...located, ...ruled],
  }
}

interface Place {
  readonly continent: string
  readonly country?: string
  readonly at?: Coordinates
}

/** Somewhere in a town, anywhere in a country, or in a continent. */
function randomPlace(dice: Dice): Place {
  const { country, continent, latitude, longitude } = dice.pick(SPOTS)
  if (dice.chance(0.06)) return { continent, country }
  if (dice.chance(0.04)) return { continent }
  // gdnsd reads doubles only, so no number is whole. Anywhere on earth: on the edge between two regions, too.
  if (dice.chance(0.5)) {
    const anywhere = (most: number): number => dice.between(-most * 100, most * 100 - 1) / 100 + 0.005
    return { continent, country, at: { latitude: anywhere(90), longitude: anywhere(180) } }
  }
  const near = (degrees: number): number => degrees + (dice.between(-300, 300) + 0.5) / 100
  return { continent, country, at: { latitude: near(latitude), longitude: near(longitude) } }
}

function recordOf({ continent, country, at }: Place, byFacts: boolean): Value {
  const facts = byFacts && country !== undefined ? COUNTRIES.get(country) : undefined
  const { latitude, longitude } = at ?? facts ?? {}
  return {
    continent: { code: facts?.continent ?? continent },
    ...(country === undefined ? {} : { country: { iso_code: country } }),
    ...(latitude === undefined || longitude === undefined ? {} : { location: { latitude, longitude } }),
  }
}

function randomPrefix4(dice: Dice): string {
  const crowded = dice.chance(0.8)
  const base = crowded ? dice.pick(CROWDED4) + dice.below(0x10000) : dice.next()
  return prefixText(4, wordsToOctets([base]), dice.between(crowded ? 14 : 6, 29))
}

function randomPrefix6(dice: Dice): string {
  const head = parseAddress(`${dice.pick(CROWDED6)}::`)!.octets
  const octets = dice.chance(0.8) ? Uint8Array.from(head) : Uint8Array.from(dice.bytes(16))
  octets.set(dice.bytes(12), 4)
  return prefixText(6, octets, dice.between(18, 64))
}

function distinct(count: number, make: () => string): string[] {
  const found = new Set<string>()
  while (found.size < count) found.add(make())
  return [...found]
}

function shuffled(dice: Dice): string[] {
  const left = REGIONS.map(({ name }) => name)
  return Array.from({ length: left.length }, () => left.splice(dice.below(left.length), 1)[0]!)
}

function bitsOf(prefix: string): number {
  const bits = Number(prefix.split('/')[1])
  return prefix.includes(':') ? bits : bits + 96
}

/** IPv6 space that stands for IPv4: neither server takes anything of its own for it. */
function carriesV4(prefix: string): boolean {
  if (!prefix.includes(':')) return false
  const { octets } = parseAddress(prefix.split('/')[0]!)!
  const bits = bitsOf(prefix)
  return V4_IN_V6.some(({ octets: other, bits: otherBits }) => {
    const shared = Math.min(bits, otherBits)
    return sharedBits(octets, other) >= shared
  })
}

const V4_IN_V6 = [
  { octets: parseAddress('::')!.octets, bits: 94 },
  { octets: parseAddress('64:ff9b::')!.octets, bits: 96 },
  { octets: parseAddress('2001::')!.octets, bits: 32 },
  { octets: parseAddress('2002::')!.octets, bits: 16 },
]

export function sharedBits(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) {
    const different = a[i]! ^ b[i]!
    if (different !== 0) return i * 8 + Math.clz32(different) - 24
  }
  return a.length * 8
}

function wordsToOctets(words: readonly number[]): Uint8Array {
  return Uint8Array.from(words.flatMap(word => [word >>> 24, word >>> 16, word >>> 8, word]))
}

/** The first octets of a prefix, the others zero. */
export function masked(octets: Uint8Array, bits: number): Uint8Array {
  return octets.map((octet, i) => octet & (0xff00 >> Math.min(8, Math.max(0, bits - i * 8))))
}

export function prefixText(family: 4 | 6, octets: Uint8Array, bits: number): string {
  return `${addressText({ family, octets: masked(octets, bits) })}/${bits}`
}

export function addressText({ family, octets }: Address): string {
  if (family === 4) return octets.join('.')
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((octets[i * 2]! << 8) | octets[i * 2 + 1]!).toString(16),
  )
  return groups.join(':')
}

//------------ The same rules for each server ---

export const APEX = 'geo.test'
export const STEERED = `live.${APEX}`

const HEAD = `$TTL 300
@ SOA ns1 hostmaster 1 7200 1800 1209600 300
@ NS ns1
ns1 A 192.0.2.53
`

/** How Meridian names continents. */
const CONTINENT_NAMES: Readonly<Record<string, string>> = {
  SA: 'south-america',
  OC: 'oceania',
  AS: 'asia',
}

export function meridianZone({ rules }: GeoWorld): string {
  const places = (rule: Rule): string =>
    rule.kind === 'continent' ? CONTINENT_NAMES[rule.place]! : rule.place
  return [
    HEAD,
    ...REGIONS.map(r => `$REGION ${r.name} at=${r.latitude},${r.longitude} country=${r.country}`),
    '$POLICY p (',
    `  regions=${REGIONS.map(({ name }) => name).join(',')}`,
    ...rules.map(rule => `  route=${places(rule)}:${rule.regions.join(',')}`),
    ')',
    'live 60 GSLB p',
    ...REGIONS.map(({ name, address }) => `${name}.live 60 A ${address}`),
    '',
  ].join('\n')
}

export function gdnsdZone(): string {
  return `${HEAD}live 60 DYNA geoip!live\n`
}

/** The `plugins` part of its configuration. */
export function gdnsdPlugins({ rules }: GeoWorld, mmdbPath: string): string {
  const list = (rule: Rule): string => `[ ${rule.regions.join(', ')} ]`
  const ofKind = (kind: Rule['kind']): Rule[] => rules.filter(rule => rule.kind === kind)
  const continentOf = (country: string): string => SPOTS.find(spot => spot.country === country)!.continent
  const continents = new Set([
    ...ofKind('continent').map(({ place }) => place),
    ...ofKind('country').map(({ place }) => continentOf(place)),
  ])
  const map = [...continents].map(continent => {
    const whole = ofKind('continent').find(({ place }) => place === continent)
    const countries = ofKind('country').filter(({ place }) => continentOf(place) === continent)
    const inside = countries.map(rule => `${rule.place} => ${list(rule)}`)
    return `${continent} => { default => ${whole === undefined ? 'auto' : list(whole)}, ${inside.join(', ')} }`
  })
  return `plugins => { geoip => {
  maps => { world => {
    geoip2_db => ${mmdbPath}
    datacenters => [ ${REGIONS.map(({ name }) => name).join(', ')} ]
    auto_dc_coords => { ${REGIONS.map(r => `${r.name} => [ ${r.latitude}, ${r.longitude} ]`).join(', ')} }
    auto_dc_limit => 0
    map => { ${map.join('\n')} }
    nets => { ${ofKind('prefix')
      .map(rule => `${rule.place} => ${list(rule)}`)
      .join('\n')} }
  } }
  resources => { live => { map => world, dcmap => { ${REGIONS.map(r => `${r.name} => ${r.address}`).join(', ')} } } }
} }
`
}
