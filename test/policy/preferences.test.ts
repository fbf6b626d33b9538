/** What is worked out for a whole world of clients is worked out once for all that the rules cannot tell apart, and is
 *  for each of them what would be worked out for it alone. */

import { expect } from 'chai'
import fc from 'fast-check'
import { UNKNOWN_PLACE } from '../../src/base/place.ts'
import { NO_PREFIXES } from '../../src/policy/client.ts'
import { preference, preferenceKey } from '../../src/policy/preference.ts'
import { Preferences } from '../../src/policy/preferences.ts'
import { lawfulRegions, policyText, randomClient, randomPolicy } from './random-policy.ts'
import { policyOf, readText, zoneAround } from './zone-text.ts'

const REGIONS = '$REGION use1 cloud=aws:us-east-1\n$REGION euc1 cloud=aws:eu-central-1\nlive GSLB p\n'
const AMERICAN = { ...UNKNOWN_PLACE, country: 'US', continent: 'NA', latitude: 40, longitude: -75 }

describe('clients of one country at one place', () => {
  const cases: readonly [rule: string, one: object, other: object, worked: number][] = [
    ['route=US-CA:euc1', { subdivision: 'US-NY' }, { subdivision: 'US-TX' }, 1],
    ['route=US-CA:euc1', { subdivision: 'US-CA' }, { subdivision: 'US-TX' }, 2],
    ['route=AS64500:euc1', { asn: 64_501 }, { asn: 64_502 }, 1],
    ['route=AS64500:euc1', { asn: 64_500 }, { asn: 64_502 }, 2],
    ['residency=US', { subdivision: 'US-NY', asn: 64_500 }, { subdivision: 'US-TX', asn: 64_501 }, 1],
  ]
  for (const [rule, one, other, worked] of cases)
    it(`${JSON.stringify(one)} and ${JSON.stringify(other)} ${worked === 1 ? 'are one' : 'differ'} to ${rule}`, () => {
      const preferences = new Preferences(policyOf(`${REGIONS}$POLICY p regions=use1,euc1 ${rule}`))
      for (const place of [one, other])
        preferences.of({ place: { ...AMERICAN, ...place }, prefixes: NO_PREFIXES })
      expect(preferences.witnesses).to.have.length(worked)
    })
})

describe('clients of a whole world', () => {
  const SEED = 20261121
  const inputs = fc.tuple(
    randomPolicy({ min: 2, max: 8 }),
    fc.array(randomClient, { minLength: 60, maxLength: 60 }),
  )

  it(`are preferred as each alone would be, and never outside the fences of its own (seed ${SEED})`, () => {
    let judged = 0
    fc.assert(
      fc.property(inputs, ([random, clients]) => {
        const policy = readText(zoneAround(policyText(random))).policies?.policies[0]
        // Random ones may contradict themselves.
        if (policy === undefined) return
        const world = new Preferences(policy)
        for (const client of clients) {
          const found = world.of(client)
          expect(preferenceKey(found)).to.equal(preferenceKey(preference(policy, client)))
          const names = found.ranked.map(slot => policy.regions[slot]!.name)
          expect([...lawfulRegions(random, client)]).to.include.members(names)
          judged++
        }
      }),
      { seed: SEED, numRuns: 600 },
    )
    expect(judged).to.be.above(10_000)
  }).timeout(60_000)
})
