/** What a simulation reports equals what a slow walk finds: every /10 of the small world asked for itself, of the one
 *  decision. */

import { expect } from 'chai'
import fc from 'fast-check'
import type { Address } from '../../src/base/address.ts'
import { clientClasses } from '../../src/compile/client-classes.ts'
import { buildGeo } from '../../src/geo/build.ts'
import type { GeoTable } from '../../src/geo/table.ts'
import { clientAt, prefixLiterals } from '../../src/policy/client.ts'
import { decide, supposeHealth } from '../../src/policy/decide.ts'
import type { Policy } from '../../src/policy/steering.ts'
import { worldCells } from '../../src/simulate/cells.ts'
import { makeReport, type Report, type Side } from '../../src/simulate/report.ts'
import { readTraffic } from '../../src/simulate/traffic.ts'
import { World, walkWorld } from '../../src/simulate/walk.ts'
import { policyOf } from '../policy/zone-text.ts'
import { SmallWorld } from '../steering/small-world.ts'

const REGIONS = ['use1', 'euc1', 'apne1', 'sae1']
const DIRECTIVES = `$REGION use1 cloud=aws:us-east-1
$REGION euc1 cloud=aws:eu-central-1
$REGION apne1 cloud=aws:ap-northeast-1
$REGION sae1 cloud=aws:sa-east-1
live GSLB p
`

const regionList = fc.subarray(REGIONS, { minLength: 1, maxLength: 4 })
const place = fc.constantFrom('US', 'DE', 'JP', 'IN', 'eu', 'asia', '16.0.0.0/8', '24.64.0.0/10', '2a00::/21')
const settings = fc.record({
  order: fc.constantFrom('nearest', 'listed', 'weighted', 'hash'),
  answers: fc.constantFrom(1, 1, 2),
  fence: fc.option(fc.tuple(place, regionList), { nil: undefined }),
  route: fc.option(fc.tuple(place, regionList), { nil: undefined }),
})

function policyText({
  order,
  answers,
  fence,
  route,
}: typeof settings extends fc.Arbitrary<infer T> ? T : never): string {
  const words = [`$POLICY p regions=${REGIONS.join(',')} order=${order} answers=${answers}`]
  if (order === 'weighted') words.push('weights=use1:60,euc1:25,apne1:10,sae1:5')
  if (fence !== undefined) words.push(`residency=${fence[0]}:${fence[1].join(',')}`)
  if (route !== undefined) words.push(`route=${route[0]}:${route[1].join(',')}`)
  return DIRECTIVES + words.join(' ')
}

describe('a simulation', () => {
  let small: SmallWorld
  let geo: GeoTable
  let world: World

  before(() => {
    small = new SmallWorld()
    geo = buildGeo({ databases: [small.database], overrides: undefined, stateDir: undefined }).table!
    world = new World(geo)
  })
  after(() => small.remove())

  const sideOf = (policy: Policy): Side & { networks: ReturnType<typeof clientClasses> } => {
    const networks = clientClasses(policy, geo)
    return { policy, classes: networks.classes, networks }
  }
  const simulate = (
    before: Policy | undefined,
    after: Policy,
    down: readonly string[] = [],
    csv?: string,
  ): Report[] => {
    const [was, is] = [before === undefined ? undefined : sideOf(before), sideOf(after)]
    const traffic = csv === undefined ? undefined : readTraffic('t.csv', csv)
    return walkWorld(world, was?.networks, is.networks, traffic).map(({ measure, tally }) =>
      makeReport({ measure, tally, countries: world.countries, before: was, after: is, down }),
    )
  }

  it('finds the shares that a slow walk finds, for random policies', () => {
    fc.assert(
      fc.property(settings, settings, fc.subarray(REGIONS, { maxLength: 2 }), (a, b, down) => {
        const [before, after] = [policyOf(policyText(a)), policyOf(policyText(b))]
        const [report] = simulate(before, after, down)
        const slow = slowWalk(before, after, down)
        expect(report!.moved).to.be.closeTo(slow.moved, 1e-9)
        for (const { region, after: share } of report!.loads)
          expect(share ?? 0, region).to.be.closeTo(slow.loads.get(region) ?? 0, 1e-9)
        expect(report!.outage.after).to.be.closeTo(slow.outage, 1e-9)
      }),
      { numRuns: 60 },
    )
  })

  /** Asks each probe of the decision; a pool counts by its weights. */
  function slowWalk(before: Policy, after: Policy, down: readonly string[]) {
    const loads = new Map<string, number>()
    let [moved, outage, known] = [0, 0, 0]
    const steps = 2 ** 22
    for (let start = 16 * 2 ** 24; start < 40 * 2 ** 24; start += steps) {
      const octets = new Uint8Array(4)
      new DataView(octets.buffer).setUint32(0, start)
      const address: Address = { family: 4, octets }
      const { place: where } = geo.locate(address)
      if (where.country === '') continue
      known++
      const [was, is] = [before, after].map(policy => {
        const client = clientAt(where, address, prefixLiterals(policy))
        return { policy, ...decide(policy, client, supposeHealth(policy, down)) }
      })
      const [sharesWas, sharesIs] = [was!, is!].map(({ policy, choice }) => slowShares(policy, choice))
      for (const region of new Set([...sharesWas!.keys(), ...sharesIs!.keys()]))
        moved += Math.max(0, (sharesIs!.get(region) ?? 0) - (sharesWas!.get(region) ?? 0))
      if (is!.choice.outage) outage++
      else for (const [region, share] of sharesIs!) loads.set(region, (loads.get(region) ?? 0) + share)
    }
    for (const [region, share] of loads) loads.set(region, share / known)
    return { moved: moved / known, loads, outage: outage / known }
  }

  function slowShares(policy: Policy, choice: ReturnType<typeof decide>['choice']): Map<string, number> {
    if (choice.kind !== 'regions')
      return new Map([[`(${choice.kind === 'refuse' ? 'refused' : 'sorry'})`, 1]])
    const shares = new Map<string, number>()
    const visit = (left: readonly number[], wanted: number, chance: number): void => {
      if (wanted === 0) return
      const all = left.reduce((sum, i) => sum + choice.poolWeights[i]!, 0)
      for (const i of left) {
        const drawn = (chance * choice.poolWeights[i]!) / all
        const name = policy.regions[choice.pool[i]!]!.name
        shares.set(name, (shares.get(name) ?? 0) + drawn / choice.answers)
        visit(
          left.filter(other => other !== i),
          wanted - 1,
          drawn,
        )
      }
    }
    for (const slot of choice.fixed) shares.set(policy.regions[slot]!.name, 1 / choice.answers)
    visit([...choice.pool.keys()], choice.pool.length === 0 ? 0 : choice.answers - choice.fixed.length, 1)
    return shares
  }

  it('moves nobody between a policy and itself', () => {
    fc.assert(
      fc.property(settings, one => {
        for (const report of simulate(policyOf(policyText(one)), policyOf(policyText(one)))) {
          expect(report.moved).to.equal(0)
          expect(report.residency).to.deep.equal([])
        }
      }),
      { numRuns: 20 },
    )
  })

  it('weighs by traffic wherever it comes from, inside and across networks', () => {
    const before = policyOf(`${DIRECTIVES}$POLICY p regions=${REGIONS.join(',')}`)
    const after = policyOf(
      `${DIRECTIVES}$POLICY p regions=${REGIONS.join(',')} route=DE:use1 route=24.0.0.0/9:sae1`,
    )
    // Half of the second line is unknown; the third is spread over a /8 of which half is routed elsewhere.
    const csv = '16.0.0.0/8,100\n38.0.0.0/8,50\n24.0.0.0/8,40\n2a00::/20,10\n'
    const [report] = simulate(before, after, [], csv)
    expect(report!.total).to.equal(200)
    expect(report!.moved).to.be.closeTo(50 / 200, 1e-12)
    expect(report!.moves.map(({ from, to, share }) => [from, to, share * 200])).to.deep.equal([
      ['euc1', 'use1', 50],
    ])
    expect(report!.countries.map(({ country, ofCountry }) => [country, ofCountry])).to.deep.equal([['DE', 1]])
  })

  it('puts the region that brings another nearest to its capacity first', () => {
    const capacities = DIRECTIVES.replace(/(us-east-1)/, '$1 capacity=9000')
      .replace(/(eu-central-1)/, '$1 capacity=500')
      .replace(/(ap-northeast-1)/, '$1 capacity=8000')
      .replace(/(sa-east-1)/, '$1 capacity=100')
    const policy = policyOf(`${capacities}$POLICY p regions=${REGIONS.join(',')}`)
    const [report] = simulate(undefined, policy)
    const burdens = report!.downs.map(({ loads }) => {
      const { region, share } = loads[0]!
      return share / policy.regions.find(({ name }) => name === region)!.capacity!
    })
    expect(burdens).to.deep.equal(burdens.toSorted((a, b) => b - a))
    expect(report!.downs).to.have.length(4)
  })

  it('draws a cell for each place, coloured by who serves it', () => {
    const policy = policyOf(`${DIRECTIVES}$POLICY p regions=${REGIONS.join(',')}`)
    const after = policyOf(`${DIRECTIVES}$POLICY p regions=${REGIONS.join(',')} route=JP:use1`)
    const [was, is] = [sideOf(policy), sideOf(after)]
    const [walked] = walkWorld(world, was.networks, is.networks, undefined)
    const cells = worldCells(world, walked!.tally, was, is, [])
    expect(cells).to.have.length(8)
    expect(cells.reduce((sum, { share }) => sum + share, 0)).to.be.closeTo(1, 1e-9)
    const tokyo = cells.find(({ longitude }) => longitude > 139 && longitude < 140)
    expect(tokyo).to.deep.include({ latitude: 35.5, longitude: 139.5, region: 'use1', moved: true })
    expect(cells.filter(({ moved }) => moved)).to.have.length(1)
  })
})
