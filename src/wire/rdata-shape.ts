/** Whether octets have the shape of a type's RDATA: every field whole, nothing left over, names
 *  uncompressed. For data that did not come through a reader of ours, as `\#` in a zone file. */

import { LABEL_BYTES_MAX, NAME_BYTES_MAX } from './name.ts'
import { type Field, fieldLength, rdataLayout } from './rdata.ts'
import { SVC_KEY_INVALID, SvcKey, svcKeyName } from './svcb.ts'
import { RrType } from './types.ts'

/** What is wrong, or undefined. Types without a layout may hold anything. */
export function shapeFault(type: number, bytes: Uint8Array, start: number, end: number): string | undefined {
  const layout = rdataLayout(type)
  if (layout === undefined) return undefined
  let at = start
  for (const field of layout) {
    const fault = fieldFault(field, type, bytes, at, end)
    if (fault !== undefined) return fault
    at += fieldLength(field, bytes, at, end)
    if (at > end) return 'it is too short'
  }
  return at < end ? `${end - at} octets are left over` : undefined
}

function fieldFault(
  field: Field,
  type: number,
  bytes: Uint8Array,
  at: number,
  end: number,
): string | undefined {
  switch (field) {
    case 'name':
    case 'shared-name':
      return nameFault(bytes, at, end)
    case 'string':
    case 'salt':
      return at < end && at + 1 + bytes[at]! <= end ? undefined : 'a string is cut short'
    case 'hashed':
      return at < end && bytes[at]! > 0 && at + 1 + bytes[at]! <= end ? undefined : 'a hash is cut short'
    case 'tag':
      return tagFault(bytes, at, end)
    case 'strings':
      return stringsFault(bytes, at, end)
    case 'types':
      return bitmapFault(bytes, at, end, type === RrType.NSEC)
    case 'parameters':
      return parametersFault(bytes, at, end)
    case 'location':
      return locationFault(bytes, at, end)
    case 'hex':
    case 'base64':
      return at < end ? undefined : 'it is too short'
    default:
      return at + fieldLength(field, bytes, at, end) <= end ? undefined : 'it is too short'
  }
}

function nameFault(bytes: Uint8Array, nameAt: number, end: number): string | undefined {
  let at = nameAt
  while (at < end && bytes[at] !== 0) {
    if (bytes[at]! > LABEL_BYTES_MAX) return 'a name has a label of more than 63 octets, or is compressed'
    at += bytes[at]! + 1
  }
  if (at >= end) return 'a name is cut short'
  return at + 1 - nameAt > NAME_BYTES_MAX ? 'a name has more than 255 octets' : undefined
}

function tagFault(bytes: Uint8Array, at: number, end: number): string | undefined {
  if (at >= end || bytes[at] === 0 || at + 1 + bytes[at]! > end) return 'the property tag is cut short'
  for (let i = at + 1; i <= at + bytes[at]!; i++) {
    const octet = bytes[i]!
    const letter = octet | 0x20
    const digit = octet >= 0x30 && octet <= 0x39
    if (!digit && (letter < 0x61 || letter > 0x7a)) return 'the property tag is not letters and digits'
  }
  return undefined
}

function stringsFault(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (start >= end) return 'there is no string'
  let at = start
  while (at < end) at += bytes[at]! + 1
  return at === end ? undefined : 'a string is cut short'
}

/** Windows ascending, 1 to 32 octets each, the last octet not zero (RFC 4034 §4.1.2). */
function bitmapFault(bytes: Uint8Array, start: number, end: number, mustList: boolean): string | undefined {
  if (start === end) return mustList ? 'the list of types is empty' : undefined
  let at = start
  let window = -1
  while (at < end) {
    const length = at + 1 < end ? bytes[at + 1]! : 0
    if (length < 1 || length > 32 || at + 2 + length > end) return 'a type bitmap is cut short'
    if (bytes[at]! <= window) return 'the windows of a type bitmap are out of order'
    if (bytes[at + 1 + length] === 0) return 'a type bitmap ends in a zero octet'
    window = bytes[at]!
    at += 2 + length
  }
  return undefined
}

/** Keys strictly ascending, values whole and well formed (RFC 9460 §2.2). */
function parametersFault(bytes: Uint8Array, start: number, end: number): string | undefined {
  let before = -1
  for (let at = start; at < end; ) {
    if (at + 4 > end) return 'a parameter is cut short'
    const key = bytes[at]! * 256 + bytes[at + 1]!
    const valueAt = at + 4
    at = valueAt + bytes[at + 2]! * 256 + bytes[at + 3]!
    if (at > end) return 'a parameter is cut short'
    if (key <= before) return 'the parameters are not in the order of their keys, each once'
    before = key
    const fault = parameterFault(key, bytes, valueAt, at)
    if (fault !== undefined) return `${svcKeyName(key)} ${fault}`
  }
  return undefined
}

export function parameterFault(
  key: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): string | undefined {
  const length = end - start
  switch (key) {
    case SvcKey.mandatory:
      return mandatoryFault(bytes, start, end)
    case SvcKey.alpn:
      return stringsFault(bytes, start, end) === undefined && !hasEmptyString(bytes, start, end)
        ? undefined
        : 'is not a list of protocol ids'
    case SvcKey['no-default-alpn']:
    case SvcKey.ohttp:
      return length === 0 ? undefined : 'takes no value'
    case SvcKey.port:
      return length === 2 ? undefined : 'is not two octets'
    case SvcKey.ipv4hint:
      return length > 0 && length % 4 === 0 ? undefined : 'is not a list of IPv4 addresses'
    case SvcKey.ipv6hint:
      return length > 0 && length % 16 === 0 ? undefined : 'is not a list of IPv6 addresses'
    case SvcKey.ech:
      return length > 0 ? undefined : 'is empty'
    case SvcKey.dohpath:
      return isDohPath(bytes, start, end) ? undefined : 'is not a relative URI template with a dns variable'
    case SVC_KEY_INVALID:
      return 'is reserved'
    default:
      return undefined
  }
}

function mandatoryFault(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (start === end || (end - start) % 2 !== 0) return 'is not a list of keys'
  let before = -1
  for (let at = start; at < end; at += 2) {
    const key = bytes[at]! * 256 + bytes[at + 1]!
    if (key <= before) return 'does not list its keys in order, each once'
    before = key
  }
  return undefined
}

function hasEmptyString(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += bytes[at]! + 1) if (bytes[at] === 0) return true
  return false
}

/** RFC 9461 §5: UTF-8, relative (it begins with a slash), with the variable `dns`. */
function isDohPath(bytes: Uint8Array, start: number, end: number): boolean {
  try {
    const template = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(start, end))
    return /^\/[^\0]*\{[^{}]*\bdns\b[^{}]*\}/.test(template)
  } catch {
    return false
  }
}

/** Version 0; sizes are a digit and an exponent, both up to 9 (RFC 1876 §2). */
function locationFault(bytes: Uint8Array, at: number, end: number): string | undefined {
  if (at + 16 > end) return 'it is too short'
  if (bytes[at] !== 0) return 'its version is not 0'
  for (const octet of bytes.subarray(at + 1, at + 4)) {
    if (octet >> 4 > 9 || (octet & 15) > 9) return 'a size or precision is not a digit and an exponent'
  }
  const arc = (from: number, most: number): boolean => {
    const value =
      bytes[from]! * 2 ** 24 + bytes[from + 1]! * 65536 + bytes[from + 2]! * 256 + bytes[from + 3]!
    return Math.abs(value - 2 ** 31) <= most * 3_600_000
  }
  return arc(at + 4, 90) && arc(at + 8, 180) ? undefined : 'it is not on Earth'
}
