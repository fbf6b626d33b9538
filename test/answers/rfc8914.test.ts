/** RFC 8914: extended DNS errors, where they help. */

import { expect } from 'chai'
import { compileBrokenZone } from '../../src/compile/zone-image.ts'
import { nameToWire, parseName } from './name.ts'
import { readQuestion, Served } from './served.ts'

const served = new Served(
  {
    'shop.test': `
      @            IN SOA  ns1 hostmaster 7 7200 1800 1209600 60
      @               NS   ns1
      ns1             A    192.0.2.53
      www             A    192.0.2.1
      alias           CNAME www.broken.test.
    `,
  },
  [compileBrokenZone(nameToWire(parseName('broken.test')))],
)

describe('RFC 8914: extended DNS errors', () => {
  served.spec(
    '§4.21: a name of nobody we serve is refused with Not Authoritative',
    `
    ask www.example A edns
      REFUSED
      ede 20
    ask example SOA edns tcp
      REFUSED
      ede 20
    `,
  )

  served.spec(
    '§4.22: what we do not do is refused with Not Supported',
    `
    ask shop.test AXFR edns
      REFUSED
      ede 21
    ask www.shop.test A class=HS edns
      REFUSED
      ede 21
    ask nonsense.bind TXT class=CH edns
      REFUSED
      ede 21
    `,
  )

  served.spec(
    '§4.25: a zone that never had a good version fails with Invalid Data',
    `
    ask www.broken.test A edns
      SERVFAIL
      ede 24
    ask broken.test SOA edns
      SERVFAIL
      ede 24
    ask www.broken.test A
      SERVFAIL
    `,
  )

  served.spec(
    '§3: an alias into such a zone is still an answer',
    `
    ask alias.shop.test A
      NOERROR aa
      answer alias.shop.test 300 CNAME www.broken.test
    `,
  )

  served.spec(
    '§3: without EDNS there is no place for it, and without an error nothing to say',
    `
    ask www.example A
      REFUSED
    ask www.shop.test A edns
      NOERROR aa
      answer www.shop.test 300 A 192.0.2.1
    ask nope.shop.test A edns
      NXDOMAIN aa
      authority shop.test 60 SOA …
    `,
  )

  it('§2: the option is a code and nothing more', () => {
    const reply = served.ask(readQuestion('www.example A edns').packet)!
    expect(reply.opt!.options.map(option => option.data.toString('hex'))).to.deep.equal(['0014'])
  })
})
