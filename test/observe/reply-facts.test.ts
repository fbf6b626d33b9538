/** What is read of a reply for spans: the facts of a real one, and nothing worse than silence for any octets. */
import { expect } from 'chai'
import fc from 'fast-check'
import { replyFacts } from '../../src/control/reply-facts.ts'
import { printName } from '../../src/wire/name.ts'
import { queryBytes, Type } from '../tools/ask.ts'

/** As if answered: QR, this rcode, and an OPT record with these options. */
function replyWith(rcode: number, options: readonly number[]): Uint8Array {
  const query = queryBytes({ name: 'www.shop.test', type: Type.AAAA, ednsBytes: 1232 })
  const length = [options.length >> 8, options.length & 0xff]
  const reply = Buffer.concat([query.subarray(0, -2), Buffer.from([...length, ...options])])
  reply[2]! |= 0x80
  reply[3]! |= rcode & 0x0f
  // The upper bits of an extended rcode stand in the OPT record's TTL.
  reply[query.length - 6] = rcode >> 4
  return reply
}

const SUBNET_V4 = [0, 8, 0, 7, 0, 1, 24, 18, 133, 11, 0]
const SUBNET_V6 = [0, 8, 0, 8, 0, 2, 32, 20, 0x20, 0x01, 0x0d, 0xb8]
const NSID = [0, 3, 0, 2, 0x61, 0x62]

describe('the facts of a reply', () => {
  it('are its question, rcode and client subnet', () => {
    const { question, rcode, subnet } = replyFacts(replyWith(3, [...NSID, ...SUBNET_V4]))
    expect(printName(question!.name.bytes, question!.name.at)).to.equal('www.shop.test.')
    expect([question!.type, rcode]).to.deep.equal([Type.AAAA, 3])
    const octets = Uint8Array.of(133, 11, 0, 0)
    expect(subnet).to.deep.equal({ address: { family: 4, octets }, sourceBits: 24, scopeBits: 18 })
  })

  it('tell IPv6 subnets and extended rcodes', () => {
    const { rcode, subnet } = replyFacts(replyWith(16, SUBNET_V6))
    expect(rcode).to.equal(16)
    expect([subnet!.address.family, subnet!.sourceBits, subnet!.scopeBits]).to.deep.equal([6, 32, 20])
    expect([...subnet!.address.octets.subarray(0, 5)]).to.deep.equal([0x20, 0x01, 0x0d, 0xb8, 0])
  })

  it('end for any octets', () => {
    const mangled = fc
      .tuple(fc.uint8Array({ maxLength: 30 }), fc.nat(80), fc.constantFrom(SUBNET_V4, SUBNET_V6, NSID))
      .map(([noise, at, options]) => {
        const reply = replyWith(0, options)
        reply.set(noise.subarray(0, Math.max(0, reply.length - at)), at % reply.length)
        return reply
      })
    const noise = fc.uint8Array({ minLength: 12, maxLength: 80 })
    fc.assert(
      fc.property(fc.oneof(mangled, noise), reply => {
        expect(replyFacts(reply).rcode).to.be.within(0, 4095)
      }),
      { numRuns: 2_000 },
    )
  })
})
