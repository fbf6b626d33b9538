/** Octets written as hex, base64, base32hex or EUI. */

import type { Cursor } from './cursor.ts'
import { hexDigit } from './number-text.ts'

const HYPHEN = 0x2d
const PADDING = 0x3d
const LENGTH_MAX = 255

const BASE64 = digits('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
const BASE32HEX = digits('0123456789abcdefghijklmnopqrstuv')
for (let letter = 0; letter < 22; letter++) BASE32HEX[0x41 + letter] = 10 + letter

/** Hex in any number of words, to the end of the entry; at least one octet. */
export function readHex(cursor: Cursor): boolean {
  if (!cursor.more) return cursor.failMissing()
  const first = cursor.token
  let half = -1
  for (; cursor.more; cursor.token++) {
    const { bytes, start, end } = cursor.scan
    for (let at = start[cursor.token]!; at < end[cursor.token]!; at++) {
      const digit = hexDigit(bytes[at]!)
      if (digit < 0) return cursor.failAt(at, 1, 'bad-hex', `${printable(bytes[at]!)} is not a hex digit`)
      if (half < 0) half = digit
      else {
        cursor.out.push(half * 16 + digit)
        half = -1
      }
    }
  }
  return half < 0 || cursor.fail('bad-hex', 'an odd number of hex digits', 'two digits make an octet', first)
}

/** Base64 in any number of words, to the end of the entry (RFC 4648 §4). */
export function readBase64(cursor: Cursor): boolean {
  if (!cursor.more) return cursor.failMissing()
  const first = cursor.token
  const reader = new Base64Reader(cursor)
  for (; cursor.more; cursor.token++) {
    if (!reader.read(cursor.scan.start[cursor.token]!, cursor.scan.end[cursor.token]!)) return false
  }
  return reader.finish(first)
}

export class Base64Reader {
  private bits = 0
  private digitCount = 0
  private paddingCount = 0
  private readonly cursor: Cursor

  constructor(cursor: Cursor) {
    this.cursor = cursor
  }

  read(start: number, end: number): boolean {
    const bytes = this.cursor.scan.bytes
    for (let at = start; at < end; at++) {
      if (bytes[at] === PADDING) {
        this.paddingCount++
        continue
      }
      const digit = BASE64[bytes[at]!]!
      if (digit < 0 || this.paddingCount > 0)
        return this.cursor.failAt(
          at,
          1,
          'bad-base64',
          `${printable(bytes[at]!)} does not belong in base64 here`,
        )
      this.bits = ((this.bits << 6) | digit) & 0xffffff
      if (++this.digitCount % 4 !== 0) continue
      this.cursor.putUnsigned(this.bits, 3)
    }
    return true
  }

  finish(token: number): boolean {
    const left = this.digitCount % 4
    const expected = left === 0 ? 0 : 4 - left
    const stray = left === 2 ? this.bits & 0xf : left === 3 ? this.bits & 0x3 : 0
    if (left === 1 || this.paddingCount !== expected || stray !== 0)
      return this.cursor.fail('bad-base64', 'the base64 is cut short or wrongly padded', undefined, token)
    if (left === 2) this.cursor.out.push((this.bits >> 4) & 0xff)
    if (left === 3) this.cursor.putUnsigned((this.bits >> 2) & 0xffff, 2)
    return true
  }
}

/** An NSEC3 salt: hex in one word, or `-` for none (RFC 5155 §3.3). */
export function readSalt(cursor: Cursor): boolean {
  if (!cursor.more) return cursor.failMissing(undefined, 'no salt is written -')
  const { bytes, start, end } = cursor.scan
  const from = start[cursor.token]!
  const to = end[cursor.token]!
  const lengthAt = cursor.out.reserve(1)
  cursor.out.items[lengthAt] = 0
  if (to - from === 1 && bytes[from] === HYPHEN) {
    cursor.token++
    return true
  }
  if (to - from > 2 * LENGTH_MAX || (to - from) % 2 !== 0)
    return cursor.fail('bad-hex', 'a salt has at most 255 octets, two hex digits each')
  for (let at = from; at < to; at += 2) {
    const high = hexDigit(bytes[at]!)
    const low = hexDigit(bytes[at + 1]!)
    if (high < 0 || low < 0) return cursor.failAt(at, 2, 'bad-hex', `${cursor.text()} is not hex`)
    cursor.out.push(high * 16 + low)
  }
  cursor.out.items[lengthAt] = (to - from) / 2
  cursor.token++
  return true
}

/** A hashed owner name: base32hex without padding (RFC 5155 §3.3). */
export function readHashed(cursor: Cursor): boolean {
  if (!cursor.more) return cursor.failMissing()
  const { bytes, start, end } = cursor.scan
  const lengthAt = cursor.out.reserve(1)
  let bits = 0
  let bitCount = 0
  for (let at = start[cursor.token]!; at < end[cursor.token]!; at++) {
    const digit = BASE32HEX[bytes[at]!]!
    if (digit < 0)
      return cursor.failAt(at, 1, 'bad-base32', `${printable(bytes[at]!)} is not a base32hex digit`)
    bits = ((bits << 5) | digit) & 0xfff
    bitCount += 5
    if (bitCount < 8) continue
    bitCount -= 8
    cursor.out.push((bits >> bitCount) & 0xff)
  }
  const length = cursor.out.count - lengthAt - 1
  if (length < 1 || length > LENGTH_MAX || bitCount >= 5 || (bits & ((1 << bitCount) - 1)) !== 0)
    return cursor.fail('bad-base32', 'the base32hex is cut short or too long')
  cursor.out.items[lengthAt] = length
  cursor.token++
  return true
}

/** EUI-48 or EUI-64: pairs of hex digits with hyphens (RFC 7043 §3.2, §4.2). */
export function readHyphenated(cursor: Cursor, octets: number): boolean {
  if (!cursor.more) return cursor.failMissing()
  const text = cursor.text()
  const pairs = text.split('-')
  if (pairs.length !== octets || !pairs.every(pair => /^[0-9a-f]{2}$/i.test(pair)))
    return cursor.fail(
      'bad-identifier',
      `${text} is not an EUI-${octets * 8}`,
      `${octets} pairs of hex digits with hyphens between, as in ${EXAMPLE.slice(0, octets * 3 - 1)}`,
    )
  for (const pair of pairs) cursor.out.push(Number.parseInt(pair, 16))
  cursor.token++
  return true
}

const EXAMPLE = '00-00-5e-ef-10-00-00-2a'

export function printable(octet: number): string {
  return octet > 0x20 && octet < 0x7f ? String.fromCharCode(octet) : `\\${String(octet).padStart(3, '0')}`
}

function digits(alphabet: string): Int8Array {
  const table = new Int8Array(256).fill(-1)
  for (let value = 0; value < alphabet.length; value++) table[alphabet.charCodeAt(value)] = value
  return table
}
