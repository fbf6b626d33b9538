/** How a steered name is answered, octet for octet: which TTL its records carry, alone, together and as an alias. */

import { UNKNOWN_PLACE } from '../../src/base/place.ts'
import { formatProblem } from '../../src/base/problem.ts'
import { judgeSteering, type World } from '../../src/compile/steered-zone.ts'
import { compileZone } from '../../src/compile/zone-image.ts'
import type { ZonePart } from '../../src/plan/plan.ts'
import { nameFromText } from '../../src/wire/name.ts'
import { loadZone } from '../../src/zone/load.ts'
import { Served } from './served.ts'

/** All addresses are alike. */
const ONE_PLACE: World = {
  ranges4: { starts: new Uint32Array(1), places: new Uint32Array(1), count: 1 },
  ranges6: { starts: new Uint32Array(4), places: new Uint32Array(1), count: 1 },
  placeCount: 1,
  carriesV4: 1,
  place: () => UNKNOWN_PLACE,
  locate: () => ({ place: UNKNOWN_PLACE }),
}

function steered(text: string): ZonePart {
  const bytes = new TextEncoder().encode(text)
  const { zone, problems } = loadZone('shop.test.zone', nameFromText('shop.test')!, () => bytes)
  if (zone === undefined) throw new Error(problems.map(formatProblem).join('\n'))
  const judged = judgeSteering(zone, ONE_PLACE)
  if (judged.steered === undefined) throw new Error(judged.problems.map(formatProblem).join('\n'))
  return compileZone(zone, judged.steered)
}

const served = new Served({}, [
  steered(`
$ORIGIN shop.test.
$TTL 300
@       SOA ns1 hostmaster 7 7200 1800 1209600 60
@       NS  ns1
ns1     A   192.0.2.53
$REGION r1
$REGION r2
$POLICY one  regions=r1,r2 order=listed
$POLICY both regions=r1,r2 order=listed answers=2
$POLICY set  regions=r1,r2 order=listed answers=2 ttl=10..45

short    GSLB one
r1.short 120 A 192.0.2.1
r1.short 90 AAAA 2001:db8::1
r2.short 30 A 192.0.2.2

long    200 GSLB one
r1.long 900 A 192.0.2.1
r2.long 30 A 192.0.2.2

pair    GSLB both
r1.pair 120 A 192.0.2.1
r1.pair 120 A 192.0.2.11
r2.pair 40 A 192.0.2.2

said    GSLB set
r1.said 120 A 192.0.2.1
r2.said 20 A 192.0.2.2

alias    GSLB one
r1.alias 60 CNAME www.elsewhere.example.
r2.alias 30 A 192.0.2.2

brief    50 GSLB one
r1.brief 600 CNAME www.elsewhere.example.
r2.brief 30 A 192.0.2.2

told    GSLB set
r1.told 600 CNAME www.elsewhere.example.
r2.told 30 A 192.0.2.2
`),
])

describe('answers by policy', () => {
  served.spec(
    'live as long as the records of the region say, whatever others have',
    `
    ask short.shop.test A
      NOERROR aa
      answer short.shop.test 120 A 192.0.2.1
    ask short.shop.test AAAA
      NOERROR aa
      answer short.shop.test 90 AAAA 2001:db8::1
    `,
  )

  served.spec(
    'live no longer than the name itself',
    `
    ask long.shop.test A
      NOERROR aa
      answer long.shop.test 200 A 192.0.2.1
    `,
  )

  served.spec(
    'of several regions are one RRset with the least of their TTLs (RFC 2181 §5.2)',
    `
    ask pair.shop.test A
      NOERROR aa
      answer pair.shop.test 40 A 192.0.2.1
      answer pair.shop.test 40 A 192.0.2.11
      answer pair.shop.test 40 A 192.0.2.2
    `,
  )

  served.spec(
    'live as long as the policy says, if it does',
    `
    ask said.shop.test A
      NOERROR aa
      answer said.shop.test 45 A 192.0.2.1
      answer said.shop.test 45 A 192.0.2.2
    ask told.shop.test A
      NOERROR aa
      answer told.shop.test 45 CNAME www.elsewhere.example.
    `,
  )

  served.spec(
    'as an alias live as long as the alias and the name both say',
    `
    ask alias.shop.test A
      NOERROR aa
      answer alias.shop.test 60 CNAME www.elsewhere.example.
    ask brief.shop.test A
      NOERROR aa
      answer brief.shop.test 50 CNAME www.elsewhere.example.
    `,
  )
})
