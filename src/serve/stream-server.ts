/** DNS over TCP (RFC 7766): who may connect, who must go, and a clean end. The bytes of one client are
 *  `stream-connection.ts`; knows nothing of what is answered. */
import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseAddress } from '../base/address.ts'
import { Counter, type CounterBlock } from '../base/counters.ts'
import type { Endpoint } from '../plan/worker-contract.ts'
import { StreamConnection, type StreamContext } from './stream-connection.ts'

/** How often every connection is looked at. */
const LOOK_INTERVAL_MS = 200
/** The idle time that is left when every connection is taken. */
const IDLE_MIN_MS = 500
/** How long a client may take to close after we did. */
const LINGER_MS = 2_000
/** At the end, the time for clients at the door and queries on their way to come in. */
const LAST_QUERIES_MS = 50
const STOP_LIMIT_MS = 1_000
const BACKLOG = 1_024

/** Why it cannot listen. */
export interface ListenError {
  readonly endpoint: Endpoint
  readonly code: string
  readonly text: string
}

export class StreamServer {
  private readonly context: StreamContext
  private readonly counters: CounterBlock
  private readonly idleMs: number
  private readonly servers: Server[] = []
  private readonly connections = new Set<StreamConnection>()
  private readonly perClient = new Map<string, number>()
  private readonly lookTimer: NodeJS.Timeout

  constructor(context: StreamContext, counters: CounterBlock, idleMs: number) {
    this.context = context
    this.counters = counters
    this.idleMs = idleMs
    this.lookTimer = setInterval(() => this.look(), LOOK_INTERVAL_MS).unref()
  }

  /** The endpoints as bound, or the first that cannot be. */
  async listen(endpoints: readonly Endpoint[]): Promise<readonly Endpoint[] | ListenError> {
    const bound: Endpoint[] = []
    for (const endpoint of endpoints) {
      const opened = await this.open(endpoint)
      if ('code' in opened) return opened
      bound.push(opened)
    }
    return bound
  }

  /** Answers what was sent, flushes, and says goodbye. */
  async stop(): Promise<void> {
    // Closing a listener resets whoever the kernel has let in and we have not met yet.
    await sleep(LAST_QUERIES_MS)
    for (const server of this.servers) server.close()
    for (const connection of this.connections) connection.leave()
    const deadlineMs = this.context.nowMs() + STOP_LIMIT_MS
    while (this.connections.size > 0 && this.context.nowMs() < deadlineMs) await sleep(5)
    for (const connection of this.connections) connection.socket.destroy()
    clearInterval(this.lookTimer)
  }

  private open(endpoint: Endpoint): Promise<Endpoint | ListenError> {
    const server = createServer({
      // A client may end its half and still read our replies.
      allowHalfOpen: true,
      // Replies are gathered by us; the kernel need not wait for more.
      noDelay: true,
      highWaterMark: this.context.limits.pendingReplyBytesMax,
    })
    this.servers.push(server)
    server.on('connection', socket => this.accept(socket))
    return new Promise(resolve => {
      server.once('error', (error: NodeJS.ErrnoException) =>
        resolve({ endpoint, code: error.code ?? '', text: error.message }),
      )
      const ipv6Only = endpoint.address.includes(':')
      server.listen({ host: endpoint.address, port: endpoint.port, ipv6Only, backlog: BACKLOG }, () => {
        // Later errors are of single accepts (out of file descriptors); the next one may work.
        server.on('error', () => undefined)
        const at = server.address()
        resolve({ ...endpoint, port: typeof at === 'object' && at !== null ? at.port : endpoint.port })
      })
    })
  }

  private accept(socket: Socket): void {
    const { connectionsMax, connectionsPerClientMax } = this.context.limits
    const clientKey = clientOf(socket.remoteAddress)
    const ofClient = this.perClient.get(clientKey) ?? 0
    if (ofClient >= connectionsPerClientMax) {
      this.counters[Counter.TcpRefused]!++
      socket.destroy()
      return
    }
    if (this.connections.size >= connectionsMax) this.makeRoom()
    this.counters[Counter.TcpAccepted]!++
    this.perClient.set(clientKey, ofClient + 1)
    const connection = new StreamConnection(socket, clientKey, this.context)
    this.connections.add(connection)
    this.counters[Counter.TcpOpen] = this.connections.size
    socket.once('close', () => this.forget(connection))
  }

  private forget(connection: StreamConnection): void {
    if (!this.connections.delete(connection)) return
    this.counters[Counter.TcpOpen] = this.connections.size
    const left = (this.perClient.get(connection.clientKey) ?? 1) - 1
    if (left === 0) this.perClient.delete(connection.clientKey)
    else this.perClient.set(connection.clientKey, left)
  }

  /** A newcomer takes the place of whoever has been idle longest, or else of whoever has been busy with one
   *  message longest: no crowd of old clients can keep new ones out. */
  private makeRoom(): void {
    let victim: StreamConnection | undefined
    for (const connection of this.connections) {
      const better =
        victim === undefined ||
        (connection.isIdle === victim.isIdle ? connection.activeMs < victim.activeMs : connection.isIdle)
      if (better) victim = connection
    }
    if (victim === undefined) return
    this.counters[Counter.TcpClosedIdle]!++
    victim.socket.destroy()
    this.forget(victim)
  }

  private look(): void {
    const nowMs = this.context.nowMs()
    const idleMs = this.idleMsUnderPressure()
    for (const connection of this.connections) {
      switch (connection.overdue(nowMs, idleMs, LINGER_MS)) {
        case 'idle':
          this.counters[Counter.TcpClosedIdle]!++
          connection.leave()
          break
        case 'slow':
        case 'gone':
          connection.socket.destroy()
          break
        default:
      }
    }
  }

  /** The whole idle time while half of the connections are free, then less and less (RFC 7766 §6.2.3 lets
   *  a busy server be impatient). */
  private idleMsUnderPressure(): number {
    const free = 1 - this.connections.size / this.context.limits.connectionsMax
    return Math.max(Math.min(IDLE_MIN_MS, this.idleMs), this.idleMs * Math.min(1, free * 2))
  }
}

/** One IPv4 address or one IPv6 /64, which is what one client is usually given. */
export function clientOf(remoteAddress: string | undefined): string {
  const address = parseAddress(remoteAddress?.split('%')[0] ?? '')
  if (address === undefined) return ''
  return address.octets.subarray(0, address.family === 4 ? 4 : 8).join('.')
}
