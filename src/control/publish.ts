/** The plan of the moment and everyone who must have it. A plan is handed out whole; between two plans
 *  a worker serves the old one. Knows nothing of zones or files. */
import type { MessagePort } from 'node:worker_threads'
import { CONTROL_WORDS, Control, type Plan, type ZonePart } from '../plan/plan.ts'
import type { MessageToWorker } from '../plan/worker-contract.ts'

export class Publisher {
  /** The words of `Control`, shared with every worker. */
  readonly control = new SharedArrayBuffer(CONTROL_WORDS * Int32Array.BYTES_PER_ELEMENT)
  private readonly words = new Int32Array(this.control)
  private readonly ports = new Set<MessagePort>()
  private current: Plan = { generation: 0, zones: [] }

  get plan(): Plan {
    return this.current
  }

  publish(zones: readonly ZonePart[]): Plan {
    this.current = { generation: this.current.generation + 1, zones }
    for (const port of this.ports)
      port.postMessage({ kind: 'plan', plan: this.current } satisfies MessageToWorker)
    // After the messages: a worker that sees the new number finds the plan in its port.
    Atomics.store(this.words, Control.Generation, this.current.generation)
    // Workers that were started before there was any plan sleep on this word.
    Atomics.notify(this.words, Control.Generation)
    return this.current
  }

  /** The newcomer is told the plan of the moment, if there is one, and every later one. Not by its
   *  `workerData`, which it would hold on to for good. */
  subscribe(port: MessagePort): void {
    this.ports.add(port)
    if (this.current.generation > 0)
      port.postMessage({ kind: 'plan', plan: this.current } satisfies MessageToWorker)
  }

  unsubscribe(port: MessagePort): void {
    this.ports.delete(port)
  }

  /** Asks every worker to finish what is queued and leave. */
  stop(): void {
    Atomics.store(this.words, Control.Stop, 1)
    Atomics.notify(this.words, Control.Generation)
    for (const port of this.ports) port.postMessage({ kind: 'stop' } satisfies MessageToWorker)
  }
}
