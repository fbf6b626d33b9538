/** LOC: a place on Earth as degrees, minutes and seconds (RFC 1876 §3) → 16 octets (§2). */

import type { Cursor } from './cursor.ts'

/** The equator and the prime meridian, in thousandths of a second of arc. */
const ARC_ZERO = 2 ** 31
/** Altitude is counted in centimetres from 100 km below the spheroid. */
const ALTITUDE_ZERO_CM = 10_000_000
const ALTITUDE_MAX_CM = 0xffffffff - ALTITUDE_ZERO_CM
const PRECISION_MAX_CM = 9_000_000_000

const SIZE_DEFAULT = 0x12
const HORIZONTAL_DEFAULT = 0x16
const VERTICAL_DEFAULT = 0x13

const DISTANCE = /^(-?)(\d{1,10})(?:\.(\d{1,2}))?m?$/i

export function readLocation(cursor: Cursor): boolean {
  const latitude = readArc(cursor, 'N', 'S', 90)
  if (latitude === undefined) return false
  const longitude = readArc(cursor, 'E', 'W', 180)
  if (longitude === undefined) return false
  const altitudeCm = readDistance(cursor, 'the altitude')
  if (altitudeCm === undefined) return false
  if (altitudeCm < -ALTITUDE_ZERO_CM || altitudeCm > ALTITUDE_MAX_CM)
    return cursor.fail(
      'bad-location',
      'an altitude from -100000.00m to 42849672.95m',
      undefined,
      cursor.token - 1,
    )
  const precisions = [SIZE_DEFAULT, HORIZONTAL_DEFAULT, VERTICAL_DEFAULT]
  for (let i = 0; i < 3 && cursor.more; i++) {
    const distanceCm = readDistance(cursor, 'a size or precision')
    if (distanceCm === undefined) return false
    if (distanceCm < 0 || distanceCm > PRECISION_MAX_CM)
      return cursor.fail(
        'bad-location',
        'a size or precision is from 0m to 90000000m',
        undefined,
        cursor.token - 1,
      )
    precisions[i] = toPrecision(distanceCm)
  }
  cursor.out.push(0)
  for (const precision of precisions) cursor.out.push(precision)
  cursor.putUnsigned(latitude + ARC_ZERO, 4)
  cursor.putUnsigned(longitude + ARC_ZERO, 4)
  cursor.putUnsigned(altitudeCm + ALTITUDE_ZERO_CM, 4)
  return true
}

/** Degrees, then minutes and seconds if given, then the hemisphere; thousandths of a second of arc. */
function readArc(cursor: Cursor, positive: string, negative: string, degreesMax: number): number | undefined {
  const first = cursor.token
  const parts: number[] = []
  for (; ; cursor.token++) {
    if (!cursor.more) {
      cursor.failMissing(`${positive} or ${negative} is missing`, HINT)
      return undefined
    }
    const word = cursor.text().toUpperCase()
    if (parts.length > 0 && (word === positive || word === negative)) {
      cursor.token++
      const [degrees = 0, minutes = 0, seconds = 0] = parts
      const arc = Math.round((degrees * 3600 + minutes * 60) * 1000 + seconds * 1000)
      if (arc <= degreesMax * 3_600_000) return word === negative ? -arc : arc
      cursor.fail('bad-location', `more than ${degreesMax} degrees`, undefined, first)
      return undefined
    }
    const most = [degreesMax, 59, 59.999][parts.length]
    const shape = parts.length === 2 ? /^\d{1,2}(\.\d{1,3})?$/ : /^\d{1,3}$/
    if (most === undefined || !shape.test(word) || Number(word) > most) {
      cursor.fail('bad-location', `${cursor.text()} does not belong in a location here`, HINT)
      return undefined
    }
    parts.push(Number(word))
  }
}

const HINT = 'as in 52 22 23.000 N 4 53 32.000 E -2.00m 0m 10000m 10m (RFC 1876 §3)'

function readDistance(cursor: Cursor, what: string): number | undefined {
  if (!cursor.more) {
    cursor.failMissing(`${what} is missing`, HINT)
    return undefined
  }
  const match = DISTANCE.exec(cursor.text())
  if (match === null) {
    cursor.fail('bad-location', `${cursor.text()} is not ${what} in metres`, HINT)
    return undefined
  }
  cursor.token++
  const centimetres = Number(match[2]) * 100 + Number((match[3] ?? '').padEnd(2, '0'))
  return match[1] === '-' ? -centimetres : centimetres
}

/** One decimal digit and a power of ten, in centimetres (RFC 1876 §2). */
function toPrecision(centimetres: number): number {
  let exponent = 0
  let mantissa = centimetres
  while (mantissa >= 10) {
    mantissa = Math.floor(mantissa / 10)
    exponent++
  }
  return mantissa * 16 + exponent
}
