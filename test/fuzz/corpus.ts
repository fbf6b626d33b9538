/** What the packet fuzzer starts from: zones with all kinds of answers, and good queries that reach them. */

import { parseName } from '../answers/name.ts'
import { writeQuery } from '../answers/query.ts'
import { typeNumber } from '../answers/rr-types.ts'

const LONG = `${'p'.repeat(63)}.${'q'.repeat(63)}.${'r'.repeat(63)}`

/** By apex, as `Served` takes them. */
export const ZONES: Readonly<Record<string, string>> = {
  'shop.test': String.raw`
    @            IN SOA  ns1 hostmaster 7 7200 1800 1209600 60
    @               NS   ns1
    @               MX   10 mail
    @               HTTPS 0 pool
    ns1             A    192.0.2.53
    mail            A    192.0.2.25
    mail            AAAA 2001:db8::25
    pool            HTTPS 1 . alpn=h2,h3
    pool            A    192.0.2.1
    www             A    192.0.2.1
    www             TXT  "one" "two"
    alias           CNAME www
    loop1           CNAME loop2
    loop2           CNAME loop1
    *.loops         CNAME x.loops
    over            CNAME www.bakery.test.
    *.wild          A    192.0.2.2
    *.wild          TXT  "covered"
    a.b.c.d.e       A    192.0.2.3
    \000\255\.x     TXT  "odd"
    to              DNAME wild
    grow            DNAME c.grow
    far             DNAME ${LONG}.example.
    branch          NS   ns.branch
    branch          NS   ns1
    branch          DS   12345 13 2 00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF
    ns.branch       A    198.51.100.53
    ${Array.from({ length: 13 }, (_, i) => `wide NS ns${i}.wide\n    ns${i}.wide AAAA 2001:db8:2::${i}`).join('\n    ')}
    ${Array.from({ length: 60 }, (_, i) => `big A 192.0.2.${i}`).join('\n    ')}
    fat             TXT  "${'a'.repeat(255)}" "${'b'.repeat(255)}" "${'c'.repeat(255)}"
    _sip._tcp       SRV  1 2 5060 www
    odd             TYPE65280 \# 3 010203
  `,
  'bakery.test': `
    @            IN SOA  ns1.shop.test. hostmaster 9 7200 1800 1209600 90
    @               NS   ns1.shop.test.
    www             A    203.0.113.80
    back            CNAME alias.shop.test.
  `,
}

/** The same as a file. */
export function zoneFile(apex: string): string {
  return `$ORIGIN ${apex}.\n$TTL 300\n${ZONES[apex]!.replace(/^ {4}/gm, '')}`
}

const NAMES = [
  'shop.test',
  'www.shop.test',
  'WWW.Shop.Test',
  'alias.shop.test',
  'loop1.shop.test',
  'y.loops.shop.test',
  'over.shop.test',
  'back.bakery.test',
  'x.y.wild.shop.test',
  'c.d.e.shop.test',
  String.raw`\000\255\.x.shop.test`,
  'x.to.shop.test',
  'x.grow.shop.test',
  `${'l'.repeat(53)}.far.shop.test`,
  `${'l'.repeat(54)}.far.shop.test`,
  'host.branch.shop.test',
  'www.wide.shop.test',
  'big.shop.test',
  'fat.shop.test',
  '_sip._tcp.shop.test',
  'nope.shop.test',
  'www.example',
  'version.bind',
  'id.server',
  '.',
]

const TYPES = [
  'A',
  'AAAA',
  'NS',
  'SOA',
  'CNAME',
  'DNAME',
  'MX',
  'TXT',
  'DS',
  'SRV',
  'HTTPS',
  'ANY',
  'AXFR',
  'TYPE65280',
]

export const GOOD_QUERIES: readonly Buffer[] = NAMES.flatMap((name, i) =>
  TYPES.flatMap((type, j) => {
    const question = [parseName(name), typeNumber(type)] as const
    const chaos = name.includes('bind') || name.includes('server') ? { class: 3 } : {}
    const options = [3, 8, 10, 11, 65_001]
      .slice(0, (i + j) % 6)
      .map(code => ({ code, data: optionData(code) }))
    return [
      writeQuery(...question, { id: i * 256 + j, ...chaos }),
      writeQuery(...question, {
        id: i * 256 + j,
        flags: 0x0130,
        ...chaos,
        edns: { payload: 512 + j * 99, options },
      }),
    ]
  }),
)

function optionData(code: number): Buffer {
  const hex = { 8: '00012000c0000200', 10: '0102030405060708' }[code] ?? ''
  return Buffer.from(code === 8 ? '00011800c00002' : hex, 'hex')
}
