/** The probes `tcp` and `tls`: connected is enough, unless a text is expected, which must come unasked (a banner).
 *  Knows no schedule. */

import type { Socket } from 'node:net'
import type { Attempt } from './attempt.ts'
import { dial, settleByClose } from './dial.ts'
import type { ProbeJob } from './job.ts'
import { dialSecure } from './secure.ts'
import { TextSearch } from './text-search.ts'

export const BANNER_BYTES_MAX = 4_096

export function probeTcp(attempt: Attempt, job: ProbeJob): void {
  dial(attempt, job.destination, socket => judge(attempt, socket, job.spec.expect.text, 'connected', ''))
}

export function probeTls(attempt: Attempt, { destination, host, spec, trust }: ProbeJob): void {
  const isVerified = spec.security !== 'unverified'
  dialSecure(attempt, { destination, host, isVerified, protocols: [], trust }, (socket, warning) =>
    judge(attempt, socket, spec.expect.text, `${socket.getProtocol()}`, warning),
  )
}

function judge(attempt: Attempt, socket: Socket, text: string, detail: string, warning: string): void {
  // Ended before it is destroyed, so that the last of our handshake goes out and the server, too, counts it as done.
  if (text === '') return void socket.end(() => attempt.succeed(detail, warning))
  attempt.phase = 'waiting for a banner'
  const search = new TextSearch(text)
  socket.on('data', chunk => {
    search.add(chunk)
    if (search.found) attempt.succeed(`${detail}, banner as expected`, warning)
    else if (search.seenBytes >= BANNER_BYTES_MAX)
      attempt.fail('wrong-text', `"${text}" is not in the first ${BANNER_BYTES_MAX} octets`)
  })
  socket.once('close', () => {
    if (search.seenBytes === 0) settleByClose(attempt)
    else attempt.fail('wrong-text', `"${text}" is not in the ${search.seenBytes} octets sent`)
  })
}
