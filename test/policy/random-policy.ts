/** Random policies as text, with what they mean kept beside in the plainest form: what the oracle judges by. */

import fc from 'fast-check'
import type { Place } from '../../src/base/place.ts'
import { COUNTRIES } from '../../src/facts/countries.ts'
import { PLACE_SETS } from '../../src/facts/place-sets.ts'

export interface RandomRegion {
  readonly name: string
  readonly country: string
  readonly at: string
}

/** `from` and `to` are words as in the file. */
export interface RandomFence {
  readonly from: readonly string[]
  readonly to: readonly string[] | undefined
}

export interface RandomPolicy {
  readonly regions: readonly RandomRegion[]
  readonly fences: readonly RandomFence[]
  readonly reserves: readonly (readonly string[])[]
  readonly routes: readonly { readonly from: readonly string[]; readonly to: readonly string[] }[]
  readonly settings: readonly string[]
  readonly unknown: string
}

const ATLAS: readonly RandomRegion[] = [
  { name: 'us', country: 'US', at: '39,-77' },
  { name: 'usw', country: 'US', at: '45,-121' },
  { name: 'ca', country: 'CA', at: '45.5,-73.6' },
  { name: 'fra', country: 'DE', at: '50.1,8.7' },
  { name: 'muc', country: 'DE', at: '48.1,11.6' },
  { name: 'par', country: 'FR', at: '48.9,2.3' },
  { name: 'zrh', country: 'CH', at: '47.4,8.5' },
  { name: 'nrt', country: 'JP', at: '35.7,139.7' },
  { name: 'bom', country: 'IN', at: '19,72.9' },
  { name: 'gru', country: 'BR', at: '-23.5,-46.6' },
  { name: 'jnb', country: 'ZA', at: '-26.2,28' },
  { name: 'syd', country: 'AU', at: '-33.9,151.2' },
  { name: 'bah', country: 'BH', at: '26,50.5' },
  { name: 'pek', country: 'CN', at: '39.9,116.4' },
]

const WORDS = (
  'DE FR CH US JP BR AU IN CN BH AE NO CA US-CA US-NY DE-BY eu eea europe asia north-america africa * ' +
  'AS64500 AS64501 203.0.113.0/24 198.51.100.0/25'
).split(' ')
const REGION_WORDS = WORDS.filter(word => !/^AS\d|\/|-[A-Z]{2}$/.test(word))

const wordsOf = (from: readonly string[], max: number): fc.Arbitrary<string[]> =>
  fc.uniqueArray(fc.constantFrom(...from), { minLength: 1, maxLength: max })

export function randomPolicy(regionCount: { min: number; max: number }): fc.Arbitrary<RandomPolicy> {
  return fc
    .uniqueArray(fc.constantFrom(...ATLAS), { minLength: regionCount.min, maxLength: regionCount.max })
    .chain(regions => {
      const names = regions.map(({ name }) => name)
      const to = fc.oneof(wordsOf(names, 4), wordsOf([...names, ...REGION_WORDS], 4))
      const settings = fc
        .tuple(
          fc.constantFrom('nearest', 'listed', 'weighted', 'hash'),
          fc.array(fc.integer({ min: 0, max: 5 }), { minLength: names.length, maxLength: names.length }),
          fc.constantFrom('in-fence', 'last-good', 'refuse', 'in-fence'),
          fc.integer({ min: 1, max: 3 }),
        )
        .map(([order, weights, outage, answers]) => [
          `order=${order}`,
          `outage=${outage}`,
          `answers=${answers}`,
          ...(weights.some(weight => weight > 0)
            ? [`weights=${names.map((name, i) => `${name}:${weights[i]}`).join(',')}`]
            : []),
        ])
      return fc.record({
        regions: fc.constant(regions),
        fences: fc.array(
          fc.oneof(
            fc.record({ from: wordsOf(WORDS, 3), to }),
            fc.record({ from: wordsOf(REGION_WORDS, 2), to: fc.constant(undefined) }),
          ),
          { maxLength: 3 },
        ),
        reserves: fc.array(wordsOf(REGION_WORDS, 2), { maxLength: 1 }),
        routes: fc.array(fc.record({ from: wordsOf(WORDS, 2), to: wordsOf(names, 3) }), { maxLength: 2 }),
        settings,
        unknown: fc.oneof(
          fc.constantFrom('', 'any', 'strict'),
          wordsOf(names, 2).map(list => list.join(',')),
        ),
      })
    })
}

export function policyText(policy: RandomPolicy): string {
  const { regions, fences, reserves, routes, settings, unknown } = policy
  const lines = regions.map(({ name, country, at }) => `$REGION ${name} at=${at} country=${country}`)
  const all = [
    `regions=${regions.map(({ name }) => name).join(',')}`,
    ...fences.map(({ from, to }) => `residency=${from}${to === undefined ? '' : `:${to}`}`),
    ...reserves.map(places => `reserve=${places}`),
    ...routes.map(({ from, to }) => `route=${from}:${to}`),
    ...settings,
    ...(unknown === '' ? [] : [`unknown=${unknown}`]),
  ]
  return `${lines.join('\n')}\nwww GSLB p\n$POLICY p ( ${all.join('\n  ')} )\n`
}

export interface RandomClient {
  readonly place: Place
  readonly prefixes: ReadonlySet<string>
}

const COUNTRY_POOL = [
  'DE',
  'FR',
  'CH',
  'US',
  'JP',
  'BR',
  'AU',
  'IN',
  'CN',
  'BH',
  'AE',
  'NO',
  'CA',
  'KE',
  'FI',
  '',
]
const SUBDIVISIONS = ['', 'CA', 'NY', 'BY']

export const randomClient: fc.Arbitrary<RandomClient> = fc
  .tuple(
    fc.constantFrom(...COUNTRY_POOL),
    fc.constantFrom(...SUBDIVISIONS),
    fc.constantFrom('', 'EU', 'AS', 'NA'),
    fc.constantFrom(0, 64500, 64501, 64502),
    fc.subarray(['203.0.113.0/24', '198.51.100.0/25'], { maxLength: 1 }),
    fc.boolean(),
  )
  .map(([country, subdivision, continent, asn, prefixes, hasCoordinates]) => {
    const known = COUNTRIES.get(country)
    return {
      place: {
        country,
        subdivision: country === '' || subdivision === '' ? '' : `${country}-${subdivision}`,
        continent: known?.continent ?? continent,
        latitude: hasCoordinates ? (known?.latitude ?? 10) : Number.NaN,
        longitude: hasCoordinates ? (known?.longitude ?? 20) : Number.NaN,
        asn,
      },
      prefixes: new Set(prefixes),
    }
  })

//------------ The oracle ---

const CONTINENT_OF_WORD: Readonly<Record<string, string>> = {
  europe: 'EU',
  asia: 'AS',
  'north-america': 'NA',
  africa: 'AF',
}

function continentOf(country: string): string {
  return COUNTRIES.get(country)?.continent ?? ''
}

/** `yes`, `no`, or `maybe` for someone whose country is not known. */
function inPlace(word: string, { place, prefixes }: RandomClient): 'yes' | 'no' | 'maybe' {
  const decide = (truth: boolean): 'yes' | 'no' => (truth ? 'yes' : 'no')
  if (word === '*') return 'yes'
  if (word.startsWith('AS')) return decide(place.asn === Number(word.slice(2)))
  if (word.includes('/')) return decide(prefixes.has(word))
  const continent = CONTINENT_OF_WORD[word]
  if (continent !== undefined) {
    const known = place.continent || continentOf(place.country)
    return known === '' ? 'maybe' : decide(known === continent)
  }
  const countries = PLACE_SETS.get(word)?.countries ?? [word.slice(0, 2)]
  if (place.country === '') {
    const isPossible = place.continent === '' || countries.some(one => continentOf(one) === place.continent)
    return isPossible ? 'maybe' : 'no'
  }
  return decide(word.includes('-') ? place.subdivision === word : countries.includes(place.country))
}

function regionInPlace(word: string, { name, country }: RandomRegion): boolean {
  if (word === '*' || word === name || word === country) return true
  if (CONTINENT_OF_WORD[word] !== undefined) return continentOf(country) === CONTINENT_OF_WORD[word]
  return PLACE_SETS.get(word)?.countries.includes(country) === true
}

/** Names of the regions that may serve the client: the slow way, from the words. */
export function lawfulRegions(policy: RandomPolicy, client: RandomClient): Set<string> {
  const within = (words: readonly string[], levels: readonly string[]): boolean =>
    words.some(word => levels.includes(inPlace(word, client)))
  const allowed = (levels: readonly string[]): Set<string> =>
    new Set(
      policy.regions
        .filter(region =>
          policy.fences.every(
            ({ from, to }) => !within(from, levels) || (to ?? from).some(word => regionInPlace(word, region)),
          ),
        )
        .filter(region =>
          policy.reserves.every(
            places => !places.some(word => regionInPlace(word, region)) || within(places, ['yes']),
          ),
        )
        .map(({ name }) => name),
    )
  const plain = allowed(['yes'])
  if (client.place.country !== '' || !['', 'strict'].includes(policy.unknown)) return plain
  const wary = allowed(['yes', 'maybe'])
  return policy.unknown === '' && wary.size === 0 ? plain : wary
}
