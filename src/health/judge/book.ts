/** The book of health: targets, samples, heartbeats and orders in; verdicts for the board, lines for people and
 *  changes for the log out. Everything is judged at once when it comes in, so that a failover waits for nothing;
 *  `tick` does what only time does. Opens no socket and sets no timer: every call says what time it is. */

import type { Clock } from '../../base/clock.ts'
import type { Problem } from '../../base/problem.ts'
import { type Change, History } from '../memory/history.ts'
import type { MemoryFile } from '../memory/memory-file.ts'
import type { RecalledRegion, Recollection } from '../memory/recollection.ts'
import type { Override } from '../overrides/override.ts'
import type { Order } from '../overrides/replica.ts'
import type { Given, Merging, OverrideStore } from '../overrides/store.ts'
import type { DoubtChange } from './limiter.ts'
import type { RegionView } from './region-view.ts'
import {
  DEFAULT_LIMITS,
  type HealthLimits,
  type HealthTarget,
  type RegionSpec,
  type RegionState,
  type Sample,
  type SourceView,
  type Subject,
  subjectOf,
  targetKey,
} from './spec.ts'
import { type SubjectEntry, Subjects, type VerdictChange } from './subjects.ts'
import { type Earlier, type RegionSubjects, Target } from './target.ts'
import { addressLine, regionLine } from './text.ts'

/** `region`: what clients see of a region of a name. `verdict`: one source's word on one subject. */
export interface HealthChange extends Change {
  readonly kind: 'region' | 'verdict'
}

/** An alarm when a source begins to be doubted, the all-clear when that ends. */
export interface HealthDoubt extends DoubtChange {
  readonly target: HealthTarget
}

export interface HealthListener {
  /** Answers of this target may be others: write its board. */
  moved?(target: HealthTarget): void
  /** For the log: one line a change. */
  changed?(change: HealthChange): void
  doubt?(doubt: HealthDoubt): void
}

export interface HealthBookOptions {
  readonly wallClock: Clock
  readonly overrides: OverrideStore
  readonly listener?: HealthListener
  readonly limits?: Partial<HealthLimits>
  /** Written as things change. */
  readonly memory?: MemoryFile
  /** What an earlier run left behind. */
  readonly recollection?: Recollection | undefined
}

/** Of the history, the newest that the next run is told: thousands of probes can change a lot. */
export const CHANGES_RECALLED_MAX = 2_000

export class HealthBook {
  readonly overrides: OverrideStore
  readonly limits: HealthLimits
  readonly history = new History()
  private readonly wallClock: Clock
  private readonly listener: HealthListener
  private readonly memory: MemoryFile | undefined
  private readonly subjects: Subjects
  private readonly targets = new Map<string, Target>()
  private readonly targetsOf = new Map<SubjectEntry, Set<Target>>()
  private readonly earlier = new Map<string, RecalledRegion>()
  private readonly dirty = new Set<Target>()
  /** Time alone may change them. */
  private readonly restless = new Set<Target>()
  private nowMs = 0
  private nextEndWallMs: number | undefined

  constructor(options: HealthBookOptions) {
    const { wallClock, overrides, listener, limits, memory, recollection } = options
    this.wallClock = wallClock
    this.overrides = overrides
    this.listener = listener ?? {}
    this.limits = { ...DEFAULT_LIMITS, ...limits }
    this.memory = memory
    this.subjects = new Subjects(this.limits, {
      verdictChanged: change => this.noteVerdict(change),
      looksDifferent: entry => {
        for (const target of this.targetsOf.get(entry) ?? []) this.dirty.add(target)
      },
    })
    for (const change of recollection?.changes ?? []) this.history.add(change)
    for (const region of recollection?.regions ?? [])
      this.earlier.set(regionKey(region.target, region.region), region)
    this.subjects.recall(recollection?.verdicts ?? [])
  }

  //------------ What comes in ---

  /** All that is to be judged from now on. What was judged before keeps its verdicts, counters and doubts. */
  update(specs: readonly HealthTarget[], nowMs: number): void {
    this.nowMs = nowMs
    this.targetsOf.clear()
    const wanted = new Set(specs.map(targetKey))
    for (const key of this.targets.keys()) if (!wanted.has(key)) this.targets.delete(key)
    this.dirty.clear()
    this.restless.clear()
    for (const spec of specs) {
      const key = targetKey(spec)
      const target = this.targets.get(key) ?? new Target(spec, this.limits)
      this.targets.set(key, target)
      target.follow(
        spec,
        region => this.subjectsOf(target, spec, region),
        region => this.earlierOf(key, region),
      )
      this.dirty.add(target)
    }
    this.subjects.keepOnly(new Set(this.targetsOf.keys()))
    this.forgetChanges()
    this.review()
  }

  /** How many of them are of something that is watched. Those given together are judged together. */
  sample(samples: readonly Sample[], nowMs: number): number {
    this.nowMs = nowMs
    const taken = samples.filter(sample => this.subjects.sample(sample)).length
    // Nobody repeats a push to the next run, and until when it holds may be news.
    if (samples.some(({ validForMs }) => validForMs !== undefined)) this.memory?.note(nowMs)
    this.review()
    return taken
  }

  view(views: readonly SourceView[], nowMs: number): void {
    this.nowMs = nowMs
    for (const view of views) this.subjects.view(view, nowMs)
    this.review()
  }

  override(order: Order, nowMs: number): Given {
    this.nowMs = nowMs
    const given = this.overrides.give(order, this.wallClock())
    if ('override' in given) this.reviewAll()
    return given
  }

  /** Orders of other nodes. */
  merge(overrides: readonly Override[], nowMs: number): Merging {
    this.nowMs = nowMs
    const merging = this.overrides.merge(overrides, this.wallClock())
    if (merging.news.length > 0) this.reviewAll()
    return merging
  }

  /** A few times a second: words age, damping, doubts, ramps and orders end. */
  tick(nowMs: number): void {
    this.nowMs = nowMs
    this.subjects.tick(nowMs)
    for (const target of this.restless) this.dirty.add(target)
    if (this.nextEndWallMs !== undefined && this.wallClock() >= this.nextEndWallMs) this.reviewAll()
    else this.review()
    this.memory?.tick(nowMs, () => this.recollect(nowMs))
  }

  //------------ What goes out ---

  /** By slot. */
  regions(zone: string, name: string): readonly RegionView[] | undefined {
    return this.targets.get(targetKey({ zone, name }))?.views
  }

  /** By slot: when whoever decided of the region was last heard. */
  heardMs(zone: string, name: string): readonly number[] {
    return this.targets.get(targetKey({ zone, name }))?.heardMs() ?? []
  }

  /** `_health.NAME`: a string a region. */
  lines(zone: string, name: string, nowMs: number): string[] | undefined {
    this.refresh(zone, name, nowMs)
    return this.regions(zone, name)?.map(view => regionLine(view, nowMs, this.wallClock()))
  }

  /** `_health.REGION.NAME`: a string an address, or the region's own where it has none. */
  addressLines(zone: string, name: string, region: string, nowMs: number): string[] | undefined {
    this.refresh(zone, name, nowMs)
    const view = this.regions(zone, name)?.find(other => other.region === region)
    if (view === undefined) return undefined
    if (view.addresses.length === 0) return [regionLine(view, nowMs, this.wallClock())]
    return view.addresses.map(address => addressLine(address, nowMs))
  }

  /** Changes of a name's regions and, for the region asked, of the words behind them. Oldest first. */
  changes(zone: string, name: string, region?: string): Change[] {
    const target = this.targets.get(targetKey({ zone, name }))
    if (target === undefined) return []
    const regions = target.spec.regions
      .map(spec => spec.name)
      .filter(one => region === undefined || one === region)
    const starts = target.spec.regions
      .filter(({ name: one }) => regions.includes(one))
      .flatMap(one => (one.checks ?? target.spec.checks).map(check => `${zone}/${one.name} ${check.name} `))
    const whole = new Set(regions.map(one => `${name}/${one}`))
    return this.history.among(
      subject =>
        whole.has(subject) || (starts.some(start => subject.startsWith(start)) && !isOthers(subject, name)),
    )
  }

  doubts(): { zone: string; name: string; sources: readonly string[] }[] {
    return [...this.targets.values()]
      .filter(({ doubted }) => doubted.length > 0)
      .map(({ spec: { zone, name }, doubted }) => ({ zone, name, sources: doubted }))
  }

  recollect(nowMs: number): Recollection {
    const toWall = (ms: number): number => Math.round(this.wallClock() - (nowMs - ms))
    const regions = [...this.targets].flatMap(([target, entry]) =>
      entry.views.map(({ region, state, sinceMs }) => {
        const outSinceMs = entry.outSinceMs(region)
        const outSinceWallMs = outSinceMs === undefined ? null : toWall(outSinceMs)
        return { target, region, state, sinceWallMs: toWall(sinceMs), outSinceWallMs }
      }),
    )
    return {
      savedWallMs: this.wallClock(),
      verdicts: this.subjects.verdicts(toWall),
      regions,
      changes: this.history.all().slice(-CHANGES_RECALLED_MAX),
    }
  }

  /** For the end of a run. */
  async flush(nowMs: number): Promise<Problem | undefined> {
    return this.memory?.flush(() => this.recollect(nowMs))
  }

  //------------ Reviews ---

  /** Ages are read from the words of now. */
  private refresh(zone: string, name: string, nowMs: number): void {
    const target = this.targets.get(targetKey({ zone, name }))
    if (target === undefined) return
    this.nowMs = nowMs
    this.dirty.add(target)
    this.review()
  }

  private reviewAll(): void {
    for (const target of this.targets.values()) this.dirty.add(target)
    this.review()
  }

  private review(): void {
    if (this.dirty.size === 0) return
    const wallMs = this.wallClock()
    const { replica } = this.overrides
    this.nextEndWallMs = replica.nextEndWallMs(wallMs)
    for (const target of this.dirty) {
      const { spec } = target
      const { doubts, changes, moved } = target.review(this.nowMs, region =>
        replica.decisive(spec.name, region, wallMs),
      )
      for (const doubt of doubts) this.listener.doubt?.({ ...doubt, target: spec })
      for (const { region, ...change } of changes)
        this.note({ kind: 'region', subject: `${spec.name}/${region}`, ...change, wallMs })
      if (moved) this.listener.moved?.(spec)
      if (moved) this.memory?.note(this.nowMs)
      if (target.isRestless) this.restless.add(target)
      else this.restless.delete(target)
    }
    this.dirty.clear()
  }

  private noteVerdict({ subject, source, ...change }: VerdictChange): void {
    this.note({ kind: 'verdict', subject: verdictName(subject, source), ...change, wallMs: this.wallClock() })
  }

  private note(change: HealthChange): void {
    const { kind: _, ...kept } = change
    this.history.add(kept)
    this.memory?.note(this.nowMs)
    this.listener.changed?.(change)
  }

  /** A region's line of changes is one word, a verdict's begins with its region and check. */
  private forgetChanges(): void {
    const known = new Set(
      [...this.targetsOf.keys()].map(({ subject: { zone, region, check } }) =>
        verdictName({ zone, region, check, address: '' }, ''),
      ),
    )
    for (const { spec } of this.targets.values())
      for (const region of spec.regions) known.add(`${spec.name}/${region.name}`)
    this.history.keepOnly(subject => known.has(subject.split(' ', 2).join(' ')))
  }

  //------------ Targets and subjects ---

  private subjectsOf(target: Target, spec: HealthTarget, region: RegionSpec): RegionSubjects {
    const sinceWall = (wallMs: number): number => this.nowMs - (this.wallClock() - wallMs)
    return new Map(
      (region.checks ?? spec.checks).map(check => [
        check.name,
        new Map(
          ['', ...region.addresses].map(address => {
            const subject = subjectOf(spec, region.name, check, address)
            const entry = this.subjects.expect(subject, check, this.nowMs, sinceWall)
            const targets = this.targetsOf.get(entry)
            if (targets === undefined) this.targetsOf.set(entry, new Set([target]))
            else targets.add(target)
            return [address, entry] as const
          }),
        ),
      ]),
    )
  }

  private earlierOf(target: string, region: string): Earlier | undefined {
    const key = regionKey(target, region)
    const recalled = this.earlier.get(key)
    this.earlier.delete(key)
    if (recalled === undefined) return undefined
    const { state, sinceWallMs, outSinceWallMs } = recalled
    const fromWall = (wallMs: number): number =>
      Math.min(this.nowMs, this.nowMs - (this.wallClock() - wallMs))
    const outSinceMs = outSinceWallMs === null ? undefined : fromWall(outSinceWallMs)
    return { state: state as RegionState, sinceMs: fromWall(sinceWallMs), outSinceMs }
  }
}

function regionKey(target: string, region: string): string {
  return `${target} ${region}`
}

function verdictName({ zone, region, check, address, host }: Subject, source: string): string {
  const asked = host === undefined ? '' : `(${host})`
  return [`${zone}/${region}`, check, address, asked, source].filter(part => part !== '').join(' ')
}

/** A verdict that was asked for by another name. */
function isOthers(verdict: string, name: string): boolean {
  return verdict.includes(' (') && !verdict.includes(` (${name}) `)
}
