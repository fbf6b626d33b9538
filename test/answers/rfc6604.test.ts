/** RFC 6604: rcode and AA along a chain of aliases. */

import { Served } from './served.ts'

const served = new Served({
  'shop.test': `
    @            IN SOA  ns1 hostmaster 7 7200 1800 1209600 60
    @               NS   ns1
    ns1             A    192.0.2.53
    www             A    192.0.2.1
    good            CNAME www
    bad             CNAME nowhere
    bad2            CNAME bad
    out             CNAME nowhere.example.
    cut             NS   ns.elsewhere.example.
    refer           CNAME www.cut
    dn              DNAME plain
    x.plain         A    192.0.2.2
    other           CNAME nowhere.other.test.
  `,
  'other.test': `
    @            IN SOA  ns1.shop.test. hostmaster 8 7200 1800 1209600 90
    @               NS   ns1.shop.test.
  `,
})

describe('RFC 6604: xNAME rcode and status bits', () => {
  served.spec(
    '§3: the rcode is that of the last name of the chain',
    `
    ask good.shop.test A
      NOERROR aa
      answer good.shop.test 300 CNAME www.shop.test
      answer www.shop.test 300 A 192.0.2.1
    ask bad.shop.test A
      NXDOMAIN aa
      answer bad.shop.test 300 CNAME nowhere.shop.test
      authority shop.test 60 SOA …
    ask bad2.shop.test A
      NXDOMAIN aa
      answer bad2.shop.test 300 CNAME bad.shop.test
      answer bad.shop.test 300 CNAME nowhere.shop.test
      authority shop.test 60 SOA …
    ask other.shop.test A
      NXDOMAIN aa
      answer other.shop.test 300 CNAME nowhere.other.test
      authority other.test 90 SOA …
    ask y.dn.shop.test A
      NXDOMAIN aa
      answer dn.shop.test 300 DNAME plain.shop.test
      answer y.dn.shop.test 300 CNAME y.plain.shop.test
      authority shop.test 60 SOA …
    `,
  )

  served.spec(
    '§3: where the chain leaves our zones, we know of no error',
    `
    ask out.shop.test A
      NOERROR aa
      answer out.shop.test 300 CNAME nowhere.example
    `,
  )

  served.spec(
    '§2.1: AA speaks of the first name, also when the last is delegated',
    `
    ask refer.shop.test A
      NOERROR aa
      answer refer.shop.test 300 CNAME www.cut.shop.test
      authority cut.shop.test 300 NS ns.elsewhere.example
    `,
  )
})
