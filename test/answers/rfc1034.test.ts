/** RFC 1034: the algorithm every authoritative server follows. */

import { Served } from './served.ts'

const served = new Served({
  'shop.test': `
    @            IN SOA  ns1 hostmaster 7 7200 1800 1209600 60
    @               NS   ns1
    @               NS   ns2.away.test.
    @               MX   10 mail
    ns1             A    192.0.2.53
    mail            A    192.0.2.25
    mail            AAAA 2001:db8::25
    www         60  A    192.0.2.1
    www         60  A    192.0.2.2
    deep.er         TXT  "an empty non-terminal stands above"
    alias           CNAME www
    alias2          CNAME alias
    dangling        CNAME nowhere
    halfway         CNAME mail
    away            CNAME www.away.example.
    over            CNAME www.bakery.test.
    into            CNAME host.branch
    loop1           CNAME loop2
    loop2           CNAME loop1
    self            CNAME self
    branch          NS   ns.branch
    branch          NS   ns.sister
    branch          NS   ns.elsewhere.example.
    branch          DS   12345 13 2 00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF
    ns.branch       A    198.51.100.53
    ns.branch       AAAA 2001:db8:1::53
    sister          NS   ns.sister
    ns.sister       A    198.51.100.54
    _imap._tcp      SRV  0 1 143 mail
    office          NS   ns1
  `,
  'office.shop.test': `
    @            IN SOA  ns1.shop.test. hostmaster 8 7200 1800 1209600 30
    @               NS   ns1.shop.test.
    @               A    192.0.2.80
    desk            A    192.0.2.81
    up              CNAME www.shop.test.
  `,
  'bakery.test': `
    @            IN SOA  ns1.shop.test. hostmaster 9 7200 1800 1209600 90
    @               NS   ns1.shop.test.
    www             A    203.0.113.80
    back            CNAME www.shop.test.
  `,
})

describe('RFC 1034: domain names, concepts and facilities', () => {
  served.spec(
    '§4.3.2 step 3a: all records of the type at the name, authoritative; no authority section is needed',
    `
    ask www.shop.test A
      NOERROR aa
      answer www.shop.test 60 A 192.0.2.1
      answer www.shop.test 60 A 192.0.2.2
    ask shop.test SOA
      NOERROR aa
      answer shop.test 300 SOA ns1.shop.test hostmaster.shop.test 7 7200 1800 1209600 60
    `,
  )

  served.spec(
    '§4.3.2 step 6: addresses go along with name servers, mail exchangers and services',
    `
    ask shop.test NS
      NOERROR aa
      answer shop.test 300 NS ns1.shop.test
      answer shop.test 300 NS ns2.away.test
      additional ns1.shop.test 300 A 192.0.2.53
    ask shop.test MX
      NOERROR aa
      answer shop.test 300 MX 10 mail.shop.test
      additional mail.shop.test 300 A 192.0.2.25
      additional mail.shop.test 300 AAAA 2001:db8::25
    ask _imap._tcp.shop.test SRV
      NOERROR aa
      answer _imap._tcp.shop.test 300 SRV 0 1 143 mail.shop.test
      additional mail.shop.test 300 A 192.0.2.25
      additional mail.shop.test 300 AAAA 2001:db8::25
    `,
  )

  served.spec(
    '§4.3.2 step 3a: an alias is answered with its target',
    `
    ask alias.shop.test A
      NOERROR aa
      answer alias.shop.test 300 CNAME www.shop.test
      answer www.shop.test 60 A 192.0.2.1
      answer www.shop.test 60 A 192.0.2.2
    ask alias2.shop.test A
      NOERROR aa
      answer alias2.shop.test 300 CNAME alias.shop.test
      answer alias.shop.test 300 CNAME www.shop.test
      answer www.shop.test 60 A 192.0.2.1
      answer www.shop.test 60 A 192.0.2.2
    `,
  )

  served.spec(
    '§3.6.2: asked for the CNAME itself, the alias is not followed',
    `
    ask alias2.shop.test CNAME
      NOERROR aa
      answer alias2.shop.test 300 CNAME alias.shop.test
    ask self.shop.test CNAME
      NOERROR aa
      answer self.shop.test 300 CNAME self.shop.test
    `,
  )

  served.spec(
    '§4.3.2 step 1: an alias is followed into another zone served here, and back',
    `
    ask over.shop.test A
      NOERROR aa
      answer over.shop.test 300 CNAME www.bakery.test
      answer www.bakery.test 300 A 203.0.113.80
    ask back.bakery.test A
      NOERROR aa
      answer back.bakery.test 300 CNAME www.shop.test
      answer www.shop.test 60 A 192.0.2.1
      answer www.shop.test 60 A 192.0.2.2
    ask up.office.shop.test TXT
      NOERROR aa
      answer up.office.shop.test 300 CNAME www.shop.test
      authority shop.test 60 SOA …
    `,
  )

  served.spec(
    '§3.6.2: an alias out of our hands is the answer; the resolver goes on',
    `
    ask away.shop.test A
      NOERROR aa
      answer away.shop.test 300 CNAME www.away.example
    `,
  )

  served.spec(
    '§3.6.2: a chain that bites its tail ends, without an error',
    `
    ask loop1.shop.test A
      NOERROR aa
      answer loop1.shop.test 300 CNAME loop2.shop.test
      answer loop2.shop.test 300 CNAME loop1.shop.test
    ask self.shop.test A
      NOERROR aa
      answer self.shop.test 300 CNAME self.shop.test
    `,
  )

  served.spec(
    '§4.3.2 step 3b: below a cut comes a referral, not authoritative, with glue',
    `
    ask www.branch.shop.test A
      NOERROR
      authority branch.shop.test 300 NS ns.branch.shop.test
      authority branch.shop.test 300 NS ns.elsewhere.example
      authority branch.shop.test 300 NS ns.sister.shop.test
      additional ns.branch.shop.test 300 A 198.51.100.53
      additional ns.branch.shop.test 300 AAAA 2001:db8:1::53
      additional ns.sister.shop.test 300 A 198.51.100.54
    `,
  )

  served.spec(
    '§4.2.1: at the cut itself the parent refers too, also when asked for NS, SOA, ANY or glue',
    `
    ask sister.shop.test NS
      NOERROR
      authority sister.shop.test 300 NS ns.sister.shop.test
      additional ns.sister.shop.test 300 A 198.51.100.54
    ask sister.shop.test SOA
      NOERROR
      authority sister.shop.test 300 NS ns.sister.shop.test
      additional ns.sister.shop.test 300 A 198.51.100.54
    ask sister.shop.test ANY
      NOERROR
      authority sister.shop.test 300 NS ns.sister.shop.test
      additional ns.sister.shop.test 300 A 198.51.100.54
    ask ns.sister.shop.test A
      NOERROR
      authority sister.shop.test 300 NS ns.sister.shop.test
      additional ns.sister.shop.test 300 A 198.51.100.54
    `,
  )

  served.spec(
    '§4.3.2 step 3b: an alias that leads below a cut ends in a referral; AA speaks of the alias',
    `
    ask into.shop.test A
      NOERROR aa
      answer into.shop.test 300 CNAME host.branch.shop.test
      authority branch.shop.test 300 NS ns.branch.shop.test
      authority branch.shop.test 300 NS ns.elsewhere.example
      authority branch.shop.test 300 NS ns.sister.shop.test
      additional ns.branch.shop.test 300 A 198.51.100.53
      additional ns.branch.shop.test 300 AAAA 2001:db8:1::53
      additional ns.sister.shop.test 300 A 198.51.100.54
    `,
  )

  served.spec(
    '§4.3.2 step 2: of parent and child side by side, the child answers',
    `
    ask desk.office.shop.test A
      NOERROR aa
      answer desk.office.shop.test 300 A 192.0.2.81
    ask office.shop.test A
      NOERROR aa
      answer office.shop.test 300 A 192.0.2.80
    ask office.shop.test SOA
      NOERROR aa
      answer office.shop.test 300 SOA …
    ask nobody.office.shop.test A
      NXDOMAIN aa
      authority office.shop.test 30 SOA …
    `,
  )

  served.spec(
    '§4.3.1: a name of nobody we serve is refused',
    `
    ask www.example A
      REFUSED
    ask test SOA
      REFUSED
    ask . NS
      REFUSED
    ask xshop.test A
      REFUSED
    `,
  )

  served.spec(
    '§4.3.2 step 3c: a name that is not there does not exist',
    `
    ask nobody.shop.test A
      NXDOMAIN aa
      authority shop.test 60 SOA …
    ask a.b.c.www.shop.test A
      NXDOMAIN aa
      authority shop.test 60 SOA …
    `,
  )

  served.spec(
    '§3.1: letter case means nothing, and is kept as asked',
    `
    ask WwW.sHoP.TeSt A
      NOERROR aa
      answer WwW.sHoP.TeSt 60 A 192.0.2.1
      answer WwW.sHoP.TeSt 60 A 192.0.2.2
    `,
  )

  const root = new Served({
    '': `
      @    86400 IN SOA  a.ns hostmaster 7 7200 1800 1209600 60
      @    86400    NS   a.ns
      @             TXT  "the root is a zone"
      a.ns          A    192.0.2.53
      com           NS   a.gtld.com.
      a.gtld.com    A    192.0.2.54
      alias         CNAME www.example.
      *.wild        A    192.0.2.1
    `,
  })

  root.spec(
    '§3.1: the root is a zone like any other',
    `
    ask . TXT
      NOERROR aa
      answer . 300 TXT "the root is a zone"
    ask . NS
      NOERROR aa
      answer . 86400 NS a.ns
      additional a.ns 300 A 192.0.2.53
    ask www.shop.com A
      NOERROR
      authority com 300 NS a.gtld.com
      additional a.gtld.com 300 A 192.0.2.54
    ask example A
      NXDOMAIN aa
      authority . 60 SOA …
    ask alias A
      NXDOMAIN aa
      answer alias 300 CNAME www.example
      authority . 60 SOA …
    ask x.wild A
      NOERROR aa
      answer x.wild 300 A 192.0.2.1
    `,
  )
})
