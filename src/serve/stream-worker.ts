/** The stream worker thread: TCP clients on every endpoint, one event loop, one Responder.
 *  Wiring only. */
import { workerData } from 'node:worker_threads'
import { monotonicMs } from '../base/clock.ts'
import type { MessageFromWorker, StreamWorkerData } from '../plan/worker-contract.ts'
import { followPlans } from './follow-plans.ts'
import { Responder } from './responder.ts'
import { StreamReplies } from './stream-replies.ts'
import { StreamServer } from './stream-server.ts'

const data = workerData as StreamWorkerData
const { port, limits } = data
const counters = new Float64Array(data.counters)
const responder = new Responder({ ...data.responder, counters })
const server = new StreamServer(
  { answerer: responder, replies: new StreamReplies(), limits, nowMs: monotonicMs },
  counters,
  data.responder.tcpIdleMs,
)

async function start(): Promise<void> {
  const hasPlan = await followPlans(
    data,
    plan => responder.adopt(plan),
    () => server.stop(),
  )
  if (!hasPlan) return
  const listening = await server.listen(data.listen)
  if (!('code' in listening)) return tell({ kind: 'ready', listening })
  tell({ kind: 'refused', ...listening })
  await server.stop()
  port.close()
}

function tell(message: MessageFromWorker): void {
  port.postMessage(message)
}

await start()
