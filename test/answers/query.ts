/** Writes queries, right ones, for tests to send or to spoil. */

import type { EdnsOption } from './message.ts'
import { type Name, nameToWire } from './name.ts'

export interface QueryOptions {
  readonly id?: number
  readonly opcode?: number
  readonly class?: number
  /** Further bits of the second header word: RD 0x0100, AD 0x0020, CD 0x0010, Z 0x0040. */
  readonly flags?: number
  readonly edns?: {
    readonly payload?: number
    readonly version?: number
    readonly dnssecOk?: boolean
    /** Further EDNS flag bits. */
    readonly reserved?: number
    readonly options?: readonly EdnsOption[]
  }
}

export function writeQuery(name: Name, type: number, options: QueryOptions = {}): Buffer {
  const header = Buffer.alloc(12)
  header.writeUInt16BE(options.id ?? 0, 0)
  header.writeUInt16BE(((options.opcode ?? 0) << 11) | (options.flags ?? 0), 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(options.edns === undefined ? 0 : 1, 10)
  const fixed = Buffer.alloc(4)
  fixed.writeUInt16BE(type, 0)
  fixed.writeUInt16BE(options.class ?? 1, 2)
  const parts = [header, nameToWire(name), fixed]
  if (options.edns !== undefined) parts.push(writeOpt(options.edns))
  return Buffer.concat(parts)
}

export function writeOpt(edns: NonNullable<QueryOptions['edns']>): Buffer {
  const options = (edns.options ?? []).map(option => {
    const head = Buffer.alloc(4)
    head.writeUInt16BE(option.code, 0)
    head.writeUInt16BE(option.data.length, 2)
    return Buffer.concat([head, option.data])
  })
  const rdata = Buffer.concat(options)
  const head = Buffer.alloc(11)
  head.writeUInt16BE(41, 1)
  head.writeUInt16BE(edns.payload ?? 1232, 3)
  head.writeUInt8(edns.version ?? 0, 6)
  head.writeUInt16BE((edns.dnssecOk === true ? 0x8000 : 0) | (edns.reserved ?? 0), 7)
  head.writeUInt16BE(rdata.length, 9)
  return Buffer.concat([head, rdata])
}
