/** One node's orders and those in one shared store, kept the same: what the store has and we lack is taken, what we
 *  have and it lacks is written, and of two orders on one thing the later stays on both sides. Either may be away for
 *  as long as it likes. Nothing in the store takes an order away: a key that is gone is written again, and one that
 *  makes no sense is reported once. Knows keys and replicas; knows no regions and no log. */

import type { ConsulFailure } from '../consul/agent.ts'
import type { SharedEntries, SharedKeys, WriteOutcome } from '../consul/keys.ts'
import { type ConsulLimits, DEFAULT_LIMITS, type Timing } from '../consul/limits.ts'
import { backoffMs, pause } from '../consul/pace.ts'
import { compareStamps, type Override } from './override.ts'
import type { Replica } from './replica.ts'
import { readSharedOrder, type SharedOrder, sharedKey, sharedText } from './shared-order.ts'
import { isAhead } from './store.ts'

/** unknown: not heard of yet. */
export type ExchangeState = 'unknown' | 'shared' | 'silent' | 'forbidden'

export interface ExchangeView {
  readonly state: ExchangeState
  /** Orders that the store is known to lack. */
  readonly waiting: number
  /** Why it is not shared. */
  readonly reason: string
}

export interface ExchangeListener {
  /** What the store has, over and again; of these, those that are news are to be taken. */
  take(overrides: readonly Override[]): void
  /** The state or its reason is another. */
  changed(view: ExchangeView): void
  /** About something in the store: once, until it is right again. */
  complain(key: string, text: string): void
}

export interface ExchangeOptions {
  readonly keys: SharedKeys
  readonly replica: Replica
  readonly timing: Timing
  readonly listener: ExchangeListener
  readonly limits?: Partial<ConsulLimits>
}

/** More keys than this are left unread. */
export const SHARED_ORDERS_MAX = 10_000
/** Orders of others reach a store by way of whoever gave them; the rest of the fleet waits, or all would write. */
const RELAY_AFTER_MS = 400
/** A node whose clock is ahead by days writes what all others take for nonsense: they do not fight over a key. */
const RECLAIM_AFTER_MS = 60_000
/** Where clocks differ by less, nobody brings back what another has cleared away. */
const CLEAR_AFTER_MS = 3_600_000
const COMPLAINTS_MAX = 100
const WRITES_AT_ONCE = 8

interface There {
  readonly text: string
  /** Undefined once we have written it: read again before it is written over. */
  version: number | undefined
  order: SharedOrder
}

type Deed = {
  readonly key: string
  readonly override: Override | undefined
  readonly version: number | undefined
}

export class OrderExchange {
  readonly #keys: SharedKeys
  readonly #replica: Replica
  readonly #timing: Timing
  readonly #listener: ExchangeListener
  readonly #limits: ConsulLimits
  readonly #stopping = new AbortController()
  #stopWatching: (() => Promise<void>) | undefined
  #there: Map<string, There> | undefined
  #isProven = false
  #mustRead = true
  #running: Promise<void> | undefined
  #isRunning = false
  #isRelaying = false
  #pausing = new AbortController()
  #failures = 0
  #readFailure: ConsulFailure | undefined
  #writeFailure: ConsulFailure | undefined
  #told = ''
  readonly #complained = new Set<string>()
  readonly #reclaimedAtMs = new Map<string, number>()
  readonly #waiters = new Set<() => void>()

  constructor({ keys, replica, timing, listener, limits }: ExchangeOptions) {
    this.#keys = keys
    this.#replica = replica
    this.#timing = timing
    this.#listener = listener
    this.#limits = { ...DEFAULT_LIMITS, ...limits }
  }

  start(): void {
    this.#stopWatching = this.#keys.watch({
      changed: entries => {
        this.#learn(entries)
        this.push('later')
      },
      heard: () => {
        this.#readFailure = undefined
        if (!this.#isRelaying) this.#pausing.abort()
        this.#tell()
      },
      failed: failure => {
        this.#readFailure = failure
        this.#tell()
      },
    })
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#pausing.abort()
    await Promise.all([this.#stopWatching?.(), this.#keys.stop()])
    await this.#running
    this.#wake()
  }

  /** There may be something here that is not there. */
  push(when: 'now' | 'later'): void {
    if (this.#stopping.signal.aborted) return
    if (when === 'now') this.#pausing.abort()
    if (this.#isRunning) return
    this.#isRunning = true
    this.#running = this.#run(when)
  }

  /** The datacenter was silent and is back. */
  kick(): void {
    this.#keys.kick()
    this.#pausing.abort()
  }

  view(): ExchangeView {
    const failure = this.#readFailure ?? this.#writeFailure
    const state =
      failure === undefined ? (this.#there === undefined ? 'unknown' : 'shared') : stateOf(failure)
    return {
      state,
      waiting: this.#due().filter(({ override }) => override !== undefined).length,
      reason: failure?.text ?? '',
    }
  }

  /** Resolves when the store has all that we have, or has failed to take it, or the time is over. */
  async settled(limitMs: number): Promise<void> {
    if (!this.#isRunning) return
    const over = new AbortController()
    const woken = (): void => over.abort()
    this.#waiters.add(woken)
    await pause(limitMs, over.signal)
    this.#waiters.delete(woken)
  }

  //------------ What is there ---

  #learn({ entries, proven }: SharedEntries): void {
    const before = this.#there
    this.#isProven = proven
    this.#there = new Map()
    const wallMs = this.#timing.wallClock()
    for (const { key, value, version } of entries.slice(0, SHARED_ORDERS_MAX)) {
      const known = before?.get(key)
      const order = known?.text === value ? known.order : readSharedOrder(key, value)
      this.#there.set(key, { text: value, version, order: notAhead(order, wallMs) })
    }
    if (entries.length > SHARED_ORDERS_MAX)
      this.#complain('', `there are more than ${SHARED_ORDERS_MAX} keys: the rest is not read`)
    for (const [key, { order }] of this.#there)
      if (order.kind === 'unreadable') this.#complain(key, order.text)
      else this.#complained.delete(key)
    this.#mustRead = false
    this.#listener.take(
      [...this.#there.values()].flatMap(({ order }) => (order.kind === 'order' ? [order.override] : [])),
    )
  }

  #complain(key: string, text: string): void {
    if (this.#complained.has(key) || this.#complained.size >= COMPLAINTS_MAX) return
    this.#complained.add(key)
    this.#listener.complain(key, text)
  }

  /** What is to be written or cleared away there. */
  #due(): Deed[] {
    const wallMs = this.#timing.wallClock()
    const there = this.#there ?? new Map<string, There>()
    const deeds: Deed[] = []
    for (const override of this.#replica.all()) {
      const key = sharedKey(override)
      const found = there.get(key)
      if (this.#replica.isSpent(override, wallMs) || !this.#yieldsTo(key, found, override)) continue
      deeds.push({ key, override, version: found === undefined ? 0 : found.version })
    }
    for (const [key, { order, version }] of there)
      if (order.kind === 'order' && this.#replica.isSpent(order.override, wallMs - CLEAR_AFTER_MS))
        deeds.push({ key, override: undefined, version })
    return deeds
  }

  #yieldsTo(key: string, found: There | undefined, override: Override): boolean {
    if (found === undefined) return true
    if (found.order.kind === 'order') return compareStamps(override, found.order.override) > 0
    if (found.order.isLater) return false
    const triedMs = this.#reclaimedAtMs.get(key) ?? Number.NEGATIVE_INFINITY
    return this.#timing.clock() - triedMs >= RECLAIM_AFTER_MS
  }

  //------------ Writing ---

  async #run(when: 'now' | 'later'): Promise<void> {
    this.#isRelaying = when === 'later'
    if (this.#isRelaying) await this.#pause(RELAY_AFTER_MS * (1 + this.#timing.dice()))
    this.#isRelaying = false
    while (!this.#stopping.signal.aborted) {
      const due = this.#due()
      if (this.#there !== undefined && this.#isProven && due.length === 0) break
      const failure = this.#mustRead ? await this.#read() : await this.#write(due)
      if (failure === undefined || this.#stopping.signal.aborted) continue
      this.#mustRead = true
      this.#tell()
      this.#wake()
      const { backoffMsMin, backoffMsMax, forbiddenRetryMs } = this.#limits
      const forbidden = failure.kind === 'forbidden'
      await this.#pause(
        forbidden
          ? forbiddenRetryMs
          : backoffMs(this.#failures++, backoffMsMin, backoffMsMax, this.#timing.dice),
      )
    }
    // Before anything is awaited: what is pushed from here on begins anew.
    this.#isRunning = false
    this.#writeFailure = undefined
    this.#failures = 0
    this.#tell()
    this.#wake()
  }

  async #read(): Promise<ConsulFailure | undefined> {
    const outcome = await this.#keys.readAll()
    this.#readFailure = outcome.ok ? undefined : outcome.failure
    if (!outcome.ok) return outcome.failure
    this.#learn(outcome.value)
    return undefined
  }

  /** Some of it at a time: what has been written or was lost to another is looked at again. */
  async #write(due: readonly Deed[]): Promise<ConsulFailure | undefined> {
    if (!this.#isProven) {
      const marked = await this.#keys.mark()
      this.#isProven = marked.ok
      this.#writeFailure = marked.ok ? undefined : marked.failure
      return this.#writeFailure
    }
    const batch = due.slice(0, WRITES_AT_ONCE)
    const outcomes = await Promise.all(batch.map(deed => this.#do(deed)))
    this.#writeFailure = undefined
    for (const outcome of outcomes) if (!outcome.ok) this.#writeFailure = outcome.failure
    return this.#writeFailure
  }

  async #do({ key, override, version }: Deed): Promise<WriteOutcome> {
    if (version === undefined) {
      this.#mustRead = true
      return { ok: true, won: false }
    }
    if (this.#there?.get(key)?.order.kind === 'unreadable') this.#reclaimedAtMs.set(key, this.#timing.clock())
    const text = override === undefined ? '' : sharedText(override)
    const outcome =
      override === undefined
        ? await this.#keys.delete(key, version)
        : await this.#keys.put(key, text, version)
    if (!outcome.ok) return outcome
    if (!outcome.won) this.#mustRead = true
    else if (override === undefined) this.#there?.delete(key)
    else this.#there?.set(key, { text, version: undefined, order: { kind: 'order', override } })
    return outcome
  }

  //------------ Telling ---

  #pause(durationMs: number): Promise<void> {
    this.#pausing = new AbortController()
    return pause(durationMs, this.#pausing.signal)
  }

  #tell(): void {
    const view = this.view()
    const content = `${view.state} ${view.reason}`
    if (content === this.#told || this.#stopping.signal.aborted) return
    this.#told = content
    this.#listener.changed(view)
  }

  #wake(): void {
    for (const waiter of this.#waiters) waiter()
  }
}

function stateOf({ kind }: ConsulFailure): ExchangeState {
  return kind === 'forbidden' ? 'forbidden' : 'silent'
}

function notAhead(order: SharedOrder, wallMs: number): SharedOrder {
  if (order.kind === 'unreadable' || !isAhead(order.override, wallMs)) return order
  const { node } = order.override.stamp
  return {
    kind: 'unreadable',
    text: `is dated more than a day ahead by ${node}: is its clock right?`,
    isLater: false,
  }
}
