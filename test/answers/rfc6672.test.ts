/** RFC 6672: DNAME, the redirection of a whole subtree. */

import { expect } from 'chai'
import { printName } from './name.ts'
import { printRdata } from './print.ts'
import { readQuestion, Served } from './served.ts'

const LONG = ['p', 'q', 'r'].map(letter => letter.repeat(63)).join('.')

const served = new Served({
  // The table of §2.2, as far as it fits one zone.
  'com.test': `
    @            IN SOA  ns1 hostmaster 7 7200 1800 1209600 60
    @               NS   ns1
    ns1             A    192.0.2.53
    example    3600 DNAME example.net.test.
    example         A    192.0.2.1
    b.deep          DNAME example.net.test.
    x.again         DNAME example.net.test.
    grow            DNAME c.grow
    www.plain       A    192.0.2.2
    to              DNAME plain
    wild            DNAME covered
    *.covered       A    192.0.2.3
    off             DNAME elsewhere.example.
    to-cut          DNAME cut
    cut             NS   ns.cut
    ns.cut          A    198.51.100.53
    to-alias        DNAME aliases
    host.aliases    CNAME www.plain
    chain           CNAME www.to
    zero       0    DNAME plain
    far             DNAME ${LONG}.example.
    two             DNAME one
    round           DNAME turn
    back.turn       CNAME round
    one             DNAME plain
  `,
  'net.test': `
    @            IN SOA  ns1.com.test. hostmaster 8 7200 1800 1209600 60
    @               NS   ns1.com.test.
    a.example       A    203.0.113.1
    a.b.example     A    203.0.113.2
    foo.example     CNAME a.example
  `,
  'apex.test': `
    @            IN SOA  ns1.com.test. hostmaster 9 7200 1800 1209600 60
    @               NS   ns1.com.test.
    @               DNAME plain.com.test.
    @               MX   10 ns1.com.test.
  `,
  'x.test': `
    @            IN SOA  ns1.com.test. hostmaster 9 7200 1800 1209600 60
    @               NS   ns1.com.test.
    @               DNAME test.
  `,
})

describe('RFC 6672: DNAME redirection', () => {
  served.spec(
    '§2.2: names below the owner are redirected, into any zone served here',
    `
    ask a.example.com.test A
      NOERROR aa
      answer example.com.test 3600 DNAME example.net.test
      answer a.example.com.test 3600 CNAME a.example.net.test
      answer a.example.net.test 300 A 203.0.113.1
    ask a.b.example.com.test A
      NOERROR aa
      answer example.com.test 3600 DNAME example.net.test
      answer a.b.example.com.test 3600 CNAME a.b.example.net.test
      answer a.b.example.net.test 300 A 203.0.113.2
    ask a.x.again.com.test A
      NOERROR aa
      answer x.again.com.test 300 DNAME example.net.test
      answer a.x.again.com.test 300 CNAME a.example.net.test
      answer a.example.net.test 300 A 203.0.113.1
    `,
  )

  served.spec(
    '§2.2: labels match whole: ab.deep is not below b.deep',
    `
    ask ab.deep.com.test A
      NXDOMAIN aa
      authority com.test 60 SOA …
    ask example.com.test.com.test A
      NXDOMAIN aa
      authority com.test 60 SOA …
    `,
  )

  served.spec(
    '§2.3: the owner itself is not redirected, and may have other records',
    `
    ask example.com.test A
      NOERROR aa
      answer example.com.test 300 A 192.0.2.1
    ask example.com.test DNAME
      NOERROR aa
      answer example.com.test 3600 DNAME example.net.test
    ask example.com.test TXT
      NOERROR aa
      authority com.test 60 SOA …
    ask b.deep.com.test A
      NOERROR aa
      authority com.test 60 SOA …
    `,
  )

  served.spec(
    '§2.3: a DNAME at the apex leaves the apex as it is',
    `
    ask apex.test MX
      NOERROR aa
      answer apex.test 300 MX 10 ns1.com.test
    ask apex.test SOA
      NOERROR aa
      answer apex.test 300 SOA …
    ask www.apex.test A
      NOERROR aa
      answer apex.test 300 DNAME plain.com.test
      answer www.apex.test 300 CNAME www.plain.com.test
      answer www.plain.com.test 300 A 192.0.2.2
    ask nope.apex.test A
      NXDOMAIN aa
      answer apex.test 300 DNAME plain.com.test
      answer nope.apex.test 300 CNAME nope.plain.com.test
      authority com.test 60 SOA …
    `,
  )

  served.spec(
    '§3.1: the CNAME has the TTL of the DNAME',
    `
    ask www.zero.com.test A
      NOERROR aa
      answer zero.com.test 0 DNAME plain.com.test
      answer www.zero.com.test 0 CNAME www.plain.com.test
      answer www.plain.com.test 300 A 192.0.2.2
    `,
  )

  served.spec(
    '§3.1: the CNAME keeps the letter case that was asked in its owner',
    `
    ask WwW.To.com.test A
      NOERROR aa
      answer To.com.test 300 DNAME plain.com.test
      answer WwW.To.com.test 300 CNAME WwW.plain.com.test
      answer WwW.plain.com.test 300 A 192.0.2.2
    `,
  )

  served.spec(
    '§3.2: what the redirection leads to decides: wildcard, cut, alias, nothing, elsewhere',
    `
    ask any.wild.com.test A
      NOERROR aa
      answer wild.com.test 300 DNAME covered.com.test
      answer any.wild.com.test 300 CNAME any.covered.com.test
      answer any.covered.com.test 300 A 192.0.2.3
    ask www.to-cut.com.test A
      NOERROR aa
      answer to-cut.com.test 300 DNAME cut.com.test
      answer www.to-cut.com.test 300 CNAME www.cut.com.test
      authority cut.com.test 300 NS ns.cut.com.test
      additional ns.cut.com.test 300 A 198.51.100.53
    ask host.to-alias.com.test A
      NOERROR aa
      answer to-alias.com.test 300 DNAME aliases.com.test
      answer host.to-alias.com.test 300 CNAME host.aliases.com.test
      answer host.aliases.com.test 300 CNAME www.plain.com.test
      answer www.plain.com.test 300 A 192.0.2.2
    ask nope.to.com.test A
      NXDOMAIN aa
      answer to.com.test 300 DNAME plain.com.test
      answer nope.to.com.test 300 CNAME nope.plain.com.test
      authority com.test 60 SOA …
    ask www.to.com.test TXT
      NOERROR aa
      answer to.com.test 300 DNAME plain.com.test
      answer www.to.com.test 300 CNAME www.plain.com.test
      authority com.test 60 SOA …
    ask www.off.com.test A
      NOERROR aa
      answer off.com.test 300 DNAME elsewhere.example
      answer www.off.com.test 300 CNAME www.elsewhere.example
    `,
  )

  served.spec(
    '§3.2: aliases lead into redirections and redirections into redirections',
    `
    ask chain.com.test A
      NOERROR aa
      answer chain.com.test 300 CNAME www.to.com.test
      answer to.com.test 300 DNAME plain.com.test
      answer www.to.com.test 300 CNAME www.plain.com.test
      answer www.plain.com.test 300 A 192.0.2.2
    ask www.two.com.test A
      NOERROR aa
      answer two.com.test 300 DNAME one.com.test
      answer www.two.com.test 300 CNAME www.one.com.test
      answer one.com.test 300 DNAME plain.com.test
      answer www.one.com.test 300 CNAME www.plain.com.test
      answer www.plain.com.test 300 A 192.0.2.2
    `,
  )

  served.spec(
    '§3.2: asked for a CNAME below the owner, the one that was made is the answer',
    `
    ask nope.to.com.test CNAME
      NOERROR aa
      answer to.com.test 300 DNAME plain.com.test
      answer nope.to.com.test 300 CNAME nope.plain.com.test
    ask host.to-alias.com.test CNAME
      NOERROR aa
      answer to-alias.com.test 300 DNAME aliases.com.test
      answer host.to-alias.com.test 300 CNAME host.aliases.com.test
    `,
  )

  describe('§2.2: a name that would grow beyond 255 octets', () => {
    const FAR = `far.com.test`
    // 63 + 1 three times, "example." and the root make 201 octets: 54 are left for labels.
    const longest = `${'l'.repeat(53)}.${FAR}`
    const tooLong = `${'l'.repeat(54)}.${FAR}`

    it('is redirected as long as it fits', () => {
      const reply = served.ask(readQuestion(`${longest} A udp=1232`).packet)!
      expect(reply.rcode).to.equal(0)
      expect(reply.answer.map(rr => rr.type)).to.deep.equal([39, 5])
      expect(reply.answer[1]!.rdata).to.have.length(255)
    })

    it('gives YXDOMAIN with the DNAME and no CNAME', () => {
      const reply = served.ask(readQuestion(`${tooLong} A udp=1232`).packet)!
      expect(reply.rcode).to.equal(6)
      expect(reply.aa).to.equal(true)
      expect(reply.answer.map(rr => rr.type)).to.deep.equal([39])
      expect(reply.authority).to.have.length(0)
    })
  })

  served.spec(
    '§3.2: a DNAME that made the chain and stands at its end is in the answer once (RFC 2181 §5.5)',
    `
    ask back.round.com.test DNAME
      NOERROR aa
      answer round.com.test 300 DNAME turn.com.test
      answer back.round.com.test 300 CNAME back.turn.com.test
      answer back.turn.com.test 300 CNAME round.com.test
    `,
  )

  it('§2.2: a redirection into itself ends, with the DNAME once and links that never repeat', () => {
    const reply = served.ask(readQuestion('a.grow.com.test A udp=1232').packet)!
    expect(reply.rcode).to.equal(0)
    expect(reply.answer.filter(rr => rr.type === 39)).to.have.length(1)
    const owners = reply.answer.filter(rr => rr.type === 5).map(rr => rr.owner.join('.'))
    expect(new Set(owners).size).to.equal(owners.length)
  })

  it('§2.2: shortloop.x.x. by x. DNAME . — labels fall away one by one, as far as we say', () => {
    const reply = served.ask(readQuestion('shortloop.x.x.test A').packet)!
    const links = reply.answer.map(rr => `${printName(rr.owner)} ${printRdata(rr.type, rr.rdata)}`)
    // A second redirection by the same DNAME may be left to the resolver.
    expect(links.slice(0, 2)).to.deep.equal(['x.test. test.', 'shortloop.x.x.test. shortloop.x.test.'])
    expect(links.slice(2)).to.satisfy((more: string[]) =>
      more.every(link => link === 'shortloop.x.test. shortloop.test.'),
    )
    expect([reply.rcode, reply.aa]).to.deep.equal([0, true])
  })
})
