/** Shares of answers: exact where that can be reckoned, near where it is estimated, and flows that lose nothing. */

import { expect } from 'chai'
import fc from 'fast-check'
import { scramble } from '../../src/base/rendezvous.ts'
import { pickByWeight } from '../../src/base/weighted.ts'
import { UP } from '../../src/policy/choose.ts'
import { countryClient } from '../../src/policy/everyone.ts'
import { preference } from '../../src/policy/preference.ts'
import { drawChances, flows, outcomes, REFUSED, SORRY } from '../../src/simulate/shares.ts'
import { policyOf } from '../policy/zone-text.ts'

const SUM_TOLERANCE = 1e-9

describe('shares', () => {
  it('of a draw by weight are what the dice of the data plane come to', () => {
    const cases: [number[], number][] = [
      [[60, 30, 10], 1],
      [[60, 30, 10], 2],
      [[5, 1, 1, 1, 1], 3],
      [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13], 4],
    ]
    const throws = 60_000
    for (const [weights, draws] of cases) {
      const counts = weights.map(() => 0)
      const out = new Int32Array(draws)
      for (let i = 0; i < throws; i++) {
        pickByWeight(
          Int32Array.from(weights),
          0,
          weights.length,
          draws,
          scramble(Math.imul(i, 0x9e3779b9)),
          out,
        )
        for (const place of out) counts[place]!++
      }
      // Thirteen are above what is counted out: there an estimate must do.
      const tolerance = weights.length > 12 ? 0.03 : 0.01
      drawChances(weights, draws).forEach((chance, i) => {
        expect(chance, `${weights} ${draws}`).to.be.closeTo(counts[i]! / throws, tolerance)
      })
    }
  })

  it('of any draw add up to the number drawn, and heavier is likelier', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 16 })
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 6 }), (list, draws) => {
        const chances = drawChances(list, draws)
        const all = chances.reduce((sum, one) => sum + one, 0)
        expect(all).to.be.closeTo(Math.min(draws, list.length), 1e-6)
        for (const [i, a] of list.entries())
          for (const [j, b] of list.entries())
            if (a > b) expect(chances[i]! - chances[j]!).to.be.greaterThan(-SUM_TOLERANCE)
      }),
      { numRuns: 200 },
    )
  })

  const directives = '$REGION use1 cloud=aws:us-east-1\n$REGION euc1 cloud=aws:eu-central-1\nlive GSLB p\n'
  const sharesOf = (settings: string, down: readonly string[] = []): Record<string, number> => {
    const policy = policyOf(`${directives}$POLICY p regions=use1,euc1 ${settings}`)
    const health = policy.regions.map(({ name }) =>
      down.includes(name) ? { ...UP, state: 'down' as const } : UP,
    )
    const [outcome] = outcomes(policy, [preference(policy, countryClient('DE').client)], health)
    return Object.fromEntries(outcome!.shares)
  }

  const cases: [string, string[], Record<string, number>][] = [
    ['', [], { euc1: 1 }],
    ['', ['euc1'], { use1: 1 }],
    ['answers=2', [], { euc1: 0.5, use1: 0.5 }],
    ['order=weighted weights=use1:75,euc1:25', [], { use1: 0.75, euc1: 0.25 }],
    ['order=hash', [], { use1: 0.5, euc1: 0.5 }],
    ['residency=eu outage=refuse', ['euc1'], { [REFUSED]: 1 }],
    ['outage=sorry:192.0.2.1', ['euc1', 'use1'], { [SORRY]: 1 }],
  ]
  for (const [settings, down, shares] of cases)
    it(`of "${settings}" with ${down.join(',') || 'nothing'} down`, () => {
      expect(sharesOf(settings, down)).to.deep.equal(shares)
    })

  it('flow from who loses to who gains, and nothing is lost on the way', () => {
    const shares = fc
      .array(fc.integer({ min: 0, max: 50 }), { minLength: 4, maxLength: 4 })
      .filter(list => list.some(one => one > 0))
      .map(list => {
        const all = list.reduce((sum, one) => sum + one, 0)
        return new Map(
          list.flatMap((one, i): [string, number][] => (one === 0 ? [] : [[`r${i}`, one / all]])),
        )
      })
    fc.assert(
      fc.property(shares, shares, (before, after) => {
        const then = new Map(before)
        for (const { from, to, share } of flows(before, after)) {
          expect(share).to.be.greaterThan(0)
          then.set(from, (then.get(from) ?? 0) - share)
          then.set(to, (then.get(to) ?? 0) + share)
        }
        for (const region of ['r0', 'r1', 'r2', 'r3'])
          expect(then.get(region) ?? 0).to.be.closeTo(after.get(region) ?? 0, SUM_TOLERANCE)
      }),
      { numRuns: 300 },
    )
  })

  it('flow nowhere when nothing changes', () => {
    expect(flows(new Map([['a', 1]]), new Map([['a', 1]]))).to.deep.equal([])
    expect(flows(new Map([['a', 1]]), new Map([['b', 1]]))).to.deep.equal([{ from: 'a', to: 'b', share: 1 }])
  })
})
