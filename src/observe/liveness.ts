/** Whether every worker turns: each leaves a trace in its counters, by a batch under load and by an idle turn without,
 *  ten times a second at the least. Counts looks rather than time, so that a machine that slept finds nobody guilty.
 *  Knows no worker's work, and not who asks. */

import { Counter, type CounterBlock } from '../base/counters.ts'

export interface CountedWorker {
  readonly name: string
  readonly counters: CounterBlock
}

export class Liveness {
  private readonly workers: () => readonly CountedWorker[]
  private readonly stillLooksMax: number
  private readonly seen = new Map<string, { turns: number; stillLooks: number }>()

  /** A worker is stuck that has not turned for so many looks. */
  constructor(workers: () => readonly CountedWorker[], stillLooksMax: number) {
    this.workers = workers
    this.stillLooksMax = stillLooksMax
  }

  /** To be called every second or less often. */
  look(): void {
    for (const { name, counters } of this.workers()) {
      const turns = turnsOf(counters)
      const before = this.seen.get(name)
      const stillLooks = before === undefined || before.turns !== turns ? 0 : before.stillLooks + 1
      this.seen.set(name, { turns, stillLooks })
    }
  }

  /** By the last look, unless it has turned since. */
  stuck(): readonly string[] {
    return this.workers()
      .filter(({ name, counters }) => {
        const before = this.seen.get(name)
        return (
          before !== undefined &&
          before.stillLooks >= this.stillLooksMax &&
          before.turns === turnsOf(counters)
        )
      })
      .map(({ name }) => name)
  }
}

function turnsOf(counters: CounterBlock): number {
  return counters[Counter.Batches]! + counters[Counter.IdleTurns]!
}
