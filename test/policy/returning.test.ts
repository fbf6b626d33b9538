/** Regions that return gradually (`ramp=`): how much each gets, who is meanwhile in its place, and that whoever has
 *  come back stays. */

import { expect } from 'chai'
import { parseAddress } from '../../src/base/address.ts'
import { DOWN, type RegionHealth, UP } from '../../src/policy/choose.ts'
import { decide, draw } from '../../src/policy/decide.ts'
import { countryClient } from '../../src/policy/everyone.ts'
import type { Policy } from '../../src/policy/steering.ts'
import { policyOf } from './zone-text.ts'

const NAMES = ['a', 'b', 'c', 'd']
const UNITS = 8_000

function policyWith(settings: string): Policy {
  const regions = NAMES.map((name, i) => `$REGION ${name} at=${50 - i},10 country=DE`).join('\n')
  return policyOf(`${regions}\nwww GSLB p\n$POLICY p regions=${NAMES} ramp=10m ${settings}`)
}

/** `a=20% c=down`: all that is not said is up. */
function healthOf(said: string): RegionHealth[] {
  const words = new Map(said.split(' ').map(word => word.split('=') as [string, string]))
  return NAMES.map(name => {
    const word = words.get(name) ?? 'up'
    if (word === 'down') return DOWN
    return word === 'up' ? UP : { ...UP, steady: false, shareOfWeight: Number.parseInt(word) / 100 }
  })
}

/** The answer of each hash unit, or of each throw of the dice. */
function answers(settings: string, said: string): string[] {
  const policy = policyWith(settings)
  const { choice } = decide(policy, countryClient('DE').client, healthOf(said))
  const dice = (i: number): number => Math.imul(i, 0x9e3779b1)
  return Array.from({ length: UNITS }, (_, i) => {
    const address = parseAddress(`10.${i >> 8}.${i & 255}.77`)!
    return draw(policy, choice, address, dice(i))
      .map(slot => policy.regions[slot]!.name)
      .join(' ')
  })
}

/** In whole percents of all: `a:20 b:80`. */
function shares(got: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const one of got) counts.set(one, (counts.get(one) ?? 0) + 1)
  return new Map([...counts].map(([one, count]) => [one, (count * 100) / got.length]))
}

/** What is to be got, by share in percent. */
const TABLE: readonly [what: string, settings: string, said: string, Readonly<Record<string, number>>][] = [
  ['nothing returns', 'order=listed', '', { a: 100 }],
  ['its share, the rest to the next', 'order=listed', 'a=20%', { a: 20, b: 80 }],
  ['nearest as listed', 'order=nearest', 'a=20%', { a: 20, b: 80 }],
  ['the next that is up', 'order=listed', 'a=20% b=down', { a: 20, c: 80 }],
  ['two return, one ahead', 'order=listed', 'a=20% b=50%', { a: 20, b: 40, c: 40 }],
  ['what nobody prefers changes nothing', 'order=listed', 'b=20%', { a: 100 }],
  ['nobody else is up', 'order=listed', 'a=20% b=down c=down d=down', { a: 100 }],
  ['all return together', 'order=listed', 'a=20% b=20% c=20% d=20%', { a: 100 }],
  ['all return, the second ahead', 'order=listed', 'a=20% b=55% c=10% d=10%', { a: 20, b: 80 }],
  ['all return, the first ahead', 'order=listed', 'a=55% b=20% c=10% d=10%', { a: 100 }],
  ['down is down', 'order=listed', 'a=down b=50%', { b: 50, c: 50 }],
  ['of two answers one returns', 'order=listed answers=2', 'a=20%', { 'b a': 20, 'b c': 80 }],
  ['of two answers the second returns', 'order=listed answers=2', 'b=30%', { 'a b': 30, 'a c': 70 }],
  ['as many answers as are up', 'order=listed answers=2', 'a=20% c=down d=down', { 'a b': 100 }],
  [
    'a weight grows',
    'order=weighted weights=a:60,b:20,c:20,d:0',
    'a=20%',
    { a: (12 * 100) / 52, b: (20 * 100) / 52, c: (20 * 100) / 52 },
  ],
  [
    'weights of 1 grow, too',
    'order=weighted weights=a:1,b:1,c:0,d:0',
    'a=10%',
    { a: 100 / 11, b: 1000 / 11 },
  ],
  [
    'by hash, too',
    'order=hash weights=a:60,b:20,c:20,d:0',
    'a=20%',
    { a: (12 * 100) / 52, b: (20 * 100) / 52, c: (20 * 100) / 52 },
  ],
  ['along a route', 'order=listed route=DE:d,c', 'd=20%', { d: 20, c: 80 }],
  [
    'along a route before weights',
    'order=weighted weights=a:1,b:3,c:0,d:1 route=DE:d',
    'd=20%',
    { d: 20, a: 20, b: 60 },
  ],
  ['along a route before a hash', 'order=hash route=DE:d,c', 'd=20%', { d: 20, c: 80 }],
]

describe('a region that returns gradually', () => {
  for (const [what, settings, said, wanted] of TABLE)
    it(`${what}: ${settings}, ${said || 'all up'}`, () => {
      const got = shares(answers(settings, said))
      expect([...got.keys()]).to.have.members(Object.keys(wanted))
      for (const [one, percent] of Object.entries(wanted)) expect(got.get(one)).to.be.closeTo(percent, 1.6)
    })

  for (const order of ['listed', 'hash'])
    it(`keeps whoever it has got back: order=${order}`, () => {
      let before = new Set<number>()
      for (let percent = 10; percent <= 100; percent += 5) {
        const got = answers(`order=${order}`, percent === 100 ? '' : `a=${percent}%`)
        const now = new Set([...got.keys()].filter(i => got[i] === 'a'))
        expect(
          [...before].filter(i => !now.has(i)),
          `at ${percent}%`,
        ).to.deep.equal([])
        expect(now.size).to.be.greaterThan(before.size)
        before = now
      }
    })

  it('takes nobody from others than those that will be its own: order=hash', () => {
    const settled = answers('order=hash', '')
    const returning = answers('order=hash', 'a=30%')
    for (const [i, name] of returning.entries()) if (name !== settled[i]) expect(settled[i]).to.equal('a')
  })

  it('leads nobody out of a fence', () => {
    const only = answers('order=listed residency=DE:a,c', 'a=20%')
    expect(new Set(only)).to.deep.equal(new Set(['a', 'c']))
    expect(new Set(answers('order=listed residency=DE:a', 'a=20%'))).to.deep.equal(new Set(['a']))
  })

  it('moves the TTL to its lower end and says why', () => {
    const policy = policyWith('order=listed ttl=5..60')
    const steps: string[] = []
    const { choice } = decide(policy, countryClient('DE').client, healthOf('a=20%'), undefined, step =>
      steps.push(step),
    )
    expect(choice.ttl).to.equal('min')
    expect(steps).to.include('a returns: 20% of its share')
    expect(steps.at(-1)).to.equal('pick 1 of a:16384,b:65535 by hash')
  })

  it('is at once where no ramp is set', () => {
    const policy = policyOf(
      `$REGION a country=DE\n$REGION b country=DE\nwww GSLB p\n$POLICY p regions=a,b order=listed`,
    )
    const { choice } = decide(policy, countryClient('DE').client, healthOf('a=20%').slice(0, 2))
    expect(choice.pick).to.equal('none')
  })
})
