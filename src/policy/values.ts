/** Numbers, shares, durations and the like out of the words of directives. What cannot be read is undefined, and
 *  reported. Knows no directive. */

import { type Address, parseAddress } from '../base/address.ts'
import type { Complaints, Piece } from './complaints.ts'
import { part } from './complaints.ts'
import type { Coordinates, PrefixLiteral } from './steering.ts'

export function readWhole(
  complaints: Complaints,
  piece: Piece,
  what: string,
  min: number,
  max: number,
): number | undefined {
  if (!/^\d{1,15}$/.test(piece.text))
    return complaints.error(piece, 'bad-number', `${what} ${show(piece)} is not a whole number`)
  const value = Number(piece.text)
  if (value >= min && value <= max) return value
  return complaints.error(piece, 'out-of-range', `${what} ${piece.text} is not within ${min} to ${max}`)
}

/** `50%` → 0.5. */
export function readShare(complaints: Complaints, piece: Piece, what: string): number | undefined {
  const matched = /^(\d{1,3}(?:\.\d+)?)%$/.exec(piece.text)
  if (matched === null) {
    const hint = /^\d*\.?\d+$/.test(piece.text) ? `write ${asPercent(piece.text)}%` : 'a share is written 50%'
    return complaints.error(piece, 'bad-percent', `${what} ${show(piece)} is not a percentage`, hint)
  }
  const percent = Number(matched[1])
  if (percent <= 100) return percent / 100
  return complaints.error(piece, 'out-of-range', `${what} ${piece.text} is above 100%`)
}

function asPercent(text: string): string {
  const value = Number(text)
  return String(value <= 1 && text.includes('.') ? value * 100 : value)
}

const MS_BY_UNIT: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** `500ms`, `5s`, `1m30s`; a bare number is seconds, as in a TTL. */
export function readDurationMs(complaints: Complaints, piece: Piece, what: string): number | undefined {
  const duration = parseDurationMs(piece.text)
  if (duration !== undefined) return duration
  return complaints.error(
    piece,
    'bad-duration',
    `${what} ${show(piece)} is not a duration`,
    'write 500ms, 5s or 1m30s',
  )
}

function parseDurationMs(text: string): number | undefined {
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1000
  if (!/^(?:\d{1,10}(?:ms|[smhdw]))+$/.test(text)) return undefined
  let total = 0
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|[smhdw])/g))
    total += Number(count) * MS_BY_UNIT[unit!]!
  return total
}

export function printDuration(durationMs: number): string {
  return durationMs % 1000 === 0 ? `${durationMs / 1000}s` : `${durationMs}ms`
}

export const TTL_MAX = 0x7fffffff

/** `10..60`, with units if wanted; one number is a TTL that never changes. */
export function readTtlRange(complaints: Complaints, piece: Piece): { min: number; max: number } | undefined {
  const dotsAt = piece.text.indexOf('..')
  const [low, high] = dotsAt < 0 ? [piece, piece] : [part(piece, 0, dotsAt), part(piece, dotsAt + 2)]
  const min = readTtl(complaints, low)
  const max = dotsAt < 0 ? min : readTtl(complaints, high)
  if (min === undefined || max === undefined) return undefined
  if (min <= max) return { min, max }
  return complaints.error(
    piece,
    'bad-ttl',
    `ttl=${piece.text} has its greater number first`,
    `write ttl=${high.text}..${low.text}`,
  )
}

function readTtl(complaints: Complaints, piece: Piece): number | undefined {
  const duration = parseDurationMs(piece.text)
  if (duration === undefined || duration % 1000 !== 0)
    return complaints.error(
      piece,
      'bad-ttl',
      `${show(piece)} is not a TTL`,
      'ttl=MIN..MAX in seconds, such as ttl=10..60, or with units: ttl=10s..1m',
    )
  if (duration / 1000 <= TTL_MAX) return duration / 1000
  return complaints.error(piece, 'ttl-too-large', `TTL ${piece.text} is above ${TTL_MAX} (RFC 2181 §8)`)
}

/** `48.14,11.58`: latitude, longitude. */
export function readCoordinates(complaints: Complaints, piece: Piece): Coordinates | undefined {
  const matched = /^([+-]?\d{1,3}(?:\.\d+)?),([+-]?\d{1,3}(?:\.\d+)?)$/.exec(piece.text)
  if (matched === null)
    return complaints.error(
      piece,
      'bad-coordinates',
      `${show(piece)} is not a pair of coordinates`,
      'write degrees north, degrees east: at=48.14,11.58',
    )
  const [latitude, longitude] = [Number(matched[1]), Number(matched[2])]
  if (Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) return { latitude, longitude }
  const isSwapped = Math.abs(latitude) <= 180 && Math.abs(longitude) <= 90
  const hint = isSwapped
    ? `latitude comes first: at=${longitude},${latitude}`
    : 'latitude is −90 to 90, longitude −180 to 180'
  return complaints.error(piece, 'bad-coordinates', `${piece.text} is nowhere on Earth`, hint)
}

export function readAddress(complaints: Complaints, piece: Piece, what: string): Address | undefined {
  const address = parseAddress(piece.text)
  return address ?? complaints.error(piece, 'bad-address', `${what} ${show(piece)} is not an IP address`)
}

/** `203.0.113.0/24`; host bits must be zero, because what was meant cannot be known. */
export function readPrefix(complaints: Complaints, piece: Piece): PrefixLiteral | undefined {
  const [addressText = '', bitsText = ''] = piece.text.split('/', 2)
  const address = parseAddress(addressText)
  if (address === undefined || piece.text.split('/').length > 2)
    return complaints.error(
      piece,
      'bad-prefix',
      `${show(piece)} is not a prefix`,
      'write 203.0.113.0/24 or 2001:db8::/32',
    )
  const widest = address.octets.length * 8
  const bits = /^\d{1,3}$/.test(bitsText) ? Number(bitsText) : -1
  if (bits < 0 || bits > widest)
    return complaints.error(
      part(piece, addressText.length + 1),
      'bad-prefix',
      `a prefix length of ${bitsText === '' ? 'nothing' : bitsText} is not within 0 to ${widest}`,
    )
  const octets = address.octets.map((octet, i) => octet & (0xff00 >> Math.min(8, Math.max(0, bits - i * 8))))
  const text = `${printAddress(octets)}/${bits}`
  if (octets.some((octet, i) => octet !== address.octets[i]))
    return complaints.error(
      piece,
      'host-bits',
      `${piece.text} has bits set behind the prefix`,
      `did you mean ${text}, or ${printAddress(address.octets)}/${widest}?`,
    )
  return { family: address.family, octets, bits, text }
}

/** IPv6 as RFC 5952 wants it. */
export function printAddress(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join('.')
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((octets[i * 2]! << 8) | octets[i * 2 + 1]!).toString(16),
  )
  const [at, length] = longestZeros(groups)
  if (length < 2) return groups.join(':')
  return `${groups.slice(0, at).join(':')}::${groups.slice(at + length).join(':')}`
}

function longestZeros(groups: readonly string[]): [number, number] {
  let best: [number, number] = [0, 0]
  for (let at = 0; at < groups.length; at++) {
    let end = at
    while (groups[end] === '0') end++
    if (end - at > best[1]) best = [at, end - at]
  }
  return best
}

/** For messages: control characters visible, long ones cut. */
export function show(piece: Piece): string {
  if (piece.text === '') return '(nothing)'
  const text = piece.text.replace(/\p{Cc}/gu, '�')
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
