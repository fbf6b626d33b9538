/** Strangers at the admin listener, a process of its own: takes its orders as one JSON argument, and keeps as many
 *  connections as it is told busy with nonsense, wrong tokens, dawdling or scrapes until it is killed. Prints what it
 *  was told as it goes: a line of JSON twice a second. */

import { connect, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import { dice } from './dice.ts'

export interface AttackOrders {
  readonly port: number
  readonly token: string
  /** Scrapers hold the token and ask for nothing but the metrics. */
  readonly kind: 'crowd' | 'scrapers'
  readonly connections: number
  readonly isSecure: boolean
  readonly seed: number
}

/** Connections that ended, by the status they were told; `none` for those that were told nothing. */
export type AttackTally = Record<string, number>

const HEADERS = 'HTTP/1.1\r\nhost: x\r\nconnection: close\r\n'
const TELL_EVERY_MS = 500
const DAWDLE_EVERY_MS = 200
/** Who finds nobody there does not ask again at once. */
const PAUSE_MS = 10

const orders = JSON.parse(process.argv[2] ?? '') as AttackOrders
const random = dice(orders.seed)
const tally: AttackTally = {}

const good = `GET /metrics ${HEADERS}authorization: Bearer ${orders.token}\r\n\r\n`
/** By turns: what it says at once, or an octet now and then. */
const MANNERS: readonly ((socket: Socket) => void)[] = [
  socket => socket.write(`GET /metrics ${HEADERS}\r\n`),
  socket => socket.write(`GET /metrics ${HEADERS}authorization: Bearer ${orders.token}x\r\n\r\n`),
  socket => socket.write(mangled(good)),
  dawdle,
  socket => socket.write(good),
]

function mangled(request: string): Buffer {
  const octets = Buffer.from(request)
  for (let i = 0; i < 4; i++) octets[Math.floor(random() * octets.length)] = Math.floor(random() * 256)
  return octets
}

function dawdle(socket: Socket): void {
  let at = 0
  const timer = setInterval(() => {
    if (socket.writable) socket.write(good[at++ % good.length]!)
  }, DAWDLE_EVERY_MS)
  socket.once('close', () => clearInterval(timer))
}

/** One stranger: when his connection ends he comes again. */
function come(number: number): void {
  const { port, isSecure } = orders
  const at = { port, host: '127.0.0.1' }
  const socket = isSecure ? connectSecurely({ ...at, rejectUnauthorized: false }) : connect(at)
  let said = ''
  socket.setEncoding('latin1').on('data', (text: string) => {
    if (said.length < 12) said += text
  })
  socket.once(isSecure ? 'secureConnect' : 'connect', () => {
    if (orders.kind === 'scrapers') socket.write(good)
    else MANNERS[number % MANNERS.length]!(socket)
  })
  socket.on('error', () => socket.destroy())
  socket.once('close', () => {
    const status = said.slice(9, 12) || 'none'
    tally[status] = (tally[status] ?? 0) + 1
    if (status === 'none') setTimeout(() => come(number), PAUSE_MS)
    else come(number)
  })
}

for (let i = 0; i < orders.connections; i++) come(i)
setInterval(() => console.log(JSON.stringify(tally)), TELL_EVERY_MS)
