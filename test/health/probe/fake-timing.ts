/** Time that stands still until a test moves it. */

import { DueHeap } from '../../../src/health/probe/heap.ts'
import type { CallOff, Timing } from '../../../src/health/probe/timing.ts'

interface FakeTimer {
  readonly dueMs: number
  readonly run: () => void
  isOff: boolean
}

export class FakeTiming implements Timing {
  nowMs = 0
  /** How often a timer was set. */
  timersSet = 0
  private readonly timers = new DueHeap<FakeTimer>()
  private pending = 0

  readonly clock = (): number => this.nowMs

  readonly after = (delayMs: number, run: () => void): CallOff => {
    const timer: FakeTimer = { dueMs: this.nowMs + delayMs, run, isOff: false }
    this.timers.push(timer)
    this.timersSet++
    this.pending++
    return () => {
      if (!timer.isOff) this.pending--
      timer.isOff = true
    }
  }

  /** Timers that are set and not called off. */
  get timersPending(): number {
    return this.pending
  }

  /** Runs all that falls due on the way, each at its time. */
  advance(ms: number): void {
    const untilMs = this.nowMs + ms
    while ((this.timers.top?.dueMs ?? Infinity) <= untilMs) this.fire(this.timers.pop()!)
    this.nowMs = untilMs
  }

  /** As a process that was stopped: time goes on, and then all that fell due runs at once. */
  stall(ms: number): void {
    this.nowMs += ms
    this.advance(0)
  }

  private fire(timer: FakeTimer): void {
    if (timer.isOff) return
    timer.isOff = true
    this.pending--
    this.nowMs = Math.max(this.nowMs, timer.dueMs)
    timer.run()
  }
}

/** Dice that throw the same for the same seed. */
export function seededDice(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
