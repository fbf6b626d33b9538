/** Meridian's own probes: targets in, a stream of samples out. Judges nothing: a sample is one look, and what
 *  follows from it is decided elsewhere. */

import type { Clock } from '../../base/clock.ts'
import type { DenyList } from './deny.ts'
import type { ProbeJob } from './job.ts'
import {
  hostOf,
  type ProbeGap,
  type ProbeOutcome,
  type ProbeSample,
  type ProbeTarget,
  probeKey,
} from './probe.ts'
import { runProbe } from './run.ts'
import { type Job, Schedule, type ScheduleFigures } from './schedule.ts'
import { makeTrust, type Trust } from './secure.ts'
import type { Dice, Timing } from './timing.ts'

export interface ProberOptions {
  readonly timing: Timing
  readonly dice: Dice
  /** For the dates of certificates. */
  readonly wallClock: Clock
  /** How many probes may be under way at once. */
  readonly concurrencyMax?: number
  /** More authorities to believe, in PEM, beside those Node carries. */
  readonly authorities?: readonly string[]
  readonly onSample: (sample: ProbeSample) => void
  /** Denied targets are reported once, when they come; the others each time there is no sample. */
  readonly onGap: (gap: ProbeGap) => void
}

/** Black holes hold a socket for their whole timeout: two of five seconds of 5,000 targets. */
const CONCURRENCY_MAX = 2_048

interface ProberJob extends Job, ProbeJob {}

export class Prober {
  private readonly options: ProberOptions
  private readonly schedule: Schedule<ProberJob>
  private readonly trust: Trust
  private denied = new Map<string, string>()

  constructor(options: ProberOptions) {
    this.options = options
    this.trust = makeTrust(options.authorities ?? [], options.wallClock)
    this.schedule = new Schedule({
      timing: options.timing,
      dice: options.dice,
      concurrencyMax: options.concurrencyMax ?? CONCURRENCY_MAX,
      start: (job, done) => this.start(job, done),
    })
  }

  /** From now on these targets and no others; those that are unchanged go on in phase, new ones begin at once.
   *  Targets of one id are the caller's bug. */
  update(targets: readonly ProbeTarget[], deny: DenyList): void {
    const deniedBefore = this.denied
    this.denied = new Map()
    const jobs: ProberJob[] = []
    for (const target of targets) {
      const { id, address, spec } = target
      const destination = deny.admit(address, spec.port)
      if (typeof destination === 'string') this.denied.set(id, destination)
      else jobs.push(this.jobOf(target, { destination, spec, host: hostOf(target), trust: this.trust }))
    }
    this.schedule.update(jobs)
    const atMs = this.options.timing.clock()
    for (const [targetId, detail] of this.denied)
      if (deniedBefore.get(targetId) !== detail)
        this.options.onGap({ targetId, cause: 'denied', detail, atMs })
  }

  /** Calls off what is under way; no sample comes after this. */
  stop(): void {
    this.schedule.stop()
  }

  figures(): ScheduleFigures & { readonly denied: number } {
    return { ...this.schedule.figures(), denied: this.denied.size }
  }

  private jobOf(target: ProbeTarget, job: ProbeJob): ProberJob {
    return { ...job, id: target.id, intervalMs: target.spec.intervalMs, fingerprint: probeKey(target) }
  }

  private start(job: ProberJob, done: () => void): () => void {
    const { clock } = this.options.timing
    const startedMs = clock()
    return runProbe(job, this.options.timing, outcome => {
      // First, so that a listener may update the targets.
      done()
      this.report(job.id, outcome, startedMs, clock())
    })
  }

  private report(targetId: string, outcome: ProbeOutcome, startedMs: number, atMs: number): void {
    const { onSample, onGap } = this.options
    const elapsedMs = atMs - startedMs
    const { detail } = outcome
    switch (outcome.kind) {
      case 'ok':
        return onSample({ targetId, ok: true, detail, warning: outcome.warning, elapsedMs, atMs })
      case 'failed':
        return onSample({ targetId, ok: false, reason: outcome.reason, detail, warning: '', elapsedMs, atMs })
      case 'gap':
        return onGap({ targetId, cause: outcome.cause, detail, atMs })
      default:
        return outcome satisfies never
    }
  }
}
