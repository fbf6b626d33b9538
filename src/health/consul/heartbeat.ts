/** The pulse of one datacenter: a small question to its leader every other second, which proves that it can be
 *  reached, has a leader and lets our token see. A blocking query into a black hole would hang for 40 s without a
 *  word. Knows no service but Consul's own. */

import type { ConsulFailure, Outcome } from './agent.ts'
import { freshnessOf } from './freshness.ts'
import type { ConsulLimits, Timing } from './limits.ts'
import { pause } from './pace.ts'
import { anotherWayMayHelp, type Endpoint, type Route } from './route.ts'
import type { DatacenterState, DatacenterView } from './view.ts'

/** Servers register themselves under this name: never legitimately empty. */
export const SENTINEL_SERVICE = 'consul'

/** How often, while on a way that is not the best, the best is tried. */
const BEATS_PER_RETURN = 10

export interface HeartbeatListener {
  /** After every beat. `startedAtMs` when it was good. */
  beat(startedAtMs: number | undefined): void
  /** Back after a silence, or by another way: what is under way may be waiting for nothing. */
  recovered(): void
}

type Cause = NonNullable<DatacenterView['cause']>

export class Heartbeat {
  readonly #datacenter: string
  readonly #route: Route
  readonly #limits: ConsulLimits
  readonly #timing: Timing
  readonly #listener: HeartbeatListener
  readonly #stopping = new AbortController()
  #running: Promise<void> | undefined
  #beats = 0
  #missed = 0
  #reachable = false
  #visible = false
  #cause: Cause | undefined
  #goodAtMs: number | undefined
  #roundTripMs: number | undefined
  #servers: Servers = []
  readonly #startedAtMs: number

  constructor(
    datacenter: string,
    route: Route,
    limits: ConsulLimits,
    timing: Timing,
    listener: HeartbeatListener,
  ) {
    this.#datacenter = datacenter
    this.#route = route
    this.#limits = limits
    this.#timing = timing
    this.#listener = listener
    this.#startedAtMs = timing.clock()
  }

  /** Those that the last good beat saw. */
  get servers(): Servers {
    return this.#servers
  }

  start(): void {
    this.#running ??= this.#run()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  state(): DatacenterState {
    const silentMs = this.#timing.clock() - (this.#goodAtMs ?? this.#startedAtMs)
    const byAge = freshnessOf(silentMs, this.#limits)
    if (byAge === 'expired') return 'expired'
    if (this.#missed >= this.#limits.missesMax) return 'stale'
    return this.#goodAtMs === undefined ? 'unknown' : byAge
  }

  view(): DatacenterView {
    return {
      datacenter: this.#datacenter,
      state: this.state(),
      reachable: this.#reachable,
      visible: this.#visible,
      endpoint: this.#route.current().agent.address,
      missed: this.#missed,
      silentMs: this.#goodAtMs === undefined ? undefined : this.#timing.clock() - this.#goodAtMs,
      roundTripMs: this.#roundTripMs,
      ...(this.#cause === undefined ? {} : { cause: this.#cause }),
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    let waysTried = 0
    let hasLeftAWay = false
    while (!signal.aborted) {
      const startedAtMs = this.#timing.clock()
      const endpoint = this.#endpointOfThisBeat()
      const cause = await this.#beat(endpoint, startedAtMs)
      if (signal.aborted) return
      const isAway = cause !== undefined && (cause.kind === 'blind' || anotherWayMayHelp(cause.kind))
      if (isAway && this.#route.size > 1 && endpoint === this.#route.current()) {
        this.#route.leave(endpoint)
        hasLeftAWay = true
      }
      waysTried++
      // Every way is tried before anybody waits, and counts as one beat.
      if (isAway && waysTried < this.#route.size) continue
      waysTried = 0
      if (cause === undefined) this.#good(endpoint, startedAtMs, hasLeftAWay)
      else this.#miss(cause)
      hasLeftAWay &&= cause !== undefined
      const jitter = 0.9 + 0.2 * this.#timing.dice()
      await pause(this.#limits.heartbeatMs * jitter - (this.#timing.clock() - startedAtMs), signal)
    }
  }

  #endpointOfThisBeat(): Endpoint {
    const preferred = this.#route.preferred()
    return this.#beats++ % BEATS_PER_RETURN === 0 ? preferred : this.#route.current()
  }

  /** Undefined when all is well. */
  async #beat(endpoint: Endpoint, startedAtMs: number): Promise<Cause | undefined> {
    const outcome = await lookAtSentinel(endpoint, this.#limits.heartbeatTimeoutMs, this.#stopping.signal)
    if (this.#stopping.signal.aborted) return undefined
    const failure = failureOf(outcome)
    this.#reachable = failure === undefined || failure.kind === 'forbidden'
    this.#visible = outcome.ok && outcome.value.length > 0
    if (failure !== undefined) return failure
    if (outcome.ok && this.#visible) this.#servers = serversIn(outcome.value)
    this.#roundTripMs = this.#timing.clock() - startedAtMs
    return this.#visible
      ? undefined
      : { kind: 'blind', text: 'the token may not read services and nodes (service_prefix, node_prefix)' }
  }

  #good(endpoint: Endpoint, startedAtMs: number, hasLeftAWay: boolean): void {
    const wasAway = this.#missed >= this.#limits.missesMax || this.#cause?.kind === 'forbidden'
    this.#route.use(endpoint)
    this.#missed = 0
    this.#cause = undefined
    this.#goodAtMs = startedAtMs
    if (wasAway || hasLeftAWay) this.#listener.recovered()
    this.#listener.beat(startedAtMs)
  }

  #miss(cause: Cause): void {
    this.#missed++
    this.#cause = cause
    this.#listener.beat(undefined)
  }
}

/** Not `stale`: the leader itself must answer. */
export function lookAtSentinel(
  endpoint: Endpoint,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Outcome<readonly unknown[]>> {
  return endpoint.agent.serviceHealth(SENTINEL_SERVICE, undefined, {
    timeoutMs,
    signal,
    datacenter: endpoint.datacenter,
  })
}

/** Who holds a datacenter's data: each server with the index at which it joined. */
export type Servers = readonly string[]

export function serversIn(sentinel: readonly unknown[]): Servers {
  return sentinel.flatMap(entry => {
    const { ID, CreateIndex } = ((entry as Fields | null)?.['Node'] ?? {}) as Fields
    return typeof ID === 'string' && typeof CreateIndex === 'number' ? [`${ID} ${CreateIndex}`] : []
  })
}

type Fields = Readonly<Record<string, unknown>>

/** Servers come and go one by one. When all are others, nothing of what those before knew need be known to them. */
export function areOthers(before: Servers, now: Servers): boolean {
  return before.length > 0 && now.length > 0 && !now.some(server => before.includes(server))
}

function failureOf(outcome: Outcome<unknown>): ConsulFailure | undefined {
  if (!outcome.ok) return outcome.failure
  return outcome.meta.knowsLeader ? undefined : { kind: 'no-leader', text: 'answered without a leader' }
}
