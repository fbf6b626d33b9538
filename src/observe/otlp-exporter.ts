/** Sends spans to an OTLP/HTTP endpoint as JSON: in batches, one request at a time, again after what may pass, and
 *  never more waiting than a bounded queue holds. Nobody waits for it. Knows nothing of what is traced. */

import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from './log.ts'
import { type Attributes, otlpJson, type Span } from './spans.ts'

export interface OtlpExporterOptions {
  /** The base, as of OTEL_EXPORTER_OTLP_ENDPOINT: `/v1/traces` is added. */
  readonly endpoint: string
  /** Asked before every request: a token in a file may change. */
  readonly headers: () => Readonly<Record<string, string>>
  readonly resource: Attributes
  readonly version: string
  readonly log: Log
  /** How long the first of a batch waits for others. */
  readonly gatherMs?: number
}

export const QUEUE_SPANS_MAX = 4_096
const BATCH_SPANS_MAX = 512
const GATHER_MS = 1_000
const REQUEST_MS_MAX = 10_000
const RETRY_MS_MIN = 500
const RETRY_MS_MAX = 30_000
const ATTEMPTS_MAX = 6
/** At the end, for the last batch. */
const LAST_MS_MAX = 1_000
/** Worth another attempt (OTLP/HTTP, "Retryable Response Codes"). */
const PASSING_STATUSES = new Set([429, 502, 503, 504])

type Outcome =
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'again'; readonly reason: string; readonly afterMs?: number }

export class OtlpExporter {
  private readonly options: OtlpExporterOptions
  private readonly url: URL
  private readonly agent: HttpAgent | HttpsAgent
  private queue: Span[] = []
  private timer: NodeJS.Timeout | undefined
  private sending: Promise<void> | undefined
  private readonly stopped = new AbortController()
  private isFailing = false
  private lost = 0
  private taken = 0

  constructor(options: OtlpExporterOptions) {
    this.options = options
    this.url = tracesUrl(options.endpoint)
    const how = { keepAlive: true, maxSockets: 1 }
    this.agent = this.url.protocol === 'https:' ? new HttpsAgent(how) : new HttpAgent(how)
  }

  /** Spans that will never arrive. */
  get dropped(): number {
    return this.lost
  }

  get sent(): number {
    return this.taken
  }

  add(span: Span): void {
    if (this.queue.length >= QUEUE_SPANS_MAX || this.stopped.signal.aborted) {
      this.lost++
      return
    }
    this.queue.push(span)
    if (this.queue.length >= BATCH_SPANS_MAX) this.send()
    else this.timer ??= setTimeout(() => this.send(), this.options.gatherMs ?? GATHER_MS).unref()
  }

  /** Sends what is there once more, for a moment. */
  async stop(): Promise<void> {
    clearTimeout(this.timer)
    this.stopped.abort()
    await this.sending
    const last = this.queue.splice(0)
    if (last.length > 0 && !this.isFailing) await this.post(last, LAST_MS_MAX)
    this.agent.destroy()
  }

  private send(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    this.sending ??= this.sendAll().finally(() => {
      this.sending = undefined
    })
  }

  private async sendAll(): Promise<void> {
    while (this.queue.length > 0 && !this.stopped.signal.aborted) {
      await this.sendBatch(this.queue.splice(0, BATCH_SPANS_MAX))
    }
  }

  private async sendBatch(spans: readonly Span[]): Promise<void> {
    for (let attempt = 1; !this.stopped.signal.aborted; attempt++) {
      const outcome = await this.post(spans, REQUEST_MS_MAX)
      if (outcome.kind === 'taken') {
        this.taken += spans.length
        return this.tellSuccess()
      }
      this.tellFailure(outcome.reason)
      if (outcome.kind === 'refused' || attempt === ATTEMPTS_MAX) break
      const backoffMs = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** (attempt - 1))
      const pauseMs = Math.min(RETRY_MS_MAX, outcome.afterMs ?? backoffMs)
      await sleep(pauseMs, undefined, { ref: false, signal: this.stopped.signal }).catch(() => undefined)
    }
    this.lost += spans.length
  }

  private post(spans: readonly Span[], timeoutMs: number): Promise<Outcome> {
    const { resource, version, headers } = this.options
    const body = Buffer.from(otlpJson(resource, version, spans))
    return new Promise(resolve => {
      const again = (error: unknown): void => {
        resolve({ kind: 'again', reason: error instanceof Error ? error.message : String(error) })
      }
      try {
        const send = this.url.protocol === 'https:' ? httpsRequest : httpRequest
        const request = send(this.url, {
          method: 'POST',
          agent: this.agent,
          headers: { 'Content-Type': 'application/json', 'Content-Length': body.length, ...headers() },
          signal: AbortSignal.timeout(timeoutMs),
        })
        request.once('error', again)
        request.once('response', response => {
          response.resume()
          response.once('error', again)
          response.once('end', () =>
            resolve(outcomeOf(response.statusCode ?? 0, response.headers['retry-after'])),
          )
        })
        request.end(body)
      } catch (error) {
        // Headers that cannot be sent, or cannot be read.
        again(error)
      }
    })
  }

  private tellSuccess(): void {
    if (!this.isFailing) return
    this.isFailing = false
    this.options.log.info({ endpoint: this.url.href, dropped: this.lost }, 'traces are taken again')
  }

  /** Once until it is mended. */
  private tellFailure(reason: string): void {
    if (this.isFailing) return
    this.isFailing = true
    this.options.log.warn({ endpoint: this.url.href, reason }, 'traces are not taken')
  }
}

function tracesUrl(endpoint: string): URL {
  const url = new URL(endpoint)
  if (!url.pathname.endsWith('/v1/traces')) url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`
  return url
}

function outcomeOf(status: number, retryAfter: string | undefined): Outcome {
  if (status >= 200 && status < 300) return { kind: 'taken' }
  const reason = `HTTP status ${status}`
  if (!PASSING_STATUSES.has(status)) return { kind: 'refused', reason }
  const seconds = /^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) : undefined
  return { kind: 'again', reason, ...(seconds === undefined ? {} : { afterMs: seconds * 1_000 }) }
}
