/** RFC 1035: messages, header, limits, compression; RFC 3597 and 4343 where they say more. */

import { expect } from 'chai'
import { parseName, printName } from './name.ts'
import { described, readQuestion, Served } from './served.ts'

const LONG_LABEL = 'l'.repeat(63)
const LONG_NAME = `${LONG_LABEL}.${LONG_LABEL}.${LONG_LABEL}.${'m'.repeat(51)}.shop.test`

const served = new Served({
  'shop.test': String.raw`
    @            IN SOA  ns1 hostmaster 7 7200 1800 1209600 60
    @               NS   ns1
    ns1             A    192.0.2.53
    www             A    192.0.2.1
    www             AAAA 2001:db8::1
    www             MX   10 mail.shop.test.
    www             MX   20 mail.shop.test.
    mail            A    192.0.2.25
    a\.b            TXT  "a dot inside a label"
    \000\255\ \"    TXT  "any octets"
    ${LONG_NAME}.   TXT  "255 octets"
    _ldap._tcp      SRV  0 0 389 www
    odd             TYPE65280 \# 10 03777777 0473686F7000
    rp              RP   admin.shop.test. www.shop.test.
    kx              TYPE36 \# 17 000A 03777777 0473686F70 047465737400
  `,
})

function ask(question: string): ReturnType<Served['ask']> {
  return served.ask(readQuestion(question).packet)
}

/** A query for www.shop.test A with one thing changed. */
function spoiled(change: (packet: Buffer) => Buffer | void): string {
  const { packet } = readQuestion('www.shop.test A')
  return described(served.ask(change(packet) ?? packet)).split('\n')[0]!
}

/** A query whose name has labels of these sizes. */
function withLabels(...sizes: number[]): string {
  const labels = sizes.map(size => Buffer.concat([Buffer.of(size), Buffer.alloc(size, 0x61)]))
  return spoiled(packet => Buffer.concat([packet.subarray(0, 12), ...labels, Buffer.of(0, 0, 1, 0, 1)]))
}

describe('RFC 1035: domain names, implementation and specification', () => {
  describe('§4.1.1: the header', () => {
    it('a response is met with silence: answering it could start a loop', () => {
      expect(spoiled(packet => void (packet[2]! |= 0x80))).to.equal('silence')
    })

    it('less than a header is met with silence', () => {
      for (let size = 0; size < 12; size++) {
        expect(spoiled(packet => packet.subarray(0, size))).to.equal('silence')
      }
    })

    it('any opcode but QUERY is not implemented', () => {
      for (let opcode = 1; opcode < 16; opcode++) {
        const reply = served.ask(readQuestion(`www.shop.test A opcode=${opcode}`).packet)!
        expect([reply.rcode, reply.opcode, reply.aa], `opcode ${opcode}`).to.deep.equal([4, opcode, false])
      }
    })

    it('the id comes back, whatever it is', () => {
      for (const id of [0, 1, 0x8000, 0xffff]) {
        const { packet } = readQuestion('www.shop.test A')
        packet.writeUInt16BE(id, 0)
        expect(served.ask(packet)!.id).to.equal(id)
      }
    })

    it('AA, TC, RA and an rcode in a query are ignored and cleared', () => {
      const { packet } = readQuestion('www.shop.test A aa tc ra z ad')
      packet[3]! |= 0x0f
      const reply = served.ask(packet)!
      expect([reply.rcode, reply.aa, reply.tc, reply.ra, reply.z, reply.ad]).to.deep.equal([
        0,
        true,
        false,
        false,
        false,
        false,
      ])
    })

    served.spec(
      'RD is copied into the reply; recursion stays unavailable',
      `
      ask www.shop.test A rd
        NOERROR aa rd
        answer www.shop.test 300 A 192.0.2.1
      `,
    )
  })

  describe('§4.1: sections', () => {
    it('QDCOUNT 0 is a format error; nothing is echoed', () => {
      const reply = spoiled(packet => {
        packet.writeUInt16BE(0, 4)
        return packet.subarray(0, 12)
      })
      expect(reply).to.equal('FORMERR (12 octets)')
    })

    it('QDCOUNT 2 is a format error (RFC 9619 §4)', () => {
      const reply = spoiled(packet => {
        packet.writeUInt16BE(2, 4)
        return Buffer.concat([packet, packet.subarray(12)])
      })
      expect(reply).to.match(/^FORMERR/)
    })

    it('a count of records that are not there is a format error', () => {
      for (const at of [4, 6, 8, 10]) {
        for (const count of [2, 3, 0xffff]) {
          expect(
            spoiled(packet => void packet.writeUInt16BE(count, at)),
            `${count} at ${at}`,
          ).to.match(/^FORMERR/)
        }
      }
    })

    it('answer and authority records do not belong in a query', () => {
      const record = Buffer.from('c00c000100010000012c0004c0000201', 'hex')
      for (const at of [6, 8]) {
        const reply = spoiled(packet => {
          packet.writeUInt16BE(1, at)
          return Buffer.concat([packet, record])
        })
        expect(reply, `count at ${at}`).to.match(/^FORMERR/)
      }
    })

    it('octets after the message are a format error', () => {
      for (const extra of [1, 2, 11, 100]) {
        expect(
          spoiled(packet => Buffer.concat([packet, Buffer.alloc(extra)])),
          `${extra} more`,
        ).to.match(/^FORMERR/)
      }
    })

    it('a question cut short anywhere is a format error', () => {
      const { packet } = readQuestion('www.shop.test A')
      for (let size = 12; size < packet.length; size++) {
        expect(
          spoiled(whole => whole.subarray(0, size)),
          `${size} octets`,
        ).to.match(/^FORMERR/)
      }
    })
  })

  describe('§4.1.4: names in the question', () => {
    it('a pointer in QNAME has nothing earlier to point at', () => {
      for (const pointer of [0xc000, 0xc00c, 0xc00d, 0xc010, 0xffff]) {
        const reply = spoiled(packet => {
          packet.writeUInt16BE(pointer, 12)
          return packet
        })
        expect(reply, pointer.toString(16)).to.match(/^FORMERR/)
      }
    })

    it('label types 01 and 10 are reserved', () => {
      for (const length of [0x40, 0x41, 0x7f, 0x80, 0xbf]) {
        expect(
          spoiled(packet => void (packet[12] = length)),
          length.toString(16),
        ).to.match(/^FORMERR/)
      }
    })

    it('a name of 256 octets is a format error, one of 255 is not (§2.3.4)', () => {
      expect(withLabels(63, 63, 63, 61)).to.match(/^REFUSED/)
      expect(withLabels(63, 63, 63, 62)).to.match(/^FORMERR/)
      expect(withLabels(63, 63, 63, 63)).to.match(/^FORMERR/)
    })

    it('127 labels are as many as a name can have', () => {
      expect(withLabels(...Array.from({ length: 127 }, () => 1))).to.match(/^REFUSED/)
      expect(withLabels(...Array.from({ length: 128 }, () => 1))).to.match(/^FORMERR/)
    })
  })

  describe('§4.1.4: compression in the reply', () => {
    it('the answer points at the question, and names in old types point at earlier names', () => {
      const { packet } = readQuestion('www.shop.test MX')
      const reply = Buffer.from(served.send(packet)!)
      // Owner, type, class, TTL, RDATA length, preference, exchange: a pointer each for owner and zone.
      const first = packet.length
      expect(reply.readUInt16BE(first)).to.equal(0xc00c)
      expect(reply.readUInt16BE(first + 10), 'RDATA length').to.be.at.most(2 + 5 + 2)
      expect(ask('www.shop.test MX')!.answer).to.have.length(2)
    })

    it('names in types younger than RFC 1035 stay whole (RFC 3597 §4)', () => {
      for (const type of ['SRV', 'RP', 'TYPE36']) {
        const owner = { SRV: '_ldap._tcp.shop.test', RP: 'rp.shop.test', TYPE36: 'kx.shop.test' }[type]!
        // The strict reader refuses pointers there; so it is enough that it can be read.
        expect(ask(`${owner} ${type}`)!.answer, type).to.have.length(1)
      }
    })
  })

  describe('§3.3 and RFC 3597: records of any type', () => {
    served.spec(
      'a type that nobody knows is served as it stands (RFC 3597 §3)',
      String.raw`
      ask odd.shop.test TYPE65280
        NOERROR aa
        answer odd.shop.test 300 TYPE65280 \# 10 037777770473686F7000
      ask odd.shop.test TYPE65281
        NOERROR aa
        authority shop.test 60 SOA …
      `,
    )
  })

  describe('§3.2.4 and §3.2.5: classes', () => {
    served.spec(
      'the CHAOS class tells who and what we are (RFC 4892)',
      `
      ask id.server TXT class=CH
        NOERROR aa
        answer id.server 0 CH TXT "node-7.test"
      ask HOSTNAME.BIND TXT class=CH
        NOERROR aa
        answer HOSTNAME.BIND 0 CH TXT "node-7.test"
      ask version.bind TXT class=CH
        NOERROR aa
        answer version.bind 0 CH TXT "meridian test"
      `,
    )

    served.spec(
      'nothing else is there in CHAOS, and no other class is served',
      `
      ask authors.bind TXT class=CH
        REFUSED
      ask version.bind A class=CH
        REFUSED
      ask shop.test SOA class=CH
        REFUSED
      ask www.shop.test A class=HS
        REFUSED
      ask www.shop.test A class=NONE
        REFUSED
      `,
    )
  })

  served.spec(
    '§3.2.3: zone transfers are refused',
    `
    ask shop.test AXFR
      REFUSED
    ask shop.test AXFR tcp
      REFUSED
    ask shop.test IXFR
      REFUSED
    `,
  )

  describe('§2.3.1, §2.3.4 and RFC 2181 §11: names are octets', () => {
    served.spec(
      'labels may hold dots, spaces, zeros and anything else',
      String.raw`
      ask a\.b.shop.test TXT
        NOERROR aa
        answer a\046b.shop.test 300 TXT "a dot inside a label"
      ask a.b.shop.test TXT
        NXDOMAIN aa
        authority shop.test 60 SOA …
      ask \000\255\032\034.shop.test TXT
        NOERROR aa
        answer \000\255\032\034.shop.test 300 TXT "any octets"
      `,
    )

    it('a name of 255 octets is found', () => {
      const reply = ask(`${LONG_NAME} TXT`)!
      expect(reply.answer).to.have.length(1)
      expect(printName(reply.answer[0]!.owner)).to.equal(printName(parseName(LONG_NAME)))
    })

    it('only ASCII letters fold (RFC 4343 §3)', () => {
      // 0xDF is 0xFF without its sixth bit; as ASCII folding sees it they are two octets.
      expect(ask(String.raw`\000\223\032\034.shop.test TXT`)!.rcode).to.equal(3)
      // As like to a letter and a digit in hashing, and no more the same.
      expect(ask(String.raw`\000\255\000\034.shop.test TXT`)!.rcode).to.equal(3)
      expect(ask(String.raw`\000\255\032\034.shop.test TXT`)!.rcode).to.equal(0)
    })
  })
})
