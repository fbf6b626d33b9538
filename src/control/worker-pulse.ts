/** Whether every worker still turns: each leaves a trace in its counters, by a batch under load and by an idle turn
 *  without. Knows nothing of who asks. */

import { Counter, type CounterBlock } from '../base/counters.ts'

export class WorkerPulse {
  private readonly blocks: () => readonly CounterBlock[]
  private last: readonly number[] = []

  constructor(blocks: () => readonly CounterBlock[]) {
    this.blocks = blocks
  }

  /** The places of the workers that did nothing at all since the last call, not even wait. To be asked every second
   *  or less often. */
  standstills(): readonly number[] {
    const now = this.blocks().map(block => block[Counter.Batches]! + block[Counter.IdleTurns]!)
    const still = now.flatMap((turns, index) => (turns === this.last[index] ? [index] : []))
    this.last = now
    return still
  }
}
