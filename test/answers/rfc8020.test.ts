/** RFC 8020: NXDOMAIN, there really is nothing underneath. */

import { Served } from './served.ts'

const served = new Served({
  'shop.test': `
    @            IN SOA  ns1 hostmaster 7 7200 1800 1209600 60
    @               NS   ns1
    ns1             A    192.0.2.53
    a.b.c           A    192.0.2.1
    deep.cut        NS   ns.elsewhere.example.
    below.alias     DNAME elsewhere.example.
    x.*.wild        A    192.0.2.2
  `,
})

describe('RFC 8020: NXDOMAIN, there really is nothing underneath', () => {
  served.spec(
    '§2: a name with something below it exists, so it is NODATA',
    `
    ask b.c.shop.test A
      NOERROR aa
      authority shop.test 60 SOA …
    ask c.shop.test ANY
      NOERROR aa
      authority shop.test 60 SOA …
    ask cut.shop.test A
      NOERROR aa
      authority shop.test 60 SOA …
    ask alias.shop.test A
      NOERROR aa
      authority shop.test 60 SOA …
    ask wild.shop.test A
      NOERROR aa
      authority shop.test 60 SOA …
    `,
  )

  served.spec(
    '§2: beside and below an empty non-terminal nothing is made up',
    `
    ask x.c.shop.test A
      NXDOMAIN aa
      authority shop.test 60 SOA …
    ask x.b.c.shop.test A
      NXDOMAIN aa
      authority shop.test 60 SOA …
    ask x.a.b.c.shop.test A
      NXDOMAIN aa
      authority shop.test 60 SOA …
    `,
  )

  served.spec(
    '§2: a DNAME and a cut exist too',
    `
    ask below.alias.shop.test A
      NOERROR aa
      authority shop.test 60 SOA …
    ask deep.cut.shop.test A
      NOERROR
      authority deep.cut.shop.test 300 NS ns.elsewhere.example
    `,
  )
})
