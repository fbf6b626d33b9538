/** RFC 4035: what an authoritative server owes to DS, AD and CD, signed zone or not. */

import { Served } from './served.ts'

const DS = '12345 13 2 00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF'
const served = new Served({
  'shop.test': `
    @            IN SOA  ns1 hostmaster 7 7200 1800 1209600 60
    @               NS   ns1
    ns1             A    192.0.2.53
    secure          NS   ns.secure
    secure          DS   ${DS}
    ns.secure       A    198.51.100.53
    plain           NS   ns.elsewhere.example.
    here            NS   ns1
    here            DS   ${DS}
    www             A    192.0.2.1
  `,
  'here.shop.test': `
    @            IN SOA  ns1.shop.test. hostmaster 8 7200 1800 1209600 30
    @               NS   ns1.shop.test.
    www             A    192.0.2.80
  `,
})

describe('RFC 4035: protocol modifications for DNSSEC', () => {
  served.spec(
    '§3.1.4.1: the parent answers for DS at a cut, with authority',
    `
    ask secure.shop.test DS
      NOERROR aa
      answer secure.shop.test 300 DS ${DS}
    ask here.shop.test DS
      NOERROR aa
      answer here.shop.test 300 DS ${DS}
    `,
  )

  served.spec(
    '§3.1.4.1: no DS at a cut is NODATA of the parent, no referral',
    `
    ask plain.shop.test DS
      NOERROR aa
      authority shop.test 60 SOA …
    `,
  )

  served.spec(
    '§3.1.4.1: DS at an apex whose parent is not here is NODATA of the child',
    `
    ask shop.test DS
      NOERROR aa
      authority shop.test 60 SOA …
    `,
  )

  served.spec(
    '§3.1.4.1: below the cut DS is a type like any other',
    `
    ask www.secure.shop.test DS
      NOERROR
      authority secure.shop.test 300 NS ns.secure.shop.test
      additional ns.secure.shop.test 300 A 198.51.100.53
    ask www.here.shop.test DS
      NOERROR aa
      authority here.shop.test 30 SOA …
    ask www.shop.test DS
      NOERROR aa
      authority shop.test 60 SOA …
    `,
  )

  served.spec(
    '§3.1.6: CD is copied, AD is not',
    `
    ask www.shop.test A cd
      NOERROR aa cd
      answer www.shop.test 300 A 192.0.2.1
    ask www.shop.test A ad cd rd
      NOERROR aa rd cd
      answer www.shop.test 300 A 192.0.2.1
    ask www.shop.test A ad
      NOERROR aa
      answer www.shop.test 300 A 192.0.2.1
    `,
  )

  served.spec(
    '§3.1: DO changes nothing in an unsigned zone but is echoed (RFC 3225 §3)',
    `
    ask www.shop.test A do
      NOERROR aa do
      answer www.shop.test 300 A 192.0.2.1
    `,
  )
})
