/** The tap thread: reads what the workers copied into their rings and sends it on as dnstap, and the few answers that
 *  spans are to tell of to the main thread. It looks at the rings by the clock rather than being woken, which would
 *  cost the workers a system call, and stands back behind them. Wiring and the loop; formats and sockets are
 *  elsewhere. */

import { constants, setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { TapMark, TapReader } from '../base/tap-ring.ts'
import { DnstapFrames, DnstapType } from './dnstap-message.ts'
import { FrameStream } from './frame-stream.ts'
import {
  type FromTapThread,
  TapFigure,
  type TappedAnswer,
  type TapThreadData,
  type ToTapThread,
} from './tap-contract.ts'

const CONTENT_TYPE = 'protobuf:dnstap.Dnstap'
/** How long to sleep: little while there is traffic, more and more while there is none; never so long that a burst
 *  would fill a ring. */
const SLEEP_MS_MIN = 4
const SLEEP_MS_MAX = 32
/** So many records of one ring, then a look at the sockets. */
const RECORDS_AT_ONCE_MAX = 4_096
/** A write this long is worth sending. Behind it there is room for the two longest frames. */
const CHUNK_BYTES = 64 << 10
const CHUNK_ROOM_BYTES = CHUNK_BYTES + (320 << 10)

/** More answers at once than the main thread should explain. */
const ANSWERS_AT_ONCE_MAX = 32

const port = parentPort!
const data = workerData as TapThreadData
const figures = new Float64Array(data.figures)

function tell(message: FromTapThread): void {
  port.postMessage(message)
}

/** Frames of one connection, gathered into one write. */
class DnstapSender {
  private readonly frames: DnstapFrames
  private readonly stream: FrameStream
  private readonly wantsQuery: boolean
  private readonly wantsResponse: boolean
  private chunk = Buffer.allocUnsafeSlow(CHUNK_ROOM_BYTES)
  private end = 0

  constructor({ socket, messages, identity, version }: NonNullable<TapThreadData['dnstap']>) {
    this.frames = new DnstapFrames(identity, version)
    this.wantsQuery = messages !== 'response'
    this.wantsResponse = messages !== 'query'
    this.stream = new FrameStream(socket, CONTENT_TYPE, {
      connected: () => {
        figures[TapFigure.Connected] = 1
        tell({ kind: 'connected' })
      },
      lost: reason => {
        figures[TapFigure.Connected] = 0
        tell({ kind: 'lost', reason })
      },
    })
  }

  take(record: TapReader): void {
    if (this.wantsQuery) this.add(record, DnstapType.AuthQuery, true)
    // A response alone would not say what was asked for whom: it takes its query along.
    if (this.wantsResponse && record.replyBytes > 0)
      this.add(record, DnstapType.AuthResponse, !this.wantsQuery)
  }

  flush(): void {
    if (this.end === 0) return
    const isFree = this.stream.send(this.chunk.subarray(0, this.end))
    if (!isFree) this.chunk = Buffer.allocUnsafeSlow(CHUNK_ROOM_BYTES)
    this.end = 0
  }

  async stop(): Promise<void> {
    this.flush()
    await this.stream.stop()
  }

  private add(record: TapReader, type: 1 | 2, withQuery: boolean): void {
    if (!this.stream.isOpen) {
      figures[TapFigure.Unheard]!++
      return
    }
    if (!this.stream.hasRoom) {
      figures[TapFigure.TooSlow]!++
      return
    }
    this.end = this.frames.write(this.chunk, this.end, record, type, withQuery)
    figures[TapFigure.Sent]!++
    if (this.end >= CHUNK_BYTES) this.flush()
  }
}

const readers = data.rings.map(ring => new TapReader(ring))
const dnstap = data.dnstap === undefined ? undefined : new DnstapSender(data.dnstap)
let answers: TappedAnswer[] = []

function noteAnswer(record: TapReader): void {
  if (record.replyBytes === 0) return
  if (answers.length >= ANSWERS_AT_ONCE_MAX && (record.marks & TapMark.FirstUse) === 0) {
    figures[TapFigure.SpansDropped]!++
    return
  }
  const { marks, version, queryMs, replyMs, protocol, family, octets, clientAt, replyAt, replyBytes } = record
  // Copies of their own: what they are made of is the ring's.
  const client = octets.slice(clientAt, clientAt + (family === 4 ? 4 : 16))
  const reply = octets.slice(replyAt, replyAt + replyBytes)
  answers.push({ marks, version, queryMs, replyMs, protocol, family, client, reply })
}

let sleepMs = SLEEP_MS_MIN
let timer: NodeJS.Timeout | undefined

function read(): number {
  let most = 0
  for (const reader of readers) {
    let count = 0
    while (count < RECORDS_AT_ONCE_MAX && reader.next()) {
      count++
      if ((reader.marks & TapMark.Message) !== 0) dnstap?.take(reader)
      if ((reader.marks & (TapMark.Span | TapMark.FirstUse)) !== 0) noteAnswer(reader)
    }
    most = Math.max(most, count)
  }
  dnstap?.flush()
  if (answers.length > 0) tell({ kind: 'answers', answers })
  answers = []
  return most
}

function look(): void {
  const most = read()
  sleepMs = most > 0 ? SLEEP_MS_MIN : Math.min(SLEEP_MS_MAX, sleepMs * 2)
  timer = setTimeout(look, most === RECORDS_AT_ONCE_MAX ? 0 : sleepMs)
}

async function stop(): Promise<void> {
  clearTimeout(timer)
  while (read() > 0);
  await dnstap?.stop()
  port.close()
}

if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL)
port.on('message', (message: ToTapThread) => {
  if (message.kind === 'stop') void stop()
})
look()
