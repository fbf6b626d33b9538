/** Zones from text for the tests of policies, and worlds to ask them from. */

import { expect } from 'chai'
import { formatProblem, type Problem } from '../../src/base/problem.ts'
import { type ReadPolicies, readPolicies } from '../../src/policy/read.ts'
import type { Policy, Steering } from '../../src/policy/steering.ts'
import { nameFromText } from '../../src/wire/name.ts'
import { loadZone } from '../../src/zone/load.ts'
import type { Zone } from '../../src/zone/zone.ts'

export interface ReadZone extends ReadPolicies {
  readonly zone?: Zone
}

export function readText(text: string, path = 't.zone', apex = 'example.'): ReadZone {
  const bytes = new TextEncoder().encode(text)
  const { zone, problems } = loadZone(path, nameFromText(apex)!, () => bytes)
  if (zone === undefined) return { problems }
  const read = readPolicies(zone)
  return { ...read, zone, problems: [...problems, ...read.problems] }
}

export function describeProblems(problems: readonly Problem[]): string {
  return problems.map(formatProblem).join('\n')
}

const HEAD = `$ORIGIN example.
$TTL 300
@ IN SOA ns1 hostmaster 1 2h 30m 14d 60
@ IN NS ns1
ns1 IN A 192.0.2.53
`

/** A zone around directives: every region that a GSLB line needs gets an address. */
export function zoneAround(directives: string): string {
  const regions = [...directives.matchAll(/^\$REGION (\S+)/gm)].map(([, name]) => name!)
  const names = [...directives.matchAll(/^(\S+) GSLB/gm)].map(([, name]) => name!)
  const records = names.flatMap(name => regions.map((region, i) => `${region}.${name} A 192.0.2.${i + 1}`))
  return `${HEAD}${directives}\n${records.join('\n')}\n`
}

/** The steering of directives that must be right. */
export function steeringOf(directives: string): { zone: Zone; steering: Steering } {
  const { zone, policies, problems } = readText(zoneAround(directives))
  expect(policies, describeProblems(problems)).to.not.be.undefined
  return { zone: zone!, steering: policies! }
}

/** The one policy of directives that must be right. */
export function policyOf(directives: string): Policy {
  return steeringOf(directives).steering.policies[0]!
}
