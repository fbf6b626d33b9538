/** TLS on top of a dialled connection: SNI from the host, the certificate judged before anything is sent. Knows no
 *  protocol above. */

import { isIP } from 'node:net'
import {
  checkServerIdentity,
  connect,
  createSecureContext,
  rootCertificates,
  type SecureContext,
  type TLSSocket,
} from 'node:tls'
import type { Clock } from '../../base/clock.ts'
import type { Attempt } from './attempt.ts'
import { certificateFault, expiryWarning } from './certificate.ts'
import type { Destination } from './deny.ts'
import { settleBy, settleByClose, watch } from './dial.ts'

/** Whom to believe. One for all probes: to read the authorities takes longer than a handshake. */
export interface Trust {
  readonly context: SecureContext
  /** Dates in certificates are of the calendar. */
  readonly wallClock: Clock
}

/** The authorities that Node carries, and more (PEM) of the operator's own. */
export function makeTrust(authorities: readonly string[], wallClock: Clock): Trust {
  const ca = authorities.length === 0 ? undefined : [...rootCertificates, ...authorities]
  return { context: createSecureContext(ca === undefined ? {} : { ca }), wallClock }
}

export interface SecureRequest {
  readonly destination: Destination
  /** For SNI and for the certificate; may be an IP address, which goes without SNI (RFC 6066 §3). */
  readonly host: string
  readonly isVerified: boolean
  readonly protocols: readonly string[]
  readonly trust: Trust
}

/** Calls back with a connection whose server is believed, and what is to be warned of. */
export function dialSecure(
  attempt: Attempt,
  { destination, host, isVerified, protocols, trust }: SecureRequest,
  secured: (socket: TLSSocket, warning: string) => void,
): void {
  const socket = connect({
    host: destination.host,
    port: destination.port,
    secureContext: trust.context,
    servername: isIP(host) === 0 ? host : '',
    checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate),
    ...(protocols.length === 0 ? {} : { ALPNProtocols: [...protocols] }),
    // Judged below, where the reason can be told from an error of the connection, and before a word is sent.
    rejectUnauthorized: false,
  })
  watch(attempt, socket, destination.host, error =>
    settleBy(attempt, error, attempt.phase === 'in the TLS handshake' ? 'tls-failed' : 'bad-reply'),
  )
  socket.once('connect', () => (attempt.phase = 'in the TLS handshake'))
  const closedEarly = (): void => settleByClose(attempt)
  socket.once('close', closedEarly)
  socket.once('secureConnect', () => {
    socket.off('close', closedEarly)
    const certificate = socket.getPeerX509Certificate()
    if (isVerified && !socket.authorized) {
      const { reason, detail } = certificateFault(String(socket.authorizationError), certificate, host)
      return attempt.fail(reason, detail)
    }
    attempt.go(() => secured(socket, expiryWarning(certificate, trust.wallClock())))
  })
}
