/** RFC 4592: wildcards. The first zone is the example of §2.2.1, the others go where it does not. */

import { Served } from './served.ts'

const example = new Served({
  example: `
    @               3600 IN SOA  ns.example.com. hostmaster 7 7200 1800 1209600 300
    @               3600    NS   ns.example.com.
    @               3600    NS   ns.example.net.
    *               3600    TXT  "this is a wildcard"
    *               3600    MX   10 host1
    sub.*           3600    TXT  "this is not a wildcard"
    host1           3600    A    192.0.2.1
    _ssh._tcp.host1 3600    SRV  0 0 22 host1
    _ssh._tcp.host2 3600    SRV  0 0 22 host1
    subdel          3600    NS   ns.example.com.
    subdel          3600    NS   ns.example.net.
  `,
})

const served = new Served({
  'wild.test': String.raw`
    @              IN SOA  ns1 hostmaster 7 7200 1800 1209600 60
    @                 NS   ns1
    ns1               A    192.0.2.53
    *.a               A    192.0.2.10
    *.a               TXT  "wild"
    b.a               TXT  "no A here"
    d.c.a             A    192.0.2.11
    *.alias           CNAME target
    *.far             CNAME www.far.example.
    *.loop            CNAME x.loop
    *.twice           CNAME x.a
    *.nx              CNAME nowhere.er
    target            A    192.0.2.12
    *.mx              MX   10 mail.a
    *.srv             SRV  0 0 443 target
    ent.*.empty       A    192.0.2.13
    *.*.double        TXT  "two asterisks"
    \*                TXT  "a wildcard all the same"
    *.deep.er         A    192.0.2.14
    cut.a             NS   ns.cut.a
    ns.cut.a          A    198.51.100.53
    into              CNAME anything.a
    dn                DNAME a
    **.odd            A    192.0.2.15
    *x.odd            A    192.0.2.16
    x*.odd            A    192.0.2.17
  `,
})

describe('RFC 4592: the role of wildcards', () => {
  example.spec(
    '§2.2.1: these are made from a wildcard',
    `
    ask host3.example MX
      NOERROR aa
      answer host3.example 3600 MX 10 host1.example
      additional host1.example 3600 A 192.0.2.1
    ask host3.example A
      NOERROR aa
      authority example 300 SOA …
    ask foo.bar.example TXT
      NOERROR aa
      answer foo.bar.example 3600 TXT "this is a wildcard"
    `,
  )

  example.spec(
    '§2.2.1: these are not',
    `
    ; the name exists
    ask host1.example MX
      NOERROR aa
      authority example 300 SOA …
    ; so does this one
    ask sub.*.example MX
      NOERROR aa
      authority example 300 SOA …
    ; its encloser is _tcp.host1
    ask _telnet._tcp.host1.example SRV
      NXDOMAIN aa
      authority example 300 SOA …
    ; delegated
    ask host.subdel.example A
      NOERROR
      authority subdel.example 3600 NS ns.example.com
      authority subdel.example 3600 NS ns.example.net
    ; its encloser is *.example, which has no wildcard below it
    ask ghost.*.example MX
      NXDOMAIN aa
      authority example 300 SOA …
    `,
  )

  example.spec(
    '§2.2.2: empty non-terminals exist, so no wildcard stands in for them',
    `
    ask _tcp.host1.example TXT
      NOERROR aa
      authority example 300 SOA …
    ask host2.example TXT
      NOERROR aa
      authority example 300 SOA …
    `,
  )

  served.spec(
    '§2.2.1: a wildcard stops at a name that exists, and below it',
    `
    ask z.a.wild.test A
      NOERROR aa
      answer z.a.wild.test 300 A 192.0.2.10
    ask b.a.wild.test A
      NOERROR aa
      authority wild.test 60 SOA …
    ask x.b.a.wild.test A
      NXDOMAIN aa
      authority wild.test 60 SOA …
    ask c.a.wild.test A
      NOERROR aa
      authority wild.test 60 SOA …
    ask x.c.a.wild.test A
      NXDOMAIN aa
      authority wild.test 60 SOA …
    `,
  )

  served.spec(
    '§3.3.1: the closest encloser decides, not the nearest wildcard above it',
    `
    ask x.y.z.a.wild.test A
      NOERROR aa
      answer x.y.z.a.wild.test 300 A 192.0.2.10
    ask x.y.z.er.wild.test A
      NXDOMAIN aa
      authority wild.test 60 SOA …
    ask er.wild.test A
      NOERROR aa
      authority wild.test 60 SOA …
    ask x.deep.er.wild.test A
      NOERROR aa
      answer x.deep.er.wild.test 300 A 192.0.2.14
    `,
  )

  served.spec(
    '§2.3: the wildcard itself can be asked for, and has no say below itself',
    `
    ask *.a.wild.test A
      NOERROR aa
      answer *.a.wild.test 300 A 192.0.2.10
    ask x.*.a.wild.test A
      NXDOMAIN aa
      authority wild.test 60 SOA …
    ask *.wild.test TXT
      NOERROR aa
      answer *.wild.test 300 TXT "a wildcard all the same"
    `,
  )

  served.spec(
    '§2.1.1: only a label that is one asterisk is a wildcard',
    `
    ask z.odd.wild.test A
      NXDOMAIN aa
      authority wild.test 60 SOA …
    ask **.odd.wild.test A
      NOERROR aa
      answer **.odd.wild.test 300 A 192.0.2.15
    ask *x.odd.wild.test A
      NOERROR aa
      answer *x.odd.wild.test 300 A 192.0.2.16
    ask x*.odd.wild.test A
      NOERROR aa
      answer x*.odd.wild.test 300 A 192.0.2.17
    `,
  )

  served.spec(
    '§2.1.3: below a wildcard there may be names, and another wildcard',
    `
    ask ent.*.empty.wild.test A
      NOERROR aa
      answer ent.*.empty.wild.test 300 A 192.0.2.13
    ask x.*.double.wild.test TXT
      NOERROR aa
      answer x.*.double.wild.test 300 TXT "two asterisks"
    `,
  )

  served.spec(
    '§4.9: a wildcard that is an empty non-terminal gives NODATA to all it covers',
    `
    ask x.empty.wild.test A
      NOERROR aa
      authority wild.test 60 SOA …
    ask x.y.empty.wild.test A
      NOERROR aa
      authority wild.test 60 SOA …
    ask x.y.double.wild.test TXT
      NOERROR aa
      authority wild.test 60 SOA …
    `,
  )

  served.spec(
    '§4.3: a CNAME at a wildcard is an alias for all it covers',
    `
    ask x.alias.wild.test A
      NOERROR aa
      answer x.alias.wild.test 300 CNAME target.wild.test
      answer target.wild.test 300 A 192.0.2.12
    ask x.alias.wild.test CNAME
      NOERROR aa
      answer x.alias.wild.test 300 CNAME target.wild.test
    ask x.far.wild.test A
      NOERROR aa
      answer x.far.wild.test 300 CNAME www.far.example
    ask x.twice.wild.test A
      NOERROR aa
      answer x.twice.wild.test 300 CNAME x.a.wild.test
      answer x.a.wild.test 300 A 192.0.2.10
    ask x.nx.wild.test A
      NXDOMAIN aa
      answer x.nx.wild.test 300 CNAME nowhere.er.wild.test
      authority wild.test 60 SOA …
    `,
  )

  served.spec(
    '§4.3: a wildcard alias to a name that it covers itself ends as a loop does',
    `
    ask y.loop.wild.test A
      NOERROR aa
      answer y.loop.wild.test 300 CNAME x.loop.wild.test
      answer x.loop.wild.test 300 CNAME x.loop.wild.test
    `,
  )

  served.spec(
    '§3.3.3: alias and DNAME targets may be covered by a wildcard, and so may hosts',
    `
    ask into.wild.test A
      NOERROR aa
      answer into.wild.test 300 CNAME anything.a.wild.test
      answer anything.a.wild.test 300 A 192.0.2.10
    ask q.dn.wild.test A
      NOERROR aa
      answer dn.wild.test 300 DNAME a.wild.test
      answer q.dn.wild.test 300 CNAME q.a.wild.test
      answer q.a.wild.test 300 A 192.0.2.10
    ask x.mx.wild.test MX
      NOERROR aa
      answer x.mx.wild.test 300 MX 10 mail.a.wild.test
      additional mail.a.wild.test 300 A 192.0.2.10
    ask x.srv.wild.test SRV
      NOERROR aa
      answer x.srv.wild.test 300 SRV 0 0 443 target.wild.test
      additional target.wild.test 300 A 192.0.2.12
    `,
  )

  served.spec(
    '§4.2: a cut beside a wildcard is a cut',
    `
    ask cut.a.wild.test A
      NOERROR
      authority cut.a.wild.test 300 NS ns.cut.a.wild.test
      additional ns.cut.a.wild.test 300 A 198.51.100.53
    ask x.y.cut.a.wild.test A
      NOERROR
      authority cut.a.wild.test 300 NS ns.cut.a.wild.test
      additional ns.cut.a.wild.test 300 A 198.51.100.53
    `,
  )

  served.spec(
    '§3.3.3: ANY at a wildcard is answered with the name that was asked',
    `
    ask Q.a.wild.test TXT
      NOERROR aa
      answer Q.a.wild.test 300 TXT "wild"
    ask Q.mx.wild.test ANY
      NOERROR aa
      answer Q.mx.wild.test 300 MX 10 mail.a.wild.test
      additional mail.a.wild.test 300 A 192.0.2.10
    `,
  )
})
