/** When each of thousands of jobs runs: one timer over a heap. Knows no probes and no sockets.
 *
 *  - A job's first run is within its interval and, however long that is, soon: the first round takes a second, or
 *    a millisecond a job. The second run puts it at a place of the interval that the hash of its id says, so
 *    that the load is level from then on.
 *  - From start to start is at most the interval and at least nine tenths of it: the jitter only shortens. So a
 *    target that dies is found out after `fall` intervals at most.
 *  - Nothing runs sooner because it failed: the operator's interval and `fall` say how long a hiccup may last.
 *  - A job never overlaps itself, and no more than `concurrencyMax` run at once; what has to wait is late, and
 *    lateness is measured. Rounds that were missed are not made up for. */

import { assert } from '../../base/assert.ts'
import { regionHash } from '../../base/rendezvous.ts'
import { DueHeap } from './heap.ts'
import { Lateness, type LatenessFigures } from './lateness.ts'
import type { CallOff, Dice, Timing } from './timing.ts'

export interface Job {
  readonly id: string
  readonly intervalMs: number
  /** A job whose fingerprint changed is another job. */
  readonly fingerprint: string
}

export interface ScheduleRules<J extends Job> {
  readonly timing: Timing
  readonly dice: Dice
  readonly concurrencyMax: number
  /** Must call `done` once, unless it is called off. */
  readonly start: (job: J, done: () => void) => CallOff
}

export interface ScheduleFigures {
  readonly jobs: number
  readonly running: number
  readonly started: number
  readonly lateness: LatenessFigures
}

export const JITTER_SHARE = 0.1
export const FIRST_ROUND_MS = 1_000
const FIRST_ROUND_MS_PER_JOB = 1
/** Those due within this time start together: to wake for one probe costs a third of the probe again. */
const WAKE_GAP_MS = 5
/** After a pause everything is due at once; sockets are served in between. */
const STARTS_PER_WAKE_MAX = 64

interface Entry<J extends Job> {
  readonly job: J
  dueMs: number
  /** From the first start to the second. */
  readonly firstGapMs: number
  hasRun: boolean
  callOff: CallOff | undefined
}

export class Schedule<J extends Job> {
  private readonly rules: ScheduleRules<J>
  private entries = new Map<string, Entry<J>>()
  private readonly waiting = new DueHeap<Entry<J>>()
  private readonly lateness = new Lateness()
  private running = 0
  private started = 0
  private wakeAtMs = Infinity
  private callOffWake: CallOff = () => undefined

  constructor(rules: ScheduleRules<J>) {
    this.rules = rules
  }

  /** From now on these and no others. Those that stay keep their phase, and a run under way goes on. */
  update(jobs: readonly J[]): void {
    const before = this.entries
    const isKept = (job: J): boolean => before.get(job.id)?.job.fingerprint === job.fingerprint
    const roundMs = Math.max(FIRST_ROUND_MS, jobs.filter(job => !isKept(job)).length * FIRST_ROUND_MS_PER_JOB)
    this.entries = new Map(
      jobs.map(job => [job.id, isKept(job) ? before.get(job.id)! : this.enter(job, roundMs)]),
    )
    assert(this.entries.size === jobs.length, 'two jobs of one id')
    for (const [id, entry] of before) if (this.entries.get(id) !== entry) this.drop(entry)
    this.waiting.replace([...this.entries.values()].filter(({ callOff }) => callOff === undefined))
    this.arm()
  }

  /** Calls off what runs, and starts nothing more. */
  stop(): void {
    this.update([])
  }

  figures(): ScheduleFigures {
    const { running, started } = this
    return { jobs: this.entries.size, running, started, lateness: this.lateness.figures() }
  }

  private enter(job: J, roundMs: number): Entry<J> {
    const share = (regionHash(job.id) >>> 0) / 2 ** 32
    // What lies between two starts on average: spread over more, the rounds would run into each other.
    const meanGapMs = job.intervalMs * (1 - JITTER_SHARE / 2)
    const spreadMs = Math.min(roundMs, meanGapMs)
    return {
      job,
      dueMs: this.rules.timing.clock() + share * spreadMs,
      // Its place within the interval that follows the first round; never more than an interval after the first.
      firstGapMs: spreadMs + share * (meanGapMs - spreadMs),
      hasRun: false,
      callOff: undefined,
    }
  }

  private drop(entry: Entry<J>): void {
    if (entry.callOff === undefined) return
    entry.callOff()
    entry.callOff = undefined
    this.running--
  }

  private arm(): void {
    const next = this.waiting.top
    const hasRoom = this.running < this.rules.concurrencyMax
    if (next === undefined || !hasRoom) return this.disarm()
    const nowMs = this.rules.timing.clock()
    const wakeAtMs = Math.max(next.dueMs, nowMs + WAKE_GAP_MS)
    if (this.wakeAtMs <= wakeAtMs) return
    this.disarm()
    this.wakeAtMs = wakeAtMs
    this.callOffWake = this.rules.timing.after(Math.ceil(wakeAtMs - nowMs), () => {
      this.wakeAtMs = Infinity
      this.startDue()
      this.arm()
    })
  }

  private disarm(): void {
    this.callOffWake()
    this.wakeAtMs = Infinity
  }

  private startDue(): void {
    for (let count = 0; count < STARTS_PER_WAKE_MAX; count++) {
      const nowMs = this.rules.timing.clock()
      const next = this.waiting.top
      if (next === undefined || next.dueMs > nowMs || this.running >= this.rules.concurrencyMax) return
      this.waiting.pop()
      this.start(next, nowMs)
    }
  }

  private start(entry: Entry<J>, nowMs: number): void {
    this.lateness.add(nowMs - entry.dueMs)
    this.started++
    this.running++
    const gapMs = entry.hasRun
      ? entry.job.intervalMs * (1 - JITTER_SHARE * this.rules.dice())
      : entry.firstGapMs
    // A little late keeps the phase; a round late begins anew from here.
    const nextMs = (nowMs - entry.dueMs < gapMs ? entry.dueMs : nowMs) + gapMs
    entry.hasRun = true
    // Done may come before `start` has handed back how to call it off.
    let isDone = false
    entry.callOff = () => undefined
    const callOff = this.rules.start(entry.job, () => {
      if (isDone || entry.callOff === undefined) return
      isDone = true
      this.finish(entry, nextMs)
    })
    if (!isDone) entry.callOff = callOff
  }

  private finish(entry: Entry<J>, nextMs: number): void {
    entry.callOff = undefined
    this.running--
    entry.dueMs = Math.max(nextMs, this.rules.timing.clock())
    this.waiting.push(entry)
    this.arm()
  }
}
