/** RFC 9471: glue is not optional. */

import { expect } from 'chai'
import { neededGlue } from './glue.ts'
import type { Message } from './message.ts'
import { printName } from './name.ts'
import { readQuestion, Served } from './served.ts'

const many = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n    ')

const served = new Served({
  'shop.test': `
    @            IN SOA  ns1 hostmaster 7 7200 1800 1209600 60
    @               NS   ns1
    ns1             A    192.0.2.53
    inner           NS   ns.inner
    inner           NS   inner
    ns.inner        A    198.51.100.1
    ns.inner        AAAA 2001:db8:1::1
    inner           A    198.51.100.2
    sib             NS   ns.inner
    outer           NS   ns.elsewhere.example.
    mixed           NS   ns.mixed
    mixed           NS   ns.inner
    mixed           NS   ns1
    ns.mixed        A    198.51.100.3
    ; thirteen in-domain servers with both addresses: more than 512 octets
    ${many(13, i => `wide NS ns${i}.wide`)}
    ${many(13, i => `ns${i}.wide A 198.51.100.${i + 100}`)}
    ${many(13, i => `ns${i}.wide AAAA 2001:db8:2::${i}`)}
    ; one in-domain server after many siblings with addresses
    ${many(13, i => `late NS ns${i}.wide`)}
    late            NS   zz.late
    zz.late         A    198.51.100.4
    far             CNAME www.wide
  `,
})

function ask(question: string): Message {
  return served.ask(readQuestion(question).packet)!
}

describe('RFC 9471: DNS glue requirements in referral responses', () => {
  served.spec(
    '§3.1: addresses of in-domain servers, the cut itself among them',
    `
    ask www.inner.shop.test A
      NOERROR
      authority inner.shop.test 300 NS inner.shop.test
      authority inner.shop.test 300 NS ns.inner.shop.test
      additional inner.shop.test 300 A 198.51.100.2
      additional ns.inner.shop.test 300 A 198.51.100.1
      additional ns.inner.shop.test 300 AAAA 2001:db8:1::1
    `,
  )

  served.spec(
    '§3.2: addresses of servers in a sibling zone too, if there is room, and of our own names',
    `
    ask www.sib.shop.test A
      NOERROR
      authority sib.shop.test 300 NS ns.inner.shop.test
      additional ns.inner.shop.test 300 A 198.51.100.1
      additional ns.inner.shop.test 300 AAAA 2001:db8:1::1
    ask www.mixed.shop.test A
      NOERROR
      authority mixed.shop.test 300 NS ns.inner.shop.test
      authority mixed.shop.test 300 NS ns.mixed.shop.test
      authority mixed.shop.test 300 NS ns1.shop.test
      additional ns.inner.shop.test 300 A 198.51.100.1
      additional ns.inner.shop.test 300 AAAA 2001:db8:1::1
      additional ns.mixed.shop.test 300 A 198.51.100.3
      additional ns1.shop.test 300 A 192.0.2.53
    ask www.outer.shop.test A
      NOERROR
      authority outer.shop.test 300 NS ns.elsewhere.example
    `,
  )

  it('§3.1: in-domain glue that does not fit sets TC', () => {
    const reply = ask('www.wide.shop.test A')
    expect(reply.tc).to.equal(true)
    expect(reply.size).to.be.at.most(512)
  })

  it('§3.1: with room for all of it there is no TC', () => {
    const reply = ask('www.wide.shop.test A udp=1232')
    expect(reply.tc).to.equal(false)
    expect(neededGlue(reply)).to.have.length(26)
  })

  it('§3.1: it counts too where an alias leads below the cut', () => {
    expect(ask('far.shop.test A').tc).to.equal(true)
    expect(neededGlue(ask('far.shop.test A udp=1232'))).to.have.length(26)
  })

  it('§3.1: in-domain glue goes first: siblings do not push it out', () => {
    const reply = ask('www.late.shop.test A')
    expect(neededGlue(reply).map(rr => printName(rr.owner))).to.deep.equal(['zz.late.shop.test.'])
    expect(reply.tc).to.equal(false)
  })
})
