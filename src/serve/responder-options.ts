/** What a worker's responder is made with: its settings, its counters, and where it says what it counts in. */

import { Counter, type CounterBlock } from '../base/counters.ts'
import { threadId } from '../base/thread.ts'
import type { MessageFromWorker, WorkerData } from '../plan/worker-contract.ts'
import type { ResponderOptions } from './responder.ts'

/** To be called by the worker's own thread, whose number it notes. */
export function responderOptions(data: WorkerData, counters: CounterBlock): ResponderOptions {
  counters[Counter.ThreadId] = threadId()
  return {
    ...data.responder,
    counters,
    seed: data.index,
    tallied: (generation, block) =>
      data.port.postMessage({ kind: 'tallies', generation, block } satisfies MessageFromWorker),
  }
}
