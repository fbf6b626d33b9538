/** Single fields of RDATA → text. */

import { typeName } from '../wire/types.ts'

export function printUnsigned(bytes: Uint8Array, start: number, end: number): number {
  let value = 0
  for (let at = start; at < end; at++) value = value * 256 + bytes[at]!
  return value
}

export function printIpv4(bytes: Uint8Array, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`
}

/** RFC 5952, with an IPv4 tail for mapped and compatible addresses (§5). */
export function printIpv6(bytes: Uint8Array, at: number): string {
  const groups = Array.from({ length: 8 }, (_, i) => bytes[at + 2 * i]! * 256 + bytes[at + 2 * i + 1]!)
  const gap = longestGap(groups)
  const tail = gap.from === 0 && (gap.length === 6 || (gap.length === 5 && groups[5] === 0xffff))
  const words = groups.map(group => group.toString(16))
  if (tail) words.splice(6, 2, printIpv4(bytes, at + 12))
  if (gap.length < 2) return words.join(':')
  return `${words.slice(0, gap.from).join(':')}::${words.slice(gap.from + gap.length).join(':')}`
}

/** The first of the longest runs of zero groups. */
function longestGap(groups: readonly number[]): { from: number; length: number } {
  let best = { from: 0, length: 0 }
  for (let from = 0; from < groups.length; from++) {
    let length = 0
    while (groups[from + length] === 0) length++
    if (length > best.length) best = { from, length }
  }
  return best
}

/** A quoted string: quotes and backslashes escaped, what cannot be printed as \DDD. */
export function printString(bytes: Uint8Array, start: number, end: number): string {
  let text = '"'
  for (let at = start; at < end; at++) {
    const octet = bytes[at]!
    if (octet < 0x20 || octet >= 0x7f) text += `\\${String(octet).padStart(3, '0')}`
    else if (octet === 0x22 || octet === 0x5c) text += `\\${String.fromCharCode(octet)}`
    else text += String.fromCharCode(octet)
  }
  return `${text}"`
}

export function printHex(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.subarray(start, end)).toString('hex').toUpperCase()
}

export function printBase64(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.subarray(start, end)).toString('base64')
}

const BASE32HEX = '0123456789ABCDEFGHIJKLMNOPQRSTUV'

export function printBase32(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  let bits = 0
  let bitCount = 0
  for (let at = start; at < end; at++) {
    bits = ((bits << 8) | bytes[at]!) & 0xfff
    for (bitCount += 8; bitCount >= 5; ) {
      bitCount -= 5
      text += BASE32HEX[(bits >> bitCount) & 31]
    }
  }
  return bitCount > 0 ? text + BASE32HEX[(bits << (5 - bitCount)) & 31] : text
}

export function printHyphenated(bytes: Uint8Array, start: number, end: number): string {
  return Array.from(bytes.subarray(start, end), octet => octet.toString(16).padStart(2, '0')).join('-')
}

/** YYYYMMDDHHmmSS (RFC 4034 §3.2). */
export function printTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/\D/g, '').slice(0, 14)
}

/** A type bitmap (RFC 4034 §4.1.2). */
export function printTypes(bytes: Uint8Array, start: number, end: number): string {
  const words: string[] = []
  for (let at = start; at < end; at += 2 + bytes[at + 1]!) {
    for (let bit = 0; bit < bytes[at + 1]! * 8; bit++) {
      if (bytes[at + 2 + (bit >> 3)]! & (0x80 >> (bit & 7))) words.push(typeName(bytes[at]! * 256 + bit))
    }
  }
  return words.join(' ')
}

/** `52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m` (RFC 1876 §3). */
export function printLocation(bytes: Uint8Array, at: number): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, 16)
  const altitudeCm = view.getUint32(12) - 10_000_000
  const metres = `${altitudeCm < 0 ? '-' : ''}${printCentimetres(Math.abs(altitudeCm))}`
  const precisions = [1, 2, 3].map(i => printPrecision(view.getUint8(i)))
  const latitude = printArc(view.getUint32(4) - 2 ** 31, 'N', 'S')
  return [latitude, printArc(view.getUint32(8) - 2 ** 31, 'E', 'W'), metres, ...precisions].join(' ')
}

function printArc(thousandths: number, positive: string, negative: string): string {
  const arc = Math.abs(thousandths)
  const seconds = `${Math.floor(arc / 1000) % 60}.${String(arc % 1000).padStart(3, '0')}`
  const minutes = Math.floor(arc / 60_000) % 60
  return `${Math.floor(arc / 3_600_000)} ${minutes} ${seconds} ${thousandths < 0 ? negative : positive}`
}

function printCentimetres(centimetres: number): string {
  return `${Math.floor(centimetres / 100)}.${String(centimetres % 100).padStart(2, '0')}m`
}

/** One digit and a power of ten, in centimetres. */
function printPrecision(octet: number): string {
  const centimetres = (octet >> 4) * 10 ** (octet & 15)
  return centimetres < 100 ? printCentimetres(centimetres) : `${Math.floor(centimetres / 100)}m`
}
