/** The stream worker thread: TCP clients on every endpoint, one event loop, one Responder.
 *  Wiring only. */
import { workerData } from 'node:worker_threads'
import { monotonicMs } from '../base/clock.ts'
import type { MessageFromWorker, MessageToWorker, StreamWorkerData } from '../plan/worker-contract.ts'
import { Responder } from './responder.ts'
import { StreamReplies } from './stream-replies.ts'
import { StreamServer } from './stream-server.ts'

const data = workerData as StreamWorkerData
const { port, limits } = data
const counters = new Float64Array(data.counters)
const responder = new Responder({ ...data.responder, counters })
responder.adopt(data.plan)
const server = new StreamServer(
  { answerer: responder, replies: new StreamReplies(), limits, nowMs: monotonicMs },
  counters,
  data.responder.tcpIdleMs,
)

port.on('message', (message: MessageToWorker) => {
  if (message.kind === 'plan') responder.adopt(message.plan)
  else void server.stop().then(() => port.close())
})

const listening = await server.listen(data.listen)
if ('code' in listening) {
  port.postMessage({ kind: 'refused', ...listening } satisfies MessageFromWorker)
  await server.stop()
  port.close()
} else {
  port.postMessage({ kind: 'ready', listening } satisfies MessageFromWorker)
}
