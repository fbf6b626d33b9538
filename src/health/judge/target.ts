/** One target under judgement: its subjects' words rolled up, the limiter between the words and the regions, the
 *  operator above both. Reviewed as a whole whenever something about it looks different. Clock as an argument. */

import { type Override, questionOf } from '../overrides/override.ts'
import { allowedWithdrawals, type DoubtChange, Limiter, type RegionCase } from './limiter.ts'
import { Ramp } from './ramp.ts'
import { type AddressView, type RegionView, servesAlike } from './region-view.ts'
import {
  type AddressRoll,
  familiesOut,
  isAvailable,
  type RegionRoll,
  rollUp,
  type WordsOn,
} from './rollup.ts'
import type { CheckSpec, HealthLimits, HealthTarget, RegionSpec, RegionState } from './spec.ts'
import type { SubjectEntry } from './subjects.ts'
import { type IsSuppressed, SUPPRESS_NOTHING, type Word } from './words.ts'

export interface RegionChange {
  readonly region: string
  readonly from: RegionState
  readonly to: RegionState
  readonly cause: string
  readonly durationMs: number
}

export interface Review {
  readonly doubts: readonly DoubtChange[]
  readonly changes: readonly RegionChange[]
  /** Some answer may now be another. */
  readonly moved: boolean
}

/** By check and address. */
export type RegionSubjects = ReadonlyMap<string, ReadonlyMap<string, SubjectEntry>>

/** How a region stood before this run. */
export interface Earlier {
  readonly state: RegionState
  readonly sinceMs: number
  readonly outSinceMs: number | undefined
}

/** A region and what of it outlives a reload. */
interface RegionEntry {
  spec: RegionSpec
  subjects: RegionSubjects
  view: RegionView | undefined
  earlier: Earlier | undefined
  /** Since when words keep it from clients, whatever the operator says. */
  outSinceMs: number | undefined
  ramp: Ramp | undefined
}

export class Target {
  spec: HealthTarget
  private readonly limits: HealthLimits
  private readonly limiter = new Limiter()
  private regions: RegionEntry[] = []

  constructor(spec: HealthTarget, limits: HealthLimits) {
    this.spec = spec
    this.limits = limits
  }

  /** New settings, the same memory. */
  follow(
    spec: HealthTarget,
    subjectsOf: (region: RegionSpec) => RegionSubjects,
    earlierOf: (region: string) => Earlier | undefined,
  ): void {
    this.spec = spec
    const known = new Map(this.regions.map(entry => [entry.spec.name, entry]))
    this.regions = spec.regions.map(region => {
      const entry = known.get(region.name)
      if (entry !== undefined) return Object.assign(entry, { spec: region, subjects: subjectsOf(region) })
      const earlier = earlierOf(region.name)
      return {
        spec: region,
        subjects: subjectsOf(region),
        view: undefined,
        earlier,
        outSinceMs: earlier?.outSinceMs,
        ramp: undefined,
      }
    })
  }

  /** In the order of the target's regions; only after a review. */
  get views(): readonly RegionView[] {
    return this.regions.map(({ view }) => view!)
  }

  /** A view is as old as its last review, and a word that is only repeated calls for none. */
  heardMs(): number[] {
    return this.regions.map(entry => {
      const { source, confirmedMs } = entry.view!
      const words = wordsOf(entry).filter(word => word.source === source)
      return Math.max(confirmedMs, ...words.map(word => word.confirmedMs))
    })
  }

  get doubted(): readonly string[] {
    return this.limiter.doubted
  }

  /** Time alone may change it. */
  get isRestless(): boolean {
    return this.limiter.doubted.length > 0 || this.regions.some(({ ramp }) => ramp !== undefined)
  }

  outSinceMs(region: string): number | undefined {
    return this.regions.find(({ spec }) => spec.name === region)?.outSinceMs
  }

  review(nowMs: number, overrideOf: (region: string) => Override | undefined): Review {
    const { maxWithdraw = this.limits.maxWithdraw } = this.spec
    const rules = {
      allowed: allowedWithdrawals(this.regions.length, maxWithdraw),
      windowMs: this.limits.withdrawWindowMs,
      quietMs: this.limits.doubtQuietMs,
    }
    const said = this.regions.map(entry => this.roll(entry, SUPPRESS_NOTHING))
    const cases = this.regions.map((entry, i) => this.caseOf(entry, said[i]!))
    const doubts = this.limiter.review(cases, rules, nowMs)
    const changes: RegionChange[] = []
    let moved = false
    for (const [i, entry] of this.regions.entries()) {
      const was = entry.view
      const { roll, doubted } = this.believed(entry, said[i]!)
      entry.outSinceMs = isAvailable(roll) ? undefined : (entry.outSinceMs ?? nowMs)
      // Nobody can order what is not there.
      const override = entry.spec.lacks === undefined ? overrideOf(entry.spec.name) : undefined
      const view = this.viewOf(entry, roll, doubted, override, nowMs)
      entry.view = view
      if (was === undefined || !servesAlike(was, view)) moved = true
      if (was !== undefined && was.state !== view.state) changes.push(changeOf(was, view, nowMs))
    }
    return { doubts, changes, moved }
  }

  //------------ Words to regions ---

  private roll({ spec, subjects }: RegionEntry, isSuppressed: IsSuppressed): RegionRoll {
    const wordsOn: WordsOn = (check, address) => subjects.get(check.name)?.get(address)?.words ?? []
    return rollUp(spec, this.checksOf(spec), this.spec.threshold, wordsOn, isSuppressed)
  }

  private checksOf(region: RegionSpec): readonly CheckSpec[] {
    return region.checks ?? this.spec.checks
  }

  private caseOf(entry: RegionEntry, said: RegionRoll): RegionCase {
    const { outSinceMs } = entry
    const { name } = entry.spec
    if (isAvailable(said)) return { name, outSinceMs, blamed: [], claimedBy: [] }
    const sources = [...new Set(wordsOf(entry).map(({ source }) => source))]
    const servesWithout = (isSuppressed: IsSuppressed): boolean => isAvailable(this.roll(entry, isSuppressed))
    return {
      name,
      outSinceMs,
      blamed: sources.filter(source => servesWithout(word => word.source === source)),
      claimedBy: sources.filter(source => !servesWithout(word => word.source !== source)),
    }
  }

  /** The region without what doubted sources have newly said against it. Where even their old words would take it
   *  away (another source that had spoken for it is gone), those are taken back as well. Tallies stay as said. */
  private believed(entry: RegionEntry, said: RegionRoll): { roll: RegionRoll; doubted: string[] } {
    const from = new Map<string, number>()
    for (const source of this.limiter.doubted) {
      const fromMs = this.limiter.suppressedFrom(source, entry.spec.name)
      if (fromMs !== undefined) from.set(source, fromMs)
    }
    if (from.size === 0) return { roll: said, doubted: [] }
    const { tallies } = said
    const isNew: IsSuppressed = ({ source, outMs }) =>
      outMs !== undefined && outMs > (from.get(source) ?? Infinity)
    const withoutNew = this.roll(entry, isNew)
    const doubted = [...from.keys()].filter(source =>
      wordsOf(entry).some(word => word.source === source && isNew(word)),
    )
    if (isAvailable(withoutNew)) return { roll: { ...withoutNew, tallies }, doubted }
    const withoutAll = this.roll(entry, ({ source }) => from.has(source))
    return isAvailable(withoutAll)
      ? { roll: { ...withoutAll, tallies }, doubted: [...from.keys()] }
      : { roll: withoutNew, doubted }
  }

  //------------ Regions to views ---

  private viewOf(
    entry: RegionEntry,
    roll: RegionRoll,
    doubted: readonly string[],
    override: Override | undefined,
    nowMs: number,
  ): RegionView {
    const was = entry.view
    const before = was ?? entry.earlier
    const { lacks } = entry.spec
    const said = override === undefined ? roll.state : OVERRIDDEN[override.action]!
    const state = lacks === undefined ? said : 'down'
    const ramp = this.rampOf(entry, isServed(state, roll), nowMs)
    const isMoving = ramp !== undefined || state === 'draining'
    const { shareUp, lastUp, check, word } = roll
    return {
      region: entry.spec.name,
      state,
      lastUp,
      shareUp,
      over: false,
      steady: !isMoving && (isForced(state) || roll.steady),
      shareOfWeight: ramp?.shareOfWeight(nowMs) ?? 1,
      mask: roll.addresses.some(({ live }) => live)
        ? roll.addresses.map(({ live }) => live)
        : roll.addresses.map(() => true),
      sinceMs: before?.state === state ? before.sinceMs : nowMs,
      addresses: roll.addresses.map((address, i) =>
        this.addressView(entry.spec, address, was?.addresses, i, nowMs),
      ),
      checks: roll.tallies,
      check: override === undefined ? check : '',
      source: override === undefined ? (word?.source ?? '') : 'operator',
      confirmedMs: word?.confirmedMs ?? nowMs,
      detail: lacks ?? (override === undefined ? (word?.detail ?? '') : override.why),
      judged: roll.state,
      doubted,
      ...(lacks === undefined ? {} : { lacks }),
      ...(override === undefined && familiesOut(roll.addresses).includes('v4') ? { yields: NO_V4 } : {}),
      ...(override === undefined ? {} : { override }),
    }
  }

  private rampOf(entry: RegionEntry, isServedNow: boolean, nowMs: number): Ramp | undefined {
    const { rampMs = 0 } = this.spec
    const before = entry.view ?? entry.earlier
    if (before !== undefined && isServedNow && rampMs > 0 && !wasServed(before))
      entry.ramp = new Ramp(nowMs, rampMs)
    if (!isServedNow || rampMs === 0 || entry.ramp?.isOver(nowMs) === true) entry.ramp = undefined
    return entry.ramp
  }

  private addressView(
    spec: RegionSpec,
    { address, state, live, merged }: AddressRoll,
    before: readonly AddressView[] | undefined,
    at: number,
    nowMs: number,
  ): AddressView {
    // Addresses rarely move, and when they do, the list is short.
    const was =
      before?.[at]?.address === address ? before[at] : before?.find(view => view.address === address)
    const checks = this.checksOf(spec).flatMap(({ name }, i) => {
      const one = merged[i]
      return one === undefined ? [] : [{ name, state: one.stale ? 'stale' : one.state }]
    })
    const said = merged.filter(one => one !== undefined)
    const isOut = (one: (typeof said)[number]): boolean => one.state === 'down' || one.state === 'draining'
    const word = (live ? undefined : said.find(isOut)?.word) ?? said.find(one => one.word !== undefined)?.word
    return {
      address,
      state,
      live,
      sinceMs: was?.state === state ? was.sinceMs : nowMs,
      checks,
      source: word?.source ?? '',
      confirmedMs: word?.confirmedMs ?? nowMs,
      detail: word?.detail ?? '',
    }
  }
}

/** Most clients have IPv4, and many nothing else. Without IPv6 they can still come, so that is no reason: a prober
 *  without IPv6 would move everybody. */
const NO_V4 = 'none of its IPv4 addresses is up'

const OVERRIDDEN: Readonly<Partial<Record<Override['action'], RegionState>>> = {
  drain: 'draining',
  'force-up': 'forced-up',
  'force-down': 'forced-down',
}

function wordsOf({ subjects }: RegionEntry): Word[] {
  return [...subjects.values()].flatMap(byAddress => [...byAddress.values()].flatMap(({ words }) => words))
}

function isForced(state: RegionState): boolean {
  return state === 'forced-up' || state === 'forced-down'
}

function isServed(state: RegionState, { lastUp }: Pick<RegionRoll, 'lastUp'>): boolean {
  return state === 'forced-up' || state === 'up' || state === 'unknown' || (state === 'stale' && lastUp)
}

function wasServed(before: RegionView | Earlier): boolean {
  if ('outSinceMs' in before) return before.outSinceMs === undefined
  // Whose addresses were not known was not ill.
  return before.lacks !== undefined || isServed(before.state, before)
}

function changeOf(was: RegionView, view: RegionView, nowMs: number): RegionChange {
  const { region, state } = view
  return { region, from: was.state, to: state, cause: causeOf(was, view), durationMs: nowMs - was.sinceMs }
}

function causeOf(was: RegionView, { override, check, detail, source, doubted, lacks }: RegionView): string {
  if (lacks !== undefined) return lacks
  if (override !== undefined) {
    const what = questionOf(override.action) === 'drain' ? 'drained' : override.action.replace('-', 'd ')
    return `${what} by ${override.by}${override.why === '' ? '' : `: ${override.why}`}`
  }
  if (was.override !== undefined) return `no longer ${was.state} by ${was.override.by}`
  if (doubted.length > 0) return `${doubted.join(', ')} is doubted`
  if (check === '') return ''
  return `${check}${detail === '' ? '' : `: ${detail}`}${source === '' ? '' : ` (${source})`}`
}
