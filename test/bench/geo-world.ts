/** The geo load: a thousand names that are answered by one map of continents and countries, in the words of each
 *  server, and who asks. Knows no processes. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CountryResponse, Reader } from 'mmdb-lib'
import { ROOT } from '../house/source.ts'

export const GEO_APEX = 'geo.example'
export const GEO_NAMES = 1_000
export const GEO_DATABASE = join(ROOT, 'test', 'geo', 'country.mmdb')

/** Region → what it answers: 10.9.0.x. */
const REGIONS = ['use1', 'euc1', 'euw2', 'sae1', 'apne1', 'aps1'] as const
type Region = (typeof REGIONS)[number]

const DEFAULT_REGION: Region = 'use1'

/** By MaxMind's code. The other continents go to the default region. */
const BY_CONTINENT: Readonly<Record<string, Region>> = {
  EU: 'euc1',
  AF: 'euc1',
  SA: 'sae1',
  AS: 'apne1',
  OC: 'apne1',
}
/** Before the continent. */
const BY_COUNTRY: readonly { country: string; continent: string; region: Region }[] = [
  { country: 'GB', continent: 'EU', region: 'euw2' },
  { country: 'IN', continent: 'AS', region: 'aps1' },
  { country: 'MX', continent: 'NA', region: 'sae1' },
  // The database has parts of Russia in Asia, where Meridian's continents are made of whole countries.
  { country: 'RU', continent: 'AS', region: 'euc1' },
]
const CONTINENT_NAMES: Readonly<Record<string, string>> = {
  EU: 'europe',
  AF: 'africa',
  SA: 'south-america',
  AS: 'asia',
  OC: 'oceania',
}

export function regionAddress(region: string): number {
  return (0x0a090000 + 1 + REGIONS.indexOf(region as Region)) >>> 0
}

function dotted(region: Region): string {
  return `10.9.0.${regionAddress(region) & 0xff}`
}

/** The region itself, then the others in their order. */
function ranking(first: Region): Region[] {
  return [first, ...REGIONS.filter(region => region !== first)]
}

function hosts(line: (name: string) => string): string[] {
  return Array.from({ length: GEO_NAMES }, (_, i) => line(`host${i + 1}`))
}

const HEAD = `$TTL 300
@ IN SOA ns1.${GEO_APEX}. hostmaster.${GEO_APEX}. 1 7200 1800 1209600 300
@ IN NS ns1.${GEO_APEX}.
@ IN NS ns2.${GEO_APEX}.
ns1 IN A 192.0.2.53
ns2 IN A 198.51.100.53
`

export function meridianGeoZone(): string {
  const routes = [
    ...BY_COUNTRY.map(({ country, region }) => `  route=${country}:${ranking(region).join(',')}`),
    ...Object.entries(BY_CONTINENT).map(
      ([code, region]) => `  route=${CONTINENT_NAMES[code]}:${ranking(region).join(',')}`,
    ),
  ]
  return [
    HEAD,
    ...REGIONS.map(region => `$REGION ${region} at=0,0 country=US`),
    `$POLICY world (\n  regions=${REGIONS.join(',')}\n  order=listed\n${routes.join('\n')}\n)`,
    ...REGIONS.map(region => `${region}.pool 60 A ${dotted(region)}`),
    ...hosts(name => `${name} 60 GSLB world pool`),
    '',
  ].join('\n')
}

export function gdnsdGeoZone(): string {
  return [HEAD, ...hosts(name => `${name} 60 DYNA geoip!world`), ''].join('\n')
}

export function gdnsdGeoPlugins(): string {
  const list = (first: Region): string => `[ ${ranking(first).join(', ')} ]`
  const continents = new Set([...Object.keys(BY_CONTINENT), ...BY_COUNTRY.map(({ continent }) => continent)])
  const map = [...continents].map(code => {
    const inside = BY_COUNTRY.filter(({ continent }) => continent === code)
    const rest = `default => ${list(BY_CONTINENT[code] ?? DEFAULT_REGION)}`
    const countries = inside.map(({ country, region }) => `${country} => ${list(region)}`)
    return `${code} => { ${[rest, ...countries].join(', ')} }`
  })
  const dcmap = REGIONS.map(region => `${region} => ${dotted(region)}`).join(', ')
  return `plugins => { geoip => {
  maps => { world => {
    geoip2_db => ${GEO_DATABASE}
    datacenters => [ ${REGIONS.join(', ')} ]
    map => { default => ${list(DEFAULT_REGION)}, ${map.join(', ')} }
  } }
  resources => { world => { map => world, dcmap => { ${dcmap} } } }
} }
`
}

/** What its zone holds is for clients whom the module does not know. */
export function knotGeoZone(): string {
  return [HEAD, ...hosts(name => `${name} 60 IN A ${dotted(DEFAULT_REGION)}`), ''].join('\n')
}

/** The module's own file. */
export function knotGeoMap(): string {
  const entry = (place: string, region: Region): string =>
    `  - geo: "${place}"\n    A: [ ${dotted(region)} ]\n`
  const entries = [
    // Left to the zone, they would be answered with scope 0, as if everybody were.
    entry('*;*', DEFAULT_REGION),
    ...Object.entries(BY_CONTINENT).map(([code, region]) => entry(`${code};*`, region)),
    ...BY_COUNTRY.map(({ continent, country, region }) => entry(`${continent};${country}`, region)),
  ].join('')
  return hosts(name => `${name}.${GEO_APEX}:\n${entries}`).join('')
}

export function pdnsGeoZones(): string {
  const records = REGIONS.map(region => `      ${region}.pool.${GEO_APEX}:\n        - a: ${dotted(region)}\n`)
  return `domains:
  - domain: ${GEO_APEX}
    ttl: 60
    records:
      ${GEO_APEX}:
        - soa: ns1.${GEO_APEX} hostmaster.${GEO_APEX} 1 7200 1800 1209600 300
        - ns: ns1.${GEO_APEX}
        - ns: ns2.${GEO_APEX}
      ns1.${GEO_APEX}:
        - a: 192.0.2.53
      ns2.${GEO_APEX}:
        - a: 198.51.100.53
      unknown.pool.${GEO_APEX}:
        - a: ${dotted(DEFAULT_REGION)}
${records.join('')}    services:
${hosts(name => `      ${name}.${GEO_APEX}: [ '%mp.pool.${GEO_APEX}', 'unknown.pool.${GEO_APEX}' ]\n`).join('')}
mapping_lookup_formats: [ 'in-%cc', '%cn' ]
custom_mapping:
${Object.entries(BY_CONTINENT)
  .map(([code, region]) => `  ${code.toLowerCase()}: ${region}\n`)
  .join('')}${BY_COUNTRY.map(({ country, region }) => `  in-${country.toLowerCase()}: ${region}\n`).join('')}`
}

//------------ Who asks ---

/** Tells what must be answered, by another reader of the database than any server's. */
export class GeoOracle {
  private readonly reader = new Reader<CountryResponse>(readFileSync(GEO_DATABASE))

  addressFor(prefix: Uint8Array): number {
    const found = this.reader.get([...prefix, 0].slice(0, 4).join('.'))
    const country = found?.country?.iso_code ?? ''
    const region =
      BY_COUNTRY.find(one => one.country === country)?.region ??
      BY_CONTINENT[found?.continent?.code ?? ''] ??
      DEFAULT_REGION
    return regionAddress(region)
  }
}

/** Distinct /24s anywhere in unicast space, by a shuffled walk that needs no memory of what was drawn. */
export function clientPrefix(index: number, seed: number): Uint8Array {
  // A multiplier that shares no factor with the count meets every number once.
  const first = 0x010000
  const count = 0xe00000 - first
  const number = first + ((((index * 6_700_417) % count) + seed * 7_919) % count)
  return Uint8Array.of(number >>> 16, (number >>> 8) & 0xff, number & 0xff)
}
