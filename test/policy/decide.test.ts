/** The decision, step by step as the manual tells it: permit, available, rank, outage. */

import { expect } from 'chai'
import { parseAddress } from '../../src/base/address.ts'
import { type Place, UNKNOWN_PLACE } from '../../src/base/place.ts'
import { choiceKey, DOWN, type RegionHealth, reachableSlots, UP } from '../../src/policy/choose.ts'
import { type Client, clientAt, prefixLiterals } from '../../src/policy/client.ts'
import { decide, draw, supposeHealth } from '../../src/policy/decide.ts'
import { countryClient, subdivisionClient } from '../../src/policy/everyone.ts'
import { preference, preferenceKey } from '../../src/policy/preference.ts'
import type { Policy } from '../../src/policy/steering.ts'
import { policyOf } from './zone-text.ts'

const REGIONS = `$REGION use1  cloud=aws:us-east-1
$REGION usw2  cloud=aws:us-west-2 country=US-OR
$REGION euc1  cloud=aws:eu-central-1
$REGION euw3  cloud=gcp:europe-west3
$REGION apne1 cloud=aws:ap-northeast-1
$REGION cnn1  cloud=aws:cn-north-1
www GSLB p
`
const ALL = 'regions=use1,usw2,euc1,euw3,apne1,cnn1'

function policyWith(settings: string, places = ''): Policy {
  return policyOf(`${REGIONS}${places}\n$POLICY p ${settings.includes('regions=') ? '' : ALL} ${settings}`)
}

function somewhere(place: Partial<Place>): Client {
  return { place: { ...UNKNOWN_PLACE, ...place }, prefixes: new Set() }
}

/** `DE`, `US-CA`, `?` for nowhere known, `?EU` for a continent, `AS64500`, or an address. */
function clientFrom(policy: Policy, from: string): Client {
  if (from === '?') return somewhere({})
  if (from.startsWith('?')) return somewhere({ continent: from.slice(1) })
  if (/^AS\d/.test(from)) return somewhere({ country: 'BR', continent: 'SA', asn: Number(from.slice(2)) })
  const address = parseAddress(from)
  if (address !== undefined)
    return clientAt({ ...UNKNOWN_PLACE, country: 'BR', continent: 'SA' }, address, prefixLiterals(policy))
  return (from.includes('-') ? subdivisionClient(from) : countryClient(from)).client
}

/** Regions that can be answered: `euc1`, `use1|usw2` for one of them, `-` for refused. */
function answer(policy: Policy, from: string, down: string, over = ''): string {
  const health = supposeHealth(policy, down.split(','), over.split(','))
  const { choice } = decide(policy, clientFrom(policy, from), health)
  if (choice.kind === 'refuse') return '-'
  if (choice.kind === 'sorry') return `sorry ${choice.sorry.map(({ octets }) => octets.join('.'))}`
  const names = (slots: readonly number[]): string[] => slots.map(slot => policy.regions[slot]!.name)
  const drawn = choice.answers - choice.fixed.length
  const pool = drawn > 0 ? [`${drawn > 1 ? `${drawn} of ` : ''}${names(choice.pool).join('|')}`] : []
  return [...names(choice.fixed), ...pool].join(' ') + (choice.outage ? ' outage' : '')
}

const TABLE: Readonly<
  Record<string, readonly [settings: string, from: string, down: string, gets: string][]>
> = {
  'a fence': [
    ['', 'DE', '', 'euc1'],
    ['', 'DE', 'euc1', 'euw3'],
    ['', 'DE', 'euc1,euw3', 'use1'],
    ['residency=eu', 'DE', 'euc1,euw3', 'euc1 outage'],
    ['residency=eu', 'CH', 'euc1,euw3', 'use1'],
    ['residency=europe', 'CH', 'euc1,euw3', 'euc1 outage'],
    ['residency=eea', 'NO', 'euc1,euw3', 'euc1 outage'],
    ['residency=eu', 'FI', 'use1,usw2,euc1,euw3,apne1,cnn1', 'euc1 outage'],
    ['residency=JP:use1', 'JP', '', 'use1'],
    ['residency=JP:use1', 'JP', 'use1', 'use1 outage'],
    ['residency=JP:US', 'JP', 'usw2', 'use1'],
    ['residency=JP:US,euc1', 'JP', 'use1,usw2', 'euc1'],
    ['residency=US-CA:US-OR', 'US-CA', '', 'usw2'],
    ['residency=US-CA:US-OR', 'US-NY', '', 'use1'],
    ['residency=US-CA:US-OR', 'US', '', 'use1'],
    ['residency=*:eu', 'JP', '', 'euc1'],
    ['residency=AS64500:euw3', 'AS64500', '', 'euw3'],
    ['residency=AS64500:euw3', 'AS64501', '', 'use1'],
    ['residency=203.0.113.0/24:apne1', '203.0.113.255', '', 'apne1'],
    ['residency=203.0.113.0/24:apne1', '203.0.114.0', '', 'use1'],
    ['residency=2001:db8:8000::/33:apne1', '2001:db8:8000::1', '', 'apne1'],
    ['residency=2001:db8:8000::/33:apne1', '2001:db8:7fff::1', '', 'use1'],
    ['residency=DE,2001:db8::/32:apne1', '2001:db8::1', '', 'apne1'],
    ['residency=0.0.0.0/0:apne1', '203.0.114.0', '', 'apne1'],
  ],
  'fences together': [
    ['residency=eu residency=DE:euw3,use1', 'DE', '', 'euw3'],
    ['residency=eu residency=DE:euw3,use1', 'DE', 'euw3', 'euw3 outage'],
    ['residency=eu residency=DE:euw3,use1', 'FR', 'euw3,euc1', 'euc1 outage'],
    ['residency=eu residency=europe:euc1,use1 residency=DE,FR', 'DE', '', 'euc1'],
  ],
  'a reserve': [
    ['', 'KR', 'apne1', 'cnn1'],
    ['reserve=CN', 'KR', 'apne1', 'usw2'],
    ['reserve=CN', 'CN', '', 'cnn1'],
    ['reserve=CN residency=CN', 'CN', 'cnn1', 'cnn1 outage'],
    ['reserve=CN', 'CN', 'cnn1', 'apne1'],
    ['reserve=CN reserve=JP', 'KR', '', 'usw2'],
    ['reserve=CN', '?', '', 'use1'],
  ],
  'a route': [
    ['route=AU,NZ:apne1,use1', 'AU', '', 'apne1'],
    ['route=AU,NZ:use1,apne1', 'NZ', '', 'use1'],
    ['route=AU,NZ:use1,apne1', 'NZ', 'use1', 'apne1'],
    ['route=AU,NZ:use1', 'NZ', 'use1,usw2', 'apne1'],
    ['route=DE:use1 residency=eu', 'DE', '', 'euc1'],
    ['route=DE:use1,euw3 residency=eu', 'DE', '', 'euw3'],
    ['route=DE:euw3 route=eu:use1', 'DE', '', 'euw3'],
    ['route=DE:euw3 route=eu:use1', 'FR', '', 'use1'],
    ['route=*:apne1', 'FR', '', 'apne1'],
    ['route=eu:euw3', '?', '', 'use1'],
  ],
  'clients of unknown place': [
    ['', '?', '', 'use1'],
    ['residency=eu', '?', '', 'euc1'],
    ['residency=eu residency=US', '?', '', 'use1'],
    ['residency=eu unknown=any', '?', '', 'use1'],
    ['residency=eu residency=US unknown=strict', '?', '', '-'],
    ['residency=eu unknown=strict', '?', 'euc1,euw3', 'euc1 outage'],
    ['residency=eu unknown=apne1,usw2', '?', '', 'apne1'],
    ['residency=eu unknown=apne1,usw2', '?', 'apne1', 'usw2'],
    ['residency=*:eu unknown=use1,euw3', '?', '', 'euw3'],
    ['residency=eu unknown=apne1', 'DE', '', 'euc1'],
    ['residency=eu', '?AS', '', 'use1'],
    ['residency=eu', '?EU', '', 'euc1'],
    ['residency=asia:apne1', '?AS', '', 'apne1'],
    ['residency=asia:apne1 unknown=any', '?AS', '', 'apne1'],
    ['residency=JP:apne1', '?AS', '', 'apne1'],
    ['residency=JP:apne1', '?NA', '', 'use1'],
    ['residency=AS64500:euw3', '?', '', 'use1'],
  ],
  'an order': [
    ['order=listed regions=cnn1,use1,euc1', 'DE', '', 'cnn1'],
    ['order=listed regions=cnn1,use1,euc1', 'DE', 'cnn1', 'use1'],
    ['regions=euw3,euc1', 'DE', '', 'euw3'],
    ['regions=euc1,euw3', 'DE', '', 'euc1'],
    ['answers=2', 'DE', '', 'euc1 euw3'],
    ['answers=2', 'DE', 'euw3', 'euc1 use1'],
    ['answers=3 residency=eu', 'DE', '', 'euc1 euw3'],
    ['answers=3 residency=eu', 'DE', 'euc1,euw3', 'euc1 euw3 outage'],
  ],
  'weights and hashes': [
    ['order=weighted weights=use1:1,usw2:1 regions=use1,usw2', 'DE', '', 'use1|usw2'],
    ['order=weighted regions=use1,usw2', 'DE', 'usw2', 'use1'],
    ['order=weighted weights=use1:1,usw2:0 regions=use1,usw2', 'DE', '', 'use1'],
    ['order=weighted weights=use1:1,usw2:0 regions=use1,usw2', 'DE', 'use1', 'usw2'],
    ['order=weighted weights=use1:1,usw2:0 regions=use1,usw2', 'DE', 'use1,usw2', 'use1 outage'],
    ['order=weighted regions=use1,usw2,euc1 answers=2', 'DE', '', '2 of use1|usw2|euc1'],
    ['order=weighted regions=use1,usw2,euc1 answers=2 residency=eu', 'DE', '', 'euc1'],
    ['order=weighted regions=use1,usw2,euc1 route=DE:euc1', 'DE', '', 'euc1'],
    ['order=weighted regions=use1,usw2,euc1 route=DE:euc1', 'DE', 'euc1', 'use1|usw2'],
    ['order=weighted regions=use1,usw2,euc1 route=DE:euc1 answers=2', 'DE', '', 'euc1 use1|usw2'],
    ['order=weighted weights=use1:0,usw2:1 route=DE:use1 regions=use1,usw2', 'DE', '', 'use1'],
    ['order=hash regions=use1,usw2,euc1', 'DE', 'euc1', 'use1|usw2'],
    ['order=hash weights=use1:1,usw2:1,euc1:0 regions=use1,usw2,euc1', 'DE', '', 'use1|usw2'],
    ['order=hash residency=eu', 'DE', '', 'euc1|euw3'],
  ],
  'an outage': [
    ['residency=eu outage=refuse', 'DE', 'euc1,euw3', '-'],
    ['residency=eu outage=refuse', 'DE', 'euc1', 'euw3'],
    ['residency=eu outage=sorry:192.0.2.9', 'DE', 'euc1,euw3', 'sorry 192.0.2.9'],
    ['residency=eu outage=last-good', 'DE', 'euc1,euw3', 'euc1 outage'],
    ['order=weighted regions=use1,usw2 outage=in-fence', 'DE', 'use1,usw2', 'use1|usw2 outage'],
  ],
}

describe('a decision', () => {
  for (const [what, rows] of Object.entries(TABLE))
    describe(`about ${what}`, () => {
      for (const [settings, from, down, gets] of rows)
        it(`${settings || 'nothing set'}: ${from}${down === '' ? '' : ` with ${down} down`} gets ${gets}`, () => {
          expect(answer(policyWith(settings), from, down)).to.equal(gets)
        })
    })

  describe('about regions over capacity', () => {
    const rows: readonly [from: string, down: string, over: string, gets: string][] = [
      ['DE', '', 'euc1', 'euw3'],
      ['DE', '', 'euc1,euw3', 'euc1'],
      ['DE', 'euw3', 'euc1', 'euc1'],
      ['DE', 'euc1,euw3', 'euc1', 'euc1 outage'],
      ['US', '', 'use1', 'usw2'],
    ]
    for (const [from, down, over, gets] of rows)
      it(`${from} with ${down || 'nothing'} down and ${over} over gets ${gets}`, () => {
        expect(answer(policyWith('residency=eu'), from, down, over)).to.equal(gets)
      })
  })
})

describe('a place that is known in part', () => {
  it('is on the continent of its country', () => {
    const policy = policyWith('residency=europe')
    const health = supposeHealth(policy, ['euc1', 'euw3'])
    const { choice } = decide(policy, somewhere({ country: 'CH' }), health)
    expect(choice.fixed.map(slot => policy.regions[slot]!.name)).to.deep.equal(['euc1'])
  })

  it('is measured from where the people of its country are', () => {
    const policy = policyWith('')
    const { choice } = decide(policy, somewhere({ country: 'JP' }), supposeHealth(policy, []))
    expect(choice.fixed.map(slot => policy.regions[slot]!.name)).to.deep.equal(['apne1'])
  })
})

describe('a region that is up and had better not be taken', () => {
  const lame: RegionHealth = { ...UP, yields: 'no IPv4' }
  const health = (first: RegionHealth, second: RegionHealth): RegionHealth[] => [
    first,
    second,
    ...Array<RegionHealth>(4).fill(DOWN),
  ]
  const policy = policyWith('order=listed')
  const got = (first: RegionHealth, second: RegionHealth): string =>
    choiceKey(decide(policy, countryClient('US').client, health(first, second)).choice)
  const only = (slot: number): string => `regions;${slot};;;none;1`

  it('gives way to any other', () => expect(got(lame, UP)).to.equal(only(1)))
  it('to one over capacity, too', () => expect(got(lame, { ...UP, over: true })).to.equal(only(1)))
  it('serves when no other does', () => expect(got(lame, DOWN)).to.equal(only(0)))
  it('serves in its place when all others are so, too', () => expect(got(lame, lame)).to.equal(only(0)))
})

describe('what counts as available', () => {
  const policy = policyWith('regions=use1,usw2 order=listed threshold=50%')
  const states: readonly [Partial<RegionHealth>, boolean][] = [
    [{ state: 'up' }, true],
    [{ state: 'unknown' }, true],
    [{ state: 'down' }, false],
    [{ state: 'draining' }, false],
    [{ state: 'stale', lastUp: true }, true],
    [{ state: 'stale', lastUp: false }, false],
    [{ state: 'forced-up', shareUp: 0 }, true],
    [{ state: 'forced-down' }, false],
    [{ state: 'up', shareUp: 0.5 }, true],
    [{ state: 'up', shareUp: 0.49 }, false],
    [{ state: 'up', shareUp: 0 }, false],
    [{ state: 'up', lacks: 'no addresses' }, false],
    [{ state: 'forced-up', lacks: 'no addresses' }, false],
  ]
  for (const [health, isAvailable] of states)
    it(`${JSON.stringify(health)}: ${isAvailable ? 'yes' : 'no'}`, () => {
      const { choice } = decide(policy, clientFrom(policy, 'DE'), [{ ...UP, ...health }, UP])
      expect(choice.fixed).to.deep.equal([isAvailable ? 0 : 1])
    })

  it('needs at least one address where no threshold is set', () => {
    const plain = policyWith('regions=use1,usw2 order=listed')
    const { choice } = decide(plain, clientFrom(plain, 'DE'), [{ ...UP, shareUp: 0 }, UP])
    expect(choice.fixed).to.deep.equal([1])
  })
})

describe('a region with nothing to answer', () => {
  const lacking: RegionHealth = { ...DOWN, lacks: 'no addresses' }
  for (const outage of ['in-fence', 'last-good'])
    it(`is not what an outage falls back to with outage=${outage}, unless there is no other`, () => {
      const policy = policyWith(`regions=use1,usw2 order=listed outage=${outage}`)
      const fixed = (...health: RegionHealth[]): readonly number[] =>
        decide(policy, clientFrom(policy, 'DE'), health, [0]).choice.fixed
      expect(fixed(lacking, DOWN)).to.deep.equal([1])
      expect(fixed(lacking, lacking)).to.deep.equal([0])
    })
})

describe('the TTL', () => {
  const policy = policyWith('regions=use1,usw2,euc1 order=listed ttl=10..60')
  const shaky = { ...UP, steady: false }
  const cases: readonly [what: string, health: RegionHealth[], ttl: 'min' | 'max'][] = [
    ['all steady', [UP, UP, UP], 'max'],
    ['the answered one shaky', [shaky, UP, UP], 'min'],
    ['one before it recovering', [{ ...DOWN, steady: false }, UP, UP], 'min'],
    ['one before it down for good', [DOWN, UP, UP], 'max'],
    ['one behind it shaky: nobody looked', [UP, shaky, shaky], 'max'],
    ['an outage with one recovering', [DOWN, DOWN, { ...DOWN, steady: false }], 'min'],
  ]
  for (const [what, health, ttl] of cases)
    it(`is ${ttl} with ${what}`, () => {
      expect(decide(policy, clientFrom(policy, 'DE'), health).choice.ttl).to.equal(ttl)
    })

  it('is min when any of a pool is shaky', () => {
    const pooled = policyWith('regions=use1,usw2,euc1 order=hash')
    expect(decide(pooled, clientFrom(pooled, 'DE'), [UP, UP, shaky]).choice.ttl).to.equal('min')
  })

  it('is min when fewer regions are up than are wanted and one is recovering', () => {
    const many = policyWith('regions=use1,usw2,euc1 order=listed answers=3')
    const health = [UP, UP, { ...DOWN, steady: false }]
    expect(decide(many, clientFrom(many, 'DE'), health).choice.ttl).to.equal('min')
  })
})

describe('last-good', () => {
  const policy = policyWith('residency=eu outage=last-good')
  const health = supposeHealth(policy, ['use1', 'usw2', 'euc1', 'euw3', 'apne1', 'cnn1'])
  const slot = (name: string): number => policy.regions.findIndex(region => region.name === name)

  it('answers what was answered before', () => {
    const { choice } = decide(policy, clientFrom(policy, 'DE'), health, [slot('euw3')])
    expect(choice.fixed).to.deep.equal([slot('euw3')])
  })

  it('does not leave the fence for what was answered before', () => {
    const { choice } = decide(policy, clientFrom(policy, 'DE'), health, [slot('use1')])
    expect(choice.fixed).to.deep.equal([slot('euc1')])
  })
})

describe('bias', () => {
  const cases: readonly [settings: string, from: string, gets: string][] = [
    ['regions=use1,euc1', 'IS', 'euc1'],
    ['regions=use1,euc1 bias=use1:+50%', 'IS', 'use1'],
    ['regions=use1,euc1 bias=euc1:-50', 'IS', 'use1'],
    ['regions=use1,euc1 bias=euc1:-50,use1:-50', 'IS', 'euc1'],
    ['regions=use1,euc1 bias=use1:+99', 'DE', 'use1'],
  ]
  for (const [settings, from, gets] of cases)
    it(`${settings}: ${from} gets ${gets}`, () => {
      expect(answer(policyWith(settings), from, '')).to.equal(gets)
    })
})

describe('what a decision depends on', () => {
  it('is the same preference for the same place, whatever is up', () => {
    const policy = policyWith('residency=eu')
    const germany = preferenceKey(preference(policy, clientFrom(policy, 'DE')))
    expect(preferenceKey(preference(policy, clientFrom(policy, 'NL')))).to.equal(germany)
    expect(preferenceKey(preference(policy, clientFrom(policy, 'US')))).to.not.equal(germany)
  })

  it('is every prefix the policy speaks of, each once', () => {
    const policy = policyWith(
      'residency=net:use1 route=203.0.113.0/24,2001:db8::/32:use1 reserve=net,JP',
      '$PLACES net 203.0.113.0/24,198.51.100.0/25',
    )
    expect(prefixLiterals(policy).map(({ text }) => text)).to.have.members([
      '203.0.113.0/24',
      '198.51.100.0/25',
      '2001:db8::/32',
    ])
  })

  it('gives equal keys to choices that answer alike', () => {
    const policy = policyWith('')
    const choices = [[], ['cnn1'], ['euc1']].map(
      down => decide(policy, clientFrom(policy, 'DE'), supposeHealth(policy, down)).choice,
    )
    expect(choiceKey(choices[1]!)).to.equal(choiceKey(choices[0]!))
    expect(choiceKey(choices[2]!)).to.not.equal(choiceKey(choices[0]!))
  })
})

describe('the steps of a decision', () => {
  it('come from the same way, one a step', () => {
    const policy = policyWith('residency=eu route=DE:use1,euw3 bias=euw3:+20% answers=2')
    const steps: string[] = []
    const health = supposeHealth(policy, ['euw3'])
    const traced = decide(policy, clientFrom(policy, 'DE'), health, undefined, step => steps.push(step))
    expect(traced).to.deep.equal(decide(policy, clientFrom(policy, 'DE'), health))
    expect(steps).to.deep.equal([
      'policy p: order=nearest, use1,usw2,euc1,euw3,apne1,cnn1',
      'use1 dropped: residency=eu (line 14)',
      'usw2 dropped: residency=eu (line 14)',
      'apne1 dropped: residency=eu (line 14)',
      'cnn1 dropped: residency=eu (line 14)',
      'route=DE (line 14): euw3 first',
      'euw3 kept: 128 km, by route, with bias +20% 102 km',
      'euc1 kept: 128 km',
      'euw3 dropped: down',
      'pick euc1',
    ])
  })

  it('tell what was drawn', () => {
    const policy = policyWith('regions=use1,usw2 order=hash')
    const { choice } = decide(policy, clientFrom(policy, 'DE'), supposeHealth(policy, []))
    const steps: string[] = []
    const slots = draw(policy, choice, parseAddress('192.0.2.1')!, 0, step => steps.push(step))
    expect(slots).to.have.length(1)
    expect(reachableSlots(choice)).to.include.members(slots)
    expect(steps).to.deep.equal([`drawn ${policy.regions[slots[0]!]!.name}`])
  })
})
