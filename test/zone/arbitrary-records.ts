/** Arbitrary RDATA of every type, as the words it is written in. All of it is right: the question is whether
 *  two readers take it for the same octets. */

import * as fc from 'fast-check'
import {
  base32,
  base64,
  bytes,
  digit,
  hex,
  ipv4,
  ipv6,
  label,
  name,
  text,
  time,
  typeWord,
  u8,
  u16,
  u32,
} from './arbitrary-text.ts'

export interface TypeAndData {
  readonly type: string
  readonly words: readonly string[]
}

type Words = fc.Arbitrary<string | readonly string[]>

const algorithm = fc.oneof(u8, fc.constantFrom('RSASHA256', 'ECDSAP256SHA256', 'ed25519', 'RSAMD5'))
/** BIND wants no fewer than the signer has. */
const labelCount = fc.integer({ min: 127, max: 255 }).map(String)
const typesList = fc.array(typeWord, { minLength: 1, maxLength: 8 })
const types = typesList.map(words => words as readonly string[])

const dsTail: Words = fc.oneof(
  hex(20).map(digest => ['1', ...digest]),
  hex(32).map(digest => ['2', ...digest]),
  hex(48).map(digest => ['SHA-384', ...digest]),
  hex(1, 40).map(digest => ['77', ...digest]),
)
const tlsaTail: Words = fc.oneof(
  hex(1, 60).map(data => ['0', ...data]),
  hex(32).map(data => ['1', ...data]),
  hex(64).map(data => ['2', ...data]),
)

const arc = (degreesMax: number, directions: readonly string[]): Words =>
  fc
    .tuple(
      digit(degreesMax - 1),
      fc.integer({ min: 0, max: 2 }),
      digit(59),
      fc.integer({ min: 0, max: 59_999 }),
      fc.constantFrom(...directions),
    )
    .map(([degrees, parts, minutes, thousandths, direction]) => [
      degrees,
      ...(parts > 0 ? [minutes] : []),
      ...(parts > 1 ? [(thousandths / 1000).toFixed(3)] : []),
      direction,
    ])
const metres = (least: number, most: number): fc.Arbitrary<string> =>
  fc
    .tuple(fc.integer({ min: least, max: most }), fc.boolean())
    .map(([centimetres, unit]) => `${(centimetres / 100).toFixed(2)}${unit ? 'm' : ''}`)
const precision = fc.oneof(
  metres(0, 999),
  metres(1000, 9_000_000),
  digit(90_000).map(m => `${m}m`),
)
const location: Words = fc
  .tuple(
    arc(90, ['N', 'S']),
    arc(180, ['E', 'W']),
    metres(-9_999_999, 4_200_000),
    fc.array(precision, { maxLength: 3 }),
  )
  .map(parts => parts.flat() as string[])

//------------ SvcParams ---

const alpnId = fc.constantFrom('h2', 'h3', 'http/1.1', 'h3-19', 'f\\\\\\\\oo\\\\,bar', 'x\\007y')
const alpn = fc
  .tuple(fc.array(alpnId, { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([ids, quoted]) => (quoted ? `alpn="${ids.join(',')}"` : `alpn=${ids.join(',')}`))
const list = (item: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(item, { minLength: 1, maxLength: 3 }).map(items => items.join(','))
const parameters: Words = fc
  .tuple(
    fc.option(alpn),
    fc.option(u16.map(port => `port=${port}`)),
    fc.option(list(ipv4).map(hints => `ipv4hint=${hints}`)),
    fc.option(list(ipv6).map(hints => `ipv6hint="${hints}"`)),
    fc.option(bytes(1, 30).map(octets => `ech=${octets.toString('base64')}`)),
    fc.option(fc.constantFrom('dohpath=/dns-query{?dns}', 'dohpath="/q{?x,dns}"')),
    fc.option(
      fc
        .tuple(fc.integer({ min: 64, max: 65_534 }), fc.option(text))
        .map(([key, value]) => keyed(key, value)),
    ),
    fc.boolean(),
    fc.boolean(),
  )
  .chain(([ids, port, hints4, hints6, ech, path, keyedValue, noDefault, mandatory]) => {
    const given = [ids, port, hints4, hints6, ech, path, keyedValue].filter(word => word !== null)
    if (noDefault && ids !== null) given.push('no-default-alpn')
    // `dohpath` is `key7` to BIND, which a list of keys would have to name the same way.
    const keys = given.map(word => word.split('=')[0]!).filter(key => key !== 'dohpath')
    const named = mandatory && keys.length > 0 ? fc.shuffledSubarray(keys, { minLength: 1 }) : fc.constant([])
    return named.chain(chosen =>
      fc.shuffledSubarray(chosen.length > 0 ? [...given, `mandatory=${chosen.join(',')}`] : given, {
        minLength: chosen.length > 0 ? given.length + 1 : given.length,
      }),
    )
  })

function keyed(key: number, value: string | null): string {
  return value === null ? `key${key}` : `key${key}=${value}`
}

const service: Words = fc.oneof(
  name.map(target => ['0', target]),
  fc
    .tuple(fc.integer({ min: 1, max: 0xffff }).map(String), name, parameters)
    .map(([priority, target, words]) => [priority, target, ...words]),
)

//------------ All types ---

const regexp = fc.constantFrom('""', '"!^.*$!sip:info@example.com!"', '"/(.*)/\\\\1@x/i"', '!a!b!')
const eui = (octets: number): Words =>
  bytes(octets).map(octet => octet.toString('hex').replace(/..(?!$)/g, '$&-'))

const BY_TYPE: Readonly<Record<string, readonly Words[]>> = {
  A: [ipv4],
  AAAA: [ipv6],
  // Out of the zone, where nobody asks for its address.
  NS: [label.map(host => `${host}.example.net.`)],
  CNAME: [name],
  DNAME: [name],
  PTR: [name],
  MX: [u16, name],
  TXT: [fc.array(text, { minLength: 1, maxLength: 5 })],
  SPF: [fc.array(text, { minLength: 1, maxLength: 2 })],
  SRV: [u16, u16, u16, name],
  CAA: [u8, fc.constantFrom('issue', 'issuewild', 'iodef', 'Future1'), text],
  TLSA: [u8, u8, tlsaTail],
  SMIMEA: [u8, u8, tlsaTail],
  SSHFP: [
    u8,
    fc.oneof(
      hex(20).map(print => ['1', ...print]),
      hex(32).map(print => ['2', ...print]),
      hex(1, 30).map(print => ['9', ...print]),
    ),
  ],
  NAPTR: [u16, u16, fc.constantFrom('"u"', 's', '""', '"A"'), text, regexp, name],
  SVCB: [service],
  HTTPS: [service],
  LOC: [location],
  URI: [u16, u16, fc.constantFrom('"ftp://ftp1.example.com/public"', '"http://www.example.com/a b"')],
  HINFO: [text, text],
  RP: [name, name],
  AFSDB: [u16, name],
  DS: [u16, algorithm, dsTail],
  CDS: [u16, algorithm, dsTail],
  DNSKEY: [u16, fc.constant('3'), algorithm, base64(3, 80)],
  CDNSKEY: [u16, fc.constant('3'), algorithm, base64(3, 80)],
  RRSIG: [typeWord, algorithm, labelCount, u32, time, time, u16, name, base64(1, 80)],
  NSEC: [name, types],
  NSEC3: [
    u8,
    u8,
    u16,
    fc.oneof(
      fc.constant('-'),
      bytes(1, 8).map(salt => salt.toString('hex')),
    ),
    base32,
    types,
  ],
  NSEC3PARAM: [
    u8,
    u8,
    u16,
    fc.oneof(
      fc.constant('-'),
      bytes(1, 8).map(salt => salt.toString('hex')),
    ),
  ],
  OPENPGPKEY: [base64(1, 60)],
  CERT: [
    fc.oneof(u16, fc.constantFrom('PKIX', 'pgp')),
    u16,
    fc.oneof(u8, fc.constant('RSASHA256')),
    base64(1, 60),
  ],
  EUI48: [eui(6)],
  EUI64: [eui(8)],
  ZONEMD: [
    u32,
    u8,
    fc.oneof(
      hex(48).map(data => ['1', ...data]),
      hex(64).map(data => ['2', ...data]),
    ),
  ],
  CSYNC: [u32, u16, types],
  MB: [name],
  MINFO: [name, name],
  RT: [u16, name],
  PX: [u16, name, name],
  KX: [u16, name],
  X25: ['"311061700956"', '4444'].map(address => fc.constant(address)).slice(0, 1),
  DHCID: [base64(3, 40)],
  L32: [u16, ipv4],
  LP: [u16, name],
  AVC: [fc.array(text, { minLength: 1, maxLength: 3 })],
  NINFO: [fc.array(text, { minLength: 1, maxLength: 3 })],
}

export const TYPES: readonly string[] = Object.keys(BY_TYPE)

const unknown: fc.Arbitrary<TypeAndData> = fc
  .tuple(
    fc.oneof(fc.integer({ min: 300, max: 32_000 }), fc.integer({ min: 65_280, max: 65_534 })),
    hex(0, 40),
  )
  .map(([type, data]) => ({
    type: `TYPE${type}`,
    words: ['\\#', String(data.join('').length / 2), ...data.filter(word => word !== '')],
  }))

/** Known types in the form of unknown ones (RFC 3597 §5). */
const generic: fc.Arbitrary<TypeAndData> = fc.oneof(
  bytes(4).map(data => ({ type: 'A', words: ['\\#', '4', data.toString('hex')] })),
  bytes(16).map(data => ({ type: 'TYPE28', words: ['\\#', '16', data.toString('hex')] })),
  fc
    .tuple(
      bytes(2),
      label.filter(word => /^[a-z0-9]+$/.test(word)),
    )
    .map(([preference, host]) => {
      const octets = Buffer.concat([
        preference,
        Buffer.from([host.length]),
        Buffer.from(host),
        Buffer.from([0]),
      ])
      return { type: 'MX', words: ['\\#', String(octets.length), octets.toString('hex')] }
    }),
)

const typed = fc.constantFrom(...TYPES).chain(type =>
  fc.tuple(...BY_TYPE[type]!).map(parts => ({
    type,
    words: parts.flat() as string[],
  })),
)

export const typeAndData: fc.Arbitrary<TypeAndData> = fc.oneof(
  { weight: 12, arbitrary: typed },
  { weight: 1, arbitrary: unknown },
  { weight: 1, arbitrary: generic },
)
