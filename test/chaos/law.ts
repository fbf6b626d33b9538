/** The zone under chaos, twice: as law, which is what a checker may know, and as the text that Meridian serves. Who may
 *  be sent where, which addresses are whose, and how soon a change must be seen. */

import { zoneText } from '../server/meridian.ts'

export type Region = 'fra' | 'par' | 'ash' | 'tyo'

/** A steered name: the addresses of each region that may serve it at all. */
export interface LawName {
  readonly name: string
  readonly regions: ReadonlyMap<Region, readonly string[]>
}

/** Those that ask from one subnet, and the regions that their fence leaves them. */
export interface LawClient {
  readonly subnet: readonly [number, number, number]
  readonly allowed: readonly Region[]
}

export interface Law {
  readonly names: readonly LawName[]
  readonly clients: readonly LawClient[]
}

export const DATACENTERS = { fra: 'aws-us-east-1', par: 'gcp-europe-west1' } as const
export type ToldRegion = keyof typeof DATACENTERS

const PROBE_INTERVAL_MS = 200
const PROBE_FALL = 2
const PROBE_RISE = 2
const PROBE_TIMES = `interval=${PROBE_INTERVAL_MS}ms timeout=${PROBE_INTERVAL_MS}ms`
const PROBE_PACE = `${PROBE_TIMES} fall=${PROBE_FALL} rise=${PROBE_RISE}`

/** On a busy machine the main thread of the server, and ours, may be kept waiting. */
const MARGIN_MS = 1_500

/** How soon what was done must be seen in every answer to a query that is sent after that. Nothing is added for the way
 *  of the answer: a query counts from when it was sent. */
export const PROMISES = {
  /** `fall` probes must fail, and the last of them may have begun just before; refused connections fail at once. */
  probeDown: { promiseMs: PROBE_FALL * PROBE_INTERVAL_MS + MARGIN_MS, from: 'fall × interval' },
  probeUp: { promiseMs: (PROBE_RISE + 1) * PROBE_INTERVAL_MS + MARGIN_MS, from: '(rise + 1) × interval' },
  /** A blocking query comes back in milliseconds; the rate of questions is limited to 5 a second. */
  consul: { promiseMs: 200 + MARGIN_MS, from: 'a blocking query, at most 5 a second: 200 ms' },
  /** The longest backoff is 5 s; else the heartbeat finds out, every 2 s ± 10 % with a timeout of 1.5 s. */
  consulBack: { promiseMs: 5_000 + MARGIN_MS, from: 'the longest backoff: 5 s' },
  /** The order is acknowledged when the board is written. */
  order: { promiseMs: 0, from: 'acknowledged when it holds' },
} as const

/** What a worker reads at once, and so all that may go down with it. */
export const BATCH_SIZE = 64

const TOLD_NAMES = 10

export function addressesOf(name: string, region: Region): readonly string[] {
  return LAW.names.find(one => one.name === name)?.regions.get(region) ?? []
}

export const PROBED = 'probed.chaos.test'
export const TOLD = Array.from({ length: TOLD_NAMES }, (_, i) => `told${i}.chaos.test`)
export const VERSION = 'version.chaos.test'
/** Addresses that no good zone ever held begin so. */
export const BAD_VERSION = '10.255.'

export function versionAddress(version: number): string {
  return `10.9.${version >> 8}.${version & 0xff}`
}

const PROBED_REGIONS = new Map<Region, readonly string[]>([
  ['fra', ['127.0.1.1', '127.0.1.2']],
  ['par', ['127.0.2.1', '127.0.2.2']],
  ['ash', ['127.0.3.1', '127.0.3.2']],
  ['tyo', ['127.0.4.1', '127.0.4.2']],
])
/** No datacenter of Consul speaks of ash: it is always up. */
const TOLD_REGIONS = new Map<Region, readonly string[]>([
  ['fra', ['10.1.0.1']],
  ['par', ['10.2.0.1']],
  ['ash', ['10.3.0.1']],
])

export const LAW: Law = {
  names: [{ name: PROBED, regions: PROBED_REGIONS }, ...TOLD.map(name => ({ name, regions: TOLD_REGIONS }))],
  clients: [
    { subnet: [198, 51, 100], allowed: ['fra', 'par', 'ash', 'tyo'] },
    { subnet: [203, 0, 113], allowed: ['fra', 'par'] },
    { subnet: [192, 0, 2], allowed: ['ash'] },
    { subnet: [198, 18, 7], allowed: ['par', 'ash'] },
  ],
}

/** Every other version has more names in front, so that the same names sit elsewhere on the board. */
export function chaosZone(version: number, probePort: number): string {
  const fences = 'residency=203.0.113.0/24:fra,par residency=192.0.2.0/24:ash residency=198.18.7.0/24:par,ash'
  const told = TOLD.map(
    (_, i) => `$CHECK  t${i} consul=t${i}
$POLICY t${i} regions=fra,par,ash order=listed health=t${i} ttl=1..5 ${fences}
told${i} GSLB t${i} told
`,
  )
  const more = version % 2 === 0 ? '' : 'aaa GSLB t0 told\nbbb GSLB probed probed\n'
  return zoneText(
    version,
    `$REGION fra at=50.1,8.7   country=DE consul=${DATACENTERS.fra}
$REGION par at=48.9,2.4   country=FR consul=${DATACENTERS.par}
$REGION ash at=39.0,-77.5 country=US
$REGION tyo at=35.7,139.7 country=JP
$CHECK  edge tcp port=${probePort} ${PROBE_PACE}
$POLICY probed regions=fra,par,ash,tyo order=weighted health=edge ttl=1..5 ${fences}
${more}${told.join('')}probed GSLB probed
${recordsOf('told', TOLD_REGIONS)}
${recordsOf('probed', PROBED_REGIONS)}
version A ${versionAddress(version)}
`,
  )
}

function recordsOf(target: string, regions: ReadonlyMap<Region, readonly string[]>): string {
  return [...regions]
    .flatMap(([region, addresses]) => addresses.map(address => `${region}.${target} A ${address}`))
    .join('\n')
}

/** Each must be refused whole, with what was served served on. */
export function badZones(version: number, probePort: number): string[] {
  const good = chaosZone(version, probePort).replaceAll('10.9.', BAD_VERSION)
  return [
    good.replace('192.0.2.53', '192.0.2.530'),
    good.slice(0, good.indexOf('told3 GSLB') + 8),
    good.replace('order=weighted', 'order=whichever'),
    // Two fences that leave nobody.
    good.replace('residency=192.0.2.0/24:ash', '$& residency=192.0.2.128/25:fra'),
    `${good}$EXPECT probed from=203.0.113.1 -> tyo\n`,
  ]
}
