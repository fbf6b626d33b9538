/** Connecting over TCP, and what the system's errors say: about the target, or only about this host. Knows no
 *  protocol above. */

import { connect, type Socket } from 'node:net'
import type { Attempt } from './attempt.ts'
import type { Destination } from './deny.ts'
import type { FailureReason } from './probe.ts'

/** Errors of this host's own: the target was never asked. */
const LOCAL_ERRORS = new Set([
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'ENOBUFS',
  'EADDRNOTAVAIL',
  'EAFNOSUPPORT',
  'ENETDOWN',
  'EACCES',
  'EPERM',
  'EINVAL',
])

const TARGET_ERRORS: Readonly<Record<string, readonly [FailureReason, string]>> = {
  ECONNREFUSED: ['refused', 'connection refused'],
  ECONNRESET: ['closed', 'connection reset'],
  EPIPE: ['closed', 'connection closed'],
  ECONNABORTED: ['closed', 'connection aborted'],
  EHOSTUNREACH: ['unreachable', 'host unreachable'],
  EHOSTDOWN: ['unreachable', 'host down'],
  ENETUNREACH: ['unreachable', 'network unreachable'],
  ETIMEDOUT: ['timeout', 'the system gave up'],
}

/** Calls back with a connected socket, whose errors are already looked after. */
export function dial(
  attempt: Attempt,
  { host, port, family }: Destination,
  connected: (socket: Socket) => void,
): void {
  const socket = connect({ host, port, family, noDelay: true })
  watch(attempt, socket, host, error => settleBy(attempt, error, 'bad-reply'))
  socket.once('connect', () => attempt.go(() => connected(socket)))
}

/** Has the attempt hold a socket that is being connected, and tells the errors that are none of the target's. */
export function watch(
  attempt: Attempt,
  socket: Socket,
  host: string,
  failed: (error: NodeJS.ErrnoException) => void,
): void {
  attempt.hold(socket)
  // Without a route the kernel refuses at once; a router's word that a network is gone takes at least a turn of
  // the event loop, and is news about the target.
  let isFirstTurn = true
  setImmediate(() => (isFirstTurn = false))
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (isFirstTurn && error.code === 'ENETUNREACH') attempt.giveUp('local', `no route to ${host}`)
    else failed(error)
  })
}

/** Settles an attempt by an error; one that is not the system's has the reason `otherwise`. */
export function settleBy(attempt: Attempt, error: NodeJS.ErrnoException, otherwise: FailureReason): void {
  const code = error.code ?? ''
  const known = TARGET_ERRORS[code]
  if (known !== undefined) attempt.fail(known[0], `${known[1]} while ${attempt.phase}`)
  else if (LOCAL_ERRORS.has(code)) attempt.giveUp('local', `this host could not: ${error.message}`)
  else attempt.fail(otherwise, error.message)
}

/** A server that hangs up before it has answered. */
export function settleByClose(attempt: Attempt): void {
  attempt.fail('closed', `connection closed while ${attempt.phase}`)
}
