/** The example zone of the manual: it is right, its expectations hold, and whichever line of it is broken, the
 *  report points at that line and column. */

import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { UNKNOWN_PLACE } from '../../src/base/place.ts'
import { hasErrors, type Problem } from '../../src/base/problem.ts'
import { everyone } from '../../src/policy/everyone.ts'
import { addressHolders } from '../../src/policy/holders.ts'
import { preference } from '../../src/policy/preference.ts'
import { proveResidency } from '../../src/policy/prove.ts'
import { runExpectations } from '../../src/policy/run-expectations.ts'
import { describeProblems, readText } from './zone-text.ts'

const TEXT = readFileSync(new URL('../golden/policy/example.zone', import.meta.url), 'utf8')
const LINES = TEXT.trimEnd().split('\n')

/** Everything `check` would say without geo data. */
function check(text: string): readonly Problem[] {
  const { zone, policies, problems } = readText(text, 'classroom.zone', 'classroom.example.')
  if (zone === undefined || policies === undefined) return problems
  return [...problems, ...runExpectations(zone, policies, () => UNKNOWN_PLACE)]
}

describe('the example zone', () => {
  it('is right', () => {
    const problems = check(TEXT)
    expect(hasErrors(problems), describeProblems(problems)).to.equal(false)
    expect(problems.map(({ code, line }) => `${line} ${code}`)).to.deep.equal([
      '14 unused-region',
      '32 regions-differ',
    ])
  })

  it('keeps its fences', () => {
    const { zone, policies } = readText(TEXT, 'classroom.zone', 'classroom.example.')
    const policy = policies!.policies[0]!
    const clients = everyone(policy).map(({ client }) => ({
      client,
      preference: preference(policy, client),
    }))
    const holders = addressHolders(zone!, policies!.names, policy)
    expect(proveResidency(policy, clients, { sources: zone!.sources, holders })).to.deep.equal([])
  })

  it('is read into values that cannot be changed', () => {
    const { policies } = readText(TEXT, 'classroom.zone', 'classroom.example.')
    const [policy] = policies!.policies
    expect(Object.isFrozen(policy)).to.equal(true)
    expect(Object.isFrozen(policy!.fences[0]!.slots)).to.equal(true)
    expect(policy!.regions.map(({ name, country }) => `${name} ${country}`)).to.deep.equal([
      'use1 US',
      'euc1 DE',
      'euw3 DE',
      'apne1 JP',
    ])
    expect(policies!.regions.map(({ datacenter }) => datacenter)).to.deep.equal([
      'aws-us-east-1',
      'aws-eu-central-1',
      'gcp-europe-west3',
      'aws-ap-northeast-1',
      undefined,
    ])
    expect(policy!.ttl).to.deep.equal({ min: 10, max: 60 })
  })
})

/** Line, what is written there, what is written instead, and the report: column and code. */
const BROKEN: readonly [line: number, from: string, to: string, column: number, code: string][] = [
  [1, '$ORIGIN', '$ORGIN', 1, 'unknown-directive'],
  [1, 'example.', 'exam..ple.', 24, 'empty-label'],
  [2, '300', '3oo', 6, 'bad-ttl'],
  [3, 'SOA', 'SAO', 13, 'unknown-type'],
  [3, '2h', '2hh', 44, 'bad-period'],
  [4, 'NS', 'NSS', 13, 'unknown-type'],
  [6, '192.0.2.53', '192.0.2.530', 18, 'bad-address'],
  [10, 'use1', 'usee1', 9, 'unused-region'],
  [10, 'aws:us-east-1', 'aws:us-eest-1', 25, 'unknown-cloud-region'],
  [11, 'consul=', 'cnsul=', 42, 'unknown-key'],
  [12, 'gcp', 'gpc', 21, 'unknown-cloud'],
  [13, 'cloud=', 'cloud', 15, 'stray-word'],
  [14, '48.14,11.58', '148.14,11.58', 18, 'bad-coordinates'],
  [14, 'DE', 'GR-9999', 38, 'unknown-country'],
  [14, '4000', '4k', 51, 'bad-number'],
  [16, 'gulf', 'golf', 9, 'unused-places'],
  [16, 'KW', 'KV', 24, 'unknown-place'],
  [16, 'SA,QA', 'SA, QA', 20, 'empty-item'],
  [18, 'live ', 'liv ', 9, 'unused-check'],
  [18, 'consul=', 'consol=', 15, 'unknown-key'],
  [18, '50%', '50', 49, 'bad-percent'],
  [19, '/healthz', 'healthz', 21, 'bad-path'],
  [19, '443', '99443', 35, 'out-of-range'],
  [19, '200', '999', 46, 'bad-status'],
  [19, '5s', '5 s', 61, 'stray-word'],
  [19, 'fall=3', 'fall=0', 67, 'out-of-range'],
  [19, 'rise=2', 'raise=2', 69, 'unknown-key'],
  [21, 'class', 'clas', 9, 'unused-policy'],
  [21, '$POLICY', '$POLICI', 1, 'unknown-directive'],
  [22, 'euw3', 'euw4', 23, 'unknown-region'],
  [22, 'regions', 'region', 5, 'unknown-key'],
  [23, '=eu ', '=ue ', 15, 'unknown-place'],
  [24, 'euc1', 'euc2', 20, 'unknown-region'],
  [24, 'gulf', 'golf', 15, 'unknown-place'],
  [25, 'apne1', 'apnea1', 17, 'unknown-region'],
  [25, 'AU', 'UA,AA', 14, 'unknown-place'],
  [26, 'nearest', 'latency', 11, 'unknown-order'],
  [26, 'order', 'odrer', 5, 'unknown-key'],
  [27, 'edge', 'egde', 17, 'unknown-check'],
  [28, 'in-fence', 'in-fense', 12, 'unknown-outage'],
  [29, '10..60', '60..10', 9, 'bad-ttl'],
  [32, 'GSLB', 'GLSB', 17, 'unknown-type'],
  [32, 'class', 'clas', 23, 'unknown-policy'],
  [33, 'use1', 'usee1', 1, 'misspelt-region'],
  [33, 'A  ', 'AA ', 17, 'unknown-type'],
  [33, '203.0.113.10', '203.0.113', 23, 'bad-address'],
  [34, '2001:db8:1::10', '2001:db8::1::10', 23, 'bad-address'],
  [35, 'euc1', 'eucl', 1, 'misspelt-region'],
  [36, 'CONSUL', 'CONSOL', 17, 'unknown-type'],
  [36, 'address=wan', 'address=vpn', 47, 'unknown-address'],
  [36, 'euw3', 'euw', 16, 'unknown-region'],
  [37, 'apne1', 'apne', 1, 'misspelt-region'],
  [39, 'DE', 'De', 19, 'unknown-place'],
  [39, '-> euc1', '-> euw3', 41, 'expectation-failed'],
  [40, 'down=euc1', 'down=eu1', 27, 'unknown-region'],
  [40, 'down=euc1', 'dwon=euc1', 22, 'unknown-key'],
  [41, 'live', 'life', 9, 'unknown-owner'],
  [41, 'euc1,euw3  -> euc1', 'euc1,euw3  -> use1', 41, 'expectation-failed'],
  [42, 'JP', 'JPN', 19, 'unknown-place'],
  [42, '->', '=>', 41, 'missing-outcome'],
]

describe('the example zone, broken', () => {
  for (const [line, from, to, column, code] of BROKEN)
    it(`on line ${line}: ${to.trim()} for ${from.trim()}`, () => {
      expect(LINES[line - 1]).to.include(from)
      const broken = LINES.with(line - 1, LINES[line - 1]!.replace(from, to)).join('\n')
      const problems = check(`${broken}\n`)
      const found = problems.map(problem => `${problem.line}:${problem.column} ${problem.code}`)
      expect(found, describeProblems(problems)).to.include(`${line}:${column} ${code}`)
    })

  it('has every line broken at least once', () => {
    const written = LINES.flatMap((text, i) => (/^\s*(?:;|$|\))/.test(text) ? [] : i + 1))
    const broken = new Set(BROKEN.map(([line]) => line))
    // Two lines that say what the line before them says.
    expect(written.filter(line => !broken.has(line))).to.deep.equal([5, 7])
  })
})
