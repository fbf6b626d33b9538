/** SvcParams from text: keys in any order, written sorted, each once (RFC 9460 §2.1, §2.2, appendix A).
 *  What the parameters must mean together is judged on the wire form, in `svcb-check.ts`. */

import { Bytes } from '../base/growable.ts'
import { closest } from '../base/suggest.ts'
import { parameterFault } from '../wire/rdata-shape.ts'
import { SVC_KEY_INVALID, SvcKey, svcKeyFromName } from '../wire/svcb.ts'
import type { Cursor } from './cursor.ts'
import { Base64Reader } from './encoded-text.ts'
import { readIpv4, readIpv6, readNumber } from './number-text.ts'
import { TokenFlag } from './scan.ts'

const EQUALS = 0x3d
const QUOTE = 0x22
const COMMA = 0x2c
const ESCAPE = 0x5c

interface Parameter {
  readonly key: number
  readonly valueAt: number
  readonly valueEnd: number
}

/** Values as they are read, before they are written in the order of their keys. */
const values = new Bytes(1024)

export function readParameters(cursor: Cursor): boolean {
  const parameters: Parameter[] = []
  values.count = 0
  while (cursor.more) {
    const parameter = readParameter(cursor)
    if (parameter === undefined) return false
    if (parameters.some(earlier => earlier.key === parameter.key))
      return cursor.fail('duplicate-parameter', `${cursor.text()} is given twice`)
    parameters.push(parameter)
    cursor.token++
  }
  for (const { key, valueAt, valueEnd } of parameters.toSorted((a, b) => a.key - b.key)) {
    cursor.putUnsigned(key, 2)
    cursor.putUnsigned(valueEnd - valueAt, 2)
    cursor.out.copy(values.items, valueAt, valueEnd)
  }
  return true
}

function readParameter(cursor: Cursor): Parameter | undefined {
  const { bytes, start, end, flags } = cursor.scan
  const from = start[cursor.token]!
  const to = end[cursor.token]!
  if (flags[cursor.token]! & TokenFlag.Quoted) {
    cursor.fail('quoted-parameter', 'a parameter in quotes', 'quote the value only: alpn="h2,h3"')
    return undefined
  }
  let keyEnd = from
  while (keyEnd < to && bytes[keyEnd] !== EQUALS) keyEnd++
  const word = Buffer.from(bytes.subarray(from, Math.min(keyEnd, from + 64))).toString('latin1')
  const key = svcKeyFromName(word)
  if (key < 0) {
    failKey(cursor, word)
    return undefined
  }
  const valueAt = values.count
  // A known key in its numbered form takes its value in wire form (RFC 9460 §2.1).
  const reading = /^key/i.test(word) ? SVC_KEY_INVALID : key
  if (!readValue(cursor, reading, keyEnd, to)) return undefined
  const fault = parameterFault(key, values.items, valueAt, values.count)
  if (fault !== undefined) {
    cursor.fail('bad-parameter', `${word} ${fault}`)
    return undefined
  }
  if (values.count - valueAt > 0xffff) {
    cursor.fail('parameter-too-long', 'a value of more than 65535 octets')
    return undefined
  }
  return { key, valueAt, valueEnd: values.count }
}

/** `at` is the `=`, or `to` when there is none. */
function readValue(cursor: Cursor, key: number, at: number, to: number): boolean {
  const { bytes } = cursor.scan
  const quoted = bytes[at + 1] === QUOTE && at < to
  const from = Math.min(to, at + (quoted ? 2 : 1))
  const stop = quoted ? to - 1 : to
  if (quoted && closingQuote(bytes, from, to) !== stop)
    return cursor.fail('misplaced-quote', 'something follows the closing quote')
  if (!cursor.readOctetsBetween(from, stop)) return cursor.failEscape()
  if (cursor.octetCount === 0 && needsValue(key))
    return cursor.fail(
      'missing-value',
      `${cursor.text()} needs a value`,
      `${cursor.text().replace(/=.*/, '')}=…`,
    )
  switch (key) {
    case SvcKey.mandatory:
      return readMandatory(cursor)
    case SvcKey.alpn:
      return readAlpn(cursor)
    case SvcKey['no-default-alpn']:
    case SvcKey.ohttp:
      return cursor.octetCount === 0 || cursor.fail('unexpected-value', `${cursor.text()} takes no value`)
    case SvcKey.port:
      return putPort(cursor)
    case SvcKey.ipv4hint:
      return eachItem(cursor, item => putAddress(cursor, item, 4))
    case SvcKey.ipv6hint:
      return eachItem(cursor, item => putAddress(cursor, item, 16))
    case SvcKey.ech:
      return putBase64(cursor, from, stop)
    default:
      values.copy(cursor.octets, 0, cursor.octetCount)
      return true
  }
}

function closingQuote(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to && bytes[at] !== QUOTE) at += bytes[at] === ESCAPE ? 2 : 1
  return at
}

function needsValue(key: number): boolean {
  return key <= SvcKey.dohpath && key !== SvcKey['no-default-alpn']
}

/** A comma-separated list without escapes: keys and addresses (RFC 9460 appendix A.1). */
function eachItem(cursor: Cursor, put: (item: Uint8Array) => boolean): boolean {
  const octets = cursor.octets.slice(0, cursor.octetCount)
  let from = 0
  for (let at = 0; at <= octets.length; at++) {
    if (at < octets.length && octets[at] !== COMMA) continue
    if (at === from) return cursor.fail('empty-item', `${cursor.text()} has an empty item`)
    if (!put(octets.subarray(from, at))) return false
    from = at + 1
  }
  return true
}

function readMandatory(cursor: Cursor): boolean {
  const keys: number[] = []
  const good = eachItem(cursor, item => {
    const word = Buffer.from(item).toString('latin1')
    const key = svcKeyFromName(word)
    if (key < 0) return failKey(cursor, word)
    if (keys.includes(key)) return cursor.fail('duplicate-parameter', `mandatory names ${word} twice`)
    keys.push(key)
    return true
  })
  for (const key of keys.toSorted((a, b) => a - b)) {
    values.push(key >> 8)
    values.push(key & 0xff)
  }
  return good
}

function failKey(cursor: Cursor, word: string): false {
  const hint = closest(word.toLowerCase(), Object.keys(SvcKey)) ?? 'keys without a name are written key65280'
  return cursor.fail('unknown-parameter', `${word} is not a service parameter`, hint)
}

function putAddress(cursor: Cursor, item: Uint8Array, octets: 4 | 16): boolean {
  const at = values.reserve(octets)
  const good =
    octets === 4
      ? readIpv4(item, 0, item.length, values.items, at)
      : readIpv6(item, 0, item.length, values.items, at)
  const family = octets === 4 ? 'IPv4' : 'IPv6'
  return (
    good || cursor.fail('bad-address', `${Buffer.from(item).toString('latin1')} is not an ${family} address`)
  )
}

function putPort(cursor: Cursor): boolean {
  const port = readNumber(cursor.octets, 0, cursor.octetCount)
  if (port < 0 || port > 0xffff)
    return cursor.fail('bad-port', `${cursor.text()} is not a port from 0 to 65535`)
  values.push(port >> 8)
  values.push(port & 0xff)
  return true
}

/** ALPN ids: after the escapes of the zone file a second layer, where `\,` is a comma and `\\` a backslash
 *  of the id (RFC 9460 appendix A.1). */
function readAlpn(cursor: Cursor): boolean {
  let lengthAt = values.reserve(1)
  for (let at = 0; at <= cursor.octetCount; at++) {
    const octet = cursor.octets[at]!
    if (at === cursor.octetCount || octet === COMMA) {
      const length = values.count - lengthAt - 1
      if (length === 0) return cursor.fail('empty-item', `${cursor.text()} has an empty protocol id`)
      if (length > 255) return cursor.fail('string-too-long', 'a protocol id of more than 255 octets')
      values.items[lengthAt] = length
      if (at < cursor.octetCount) lengthAt = values.reserve(1)
    } else if (octet === ESCAPE) {
      const next = cursor.octets[++at]
      if (at >= cursor.octetCount || (next !== COMMA && next !== ESCAPE))
        return cursor.fail(
          'bad-escape',
          `${cursor.text()} has a bad escape`,
          'inside a list: \\\\, or \\\\\\\\',
        )
      values.push(next)
    } else values.push(octet)
  }
  return true
}

function putBase64(cursor: Cursor, from: number, to: number): boolean {
  const out = cursor.out.count
  const reader = new Base64Reader(cursor)
  if (!reader.read(from, to) || !reader.finish(cursor.token)) return false
  values.copy(cursor.out.items, out, cursor.out.count)
  cursor.out.count = out
  return true
}
