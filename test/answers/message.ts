/** A small strict reader of DNS messages for tests, written apart from the server's own codec so that neither
 *  can hide the other's mistakes. Knows no zones. */

import { type Name, nameKey, nameToWire } from './name.ts'
import { printRr } from './print.ts'
import { typeText } from './rr-types.ts'

export interface Question {
  readonly name: Name
  readonly type: number
  readonly class: number
}

export interface Rr {
  readonly owner: Name
  readonly type: number
  readonly class: number
  readonly ttl: number
  /** Uncompressed, letter case kept. */
  readonly rdata: Buffer
  /** Octets it took in the message. */
  readonly size: number
}

export interface EdnsOption {
  readonly code: number
  readonly data: Buffer
}

export interface Opt {
  readonly payload: number
  readonly version: number
  readonly dnssecOk: boolean
  /** The fifteen reserved flag bits. */
  readonly reserved: number
  readonly options: readonly EdnsOption[]
  readonly size: number
}

export interface Message {
  readonly id: number
  readonly qr: boolean
  readonly opcode: number
  readonly aa: boolean
  readonly tc: boolean
  readonly rd: boolean
  readonly ra: boolean
  readonly z: boolean
  readonly ad: boolean
  readonly cd: boolean
  /** With the upper eight bits of the OPT record, if there is one. */
  readonly rcode: number
  readonly questions: readonly Question[]
  readonly answer: readonly Rr[]
  readonly authority: readonly Rr[]
  /** Without OPT. */
  readonly additional: readonly Rr[]
  readonly opt: Opt | undefined
  /** Where the additional section starts: what stands before it cannot depend on it. */
  readonly additionalAt: number
  readonly size: number
}

export class MessageError extends Error {}

/** Reads a whole message; throws `MessageError` for anything a careful client could object to. */
export function readMessage(bytes: Uint8Array): Message {
  const message = new Reader(bytes).message()
  for (const section of SECTIONS) {
    const [twice] = repeated(message[section])
    // RFC 2181 §5.5.
    if (twice !== undefined) throw new MessageError(`twice in the ${section} section: ${printRr(twice)}`)
  }
  return message
}

/** For other servers' replies: what stands twice counts once. */
export function readLeniently(bytes: Uint8Array): Message {
  const message = new Reader(bytes).message()
  return {
    ...message,
    answer: once(message.answer),
    authority: once(message.authority),
    additional: once(message.additional),
  }
}

const SECTIONS = ['answer', 'authority', 'additional'] as const

function once(records: readonly Rr[]): readonly Rr[] {
  const extra = new Set(repeated(records))
  return records.filter(rr => !extra.has(rr))
}

function repeated(records: readonly Rr[]): Rr[] {
  const seen = new Set<string>()
  return records.filter(rr => {
    const key = `${nameKey(rr.owner)} ${rr.type} ${rr.class} ${rr.rdata.toString('latin1')}`
    return seen.size === seen.add(key).size
  })
}

//------------ Reading ------------

/** Types of RFC 1035, whose names may be compressed, and the offset of the first name in their RDATA.
 *  RFC 3597 §4 forbids it for all others. */
const COMPRESSIBLE = new Map<
  number,
  { readonly skip: number; readonly names: number; readonly rest: number }
>([
  [2, { skip: 0, names: 1, rest: 0 }],
  [3, { skip: 0, names: 1, rest: 0 }],
  [4, { skip: 0, names: 1, rest: 0 }],
  [5, { skip: 0, names: 1, rest: 0 }],
  [6, { skip: 0, names: 2, rest: 20 }],
  [7, { skip: 0, names: 1, rest: 0 }],
  [8, { skip: 0, names: 1, rest: 0 }],
  [9, { skip: 0, names: 1, rest: 0 }],
  [12, { skip: 0, names: 1, rest: 0 }],
  [14, { skip: 0, names: 2, rest: 0 }],
  [15, { skip: 2, names: 1, rest: 0 }],
])

/** Types that carry names which must stand there whole, at this offset. */
const UNCOMPRESSED_NAME_AT = new Map([
  [18, 2],
  [33, 6],
  [36, 2],
  [39, 0],
  [64, 2],
  [65, 2],
])

const FIXED_SIZES = new Map([
  [1, 4],
  [28, 16],
])

class Reader {
  private readonly bytes: Buffer
  private at = 0
  /** Where labels of names have started so far: the only places a pointer may lead to. */
  private readonly labelStarts = new Set<number>()

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  message(): Message {
    const bytes = this.bytes
    if (bytes.length < 12) throw new MessageError(`header cut short: ${bytes.length} octets`)
    this.at = 12
    const questions = this.times(bytes.readUInt16BE(4), () => this.question())
    const answer = this.times(bytes.readUInt16BE(6), () => this.record())
    const authority = this.times(bytes.readUInt16BE(8), () => this.record())
    const additionalAt = this.at
    const last = this.times(bytes.readUInt16BE(10), () => this.record())
    if (this.at !== bytes.length) throw new MessageError(`${bytes.length - this.at} octets after the message`)
    for (const rr of [...answer, ...authority]) {
      if (rr.type === 41) throw new MessageError('OPT outside the additional section')
    }
    const opts = last.filter(rr => rr.type === 41)
    if (opts.length > 1) throw new MessageError(`${opts.length} OPT records`)
    const opt = opts[0] === undefined ? undefined : readOpt(opts[0])
    const flags = bytes.readUInt16BE(2)
    return {
      id: bytes.readUInt16BE(0),
      qr: (flags & 0x8000) !== 0,
      opcode: (flags >> 11) & 15,
      aa: (flags & 0x400) !== 0,
      tc: (flags & 0x200) !== 0,
      rd: (flags & 0x100) !== 0,
      ra: (flags & 0x80) !== 0,
      z: (flags & 0x40) !== 0,
      ad: (flags & 0x20) !== 0,
      cd: (flags & 0x10) !== 0,
      rcode: (flags & 15) + (opts[0] === undefined ? 0 : (opts[0].ttl >>> 24) * 16),
      questions,
      answer,
      authority,
      additional: last.filter(rr => rr.type !== 41),
      opt,
      additionalAt,
      size: bytes.length,
    }
  }

  private times<T>(count: number, read: () => T): T[] {
    const items: T[] = []
    for (let i = 0; i < count; i++) items.push(read())
    return items
  }

  private question(): Question {
    const name = this.name(true)
    return { name, type: this.u16(), class: this.u16() }
  }

  private record(): Rr {
    const start = this.at
    const owner = this.name(true)
    const type = this.u16()
    const rrClass = this.u16()
    const ttl = this.u32()
    if (type !== 41 && ttl > 0x7fffffff) throw new MessageError(`TTL ${ttl}: RFC 2181 §8`)
    const end = this.u16() + this.at
    if (end > this.bytes.length) throw new MessageError('RDATA beyond the message')
    const rdata = this.rdata(type, end)
    if (this.at !== end)
      throw new MessageError(`RDATA of ${typeText(type)} is not as long as its length says`)
    return { owner, type, class: rrClass, ttl, rdata, size: this.at - start }
  }

  private rdata(type: number, end: number): Buffer {
    const fixed = FIXED_SIZES.get(type)
    if (fixed !== undefined && end - this.at !== fixed)
      throw new MessageError(`${typeText(type)} of a wrong size`)
    const shape = COMPRESSIBLE.get(type)
    if (shape === undefined) {
      const start = this.at
      const nameAt = UNCOMPRESSED_NAME_AT.get(type)
      if (nameAt !== undefined) {
        this.at += nameAt
        this.name(false)
        if (this.at > end) throw new MessageError('name runs out of its RDATA')
      }
      this.at = end
      return Buffer.from(this.bytes.subarray(start, end))
    }
    const parts: Buffer[] = [this.take(shape.skip)]
    for (let i = 0; i < shape.names; i++) parts.push(nameToWire(this.name(true)))
    parts.push(this.take(shape.rest))
    return Buffer.concat(parts)
  }

  private name(mayPoint: boolean): Name {
    const labels: string[] = []
    const started: number[] = []
    let size = 1
    let jumped = false
    let at = this.at
    for (;;) {
      const length = this.byteAt(at)
      if (length >= 0xc0) {
        if (!mayPoint) throw new MessageError('compressed name where RFC 3597 §4 forbids it')
        const target = ((length & 0x3f) << 8) | this.byteAt(at + 1)
        if (!jumped) {
          this.at = at + 2
          // A name that is nothing but a pointer is a name too.
          started.push(at)
        }
        // Strictly backwards, to where a label of an earlier name starts: so it ends, and is no accident.
        if (target >= at || !this.labelStarts.has(target)) {
          throw new MessageError(`pointer at ${at} to ${target}: no earlier name there`)
        }
        jumped = true
        at = target
        continue
      }
      if (length >= 0x40) throw new MessageError(`label type ${length >> 6}`)
      // The root's empty label ends a name, and is one.
      if (!jumped) started.push(at)
      if (length === 0) break
      if (at + 1 + length > this.bytes.length) throw new MessageError('label beyond the message')
      labels.push(this.bytes.toString('latin1', at + 1, at + 1 + length))
      size += length + 1
      if (size > 255) throw new MessageError('name longer than 255 octets')
      at += length + 1
    }
    if (!jumped) this.at = at + 1
    for (const start of started) this.labelStarts.add(start)
    return labels
  }

  private byteAt(at: number): number {
    const byte = this.bytes[at]
    if (byte === undefined) throw new MessageError('message cut short')
    return byte
  }

  private take(count: number): Buffer {
    if (this.at + count > this.bytes.length) throw new MessageError('message cut short')
    this.at += count
    return this.bytes.subarray(this.at - count, this.at)
  }

  private u16(): number {
    return this.take(2).readUInt16BE(0)
  }

  private u32(): number {
    return this.take(4).readUInt32BE(0)
  }
}

function readOpt(rr: Rr): Opt {
  if (rr.owner.length > 0) throw new MessageError('OPT owner is not the root')
  const options: EdnsOption[] = []
  for (let at = 0; at < rr.rdata.length; ) {
    if (at + 4 > rr.rdata.length) throw new MessageError('EDNS option cut short')
    const end = at + 4 + rr.rdata.readUInt16BE(at + 2)
    if (end > rr.rdata.length) throw new MessageError('EDNS option longer than its OPT')
    options.push({ code: rr.rdata.readUInt16BE(at), data: rr.rdata.subarray(at + 4, end) })
    at = end
  }
  return {
    payload: rr.class,
    version: (rr.ttl >>> 16) & 0xff,
    dnssecOk: (rr.ttl & 0x8000) !== 0,
    reserved: rr.ttl & 0x7fff,
    options,
    size: rr.size,
  }
}
