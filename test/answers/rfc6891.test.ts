/** RFC 6891: EDNS(0); RFC 5001 for NSID, which rides on it. */

import { expect } from 'chai'
import type { Message } from './message.ts'
import { writeOpt } from './query.ts'
import { IDENTITY, readQuestion, Served } from './served.ts'

const NSID_HEX = Buffer.from(IDENTITY).toString('hex')

const served = new Served({
  'shop.test': `
    @            IN SOA  ns1 hostmaster 7 7200 1800 1209600 60
    @               NS   ns1
    ns1             A    192.0.2.53
    www             A    192.0.2.1
    ; TXT RDATA of 256 a string: about 300, 560, 820 and 1340 octets in all
    s1              TXT  "${'a'.repeat(255)}"
    s2              TXT  "${'a'.repeat(255)}" "${'b'.repeat(200)}"
    s3              TXT  "${'a'.repeat(255)}" "${'b'.repeat(255)}" "${'c'.repeat(255)}"
    s5              TXT  ${[...'abcde'].map(letter => `"${letter.repeat(255)}"`).join(' ')}
  `,
})

function ask(question: string, transport: 'udp' | 'tcp' = 'udp'): Message {
  return served.ask(readQuestion(question).packet, transport)!
}

/** www.shop.test A with this additional section. */
function withAdditional(...records: Buffer[]): Message {
  const { packet } = readQuestion('www.shop.test A')
  packet.writeUInt16BE(records.length, 10)
  return served.ask(Buffer.concat([packet, ...records]))!
}

const OPT = writeOpt({})

describe('RFC 6891: extension mechanisms for DNS', () => {
  describe('§6.1.1: basic elements', () => {
    served.spec(
      'OPT is answered with OPT, and only then',
      `
      ask www.shop.test A
        NOERROR aa
        answer www.shop.test 300 A 192.0.2.1
      ask www.shop.test A edns
        NOERROR aa
        answer www.shop.test 300 A 192.0.2.1
      ask nope.shop.test A edns
        NXDOMAIN aa
        authority shop.test 60 SOA …
      `,
    )

    it('more than one OPT is a format error', () => {
      expect(withAdditional(OPT, OPT).rcode).to.equal(1)
    })

    it('OPT need not be the last additional record', () => {
      const other = Buffer.from('c00c000100010000012c0004c0000201', 'hex')
      for (const records of [
        [OPT, other],
        [other, OPT],
        [other, OPT, other],
      ]) {
        const reply = withAdditional(...records)
        expect([reply.rcode, reply.answer.length, reply.opt !== undefined]).to.deep.equal([0, 1, true])
      }
    })

    it('other additional records are ignored', () => {
      const reply = withAdditional(Buffer.from('c00c000100010000012c0004c0000201', 'hex'))
      expect([reply.rcode, reply.answer.length, reply.opt]).to.deep.equal([0, 1, undefined])
    })
  })

  describe('§6.1.2: wire format', () => {
    it('OPT belongs to the root: any other owner is a format error', () => {
      expect(withAdditional(Buffer.concat([Buffer.from('\x01a', 'latin1'), OPT])).rcode).to.equal(1)
      expect(withAdditional(Buffer.concat([Buffer.from('c00c', 'hex'), OPT.subarray(1)])).rcode).to.equal(1)
    })

    served.spec(
      'unknown options are ignored and not echoed',
      `
      ask www.shop.test A option=65001:0102030405
        NOERROR aa
        answer www.shop.test 300 A 192.0.2.1
      ask www.shop.test A option=65001: option=0:00 option=65535:ff
        NOERROR aa
        answer www.shop.test 300 A 192.0.2.1
      `,
    )

    it('an option that runs beyond its OPT is a format error', () => {
      for (const rdata of [
        '00',
        '0003',
        '000300',
        '00030001',
        '000300020a',
        'fde900050102030400',
        '0003ffff',
      ]) {
        const bytes = Buffer.from(rdata, 'hex')
        const opt = Buffer.from(OPT)
        opt.writeUInt16BE(bytes.length, 9)
        // Two of these are whole: they prove that the others fail for their options.
        const whole = rdata === 'fde900050102030400'
        expect(withAdditional(Buffer.concat([opt, bytes])).rcode, rdata).to.equal(whole ? 0 : 1)
      }
    })

    it('an OPT cut short anywhere is a format error', () => {
      for (let size = 1; size < OPT.length; size++) {
        expect(withAdditional(OPT.subarray(0, size)).rcode, `${size} octets`).to.equal(1)
      }
    })

    it('a format error with a readable OPT is answered with OPT (§7)', () => {
      const reply = withAdditional(OPT, OPT)
      expect(reply.opt?.version).to.equal(0)
    })
  })

  describe('§6.1.3: versions', () => {
    for (const version of [1, 2, 100, 255]) {
      served.spec(
        `version ${version} gets BADVERS and the version that we speak`,
        `
        ask www.shop.test A version=${version}
          BADVERS
        ask nope.shop.test A version=${version} rd
          BADVERS rd
        `,
      )
    }

    it('the options of another version are not judged', () => {
      const opt = Buffer.concat([writeOpt({ version: 1 }), Buffer.from('000300', 'hex')])
      opt.writeUInt16BE(3, 9)
      expect(withAdditional(opt).rcode).to.equal(16)
    })

    it('an extended rcode in a query means nothing', () => {
      const opt = Buffer.from(OPT)
      opt[5] = 0xff
      const reply = withAdditional(opt)
      expect([reply.rcode, reply.answer.length]).to.deep.equal([0, 1])
    })
  })

  served.spec(
    '§6.1.4: DO is echoed, reserved flags are not',
    `
    ask www.shop.test A do flags=32767
      NOERROR aa do
      answer www.shop.test 300 A 192.0.2.1
    ask www.shop.test A flags=16384
      NOERROR aa
      answer www.shop.test 300 A 192.0.2.1
    `,
  )

  describe('§6.2.3 to §6.2.5: payload sizes', () => {
    it('without EDNS a reply has at most 512 octets', () => {
      expect(ask('s1.shop.test TXT').tc).to.equal(false)
      expect(ask('s3.shop.test TXT')).to.include({ tc: true, size: 12 + 18 })
    })

    it('a size below 512 counts as 512', () => {
      for (const payload of [0, 1, 511, 512]) {
        expect(ask(`s2.shop.test TXT udp=${payload}`).tc, `${payload}`).to.equal(
          ask('s2.shop.test TXT udp=512').tc,
        )
        expect(ask(`s1.shop.test TXT udp=${payload}`).answer, `${payload}`).to.have.length(1)
      }
    })

    it('what the client can take is used, up to what we send', () => {
      const whole = ask('s3.shop.test TXT', 'tcp').size
      for (const payload of [whole + 100, 1232, 4096, 65_535]) {
        expect(ask(`s3.shop.test TXT udp=${payload}`).tc, `${payload}`).to.equal(false)
      }
      expect(ask('s3.shop.test TXT udp=600').tc).to.equal(true)
      expect(ask('s5.shop.test TXT udp=65535').tc, 'more than 1232').to.equal(true)
    })

    it('a reply may have exactly the octets that are allowed', () => {
      const { size } = ask('s3.shop.test TXT edns', 'tcp')
      expect(ask(`s3.shop.test TXT udp=${size + 6}`).tc).to.equal(false)
      expect(ask(`s3.shop.test TXT udp=${size - 1}`).tc).to.equal(true)
    })

    it('over TCP sizes do not matter', () => {
      for (const question of ['s5.shop.test TXT', 's5.shop.test TXT udp=512', 's5.shop.test TXT udp=0']) {
        expect(ask(question, 'tcp').tc, question).to.equal(false)
      }
    })

    it('a truncated reply keeps question and OPT, and nothing else', () => {
      const reply = ask('s3.shop.test TXT udp=600 do')
      expect(reply.questions).to.have.length(1)
      expect([reply.answer.length, reply.authority.length, reply.additional.length]).to.deep.equal([0, 0, 0])
      expect(reply.opt?.dnssecOk).to.equal(true)
    })
  })

  describe('RFC 5001: NSID', () => {
    served.spec(
      '§2.1: who asks which server this is, is told',
      `
      ask www.shop.test A option=3:
        NOERROR aa
        answer www.shop.test 300 A 192.0.2.1
        option 3:${NSID_HEX}
      ask nope.shop.test A option=3:
        NXDOMAIN aa
        authority shop.test 60 SOA …
        option 3:${NSID_HEX}
      ask www.shop.test A option=65001:00 option=3: option=65002:
        NOERROR aa
        answer www.shop.test 300 A 192.0.2.1
        option 3:${NSID_HEX}
      `,
    )
  })
})
