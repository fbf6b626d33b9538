/** The main thread's health: watches what the served zones ask for, and writes to their boards what comes of it.
 *  A zone's board is written before the zone is published, so that no reload brings a dead region back. Knows no
 *  sockets of its own and no questions. */

import type { Clock } from '../base/clock.ts'
import type { Dice } from '../base/dice.ts'
import type { PrefixTexts } from '../base/prefix-list.ts'
import type { Problem } from '../base/problem.ts'
import { candidatesMax, fillBoard } from '../compile/board.ts'
import { carryChoices } from '../compile/carry-choices.ts'
import type { Roster, RosterKeeper } from '../health/consul/roster.ts'
import { HealthBook, type HealthChange, type HealthDoubt } from '../health/judge/book.ts'
import type { RegionView } from '../health/judge/region-view.ts'
import { type HealthTarget, type Sample, type Subject, targetKey } from '../health/judge/spec.ts'
import { MemoryFile } from '../health/memory/memory-file.ts'
import type { Replica } from '../health/overrides/replica.ts'
import { OverrideStore } from '../health/overrides/store.ts'
import { DenyList } from '../health/probe/deny.ts'
import type { ProbeGap } from '../health/probe/probe.ts'
import { Prober } from '../health/probe/prober.ts'
import type { Timing } from '../health/probe/timing.ts'
import type { Log } from '../observe/log.ts'
import { MASK_WORDS, repeatChoices, storeMask, storeMaskAmid } from '../plan/board.ts'
import type { Health } from '../policy/choose.ts'
import type { ConsulDesk, ConsulListener } from './consul-desk.ts'
import { DirectMasks } from './direct-masks.ts'
import { HealthTally } from './health-tally.ts'
import { probesOf, type Watch, type WatchedZone, watchesOf } from './health-targets.ts'
import { lastGoodOf, restoreLastGood } from './last-good.ts'
import type { OrderDesk, TakeOrders } from './order-desk.ts'
import { followedBy, RosterDesk } from './roster-desk.ts'

export interface HealthDeskOptions {
  /** Folder for verdicts and orders that must outlive a restart. */
  readonly stateDir: string
  /** Who we are among the nodes of a fleet. */
  readonly node: string
  /** Where probes may not go, beside what they never do. */
  readonly deny: PrefixTexts
  readonly log: Log
  readonly clock: Clock
  readonly wallClock: Clock
  readonly dice: Dice
  /** Follows what judgement comes to, where it is traced. */
  readonly flips?: FlipWatch
  /** Absent where no Consul is configured. */
  readonly consul?: (listener: ConsulListener, keeper: RosterKeeper) => ConsulDesk
  /** Absent where orders stay on this node. */
  readonly orders?: (replica: Replica, take: TakeOrders) => OrderDesk
  /** Zones with CONSUL records are to be built anew. */
  readonly rosterChanged: () => void
}

/** What is told in the course of one judgement, in this order. */
export interface FlipWatch {
  /** Of these samples; none where time or an operator says something. */
  judging(samples: readonly Sample[]): void
  changed(change: HealthChange): void
  /** Boards are about to be written. The version for the choices that become others by it; 0: of no interest. */
  writing(): number
  written(targets: number): void
}

const TICK_MS = 250
/** A good sample may carry one: a certificate that ends soon is told once a day. */
const WARN_AGAIN_MS = 86_400_000

export class HealthDesk {
  readonly book: HealthBook
  readonly tally: HealthTally
  /** Absent where orders stay on this node. */
  readonly orders: OrderDesk | undefined
  private readonly log: Log
  private readonly clock: Clock
  private readonly deny: DenyList
  private readonly flips: FlipWatch | undefined
  private readonly prober: Prober
  private readonly consul: ConsulDesk | undefined
  private readonly rosterDesk: RosterDesk
  private readonly directMasks = new DirectMasks()
  private readonly ticking: NodeJS.Timeout
  /** By target. */
  private watches = new Map<string, Watch>()
  private subjects = new Map<string, Subject>()
  private readonly moved = new Set<string>()
  /** Log lines that wait until boards are written. */
  private readonly untold: (() => void)[] = []
  /** What the board of each target was last written by; none for a board that is new. */
  private readonly written = new Map<string, Health>()
  private readonly warned = new Map<string, { text: string; atMs: number }>()
  private stateProblem = ''

  constructor(options: HealthDeskOptions) {
    const { stateDir, node, deny, log, clock, wallClock, dice } = options
    this.log = log
    this.clock = clock
    this.tally = new HealthTally(clock)
    this.deny = new DenyList(deny)
    this.flips = options.flips
    const { store, problems } = OverrideStore.open(stateDir, node, wallClock())
    const memory = new MemoryFile(stateDir)
    const recalled = memory.recall(wallClock())
    const tell = (found: readonly Problem[]): void => {
      for (const { severity, file, code, text } of found)
        log[severity === 'error' ? 'error' : 'warn']({ file, code }, text)
    }
    tell([...problems, ...recalled.problems])
    void store.written().then(tell)
    this.book = new HealthBook({
      wallClock,
      overrides: store,
      memory,
      recollection: recalled.recollection,
      listener: {
        moved: target => this.moved.add(targetKey(target)),
        changed: change => {
          this.flips?.changed(change)
          this.tally.changed(change)
          this.untold.push(() => this.tellChange(change))
        },
        doubt: doubt => this.untold.push(() => this.tellDoubt(doubt)),
      },
    })
    this.prober = new Prober({
      timing: unrefTiming(clock),
      dice,
      wallClock,
      onSample: sample => {
        this.tally.probed(sample.ok)
        const subject = this.subjects.get(sample.targetId)
        if (subject === undefined) return
        const { ok, detail, atMs, warning, targetId } = sample
        if (warning !== '') this.warn(targetId, warning)
        this.sampling([{ subject, key: targetId, source: 'probe', ok, detail, atMs }])
      },
      onGap: gap => this.tellGap(gap),
    })
    this.rosterDesk = new RosterDesk(stateDir, log, options.rosterChanged)
    this.consul = options.consul?.(
      {
        samples: samples => this.sampling(samples),
        views: views => this.judging(nowMs => this.book.view(views, nowMs)),
        catalog: (key, isServing) => this.directMasks.write(key, isServing),
        heard: datacenter => this.orders?.kick(datacenter),
        rosterChanged: () => this.rosterDesk.note(this.clock()),
      },
      this.rosterDesk.keeper,
    )
    const unread = this.consul?.restore(this.rosterDesk.kept)
    if (unread !== undefined) log.warn({}, `what Consul said before this run: ${unread}`)
    this.orders = options.orders?.(store.replica, overrides =>
      this.judging(nowMs => this.book.merge(overrides, nowMs)),
    )
    this.ticking = setInterval(() => this.tick(memory), TICK_MS).unref()
  }

  /** Watches these zones from now on, and writes what is known of them to their boards. */
  adopt(zones: readonly WatchedZone[]): void {
    const watches = watchesOf(zones)
    const lastGood = lastGoodOf(this.watches.values())
    const seats = new Set<string>()
    const before = this.watches
    this.watches = new Map()
    for (const watch of watches) {
      // Names that share their words are judged as the first of them.
      const seat = `${watch.target.zone} ${watch.place.boardAt}`
      if (!seats.has(seat)) {
        this.watches.set(targetKey(watch.target), watch)
        restoreLastGood(lastGood, watch)
      }
      seats.add(seat)
    }
    const probes = probesOf([...this.watches.values()])
    this.subjects = new Map([...probes].map(([id, { subject }]) => [id, subject]))
    for (const about of this.warned.keys()) if (!this.subjects.has(about)) this.warned.delete(about)
    this.book.update(
      [...this.watches.values()].map(({ target }) => target),
      this.clock(),
    )
    this.written.clear()
    for (const [key, watch] of this.watches) {
      const was = before.get(key)
      if (was !== undefined) carryChoices(was, watch)
      this.moved.add(key)
    }
    // A board that is new changes no answer.
    this.flips?.judging([])
    this.follow()
    this.directMasks.adopt(zones)
    this.rosterDesk.warnOfUseless(zones)
    if (this.consul === undefined) this.warnOfConsul(zones)
    else this.consul.adopt(this.watches.values(), followedBy(zones))
    this.orders?.adopt(this.datacenters().map(({ datacenter }) => datacenter))
    this.prober.update(
      [...probes.values()].map(({ target }) => target),
      this.deny,
    )
  }

  /** Before zones are adopted: true when they had better be built again, with what was heard since. */
  async hearFirst(zones: readonly WatchedZone[]): Promise<boolean> {
    return this.consul !== undefined && this.rosterDesk.hearFirst(zones, this.consul)
  }

  get roster(): Roster {
    return this.rosterDesk.roster
  }

  /** Whatever the book is told, boards follow at once. */
  judging<Outcome>(tell: (nowMs: number) => Outcome): Outcome {
    return this.judgingOf([], tell)
  }

  sampling(samples: readonly Sample[]): void {
    this.judgingOf(samples, nowMs => this.book.sample(samples, nowMs))
  }

  private judgingOf<Outcome>(samples: readonly Sample[], tell: (nowMs: number) => Outcome): Outcome {
    this.flips?.judging(samples)
    const outcome = tell(this.clock())
    this.follow()
    return outcome
  }

  /** By slot; undefined for a name that is not watched. */
  health(zone: string, name: string): Health | undefined {
    return this.book.regions(zone, name)
  }

  /** By target: which policy answers it. */
  policyOf(target: HealthTarget): string {
    return this.watches.get(targetKey(target))?.policy.policy.name ?? ''
  }

  /** What is watched, in the order of the zones. */
  get targets(): readonly HealthTarget[] {
    return [...this.watches.values()].map(({ target }) => target)
  }

  /** Empty where no Consul is configured. */
  datacenters(): ReturnType<ConsulDesk['datacenters']> {
    return this.consul?.datacenters() ?? []
  }

  figures(): ReturnType<Prober['figures']> {
    return this.prober.figures()
  }

  /** Writes down what the next run should know. */
  async stop(): Promise<void> {
    clearInterval(this.ticking)
    this.prober.stop()
    if (this.consul !== undefined) await this.rosterDesk.stop(this.consul)
    await Promise.all([this.consul?.stop(), this.orders?.stop()])
    const problem = await this.book.flush(this.clock())
    if (problem !== undefined) this.log.warn({ file: problem.file }, problem.text)
    await this.book.overrides.close()
  }

  private tick(memory: MemoryFile): void {
    this.consul?.tick()
    if (this.consul !== undefined) this.rosterDesk.tick(this.clock(), this.consul)
    this.orders?.tick()
    this.judging(nowMs => this.book.tick(nowMs))
    const text = memory.problem?.text ?? ''
    if (text !== '' && text !== this.stateProblem) this.log.warn({ file: memory.path }, text)
    this.stateProblem = text
  }

  //------------ Boards ---

  /** Boards first: no client waits for a log, and who reads of a change finds it in the answers. */
  private follow(): void {
    this.writeMoved()
    for (const tell of this.untold.splice(0)) tell()
  }

  /** Where names of one policy fare alike, the choices are made once. */
  private writeMoved(): void {
    if (this.moved.size === 0) return
    const version = this.flips?.writing() ?? 0
    const firsts = new Map<string, Watch>()
    for (const key of this.moved) {
      const watch = this.watches.get(key)
      const views = watch && this.book.regions(watch.target.zone, watch.target.name)
      if (watch === undefined || views === undefined) continue
      const { board, policy, place } = watch
      writeMasks(watch, views, storeMaskAmid)
      const { index, outage } = policy.policy
      const looks = views.map(view => [
        view.state,
        view.lastUp,
        view.shareUp,
        view.steady,
        view.shareOfWeight,
        view.lacks,
        view.yields,
      ])
      const alike = `${watch.target.zone} ${index} ${JSON.stringify(looks)}`
      const first = outage.kind === 'last-good' ? undefined : firsts.get(alike)
      if (first === undefined) fillBoard(board, policy, place.boardAt, views, this.written.get(key), version)
      else {
        const { boardAt } = first.place
        repeatChoices(board, boardAt, place.boardAt, candidatesMax(policy.policy), policy.classes.length)
      }
      writeMasks(watch, views, storeMask)
      firsts.set(alike, watch)
      this.written.set(key, views)
    }
    if (version !== 0) this.flips?.written(this.moved.size)
    this.moved.clear()
  }

  //------------ What is told ---

  private tellChange(change: HealthChange): void {
    const { kind, subject, from, to, cause, durationMs } = change
    const fields = { subject, from, to, cause, lastedMs: Math.round(durationMs) }
    const text = kind === 'region' ? `region is ${to}` : `check is ${to}`
    // Thousands of checks pass for the first time at every start.
    if (from === 'unknown' && to === 'up') this.log.debug(fields, text)
    else if (to === 'down') this.log.warn(fields, text)
    else this.log.info(fields, text)
  }

  private tellDoubt({ kind, source, regions, cause, durationMs, target }: HealthDoubt): void {
    const fields = { name: target.name, source, regions, cause }
    if (kind === 'doubted') this.log.error(fields, 'a source of health is doubted: its word is not taken')
    else this.log.info({ ...fields, lastedMs: Math.round(durationMs) }, 'a source of health is trusted again')
  }

  private warnOfConsul(zones: readonly WatchedZone[]): void {
    const [followed] = followedBy(zones)
    if (followed !== undefined)
      this.log.warn(
        { service: followed.service },
        'CONSUL records follow a catalog, but none is configured (--consul URL): what is remembered is served',
      )
    const asking = [...this.watches.values()].find(({ target }) =>
      target.checks.some(({ kind }) => kind === 'consul'),
    )
    if (asking === undefined) return
    const fields = { name: asking.target.name }
    this.log.warn(
      fields,
      'checks ask Consul, but none is configured (--consul URL): their regions count as up',
    )
  }

  private tellGap({ targetId, cause, detail }: ProbeGap): void {
    this.tally.probes.none++
    if (cause === 'denied' || cause === 'unaskable') this.warn(targetId, `not probed: ${detail}`)
    else this.warn(cause, `a probe could not be made: ${detail}`)
  }

  private warn(about: string, text: string): void {
    const nowMs = this.clock()
    const last = this.warned.get(about)
    if (last?.text === text && nowMs - last.atMs < WARN_AGAIN_MS) return
    this.warned.set(about, { text, atMs: nowMs })
    this.log.warn({ probe: about }, text)
  }
}

function writeMasks(
  { board, place, addresses }: Watch,
  views: readonly RegionView[],
  store: typeof storeMask,
): void {
  if (place.masksAt === 0) return
  addresses.forEach(({ v4 }, slot) => {
    const at = place.masksAt + slot * MASK_WORDS
    store(board, at, views[slot]!.mask.slice(0, v4.length))
    store(board, at + 1, views[slot]!.mask.slice(v4.length))
  })
}

/** Probes alone keep no process alive. */
function unrefTiming(clock: Clock): Timing {
  return {
    clock,
    after(delayMs, run) {
      const timer = setTimeout(run, delayMs).unref()
      return () => clearTimeout(timer)
    },
  }
}
