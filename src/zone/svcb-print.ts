/** SvcParams as text, each key with its value (RFC 9460 §2.1). */

import { SvcKey, svcKeyName } from '../wire/svcb.ts'
import { printBase64, printIpv4, printIpv6, printString, printUnsigned } from './present-fields.ts'

export function printParameters(bytes: Uint8Array, start: number, end: number): string {
  const words: string[] = []
  let at = start
  while (at < end) {
    const key = printUnsigned(bytes, at, at + 2)
    const valueAt = at + 4
    at = valueAt + printUnsigned(bytes, at + 2, valueAt)
    const value = printValue(key, bytes, valueAt, at)
    words.push(value === '' ? svcKeyName(key) : `${svcKeyName(key)}=${value}`)
  }
  return words.join(' ')
}

function printValue(key: number, bytes: Uint8Array, start: number, end: number): string {
  switch (key) {
    case SvcKey.mandatory:
      return printItems(start, end, 2, at => svcKeyName(printUnsigned(bytes, at, at + 2)))
    case SvcKey.alpn:
      return printAlpn(bytes, start, end)
    case SvcKey.port:
      return String(printUnsigned(bytes, start, end))
    case SvcKey.ipv4hint:
      return printItems(start, end, 4, at => printIpv4(bytes, at))
    case SvcKey.ipv6hint:
      return printItems(start, end, 16, at => printIpv6(bytes, at))
    case SvcKey.ech:
      return printBase64(bytes, start, end)
    default:
      return start === end ? '' : printString(bytes, start, end)
  }
}

function printItems(start: number, end: number, size: number, print: (at: number) => string): string {
  const items: string[] = []
  for (let at = start; at < end; at += size) items.push(print(at))
  return items.join(',')
}

/** Commas and backslashes of an id are escaped once for the list and again for the string. */
function printAlpn(bytes: Uint8Array, start: number, end: number): string {
  const list: number[] = []
  for (let at = start; at < end; at += bytes[at]! + 1) {
    if (at > start) list.push(0x2c)
    for (const octet of bytes.subarray(at + 1, at + 1 + bytes[at]!)) {
      if (octet === 0x2c || octet === 0x5c) list.push(0x5c)
      list.push(octet)
    }
  }
  return printString(Uint8Array.from(list), 0, list.length)
}
