/** RFC 9460: SVCB and HTTPS records, and what goes along with them. */

import { expect } from 'chai'
import { readQuestion, Served } from './served.ts'

const served = new Served({
  'shop.test': `
    @            IN SOA  ns1 hostmaster 7 7200 1800 1209600 60
    @               NS   ns1
    @               HTTPS 0 pool
    ns1             A    192.0.2.53
    pool            HTTPS 1 . alpn=h2,h3 port=8443
    pool            A    192.0.2.1
    pool            AAAA 2001:db8::1
    service         HTTPS 1 pool alpn=h2
    service         HTTPS 2 ns1 port=444
    away            HTTPS 1 pool.example. alpn=h2
    nothing         HTTPS 0 .
    _8443._foo      SVCB 0 svc
    svc             SVCB 1 . port=1234
    svc             A    192.0.2.2
    two             SVCB 0 one
    one             SVCB 0 svc
    *.wild          HTTPS 1 . alpn=h3
    *.wild          A    192.0.2.3
    order           SVCB 1 . ipv6hint=2001:db8::5 port=53 alpn=h2 mandatory=port,alpn
    gone            HTTPS 1 nowhere alpn=h2
  `,
})

describe('RFC 9460: service binding', () => {
  served.spec(
    '§2.4.3 and §4.1: ServiceMode brings the addresses of its target; "." is the owner itself (§2.5.2)',
    `
    ask pool.shop.test HTTPS
      NOERROR aa
      answer pool.shop.test 300 HTTPS 1 . alpn=026832026833 port=20FB
      additional pool.shop.test 300 A 192.0.2.1
      additional pool.shop.test 300 AAAA 2001:db8::1
    ask service.shop.test HTTPS
      NOERROR aa
      answer service.shop.test 300 HTTPS 1 pool.shop.test alpn=026832
      answer service.shop.test 300 HTTPS 2 ns1.shop.test port=01BC
      additional ns1.shop.test 300 A 192.0.2.53
      additional pool.shop.test 300 A 192.0.2.1
      additional pool.shop.test 300 AAAA 2001:db8::1
    `,
  )

  served.spec(
    '§2.4.2 and §4.1: AliasMode brings the records of its target too, also at the apex',
    `
    ask shop.test HTTPS
      NOERROR aa
      answer shop.test 300 HTTPS 0 pool.shop.test
      additional pool.shop.test 300 A 192.0.2.1
      additional pool.shop.test 300 AAAA 2001:db8::1
      additional pool.shop.test 300 HTTPS 1 . alpn=026832026833 port=20FB
    ask _8443._foo.shop.test SVCB
      NOERROR aa
      answer _8443._foo.shop.test 300 SVCB 0 svc.shop.test
      additional svc.shop.test 300 A 192.0.2.2
      additional svc.shop.test 300 SVCB 1 . port=04D2
    `,
  )

  served.spec(
    '§4.1: a chain of aliases is not followed in the answer',
    `
    ask two.shop.test SVCB
      NOERROR aa
      answer two.shop.test 300 SVCB 0 one.shop.test
      additional one.shop.test 300 SVCB 0 svc.shop.test
    `,
  )

  served.spec(
    '§2.5.1 and §4.1: no service, a target elsewhere or nowhere bring nothing',
    `
    ask nothing.shop.test HTTPS
      NOERROR aa
      answer nothing.shop.test 300 HTTPS 0 .
    ask away.shop.test HTTPS
      NOERROR aa
      answer away.shop.test 300 HTTPS 1 pool.example alpn=026832
    ask gone.shop.test HTTPS
      NOERROR aa
      answer gone.shop.test 300 HTTPS 1 nowhere.shop.test alpn=026832
    `,
  )

  served.spec(
    '§2.5.2: "." at a wildcard is the name that was asked',
    `
    ask q.wild.shop.test HTTPS
      NOERROR aa
      answer q.wild.shop.test 300 HTTPS 1 . alpn=026833
      additional q.wild.shop.test 300 A 192.0.2.3
    `,
  )

  it('§2.2: parameters stand in the order of their keys, target and lists whole', () => {
    const reply = served.ask(readQuestion('order.shop.test SVCB').packet)!
    const rdata = reply.answer[0]!.rdata
    // Priority 1, target ".", mandatory=alpn,port, alpn, port, ipv6hint.
    expect(rdata.toString('hex')).to.equal(
      [
        '0001',
        '00',
        '0000000400010003',
        '00010003026832',
        '000300020035',
        '00060010',
        '20010db8000000000000000000000005',
      ].join(''),
    )
  })
})
