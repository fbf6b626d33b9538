/** The main thread's side of the taps: makes the rings, keeps the thread alive that reads them, and says when
 *  something is lost. Loaded only where something observes. Knows no formats. */

import { Worker } from 'node:worker_threads'
import { droppedAt, newTapRing } from '../base/tap-ring.ts'
import type { Log } from '../observe/log.ts'
import {
  type DnstapOrders,
  type FromTapThread,
  TAP_FIGURES,
  TapFigure,
  type TappedAnswer,
  type TapThreadData,
  type ToTapThread,
} from '../observe/tap-contract.ts'
import type { TapOrders } from '../plan/worker-contract.ts'
import { besideThis } from './worker-url.ts'

export interface TapDeskOptions {
  readonly dnstap: DnstapOrders | undefined
  /** One query in so many. */
  readonly messageEvery: number
  /** Where answers for spans go; absent where nothing is traced. */
  readonly traces?: { readonly every: number; take(answers: readonly TappedAnswer[]): void }
  readonly log: Log
}

export interface TapFigures {
  readonly connected: boolean
  readonly sent: number
  /** By what was full or missing. */
  readonly droppedRing: number
  readonly droppedUnheard: number
  readonly droppedTooSlow: number
  readonly droppedSpans: number
}

const RESTART_DELAY_MS = 1_000
const LOOK_INTERVAL_MS = 10_000
const STOP_LIMIT_MS = 1_500

export class TapDesk {
  private readonly options: TapDeskOptions
  private readonly rings: SharedArrayBuffer[] = []
  private readonly sums = new Float64Array(new SharedArrayBuffer(TAP_FIGURES * 8))
  private thread: Worker | undefined
  private stopping = false
  private readonly looking: NodeJS.Timeout
  private toldDrops = 0

  constructor(options: TapDeskOptions) {
    this.options = options
    this.looking = setInterval(() => this.tellDrops(), LOOK_INTERVAL_MS).unref()
  }

  /** What a worker is to copy; each call is for another worker. */
  orders(): TapOrders {
    const ring = newTapRing()
    this.rings.push(ring)
    const { dnstap, messageEvery, traces } = this.options
    return {
      ring,
      messageEvery: dnstap === undefined ? 0 : messageEvery,
      spanEvery: traces?.every ?? 0,
      firstUses: traces !== undefined,
    }
  }

  /** Every worker has its orders: begin to read. */
  start(): void {
    const { dnstap, log } = this.options
    const workerData: TapThreadData = { rings: this.rings, figures: this.sums.buffer, dnstap }
    const thread = new Worker(besideThis(import.meta.url, '../observe/tap-thread'), {
      name: 'taps',
      workerData,
    })
    this.thread = thread
    thread.unref()
    thread.on('message', (message: FromTapThread) => this.hear(message))
    let reason = 'it returned'
    thread.once('error', error => {
      reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
    })
    thread.once('exit', () => {
      this.thread = undefined
      if (this.stopping) return
      log.error({ reason, delayMs: RESTART_DELAY_MS }, 'the tap thread died and is being replaced')
      setTimeout(() => this.stopping || this.start(), RESTART_DELAY_MS).unref()
    })
  }

  get hasDnstap(): boolean {
    return this.options.dnstap !== undefined
  }

  figures(): TapFigures {
    const { sums } = this
    return {
      connected: sums[TapFigure.Connected] === 1,
      sent: sums[TapFigure.Sent]!,
      droppedRing: this.rings.reduce((sum, ring) => sum + droppedAt(ring), 0),
      droppedUnheard: sums[TapFigure.Unheard]!,
      droppedTooSlow: sums[TapFigure.TooSlow]!,
      droppedSpans: sums[TapFigure.SpansDropped]!,
    }
  }

  /** After the workers: what they copied last is still read. */
  async stop(): Promise<void> {
    this.stopping = true
    clearInterval(this.looking)
    const { thread } = this
    if (thread !== undefined) {
      const gone = new Promise<void>(resolve => thread.once('exit', () => resolve()))
      thread.postMessage({ kind: 'stop' } satisfies ToTapThread)
      const limit = setTimeout(() => void thread.terminate(), STOP_LIMIT_MS)
      await gone
      clearTimeout(limit)
    }
    this.tellDrops()
  }

  private hear(message: FromTapThread): void {
    const { log, dnstap, traces } = this.options
    if (message.kind === 'answers') return traces?.take(message.answers)
    const fields = { socket: dnstap?.socket }
    if (message.kind === 'connected') log.info(fields, 'dnstap receiver connected')
    else log.warn({ ...fields, reason: message.reason }, 'no dnstap receiver: messages are dropped')
  }

  /** Now and then, and only when there is news. */
  private tellDrops(): void {
    const { droppedRing, droppedUnheard, droppedTooSlow, sent } = this.figures()
    const drops = droppedRing + droppedUnheard + droppedTooSlow
    if (drops === this.toldDrops) return
    const dropped = drops - this.toldDrops
    this.toldDrops = drops
    this.options.log.warn(
      { dropped, sent, droppedRing, droppedUnheard, droppedTooSlow },
      'dnstap messages were dropped',
    )
  }
}
