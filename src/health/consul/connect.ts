/** A `ConsulAgent` over HTTP, HTTPS or a unix socket: connection pools, token and certificates that may change
 *  under it, and replies checked before anybody believes them. Knows no datacenter's state. */

import { setMaxListeners } from 'node:events'
import type { Clock } from '../../base/clock.ts'
import {
  type ConsulAgent,
  failed,
  type KeyEntry,
  type Outcome,
  type ReadOptions,
  type RequestLimits,
  type WriteOptions,
} from './agent.ts'
import { type FreshText, followFile } from './files.ts'
import { type ClientSettings, type NodeConsul, openClient, settle } from './node-consul.ts'

export interface TlsSettings {
  readonly caFile?: string
  readonly certFile?: string
  readonly keyFile?: string
  readonly serverName?: string
  /** Default true. */
  readonly verify?: boolean
}

/** A token in a file is read again when the file changes. */
export type TokenSettings = { readonly file: string } | { readonly value: string }

export interface AgentSettings {
  /** `http://host:8500`, `https://host:8501` or `unix:///run/consul.sock`. */
  readonly url: string
  readonly token?: TokenSettings
  readonly tls?: TlsSettings
  /** Connections for blocking queries. Consul resets what one client address opens above 200. */
  readonly connectionsMax?: number
}

export const BLOCKING_CONNECTIONS_MAX = 128
/** Short requests have a pool of their own, so that a heartbeat never queues behind blocking queries. */
export const SHORT_CONNECTIONS_MAX = 16

/** The variables that Consul's own command line reads. */
export function tokenFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): TokenSettings | undefined {
  const file = environment['CONSUL_HTTP_TOKEN_FILE']
  if (file !== undefined && file !== '') return { file }
  const value = environment['CONSUL_HTTP_TOKEN']
  return value === undefined || value === '' ? undefined : { value }
}

/** Nothing is opened before the first request. */
export function connectAgent(settings: AgentSettings, clock: Clock): ConsulAgent {
  const token = tokenReader(settings.token, clock)
  const pools = new Pools(settings, clock)
  const closing = new AbortController()
  // One listener a request under way is no leak.
  setMaxListeners(0, closing.signal)

  const run = async (
    pick: (client: NodeConsul) => (query: Readonly<Record<string, unknown>>) => Promise<unknown>,
    query: Readonly<Record<string, unknown>>,
    limits: RequestLimits,
  ): Promise<Outcome<unknown>> => {
    if (closing.signal.aborted) return failed('stopped', 'stopped')
    const client = await pools.client('wait' in query ? 'blocking' : 'short')
    if (typeof client === 'string') return failed('other', client)
    const secret = await token.read()
    // Asking without the token that was meant would be answered, with nothing.
    if (secret === undefined && settings.token !== undefined)
      return failed('other', `no token: ${token.problem() ?? 'empty'}`)
    const signals = limits.signal === undefined ? [closing.signal] : [closing.signal, limits.signal]
    const full = secret === undefined ? query : { ...query, token: secret }
    const outcome = await settle(pick(client), full, limits.timeoutMs, signals)
    // The token may have been replaced within the second.
    if (!outcome.ok && outcome.failure.kind === 'forbidden') token.distrust()
    return outcome
  }

  return {
    address: settings.url,
    async serviceHealth(service, tag, options) {
      const query = { service, ...(tag === undefined ? {} : { tag }), ...readQuery(options) }
      return listIn(await run(client => q => client.health.service(q), query, options))
    },
    async keysBelow(prefix, options) {
      const query = { key: prefix, recurse: true, ...readQuery(options) }
      return entriesIn(await run(client => q => client.kv.get(q), query, options))
    },
    async putKey(key, value, options) {
      return wonIn(
        await run(client => q => client.kv.set(q), { key, value, ...writeQuery(options) }, options),
      )
    },
    async deleteKey(key, options) {
      return wonIn(await run(client => q => client.kv.del(q), { key, ...writeQuery(options) }, options))
    },
    close() {
      closing.abort()
      pools.close()
    },
  }
}

function tokenReader(settings: TokenSettings | undefined, clock: Clock): FreshText {
  if (settings !== undefined && 'file' in settings) return followFile(settings.file, clock)
  return { read: async () => settings?.value, distrust: () => {}, problem: () => undefined }
}

function readQuery(options: ReadOptions): Record<string, unknown> {
  return {
    ...(options.datacenter === undefined ? {} : { dc: options.datacenter }),
    ...(options.stale === true ? { stale: true } : {}),
    ...(options.index === undefined ? {} : { index: String(options.index) }),
    ...(options.waitMs === undefined ? {} : { wait: `${options.waitMs}ms` }),
  }
}

function writeQuery(options: WriteOptions): Record<string, unknown> {
  return {
    ...(options.datacenter === undefined ? {} : { dc: options.datacenter }),
    ...(options.onlyAtIndex === undefined ? {} : { cas: String(options.onlyAtIndex) }),
  }
}

type PoolName = 'blocking' | 'short'

/** One client per kind of request; new ones when a certificate file changed. What ran over the old ones fails and
 *  is asked again. */
class Pools {
  readonly #settings: AgentSettings
  readonly #files: Readonly<Record<'ca' | 'cert' | 'key', FreshText | undefined>>
  readonly #open = new Map<PoolName, { readonly made: string; readonly client: Promise<NodeConsul> }>()

  constructor(settings: AgentSettings, clock: Clock) {
    this.#settings = settings
    const follow = (path: string | undefined): FreshText | undefined =>
      path === undefined ? undefined : followFile(path, clock)
    const { caFile, certFile, keyFile } = settings.tls ?? {}
    this.#files = { ca: follow(caFile), cert: follow(certFile), key: follow(keyFile) }
  }

  /** The client, or why there is none. */
  async client(name: PoolName): Promise<NodeConsul | string> {
    const settings = await this.#clientSettings(name)
    if (typeof settings === 'string') return settings
    const made = JSON.stringify(settings)
    const open = this.#open.get(name)
    if (open?.made === made) return open.client
    if (open !== undefined) destroy(open.client)
    const client = openClient(settings)
    this.#open.set(name, { made, client })
    try {
      return await client
    } catch (error) {
      this.#open.delete(name)
      return error instanceof Error ? error.message : String(error)
    }
  }

  async #clientSettings(name: PoolName): Promise<ClientSettings | string> {
    const { url, tls, connectionsMax = BLOCKING_CONNECTIONS_MAX } = this.#settings
    const texts: Record<string, string> = {}
    for (const [kind, file] of Object.entries(this.#files)) {
      if (file === undefined) continue
      const text = await file.read()
      if (text === undefined) return file.problem() ?? `no ${kind} file`
      texts[kind] = text
    }
    const socketPath = /^unix:(?:\/\/)?(\/.+)$/.exec(url)?.[1]
    return {
      ...texts,
      ...(socketPath === undefined ? { url } : { url: 'http://localhost', socketPath }),
      ...(tls?.serverName === undefined ? {} : { serverName: tls.serverName }),
      verify: tls?.verify ?? true,
      connectionsMax: name === 'blocking' ? connectionsMax : SHORT_CONNECTIONS_MAX,
    }
  }

  close(): void {
    for (const { client } of this.#open.values()) destroy(client)
    this.#open.clear()
  }
}

function destroy(client: Promise<NodeConsul>): void {
  client.then(
    opened => opened.destroy(),
    // It never opened.
    () => {},
  )
}

/** A proxy's HTML page comes with status 200 as well, and so does an empty body. */
function listIn(outcome: Outcome<unknown>): Outcome<readonly unknown[]> {
  if (!outcome.ok) return outcome
  if (outcome.meta.index < 0) return failed('bad-body', 'no X-Consul-Index: this is not Consul')
  if (!Array.isArray(outcome.value))
    return failed('bad-body', `an array was due, not ${typeof outcome.value}`)
  return { ok: true, value: outcome.value as readonly unknown[], meta: outcome.meta }
}

/** The client turns 404, which is how Consul says that no key begins so, into no value. */
function entriesIn(outcome: Outcome<unknown>): Outcome<readonly KeyEntry[]> {
  const list = listIn(outcome.ok && outcome.value === undefined ? { ...outcome, value: [] } : outcome)
  if (!list.ok) return list
  const entries: KeyEntry[] = []
  for (const item of list.value) {
    const entry = entryOf(item)
    if (entry === undefined) return failed('bad-body', 'a key without name or index')
    entries.push(entry)
  }
  return { ...list, value: entries }
}

function entryOf(item: unknown): KeyEntry | undefined {
  if (typeof item !== 'object' || item === null) return undefined
  const { Key, Value, ModifyIndex, CreateIndex } = item as Record<string, unknown>
  if (typeof Key !== 'string' || typeof ModifyIndex !== 'number' || typeof CreateIndex !== 'number')
    return undefined
  return {
    key: Key,
    value: typeof Value === 'string' ? Value : '',
    modifyIndex: ModifyIndex,
    createIndex: CreateIndex,
  }
}

function wonIn(outcome: Outcome<unknown>): Outcome<boolean> {
  if (!outcome.ok) return outcome
  if (typeof outcome.value !== 'boolean') return failed('bad-body', 'true or false was due')
  return { ...outcome, value: outcome.value }
}
