/** One probe under way: the deadline over all its phases, what it holds open, and its one outcome. Whatever comes
 *  first settles it; then everything it holds is destroyed and later events mean nothing. Knows no protocol. */

import type { FailureReason, GapCause, ProbeOutcome } from './probe.ts'
import type { CallOff, Timing } from './timing.ts'

export type Phase =
  | 'connecting'
  | 'in the TLS handshake'
  | 'waiting for a banner'
  | 'waiting for the response'
  | 'reading the body'

/** A timer this late was late because the whole process stood still: replies may lie unread in the kernel. */
const STALL_MS = 50
const DETAIL_CHARS_MAX = 160

export class Attempt {
  phase: Phase = 'connecting'
  private readonly timing: Timing
  private readonly timeoutMs: number
  private readonly done: (outcome: ProbeOutcome) => void
  private readonly held: Destroyable[] = []
  private settled = false
  private dueMs = 0
  private stalledMs = 0
  private callOff: CallOff = () => undefined

  constructor(timing: Timing, timeoutMs: number, done: (outcome: ProbeOutcome) => void) {
    this.timing = timing
    this.timeoutMs = timeoutMs
    this.done = done
    this.wait(timeoutMs)
  }

  /** Destroyed when the attempt ends, or now if it has. */
  hold(resource: Destroyable): void {
    if (this.settled) resource.destroy()
    else this.held.push(resource)
  }

  get isSettled(): boolean {
    return this.settled
  }

  succeed(detail: string, warning: string): void {
    this.settle({ kind: 'ok', detail: printable(detail), warning: printable(warning) })
  }

  fail(reason: FailureReason, detail: string): void {
    this.settle({ kind: 'failed', reason, detail: printable(detail) })
  }

  giveUp(cause: GapCause, detail: string): void {
    this.settle({ kind: 'gap', cause, detail: printable(detail) })
  }

  /** Does a step of it. Node refuses some arguments by throwing, such as a path with characters no request may
   *  have: then there is no such question to put. */
  go(step: () => void): void {
    try {
      step()
    } catch (error) {
      this.giveUp('unaskable', error instanceof Error ? error.message : String(error))
    }
  }

  /** Ends it without an outcome. */
  abandon(): void {
    this.close()
  }

  private settle(outcome: ProbeOutcome): void {
    if (this.close()) this.done(outcome)
  }

  private close(): boolean {
    if (this.settled) return false
    this.settled = true
    this.callOff()
    for (const resource of this.held) resource.destroy()
    this.held.length = 0
    return true
  }

  private wait(delayMs: number): void {
    this.dueMs = this.timing.clock() + delayMs
    this.callOff = this.timing.after(delayMs, () => this.expire())
  }

  /** Timers run before sockets are read, so after a stall of this process every probe in flight would seem to
   *  have timed out, and one long pause here would take every region down. The time lost is given back instead. */
  private expire(): void {
    const lateMs = this.timing.clock() - this.dueMs
    if (lateMs < STALL_MS) return this.fail('timeout', `no end within ${this.timeoutMs} ms: ${this.phase}`)
    this.stalledMs += lateMs
    if (this.stalledMs > this.timeoutMs)
      return this.giveUp('stalled', `this process stood still for ${Math.round(this.stalledMs)} ms meanwhile`)
    this.wait(lateMs)
  }
}

export interface Destroyable {
  destroy(): unknown
}

/** What servers send ends up in logs and TXT records: no control characters, and not much of it. */
export function printable(text: string): string {
  const clean = text.replace(/[^\P{C}]/gu, '\u{fffd}')
  return clean.length > DETAIL_CHARS_MAX ? `${clean.slice(0, DETAIL_CHARS_MAX)}…` : clean
}
