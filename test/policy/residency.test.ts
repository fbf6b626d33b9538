/** Residency, held against an oracle that judges by the words of the fences: random policies, clients, down sets. */

import { expect } from 'chai'
import fc from 'fast-check'
import { choose, DOWN, type RegionHealth, reachableSlots, UP } from '../../src/policy/choose.ts'
import { decide } from '../../src/policy/decide.ts'
import { lawful } from '../../src/policy/law.ts'
import { permit } from '../../src/policy/permit.ts'
import { preference } from '../../src/policy/preference.ts'
import { breachByForce, breachByReasoning, type ProofMeans, proveResidency } from '../../src/policy/prove.ts'
import type { Policy, Slot } from '../../src/policy/steering.ts'
import { lawfulRegions, policyText, type RandomPolicy, randomClient, randomPolicy } from './random-policy.ts'
import { policyOf, readText, zoneAround } from './zone-text.ts'

const SEED = 20261120
const MEANS: ProofMeans = { sources: [], holders: () => [] }

/** Undefined for a policy that is refused at load. */
function read(random: RandomPolicy): Policy | undefined {
  return readText(zoneAround(policyText(random))).policies?.policies[0]
}

const health: fc.Arbitrary<RegionHealth> = fc.record({
  state: fc.constantFrom('up', 'down', 'draining', 'unknown', 'stale', 'forced-up', 'forced-down'),
  lastUp: fc.boolean(),
  shareUp: fc.constantFrom(0, 0.3, 1),
  over: fc.boolean(),
  steady: fc.boolean(),
})

describe('residency', () => {
  let refused = 0
  let judged = 0

  it(`is never left, whatever is up, down, forced or over capacity (seed ${SEED})`, () => {
    const inputs = fc.tuple(
      randomPolicy({ min: 1, max: 8 }),
      fc.array(fc.tuple(randomClient, fc.array(health, { minLength: 8, maxLength: 8 })), {
        minLength: 12,
        maxLength: 12,
      }),
      fc.array(fc.nat({ max: 7 }), { maxLength: 3 }),
    )
    fc.assert(
      fc.property(inputs, ([random, askers, lastGood]) => {
        const policy = read(random)
        if (policy === undefined) {
          refused++
          return
        }
        for (const [client, states] of askers) {
          const allowed = lawfulRegions(random, client)
          const { choice } = decide(policy, client, states, lastGood)
          const served = reachableSlots(choice).map(slot => policy.regions[slot]!.name)
          judged++
          expect([...allowed]).to.include.members(served)
          const mustAnswer = allowed.size > 0 && choice.kind === 'regions'
          if (mustAnswer) expect(served.length).to.be.greaterThan(0)
        }
      }),
      { seed: SEED, numRuns: 1500 },
    )
  })

  it('was judged often enough to mean something', () => {
    expect(judged).to.be.greaterThan(5000)
    expect(refused).to.be.greaterThan(50)
  })

  it('permits exactly what the oracle does', () => {
    fc.assert(
      fc.property(
        randomPolicy({ min: 1, max: 8 }),
        fc.array(randomClient, { minLength: 20, maxLength: 20 }),
        (random, clients) => {
          const policy = read(random)
          if (policy === undefined) return
          for (const client of clients) {
            const allowed = lawfulRegions(random, client)
            const isListed = policy.unknown.kind === 'listed' && client.place.country === ''
            const names = (slots: readonly Slot[]): string[] => slots.map(slot => policy.regions[slot]!.name)
            const permitted = names(permit(policy, client))
            if (isListed) expect([...allowed]).to.include.members(permitted)
            else expect(permitted).to.have.members([...allowed])
            const law = lawful(policy, client).flatMap((isAllowed, slot) => (isAllowed ? slot : []))
            expect(names(law)).to.have.members([...allowed])
          }
        },
      ),
      { seed: SEED + 1, numRuns: 1200 },
    )
  })
})

describe('the proof', () => {
  /** A preference as a broken `permit` would leave it: any regions, in any order. */
  const broken = fc.tuple(
    randomPolicy({ min: 1, max: 6 }),
    randomClient,
    fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 1 }),
    fc.nat({ max: 6 }),
  )

  it('finds by reasoning what it finds by force', () => {
    let breaches = 0
    fc.assert(
      fc.property(broken, ([random, client, slots, routed]) => {
        const policy = read(random)
        if (policy === undefined) return
        const ranked = slots.filter(slot => slot < policy.regions.length)
        const isPicked = policy.order === 'weighted' || policy.order === 'hash'
        const preferred = { ranked, routed: isPicked ? Math.min(routed, ranked.length) : 0 }
        const allowed = lawful(policy, client)
        const reasoned = breachByReasoning(policy, preferred, allowed, MEANS)
        const forced = breachByForce(policy, preferred, allowed, MEANS)
        expect(reasoned === undefined).to.equal(forced === undefined)
        if (reasoned === undefined) return
        breaches++
        // The counterexample is one: with those down, that region is answered.
        const states = policy.regions.map((_, slot) => (reasoned.down.includes(slot) ? DOWN : UP))
        expect(reachableSlots(choose(policy, preferred, states))).to.include(reasoned.slot)
      }),
      { seed: SEED + 2, numRuns: 1500 },
    )
    expect(breaches).to.be.greaterThan(100)
  })

  it('finds nothing wrong with what is right', () => {
    fc.assert(
      fc.property(
        randomPolicy({ min: 1, max: 6 }),
        fc.array(randomClient, { minLength: 10, maxLength: 10 }),
        (random, clients) => {
          const policy = read(random)
          if (policy === undefined) return
          const found = proveResidency(
            policy,
            clients.map(client => ({ client, preference: preference(policy, client) })),
            MEANS,
          )
          expect(found.filter(({ code }) => code !== 'fence-leaves-nothing')).to.deep.equal([])
        },
      ),
      { seed: SEED + 3, numRuns: 400 },
    )
  })
})

const REGIONS = `$REGION use1 cloud=aws:us-east-1
$REGION euc1 cloud=aws:eu-central-1
$REGION euw3 cloud=gcp:europe-west3
www GSLB p
`
const GERMANY = {
  place: { country: 'DE', subdivision: '', continent: 'EU', latitude: 51, longitude: 10, asn: 0 },
  prefixes: new Set<string>(),
}

/** What is said about Germany's clients if they preferred this. */
function prove(
  settings: string,
  ranked: readonly Slot[],
  means: Partial<ProofMeans> = {},
  routed = 0,
): string[] {
  const policy = policyOf(`${REGIONS}$POLICY p regions=use1,euc1,euw3 ${settings}`)
  const clients = [{ client: GERMANY, preference: { ranked, routed } }]
  return proveResidency(policy, clients, { ...MEANS, ...means }).map(
    ({ line, code, text }) => `${line} ${code} ${text}`,
  )
}

describe('a breach', () => {
  it('through a route is told with what must be down', () => {
    expect(prove('residency=eu route=DE:euc1,use1', [1, 2, 0])).to.deep.equal([
      '10 residency-breach DE with euc1,euw3 down → use1 through route= at line 10',
    ])
  })

  it('through the order is told likewise', () => {
    expect(prove('residency=eu', [1, 2, 0])).to.deep.equal([
      '10 residency-breach DE with euc1,euw3 down → use1 through order=nearest at line 10',
    ])
  })

  it('with everything up needs nothing down', () => {
    expect(prove('residency=eu order=weighted', [0, 1])).to.deep.equal([
      '10 residency-breach DE → use1 through order=weighted at line 10',
    ])
  })

  it('through an address that a region outside holds is found', () => {
    const sorry = 'residency=eu outage=sorry:192.0.2.1'
    expect(prove(sorry, [1, 2], { holders: () => [0] })).to.deep.equal([
      '10 residency-breach DE with euc1,euw3 down → use1 through outage=sorry at line 10',
    ])
    expect(prove(sorry, [1, 2], { holders: () => [2] })).to.deep.equal([])
  })

  it('of a chooser that adds regions in an outage is found by force', () => {
    const leaky: typeof choose = (policy, preferred, states, lastGood) => {
      const choice = choose(policy, preferred, states, lastGood)
      return choice.outage ? { ...choice, fixed: [0] } : choice
    }
    expect(prove('residency=eu', [1, 2], { choose: leaky })).to.deep.equal([
      '10 residency-breach DE with euc1,euw3 down → use1 through order=nearest at line 10',
    ])
  })

  it('of a chooser that remembers what was good is found', () => {
    const nostalgic: typeof choose = (policy, preferred, states, lastGood) => {
      const choice = choose(policy, preferred, states, lastGood)
      return choice.outage ? { ...choice, fixed: lastGood ?? [] } : choice
    }
    expect(prove('residency=eu outage=last-good', [1, 2], { choose: nostalgic })).to.have.length(1)
  })

  it('of one client is found though another has the same preference', () => {
    const policy = policyOf(`${REGIONS}$POLICY p regions=use1,euc1,euw3 residency=eu`)
    const swiss = { ...GERMANY, place: { ...GERMANY.place, country: 'CH' } }
    const preferred = { ranked: [1, 2, 0], routed: 0 }
    const clients = [swiss, GERMANY].map(client => ({ client, preference: preferred }))
    expect(proveResidency(policy, clients.slice(0, 1), MEANS)).to.deep.equal([])
    expect(proveResidency(policy, clients, MEANS)).to.have.length(1)
  })

  it('is found among many regions, too', () => {
    const names = Array.from({ length: 20 }, (_, i) => `r${i}`)
    const regions = names.map((name, i) => `$REGION ${name} at=50,${i} country=${i < 15 ? 'DE' : 'US'}`)
    const directives = `${regions.join('\n')}\nwww GSLB p\n$POLICY p regions=${names} residency=eu`
    const policy = policyOf(directives)
    const right = Array.from({ length: 15 }, (_, slot) => slot)
    const proveRanked = (ranked: readonly Slot[]): number =>
      proveResidency(policy, [{ client: GERMANY, preference: { ranked, routed: 0 } }], MEANS).length
    expect(proveRanked(right)).to.equal(0)
    expect(proveRanked([...right, 15])).to.equal(1)
  })

  it('where nothing is left is an error, with a client as the counterexample', () => {
    const policy = policyOf(`${REGIONS}$POLICY p regions=use1,euc1,euw3 residency=eu residency=AS64500:use1`)
    const client = { ...GERMANY, place: { ...GERMANY.place, asn: 64500 } }
    const problems = proveResidency(policy, [{ client, preference: preference(policy, client) }], MEANS)
    expect(problems.map(({ code, text }) => `${code} ${text}`)).to.deep.equal([
      'fence-leaves-nothing clients such as DE AS64500 are left without a region: its fences share no region',
    ])
  })
})
