/** Random worlds and random policies, written as zone text so that the whole way from text to answer is walked.
 *  Knows nothing of how any of it is compiled. */

import type { Place } from '../../src/base/place.ts'
import { UNKNOWN_PLACE } from '../../src/base/place.ts'
import type { PlaceRanges, World } from '../../src/compile/steered-zone.ts'
import type { Dice } from '../differential/dice.ts'

export interface TestRegion {
  readonly name: string
  readonly cloud: string
  readonly country: string
}

/** Real regions, whose countries the test states for itself. */
const REGIONS: readonly TestRegion[] = [
  { name: 'use1', cloud: 'aws:us-east-1', country: 'US' },
  { name: 'usw2', cloud: 'aws:us-west-2', country: 'US' },
  { name: 'euc1', cloud: 'aws:eu-central-1', country: 'DE' },
  { name: 'euw3', cloud: 'gcp:europe-west3', country: 'DE' },
  { name: 'euw9', cloud: 'gcp:europe-west9', country: 'FR' },
  { name: 'apne1', cloud: 'aws:ap-northeast-1', country: 'JP' },
  { name: 'apse2', cloud: 'aws:ap-southeast-2', country: 'AU' },
  { name: 'gb', cloud: 'aws:eu-west-2', country: 'GB' },
]

export interface Fence {
  readonly from: readonly string[]
  /** Region names. */
  readonly to: readonly string[]
}

export interface TestPolicy {
  readonly regions: readonly TestRegion[]
  readonly fences: readonly Fence[]
  readonly order: string
  readonly zoneText: string
}

const CLIENT_COUNTRIES = ['DE', 'FR', 'US', 'JP', 'AU', 'GB', 'AE', 'BR']
export const PREFIXES = ['81.2.0.0/16', '81.2.69.0/24', '133.11.0.0/17', '2a00:1450::/32', '8.8.8.8/32']

export function randomPolicy(dice: Dice): TestPolicy {
  const regions = REGIONS.filter(() => dice.chance(0.7))
  while (regions.length < 2) regions.push(...REGIONS.filter(region => !regions.includes(region)).slice(0, 1))
  const names = regions.map(region => region.name)
  const some = (): string[] => {
    const picked = names.filter(() => dice.chance(0.5))
    return picked.length === 0 ? [dice.pick(names)] : picked
  }
  const fences = Array.from({ length: dice.below(3) }, () => ({
    from: CLIENT_COUNTRIES.filter(() => dice.chance(0.3)),
    to: some(),
  })).filter(fence => fence.from.length > 0)
  const order = dice.pick(['nearest', 'nearest', 'listed', 'weighted', 'hash'])
  const settings = [
    `regions=${names.join(',')}`,
    ...fences.map(({ from, to }) => `residency=${from.join(',')}:${to.join(',')}`),
    ...(dice.chance(0.5)
      ? [`route=${dice.pick([...CLIENT_COUNTRIES, ...PREFIXES])}:${some().join(',')}`]
      : []),
    `order=${order}`,
    ...(dice.chance(0.4) ? [`answers=${dice.between(1, 3)}`] : []),
    ...(order === 'weighted' || order === 'hash'
      ? [`weights=${names.map(name => `${name}:${dice.between(1, 100)}`).join(',')}`]
      : []),
    ...(dice.chance(0.5) ? ['ttl=10..60'] : []),
    ...(dice.chance(0.5) ? ['ramp=10m'] : []),
    ...(dice.chance(0.3) ? [`unknown=${dice.pick(['any', 'strict', some().join(',')])}`] : []),
  ]
  const zoneText = [
    '$ORIGIN steered.test.',
    '$TTL 300',
    '@ SOA ns hostmaster 1 2h 30m 14d 60',
    '@ NS ns',
    'ns A 192.0.2.53',
    ...regions.map(({ name, cloud }) => `$REGION ${name} cloud=${cloud}`),
    `$POLICY p (\n  ${settings.join('\n  ')}\n)`,
    'live GSLB p',
    ...regions.map(({ name }) => `${name}.live 120 A ${addressOf(name)}`),
  ].join('\n')
  return { regions, fences, order, zoneText: `${zoneText}\n` }
}

export function addressOf(region: string): string {
  return `198.51.100.${1 + REGIONS.findIndex(({ name }) => name === region)}`
}

export function regionAt(address: string): string {
  return REGIONS[Number(address.split('.')[3]) - 1]!.name
}

const PLACES: readonly Place[] = [
  UNKNOWN_PLACE,
  // Stands for networks that carry IPv4 addresses.
  UNKNOWN_PLACE,
  place('DE', 'EU', 52.5, 13.4),
  place('FR', 'EU', 48.9, 2.4),
  place('US', 'NA', 40.7, -74),
  place('US', 'NA', 34, -118.2),
  place('JP', 'AS', 35.7, 139.7),
  place('AU', 'OC', -33.9, 151.2),
  place('GB', 'EU', 51.5, -0.1),
  place('AE', 'AS', 25.2, 55.3),
  place('BR', 'SA', -23.5, -46.6),
]
const CARRIES_V4 = 1

function place(country: string, continent: string, latitude: number, longitude: number): Place {
  return { ...UNKNOWN_PLACE, country, continent, latitude, longitude }
}

export interface TestWorld extends World {
  placeAt(family: 4 | 6, octets: Uint8Array): Place
}

/** Many small networks where the test asks, so that edges are near. */
export function randomWorld(dice: Dice): TestWorld {
  const starts4 = sorted([0, ...edges4(dice)])
  const starts6 = sorted6(dice)
  const places = (count: number): Uint32Array =>
    Uint32Array.from({ length: count }, () =>
      dice.weighted([
        [0, 1],
        [dice.between(2, PLACES.length - 1), 9],
      ]),
    )
  const ranges4 = { starts: Uint32Array.from(starts4), places: places(starts4.length), count: starts4.length }
  const ranges6: PlaceRanges = {
    starts: Uint32Array.from(starts6.flatMap(({ words }) => words)),
    places: places(starts6.length).map((index, i) => (starts6[i]!.carries ? CARRIES_V4 : index)),
    count: starts6.length,
  }
  const placeAt = (family: 4 | 6, octets: Uint8Array): Place => {
    const view = new DataView(octets.buffer, octets.byteOffset)
    const words = Array.from({ length: family === 4 ? 1 : 4 }, (_, i) => view.getUint32(i * 4))
    const ranges = family === 4 ? ranges4 : ranges6
    // From the end, one by one: slow and plain.
    for (let i = ranges.count - 1; ; i--) {
      const start = Array.from(ranges.starts.subarray(i * words.length, (i + 1) * words.length))
      if (compareWords(start, words) <= 0) return PLACES[ranges.places[i]!]!
    }
  }
  return {
    ranges4,
    ranges6,
    placeCount: PLACES.length,
    carriesV4: CARRIES_V4,
    place: index => PLACES[index]!,
    locate: ({ family, octets }) => ({ place: placeAt(family, octets) }),
    placeAt,
  }
}

function edges4(dice: Dice): number[] {
  return Array.from({ length: 60 }, () => {
    const base = dice.pick([0x51020000, 0x850b0000, 0x08080000, dice.next()])
    const bits = dice.between(8, 32)
    return ((base | dice.below(0x10000)) & (bits === 32 ? -1 : ~(0xffffffff >>> bits))) >>> 0
  })
}

function sorted(starts: number[]): number[] {
  return [...new Set(starts)].sort((a, b) => a - b)
}

interface Edge6 {
  readonly words: number[]
  readonly carries: boolean
}

/** The networks that carry IPv4 addresses are cut out, as the geo stage promises. */
function sorted6(dice: Dice): Edge6[] {
  const carrying: [number[], number[]][] = [
    [
      [0, 0, 0xffff, 0],
      [0, 0, 0x10000, 0],
    ],
    [
      [0x64ff9b, 0, 0, 0],
      [0x64ff9b, 0, 1, 0],
    ],
    [
      [0x20010000, 0, 0, 0],
      [0x20010001, 0, 0, 0],
    ],
    [
      [0x20020000, 0, 0, 0],
      [0x20030000, 0, 0, 0],
    ],
  ]
  const inside = (words: number[]): boolean =>
    carrying.some(([from, to]) => compareWords(words, from) >= 0 && compareWords(words, to) < 0)
  const edges: number[][] = [[0, 0, 0, 0], ...carrying.flat()]
  for (let i = 0; i < 60; i++) {
    const word = [dice.pick([0x2a001450, 0x20010db8, dice.next()]), dice.chance(0.5) ? dice.next() : 0, 0, 0]
    if (dice.chance(0.2)) word[3] = dice.next()
    if (!inside(word)) edges.push(word)
  }
  const keys = new Set<string>()
  return edges
    .sort(compareWords)
    .filter(words => !keys.has(words.join()) && keys.add(words.join()))
    .map(words => ({ words, carries: inside(words) }))
}

function compareWords(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return 0
}
