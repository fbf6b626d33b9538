/** One blocking query, asked for ever: the index is forgotten on any failure and whenever it goes back, failures
 *  are followed by a jittered backoff, and a server that does not block is not asked more often than the rate
 *  allows. Knows neither what is asked nor what becomes of it. */

import type { ConsulFailure, Outcome, ReplyMeta } from './agent.ts'
import type { ConsulLimits, Timing } from './limits.ts'
import { Bucket, backoffMs, pause } from './pace.ts'

export interface BlockingRequest {
  /** Undefined: answer at once. */
  readonly index: number | undefined
  readonly waitMs: number
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

export interface BlockingQuery<T> {
  ask(request: BlockingRequest): Promise<Outcome<T>>
  /** A reply that cannot be believed is a failure like any other. The state is as of `asOfMs`: a wait that ended
   *  without a change carries what the server knew of its leader when the wait began. */
  answered(value: T, meta: ReplyMeta, asOfMs: number, signal: AbortSignal): Promise<ConsulFailure | undefined>
  failed(failure: ConsulFailure): void
  /** The longest wait now, where something is to be looked at again sooner. */
  waitMsMax(): number
}

const YOUNG_REQUEST_MS = 1000

export class BlockingLoop<T> {
  readonly #query: BlockingQuery<T>
  readonly #limits: ConsulLimits
  readonly #timing: Timing
  readonly #bucket: Bucket
  readonly #stopping = new AbortController()
  #running: Promise<void> | undefined
  #index: number | undefined
  #failures = 0
  /** Of the request or the pause under way. */
  #step = new AbortController()
  #asking = false
  #kicked = false
  #askedAtMs = 0
  #cutAtMs = Number.NEGATIVE_INFINITY

  constructor(query: BlockingQuery<T>, limits: ConsulLimits, timing: Timing) {
    this.#query = query
    this.#limits = limits
    this.#timing = timing
    this.#bucket = new Bucket(limits.requestsPerSecondMax, limits.requestBurst, timing.clock)
  }

  start(): void {
    this.#running ??= this.#run()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#step.abort()
    await this.#running
  }

  /** Since when a query waits for a change, if one does and its answer is not overdue. */
  blockedSinceMs(): number | undefined {
    if (!this.#asking || this.#index === undefined || this.#failures > 0) return undefined
    const { waitMs, heartbeatTimeoutMs } = this.#limits
    const overdueMs = (waitMs * 17) / 16 + heartbeatTimeoutMs
    return this.#timing.clock() - this.#askedAtMs <= overdueMs ? this.#askedAtMs : undefined
  }

  /** Ask afresh: the way to the answer has changed. A question under way is given up, at once if it is put to somebody
   *  who is asked no more, but not often, because the agent goes on holding its connection slot: what may not be given
   *  up yet is given up when it may. */
  kick(isElsewhere = false): void {
    if (!this.#asking) {
      this.#step.abort()
      return
    }
    const nowMs = this.#timing.clock()
    if (!isElsewhere && nowMs - this.#askedAtMs < YOUNG_REQUEST_MS) return
    void this.#giveUpIn(this.#cutAtMs + this.#limits.waitMs - nowMs)
  }

  async #giveUpIn(durationMs: number): Promise<void> {
    const step = this.#step
    await pause(durationMs, this.#stopping.signal)
    if (step !== this.#step || step.signal.aborted || !this.#asking) return
    this.#cutAtMs = this.#timing.clock()
    this.#kicked = true
    step.abort()
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await pause(this.#bucket.takeMs(), this.#stopping.signal)
      if (this.#stopping.signal.aborted) return
      const failure = await this.#askOnce()
      if (this.#stopping.signal.aborted) return
      if (failure === undefined) continue
      this.#query.failed(failure)
      this.#step = new AbortController()
      await pause(this.#pauseAfterMs(failure), this.#step.signal)
    }
  }

  async #askOnce(): Promise<ConsulFailure | undefined> {
    const waitMs = Math.min(this.#limits.waitMs, this.#query.waitMsMax())
    this.#step = new AbortController()
    this.#askedAtMs = this.#timing.clock()
    this.#asking = true
    const outcome = await this.#query.ask({
      index: this.#index,
      waitMs,
      timeoutMs: (waitMs * 17) / 16 + this.#limits.replyGraceMs,
      signal: this.#step.signal,
    })
    this.#asking = false
    if (this.#kicked) {
      this.#kicked = false
      this.#index = undefined
      return undefined
    }
    if (this.#stopping.signal.aborted) return undefined
    const failure = outcome.ok ? await this.#judge(outcome.value, outcome.meta) : outcome.failure
    if (failure !== undefined || !outcome.ok) {
      // An error's index is worth nothing, and an old one may be ahead of a server that lost its data.
      this.#index = undefined
      return failure
    }
    this.#failures = 0
    this.#index = this.#indexAfter(outcome.meta.index)
    return undefined
  }

  #judge(value: T, meta: ReplyMeta): Promise<ConsulFailure | undefined> {
    const asOfMs = meta.index === this.#index ? this.#askedAtMs : this.#timing.clock()
    return this.#query.answered(value, meta, asOfMs, this.#stopping.signal)
  }

  /** 0 never blocks, and a lower one than before is of another history or another server: start anew. */
  #indexAfter(index: number): number | undefined {
    return index > 0 && index >= (this.#index ?? 0) ? index : undefined
  }

  #pauseAfterMs(failure: ConsulFailure): number {
    const { forbiddenRetryMs, backoffMsMin, backoffMsMax } = this.#limits
    if (failure.kind === 'forbidden') return forbiddenRetryMs
    return backoffMs(this.#failures++, backoffMsMin, backoffMsMax, this.#timing.dice)
  }
}
