/** One service of one datacenter, followed by a blocking query: what is held of it, how old that is, and what is
 *  not believed. Knows no other service and no judgement of up or down. */

import type { ConsulFailure, Outcome, ReplyMeta } from './agent.ts'
import { BlockingLoop, type BlockingRequest } from './blocking-loop.ts'
import { type Freshness, freshnessOf } from './freshness.ts'
import { doubtOf, heldThrough, needsProof, type Proof, type Suspicion, vanishedOf } from './guard.ts'
import { areOthers, lookAtSentinel, type Servers, serversIn } from './heartbeat.ts'
import { type Instance, readInstances, sameInstances } from './instances.ts'
import type { ConsulLimits, Timing } from './limits.ts'
import { anotherWayMayHelp, type Endpoint, type Route } from './route.ts'
import type { DatacenterState, ServiceView, WantedService } from './view.ts'

interface Held {
  /** What Consul was believed to say. */
  readonly instances: readonly Instance[]
  /** The highest index of a believed reply. */
  readonly index: number
  confirmedAtMs: number
  /** Who said so, as far as is known. */
  servers: Servers
  /** Loaded from disk at this moment, and not confirmed since. */
  readonly restoredAtMs?: number
}

export interface ServiceWatchHooks {
  readonly datacenterState: () => DatacenterState
  /** Something in the view other than its age has changed. */
  readonly changed: (view: ServiceView) => void
}

/** What is kept on disk. */
export interface KeptService extends WantedService {
  readonly instances: readonly Instance[]
  readonly index: number
  readonly atMs: number
}

export class ServiceWatch {
  readonly wanted: WantedService
  readonly #route: Route
  readonly #limits: ConsulLimits
  readonly #timing: Timing
  readonly #hooks: ServiceWatchHooks
  readonly #loop: BlockingLoop<readonly unknown[]>
  #held: Held | undefined
  #claimed: readonly Instance[] | undefined
  #suspicion: Suspicion | undefined
  #failure: ConsulFailure | undefined
  #told: string | undefined
  #askedAt: Endpoint | undefined

  constructor(
    wanted: WantedService,
    route: Route,
    limits: ConsulLimits,
    timing: Timing,
    hooks: ServiceWatchHooks,
  ) {
    this.wanted = wanted
    this.#route = route
    this.#limits = limits
    this.#timing = timing
    this.#hooks = hooks
    this.#loop = new BlockingLoop(
      {
        ask: request => this.#ask(request),
        answered: (entries, meta, asOfMs, signal) => this.#answered(entries, meta, asOfMs, signal),
        failed: failure => this.#failed(failure),
        waitMsMax: () => (this.#suspicion === undefined ? limits.waitMs : Math.min(limits.waitMs, 2_000)),
      },
      limits,
      timing,
    )
  }

  /** Before `start`: what was known when the process last ran, as stale. */
  restore(kept: KeptService): void {
    const nowMs = this.#timing.clock()
    const ageMs = Math.max(this.#timing.wallClock() - kept.atMs, this.#limits.staleAfterMs)
    this.#held = {
      instances: kept.instances,
      index: kept.index,
      confirmedAtMs: nowMs - ageMs,
      servers: [],
      restoredAtMs: nowMs,
    }
  }

  start(): void {
    this.review()
    this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  kick(): void {
    this.#loop.kick(this.#askedAt !== this.#route.current())
  }

  /** A heartbeat that began then was good. With our question still waiting at the same agent, nothing had changed
   *  by then. */
  confirm(startedAtMs: number, servers: Servers): void {
    if (this.#askedAt !== this.#route.current()) return
    const blockedSinceMs = this.#loop.blockedSinceMs()
    if (blockedSinceMs === undefined || blockedSinceMs > startedAtMs || this.#held === undefined) return
    if (this.#suspicion !== undefined || this.#held.restoredAtMs !== undefined) return
    this.#held.confirmedAtMs = Math.max(this.#held.confirmedAtMs, startedAtMs)
    this.#held.servers = servers
  }

  /** Undefined until Consul has been believed once. */
  view(): ServiceView | undefined {
    const held = this.#held
    if (held === undefined) return undefined
    const ageMs = Math.max(0, this.#timing.clock() - held.confirmedAtMs)
    const suspicion = this.#suspicion
    return {
      ...this.wanted,
      instances: suspicion === undefined ? held.instances : heldThrough(held.instances, this.#claimed ?? []),
      freshness: this.#freshness(held, ageMs),
      ageMs,
      atMs: this.#timing.wallClock() - ageMs,
      index: held.index,
      ...(suspicion === undefined
        ? {}
        : {
            suspect: {
              reason: suspicion.reason,
              claimed: suspicion.claimed,
              vanished: suspicion.vanished,
            },
          }),
      ...(this.#failure === undefined ? {} : { failure: this.#failure }),
    }
  }

  keep(): KeptService | undefined {
    const view = this.view()
    if (view === undefined) return undefined
    return { ...this.wanted, instances: view.instances, index: view.index, atMs: view.atMs }
  }

  /** Tells what has changed since it was last told, time included. */
  review(): void {
    const view = this.view()
    if (view === undefined) return
    const { instances, freshness, suspect, failure } = view
    const content = JSON.stringify([instances, freshness, suspect, failure?.kind])
    if (content === this.#told) return
    this.#told = content
    this.#hooks.changed(view)
  }

  #freshness(held: Held, ageMs: number): Freshness {
    // What was loaded from disk is given its time from now on, however long the process was away.
    const countedMs =
      held.restoredAtMs === undefined
        ? ageMs
        : this.#timing.clock() - held.restoredAtMs + this.#limits.staleAfterMs
    const byAge = freshnessOf(countedMs, this.#limits)
    if (byAge !== 'fresh') return byAge
    const state = this.#hooks.datacenterState()
    return state === 'fresh' || state === 'unknown' ? 'fresh' : 'stale'
  }

  #ask(request: BlockingRequest): Promise<Outcome<readonly unknown[]>> {
    const endpoint = this.#route.current()
    this.#askedAt = endpoint
    const { service, tag } = this.wanted
    return endpoint.agent
      .serviceHealth(service, tag, {
        stale: true,
        waitMs: request.waitMs,
        timeoutMs: request.timeoutMs,
        signal: request.signal,
        ...(request.index === undefined ? {} : { index: request.index }),
        datacenter: endpoint.datacenter,
      })
      .then(outcome => {
        if (!outcome.ok && anotherWayMayHelp(outcome.failure.kind)) this.#route.leave(endpoint)
        return outcome
      })
  }

  async #answered(
    entries: readonly unknown[],
    meta: ReplyMeta,
    asOfMs: number,
    signal: AbortSignal,
  ): Promise<ConsulFailure | undefined> {
    const claimed = readInstances(entries)
    if (typeof claimed === 'string') return { kind: 'bad-body', text: claimed }
    const isLeaderless = !meta.knowsLeader
    // Without a leader the data may be of any age: good enough only where nothing is known.
    if (isLeaderless && (this.#held !== undefined || claimed.length === 0))
      return { kind: 'no-leader', text: `no leader for ${meta.lastContactMs} ms` }
    if (needsProof(this.#held?.instances, claimed)) return this.#doubt(claimed, signal)
    // After a failure it may be others who answer.
    const servers = this.#failure === undefined ? (this.#held?.servers ?? []) : []
    this.#believe(claimed, meta, asOfMs, servers, isLeaderless)
    return undefined
  }

  #believe(
    instances: readonly Instance[],
    meta: ReplyMeta,
    asOfMs: number,
    servers: Servers,
    isLeaderless = false,
  ): void {
    const ageMs = Math.max(meta.lastContactMs, meta.ageMs, isLeaderless ? this.#limits.staleAfterMs : 0)
    const before = this.#held?.instances
    this.#held = {
      // The same array while nothing changes, so that whoever compares can be quick.
      instances: before !== undefined && sameInstances(before, instances) ? before : instances,
      index: meta.index,
      servers,
      // A heartbeat may have confirmed it later than the wait began.
      confirmedAtMs: Math.max(asOfMs - ageMs, this.#held?.confirmedAtMs ?? Number.NEGATIVE_INFINITY),
    }
    this.#suspicion = undefined
    this.#claimed = undefined
    this.#failure = undefined
    this.review()
  }

  /** A second question, to the leader, before anything disappears. */
  async #doubt(claimed: readonly Instance[], signal: AbortSignal): Promise<ConsulFailure | undefined> {
    const second = await this.#lookAgain(claimed, signal)
    if (signal.aborted) return undefined
    if (second.ok && !needsProof(this.#held?.instances, second.claimed)) {
      this.#believe(second.claimed, second.meta, this.#timing.clock(), second.servers)
      return undefined
    }
    const nowMs = this.#timing.clock()
    const sinceMs = this.#suspicion?.sinceMs ?? nowMs
    const doubt = second.ok
      ? doubtOf(second.proof, second.claimed.length, nowMs - sinceMs, this.#limits)
      : 'unconfirmed'
    if (second.ok && doubt === undefined) {
      this.#believe(second.claimed, second.meta, this.#timing.clock(), second.servers)
      return undefined
    }
    this.#claimed = claimed
    this.#suspicion = {
      reason: doubt ?? 'unconfirmed',
      claimed: claimed.length,
      vanished: vanishedOf(this.#held?.instances ?? [], claimed).length,
      sinceMs,
    }
    this.#failure = second.ok ? undefined : second.failure
    this.review()
    return second.ok ? undefined : second.failure
  }

  async #lookAgain(claimed: readonly Instance[], signal: AbortSignal): Promise<SecondLook> {
    const endpoint = this.#route.current()
    const timeoutMs = this.#limits.heartbeatTimeoutMs
    const sentinel = await lookAtSentinel(endpoint, timeoutMs, signal)
    if (!sentinel.ok) return sentinel
    const { service, tag } = this.wanted
    const outcome = await endpoint.agent.serviceHealth(service, tag, {
      timeoutMs,
      signal,
      datacenter: endpoint.datacenter,
    })
    if (!outcome.ok) return outcome
    const again = readInstances(outcome.value)
    if (typeof again === 'string') return { ok: false, failure: { kind: 'bad-body', text: again } }
    const servers = serversIn(sentinel.value)
    const { index = 0, servers: before = [] } = this.#held ?? {}
    const proof: Proof = {
      sentinelVisible: sentinel.value.length > 0 && sentinel.meta.knowsLeader && outcome.meta.knowsLeader,
      agrees: vanishedOf(again, claimed).length === 0,
      // An index that began anew may have passed the old one by now.
      indexWentBack: outcome.meta.index < index || areOthers(before, servers),
    }
    return { ok: true, claimed: again, meta: outcome.meta, servers, proof }
  }

  #failed(failure: ConsulFailure): void {
    this.#failure = failure
    this.review()
  }
}

type SecondLook =
  | {
      readonly ok: true
      readonly claimed: readonly Instance[]
      readonly meta: ReplyMeta
      readonly servers: Servers
      readonly proof: Proof
    }
  | { readonly ok: false; readonly failure: ConsulFailure }
