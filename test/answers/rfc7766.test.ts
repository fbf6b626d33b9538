/** RFC 7766 and RFC 7828: what TCP changes in an answer. Framing, pipelining and idling are tested with sockets. */

import { expect } from 'chai'
import { printName } from './name.ts'
import { printRdata } from './print.ts'
import { readQuestion, Served, TCP_IDLE_MS } from './served.ts'

const IDLE_HEX = (TCP_IDLE_MS / 100).toString(16).padStart(4, '0')

const HOSTS = 1_500

const served = new Served({
  'shop.test': `
    @            IN SOA  ns1 hostmaster 7 7200 1800 1209600 60
    @               NS   ns1
    ns1             A    192.0.2.53
    www             A    192.0.2.1
    ${Array.from({ length: 400 }, (_, i) => `big A 192.0.${i >> 8}.${i & 255}`).join('\n    ')}
    ${Array.from({ length: 300 }, (_, i) => `huge TXT "${i} ${'x'.repeat(240)}"`).join('\n    ')}
    ${Array.from({ length: HOSTS }, (_, i) => `many MX 10 host${i}.elsewhere`).join('\n    ')}
  `,
})

describe('RFC 7766: DNS over TCP', () => {
  it('§1: TCP carries what UDP cannot', () => {
    const { packet } = readQuestion('big.shop.test A')
    expect(served.ask(packet, 'udp')!).to.include({ tc: true })
    const reply = served.ask(packet, 'tcp')!
    expect(reply.tc).to.equal(false)
    expect(reply.answer).to.have.length(400)
  })

  it('§8: no message is larger than its length field can say', () => {
    const reply = served.ask(readQuestion('huge.shop.test TXT').packet, 'tcp')!
    expect(reply.tc).to.equal(true)
    expect(reply.answer).to.have.length(0)
  })

  it('§8: where a compression pointer reaches no more, beyond 16 KiB, names are still right (RFC 1035 §4.1.4)', () => {
    const reply = served.ask(readQuestion('many.shop.test MX').packet, 'tcp')!
    expect(reply.size).to.be.greaterThan(32_768)
    const hosts = reply.answer.map(rr => printRdata(rr.type, rr.rdata).split(' ')[1])
    expect(new Set(hosts)).to.deep.equal(
      new Set(Array.from({ length: HOSTS }, (_, i) => `host${i}.elsewhere.shop.test.`)),
    )
    expect(reply.answer.map(rr => printName(rr.owner))).to.deep.equal(Array(HOSTS).fill('many.shop.test.'))
  })

  served.spec(
    '§5: all else is as with UDP',
    `
    ask www.shop.test A tcp rd cd edns
      NOERROR aa rd cd
      answer www.shop.test 300 A 192.0.2.1
    ask nope.shop.test A tcp
      NXDOMAIN aa
      authority shop.test 60 SOA …
    ask www.example A tcp
      REFUSED
    `,
  )
})

describe('RFC 7828: edns-tcp-keepalive', () => {
  served.spec(
    '§3.3.2: a TCP client that asks is told for how long it may idle, in tenths of a second',
    `
    ask www.shop.test A tcp option=11:
      NOERROR aa
      answer www.shop.test 300 A 192.0.2.1
      option 11:${IDLE_HEX}
    `,
  )

  served.spec(
    '§3.3.1: over UDP the option is ignored',
    `
    ask www.shop.test A option=11:
      NOERROR aa
      answer www.shop.test 300 A 192.0.2.1
    `,
  )

  served.spec(
    '§3.3.2: without the option or without EDNS nothing is said',
    `
    ask www.shop.test A tcp edns
      NOERROR aa
      answer www.shop.test 300 A 192.0.2.1
    ask www.shop.test A tcp
      NOERROR aa
      answer www.shop.test 300 A 192.0.2.1
    `,
  )
})
