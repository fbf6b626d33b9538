/** Shared keys below one prefix of Consul's key-value store, in the one datacenter that has the say (Consul copies
 *  none to the others): read all, write only over what was read, follow. Carries operator overrides without
 *  knowing what they are. */

import { type ConsulAgent, type ConsulFailure, failed, type KeyEntry, type Outcome } from './agent.ts'
import { BlockingLoop } from './blocking-loop.ts'
import { type ConsulLimits, DEFAULT_LIMITS, type Timing } from './limits.ts'

export interface SharedEntry {
  /** Without the prefix. */
  readonly key: string
  readonly value: string
  /** Give it back to write over exactly this. */
  readonly version: number
}

export interface SharedEntries {
  readonly entries: readonly SharedEntry[]
  readonly index: number
  /** The mark that the first writer leaves is there. Without it, no entries mean nothing: the token may not read
   *  (Consul then answers as if there were no keys), the store was wiped, or nobody has ever written. */
  readonly proven: boolean
}

export type WriteOutcome =
  | { readonly ok: true; readonly won: boolean }
  | { readonly ok: false; readonly failure: ConsulFailure }

export interface SharedKeysListener {
  changed(entries: SharedEntries): void
  /** After every good answer, whether it brought news or not. */
  heard?(): void
  failed?(failure: ConsulFailure): void
}

export interface SharedKeysSettings {
  /** For example `meridian/overrides/`; ends with a slash. */
  readonly prefix: string
  /** Undefined: the agent's own. */
  readonly datacenter?: string
  readonly limits?: Partial<ConsulLimits>
}

const WRITE_TIMEOUT_MS = 5_000
/** Keys may not begin with a dot, so that nothing else is ever called so. */
const MARK = '.written'

export class SharedKeys {
  readonly #agent: ConsulAgent
  readonly #settings: SharedKeysSettings
  readonly #limits: ConsulLimits
  readonly #timing: Timing
  readonly #stopping = new AbortController()
  readonly #loops = new Set<BlockingLoop<readonly KeyEntry[]>>()
  #isMarked = false

  constructor(agent: ConsulAgent, settings: SharedKeysSettings, timing: Timing) {
    this.#agent = agent
    this.#settings = settings
    this.#limits = { ...DEFAULT_LIMITS, ...settings.limits }
    this.#timing = timing
  }

  async readAll(): Promise<Outcome<SharedEntries>> {
    const outcome = await this.#agent.keysBelow(this.#settings.prefix, this.#writeOptions())
    return outcome.ok ? { ...outcome, value: this.#entriesOf(outcome.value, outcome.meta.index) } : outcome
  }

  /** `version` 0: only if there is no such key. Lost when somebody else wrote since: read again, then decide. */
  async put(key: string, value: string, version: number): Promise<WriteOutcome> {
    const bad = judgeKey(key)
    if (bad !== undefined) return bad
    const marked = await this.mark()
    if (!marked.ok) return marked
    return writeOutcome(
      await this.#agent.putKey(this.#settings.prefix + key, value, {
        ...this.#writeOptions(),
        onlyAtIndex: version,
      }),
    )
  }

  async delete(key: string, version: number): Promise<WriteOutcome> {
    const bad = judgeKey(key)
    if (bad !== undefined) return bad
    // Consul takes index 0 for "whatever is there".
    if (version <= 0) return failed('other', 'a delete needs the version that was read')
    return writeOutcome(
      await this.#agent.deleteKey(this.#settings.prefix + key, {
        ...this.#writeOptions(),
        onlyAtIndex: version,
      }),
    )
  }

  /** Tells all entries now, and after every change. Returns how to end it. */
  watch(listener: SharedKeysListener): () => Promise<void> {
    let told: string | undefined
    const loop: BlockingLoop<readonly KeyEntry[]> = new BlockingLoop(
      {
        ask: ({ index, waitMs, timeoutMs, signal }) =>
          this.#agent.keysBelow(this.#settings.prefix, {
            waitMs,
            timeoutMs,
            signal,
            ...(index === undefined ? {} : { index }),
            ...this.#datacenter(),
          }),
        answered: async (value, meta) => {
          if (!meta.knowsLeader) return { kind: 'no-leader', text: 'answered without a leader' }
          const all = this.#entriesOf(value, meta.index)
          const content = JSON.stringify([all.entries, all.proven])
          if (content !== told) {
            told = content
            listener.changed(all)
          }
          listener.heard?.()
          return undefined
        },
        failed: failure => listener.failed?.(failure),
        waitMsMax: () => this.#limits.waitMs,
      },
      this.#limits,
      this.#timing,
    )
    this.#loops.add(loop)
    loop.start()
    return async () => {
      this.#loops.delete(loop)
      await loop.stop()
    }
  }

  /** The datacenter was silent and is back: ask afresh. */
  kick(): void {
    for (const loop of this.#loops) loop.kick()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await Promise.all([...this.#loops].map(loop => loop.stop()))
  }

  #entriesOf(all: readonly KeyEntry[], index: number): SharedEntries {
    const { prefix } = this.#settings
    const entries = all
      .filter(({ key }) => key.startsWith(prefix) && isKey(key.slice(prefix.length)))
      .map(({ key, value, modifyIndex }) => ({ key: key.slice(prefix.length), value, version: modifyIndex }))
    const proven = all.some(({ key }) => key === prefix + MARK)
    this.#isMarked = proven
    return { entries, index, proven }
  }

  /** Leaves the mark, which also shows whether we may write. Losing this race is as good as winning it. */
  async mark(): Promise<WriteOutcome> {
    if (this.#isMarked) return { ok: true, won: true }
    const outcome = writeOutcome(
      await this.#agent.putKey(this.#settings.prefix + MARK, '1', {
        ...this.#writeOptions(),
        onlyAtIndex: 0,
      }),
    )
    this.#isMarked = outcome.ok
    return outcome
  }

  #datacenter(): { datacenter?: string } {
    const { datacenter } = this.#settings
    return datacenter === undefined ? {} : { datacenter }
  }

  #writeOptions(): { timeoutMs: number; signal: AbortSignal; datacenter?: string } {
    return { timeoutMs: WRITE_TIMEOUT_MS, signal: this.#stopping.signal, ...this.#datacenter() }
  }
}

function isKey(key: string): boolean {
  return key !== '' && !key.startsWith('.')
}

function judgeKey(key: string): WriteOutcome | undefined {
  return isKey(key) ? undefined : failed('other', `not a key: ${JSON.stringify(key)}`)
}

function writeOutcome(outcome: Outcome<boolean>): WriteOutcome {
  return outcome.ok ? { ok: true, won: outcome.value } : outcome
}
