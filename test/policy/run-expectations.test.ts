/** `$EXPECT`, run: what holds, what fails and what is said then. */

import { expect } from 'chai'
import type { Address } from '../../src/base/address.ts'
import { type Place, UNKNOWN_PLACE } from '../../src/base/place.ts'
import { runExpectations } from '../../src/policy/run-expectations.ts'
import { describeProblems, readText } from './zone-text.ts'

const ZONE = `$ORIGIN example.
$TTL 300
@ IN SOA ns1 hostmaster 1 2h 30m 14d 60
@ IN NS ns1
ns1 IN A 192.0.2.53
$REGION use1 cloud=aws:us-east-1
$REGION euc1 cloud=aws:eu-central-1
$REGION euw3 cloud=gcp:europe-west3
$PLACES gulf AE,SA
$POLICY near regions=use1,euc1,euw3 residency=eu residency=gulf:euc1
$POLICY spread regions=use1,euc1 order=weighted weights=use1:3,euc1:1
$POLICY sticky regions=use1,euc1,euw3 order=hash
$POLICY gone regions=use1,euc1 residency=eu outage=refuse
$POLICY sorry regions=use1,euc1 outage=sorry:192.0.2.99,2001:db8::99
$POLICY both regions=use1,euc1,euw3 answers=2
$POLICY apart regions=use1,euc1 residency=198.51.100.0/24:use1 residency=AS64500:use1
live GSLB near
use1.live A 192.0.2.1
use1.live AAAA 2001:db8::1
euc1.live A 192.0.2.2
euw3.live CONSUL live
*.app GSLB near live
alias GSLB spread
use1.alias CNAME a.example.com.
euc1.alias CNAME b.example.com.
alias TXT "mine"
spread GSLB spread alias
sticky GSLB sticky live
gone GSLB gone live
sorry GSLB sorry live
both GSLB both live
apart GSLB apart live
`

/** 203.0.113.0/24 is in Germany, all else is nowhere. */
function locate({ octets }: Address): Place {
  const german = octets[0] === 203 && octets[1] === 0
  return german
    ? { ...UNKNOWN_PLACE, country: 'DE', continent: 'EU', latitude: 50, longitude: 8 }
    : UNKNOWN_PLACE
}

function run(expectation: string): string {
  const { zone, policies, problems } = readText(`${ZONE}$EXPECT ${expectation}\n`)
  expect(policies, describeProblems(problems)).to.not.be.undefined
  return describeProblems(runExpectations(zone!, policies!, locate))
}

describe('expectations', () => {
  const held = [
    'live from=DE -> euc1',
    'live from=eu -> euc1',
    'live from=gulf -> euc1',
    'live from=eu,gulf down=use1 -> euc1',
    'live from=eu down=euc1 -> euw3',
    'live from=DE down=euc1,euw3 -> euc1',
    'live from=US-CA -> use1',
    'live from=north-america -> use1',
    'live from=203.0.113.7 -> euc1',
    'live from=203.0.113.0/24 -> euc1',
    'live from=192.0.2.200 -> euc1',
    'live from=DE over=euc1 -> euw3',
    'live from=DE type=A -> euc1',
    'live from=DE -> 192.0.2.2',
    'live from=US -> 192.0.2.1,2001:db8::1',
    'live from=US type=AAAA -> 2001:db8::1',
    'live from=DE type=AAAA -> NODATA',
    'live from=DE -> NOERROR',
    'live from=DE down=euc1 type=AAAA -> NOERROR',
    'anything.app from=DE -> euc1',
    'a.b.app from=US -> use1',
    'alias from=DE -> use1,euc1',
    'alias from=DE down=use1 type=A -> euc1',
    'alias from=DE type=TXT -> NOERROR',
    'gone from=DE down=euc1 -> REFUSED',
    'gone from=US down=euc1,use1 -> REFUSED',
    'sorry from=US down=euc1,use1 -> 192.0.2.99',
    'sorry from=US down=euc1,use1 -> 192.0.2.99,2001:db8::99',
    'both from=DE -> euc1,euw3',
    'both from=DE -> euw3 euc1',
    'sticky from=DE -> use1,euc1,euw3',
    'apart from=198.51.100.9 -> use1',
    'apart from=AS64500 -> use1',
    'apart from=203.0.113.9 -> euc1',
  ]
  for (const expectation of held)
    it(`hold: ${expectation}`, () => {
      expect(run(expectation)).to.equal('')
    })

  const failed: [expectation: string, column: number, text: string][] = [
    ['live from=DE -> euw3', 25, 'live from=DE gets euc1, not euw3'],
    ['live from=DE down=euc1 -> use1', 35, 'live from=DE down=euc1 gets euw3, not use1'],
    ['live from=europe -> euw3', 29, 'live from=europe (as for AD) gets euc1, not euw3'],
    ['live from=eu over=euc1 -> euc1', 35, 'live from=eu (as for AT) over=euc1 gets euw3, not euc1'],
    ['live from=DE type=AAAA -> euc1', 35, 'live from=DE gets euc1, which has no AAAA: the answer is empty'],
    ['live from=DE -> 192.0.2.1', 25, 'live from=DE gets 192.0.2.2 (of euc1), not 192.0.2.1'],
    ['live from=DE -> 2001:db8::1', 25, 'live from=DE gets no address (of euc1), not 2001:db8::1'],
    [
      'live from=DE down=euc1 -> 192.0.2.2',
      35,
      'live from=DE down=euc1 gets euw3, whose addresses only Consul knows: expect regions instead',
    ],
    ['live from=DE -> REFUSED', 25, 'live from=DE gets euc1, not REFUSED'],
    ['gone from=DE down=euc1 -> euc1', 35, 'gone from=DE down=euc1 gets REFUSED, not euc1'],
    ['gone from=DE down=euc1 -> 192.0.2.2', 35, 'gone from=DE down=euc1 gets REFUSED, not 192.0.2.2'],
    [
      'sorry from=US down=euc1,use1 -> use1',
      41,
      'sorry from=US down=euc1,use1 gets 192.0.2.99,2001:db8::99, the address of outage=sorry, not use1',
    ],
    ['alias from=DE -> euc1', 26, 'alias from=DE gets use1,euc1, not euc1'],
    ['both from=DE -> euc1', 25, 'both from=DE gets euc1,euw3, not euc1'],
  ]
  for (const [expectation, column, text] of failed)
    it(`fail: ${expectation}`, () => {
      expect(run(expectation).split('\n')[0]).to.equal(`t.zone:33:${column} error expectation-failed ${text}`)
    })

  it('ask a hashed name from an address for the very region', () => {
    const gets = ['use1', 'euc1', 'euw3'].filter(name => run(`sticky from=203.0.113.7 -> ${name}`) === '')
    expect(gets).to.have.length(1)
  })

  it('say the steps when they fail', () => {
    expect(run('live from=DE -> use1')).to.include(
      'hint: policy near: order=nearest, use1,euc1,euw3; use1 dropped: residency=eu (line 10)',
    )
  })
})
