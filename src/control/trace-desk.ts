/** Traces of the main thread: changes of health up to their first answer, and a sample of queries. Loaded only where
 *  an endpoint is configured. Knows no packets and no OTLP. */

import type { Clock } from '../base/clock.ts'
import { TapMark } from '../base/tap-ring.ts'
import { OtlpExporter, type OtlpExporterOptions } from '../observe/otlp-exporter.ts'
import { newSpanId, newTraceId, SpanKind } from '../observe/spans.ts'
import type { TappedAnswer } from '../observe/tap-contract.ts'
import { AnswerTeller } from './answer-teller.ts'
import type { ServedState } from './diagnose.ts'
import { FlipTraces } from './flip-traces.ts'

export interface TraceDeskOptions extends OtlpExporterOptions {
  /** One query in so many gets a span; 0: none. */
  readonly every: number
  readonly served: () => ServedState
  readonly clock: Clock
}

export class TraceDesk {
  readonly every: number
  readonly flips: FlipTraces
  private readonly exporter: OtlpExporter
  private readonly teller: AnswerTeller

  constructor(options: TraceDeskOptions) {
    this.every = options.every
    this.exporter = new OtlpExporter(options)
    this.teller = new AnswerTeller(options.served)
    this.flips = new FlipTraces({ add: span => this.exporter.add(span), clock: options.clock })
  }

  take(answers: readonly TappedAnswer[]): void {
    for (const answer of answers) {
      const { marks, version, replyMs } = answer
      const attributes = (): ReturnType<AnswerTeller['tell']> => this.teller.tell(answer)
      if ((marks & TapMark.FirstUse) !== 0) this.flips.used({ version, replyMs, attributes })
      if ((marks & TapMark.Span) !== 0) this.addQuery(answer)
    }
  }

  /** With what never came so far as to be a span. */
  figures(untold: number): { readonly sent: number; readonly dropped: number } {
    const { sent, dropped } = this.exporter
    return { sent, dropped: dropped + untold }
  }

  async stop(): Promise<void> {
    this.flips.stop()
    await this.exporter.stop()
  }

  private addQuery(answer: TappedAnswer): void {
    this.exporter.add({
      traceId: newTraceId(),
      spanId: newSpanId(),
      name: 'query',
      kind: SpanKind.Server,
      startMs: answer.queryMs,
      endMs: answer.replyMs,
      attributes: this.teller.tell(answer),
    })
  }
}
