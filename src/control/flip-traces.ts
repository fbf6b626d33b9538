/** One trace from what a check or Consul said to the first answer that came of it: sample → verdict → board write →
 *  first answer, below one span for the whole change. The answer is told by the workers, by the version that the
 *  changed choices carry. Knows no endpoint and no packets. */

import { type Clock, PreciseWallClock } from '../base/clock.ts'
import type { HealthChange } from '../health/judge/book.ts'
import { type Sample, subjectKey } from '../health/judge/spec.ts'
import { type Attributes, newSpanId, newTraceId, type Span, SpanKind } from '../observe/spans.ts'
import { BOARD_VERSION_MAX } from '../plan/board.ts'
import type { FlipWatch } from './health-desk.ts'

export interface FlipTracesOptions {
  readonly add: (span: Span) => void
  /** The one that samples are stamped by. */
  readonly clock: Clock
}

/** An answer by a choice that a change made. */
export interface FirstUse {
  readonly version: number
  readonly replyMs: number
  readonly attributes: () => Attributes
}

interface Open {
  readonly traceId: string
  /** The board write. */
  readonly parentSpanId: string
  readonly writtenMs: number
  first: FirstUse | undefined
}

/** When a subject began to say what it says. */
interface Run {
  readonly ok: boolean
  readonly sinceMs: number
  count: number
}

/** Workers tell of their first uses within hundredths of a second; the earliest of them is the first. */
const SETTLE_MS = 250
/** Changes that wait for their first answer, of which a name that nobody asks for never gets one. */
const OPEN_MAX = 256
/** Of an outage that takes a thousand regions, so many are named. */
const NAMED_MAX = 16

export class FlipTraces implements FlipWatch {
  private readonly options: FlipTracesOptions
  private readonly wall = new PreciseWallClock()
  private readonly runs = new Map<string, Run>()
  private readonly open = new Map<number, Open>()
  private lastVersion = 0
  private samples: readonly Sample[] = []
  private changes: HealthChange[] = []
  private judgedFromMs = 0
  private writtenFromMs = 0

  constructor(options: FlipTracesOptions) {
    this.options = options
  }

  judging(samples: readonly Sample[]): void {
    this.samples = samples
    this.changes = []
    this.judgedFromMs = this.wall.read()
    for (const { subject, source, ok, atMs } of samples) {
      const key = `${subjectKey(subject)} ${source}`
      const run = this.runs.get(key)
      if (run?.ok === ok) run.count++
      else this.runs.set(key, { ok, sinceMs: atMs, count: 1 })
    }
  }

  changed(change: HealthChange): void {
    this.changes.push(change)
  }

  writing(): number {
    // Everything comes up once at every start.
    const isFlip = this.changes.some(
      ({ kind, from, to }) => kind === 'region' && !(from === 'unknown' && to === 'up'),
    )
    if (!isFlip) return 0
    this.lastVersion = this.lastVersion === BOARD_VERSION_MAX ? 1 : this.lastVersion + 1
    this.writtenFromMs = this.wall.read()
    return this.lastVersion
  }

  written(targets: number): void {
    const writtenMs = this.wall.read()
    const traceId = newTraceId()
    const wholeId = newSpanId()
    const add = (name: string, startMs: number, endMs: number, attributes: Attributes): string => {
      const spanId = newSpanId()
      const kind = SpanKind.Internal
      this.options.add({ traceId, spanId, parentSpanId: wholeId, name, kind, startMs, endMs, attributes })
      return spanId
    }
    const deciding = this.decidingSamples()
    let startMs = this.judgedFromMs
    for (const { sample, run } of deciding.slice(0, NAMED_MAX)) {
      const sinceMs = this.wallOf(run.sinceMs)
      startMs = Math.min(startMs, sinceMs)
      add('sample', sinceMs, this.wallOf(sample.atMs), sampleAttributes(sample, run))
    }
    const verdicts = this.changes.filter(({ kind }) => kind === 'verdict')
    add('verdict', this.judgedFromMs, this.writtenFromMs, {
      'meridian.verdicts': verdicts.slice(0, NAMED_MAX).map(describe),
    })
    const version = this.lastVersion
    const parentSpanId = add('board write', this.writtenFromMs, writtenMs, {
      'meridian.names': targets,
      'meridian.board.version': version,
    })
    this.addWhole({ traceId, spanId: wholeId, startMs, endMs: writtenMs })
    this.open.set(version, { traceId, parentSpanId, writtenMs, first: undefined })
    if (this.open.size > OPEN_MAX) this.open.delete(this.open.keys().next().value!)
  }

  /** The first of them closes the trace. */
  used(use: FirstUse): void {
    const trace = this.open.get(use.version)
    if (trace === undefined) return
    if (trace.first === undefined) setTimeout(() => this.close(use.version), SETTLE_MS).unref()
    if (trace.first === undefined || use.replyMs < trace.first.replyMs) trace.first = use
  }

  /** At the end of a run, what is known by then. */
  stop(): void {
    for (const version of this.open.keys()) this.close(version)
  }

  private close(version: number): void {
    const trace = this.open.get(version)
    this.open.delete(version)
    if (trace?.first === undefined) return
    const { traceId, parentSpanId, writtenMs, first } = trace
    this.options.add({
      traceId,
      parentSpanId,
      spanId: newSpanId(),
      name: 'first answer',
      kind: SpanKind.Server,
      startMs: writtenMs,
      endMs: first.replyMs,
      attributes: { ...first.attributes(), 'meridian.board.version': version },
    })
  }

  private addWhole(about: Pick<Span, 'traceId' | 'spanId' | 'startMs' | 'endMs'>): void {
    const regions = this.changes.filter(({ kind }) => kind === 'region')
    this.options.add({
      ...about,
      name: 'region change',
      kind: SpanKind.Internal,
      attributes: {
        'meridian.regions': regions.slice(0, NAMED_MAX).map(describe),
        'meridian.regions.count': regions.length,
        'meridian.cause': regions[0]!.cause,
      },
    })
  }

  /** Those that say what the verdicts came to. */
  private decidingSamples(): { sample: Sample; run: Run }[] {
    const verdicts = this.changes.filter(({ kind }) => kind === 'verdict')
    const isDeciding = ({ ok, draining }: Sample): boolean =>
      draining === true || verdicts.length === 0 || verdicts.some(({ to }) => (to === 'up') === ok)
    return this.samples.filter(isDeciding).map(sample => ({
      sample,
      run: this.runs.get(`${subjectKey(sample.subject)} ${sample.source}`)!,
    }))
  }

  private wallOf(monotonicMs: number): number {
    return this.wall.read() - this.options.clock() + monotonicMs
  }
}

function describe({ subject, from, to }: HealthChange): string {
  return `${subject} ${from} → ${to}`
}

function sampleAttributes({ subject, source, ok, detail }: Sample, run: Run): Attributes {
  return {
    'meridian.source': source,
    'meridian.region': subject.region,
    'meridian.check': subject.check,
    ...(subject.address === '' ? {} : { 'meridian.address': subject.address }),
    'meridian.ok': ok,
    'meridian.detail': detail,
    'meridian.samples': run.count,
  }
}
