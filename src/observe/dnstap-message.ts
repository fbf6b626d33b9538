/** A tapped record → one dnstap message (dnstap.proto of dnstap.info), protobuf written by hand, as a data frame of a
 *  frame stream. Knows the octets of the format and no sockets. */

import type { TapReader } from '../base/tap-ring.ts'

/** `Message.Type`. */
export const DnstapType = { AuthQuery: 1, AuthResponse: 2 } as const
type DnstapType = (typeof DnstapType)[keyof typeof DnstapType]

/** Tags of `Dnstap`: field number and wire type in an octet. */
const IDENTITY = 0x0a
const VERSION = 0x12
const MESSAGE = 0x72
const TYPE = 0x78
const TYPE_MESSAGE = 1

/** Tags of `Message`. */
const MESSAGE_TYPE = 0x08
const SOCKET_FAMILY = 0x10
const SOCKET_PROTOCOL = 0x18
const QUERY_ADDRESS = 0x22
const RESPONSE_ADDRESS = 0x2a
const QUERY_PORT = 0x30
const RESPONSE_PORT = 0x38
const QUERY_SECONDS = 0x40
const QUERY_NANOSECONDS = 0x4d
const QUERY_MESSAGE = 0x52
const RESPONSE_SECONDS = 0x60
const RESPONSE_NANOSECONDS = 0x6d
const RESPONSE_MESSAGE = 0x72

const LENGTH_BYTES = 4
/** Everything of a frame but packets, identity and version. */
const FRAME_REST_BYTES_MAX = 160

/** Before each frame stands its length. */
export class DnstapFrames {
  private readonly opening: Uint8Array
  private out: Uint8Array = new Uint8Array(0)
  private at = 0

  constructor(identity: string, version: string) {
    this.opening = Buffer.concat([stringField(IDENTITY, identity), stringField(VERSION, version)])
  }

  /** What the frame of this record takes at most. */
  bytesMax({ queryBytes, replyBytes }: TapReader): number {
    return this.opening.length + FRAME_REST_BYTES_MAX + queryBytes + replyBytes
  }

  /** Writes a frame at `at` and returns where it ends. A response tells its query too if asked to. */
  write(out: Uint8Array, at: number, record: TapReader, type: DnstapType, withQuery: boolean): number {
    this.out = out
    const { opening } = this
    const messageBytes = bytesOf(record, type, withQuery)
    const frameBytes = opening.length + 1 + varintBytes(messageBytes) + messageBytes + 2
    for (let i = 0; i < LENGTH_BYTES; i++) out[at + i] = frameBytes >>> (24 - 8 * i)
    for (let i = 0; i < opening.length; i++) out[at + LENGTH_BYTES + i] = opening[i]!
    this.at = at + LENGTH_BYTES + opening.length
    this.number(MESSAGE, messageBytes)
    this.message(record, type, withQuery)
    this.number(TYPE, TYPE_MESSAGE)
    return this.at
  }

  private message(record: TapReader, type: DnstapType, withQuery: boolean): void {
    const { family, octets, queryMs, replyMs } = record
    const addressBytes = family === 4 ? 4 : 16
    this.number(MESSAGE_TYPE, type)
    this.number(SOCKET_FAMILY, family === 4 ? 1 : 2)
    this.number(SOCKET_PROTOCOL, record.protocol)
    this.octets(QUERY_ADDRESS, octets, record.clientAt, addressBytes)
    this.octets(RESPONSE_ADDRESS, octets, record.localAt, addressBytes)
    this.number(QUERY_PORT, record.clientPort)
    this.number(RESPONSE_PORT, record.localPort)
    this.time(QUERY_SECONDS, QUERY_NANOSECONDS, queryMs)
    if (withQuery) this.octets(QUERY_MESSAGE, octets, record.queryAt, record.queryBytes)
    if (type !== DnstapType.AuthResponse) return
    this.time(RESPONSE_SECONDS, RESPONSE_NANOSECONDS, replyMs)
    this.octets(RESPONSE_MESSAGE, octets, record.replyAt, record.replyBytes)
  }

  private number(tag: number, value: number): void {
    const { out } = this
    let { at } = this
    out[at++] = tag
    let rest = value
    while (rest > 0x7f) {
      out[at++] = (rest & 0x7f) | 0x80
      // Seconds since 1970 stay within 32 bits until 2106, sign and all.
      rest >>>= 7
    }
    out[at++] = rest
    this.at = at
  }

  private time(secondsTag: number, nanosecondsTag: number, ms: number): void {
    const seconds = Math.floor(ms / 1000)
    const nanoseconds = Math.floor((ms - seconds * 1000) * 1e6)
    this.number(secondsTag, seconds)
    this.out[this.at++] = nanosecondsTag
    for (let shift = 0; shift < 32; shift += 8) this.out[this.at++] = (nanoseconds >>> shift) & 0xff
  }

  private octets(tag: number, from: Uint8Array, fromAt: number, length: number): void {
    this.number(tag, length)
    const { out, at } = this
    for (let i = 0; i < length; i++) out[at + i] = from[fromAt + i]!
    this.at = at + length
  }
}

function bytesOf(record: TapReader, type: DnstapType, withQuery: boolean): number {
  const addressBytes = record.family === 4 ? 4 : 16
  return (
    6 +
    2 * (2 + addressBytes) +
    (1 + varintBytes(record.clientPort)) +
    (1 + varintBytes(record.localPort)) +
    timeBytes(record.queryMs) +
    (withQuery ? 1 + varintBytes(record.queryBytes) + record.queryBytes : 0) +
    (type === DnstapType.AuthResponse
      ? timeBytes(record.replyMs) + 1 + varintBytes(record.replyBytes) + record.replyBytes
      : 0)
  )
}

function timeBytes(ms: number): number {
  return 1 + varintBytes(Math.floor(ms / 1000)) + 5
}

function varintBytes(value: number): number {
  let bytes = 1
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes++
  return bytes
}

/** Nothing for an empty text. */
function stringField(tag: number, text: string): Uint8Array {
  const octets = Buffer.from(text)
  if (octets.length === 0) return octets
  // Both are at most 128 octets and a version: their length takes two octets at most.
  const length = octets.length < 0x80 ? [octets.length] : [(octets.length & 0x7f) | 0x80, octets.length >>> 7]
  return Buffer.concat([Buffer.from([tag, ...length]), octets])
}
