/** RR types as data: one type (RRSIG's "type covered") and type bitmaps (RFC 4034 §4.1.2). */

import { isMetaType, RrType } from '../wire/types.ts'
import type { Cursor } from './cursor.ts'
import { findType, suggestType } from './record-words.ts'

const WINDOWS = 256
const WINDOW_BYTES = 32

const bitmap = new Uint8Array(WINDOWS * WINDOW_BYTES)

export function readType(cursor: Cursor): boolean {
  const type = readTypeToken(cursor)
  if (type < 0) return false
  cursor.putUnsigned(type, 2)
  return true
}

/** Types to the end of the entry. NSEC always lists at least itself; NSEC3 and CSYNC may list none. */
export function readTypes(cursor: Cursor, recordType: number): boolean {
  if (!cursor.more && recordType === RrType.NSEC) return cursor.failMissing()
  bitmap.fill(0)
  while (cursor.more) {
    const token = cursor.token
    const type = readTypeToken(cursor)
    if (type < 0) return false
    if (isMetaType(type))
      return cursor.fail('meta-type', 'a type that cannot be stored cannot be in a bitmap', undefined, token)
    bitmap[type >> 3]! |= 0x80 >> (type & 7)
  }
  for (let window = 0; window < WINDOWS; window++) {
    const from = window * WINDOW_BYTES
    let length = WINDOW_BYTES
    while (length > 0 && bitmap[from + length - 1] === 0) length--
    if (length === 0) continue
    cursor.out.push(window)
    cursor.out.push(length)
    cursor.out.copy(bitmap, from, from + length)
  }
  return true
}

function readTypeToken(cursor: Cursor): number {
  if (!cursor.more) {
    cursor.failMissing()
    return -1
  }
  const { bytes, start, end } = cursor.scan
  const type = findType(bytes, start[cursor.token]!, end[cursor.token]!)
  if (type < 0) cursor.fail('unknown-type', `${cursor.text()} is not a type`, suggestType(cursor.text()))
  else cursor.token++
  return type
}
