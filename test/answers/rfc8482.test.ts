/** RFC 8482: minimal answers to QTYPE ANY. */

import { expect } from 'chai'
import { readQuestion, Served } from './served.ts'

const served = new Served({
  'shop.test': `
    @            IN SOA  ns1 hostmaster 7 7200 1800 1209600 60
    @               NS   ns1
    ns1             A    192.0.2.53
    many            A    192.0.2.1
    many            A    192.0.2.2
    many            AAAA 2001:db8::1
    many            TXT  "one of several"
    many            MX   10 ns1
    one             TXT  "alone"
    alias           CNAME many
    cut             NS   ns.elsewhere.example.
    *.wild          TXT  "covered"
    deep.ent        A    192.0.2.3
    dn              DNAME wild
  `,
})

describe('RFC 8482: minimal-sized responses to ANY', () => {
  for (const transport of ['udp', 'tcp']) {
    it(`§4.1: one RRset of the name, whole (${transport})`, () => {
      const { packet } = readQuestion('many.shop.test ANY')
      const reply = served.ask(packet, transport as 'udp' | 'tcp')!
      const [type, ...more] = new Set(reply.answer.map(rr => rr.type))
      expect([reply.rcode, reply.aa, more.length]).to.deep.equal([0, true, 0])
      const sizes = new Map([
        [1, 2],
        [28, 1],
        [16, 1],
        [15, 1],
      ])
      expect(reply.answer).to.have.length(sizes.get(type!)!)
    })
  }

  served.spec(
    '§4.1: a name with one RRset gives that',
    `
    ask one.shop.test ANY
      NOERROR aa
      answer one.shop.test 300 TXT "alone"
    ask q.wild.shop.test ANY
      NOERROR aa
      answer q.wild.shop.test 300 TXT "covered"
    `,
  )

  served.spec(
    '§4.3: an alias gives the CNAME alone',
    `
    ask alias.shop.test ANY
      NOERROR aa
      answer alias.shop.test 300 CNAME many.shop.test
    `,
  )

  served.spec(
    '§4: cuts, empty names and missing names are what they are for any type',
    `
    ask cut.shop.test ANY
      NOERROR
      authority cut.shop.test 300 NS ns.elsewhere.example
    ask ent.shop.test ANY
      NOERROR aa
      authority shop.test 60 SOA …
    ask nope.shop.test ANY
      NXDOMAIN aa
      authority shop.test 60 SOA …
    ask x.dn.shop.test ANY
      NOERROR aa
      answer dn.shop.test 300 DNAME wild.shop.test
      answer x.dn.shop.test 300 CNAME x.wild.shop.test
      answer x.wild.shop.test 300 TXT "covered"
    `,
  )
})
