/** What the main thread and a data-plane worker say to each other: the worker's `workerData`, and the
 *  messages on its port. Types only, so that `control` and `serve` meet here and never import each other. */
import type { MessagePort } from 'node:worker_threads'
import type { PrefixTexts } from '../base/prefix-list.ts'
import type { Plan } from './plan.ts'

export type WorkerKind = 'udp' | 'dgram' | 'stream'

export interface Endpoint {
  /** An IP address in text, `0.0.0.0` and `::` for every address of that family. */
  readonly address: string
  readonly port: number
}

/** A bound UDP socket that the main thread opened and keeps open: the worker borrows it, never closes it,
 *  so what is queued in it outlives the worker. */
export interface BorrowedSocket {
  readonly fd: number
  readonly family: 4 | 6
  /** Bound to every address of its family: a reply must be told where to leave from. */
  readonly wildcard: boolean
  /** As bound. */
  readonly address: Uint8Array
  readonly port: number
}

/** `ResponderOptions` without the counters, which every worker has for itself. */
export interface ResponderSettings {
  /** `id.server`, `hostname.bind` and NSID; empty to keep silent. */
  readonly identity: string
  /** `version.bind`; empty to keep silent. */
  readonly version: string
  /** Largest UDP reply, and the payload size we announce. */
  readonly udpPayloadBytesMax: number
  /** How long an idle TCP connection stays open; also what edns-tcp-keepalive says. */
  readonly tcpIdleMs: number
  /** Whose client subnets are believed; `undefined` for everybody's. */
  readonly subnetsFrom?: PrefixTexts
  /** Who may ask about the server itself. */
  readonly diagnosticsFor?: PrefixTexts
}

export interface StreamLimits {
  /** Connections at once, over all clients. */
  readonly connectionsMax: number
  /** Connections at once from one IPv4 address or one IPv6 /64. */
  readonly connectionsPerClientMax: number
  /** Queries on one connection before it is closed. */
  readonly queriesPerConnectionMax: number
  /** Reply octets waiting for a slow reader before we stop reading its queries. */
  readonly pendingReplyBytesMax: number
  /** How long a client may leave replies unread before it is cut off. */
  readonly writeTimeoutMs: number
  /** How long a client may take over one message, from its first octet to its last. */
  readonly messageTimeoutMs: number
}

/** What to copy out of the traffic, and where to (base/tap-ring.ts). */
export interface TapOrders {
  readonly ring: SharedArrayBuffer
  /** One query in so many for dnstap; 0: none. */
  readonly messageEvery: number
  /** One query in so many for a span of its own; 0: none. */
  readonly spanEvery: number
  /** Also the first answer by each choice of the board that has a version. */
  readonly firstUses: boolean
}

interface WorkerDataOfAll {
  readonly index: number
  /** Holds one `CounterBlock` (base/counters.ts); this worker is its only writer. */
  readonly counters: SharedArrayBuffer
  /** The words of `Control` (plan.ts), an Int32Array. */
  readonly control: SharedArrayBuffer
  /** Also brings the first plan: a worker prepares, and serves once it has one. */
  readonly port: MessagePort
  readonly responder: ResponderSettings
  /** Absent where nothing observes. */
  readonly tap?: TapOrders
}

export interface UdpWorkerData extends WorkerDataOfAll {
  readonly kind: 'udp'
  readonly sockets: readonly BorrowedSocket[]
  /** It stays on one core, which its index chooses. */
  readonly isPinned: boolean
}

export interface DgramWorkerData extends WorkerDataOfAll {
  readonly kind: 'dgram'
  readonly listen: readonly Endpoint[]
}

export interface StreamWorkerData extends WorkerDataOfAll {
  readonly kind: 'stream'
  readonly listen: readonly Endpoint[]
  readonly limits: StreamLimits
}

export type WorkerData = UdpWorkerData | DgramWorkerData | StreamWorkerData

/** Main thread → worker. `stop` accompanies Control.Stop for workers that sleep in an event loop. */
export type MessageToWorker =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'stop' }
  /** The answer to a `question` that named this route. */
  | { readonly kind: 'reply'; readonly route: number; readonly packet: Uint8Array }

/** Where an answer goes: through a borrowed socket by whoever made it, or back to the worker. */
export type Route =
  | {
      readonly via: 'socket'
      readonly socket: BorrowedSocket
      /** The client as the kernel named it, and the control data the query came with. */
      readonly name: Uint8Array
      readonly control: Uint8Array
    }
  | { readonly via: 'worker'; readonly route: number }

/** A question about the server itself, which the main thread answers. */
export interface ForwardedQuestion {
  readonly kind: 'question'
  readonly packet: Uint8Array
  readonly isTcp: boolean
  /** Who asks. */
  readonly family: 4 | 6
  readonly octets: Uint8Array
  readonly route: Route
}

/** Worker → main thread. `listening` tells the ports really bound, in the order asked (port 0 was resolved). */
export type MessageFromWorker =
  | ForwardedQuestion
  /** It answers from this plan now and counts here; what it counted before is complete. */
  | { readonly kind: 'tallies'; readonly generation: number; readonly block: SharedArrayBuffer }
  | { readonly kind: 'ready'; readonly listening?: readonly Endpoint[] }
  /** It cannot serve at all (address in use, no permission): restarting would not help. */
  | { readonly kind: 'refused'; readonly endpoint: Endpoint; readonly code: string; readonly text: string }
