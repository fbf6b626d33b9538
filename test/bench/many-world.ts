/** The zone of the geo-many load: ten thousand names and two hundred policies, each with its own regions, fences and
 *  exceptions, all by distance on city-level data. Always the same. Knows no server. */

import { dice } from './dice.ts'

export const MANY_APEX = 'many.example'
export const MANY_NAMES = 10_000
export const MANY_POLICIES = 200
/** Policies of the flip load, and as many names. */
export const FLIP_POLICIES = 1_000

const REGIONS = [
  'aws:us-east-1',
  'aws:us-west-2',
  'aws:sa-east-1',
  'aws:eu-central-1',
  'aws:eu-west-2',
  'gcp:europe-west3',
  'gcp:europe-west9',
  'aws:af-south-1',
  'aws:ap-south-1',
  'aws:ap-northeast-1',
  'aws:ap-southeast-1',
  'aws:ap-southeast-2',
]
const EUROPEAN = [3, 5, 6]
const EXCEPTIONS = ['AU,NZ', 'BR', 'GB,IE', 'JP', 'US-CA', 'IN', 'ZA', 'oceania']
const REGIONS_OF_A_POLICY = 6
const SEED = 7

/** `policies` of them; the names take turns. */
export function manyZone(names = MANY_NAMES, policies = MANY_POLICIES): string {
  const roll = dice(SEED)
  const lines = [
    '$TTL 300',
    '@ IN SOA ns1 hostmaster 1 7200 1800 1209600 300',
    '@ IN NS ns1',
    'ns1 IN A 192.0.2.53',
    ...REGIONS.map((cloud, i) => `$REGION r${i} cloud=${cloud}`),
    ...REGIONS.map((_, i) => `r${i}.pool 60 A 10.9.1.${i + 1}`),
  ]
  for (let policy = 0; policy < policies; policy++) lines.push(policyText(policy, roll))
  for (let i = 1; i <= names; i++) lines.push(`host${i} 60 GSLB p${i % policies} pool`)
  return `${lines.join('\n')}\n`
}

function policyText(number: number, roll: () => number): string {
  const all = REGIONS.map((_, i) => i)
  const european = EUROPEAN[Math.floor(roll() * EUROPEAN.length)]!
  const chosen = new Set([european])
  while (chosen.size < REGIONS_OF_A_POLICY) chosen.add(all[Math.floor(roll() * all.length)]!)
  const regions = [...chosen]
  const named = regions.map(i => `r${i}`)
  return [
    `$POLICY p${number} (`,
    `  regions=${named.join(',')}`,
    ...(roll() < 0.5 ? ['  residency=eu'] : []),
    ...(roll() < 0.5
      ? [`  route=${EXCEPTIONS[Math.floor(roll() * EXCEPTIONS.length)]}:${named[number % named.length]}`]
      : []),
    ')',
  ].join('\n')
}
