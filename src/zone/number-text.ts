/** Numbers, TTLs, times and addresses from the bytes of a token. What cannot be read is -1 or false. */

const ZERO = 0x30
const SECONDS_BY_UNIT = new Map([
  [0x73, 1],
  [0x6d, 60],
  [0x68, 3600],
  [0x64, 86_400],
  [0x77, 604_800],
])

/** Plain decimal. Returned as it is up to 2^53, so that the caller can say how much is too much. */
export function readNumber(bytes: Uint8Array, start: number, end: number): number {
  if (start === end || end - start > 15) return -1
  let value = 0
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - ZERO
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

/** Seconds, plain or with units as in `1h30m`, where every part needs its unit. */
export function readPeriod(bytes: Uint8Array, start: number, end: number): number {
  const plain = readNumber(bytes, start, end)
  if (plain >= 0) return plain
  let total = 0
  let partAt = start
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - ZERO
    if (digit >= 0 && digit <= 9) continue
    const part = readNumber(bytes, partAt, at)
    const unit = SECONDS_BY_UNIT.get(bytes[at]! | 0x20)
    if (part < 0 || unit === undefined) return -1
    total += part * unit
    partAt = at + 1
  }
  return partAt === end && total <= Number.MAX_SAFE_INTEGER ? total : -1
}

/** A dotted quad into four octets of `out`; no octal, no short forms. */
export function readIpv4(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  outAt: number,
): boolean {
  let octet = 0
  let digits = 0
  let filled = 0
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - ZERO
    if (digit >= 0 && digit <= 9) {
      if (digits === 1 && octet === 0) return false
      octet = octet * 10 + digit
      if (octet > 255) return false
      digits++
    } else {
      if (bytes[at] !== 0x2e || digits === 0 || filled === 3) return false
      out[outAt + filled++] = octet
      octet = 0
      digits = 0
    }
  }
  if (digits === 0 || filled !== 3) return false
  out[outAt + 3] = octet
  return true
}

/** RFC 4291 §2.2: groups, one `::`, and an IPv4 tail. */
export function readIpv6(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  outAt: number,
): boolean {
  let filled = 0
  let gapAt = -1
  let at = start
  if (at < end && bytes[at] === COLON) {
    if (bytes[at + 1] !== COLON || at + 1 >= end) return false
    gapAt = 0
    at += 2
  }
  while (at < end) {
    let group = 0
    const groupAt = at
    for (
      let digit = hexDigit(bytes[at]!);
      at < end && digit >= 0;
      digit = at < end ? hexDigit(bytes[at]!) : -1
    ) {
      group = group * 16 + digit
      at++
    }
    if (at < end && bytes[at] === 0x2e) {
      if (filled > 12 || !readIpv4(bytes, groupAt, end, out, outAt + filled)) return false
      filled += 4
      break
    }
    if (at === groupAt || at - groupAt > 4 || filled === 16) return false
    out[outAt + filled++] = group >> 8
    out[outAt + filled++] = group & 0xff
    if (at === end) break
    if (bytes[at++] !== COLON || at === end) return false
    if (bytes[at] === COLON) {
      if (gapAt >= 0) return false
      gapAt = filled
      at++
    }
  }
  if (gapAt < 0) return filled === 16
  if (filled > 14) return false
  const moved = filled - gapAt
  out.copyWithin(outAt + 16 - moved, outAt + gapAt, outAt + filled)
  out.fill(0, outAt + gapAt, outAt + 16 - moved)
  return true
}

const COLON = 0x3a

/** 0…15, or -1. */
export function hexDigit(octet: number): number {
  if (octet >= ZERO && octet <= 0x39) return octet - ZERO
  const letter = octet | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

/** YYYYMMDDHHmmSS as seconds modulo 2^32 (RFC 4034 §3.2); plain seconds also up to ten digits. */
export function readTime(bytes: Uint8Array, start: number, end: number): number {
  const plain = readNumber(bytes, start, end)
  if (plain < 0 || end - start !== 14)
    return plain >= 0 && end - start <= 10 && plain <= 0xffffffff ? plain : -1
  const part = (from: number, width: number): number => readNumber(bytes, start + from, start + from + width)
  const [year, month, day] = [part(0, 4), part(4, 2), part(6, 2)]
  const [hour, minute, second] = [part(8, 2), part(10, 2), part(12, 2)]
  const midnight = new Date(Date.UTC(year, month - 1, day))
  const exists = midnight.getUTCMonth() === month - 1 && midnight.getUTCDate() === day
  if (!exists || year < 1970 || hour > 23 || minute > 59 || second > 60) return -1
  return (midnight.getTime() / 1000 + hour * 3600 + minute * 60 + second) % 2 ** 32
}
