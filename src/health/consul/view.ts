/** What the Consul source tells the judge. Only shapes. */

import type { ConsulFailure } from './agent.ts'
import type { Freshness } from './freshness.ts'
import type { SuspectReason } from './guard.ts'
import type { Instance } from './instances.ts'

export interface WantedService {
  readonly datacenter: string
  readonly service: string
  readonly tag?: string
}

export interface ServiceView extends WantedService {
  /** The last state that was believed. Empty only when Consul has proved it. */
  readonly instances: readonly Instance[]
  readonly freshness: Freshness
  /** Since the state was last confirmed, at the moment the view was made. */
  readonly ageMs: number
  /** When it was last confirmed, by the wall clock. */
  readonly atMs: number
  readonly index: number
  /** Consul claims that instances are gone, and is not believed; `instances` still holds them. */
  readonly suspect?: { readonly reason: SuspectReason; readonly claimed: number; readonly vanished: number }
  /** Why nothing newer is known, while the last request failed. */
  readonly failure?: ConsulFailure
}

/** unknown: not heard of yet. */
export type DatacenterState = 'unknown' | Freshness

export interface DatacenterView {
  readonly datacenter: string
  readonly state: DatacenterState
  /** The last heartbeat was answered with a status below 500. */
  readonly reachable: boolean
  /** The last heartbeat saw Consul's own service: the token may read services and nodes. */
  readonly visible: boolean
  /** Where the heartbeats go now. */
  readonly endpoint: string
  readonly missed: number
  /** Since the last heartbeat that proved everything; undefined when none has. */
  readonly silentMs: number | undefined
  readonly roundTripMs: number | undefined
  /** `blind`: answered, but with nothing to see. */
  readonly cause?: { readonly kind: ConsulFailure['kind'] | 'blind'; readonly text: string }
}

export function wantedKey({ datacenter, service, tag }: WantedService): string {
  return JSON.stringify([datacenter, service, tag ?? null])
}
