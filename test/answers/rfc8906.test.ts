/** RFC 8906: a common operational problem, failure to communicate. Its table of tests (§8), one by one; §8.1.5
 *  (TCP) and §8.2.7 (truncation) are also asked of real sockets elsewhere. */

import { expect } from 'chai'
import { readQuestion, Served } from './served.ts'

const served = new Served({
  'shop.test': `
    @            IN SOA  ns1 hostmaster 7 7200 1800 1209600 60
    @               NS   ns1
    ns1             A    192.0.2.53
    ${Array.from({ length: 60 }, (_, i) => `wide A 192.0.2.${i}`).join('\n    ')}
  `,
})

const SOA_REPLY = 'answer shop.test 300 SOA …'

describe('RFC 8906: failure to communicate', () => {
  served.spec(
    '§8.1.1: the zone is served',
    `
    ask shop.test SOA
      NOERROR aa
      ${SOA_REPLY}
    `,
  )

  served.spec(
    '§8.1.2: an unknown type is NODATA, no error',
    `
    ask shop.test TYPE1000
      NOERROR aa
      authority shop.test 60 SOA …
    `,
  )

  served.spec(
    '§8.1.3: header bits CD, AD, the reserved one and RD',
    `
    ask shop.test SOA cd
      NOERROR aa cd
      ${SOA_REPLY}
    ask shop.test SOA ad
      NOERROR aa
      ${SOA_REPLY}
    ask shop.test SOA z
      NOERROR aa
      ${SOA_REPLY}
    ask shop.test SOA rd
      NOERROR aa rd
      ${SOA_REPLY}
    `,
  )

  it('§8.1.4: an unknown opcode is NOTIMP, without AA and without answers', () => {
    const header = Buffer.alloc(12)
    header.writeUInt16BE(0x1234, 0)
    header[2] = 15 << 3
    for (const packet of [header, readQuestion('shop.test SOA opcode=15').packet]) {
      const reply = served.ask(packet)!
      expect([reply.rcode, reply.opcode, reply.aa, reply.answer.length]).to.deep.equal([4, 15, false, 0])
    }
  })

  served.spec(
    '§8.1.5: TCP',
    `
    ask shop.test SOA tcp
      NOERROR aa
      ${SOA_REPLY}
    `,
  )

  served.spec(
    '§8.2.1: minimal EDNS',
    `
    ask shop.test SOA edns
      NOERROR aa
      ${SOA_REPLY}
    `,
  )

  served.spec(
    '§8.2.2: EDNS version negotiation',
    `
    ask shop.test SOA version=1
      BADVERS
    `,
  )

  served.spec(
    '§8.2.3: unknown EDNS options',
    `
    ask shop.test SOA option=100:
      NOERROR aa
      ${SOA_REPLY}
    `,
  )

  served.spec(
    '§8.2.4: unknown EDNS flags',
    `
    ask shop.test SOA flags=64
      NOERROR aa
      ${SOA_REPLY}
    `,
  )

  served.spec(
    '§8.2.5: EDNS version negotiation with unknown flags',
    `
    ask shop.test SOA version=1 flags=64
      BADVERS
    `,
  )

  served.spec(
    '§8.2.6: EDNS version negotiation with unknown options',
    `
    ask shop.test SOA version=1 option=100:
      BADVERS
    `,
  )

  it('§8.2.7: a truncated reply has its OPT', () => {
    const reply = served.ask(readQuestion('wide.shop.test A udp=512').packet)!
    expect(reply.tc).to.equal(true)
    expect(reply.opt?.version).to.equal(0)
  })

  served.spec(
    '§8.2.8 and §8.2.9: DO, alone and with another version',
    `
    ask shop.test SOA do
      NOERROR aa do
      ${SOA_REPLY}
    ask shop.test SOA do version=1
      BADVERS do
    `,
  )

  served.spec(
    '§8.2.10: several options at once (NSID, client subnet, cookie, keepalive)',
    `
    ask shop.test SOA option=3: option=8:00010000 option=9: option=10:0102030405060708
      NOERROR aa
      ${SOA_REPLY}
      option 3:${Buffer.from('node-7.test').toString('hex')}
      option 8:00010000
    `,
  )
})
