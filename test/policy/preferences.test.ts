/** What is worked out for a whole world of clients is worked out once for all that the rules cannot tell apart. That
 *  it is right is held in `test/compile/steering`. */

import { expect } from 'chai'
import { UNKNOWN_PLACE } from '../../src/base/place.ts'
import { NO_PREFIXES } from '../../src/policy/client.ts'
import { Preferences } from '../../src/policy/preferences.ts'
import { policyOf } from './zone-text.ts'

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
