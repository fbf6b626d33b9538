/** What the rest of the health room may ask of one Consul agent, and the closed list of ways in which it can
 *  fail. Knows neither the client library nor what becomes of the answers. */

/** How a request failed. The list is closed so that whoever reacts can be checked for having thought of each. */
export const FAILURE_KINDS = [
  'refused',
  'reset',
  'timeout',
  'no-leader',
  'forbidden',
  'not-found',
  'bad-body',
  'other',
  /** We asked for the end ourselves. */
  'stopped',
] as const
export type FailureKind = (typeof FAILURE_KINDS)[number]

export interface ConsulFailure {
  readonly kind: FailureKind
  /** One line for people. */
  readonly text: string
}

/** What the reply's headers say about how much its body is worth. */
export interface ReplyMeta {
  /** X-Consul-Index; 0 is never something to block on. */
  readonly index: number
  /** False when the server that answered knows no leader: its data may be of any age. */
  readonly knowsLeader: boolean
  /** How long ago the answering server heard from the leader. */
  readonly lastContactMs: number
  /** Age of an agent's cached answer. */
  readonly ageMs: number
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T; readonly meta: ReplyMeta }
  | { readonly ok: false; readonly failure: ConsulFailure }

export interface RequestLimits {
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/** `stale` is answered by any server, which a service's many watches should use; a request without it goes to
 *  the leader. */
export interface ReadOptions extends RequestLimits {
  readonly datacenter?: string
  readonly stale?: boolean
  /** With `waitMs`: answer only when the index has passed this one. */
  readonly index?: number
  readonly waitMs?: number
}

export interface KeyEntry {
  readonly key: string
  readonly value: string
  readonly modifyIndex: number
  readonly createIndex: number
}

export interface WriteOptions extends RequestLimits {
  readonly datacenter?: string
  /** Write only when the key's ModifyIndex is this; 0: only when it does not exist yet. */
  readonly onlyAtIndex?: number
}

export interface ConsulAgent {
  /** Where it is, for logs and for counting watches: a URL or a socket's path. Never holds a token. */
  readonly address: string
  /** Every instance with its checks, whatever their status; the body has been found to be an array, no more. */
  serviceHealth(
    service: string,
    tag: string | undefined,
    options: ReadOptions,
  ): Promise<Outcome<readonly unknown[]>>
  /** All keys that begin with the prefix; none is an answer, not a failure. */
  keysBelow(prefix: string, options: ReadOptions): Promise<Outcome<readonly KeyEntry[]>>
  /** False: somebody else wrote first. */
  putKey(key: string, value: string, options: WriteOptions): Promise<Outcome<boolean>>
  deleteKey(key: string, options: WriteOptions): Promise<Outcome<boolean>>
  /** Ends every connection. Requests under way fail with `stopped`. */
  close(): void
}

export function failed(kind: FailureKind, text: string): { ok: false; failure: ConsulFailure } {
  return { ok: false, failure: { kind, text } }
}

const KIND_BY_CODE: Readonly<Record<string, FailureKind>> = {
  ECONNREFUSED: 'refused',
  ENOENT: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
}

export function kindOfErrorCode(code: string): FailureKind {
  return KIND_BY_CODE[code] ?? 'other'
}

/** Consul says why in the body: most of what goes wrong inside it arrives as status 500. */
export function kindOfStatus(status: number, body: string): FailureKind {
  if (status === 403 || /ACL not found|Permission denied/i.test(body)) return 'forbidden'
  if (status === 404 || /No path to datacenter/i.test(body)) return 'not-found'
  if (/No cluster leader/i.test(body)) return 'no-leader'
  return 'other'
}
