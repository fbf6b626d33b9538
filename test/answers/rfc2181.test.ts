/** RFC 2181: clarifications. RRsets, truncation, zone cuts, names. */

import { expect } from 'chai'
import { readQuestion, Served } from './served.ts'

const served = new Served({
  'shop.test': `
    @            IN SOA  ns1 hostmaster 7 7200 1800 1209600 60
    @               NS   ns1
    ns1             A    192.0.2.53
    ttl      3600   A    192.0.2.1
    ttl      3600   A    192.0.2.2
    ttl        60   AAAA 2001:db8::1
    highest 2147483647 A 192.0.2.3
    zero       0    A    192.0.2.4
    double          A    192.0.2.5
    twins           MX   10 mail
    twins           MX   20 mail
    twins           MX   30 ns1
    mail            A    192.0.2.25
    under_score     TXT  "no host name, and a good name all the same"
    branch          NS   ns.branch
    ns.branch       A    198.51.100.53
    fat             TXT  "${'a'.repeat(250)}" "${'b'.repeat(250)}" "${'c'.repeat(250)}"
    fit             TXT  "${'a'.repeat(250)}" "${'b'.repeat(150)}"
  `,
})

describe('RFC 2181: clarifications to the DNS specification', () => {
  served.spec(
    '§5.2: all records of an RRset have one TTL; another type may have another',
    `
    ask ttl.shop.test A
      NOERROR aa
      answer ttl.shop.test 3600 A 192.0.2.1
      answer ttl.shop.test 3600 A 192.0.2.2
    ask ttl.shop.test AAAA
      NOERROR aa
      answer ttl.shop.test 60 AAAA 2001:db8::1
    `,
  )

  served.spec(
    '§8: a TTL is 0 to 2147483647',
    `
    ask highest.shop.test A
      NOERROR aa
      answer highest.shop.test 2147483647 A 192.0.2.3
    ask zero.shop.test A
      NOERROR aa
      answer zero.shop.test 0 A 192.0.2.4
    `,
  )

  served.spec(
    '§5.5: an RRset stands in a reply once, however many point at it',
    `
    ask twins.shop.test MX
      NOERROR aa
      answer twins.shop.test 300 MX 10 mail.shop.test
      answer twins.shop.test 300 MX 20 mail.shop.test
      answer twins.shop.test 300 MX 30 ns1.shop.test
      additional mail.shop.test 300 A 192.0.2.25
      additional ns1.shop.test 300 A 192.0.2.53
    `,
  )

  served.spec(
    '§6.1: data at and below a cut is not ours, though it is in our file',
    `
    ask branch.shop.test NS
      NOERROR
      authority branch.shop.test 300 NS ns.branch.shop.test
      additional ns.branch.shop.test 300 A 198.51.100.53
    ask ns.branch.shop.test A
      NOERROR
      authority branch.shop.test 300 NS ns.branch.shop.test
      additional ns.branch.shop.test 300 A 198.51.100.53
    `,
  )

  describe('§9: the TC bit', () => {
    served.spec(
      'is set when the answer does not fit, and then nothing half is sent',
      `
      ask fat.shop.test TXT
        NOERROR aa tc
      ask fat.shop.test TXT udp=512
        NOERROR aa tc
      `,
    )

    served.spec(
      'is not set when the answer fits',
      `
      ask fit.shop.test TXT
        NOERROR aa
        answer fit.shop.test 300 TXT …
      ask fat.shop.test TXT udp=1232
        NOERROR aa
        answer fat.shop.test 300 TXT …
      ask fat.shop.test TXT tcp
        NOERROR aa
        answer fat.shop.test 300 TXT …
      `,
    )

    it('is not set because additional records do not fit', () => {
      const many = new Served({
        'shop.test': `
          @ IN SOA ns1 hostmaster 7 7200 1800 1209600 60
          @    NS  ns1
          ns1  A   192.0.2.53
          @    MX  10 mail
          ${Array.from({ length: 60 }, (_, i) => `mail A 192.0.2.${i}`).join('\n          ')}
        `,
      })
      const reply = many.ask(readQuestion('shop.test MX').packet)!
      expect(reply.tc).to.equal(false)
      expect(reply.answer).to.have.length(1)
      // An RRset goes whole or not at all (§5.1).
      expect([0, 60]).to.include(reply.additional.length)
      expect(reply.size).to.be.at.most(512)
    })
  })

  served.spec(
    '§11: any label is a good name',
    `
    ask under_score.shop.test TXT
      NOERROR aa
      answer under_score.shop.test 300 TXT …
    `,
  )
})
