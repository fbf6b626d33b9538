/** A ring in shared memory through which one worker hands copies of messages to whoever observes: one writer, one
 *  reader, neither ever waits for the other. Full means that the copy is dropped and counted. Knows octets and
 *  numbers only; allocates nothing once made.
 *
 *      header   Head, Tail, Dropped: one cache line each, so that writer and reader do not fight for one
 *      record   time of the query, time of the reply (64-bit floats, wall-clock milliseconds)
 *               size of the record · family, protocol, marks · octets of query and reply · ports · version · 0
 *               client's address (16) · our address (16) · query · reply, each at a multiple of four
 *
 *  Head and Tail count units of eight octets and run on over 2^32. A record never wraps: what does not fit before
 *  the end of the ring begins at its start, and a record of SKIP says so. */

const LINE_WORDS = 16
const Word = { Head: 0, Tail: LINE_WORDS, Dropped: 2 * LINE_WORDS } as const
const HEADER_BYTES = 3 * LINE_WORDS * 4
const UNIT_BYTES = 8

/** Words of a record, after the two floats. */
const SIZE = 4
const KIND = 5
const LENGTHS = 6
const PORTS = 7
const VERSION = 8
const CLIENT_AT = 40
const LOCAL_AT = 56
const OCTETS_AT = 72
/** Instead of a size: go on at the start of the ring. */
const SKIP = -1

/** Room for some hundredths of a second at full load. */
export const TAP_RING_BYTES = 4 << 20

export const TapMark = {
  /** For dnstap. */
  Message: 1,
  /** For a span of its own. */
  Span: 2,
  /** The first answer of this worker by a choice of the board: `version` says which. */
  FirstUse: 4,
} as const

/** As dnstap numbers them. */
export const TapProtocol = { Udp: 1, Tcp: 2 } as const

/** Not per query. */
export function newTapRing(bytes = TAP_RING_BYTES): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER_BYTES + bytes)
}

/** Copies that found no room since the ring was made. Not per query. */
export function droppedAt(ring: SharedArrayBuffer): number {
  return Atomics.load(new Int32Array(ring), Word.Dropped) >>> 0
}

class Ring {
  protected readonly words: Int32Array
  protected readonly floats: Float64Array
  protected readonly bytes: Uint8Array
  protected readonly units: number

  constructor(ring: SharedArrayBuffer) {
    this.words = new Int32Array(ring)
    this.floats = new Float64Array(ring)
    this.bytes = new Uint8Array(ring)
    this.units = (ring.byteLength - HEADER_BYTES) / UNIT_BYTES
    if (!Number.isInteger(Math.log2(this.units))) throw new Error('a tap ring has a power of two of units')
  }

  protected byteAt(position: number): number {
    return HEADER_BYTES + (position & (this.units - 1)) * UNIT_BYTES
  }
}

/** Who a copied message is between. */
export interface TapPeers {
  readonly family: 4 | 6
  readonly protocol: number
  readonly client: Uint8Array
  readonly clientAt: number
  readonly clientPort: number
  readonly local: Uint8Array
  readonly localAt: number
  readonly localPort: number
}

export class TapWriter extends Ring {
  /** Up to where the reader may read, and up to where is written. */
  private published: number
  private head: number
  private tail: number
  /** The record being written: its first octet, and the end of the octets copied to it. */
  private at = 0
  private end = 0
  private queryBytes = 0
  /** The packet that was copied last, as words. */
  private viewed: Uint8Array = new Uint8Array(0)
  private viewedWords: Uint32Array = new Uint32Array(0)
  private readonly unsigned: Uint32Array

  constructor(ring: SharedArrayBuffer) {
    super(ring)
    this.unsigned = new Uint32Array(ring)
    this.head = Atomics.load(this.words, Word.Head)
    this.published = this.head
    this.tail = Atomics.load(this.words, Word.Tail)
  }

  /** Begins a record with this query; `replyBytesMax` may follow. False when there is no room. */
  begin(packet: Uint8Array, at: number, queryBytes: number, replyBytesMax: number): boolean {
    const units = (OCTETS_AT + queryBytes + replyBytesMax + 2 * UNIT_BYTES) >>> 3
    const beforeEnd = this.units - (this.head & (this.units - 1))
    const needed = units <= beforeEnd ? units : beforeEnd + units
    if (!this.hasRoom(needed)) {
      this.words[Word.Dropped]!++
      return false
    }
    if (units > beforeEnd) {
      this.words[(this.byteAt(this.head) >> 2) + SIZE] = SKIP
      this.head = (this.head + beforeEnd) | 0
    }
    this.at = this.byteAt(this.head)
    this.end = this.at + OCTETS_AT
    this.queryBytes = queryBytes
    this.copy(packet, at, queryBytes)
    return true
  }

  /** Ends it with the reply; no octets when there is none. */
  finish(
    packet: Uint8Array,
    at: number,
    replyBytes: number,
    marks: number,
    version: number,
    peers: TapPeers,
  ): void {
    this.copy(packet, at, replyBytes)
    const { words, bytes } = this
    const units = (this.end - this.at + UNIT_BYTES - 1) >>> 3
    const word = this.at >> 2
    words[word + SIZE] = units
    words[word + KIND] = peers.family | (peers.protocol << 4) | (marks << 8)
    words[word + LENGTHS] = this.queryBytes | (replyBytes << 16)
    words[word + PORTS] = peers.clientPort | (peers.localPort << 16)
    words[word + VERSION] = version
    const addressBytes = peers.family === 4 ? 4 : 16
    const { client, clientAt, local, localAt } = peers
    const clientTo = this.at + CLIENT_AT
    const localTo = this.at + LOCAL_AT
    for (let i = 0; i < addressBytes; i++) {
      bytes[clientTo + i] = client[clientAt + i]!
      bytes[localTo + i] = local[localAt + i]!
    }
    this.head = (this.head + units) | 0
  }

  /** Hands everything finished to the reader: it was asked at the one time and answered at the other. */
  publish(queryMs: number, replyMs: number): void {
    let position = this.published
    while (position !== this.head) {
      const at = this.byteAt(position)
      const size = this.words[(at >> 2) + SIZE]!
      if (size === SKIP) {
        position = (position + this.units - (position & (this.units - 1))) | 0
      } else {
        this.floats[at >> 3] = queryMs
        this.floats[(at >> 3) + 1] = replyMs
        position = (position + size) | 0
      }
    }
    if (this.published === this.head) return
    this.published = this.head
    Atomics.store(this.words, Word.Head, this.head)
  }

  private hasRoom(units: number): boolean {
    if (this.units - ((this.head - this.tail) | 0) >= units) return true
    this.tail = Atomics.load(this.words, Word.Tail)
    return this.units - ((this.head - this.tail) | 0) >= units
  }

  /** By words where the packet lies well, which is where UDP queries do. */
  private copy(packet: Uint8Array, at: number, length: number): void {
    const { end } = this
    this.end = (end + length + 3) & ~3
    if (packet !== this.viewed) this.view(packet)
    const { bytes, unsigned, viewedWords } = this
    const words = (length + 3) >> 2
    if ((at & 3) === 0 && (at >> 2) + words <= viewedWords.length) {
      const from = at >> 2
      const to = end >> 2
      for (let i = 0; i < words; i++) unsigned[to + i] = viewedWords[from + i]!
    } else {
      for (let i = 0; i < length; i++) bytes[end + i] = packet[at + i]!
    }
  }

  /** Not per query: packets lie in a buffer that stays. */
  private view(packet: Uint8Array): void {
    this.viewed = packet
    const isAligned = (packet.byteOffset & 3) === 0
    this.viewedWords = isAligned
      ? new Uint32Array(packet.buffer, packet.byteOffset, packet.byteLength >> 2)
      : new Uint32Array(0)
  }
}

/** Walks the records one by one; its fields speak of the one that `next` has come to, until the next `next`. */
export class TapReader extends Ring {
  queryMs = 0
  replyMs = 0
  family: 4 | 6 = 4
  protocol = 0
  marks = 0
  version = 0
  clientPort = 0
  localPort = 0
  /** Where in `octets` its parts stand. */
  readonly octets: Uint8Array
  clientAt = 0
  localAt = 0
  queryAt = 0
  queryBytes = 0
  replyAt = 0
  replyBytes = 0
  private tail: number

  constructor(ring: SharedArrayBuffer) {
    super(ring)
    this.octets = this.bytes
    this.tail = Atomics.load(this.words, Word.Tail)
  }

  /** False when there is no more. What was read before is the writer's again. */
  next(): boolean {
    const { words } = this
    Atomics.store(words, Word.Tail, this.tail)
    const head = Atomics.load(words, Word.Head)
    if (this.tail === head) return false
    let at = this.byteAt(this.tail)
    if (words[(at >> 2) + SIZE] === SKIP) {
      this.tail = (this.tail + this.units - (this.tail & (this.units - 1))) | 0
      at = this.byteAt(this.tail)
    }
    this.read(at)
    this.tail = (this.tail + words[(at >> 2) + SIZE]!) | 0
    return true
  }

  get dropped(): number {
    return Atomics.load(this.words, Word.Dropped) >>> 0
  }

  private read(at: number): void {
    const { words, floats } = this
    const word = at >> 2
    this.queryMs = floats[at >> 3]!
    this.replyMs = floats[(at >> 3) + 1]!
    const kind = words[word + KIND]!
    this.family = (kind & 15) === 4 ? 4 : 6
    this.protocol = (kind >>> 4) & 15
    this.marks = (kind >>> 8) & 255
    this.version = words[word + VERSION]!
    const ports = words[word + PORTS]!
    this.clientPort = ports & 0xffff
    this.localPort = ports >>> 16
    const lengths = words[word + LENGTHS]!
    this.clientAt = at + CLIENT_AT
    this.localAt = at + LOCAL_AT
    this.queryAt = at + OCTETS_AT
    this.queryBytes = lengths & 0xffff
    this.replyAt = (this.queryAt + this.queryBytes + 3) & ~3
    this.replyBytes = lengths >>> 16
  }
}
