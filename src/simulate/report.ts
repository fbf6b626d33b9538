/** What a policy change comes to, from a tally: who moves where, whose permitted regions change, what each region
 *  carries, and what it carries when one more region is down. Numbers only; knows nothing of how they are shown. */

import type { ClientClass } from '../compile/client-classes.ts'
import { supposeHealth } from '../policy/decide.ts'
import type { Policy } from '../policy/steering.ts'
import { flows, type Outcome, outcomes, type Shares } from './shares.ts'
import type { Tally } from './tally.ts'
import type { Measure } from './walk.ts'

/** A policy with the classes it cuts the world into. */
export interface Side {
  readonly policy: Policy
  readonly classes: readonly ClientClass[]
}

export interface CountryShare {
  /** ISO code, or an empty string. */
  readonly country: string
  /** Of all clients, 0 to 1. */
  readonly share: number
}

export interface Move {
  readonly from: string
  readonly to: string
  /** Of all clients. */
  readonly share: number
  /** Largest first. */
  readonly countries: readonly CountryShare[]
}

export interface CountryMoves extends CountryShare {
  /** Of the country's own clients. */
  readonly ofCountry: number
  readonly moves: readonly { readonly from: string; readonly to: string; readonly share: number }[]
}

export interface ResidencyChange {
  /** Permitted regions, sorted. */
  readonly before: readonly string[]
  readonly after: readonly string[]
  readonly share: number
  readonly countries: readonly (CountryShare & { readonly ofCountry: number })[]
}

export interface RegionLoad {
  readonly region: string
  /** Undefined where it is not among the policy's regions, or there is no policy to compare with. */
  readonly before: number | undefined
  readonly after: number | undefined
  readonly capacity: number | undefined
}

/** One more region down. */
export interface Downed {
  readonly down: string
  /** Of the other regions, those that carry anything, most burdened first: by share of capacity where every region
   *  has one, else by share. */
  readonly loads: readonly { readonly region: string; readonly share: number; readonly more: number }[]
  /** Clients none of whose permitted regions are up. */
  readonly outage: number
}

export interface Report {
  readonly measure: Measure
  /** Addresses, /48s or queries that were weighed. */
  readonly total: number
  readonly moved: number
  readonly moves: readonly Move[]
  readonly countries: readonly CountryMoves[]
  readonly residency: readonly ResidencyChange[]
  readonly loads: readonly RegionLoad[]
  readonly outage: { readonly before: number | undefined; readonly after: number }
  /** The worst first. */
  readonly downs: readonly Downed[]
}

export interface ReportInput {
  readonly measure: Measure
  readonly tally: Tally
  /** By place. */
  readonly countries: readonly string[]
  readonly before: Side | undefined
  readonly after: Side
  readonly down: readonly string[]
}

export function makeReport(input: ReportInput): Report {
  const { tally, before, after, down, measure } = input
  const weights = new Weights(input)
  const outcomesBefore = before === undefined ? undefined : outcomesOf(before, down)
  const outcomesAfter = outcomesOf(after, down)
  const shift = outcomesBefore === undefined ? NO_SHIFT : shiftOf(weights, outcomesBefore, outcomesAfter)
  const loadBefore = outcomesBefore === undefined ? undefined : loadOf(weights.before, outcomesBefore)
  const loadAfter = loadOf(weights.after, outcomesAfter)
  return {
    measure,
    total: tally.total,
    ...shift,
    residency: before === undefined ? [] : residencyChanges(weights, before, after),
    loads: regionLoads(before, after, loadBefore, loadAfter),
    outage: { before: loadBefore?.outage, after: loadAfter.outage },
    downs: worstFirst(after.policy, downsOf(weights, after, down, loadAfter)),
  }
}

function outcomesOf({ policy, classes }: Side, down: readonly string[]): Outcome[] {
  return outcomes(
    policy,
    classes.map(({ preference }) => preference),
    supposeHealth(policy, down),
  )
}

/** The tally as shares of the whole: by country and pair, and by class. */
class Weights {
  readonly pairs: Tally['pairs']
  readonly byCountry = new Map<string, Float64Array>()
  /** By class. */
  readonly before: Float64Array
  readonly after: Float64Array

  constructor({ tally, countries, before, after }: ReportInput) {
    this.pairs = tally.pairs
    this.before = new Float64Array(before?.classes.length ?? 0)
    this.after = new Float64Array(after.classes.length)
    const whole = tally.total === 0 ? 1 : tally.total
    tally.forEach((place, pair, weight) => {
      const country = countries[place]!
      let ofCountry = this.byCountry.get(country)
      if (ofCountry === undefined) {
        ofCountry = new Float64Array(tally.pairs.length)
        this.byCountry.set(country, ofCountry)
      }
      const share = weight / whole
      ofCountry[pair]! += share
      const { before: classBefore, after: classAfter } = tally.pairs[pair]!
      if (before !== undefined) this.before[classBefore]! += share
      this.after[classAfter]! += share
    })
  }

  countryTotal(country: string): number {
    return this.byCountry.get(country)!.reduce((all, one) => all + one, 0)
  }
}

//------------ Moves ---

type Shift = Pick<Report, 'moved' | 'moves' | 'countries'>

const NO_SHIFT: Shift = { moved: 0, moves: [], countries: [] }

function shiftOf(weights: Weights, before: readonly Outcome[], after: readonly Outcome[]): Shift {
  const flowsOf = weights.pairs.map(pair => flows(before[pair.before]!.shares, after[pair.after]!.shares))
  const moves = new Map<string, { from: string; to: string; share: number; countries: CountryShare[] }>()
  const countries: CountryMoves[] = []
  for (const [country, pairs] of weights.byCountry) {
    const own = new Map<string, { from: string; to: string; share: number }>()
    for (const [pair, weight] of pairs.entries()) {
      if (weight === 0) continue
      for (const { from, to, share } of flowsOf[pair]!) {
        const key = `${from} ${to}`
        const move = own.get(key) ?? { from, to, share: 0 }
        move.share += share * weight
        own.set(key, move)
      }
    }
    if (own.size === 0) continue
    for (const [key, { from, to, share }] of own) {
      const move = moves.get(key) ?? { from, to, share: 0, countries: [] }
      move.share += share
      move.countries.push({ country, share })
      moves.set(key, move)
    }
    const share = total([...own.values()])
    const ofCountry = share / weights.countryTotal(country)
    countries.push({ country, share, ofCountry, moves: bySize([...own.values()]) })
  }
  const list = [...moves.values()].map(move => ({ ...move, countries: bySize(move.countries) }))
  return { moved: total(list), moves: bySize(list), countries: bySize(countries) }
}

function total(parts: readonly { readonly share: number }[]): number {
  return parts.reduce((all, { share }) => all + share, 0)
}

function bySize<Part extends { readonly share: number }>(parts: readonly Part[]): Part[] {
  return parts.toSorted((a, b) => b.share - a.share)
}

//------------ Residency ---

function residencyChanges(weights: Weights, before: Side, after: Side): ResidencyChange[] {
  const permittedBefore = before.classes.map(one => permitted(before.policy, one))
  const permittedAfter = after.classes.map(one => permitted(after.policy, one))
  const changes = new Map<string, { before: string[]; after: string[]; shares: Map<string, number> }>()
  for (const [country, pairs] of weights.byCountry)
    for (const [pair, weight] of pairs.entries()) {
      if (weight === 0) continue
      const was = permittedBefore[weights.pairs[pair]!.before]!
      const is = permittedAfter[weights.pairs[pair]!.after]!
      const key = `${was} > ${is}`
      if (was.join() === is.join()) continue
      const change = changes.get(key) ?? { before: was, after: is, shares: new Map<string, number>() }
      change.shares.set(country, (change.shares.get(country) ?? 0) + weight)
      changes.set(key, change)
    }
  return bySize(
    [...changes.values()].map(({ shares, ...sets }) => {
      const countries = bySize(
        [...shares].map(([country, share]) => {
          const ofCountry = share / weights.countryTotal(country)
          return { country, share, ofCountry }
        }),
      )
      return { ...sets, share: total(countries), countries }
    }),
  )
}

/** Whatever is up or down: a preference holds every permitted region. */
function permitted(policy: Policy, { preference }: ClientClass): string[] {
  return preference.ranked.map(slot => policy.regions[slot]!.name).sort()
}

//------------ Loads ---

interface Load {
  /** By region, or what stands in place of one; without clients whose regions are all down. */
  readonly shares: Shares
  readonly outage: number
}

function loadOf(classWeights: Float64Array, outcome: readonly Outcome[]): Load {
  const shares = new Map<string, number>()
  let outage = 0
  for (const [index, one] of outcome.entries()) {
    const weight = classWeights[index]!
    if (weight === 0) continue
    if (one.outage) outage += weight
    else
      for (const [region, share] of one.shares) shares.set(region, (shares.get(region) ?? 0) + share * weight)
  }
  return { shares, outage }
}

function regionLoads(
  before: Side | undefined,
  after: Side,
  loadBefore: Load | undefined,
  loadAfter: Load,
): RegionLoad[] {
  const regionsAfter = after.policy.regions.map(({ name }) => name)
  const regionsBefore = before?.policy.regions.map(({ name }) => name) ?? []
  const others = [...(loadBefore?.shares.keys() ?? []), ...loadAfter.shares.keys()]
  const names = new Set([...regionsAfter, ...regionsBefore, ...others])
  return [...names].map(region => ({
    region,
    before: loadIn(loadBefore, regionsBefore, region),
    after: loadIn(loadAfter, regionsAfter, region),
    capacity: after.policy.regions.find(({ name }) => name === region)?.capacity,
  }))
}

function loadIn(load: Load | undefined, regions: readonly string[], region: string): number | undefined {
  const share = load?.shares.get(region)
  return share ?? (load !== undefined && regions.includes(region) ? 0 : undefined)
}

function downsOf(weights: Weights, side: Side, down: readonly string[], usual: Load): Downed[] {
  const { policy } = side
  return policy.regions
    .filter(({ name }) => !down.includes(name))
    .map(({ name }) => {
      const { shares, outage } = loadOf(weights.after, outcomesOf(side, [...down, name]))
      const loads = [...shares]
        .filter(([region]) => region !== name)
        .map(([region, share]) => ({ region, share, more: share - (usual.shares.get(region) ?? 0) }))
        .toSorted((a, b) => burden(policy, b) - burden(policy, a))
      return { down: name, loads, outage }
    })
}

/** The one that brings a region nearest to its capacity, or past it. */
function worstFirst(policy: Policy, downs: readonly Downed[]): Downed[] {
  const heaviest = ({ loads }: Downed): number => (loads[0] === undefined ? 0 : burden(policy, loads[0]))
  return downs.toSorted((a, b) => heaviest(b) - heaviest(a))
}

/** Share by unit of capacity; a policy whose regions do not all tell theirs is judged by shares alone. */
function burden(policy: Policy, { region, share }: { region: string; share: number }): number {
  if (policy.regions.some(({ capacity }) => capacity === undefined)) return share
  const capacity = policy.regions.find(({ name }) => name === region)?.capacity
  return capacity === undefined ? 0 : share / capacity
}
