/** How a worker with an event loop hears of new plans, of answers it asked for and of the end. (UDP workers
 *  sleep in system calls and read their port themselves.) Knows nothing of what is served. */
import { Counter } from '../base/counters.ts'
import { reclaimSoon } from '../base/reclaim.ts'
import type { Plan } from '../plan/plan.ts'
import type { MessageToWorker, WorkerData } from '../plan/worker-contract.ts'

/** How often a worker shows that its event loop turns. */
const TURN_MS = 500

/** Resolves when there is a plan to serve from; false when the end came first. */
export function followPlans(
  { port, counters }: WorkerData,
  adopt: (plan: Plan) => void,
  stop: () => Promise<void>,
  deliver: (route: number, packet: Uint8Array) => void,
): Promise<boolean> {
  const counts = new Float64Array(counters)
  setInterval(() => counts[Counter.IdleTurns]!++, TURN_MS).unref()
  return new Promise(resolve => {
    port.on('message', (message: MessageToWorker) => {
      if (message.kind === 'reply') return deliver(message.route, message.packet)
      if (message.kind === 'plan') {
        adopt(message.plan)
        reclaimSoon()
      } else {
        // A closed port is what ends the thread.
        void stop().then(() => port.close())
      }
      resolve(message.kind === 'plan')
    })
  })
}
