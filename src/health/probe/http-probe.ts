/** The probes `http` and `https`: one GET on a connection of its own, judged by status and body. Follows no
 *  redirects: a zone editor's path must not become any other request. Knows no schedule. */

import { type IncomingMessage, request as newRequest } from 'node:http'
import type { Socket } from 'node:net'
import type { Attempt } from './attempt.ts'
import { dial, settleBy, settleByClose } from './dial.ts'
import type { ProbeJob } from './job.ts'
import type { ProbeSpec } from './probe.ts'
import { dialSecure } from './secure.ts'
import { TextSearch } from './text-search.ts'

export const BODY_BYTES_MAX = 65_536
const HEADER_BYTES_MAX = 16_384

export function probeHttp(attempt: Attempt, job: ProbeJob): void {
  dial(attempt, job.destination, socket => ask(attempt, socket, job, ''))
}

export function probeHttps(attempt: Attempt, job: ProbeJob): void {
  const isVerified = job.spec.security !== 'unverified'
  dialSecure(attempt, { ...job, isVerified, protocols: ['http/1.1'] }, (socket, warning) =>
    ask(attempt, socket, job, warning),
  )
}

function ask(attempt: Attempt, socket: Socket, { spec, host }: ProbeJob, warning: string): void {
  attempt.phase = 'waiting for the response'
  const request = newRequest({
    createConnection: () => socket,
    path: spec.target,
    maxHeaderSize: HEADER_BYTES_MAX,
    setHost: false,
    // As a list they go out as they are, without being kept by name.
    headers: [
      'host',
      authorityOf(host, spec.port, spec.kind === 'https' ? 443 : 80),
      'user-agent',
      'meridian-probe',
      'accept',
      '*/*',
      // What comes compressed cannot be searched for a text.
      'accept-encoding',
      'identity',
    ],
  })
  attempt.hold(request)
  request.on('error', (error: NodeJS.ErrnoException) => settleBy(attempt, error, 'bad-reply'))
  request.on('close', () => settleByClose(attempt))
  request.on('response', response => judge(attempt, response, spec, warning))
  // 101: there is no body, and what follows is another protocol.
  request.on('upgrade', response => {
    if (isStatusExpected(attempt, response, spec)) attempt.succeed(`${response.statusCode}`, warning)
  })
  request.end()
}

/** With its port, where that is not the scheme's own (RFC 9110 §7.2). */
export function authorityOf(host: string, port: number, usualPort: number): string {
  const bracketed = host.includes(':') ? `[${host}]` : host
  return port === usualPort ? bracketed : `${bracketed}:${port}`
}

function judge(attempt: Attempt, response: IncomingMessage, spec: ProbeSpec, warning: string): void {
  if (!isStatusExpected(attempt, response, spec)) return
  attempt.phase = 'reading the body'
  const { text } = spec.expect
  const status = `${response.statusCode}`
  const search = new TextSearch(text)
  response.on('data', (chunk: Buffer) => {
    search.add(chunk)
    if (text !== '' && search.found) attempt.succeed(`${status}, body as expected`, warning)
    else if (search.seenBytes < BODY_BYTES_MAX) return
    else if (text === '') attempt.succeed(status, warning)
    else attempt.fail('wrong-text', `"${text}" is not in the first ${BODY_BYTES_MAX} octets of the body`)
  })
  // Even where the status alone is asked for: a server that cannot finish its answer is not well.
  response.on('end', () => {
    if (search.found) attempt.succeed(status, warning)
    else attempt.fail('wrong-text', `"${text}" is not in the body of ${search.seenBytes} octets`)
  })
  response.on('error', (error: NodeJS.ErrnoException) => settleBy(attempt, error, 'bad-reply'))
}

function isStatusExpected(attempt: Attempt, response: IncomingMessage, spec: ProbeSpec): boolean {
  const { statuses } = spec.expect
  const status = response.statusCode ?? 0
  if (statuses.length === 0 || statuses.some(({ from, to }) => status >= from && status <= to)) return true
  const wanted = statuses.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(',')
  const { location } = response.headers
  const elsewhere = location === undefined ? '' : `; it points to ${location}, which is not followed`
  attempt.fail('wrong-status', `${status}, not ${wanted}${elsewhere}`)
  return false
}
