/** RFC 2308: negative answers and for how long they may be believed. */

import { Served } from './served.ts'

const served = new Served({
  // MINIMUM below the SOA's own TTL.
  'short.test': `
    @  3600 IN SOA  ns1 hostmaster 7 7200 1800 1209600 60
    @          NS   ns1
    ns1        A    192.0.2.53
    www        A    192.0.2.1
    a.b.c      A    192.0.2.2
    alias      CNAME nowhere
    alias2     CNAME alias
    thin       CNAME www
    abroad     CNAME nowhere.long.test.
    abroad2    CNAME www.long.test.
  `,
  // The SOA's own TTL below MINIMUM.
  'long.test': `
    @    30 IN SOA  ns1.short.test. hostmaster 8 7200 1800 1209600 86400
    @          NS   ns1.short.test.
    www        A    192.0.2.3
  `,
  'none.test': `
    @     0 IN SOA  ns1.short.test. hostmaster 9 7200 1800 1209600 900
    @          NS   ns1.short.test.
  `,
})

describe('RFC 2308: negative caching', () => {
  served.spec(
    '§2.1: NXDOMAIN for a name that is not there, whatever the type',
    `
    ask nope.short.test A
      NXDOMAIN aa
      authority short.test 60 SOA ns1.short.test hostmaster.short.test 7 7200 1800 1209600 60
    ask nope.short.test NS
      NXDOMAIN aa
      authority short.test 60 SOA …
    ask nope.short.test ANY
      NXDOMAIN aa
      authority short.test 60 SOA …
    ask nope.short.test TYPE65280
      NXDOMAIN aa
      authority short.test 60 SOA …
    `,
  )

  served.spec(
    '§2.2: NODATA is NOERROR with nothing but the SOA',
    `
    ask www.short.test AAAA
      NOERROR aa
      authority short.test 60 SOA …
    ask short.test A
      NOERROR aa
      authority short.test 60 SOA …
    ask www.short.test SOA
      NOERROR aa
      authority short.test 60 SOA …
    `,
  )

  served.spec(
    '§3 and §5: the SOA goes with the lesser of its TTL and MINIMUM',
    `
    ask nope.short.test A
      NXDOMAIN aa
      authority short.test 60 SOA …
    ask nope.long.test A
      NXDOMAIN aa
      authority long.test 30 SOA ns1.short.test hostmaster.long.test 8 7200 1800 1209600 86400
    ask nope.none.test A
      NXDOMAIN aa
      authority none.test 0 SOA …
    `,
  )

  served.spec(
    '§3: asked for the SOA itself, it has its own TTL',
    `
    ask short.test SOA
      NOERROR aa
      answer short.test 3600 SOA …
    ask long.test SOA
      NOERROR aa
      answer long.test 30 SOA …
    `,
  )

  served.spec(
    '§2.1: NXDOMAIN after an alias speaks of its target',
    `
    ask alias.short.test A
      NXDOMAIN aa
      answer alias.short.test 300 CNAME nowhere.short.test
      authority short.test 60 SOA …
    ask alias2.short.test A
      NXDOMAIN aa
      answer alias2.short.test 300 CNAME alias.short.test
      answer alias.short.test 300 CNAME nowhere.short.test
      authority short.test 60 SOA …
    `,
  )

  served.spec(
    "§2.2: NODATA after an alias speaks of its target too, with the SOA of the target's zone",
    `
    ask thin.short.test AAAA
      NOERROR aa
      answer thin.short.test 300 CNAME www.short.test
      authority short.test 60 SOA …
    ask abroad.short.test A
      NXDOMAIN aa
      answer abroad.short.test 300 CNAME nowhere.long.test
      authority long.test 30 SOA …
    ask abroad2.short.test AAAA
      NOERROR aa
      answer abroad2.short.test 300 CNAME www.long.test
      authority long.test 30 SOA …
    `,
  )
})
