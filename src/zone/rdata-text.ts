/** RDATA from text: walks the field table of a type and writes each field in wire form. The fields that
 *  need a page of their own (SvcParams, LOC, type bitmaps, `\#`) live beside it. */

import { closest } from '../base/suggest.ts'
import { type Field, rdataLayout } from '../wire/rdata.ts'
import { RrType, typeName } from '../wire/types.ts'
import { readType, readTypes } from './bitmap-text.ts'
import type { Cursor } from './cursor.ts'
import { readBase64, readHashed, readHex, readHyphenated, readSalt } from './encoded-text.ts'
import { fieldName } from './field-names.ts'
import { readGeneric } from './generic-text.ts'
import { readLocation } from './location-text.ts'
import { ALGORITHMS, CERTIFICATES, DIGESTS, type Mnemonics } from './mnemonics.ts'
import { readIpv4, readIpv6, readNumber, readPeriod, readTime } from './number-text.ts'
import { checkRdata } from './rdata-check.ts'
import { readString, readStrings, readTag, readText } from './string-text.ts'
import { readParameters } from './svcb-text.ts'

/** Reads the rest of the entry as RDATA of this type onto the end of `cursor.out`. On false the problem
 *  has been reported and the caller takes back what was written. */
export function readRdata(cursor: Cursor, type: number): boolean {
  const { scan, token } = cursor
  if (token < scan.count) {
    // The straight paths: most records of most zones.
    if (type === RrType.A && scan.count === token + 1 && scan.flags[token] === 0) {
      const at = cursor.out.reserve(4)
      if (readIpv4(scan.bytes, scan.start[token]!, scan.end[token]!, cursor.out.items, at)) return true
      cursor.out.count = at
    }
    if (scan.is(token, '\\#')) return readGeneric(cursor, type)
  }
  const layout = rdataLayout(type)
  if (layout === undefined) return failUnknown(cursor, type)
  const rdataAt = cursor.out.count
  for (let field = 0; field < layout.length; field++) {
    cursor.what = fieldName(type, field)
    if (!readField(cursor, layout[field]!, type)) return false
  }
  if (cursor.more) return failExtra(cursor, type)
  return checkRdata(cursor, type, rdataAt, token)
}

function readField(cursor: Cursor, field: Field, type: number): boolean {
  switch (field) {
    case 'u8':
      return type === RrType.DS || type === RrType.CDS || type === RrType.TA || type === RrType.DLV
        ? readMnemonic(cursor, DIGESTS, 1)
        : readUnsigned(cursor, 1)
    case 'u16':
      return readUnsigned(cursor, 2)
    case 'u32':
      return readUnsigned(cursor, 4)
    case 'period':
      return readSeconds(cursor)
    case 'time':
      return readTimestamp(cursor)
    case 'ipv4':
      return readAddress4(cursor)
    case 'ipv6':
      return readAddress6(cursor)
    case 'name':
    case 'shared-name':
      return readTarget(cursor)
    case 'string':
      return readString(cursor)
    case 'strings':
      return readStrings(cursor)
    case 'text':
      return readText(cursor)
    case 'tag':
      return readTag(cursor)
    case 'hex':
      return readHex(cursor)
    case 'base64':
      return readBase64(cursor)
    case 'salt':
      return readSalt(cursor)
    case 'hashed':
      return readHashed(cursor)
    case 'type':
      return readType(cursor)
    case 'types':
      return readTypes(cursor, type)
    case 'algorithm':
      return readMnemonic(cursor, ALGORITHMS, 1)
    case 'certificate':
      return readMnemonic(cursor, CERTIFICATES, 2)
    case 'location':
      return readLocation(cursor)
    case 'parameters':
      return readParameters(cursor)
    case 'eui48':
      return readHyphenated(cursor, 6)
    case 'eui64':
      return readHyphenated(cursor, 8)
    default:
      return field satisfies never
  }
}

function readUnsigned(cursor: Cursor, octets: number): boolean {
  const most = 2 ** (8 * octets) - 1
  if (!cursor.more) return cursor.failMissing()
  const { bytes, start, end } = cursor.scan
  const value = readNumber(bytes, start[cursor.token]!, end[cursor.token]!)
  if (value < 0)
    return cursor.fail('bad-number', `${cursor.what}: ${cursor.text()} is not a number from 0 to ${most}`)
  if (value > most)
    return cursor.fail('number-too-large', `${cursor.what}: ${cursor.text()} is above ${most}`)
  cursor.putUnsigned(value, octets)
  cursor.token++
  return true
}

function readMnemonic(cursor: Cursor, words: Mnemonics, octets: number): boolean {
  if (!cursor.more) return cursor.failMissing()
  const { bytes, start, end } = cursor.scan
  const value = words.find(bytes, start[cursor.token]!, end[cursor.token]!)
  if (value < 0) {
    const number = readNumber(bytes, start[cursor.token]!, end[cursor.token]!)
    if (number < 0)
      return cursor.fail(
        'unknown-mnemonic',
        `${cursor.what}: ${cursor.text()} is not known`,
        closest(cursor.text().toUpperCase(), words.words) ?? `a number, or one of ${words.usual.join(' ')}`,
      )
    return readUnsigned(cursor, octets)
  }
  cursor.putUnsigned(value, octets)
  cursor.token++
  return true
}

function readSeconds(cursor: Cursor): boolean {
  if (!cursor.more) return cursor.failMissing()
  const { bytes, start, end } = cursor.scan
  const seconds = readPeriod(bytes, start[cursor.token]!, end[cursor.token]!)
  if (seconds < 0)
    return cursor.fail(
      'bad-period',
      `${cursor.what}: ${cursor.text()} is not a time`,
      'seconds, or units as in 1w2d3h4m5s',
    )
  if (seconds > 0xffffffff)
    return cursor.fail('number-too-large', `${cursor.what}: ${cursor.text()} is above 4294967295 seconds`)
  cursor.putUnsigned(seconds, 4)
  cursor.token++
  return true
}

function readTimestamp(cursor: Cursor): boolean {
  if (!cursor.more) return cursor.failMissing()
  const { bytes, start, end } = cursor.scan
  const time = readTime(bytes, start[cursor.token]!, end[cursor.token]!)
  if (time < 0)
    return cursor.fail(
      'bad-time',
      `${cursor.what}: ${cursor.text()} is not a date and time`,
      'YYYYMMDDHHmmSS in UTC (RFC 4034 §3.2)',
    )
  cursor.putUnsigned(time, 4)
  cursor.token++
  return true
}

function readAddress4(cursor: Cursor): boolean {
  if (!cursor.more) return cursor.failMissing()
  const { bytes, start, end, flags } = cursor.scan
  const at = cursor.out.reserve(4)
  const token = cursor.token
  if (flags[token] !== 0 || !readIpv4(bytes, start[token]!, end[token]!, cursor.out.items, at)) {
    const wantsAaaa = cursor.text().includes(':') ? 'an IPv6 address goes into an AAAA record' : undefined
    return cursor.fail(
      'bad-address',
      `${cursor.text()} is not an IPv4 address`,
      wantsAaaa ?? 'four numbers from 0 to 255 without leading zeros, as in 192.0.2.1',
    )
  }
  cursor.token++
  return true
}

function readAddress6(cursor: Cursor): boolean {
  if (!cursor.more) return cursor.failMissing()
  const { bytes, start, end, flags } = cursor.scan
  const at = cursor.out.reserve(16)
  const token = cursor.token
  if (flags[token] !== 0 || !readIpv6(bytes, start[token]!, end[token]!, cursor.out.items, at)) {
    const wantsA = /^[\d.]+$/.test(cursor.text()) ? 'an IPv4 address goes into an A record' : undefined
    return cursor.fail(
      'bad-address',
      `${cursor.text()} is not an IPv6 address`,
      wantsA ?? 'as in 2001:db8::1, without brackets or a zone',
    )
  }
  cursor.token++
  return true
}

function readTarget(cursor: Cursor): boolean {
  if (!cursor.readName()) return false
  cursor.out.copy(cursor.names.bytes, 0, cursor.names.length)
  return true
}

function failUnknown(cursor: Cursor, type: number): false {
  const hint = `write it as \\# LENGTH HEX (RFC 3597 §5)`
  if (!cursor.more) return cursor.failMissing(`the data of the ${typeName(type)} record is missing`, hint)
  return cursor.fail('unknown-data', `${typeName(type)} has no text form here`, hint)
}

function failExtra(cursor: Cursor, type: number): false {
  const hint = type === RrType.A || type === RrType.AAAA ? 'one record holds one address' : undefined
  return cursor.fail(
    'extra-text',
    `${cursor.text()} is left over: the ${typeName(type)} data is complete before it`,
    hint,
  )
}
