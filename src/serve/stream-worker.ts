/** The stream worker thread: TCP clients on every endpoint, one event loop, one Responder.
 *  Wiring only. */
import { workerData } from 'node:worker_threads'
import { monotonicMs } from '../base/clock.ts'
import type { MessageFromWorker, StreamWorkerData } from '../plan/worker-contract.ts'
import { followPlans } from './follow-plans.ts'
import { ForwardedQuestions } from './forward.ts'
import { Responder } from './responder.ts'
import { responderOptions } from './responder-options.ts'
import type { StreamConnection } from './stream-connection.ts'
import { StreamReplies } from './stream-replies.ts'
import { StreamServer } from './stream-server.ts'
import { TappedResponder } from './tapped-responder.ts'

const data = workerData as StreamWorkerData
const { port, limits } = data
const counters = new Float64Array(data.counters)
const options = responderOptions(data, counters)
const tapped = data.tap === undefined ? undefined : new TappedResponder(options, data.tap)
const responder = tapped ?? new Responder(options)
const forwarded = new ForwardedQuestions<StreamConnection>(question => port.postMessage(question))
const server = new StreamServer(
  {
    answerer: responder,
    replies: new StreamReplies(),
    limits,
    ...(tapped === undefined ? {} : { tap: tapped }),
    nowMs: monotonicMs,
    forward: (packet, connection) => forwarded.ask(packet, true, connection.client, connection),
  },
  counters,
  data.responder.tcpIdleMs,
)

async function start(): Promise<void> {
  const hasPlan = await followPlans(
    data,
    plan => responder.adopt(plan),
    () => server.stop(),
    (route, packet) => forwarded.take(route)?.sendLater(packet),
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
