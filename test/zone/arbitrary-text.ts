/** Arbitrary pieces of zone text that are right: names, strings, numbers, times, as people and programs write
 *  them. Each is the text itself; what it means is for the readers to agree on. */

import * as fc from 'fast-check'

const HEX = '0123456789abcdefABCDEF'
const PLAIN = 'abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-_'

export const digit = (most: number): fc.Arbitrary<string> => fc.integer({ min: 0, max: most }).map(String)
export const u8 = digit(0xff)
export const u16 = digit(0xffff)
export const u32 = digit(0xffffffff)

/** Seconds, plain or with units, and how many. */
export const period: fc.Arbitrary<{ text: string; seconds: number }> = fc.oneof(
  fc.integer({ min: 0, max: 0x7fffffff }).map(seconds => ({ text: String(seconds), seconds })),
  fc
    .subarray(['w', 'd', 'h', 'm', 's', 'W', 'D', 'H', 'M', 'S'] as const, { minLength: 1, maxLength: 4 })
    .chain(units =>
      fc.tuple(...units.map(unit => fc.integer({ min: 0, max: 99 }).map(count => ({ unit, count })))),
    )
    .map(parts => ({
      text: parts.map(({ count, unit }) => `${count}${unit}`).join(''),
      seconds: parts.reduce((sum, { count, unit }) => sum + count * SECONDS[unit.toLowerCase()]!, 0),
    })),
)
const SECONDS: Record<string, number> = { w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 }

/** One octet as it may stand in a word: itself or escaped. */
const wordOctet = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...PLAIN) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('\\.', '\\;', '\\"', '\\\\', '\\(', '\\)', '\\@', '\\$', '\\ ', '\\*', '\\a'),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 0, max: 255 }).map(octet => `\\${String(octet).padStart(3, '0')}`),
  },
)

/** No wildcards: BIND refuses some data at them that is merely unwise. */
export const label = fc
  .array(wordOctet, { minLength: 1, maxLength: 12 })
  .map(octets => octets.join(''))
  .filter(text => !/^(?:[@$]|\\?\*|\\042)$/.test(text))

const labels = (most: number): fc.Arbitrary<string> =>
  fc.array(label, { minLength: 1, maxLength: most }).map(parts => parts.join('.'))

/** A name inside RDATA: relative, absolute in or out of the zone, the origin, the root. */
export const name: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: labels(3) },
  { weight: 2, arbitrary: labels(3).map(text => `${text}.example.com.`) },
  { weight: 2, arbitrary: labels(4).map(text => `${text}.`) },
  { weight: 1, arbitrary: fc.constantFrom('@', '.', '*', 'example.com.', 'WWW.Example.COM.') },
)

const quotedOctet = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constantFrom(...PLAIN, ' ', ';', '(', ')', '@', '$', '.', "'", '=', ',', '\t'),
  },
  { weight: 1, arbitrary: fc.constantFrom('\\"', '\\\\', '\\;', '\\x') },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 0, max: 255 }).map(octet => `\\${String(octet).padStart(3, '0')}`),
  },
  { weight: 1, arbitrary: fc.constantFrom('é', '漢') },
)

/** A <character-string>: a word or quoted. */
export const text: fc.Arbitrary<string> = fc.oneof(
  fc.array(quotedOctet, { maxLength: 40 }).map(octets => `"${octets.join('')}"`),
  fc.array(wordOctet, { minLength: 1, maxLength: 12 }).map(octets => octets.join('')),
)

export const bytes = (minLength: number, maxLength = minLength): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ minLength, maxLength }).map(octets => Buffer.from(octets))

/** The text in pieces, as long data is broken up. */
function broken(whole: string): fc.Arbitrary<string[]> {
  const places = [...Array(Math.max(0, whole.length - 1)).keys()]
  return fc.subarray(places, { maxLength: Math.min(3, places.length) }).map(cuts => {
    const ends = [...cuts.map(cut => cut + 1), whole.length]
    return ends.map((end, i) => whole.slice(i === 0 ? 0 : ends[i - 1], end))
  })
}

export const hex = (minLength: number, maxLength = minLength): fc.Arbitrary<string[]> =>
  fc
    .array(fc.constantFrom(...HEX), { minLength: minLength * 2, maxLength: maxLength * 2 })
    .map(digits => digits.slice(0, digits.length - (digits.length % 2)).join(''))
    .chain(broken)

export const base64 = (minLength: number, maxLength: number): fc.Arbitrary<string[]> =>
  bytes(minLength, maxLength).chain(octets => broken(octets.toString('base64')))

export const ipv4 = fc.array(digit(255), { minLength: 4, maxLength: 4 }).map(parts => parts.join('.'))

/** All ways to write an IPv6 address. */
export const ipv6: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 }),
    fc.integer({ min: 0, max: 2 }),
    ipv4,
  )
  .map(([groups, shape, tail]) => {
    const words = groups.map(group =>
      group % 3 === 0 ? group.toString(16).padStart(4, '0') : group.toString(16),
    )
    if (shape === 1) return `${words.slice(0, 6).join(':')}:${tail}`
    const from = groups.indexOf(0)
    if (shape === 0 || from < 0) return words.join(':').toUpperCase()
    let to = from
    while (groups[to] === 0) to++
    return `${words.slice(0, from).join(':')}::${words.slice(to).join(':')}`
  })

/** Until 2037, where every reader takes the number for the same time. */
export const time = fc
  .integer({ min: 1, max: 2_145_000_000 })
  .map(seconds => new Date(seconds * 1000).toISOString().replace(/\D/g, '').slice(0, 14))

export const typeWord = fc.oneof(
  fc.constantFrom(
    'A',
    'NS',
    'MX',
    'TXT',
    'AAAA',
    'RRSIG',
    'NSEC',
    'CAA',
    'soa',
    'Https',
    'URI',
    'TYPE1',
    'CDNSKEY',
  ),
  fc.integer({ min: 300, max: 32_000 }).map(type => `TYPE${type}`),
  fc.integer({ min: 65_280, max: 65_534 }).map(type => `type${type}`),
)

export const base32 = fc
  .array(fc.constantFrom(...'0123456789abcdefghijklmnopqrstuvABCDEFGHIJKLMNOPQRSTUV'), {
    minLength: 32,
    maxLength: 32,
  })
  .map(digits => digits.join(''))
