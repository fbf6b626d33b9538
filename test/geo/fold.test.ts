/** IPv6 forms of IPv4 addresses become the IPv4 addresses they carry. */

import { expect } from 'chai'
import { CARRIES_V4, foldToV4 } from '../../src/base/fold.ts'
import { address } from './scratch.ts'

function fold(text: string, knownBits = 128): string {
  const out = new Uint8Array(6)
  const padded = Uint8Array.from([0xee, ...address(text).octets])
  const before = foldToV4(padded, 1, knownBits, out, 1)
  return before < 0 ? 'as it is' : `${out.subarray(1, 5).join('.')} after ${before}`
}

describe('folding to IPv4', () => {
  const cases: readonly (readonly [title: string, from: string, to: string])[] = [
    ['IPv4-mapped (RFC 4291 §2.5.5.2)', '::ffff:192.0.2.33', '192.0.2.33 after 96'],
    ['6to4 (RFC 3056 §2)', '2002:c000:221::1', '192.0.2.33 after 16'],
    ['6to4 of the last address', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '255.255.255.255 after 16'],
    ['Teredo, inverted (RFC 4380 §4)', '2001:0:4136:e378:8000:63bf:3fff:fdd2', '192.0.2.45 after 96'],
    ['NAT64 well-known prefix (RFC 6052 §2.1)', '64:ff9b::192.0.2.33', '192.0.2.33 after 96'],
    ['not the IPv4-compatible form, which nobody uses', '::192.0.2.33', 'as it is'],
    ['not loopback', '::1', 'as it is'],
    ['not the NAT64 prefix for local use (RFC 8215)', '64:ff9b:1::192.0.2.33', 'as it is'],
    ['not SIIT, one bit beside IPv4-mapped', '::ffff:0:192.0.2.33', 'as it is'],
    ['not a neighbour of Teredo', '2001:1::1', 'as it is'],
    ['not a neighbour of 6to4', '2003::1', 'as it is'],
    ['not the documentation prefix', '2001:db8::1', 'as it is'],
  ]
  for (const [title, from, to] of cases) it(title, () => expect(fold(from)).to.equal(to))

  it('needs at least one known bit of the IPv4 address, as an ECS prefix may end before it', () => {
    expect(fold('2002:c000::', 16)).to.equal('as it is')
    expect(fold('2002:c000::', 17)).to.equal('192.0.0.0 after 16')
    expect(fold('::ffff:192.0.0.0', 96)).to.equal('as it is')
    expect(fold('::ffff:192.0.0.0', 97)).to.equal('192.0.0.0 after 96')
    expect(fold('2001::', 56)).to.equal('as it is')
  })

  it('names exactly the networks it folds', () => {
    for (const { words, bits } of CARRIES_V4) {
      const octets = new Uint8Array(16)
      words.forEach((word, i) => new DataView(octets.buffer).setUint32(i * 4, word))
      const out = new Uint8Array(4)
      expect(foldToV4(octets, 0, 128, out, 0)).to.be.at.least(0)
      octets[(bits - 1) >> 3]! ^= 1 << (7 - ((bits - 1) & 7))
      expect(foldToV4(octets, 0, 128, out, 0), `beside /${bits}`).to.equal(-1)
    }
  })
})
