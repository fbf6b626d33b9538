/** Keeps the data plane's worker threads alive: starts them, replaces one that dies, stops them all.
 *  Starts workers by URL and knows nothing of what they serve. */
import { setTimeout as sleep } from 'node:timers/promises'
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import { newCounterBlock } from '../base/counters.ts'
import type {
  DgramWorkerData,
  Endpoint,
  ForwardedQuestion,
  MessageFromWorker,
  MessageToWorker,
  StreamWorkerData,
  UdpWorkerData,
  WorkerData,
} from '../plan/worker-contract.ts'
import type { Publisher } from './publish.ts'

type Given = 'index' | 'counters' | 'control' | 'port'

/** What a worker is for; the rest of its `workerData` comes from here. */
export type WorkerTask =
  | Omit<UdpWorkerData, Given>
  | Omit<DgramWorkerData, Given>
  | Omit<StreamWorkerData, Given>

export interface WorkerSpec {
  readonly url: URL
  readonly task: WorkerTask
}

/** Why it is no use to start: an endpoint that cannot be had, or a worker that dies before it ever serves. */
export type StartFailure =
  | { readonly endpoint: Endpoint; readonly code: string; readonly text: string }
  | { readonly worker: string; readonly text: string }

export interface SupervisorEvents {
  /** A worker died and another one takes its place after `delayMs`. */
  died(worker: string, reason: string, delayMs: number): void
  /** The worker with this index answers from this plan now, and counts in this block. */
  tallied?(worker: number, generation: number, block: SharedArrayBuffer): void
  /** A client asks about the server itself; `reply` is for a route through the worker. */
  asked?(question: ForwardedQuestion, reply: (message: MessageToWorker) => void): void
}

/** A worker that lived this long died by accident; one that did not is likely to die again at once. */
const SHORT_LIFE_MS = 5_000
const RESTART_DELAY_MIN_MS = 20
const RESTART_DELAY_MAX_MS = 5_000
/** A worker that never served and died this often never will. */
const FAILED_STARTS_MAX = 5

interface Place {
  readonly name: string
  readonly spec: WorkerSpec
  readonly index: number
  readonly counters: Float64Array<SharedArrayBuffer>
  worker: Worker | undefined
  restartDelayMs: number
  deaths: number
  /** It served once, so whatever stops it from serving again may pass. */
  served: boolean
}

export interface WorkerFigures {
  readonly name: string
  readonly counters: Float64Array<SharedArrayBuffer>
  /** How often it died and was replaced, or given up. */
  readonly deaths: number
}

export class Supervisor {
  private readonly places: Place[] = []
  private stopping = false
  private restarted = 0
  private readonly publisher: Publisher
  private readonly events: SupervisorEvents
  private readonly nowMs: () => number

  constructor(publisher: Publisher, events: SupervisorEvents, nowMs: () => number) {
    this.publisher = publisher
    this.events = events
    this.nowMs = nowMs
  }

  /** How many workers died and were replaced. */
  get restarts(): number {
    return this.restarted
  }

  get workers(): readonly WorkerFigures[] {
    return this.places
  }

  get counterBlocks(): readonly Float64Array<SharedArrayBuffer>[] {
    return this.places.map(place => place.counters)
  }

  /** Resolves when every worker serves, or with the first failure. */
  async start(specs: readonly WorkerSpec[]): Promise<StartFailure | undefined> {
    const starts = specs.map(spec => {
      const index = this.places.length
      const place: Place = {
        name: `${spec.task.kind}-${index}`,
        spec,
        index,
        counters: newCounterBlock(),
        worker: undefined,
        restartDelayMs: 0,
        deaths: 0,
        served: false,
      }
      this.places.push(place)
      return this.startWorker(place)
    })
    return (await Promise.all(starts)).find(failure => failure !== undefined)
  }

  /** Every worker finishes what it has and leaves; whoever has not left after `limitMs` is ended.
   *  Resolves with the names of those. */
  async stop(limitMs: number): Promise<readonly string[]> {
    this.stopping = true
    this.publisher.stop()
    const limit = new AbortController()
    const running = this.places.filter(place => place.worker !== undefined)
    const late = sleep(limitMs, 'late' as const, { signal: limit.signal }).catch(() => undefined)
    await Promise.race([late, Promise.all(running.map(({ worker }) => exited(worker!)))])
    limit.abort()
    const ended = this.places.filter(place => place.worker !== undefined)
    for (const { worker } of ended) void worker?.terminate()
    return ended.map(place => place.name)
  }

  private startWorker(place: Place): Promise<StartFailure | undefined> {
    const { port1: ours, port2: theirs } = new MessageChannel()
    const worker = new Worker(place.spec.url, {
      name: place.name,
      workerData: this.workerDataOf(place, theirs),
      transferList: [theirs],
    })
    place.worker = worker
    this.publisher.subscribe(ours)
    const startedMs = this.nowMs()
    let reason = 'it returned'
    worker.once('error', error => {
      reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
    })
    return new Promise(resolve => {
      let refused = false
      ours.on('message', (message: MessageFromWorker) => {
        if (message.kind === 'question')
          return this.events.asked?.(message, answer => ours.postMessage(answer))
        if (message.kind === 'tallies')
          return this.events.tallied?.(place.index, message.generation, message.block)
        if (message.kind === 'ready') place.served = true
        else if (place.served) reason = message.text
        else refused = true
        resolve(message.kind === 'refused' && refused ? message : undefined)
      })
      worker.once('exit', () => {
        this.publisher.unsubscribe(ours)
        ours.close()
        place.worker = undefined
        if (!refused && !this.stopping) this.replace(place, reason, this.nowMs() - startedMs).then(resolve)
      })
    })
  }

  private async replace(place: Place, reason: string, livedMs: number): Promise<StartFailure | undefined> {
    place.deaths++
    if (!place.served && place.deaths >= FAILED_STARTS_MAX) return { worker: place.name, text: reason }
    place.restartDelayMs =
      livedMs > SHORT_LIFE_MS
        ? 0
        : Math.min(RESTART_DELAY_MAX_MS, Math.max(RESTART_DELAY_MIN_MS, place.restartDelayMs * 2))
    this.restarted++
    this.events.died(place.name, reason, place.restartDelayMs)
    if (place.restartDelayMs > 0) await sleep(place.restartDelayMs)
    return this.stopping ? undefined : this.startWorker(place)
  }

  private workerDataOf(place: Place, port: MessagePort): WorkerData {
    return {
      ...place.spec.task,
      index: place.index,
      counters: place.counters.buffer,
      control: this.publisher.control,
      port,
    }
  }
}

function exited(worker: Worker): Promise<void> {
  return new Promise(resolve => worker.once('exit', () => resolve()))
}
