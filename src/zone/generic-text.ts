/** `\# LENGTH HEX…`: RDATA of any type, known or not (RFC 3597 §5). */

import type { Cursor } from './cursor.ts'
import { readHex } from './encoded-text.ts'
import { readNumber } from './number-text.ts'
import { checkRdata, checkShape } from './rdata-check.ts'

export function readGeneric(cursor: Cursor, type: number): boolean {
  const marker = cursor.token++
  if (!cursor.more)
    return cursor.failMissing('the length of the data is missing', '\\# LENGTH HEX (RFC 3597 §5)')
  const { bytes, start, end } = cursor.scan
  const lengthToken = cursor.token++
  const length = readNumber(bytes, start[lengthToken]!, end[lengthToken]!)
  if (length < 0 || length > 0xffff)
    return cursor.fail(
      'bad-length',
      `${cursor.text(lengthToken)} is not a length from 0 to 65535`,
      undefined,
      lengthToken,
    )
  const rdataAt = cursor.out.count
  if (cursor.more && !readHex(cursor)) return false
  const got = cursor.out.count - rdataAt
  if (got !== length)
    return cursor.fail(
      'bad-length',
      `the length says ${length} octets, ${got} follow`,
      undefined,
      lengthToken,
    )
  return checkShape(cursor, type, rdataAt, marker) && checkRdata(cursor, type, rdataAt, marker, true)
}
