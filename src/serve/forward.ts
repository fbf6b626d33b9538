/** Questions about the server itself (`_why`) are answered by the main thread, which knows the reasons; here
 *  they are handed over, few enough that nobody can keep the main thread busy by asking. */

import type { Address } from '../base/address.ts'
import { monotonicMs } from '../base/clock.ts'
import type { ForwardedQuestion } from '../plan/worker-contract.ts'

/** A person asks far less; a script that asks more is made to wait. */
const QUESTIONS_PER_SECOND_MAX = 50

/** What `Responder.answer` returns for a query that is to be forwarded. */
export const FORWARDED = -1

export class ForwardLimit {
  private secondStartedMs = 0
  private thisSecond = 0

  /** Whether one more may go. */
  admit(): boolean {
    const nowMs = monotonicMs()
    if (nowMs - this.secondStartedMs >= 1_000) {
      this.secondStartedMs = nowMs
      this.thisSecond = 0
    }
    return this.thisSecond++ < QUESTIONS_PER_SECOND_MAX
  }
}

/** For workers with an event loop: what was asked, and to whom the answer goes when it comes. */
export class ForwardedQuestions<Asker> {
  private readonly tell: (question: ForwardedQuestion) => void
  private readonly limit = new ForwardLimit()
  private readonly askers = new Map<number, Asker>()
  private lastRoute = 0

  constructor(tell: (question: ForwardedQuestion) => void) {
    this.tell = tell
  }

  ask(packet: Uint8Array, isTcp: boolean, { family, octets }: Address, asker: Asker): void {
    if (!this.limit.admit()) return
    const route = ++this.lastRoute
    this.askers.set(route, asker)
    this.tell({ kind: 'question', packet, isTcp, family, octets, route: { via: 'worker', route } })
  }

  /** Each is answered once; the main thread answers every question. */
  take(route: number): Asker | undefined {
    const asker = this.askers.get(route)
    this.askers.delete(route)
    return asker
  }
}
