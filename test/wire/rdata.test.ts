/** RDATA by the field table: what an independent codec makes of the octets, which names are found inside, and
 *  which octets are refused. */

import { createRequire } from 'node:module'
import { expect } from 'chai'
import { nameFromText, printName } from '../../src/wire/name.ts'
import { forEachName } from '../../src/wire/rdata.ts'
import { shapeFault } from '../../src/wire/rdata-shape.ts'
import { RrType, typeFromName } from '../../src/wire/types.ts'
import { loadZone } from '../../src/zone/load.ts'

// It brings no types of its own.
const packet = createRequire(import.meta.url)('dns-packet') as {
  decode(message: Buffer): { readonly answers: readonly { readonly data: unknown }[] }
}

/** The octets that the zone reader makes of one record. */
function rdataOf(type: string, text: string): Uint8Array {
  const soa = '@ SOA ns.x. h.x. 1 2 3 4 5'
  const record = type === 'SOA' ? `@ SOA ${text}` : `${soa}\nr ${type} ${text}`
  const file = `$TTL 1\n@ NS ns.x.\n${record}\n`
  const { zone, problems } = loadZone('x', nameFromText('example.com')!, () => Buffer.from(file))
  if (zone === undefined) throw new Error(problems.map(problem => problem.text).join('; '))
  const { rdata, rdataAt, rdataLength, count } = zone.records
  return rdata.items.slice(rdataAt[count - 1]!, rdataAt[count - 1]! + rdataLength[count - 1]!)
}

/** A response with this one answer, as a codec that is not ours reads it. */
function decodeElsewhere(type: number, rdata: Uint8Array): unknown {
  const head = Buffer.from([0, 1, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0x72, 0])
  const fixed = Buffer.alloc(10)
  fixed.writeUInt16BE(type, 0)
  fixed.writeUInt16BE(1, 2)
  fixed.writeUInt16BE(rdata.length, 8)
  return packet.decode(Buffer.concat([head, fixed, rdata])).answers[0]?.data
}

const FINGERPRINT = '0123456789ABCDEF0123456789ABCDEF01234567'

describe('RDATA, read by dns-packet', () => {
  const cases: readonly [string, string, unknown][] = [
    ['A', '192.0.2.1', '192.0.2.1'],
    ['AAAA', '2001:db8::1', '2001:db8::1'],
    ['CNAME', 'a.b', 'a.b.example.com'],
    ['PTR', 'host.x.', 'host.x'],
    ['DNAME', 'd.x.', 'd.x'],
    ['MX', '10 mail', { preference: 10, exchange: 'mail.example.com' }],
    ['SRV', '1 2 443 s.x.', { priority: 1, weight: 2, port: 443, target: 's.x' }],
    ['TXT', '"a b" c', [Buffer.from('a b'), Buffer.from('c')]],
    ['HINFO', 'cpu "the os"', { cpu: 'cpu', os: 'the os' }],
    ['RP', 'm.x. t.x.', { mbox: 'm.x', txt: 't.x' }],
    ['CAA', '128 issue "ca.x; k=v"', { flags: 128, tag: 'issue', value: 'ca.x; k=v', issuerCritical: true }],
    [
      'SOA',
      'm.x. h.x. 7 1h 2m 3d 9',
      { mname: 'm.x', rname: 'h.x', serial: 7, refresh: 3600, retry: 120, expire: 259_200, minimum: 9 },
    ],
    [
      'NAPTR',
      '1 2 "s" "svc" "" r.x.',
      { order: 1, preference: 2, flags: 's', services: 'svc', regexp: '', replacement: 'r.x' },
    ],
    ['DS', '7 13 77 00ff', { keyTag: 7, algorithm: 13, digestType: 77, digest: Buffer.from([0, 255]) }],
    ['DNSKEY', '257 3 13 AQID', { flags: 257, algorithm: 13, key: Buffer.from([1, 2, 3]) }],
    [
      'RRSIG',
      'A 13 2 300 20300101000000 20200101000000 7 x. AQID',
      {
        typeCovered: 'A',
        algorithm: 13,
        labels: 2,
        originalTTL: 300,
        expiration: 1_893_456_000,
        inception: 1_577_836_800,
        keyTag: 7,
        signersName: 'x',
        signature: Buffer.from([1, 2, 3]),
      },
    ],
    ['NSEC', 'n.x. A MX TYPE1234', { nextDomain: 'n.x', rrtypes: ['A', 'MX', 'UNKNOWN_1234'] }],
    ['TLSA', '3 1 0 0102', { usage: 3, selector: 1, matchingType: 0, certificate: Buffer.from([1, 2]) }],
    ['SSHFP', `4 1 ${FINGERPRINT}`, { algorithm: 4, hash: 1, fingerprint: FINGERPRINT }],
  ]
  for (const [type, text, expected] of cases)
    it(`${type} ${text}`, () =>
      expect(decodeElsewhere(typeFromName(type)!, rdataOf(type, text))).to.deep.equal(expected))
})

describe('names inside RDATA', () => {
  const cases: readonly [string, string, string][] = [
    ['A', '192.0.2.1', ''],
    ['MX', '10 m.x.', 'm.x. compressible'],
    ['SOA', 'm.x. h.x. 1 2 3 4 5', 'm.x. compressible, h.x. compressible'],
    // Only types of RFC 1035 may be compressed (RFC 3597 §4).
    ['SRV', '1 2 3 s.x.', 's.x.'],
    ['NAPTR', '1 2 "s" "longer" "" r.x.', 'r.x.'],
    ['RP', 'a.x. b.x.', 'a.x., b.x.'],
    ['HTTPS', '1 t.x. alpn=h2', 't.x.'],
    ['RRSIG', 'A 13 2 300 20300101000000 20200101000000 7 x. AQID', 'x.'],
    ['NSEC', 'n.x. A', 'n.x.'],
    ['TYPE65280', '\\# 2 0000', ''],
  ]
  for (const [type, text, expected] of cases)
    it(`of ${type}: ${expected === '' ? 'none' : expected}`, () => {
      const rdata = rdataOf(type, text)
      const found: string[] = []
      // Not at the beginning of a buffer: offsets are the caller's.
      const shifted = Buffer.concat([Buffer.alloc(5, 0xff), rdata])
      forEachName(typeFromName(type)!, shifted, 5, shifted.length, (at, compressible) =>
        found.push(printName(shifted, at) + (compressible ? ' compressible' : '')),
      )
      expect(found.join(', ')).to.equal(expected)
    })
})

describe('RDATA that is not of its type', () => {
  const cases: readonly [keyof typeof RrType, string, string][] = [
    ['A', 'c00002', 'it is too short'],
    ['A', 'c000020100', '1 octets are left over'],
    ['NS', '0361', 'a name is cut short'],
    ['NS', 'c00c', 'a name has a label of more than 63 octets, or is compressed'],
    ['NS', '01610000', '1 octets are left over'],
    ['TXT', '', 'there is no string'],
    ['TXT', '0561', 'a string is cut short'],
    ['CAA', '00022d2d', 'the property tag is not letters and digits'],
    ['NSEC', '00', 'the list of types is empty'],
    ['NSEC', '00000140000140', 'the windows of a type bitmap are out of order'],
    ['NSEC', '00000100', 'a type bitmap ends in a zero octet'],
    ['NSEC', '000021', 'a type bitmap is cut short'],
    ['SVCB', '00010000030002', 'a parameter is cut short'],
    ['SVCB', '000100000300020bb800020000', 'the parameters are not in the order of their keys, each once'],
    ['SVCB', '000100000300010a', 'port is not two octets'],
    ['SVCB', '000100000100010000', 'alpn is not a list of protocol ids'],
    ['SVCB', '000100000700032f7b7d', 'dohpath is not a relative URI template with a dns variable'],
    ['SVCB', '000100ffff0000', 'key65535 is reserved'],
    ['LOC', '01121613800000008000000000989680', 'its version is not 0'],
    ['LOC', '00a21613800000008000000000989680', 'a size or precision is not a digit and an exponent'],
    ['LOC', '00121613ffffffff8000000000989680', 'it is not on Earth'],
    ['NSEC3', '010000000000', 'a hash is cut short'],
    ['DS', '00010d02', 'it is too short'],
    ['EUI48', '0000000000', 'it is too short'],
  ]
  for (const [type, hex, expected] of cases)
    it(`${type} ${hex}: ${expected}`, () => {
      const rdata = Buffer.from(hex, 'hex')
      expect(shapeFault(RrType[type], rdata, 0, rdata.length)).to.equal(expected)
    })

  it('is found wherever it is cut', () => {
    const rdata = rdataOf('HTTPS', '1 t.x. alpn=h2,h3 port=443 ipv4hint=192.0.2.1 key65280=x')
    const whole: number[] = []
    for (let end = 0; end <= rdata.length; end++)
      if (shapeFault(RrType.HTTPS, rdata, 0, end) === undefined) whole.push(end)
    // Only between parameters is what stands before a record of its own.
    expect(whole).to.deep.equal([7, 17, 23, 31, 36])
  })
})
