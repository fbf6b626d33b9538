/** The only file that knows the npm client. It hides what measuring found: replies whose body is not what the
 *  types say, bodies that end early and never settle, requests without a timeout. The client's own `watch` is
 *  not used. Knows nothing of services or freshness. */

import { EventEmitter } from 'node:events'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { failed, kindOfErrorCode, kindOfStatus, type Outcome, type ReplyMeta } from './agent.ts'

/** A reply of this size is no health answer: thousands of instances stay far below. */
export const BODY_BYTES_MAX = 32 * 1024 * 1024

export interface ClientSettings {
  /** `http://…`, `https://…`; with `socketPath` only its scheme counts. */
  readonly url: string
  readonly socketPath?: string
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly serverName?: string
  readonly verify: boolean
  readonly connectionsMax: number
}

type Query = Readonly<Record<string, unknown>>

/** The client's calls that are used, typed as they behave rather than as it declares them. */
export interface NodeConsul {
  readonly health: { service(query: Query): Promise<unknown> }
  readonly kv: {
    get(query: Query): Promise<unknown>
    set(query: Query): Promise<unknown>
    del(query: Query): Promise<unknown>
  }
  _ext(event: 'onRequest', extension: (pending: Pending, next: () => void) => void): void
  destroy(): void
}

interface Pending {
  readonly req: { hostname?: string }
  transport: { request(options: unknown): ClientRequest }
}

/** Loaded when first needed, so that a server without Consul never pays for it. */
export async function openClient(settings: ClientSettings): Promise<NodeConsul> {
  const { default: Consul } = await import('consul')
  const url = new URL(settings.url)
  const pool = { keepAlive: true, maxSockets: settings.connectionsMax, maxFreeSockets: 16 }
  const tls = {
    ...(settings.ca === undefined ? {} : { ca: settings.ca }),
    ...(settings.cert === undefined ? {} : { cert: settings.cert }),
    ...(settings.key === undefined ? {} : { key: settings.key }),
    ...(settings.serverName === undefined ? {} : { servername: settings.serverName }),
    rejectUnauthorized: settings.verify,
  }
  const isTls = url.protocol === 'https:'
  const options = {
    baseUrl: `${url.origin}${url.pathname.replace(/\/+$/, '')}/v1`,
    agent: isTls ? new HttpsAgent({ ...pool, ...tls }) : new HttpAgent(pool),
    ...(isTls ? tls : {}),
    ...(settings.socketPath === undefined ? {} : { socketPath: settings.socketPath }),
  }
  // Its declared options leave out everything but host and port.
  const client = new Consul(options as ConstructorParameters<typeof Consul>[0]) as unknown as NodeConsul
  client._ext('onRequest', (pending, next) => {
    const { transport, req } = pending
    // The client takes the host from a URL as it stands there, and no resolver knows `[::1]`.
    if (req.hostname !== undefined) req.hostname = req.hostname.replace(/^\[(.*)\]$/, '$1')
    pending.transport = { request: sent => watchBody(transport.request(sent)) }
    next()
  })
  return client
}

/** The client waits for `end`, which a body cut short never reaches: such a reply becomes an error at once. */
function watchBody(request: ClientRequest): ClientRequest {
  return request.on('response', (response: IncomingMessage) => {
    let sizeBytes = 0
    response.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length
      if (sizeBytes > BODY_BYTES_MAX) response.destroy(new Error(`reply above ${BODY_BYTES_MAX} bytes`))
    })
    response.on('error', error => request.emit('error', error))
  })
}

/** Runs one call with its own context, a timeout, and every way to fail turned into a value. */
export async function settle(
  call: (query: Query) => Promise<unknown>,
  query: Query,
  timeoutMs: number,
  signals: readonly AbortSignal[],
): Promise<Outcome<unknown>> {
  if (signals.some(signal => signal.aborted)) return failed('stopped', 'stopped')
  const context = Object.assign(new EventEmitter(), { includeResponse: true })
  const cancel = (): void => void context.emit('cancel')
  // Not AbortSignal.any: what it makes of a signal that lives as long as the process piles up.
  for (const signal of signals) signal.addEventListener('abort', cancel)
  try {
    const settled = await call({ ...query, timeout: timeoutMs, ctx: context })
    const [response, body] = Array.isArray(settled) ? (settled as unknown[]) : []
    if (!isResponse(response)) return failed('bad-body', 'the client gave no response')
    return { ok: true, value: body, meta: metaOf(response.headers) }
  } catch (error) {
    return failureOf(error)
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', cancel)
  }
}

interface Response {
  readonly statusCode?: unknown
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body?: unknown
}

function isResponse(value: unknown): value is Response {
  return typeof value === 'object' && value !== null && 'headers' in value
}

const NO_INDEX = -1

/** Without the index header something other than Consul has answered; its `index` is then negative. */
function metaOf(headers: Response['headers']): ReplyMeta {
  return {
    index: wholeNumber(headers['x-consul-index']) ?? NO_INDEX,
    knowsLeader: headers['x-consul-knownleader'] !== 'false',
    lastContactMs: wholeNumber(headers['x-consul-lastcontact']) ?? 0,
    ageMs: (wholeNumber(headers['age']) ?? 0) * 1000,
  }
}

function wholeNumber(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : undefined
}

const TEXT_CHARS_MAX = 200

function failureOf(error: unknown): Outcome<never> {
  const told = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>
  const full = error instanceof Error ? error.message : String(error)
  // It names its own call in front of what the system said.
  const message = full.replace(/^consul: [\w.]+: /, '')
  if (told['isAbort'] === true) return failed('stopped', 'stopped')
  if (told['isTimeout'] === true) return failed('timeout', message)
  if (told['isCodec'] === true || error instanceof SyntaxError) return failed('bad-body', message)
  const { response } = told
  // The client also hangs the response on errors that came after a good status.
  if (isResponse(response) && typeof response.statusCode === 'number' && told['isResponse'] === true) {
    const body = Buffer.isBuffer(response.body) ? response.body.toString('utf8') : response.body
    const text = typeof body === 'string' ? body.trim().slice(0, TEXT_CHARS_MAX) : ''
    return failed(kindOfStatus(response.statusCode, text), `${response.statusCode} ${text || message}`)
  }
  if (message.startsWith('reply above')) return failed('bad-body', message)
  return failed(kindOfErrorCode(String(told['code'])), message)
}
