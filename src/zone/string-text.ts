/** <character-string>s and free text (RFC 1035 §3.3, §5.1; RFC 8659 §4.1; RFC 7553 §4.4). */

import type { Cursor } from './cursor.ts'
import { TokenFlag } from './scan.ts'

const STRING_BYTES_MAX = 255
const QUOTE = 0x22

/** One <character-string>, quoted or a single word. */
export function readString(cursor: Cursor): boolean {
  if (!cursor.more) return cursor.failMissing(undefined, 'an empty string is written ""')
  if (cursor.scan.flags[cursor.token]! & TokenFlag.QuotedValue)
    return cursor.fail(
      'misplaced-quote',
      'a quote in the middle of a string',
      'quote the string as a whole, or write \\"',
    )
  return putString(cursor)
}

/** One or more, to the end of the entry. */
export function readStrings(cursor: Cursor): boolean {
  if (!cursor.more) return cursor.failMissing(undefined, 'an empty string is written ""')
  while (cursor.more) {
    const split = cursor.scan.flags[cursor.token]! & TokenFlag.QuotedValue
    if (split ? !putSplitString(cursor) : !putString(cursor)) return false
  }
  return true
}

/** One quoted string or word to the end of the RDATA, without a length octet. */
export function readText(cursor: Cursor): boolean {
  if (!cursor.more) return cursor.failMissing(undefined, 'an empty value is written ""')
  if (!cursor.readOctets(cursor.token)) return cursor.failEscape()
  cursor.out.copy(cursor.octets, 0, cursor.octetCount)
  cursor.token++
  return true
}

/** A CAA property tag: letters and digits (RFC 8659 §4.1). */
export function readTag(cursor: Cursor): boolean {
  if (!cursor.more) return cursor.failMissing(undefined, 'issue, issuewild or iodef')
  cursor.readOctets(cursor.token)
  if (!/^[A-Za-z0-9]+$/.test(cursor.text()) || cursor.octetCount > STRING_BYTES_MAX)
    return cursor.fail(
      'bad-tag',
      `${cursor.text()} is not a property tag`,
      'letters and digits only (RFC 8659 §4.1)',
    )
  return putString(cursor)
}

function putString(cursor: Cursor): boolean {
  if (!cursor.readOctets(cursor.token)) return cursor.failEscape()
  if (!putOctets(cursor, cursor.octets, 0, cursor.octetCount)) return false
  cursor.token++
  return true
}

/** `k="v"` is two strings, `k=` and `v`: a quote ends the word before it, as BIND reads it. */
function putSplitString(cursor: Cursor): boolean {
  const { bytes, start, end } = cursor.scan
  const from = start[cursor.token]!
  const to = end[cursor.token]!
  const quoteAt = bytes.indexOf(QUOTE, from)
  if (!cursor.readOctetsBetween(from, quoteAt)) return cursor.failEscape()
  if (!putOctets(cursor, cursor.octets, 0, cursor.octetCount)) return false
  if (!cursor.readOctetsBetween(quoteAt + 1, to - 1)) return cursor.failEscape()
  if (!putOctets(cursor, cursor.octets, 0, cursor.octetCount)) return false
  cursor.token++
  return true
}

function putOctets(cursor: Cursor, octets: Uint8Array, from: number, to: number): boolean {
  if (to - from > STRING_BYTES_MAX)
    return cursor.fail(
      'string-too-long',
      `a string of ${to - from} octets; one holds at most 255 (RFC 1035 §3.3)`,
      'split it into several: "first part" "second part"',
    )
  cursor.out.push(to - from)
  cursor.out.copy(octets, from, to)
  return true
}
