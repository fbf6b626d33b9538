/** The admin listener: HTTP for machines that watch this server. Answers a few fixed pages quickly, and bears with
 *  strangers: bounded connections, headers and patience. Knows nothing of what the pages say. */

import { chmodSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https'
import type { Socket } from 'node:net'
import { claimSocketPath } from '../base/socket-file.ts'
import type { Access } from './access.ts'

export type ListenAt =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly address: string; readonly port: number }

export interface Page {
  readonly status: number
  readonly type: string
  readonly body: string
}

export interface Route {
  /** Answered without a token too, for who can show none (load balancers); `trusted` is false then. */
  readonly isOpen: boolean
  page(trusted: boolean): Promise<Page>
}

export interface AdminListenerOptions {
  readonly at: ListenAt
  readonly access: Access
  /** By path. */
  readonly routes: ReadonlyMap<string, Route>
  /** Something worth a line in the log. */
  readonly warn: (text: string) => void
}

/** Connections that are answered; who comes on top of them is told to come back later. */
export const CONNECTIONS_MAX = 64
/** Connections above this are closed at once: telling takes memory too. */
const SOCKETS_MAX = 512
const HEADER_BYTES_MAX = 8_192
const HEADERS_TIMEOUT_MS = 5_000
const REQUEST_TIMEOUT_MS = 10_000
/** A reader that takes nothing for so long is gone. */
const SILENCE_MAX_MS = 10_000
const KEEP_ALIVE_MS = 20_000
const LOOK_INTERVAL_MS = 1_000
/** How often the files of token and certificate are looked at. */
const REFRESH_INTERVAL_MS = 2_000
/** A scraper in the owner's group may connect. */
const SOCKET_MODE = 0o660

export class AdminListener {
  private readonly options: AdminListenerOptions
  private readonly server: Server | SecureServer
  private readonly refreshing: NodeJS.Timeout
  private open = 0

  /** Or the system's error, or as text why the path of a socket cannot be had. */
  static async open(options: AdminListenerOptions): Promise<AdminListener | NodeJS.ErrnoException | string> {
    const { at } = options
    try {
      const obstacle = at.kind === 'socket' ? await claimSocketPath(at.path) : undefined
      if (obstacle !== undefined) return obstacle
      const listener = new AdminListener(options)
      await listener.listen()
      return listener
    } catch (error) {
      return error as NodeJS.ErrnoException
    }
  }

  private constructor(options: AdminListenerOptions) {
    this.options = options
    const { certificate } = options.access
    const limits = {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: LOOK_INTERVAL_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    }
    const answer = (request: IncomingMessage, response: ServerResponse): void =>
      void this.answer(request, response)
    this.server =
      certificate === undefined
        ? createServer(limits, answer)
        : createSecureServer({ ...limits, ...certificate, handshakeTimeout: HEADERS_TIMEOUT_MS }, answer)
    this.server.maxConnections = SOCKETS_MAX
    this.server.timeout = SILENCE_MAX_MS
    this.server.on('connection', (socket: Socket) => {
      this.open++
      socket.once('close', () => this.open--)
    })
    this.server.on('clientError', complain)
    this.refreshing = setInterval(() => this.refresh(), REFRESH_INTERVAL_MS).unref()
  }

  /** The port really taken; undefined for a unix socket. */
  get port(): number | undefined {
    const at = this.server.address()
    return typeof at === 'object' && at !== null ? at.port : undefined
  }

  async close(): Promise<void> {
    clearInterval(this.refreshing)
    const closed = new Promise<void>(resolve => this.server.close(() => resolve()))
    this.server.closeAllConnections()
    await closed
  }

  private listen(): Promise<void> {
    const { at } = this.options
    const { server } = this
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.once('listening', () => {
        if (at.kind === 'socket') chmodSync(at.path, SOCKET_MODE)
        // Later ones are of single accepts (out of file descriptors); the next may work.
        server.on('error', () => undefined)
        resolve()
      })
      // Binding happens within the call, so nobody can slip in before the mode is set.
      const before = process.umask(0o117)
      try {
        if (at.kind === 'socket') server.listen(at.path)
        else server.listen({ host: at.address, port: at.port, ipv6Only: at.address.includes(':') })
      } finally {
        process.umask(before)
      }
      // It serves those who watch; it is no reason to stay.
      server.unref()
    })
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Whoever hangs up in the middle has had enough.
    response.on('error', () => response.destroy())
    const { page, headers } = await this.pageFor(request)
    // Only who asked properly may ask again on the same connection.
    if (page.status >= 400) response.setHeader('connection', 'close')
    response.writeHead(page.status, {
      ...headers,
      'content-type': page.type,
      'content-length': Buffer.byteLength(page.body),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    response.end(request.method === 'HEAD' ? undefined : page.body)
  }

  private async pageFor(request: IncomingMessage): Promise<{ page: Page; headers?: Record<string, string> }> {
    if (this.open > CONNECTIONS_MAX)
      return {
        page: plain(503, `more than ${CONNECTIONS_MAX} connections: come back later`),
        headers: { 'retry-after': '1' },
      }
    const path = (request.url ?? '').split('?', 1)[0]!
    const route = this.options.routes.get(path)
    if (route === undefined) return { page: plain(404, `nothing here; there are ${this.paths()}`) }
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return { page: plain(405, 'only GET and HEAD'), headers: { allow: 'GET, HEAD' } }
    const admission = this.options.access.admit(request.headers.authorization)
    if (admission !== 'admitted' && !route.isOpen) return refusal(admission)
    try {
      return { page: await route.page(admission === 'admitted') }
    } catch (error) {
      this.options.warn(`${path} failed: ${(error as Error).stack ?? String(error)}`)
      return { page: plain(500, 'a bug of ours: the log tells') }
    }
  }

  private paths(): string {
    return [...this.options.routes.keys()].join(' ')
  }

  private refresh(): void {
    const { access, warn } = this.options
    const outcome = access.refresh()
    if (typeof outcome === 'object') warn(`${outcome.fault}; what was known before holds`)
    if (outcome !== 'changed' || access.certificate === undefined) return
    if ('setSecureContext' in this.server) this.server.setSecureContext(access.certificate)
  }
}

function plain(status: number, text: string): Page {
  return { status, type: 'text/plain; charset=utf-8', body: `${text}\n` }
}

/** RFC 6750 §3. */
function refusal(admission: 'missing' | 'wrong'): { page: Page; headers: Record<string, string> } {
  const isWrong = admission === 'wrong'
  const text = isWrong ? 'this is not the token' : 'a token is wanted: "Authorization: Bearer TOKEN"'
  const challenge = `Bearer realm="meridian"${isWrong ? ', error="invalid_token"' : ''}`
  return { page: plain(401, text), headers: { 'www-authenticate': challenge } }
}

const COMPLAINTS: Readonly<Record<string, readonly [status: string, text: string]>> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    `headers are longer than ${HEADER_BYTES_MAX} octets`,
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'the request took too long to come'],
}

/** What is no HTTP is told so, and the connection ends. */
function complain(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const [status, text] = COMPLAINTS[error.code ?? ''] ?? ['400 Bad Request', 'this is no HTTP request']
  const head = `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\n`
  socket.end(`${head}content-length: ${text.length + 1}\r\n\r\n${text}\n`, () => socket.destroySoon())
}
