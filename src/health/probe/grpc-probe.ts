/** The probe `grpc`: grpc.health.v1.Health/Check over HTTP/2, with TLS unless the spec says plain. Knows no
 *  schedule. */

import { type ClientHttp2Stream, connect, constants, type IncomingHttpHeaders } from 'node:http2'
import type { Socket } from 'node:net'
import type { Attempt } from './attempt.ts'
import { dial, settleBy, settleByClose } from './dial.ts'
import { readHealthResponse, writeHealthRequest } from './grpc-message.ts'
import { authorityOf } from './http-probe.ts'
import type { ProbeJob } from './job.ts'
import { dialSecure } from './secure.ts'

const REPLY_BYTES_MAX = 1_024
const PATH = '/grpc.health.v1.Health/Check'

/** Of google.rpc.Code, those a health service is likely to give. */
const GRPC_STATUSES: Readonly<Record<string, string>> = {
  '2': 'UNKNOWN',
  '4': 'DEADLINE_EXCEEDED',
  '5': 'NOT_FOUND: no such service',
  '7': 'PERMISSION_DENIED',
  '8': 'RESOURCE_EXHAUSTED',
  '12': 'UNIMPLEMENTED: no health service',
  '13': 'INTERNAL',
  '14': 'UNAVAILABLE',
  '16': 'UNAUTHENTICATED',
}

export function probeGrpc(attempt: Attempt, job: ProbeJob): void {
  if (job.spec.security === 'plain')
    return dial(attempt, job.destination, socket => ask(attempt, socket, job, 'http', ''))
  const isVerified = job.spec.security !== 'unverified'
  dialSecure(attempt, { ...job, isVerified, protocols: ['h2'] }, (socket, warning) =>
    ask(attempt, socket, job, 'https', warning),
  )
}

function ask(attempt: Attempt, socket: Socket, job: ProbeJob, scheme: string, warning: string): void {
  attempt.phase = 'waiting for the response'
  const { spec, host } = job
  const session = connect(`${scheme}://probe.invalid`, {
    createConnection: () => socket,
    settings: { enablePush: false, maxHeaderListSize: 16_384 },
  })
  attempt.hold(session)
  session.on('error', (error: NodeJS.ErrnoException) => settleBy(attempt, error, 'bad-reply'))
  session.on('goaway', code => {
    if (code !== constants.NGHTTP2_NO_ERROR) attempt.fail('bad-reply', `HTTP/2 error ${code}`)
  })
  session.on('close', () => settleByClose(attempt))
  const stream = session.request({
    ':method': 'POST',
    ':scheme': scheme,
    ':authority': authorityOf(host, spec.port, scheme === 'https' ? 443 : 80),
    ':path': PATH,
    'content-type': 'application/grpc',
    te: 'trailers',
    'grpc-timeout': `${spec.timeoutMs}m`,
    'user-agent': 'meridian-probe',
  })
  judge(attempt, stream, warning)
  stream.end(writeHealthRequest(spec.target))
}

function judge(attempt: Attempt, stream: ClientHttp2Stream, warning: string): void {
  let ending: IncomingHttpHeaders = {}
  const chunks: Buffer[] = []
  let sizeBytes = 0
  stream.on('error', (error: NodeJS.ErrnoException) => settleBy(attempt, error, 'bad-reply'))
  stream.on('response', headers => {
    // A reply without a message has its trailers here.
    ending = headers
    if (headers[':status'] !== 200) attempt.fail('wrong-status', `HTTP ${headers[':status']}, not 200`)
    attempt.phase = 'reading the body'
  })
  stream.on('trailers', headers => (ending = headers))
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    sizeBytes += chunk.length
    if (sizeBytes > REPLY_BYTES_MAX)
      attempt.fail('bad-reply', `more than the ${REPLY_BYTES_MAX} octets a health reply can need`)
  })
  stream.on('end', () => {
    // A connection that goes away ends its streams as if they had said all.
    const isCutOff = stream.session === undefined || stream.session.closed
    if (isCutOff && ending['grpc-status'] === undefined) settleByClose(attempt)
    else conclude(attempt, ending, Buffer.concat(chunks), warning)
  })
  stream.on('close', () => settleByClose(attempt))
}

function conclude(attempt: Attempt, ending: IncomingHttpHeaders, reply: Buffer, warning: string): void {
  const code = ending['grpc-status']
  if (code === undefined) return attempt.fail('bad-reply', 'no grpc-status: that is no gRPC server')
  if (code !== '0') {
    const said = ending['grpc-message'] ?? ''
    const meaning = GRPC_STATUSES[String(code)] ?? ''
    const detail = [`grpc-status ${code}`, meaning, said].filter(part => part !== '').join(', ')
    return attempt.fail('wrong-status', detail)
  }
  const status = readHealthResponse(reply)
  if (status === undefined) attempt.fail('bad-reply', 'what came is no HealthCheckResponse')
  else if (status === 'SERVING') attempt.succeed(status, warning)
  else attempt.fail('not-serving', status)
}
