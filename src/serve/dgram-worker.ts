/** UDP through node:dgram, for platforms without batched system calls: the same Responder, one datagram at
 *  a time. Wiring only. */
import { createSocket, type Socket, type SocketOptions } from 'node:dgram'
import { setTimeout as sleep } from 'node:timers/promises'
import { workerData } from 'node:worker_threads'
import { type Address, parseAddress } from '../base/address.ts'
import { monotonicMs } from '../base/clock.ts'
import { BATCH_SIZES_AT, Counter, noteLatency } from '../base/counters.ts'
import { TapProtocol } from '../base/tap-ring.ts'
import type { DgramWorkerData, Endpoint, MessageFromWorker } from '../plan/worker-contract.ts'
import { MESSAGE_BYTES_MAX } from '../wire/header.ts'
import { followPlans } from './follow-plans.ts'
import { FORWARDED, ForwardedQuestions } from './forward.ts'
import { Responder, Transport } from './responder.ts'
import { responderOptions } from './responder-options.ts'
import { type TapLink, TappedResponder } from './tapped-responder.ts'

/** At the end, the time for what is queued in the sockets to be read. */
const LAST_QUERIES_MS = 50
const SOCKET_BUFFER_BYTES = 4 << 20
/** Of so many queries one is timed. */
const TIMED_MASK = 63

const data = workerData as DgramWorkerData
const { port } = data
const counters = new Float64Array(data.counters)
const about = responderOptions(data, counters)
const tapped = data.tap === undefined ? undefined : new TappedResponder(about, data.tap)
const responder = tapped ?? new Responder(about)
const sockets: Socket[] = []
const forwarded = new ForwardedQuestions<(packet: Uint8Array) => void>(question => port.postMessage(question))
const NOBODY: Address = { family: 4, octets: new Uint8Array(4) }
/** A query is answered in place, so it is copied where a reply has room. */
let packet = Buffer.alloc(MESSAGE_BYTES_MAX)

function open(endpoint: Endpoint): Promise<MessageFromWorker | undefined> {
  const isIpv6 = endpoint.address.includes(':')
  const options: SocketOptions & { reusePort: boolean } = {
    type: isIpv6 ? 'udp6' : 'udp4',
    // Known since Node 22.12; older ones ignore it, and are given one worker only.
    reusePort: true,
    ipv6Only: isIpv6,
    // A client's address is no name. Without this, every reply would wait for a look-up's next turn.
    lookup: (address, _options, done) => done(null, address, isIpv6 ? 6 : 4),
  }
  const socket = createSocket(options)
  sockets.push(socket)
  return new Promise(resolve => {
    socket.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ kind: 'refused', endpoint, code: error.code ?? '', text: error.message }),
    )
    socket.bind({ ...endpoint, exclusive: true }, () => {
      enlargeBuffers(socket)
      socket.on('error', () => counters[Counter.SendErrors]!++)
      socket.on('message', (query, client) => reply(socket, query, client.port, client.address))
      resolve(undefined)
    })
  })
}

function reply(socket: Socket, query: Buffer, clientPort: number, clientAddress: string): void {
  // Port 0 cannot be answered; it is nobody's.
  if (clientPort === 0) return
  const isTimed = (counters[Counter.Batches]!++ & TIMED_MASK) === 0
  counters[BATCH_SIZES_AT]!++
  const startedMs = isTimed ? monotonicMs() : 0
  packet.set(query)
  const client = parseAddress(clientAddress.split('%')[0]!) ?? NOBODY
  responder.setSource(client.family, client.octets, 0)
  tapped?.enter(linkOf(socket, clientPort))
  const replyBytes = responder.answer(packet, 0, query.length, packet.length, Transport.Udp)
  tapped?.publish()
  if (replyBytes === FORWARDED)
    forwarded.ask(query, false, client, later => socket.send(later, clientPort, clientAddress))
  if (replyBytes <= 0) return
  socket.send(packet, 0, replyBytes, clientPort, clientAddress)
  // Sent at once in nearly every case; what had to wait keeps the memory it waits in.
  if (socket.getSendQueueCount() > 0) packet = Buffer.alloc(MESSAGE_BYTES_MAX)
  if (isTimed) noteLatency(counters, 1, (monotonicMs() - startedMs) * 1_000)
}

/** On a socket bound to every address, which one was asked is not known. */
function linkOf(socket: Socket, clientPort: number): TapLink {
  const { address, port: localPort } = socket.address()
  const local = parseAddress(address) ?? NOBODY
  return { protocol: TapProtocol.Udp, clientPort, local: local.octets, localPort }
}

function enlargeBuffers(socket: Socket): void {
  try {
    socket.setRecvBufferSize(SOCKET_BUFFER_BYTES)
    socket.setSendBufferSize(SOCKET_BUFFER_BYTES)
  } catch {
    // The system has a lower limit and no taste for asking; its default will do.
  }
}

async function stop(): Promise<void> {
  await sleep(LAST_QUERIES_MS)
  for (const socket of sockets) socket.close()
}

async function start(): Promise<void> {
  const hasPlan = await followPlans(
    data,
    plan => responder.adopt(plan),
    stop,
    (route, octets) => forwarded.take(route)?.(octets),
  )
  if (!hasPlan) return
  const refusal = await openAll()
  port.postMessage(refusal ?? ({ kind: 'ready' } satisfies MessageFromWorker))
  if (refusal === undefined) return
  await stop()
  port.close()
}

async function openAll(): Promise<MessageFromWorker | undefined> {
  for (const endpoint of data.listen) {
    const refusal = await open(endpoint)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

await start()
