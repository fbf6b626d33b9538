/** The book as a whole: what samples, silence, time and orders do to regions, and how it reads. */

import { expect } from 'chai'
import type { RegionSpec } from '../../../src/health/judge/spec.ts'
import { choose, type Health } from '../../../src/policy/choose.ts'
import type { Preference } from '../../../src/policy/preference.ts'
import type { Policy } from '../../../src/policy/steering.ts'
import { EDGE, LIVE, NAME, target, type World, withWorld, ZONE } from './world.ts'

const EUC1: RegionSpec = { name: 'euc1', addresses: ['198.51.100.10', '2001:db8::10'] }
const USE1: RegionSpec = { name: 'use1', addresses: ['203.0.113.10'] }

function allEdgesUp(world: World): void {
  for (const { name, addresses } of [EUC1, USE1])
    for (const address of addresses) world.say(`${name} edge ${address}`, true)
}

describe('health book: samples', () => {
  it(
    'begins unknown, and is up without any check',
    withWorld(({ book, ...world }) => {
      book.update([target(['euc1'], [EDGE])], 0)
      expect(book.regions(ZONE, NAME)![0]).to.include({ state: 'unknown', steady: true, shareUp: 1 })
      book.update([target(['euc1'], [])], 0)
      expect(book.regions(ZONE, NAME)![0]).to.include({ state: 'up', steady: true })
      expect(world.changes).to.have.length(1)
    }),
  )

  it(
    'tells of each change once, with cause and how long it had been otherwise',
    withWorld(world => {
      world.book.update([target(['euc1', 'use1'], [LIVE])], 0)
      world.say('euc1 live', true)
      world.say('use1 live', true)
      expect(world.states()).to.equal('euc1:up use1:up')
      world.nowMs = 5000
      world.say('euc1 live', false)
      expect(world.states()).to.equal('euc1:down use1:up')
      expect(world.changes.at(-1)).to.include({
        kind: 'region',
        subject: `${NAME}/euc1`,
        from: 'up',
        to: 'down',
        cause: 'live: timeout (consul:euc1)',
        durationMs: 5000,
      })
      const before = world.changes.length
      world.say('euc1 live', false)
      expect(world.changes).to.have.length(before)
      expect(world.book.changes(ZONE, NAME, 'euc1').map(({ from, to }) => `${from}>${to}`)).to.deep.equal([
        'unknown>up',
        'unknown>up',
        'up>down',
        'up>down',
      ])
    }),
  )

  it(
    'asks all checks to pass',
    withWorld(world => {
      world.book.update([target([USE1], [LIVE, EDGE])], 0)
      world.say('use1 live', true)
      expect(world.states()).to.equal('use1:unknown')
      world.say('use1 edge 203.0.113.10', true)
      expect(world.states()).to.equal('use1:up')
      for (let i = 0; i < 3; i++) world.say('use1 edge 203.0.113.10', false)
      expect(world.states()).to.equal('use1:down')
    }),
  )

  it(
    'keeps a region that lost some of its addresses, without them',
    withWorld(world => {
      world.book.update([target([EUC1, USE1], [EDGE])], 0)
      allEdgesUp(world)
      for (let i = 0; i < 3; i++) world.say('euc1 edge 2001:db8::10', false)
      expect(world.region('euc1')).to.deep.include({ state: 'up', shareUp: 0.5, mask: [true, false] })
      for (let i = 0; i < 3; i++) world.say('euc1 edge 198.51.100.10', false)
      expect(world.region('euc1')).to.deep.include({ state: 'down', shareUp: 0, mask: [true, true] })
    }),
  )

  it(
    'moves answers when one address replaces another',
    withWorld(world => {
      world.book.update([target([EUC1], [{ ...EDGE, fall: 1, rise: 1 }])], 0)
      const say = (first: boolean): number =>
        world.book.sample(
          EUC1.addresses.map((address, i) => ({
            subject: { zone: ZONE, region: 'euc1', check: 'edge', address },
            source: 'probe',
            ok: (i === 0) === first,
            detail: '',
            atMs: world.nowMs,
          })),
          world.nowMs,
        )
      for (const first of [true, true, false, true]) say(first)
      expect(world.region('euc1').mask).to.deep.equal([true, false])
      const before = world.moves
      say(false)
      expect(world.region('euc1').mask).to.deep.equal([false, true])
      expect(world.moves).to.equal(before + 1)
      say(false)
      expect(world.moves).to.equal(before + 1)
    }),
  )

  it(
    'takes it away below the threshold',
    withWorld(world => {
      world.book.update([target([EUC1, USE1], [EDGE], { threshold: 0.6 })], 0)
      allEdgesUp(world)
      for (let i = 0; i < 3; i++) world.say('euc1 edge 2001:db8::10', false)
      expect(world.states()).to.equal('euc1:down use1:up')
    }),
  )

  it(
    'moves answers to the shorter TTL while failures are unconfirmed',
    withWorld(world => {
      world.book.update([target([USE1], [EDGE])], 0)
      world.say('use1 edge 203.0.113.10', true)
      expect(world.region('use1').steady).to.equal(true)
      world.say('use1 edge 203.0.113.10', false)
      expect(world.region('use1')).to.include({ state: 'up', steady: false })
    }),
  )

  it(
    'takes a drain from Consul for a drain',
    withWorld(world => {
      world.book.update([target(['euc1', 'use1'], [LIVE])], 0)
      world.say('euc1 live', true, { draining: true })
      expect(world.region('euc1')).to.include({ state: 'draining', steady: false })
      world.say('euc1 live', true)
      expect(world.region('euc1')).to.include({ state: 'up', steady: true })
    }),
  )

  it(
    'lets one witness of a check that says up outweigh those who do not',
    withWorld(world => {
      world.book.update([target(['euc1', 'use1'], [LIVE])], 0)
      world.say('euc1 live', true, { source: 'consul:a' })
      world.say('euc1 live', true, { source: 'consul:b' })
      world.say('euc1 live', false, { source: 'consul:a' })
      expect(world.states()).to.equal('euc1:up use1:unknown')
      world.say('euc1 live', false, { source: 'consul:b' })
      expect(world.states()).to.equal('euc1:down use1:unknown')
    }),
  )

  it(
    'ignores what nobody asked about, and what is older than it knows',
    withWorld(world => {
      world.book.update([target(['euc1'], [LIVE])], 0)
      expect(world.say('euc9 live', false)).to.equal(0)
      world.nowMs = 1000
      world.say('euc1 live', true)
      world.say('euc1 live', false, { atMs: 500 })
      expect(world.states()).to.equal('euc1:up')
    }),
  )

  it(
    'keeps verdicts, counters and doubts over a reload, and drops what is gone',
    withWorld(world => {
      world.book.update([target(['euc1', 'use1'], [LIVE])], 0)
      for (const ok of [true, false]) world.say('euc1 live', ok)
      world.nowMs = 2000
      world.book.update([target(['use1', 'euc1', 'euw3'], [LIVE])], 2000)
      expect(world.states()).to.equal('use1:unknown euc1:down euw3:unknown')
      expect(world.region('euc1').sinceMs).to.equal(0)
      world.book.update([target(['use1'], [LIVE])], 3000)
      expect(world.say('euc1 live', true)).to.equal(0)
      expect(world.book.history.of(`${NAME}/euc1`)).to.deep.equal([])
    }),
  )
})

describe('health book: silence', () => {
  it(
    'goes from fresh to stale to expired, and never takes a region away',
    withWorld(world => {
      world.book.update([target(['euc1', 'use1'], [LIVE])], 0)
      world.say('euc1 live', true)
      world.heard('consul:euc1')
      world.pass(5000)
      expect(world.region('euc1')).to.include({ state: 'up' })
      world.pass(1000)
      expect(world.region('euc1')).to.include({ state: 'stale', lastUp: true, steady: false })
      world.pass(300_000)
      expect(world.region('euc1')).to.include({ state: 'unknown' })
      expect(world.region('euc1').mask).to.deep.equal([])
    }),
  )

  it(
    'keeps a region that was down when its source fell silent down, until that is too old',
    withWorld(world => {
      world.book.update([target(['euc1', 'use1'], [LIVE])], 0)
      for (const ok of [true, false]) world.say('euc1 live', ok)
      world.heard('consul:euc1')
      world.pass(6000)
      expect(world.region('euc1')).to.include({ state: 'stale', lastUp: false })
      world.pass(300_000)
      expect(world.region('euc1')).to.include({ state: 'unknown' })
    }),
  )

  it(
    'falls back on the other checks when one has expired',
    withWorld(world => {
      world.book.update([target([USE1], [LIVE, EDGE])], 0)
      world.say('use1 live', true)
      world.heard('consul:use1')
      world.pass(306_000)
      for (let i = 0; i < 3; i++) world.say('use1 edge 203.0.113.10', true)
      expect(world.states()).to.equal('use1:up')
      for (let i = 0; i < 3; i++) world.say('use1 edge 203.0.113.10', false)
      expect(world.states()).to.equal('use1:down')
    }),
  )

  it(
    'is stale at once when its source says that it cannot reach anything',
    withWorld(world => {
      world.book.update([target(['euc1'], [LIVE])], 0)
      world.say('euc1 live', true)
      world.book.view([{ channel: 'consul:euc1', heardMs: 0, reachable: false }], 10)
      expect(world.region('euc1')).to.include({ state: 'stale', lastUp: true })
      world.heard('consul:euc1')
      expect(world.region('euc1')).to.include({ state: 'up' })
    }),
  )

  it(
    'lets a heartbeat stand for what a source need not repeat',
    withWorld(world => {
      world.book.update([target(['euc1', 'use1'], [LIVE])], 0)
      world.say('euc1 live', false)
      expect(world.states()).to.equal('euc1:unknown use1:unknown')
      world.nowMs = 2000
      world.heard('consul:euc1')
      expect(world.states()).to.equal('euc1:down use1:unknown')
      for (let i = 0; i < 200; i++) {
        world.pass(2000)
        world.heard('consul:euc1')
      }
      expect(world.states()).to.equal('euc1:down use1:unknown')
    }),
  )

  it(
    'looks at nothing again until time may have changed something of it',
    withWorld(world => {
      let looks = 0
      const edge = {
        ...EDGE,
        get intervalMs() {
          looks++
          return EDGE.intervalMs
        },
      }
      world.book.update([target([EUC1, USE1], [edge])], 0)
      allEdgesUp(world)
      expect(looks).to.be.above(0)
      looks = 0
      world.pass(16_750, 250)
      expect([looks, world.states()]).to.deep.equal([0, 'euc1:up use1:up'])
      world.say('use1 edge 203.0.113.10', true)
      world.pass(250, 250)
      expect(world.states()).to.equal('euc1:stale use1:up')
      world.pass(16_500, 250)
      expect(world.states()).to.equal('euc1:stale use1:up')
      world.pass(250, 250)
      expect(world.states()).to.equal('euc1:stale use1:stale')
    }),
  )

  it(
    'lets what was said before a reload age by the new times of its check',
    withWorld(world => {
      world.book.update([target([USE1], [{ ...EDGE, intervalMs: 60_000 }])], 0)
      world.say('use1 edge 203.0.113.10', true)
      world.pass(20_000)
      expect(world.states()).to.equal('use1:up')
      world.book.update([target([USE1], [EDGE])], world.nowMs)
      world.pass(250, 250)
      expect(world.states()).to.equal('use1:stale')
    }),
  )

  it(
    'gives back what was held for flapping when it has been quiet, without another word',
    withWorld(
      world => {
        world.book.update([target([USE1], [EDGE])], 0)
        for (const ok of [true, false, false, false, true, true, false, false, false, true, true])
          world.say('use1 edge 203.0.113.10', ok)
        expect(world.lines()[0]).to.match(/^use1 down .*flapping: held/)
        world.pass(9_750, 250)
        expect(world.states()).to.equal('use1:down')
        world.pass(250, 250)
        expect(world.states()).to.equal('use1:up')
      },
      { limits: { flapFalls: 2, flapQuietMs: 10_000 } },
    ),
  )

  it(
    'begins a first round after a source was gone for too long',
    withWorld(world => {
      world.book.update([target(['euc1', 'use1'], [LIVE])], 0)
      for (const ok of [true, false]) world.say('euc1 live', ok)
      world.heard('consul:euc1')
      world.pass(400_000)
      world.heard('consul:euc1')
      expect(world.states()).to.equal('euc1:unknown use1:unknown')
      world.pass(2000)
      world.heard('consul:euc1')
      expect(world.states()).to.equal('euc1:down use1:unknown')
    }),
  )

  it(
    'does so also when nobody looked while it was gone',
    withWorld(world => {
      world.book.update([target(['euc1', 'use1'], [LIVE])], 0)
      for (const ok of [true, false]) world.say('euc1 live', ok)
      world.nowMs = 400_000
      world.heard('consul:euc1')
      expect(world.states()).to.equal('euc1:unknown use1:unknown')
    }),
  )

  it(
    'calls addresses unknown of which nobody speaks any more',
    withWorld(world => {
      world.book.update([target([USE1], [EDGE])], 0)
      expect(world.region('use1').addresses[0]).to.include({ state: 'unknown', live: true })
      for (let i = 0; i < 3; i++) world.say('use1 edge 203.0.113.10', false)
      world.pass(320_000, 10_000)
      expect(world.region('use1').addresses[0]).to.include({ state: 'unknown', live: true })
    }),
  )

  it(
    'gives a channel its own silence',
    withWorld(world => {
      world.book.update([target(['euc1', 'use1'], [LIVE])], 0)
      world.say('euc1 live', true, { source: 'consul:eu', channel: 'consul:eu live' })
      world.heard('consul:eu live')
      world.pass(6000)
      world.heard('consul:eu')
      expect(world.states()).to.equal('euc1:stale use1:unknown')
      world.heard('consul:eu live')
      expect(world.states()).to.equal('euc1:up use1:unknown')
    }),
  )

  it(
    'misses a prober of our own only after several of its intervals',
    withWorld(world => {
      world.book.update([target([USE1], [EDGE])], 0)
      world.say('use1 edge 203.0.113.10', true)
      world.pass(16_000)
      expect(world.states()).to.equal('use1:up')
      world.pass(1000)
      expect(world.states()).to.equal('use1:stale')
    }),
  )

  const PUSH = { ...LIVE, name: 'app', kind: 'push', fall: 1, rise: 1 } as const
  const pushed = { source: 'push', validForMs: 60_000 }

  it(
    'believes a push at once, even the first, and the newest',
    withWorld(world => {
      world.book.update([target(['euc1', 'use1'], [PUSH])], 0)
      expect(world.states()).to.equal('euc1:unknown use1:unknown')
      world.say('euc1 app', false, pushed)
      expect(world.states()).to.equal('euc1:down use1:unknown')
      world.say('euc1 app', true, pushed)
      expect(world.states()).to.equal('euc1:up use1:unknown')
      expect(world.region('euc1').steady).to.equal(true)
    }),
  )

  for (const [ok, kept] of [
    [false, 'down'],
    [true, 'up'],
  ] as const)
    it(
      `holds a pushed ${kept} as long as it says, keeps it as stale, and lets it expire`,
      withWorld(world => {
        world.book.update([target(['euc1', 'use1'], [PUSH])], 0)
        world.say('euc1 app', ok, pushed)
        world.pass(59_000)
        expect(world.states()).to.equal(`euc1:${kept} use1:unknown`)
        world.pass(1000)
        expect(world.states()).to.equal('euc1:stale use1:unknown')
        expect(world.region('euc1').lastUp).to.equal(ok)
        world.pass(299_000)
        expect(world.states()).to.equal('euc1:stale use1:unknown')
        world.pass(1000)
        expect(world.states()).to.equal('euc1:unknown use1:unknown')
        world.say('euc1 app', false, pushed)
        expect(world.states(), 'said anew after it had expired').to.equal('euc1:down use1:unknown')
      }),
    )

  it(
    'takes single addresses at their word, and the region when none is left',
    withWorld(world => {
      world.book.update(
        [target([{ name: 'euc1', addresses: ['192.0.2.1', '192.0.2.2'] }, 'use1'], [PUSH])],
        0,
      )
      world.say('euc1 app 192.0.2.1', false, pushed)
      expect(world.region('euc1').mask).to.deep.equal([false, true])
      expect(world.states()).to.equal('euc1:unknown use1:unknown')
      world.say('euc1 app 192.0.2.2', false, pushed)
      expect(world.states()).to.equal('euc1:down use1:unknown')
      world.say('euc1 app 192.0.2.2', true, pushed)
      world.say('euc1 app', false, pushed)
      expect(world.states(), 'the region as a whole').to.equal('euc1:down use1:unknown')
    }),
  )

  it(
    'counts pushes where fall= says so',
    withWorld(world => {
      world.book.update([target(['euc1', 'use1'], [{ ...PUSH, fall: 2 }])], 0)
      world.say('euc1 app', false, pushed)
      expect(world.states()).to.equal('euc1:unknown use1:unknown')
      world.say('euc1 app', false, pushed)
      expect(world.states()).to.equal('euc1:down use1:unknown')
    }),
  )

  it(
    'doubts pushes that would withdraw too much',
    withWorld(world => {
      world.book.update([target(['euc1', 'use1', 'euw3'], [PUSH])], 0)
      for (const name of ['euc1', 'use1', 'euw3']) world.say(`${name} app`, false, pushed)
      expect(world.doubts.map(({ kind, source }) => `${kind} ${source}`)).to.deep.equal(['doubted push'])
      expect(world.states()).to.not.include('down')
    }),
  )
})

describe('health book: names and families', () => {
  const BOTH = { name: 'euc1', addresses: ['192.0.2.1', '2001:db8::1'] }

  it(
    'tells a check that asks by name each name by itself',
    withWorld(world => {
      const byName = { ...EDGE, host: '' }
      const other = { ...target([USE1], [byName]), name: 'chat.classroom.example' }
      world.book.update([target([USE1], [byName]), other], 0)
      const [address = ''] = USE1.addresses
      const subject = { zone: ZONE, region: 'use1', check: 'edge', address, host: other.name }
      for (let i = 0; i < 3; i++) world.say('', false, { subject, source: 'probe' })
      expect(world.states()).to.equal('use1:unknown')
      expect(world.book.regions(ZONE, other.name)![0]).to.include({ state: 'down' })
      expect(world.book.changes(ZONE, NAME)).to.deep.equal([])
      expect(world.book.changes(ZONE, other.name).map(one => one.subject)).to.include(
        `${ZONE}/use1 edge ${address} (${other.name}) probe`,
      )
    }),
  )

  for (const [what, address, family, yields] of [
    ['gives way without a live IPv4 address', '192.0.2.1', 'v4', true],
    ['stays without a live IPv6 address', '2001:db8::1', 'v6', false],
  ] as const)
    it(
      what,
      withWorld(world => {
        world.book.update([target([BOTH, 'use1'], [EDGE])], 0)
        for (const one of BOTH.addresses) world.say(`euc1 edge ${one}`, true)
        expect(world.region('euc1').yields).to.equal(undefined)
        for (let i = 0; i < 3; i++) world.say(`euc1 edge ${address}`, false)
        expect(world.region('euc1').state).to.equal('up')
        expect(world.region('euc1').yields !== undefined).to.equal(yields)
        expect(world.lines()[0]).to.include(` ${family}=out`)
        world.book.override({ action: 'force-up', pattern: 'euc1', by: 'alice' }, 0)
        expect(world.region('euc1').yields, 'the operator knows better').to.equal(undefined)
      }),
    )
})

describe('health book: the operator', () => {
  it(
    'drains, forces and lets go, and the words behind stay to be seen',
    withWorld(world => {
      world.book.update([target(['euc1', 'use1'], [LIVE])], 0)
      world.say('euc1 live', true)
      const order = (
        action: 'drain' | 'undrain' | 'force-up' | 'force-down' | 'force-auto',
        pattern: string,
      ) => world.book.override({ action, pattern, by: 'alice', why: 'maintenance' }, world.nowMs)
      order('drain', 'euc1')
      expect(world.region('euc1')).to.include({ state: 'draining', judged: 'up', steady: false })
      expect(world.changes.at(-1)).to.include({ to: 'draining', cause: 'drained by alice: maintenance' })
      order('force-down', `${NAME}/euc1`)
      expect(world.region('euc1')).to.include({ state: 'forced-down' })
      order('force-auto', '*')
      expect(world.region('euc1')).to.include({ state: 'draining' })
      order('undrain', 'eu*')
      expect(world.region('euc1')).to.include({ state: 'up' })
      for (const ok of [true, false]) world.say('euc1 live', ok)
      order('force-up', 'euc1')
      expect(world.region('euc1')).to.include({ state: 'forced-up', judged: 'down', steady: true })
    }),
  )

  it(
    'ends by itself',
    withWorld(world => {
      world.book.update([target(['euc1'], [])], 0)
      world.book.override({ action: 'drain', pattern: '*', forMs: 7_200_000, by: 'alice' }, 0)
      world.pass(7_199_000, 60_000)
      expect(world.states()).to.equal('euc1:draining')
      world.pass(1000)
      expect(world.states()).to.equal('euc1:up')
      expect(world.changes.at(-1)!.cause).to.equal('no longer draining by alice')
    }),
  )

  it(
    'counts on whichever node it was given, the latest last',
    withWorld(world => {
      world.book.update([target(['euc1'], [])], 0)
      const there = (action: 'drain' | 'undrain', laterMs: number) => ({
        pattern: 'euc1',
        action,
        stamp: { wallMs: world.wallMs() + laterMs, node: 'ns2' },
        by: 'bob',
        why: '',
      })
      expect(world.book.merge([there('drain', 500)], 0).news).to.have.length(1)
      expect(world.states()).to.equal('euc1:draining')
      world.book.override({ action: 'undrain', pattern: 'euc1', by: 'alice' }, 0)
      expect(world.states()).to.equal('euc1:up')
      expect(world.book.merge([there('drain', 500)], 0).news).to.deep.equal([])
      expect(world.states()).to.equal('euc1:up')
    }),
  )

  it(
    'is refused where the pattern can be none',
    withWorld(world => {
      world.book.update([target(['euc1'], [])], 0)
      for (const pattern of ['', 'a b', 'x/', '/euc1', 'euc1/..', 'é'])
        expect(world.book.override({ action: 'drain', pattern, by: 'alice' }, 0), pattern).to.have.property(
          'refused',
        )
    }),
  )
})

describe('health book: coming back', () => {
  it(
    'gives weight back over the time of ramp=',
    withWorld(world => {
      world.book.update([target(['euc1', 'use1'], [LIVE], { rampMs: 10_000 })], 0)
      for (const ok of [true, false]) world.say('euc1 live', ok)
      expect(world.region('euc1').shareOfWeight).to.equal(1)
      world.nowMs = 5000
      world.say('euc1 live', true)
      expect(world.region('euc1')).to.include({ state: 'up', steady: false, shareOfWeight: 0.1 })
      const shares: number[] = []
      for (let i = 0; i < 12; i++) {
        world.pass(1000)
        world.heard('consul:euc1')
        shares.push(world.region('euc1').shareOfWeight)
      }
      expect(shares).to.deep.equal([...shares].sort((a, b) => a - b))
      expect(shares[4]).to.be.closeTo(0.55, 1e-9)
      expect(shares.slice(9)).to.deep.equal([1, 1, 1])
      expect(world.region('euc1')).to.include({ state: 'up', steady: true })
    }),
  )

  it(
    'starts no ramp for what was never out',
    withWorld(world => {
      world.book.update([target(['euc1'], [LIVE], { rampMs: 10_000 })], 0)
      world.say('euc1 live', true)
      world.pass(7000)
      world.heard('consul:euc1')
      expect(world.region('euc1').shareOfWeight).to.equal(1)
    }),
  )
})

describe('health book: lines', () => {
  it(
    'reads as promised',
    withWorld(world => {
      world.book.update([target([EUC1, USE1], [LIVE, EDGE])], 0)
      allEdgesUp(world)
      world.say('euc1 live', true, { counts: { passing: 3, total: 3 } })
      world.nowMs = 7_379_000
      allEdgesUp(world)
      world.heard('consul:euc1')
      world.nowMs += 1000
      const [euc1, use1] = world.lines()
      expect(euc1).to.equal('euc1 up for=2h3m live=3/3 edge=2/2 source=consul age=1s')
      expect(use1).to.equal('use1 unknown for=2h3m live=0/1 edge=1/1')
      expect(world.book.addressLines(ZONE, NAME, 'euc1', world.nowMs)).to.deep.equal([
        '198.51.100.10 up for=2h3m edge=up source=probe age=1s',
        '2001:db8::10 up for=2h3m edge=up source=probe age=1s',
      ])
      expect(world.book.addressLines(ZONE, NAME, 'nowhere', 0)).to.equal(undefined)
    }),
  )

  it(
    'says why, until when, and by whom',
    withWorld(world => {
      world.book.update([target([USE1, EUC1], [EDGE])], 0)
      allEdgesUp(world)
      for (let i = 0; i < 3; i++) world.say('use1 edge 203.0.113.10', false, { detail: 'said "no" — twice' })
      world.book.override(
        { action: 'drain', pattern: 'euc1', forMs: 7_200_000, by: 'bob', why: 'new racks' },
        0,
      )
      world.nowMs = 5000
      expect(world.lines()).to.deep.equal([
        `use1 down for=5s edge=0/1 source=probe age=5s why="said 'no' ? twice"`,
        'euc1 draining for=5s edge=2/2 source=operator age=5s judged=up by=bob@ns1 left=1h59m why="new racks"',
      ])
      expect(world.book.addressLines(ZONE, NAME, 'use1', world.nowMs)).to.deep.equal([
        `203.0.113.10 down for=5s edge=down source=probe age=5s why="said 'no' ? twice"`,
      ])
    }),
  )

  it(
    'fits a TXT string whatever was said',
    withWorld(world => {
      world.book.update([target([USE1], [EDGE])], 0)
      for (let i = 0; i < 3; i++) world.say('use1 edge 203.0.113.10', false, { detail: 'ä"\\\n'.repeat(500) })
      for (const line of [...world.lines(), ...world.book.addressLines(ZONE, NAME, 'use1', 0)!])
        expect(line).to.match(/^[\x20-\x7e]{1,255}$/)
    }),
  )
})

describe('health book: as the decision takes it', () => {
  it(
    'fits, and is served as the states say',
    withWorld(world => {
      world.book.update([target(['a', 'b', 'c'], [LIVE])], 0)
      for (const region of ['a', 'b', 'c']) world.say(`${region} live`, true)
      world.say('a live', false)
      const health: Health = world.book.regions(ZONE, NAME)!
      const policy = {
        regions: ['a', 'b', 'c'].map(name => ({ name })),
        threshold: 0,
        answers: 1,
        order: 'listed',
        outage: { kind: 'in-fence' },
        weights: [1, 1, 1],
      } as unknown as Policy
      const preference: Preference = { ranked: [0, 1, 2], routed: 0 } as unknown as Preference
      expect(choose(policy, preference, health).fixed).to.deep.equal([1])
      world.book.override({ action: 'drain', pattern: 'b', by: 'alice' }, 0)
      expect(choose(policy, preference, world.book.regions(ZONE, NAME)!)).to.deep.include({
        fixed: [2],
        ttl: 'min',
      })
    }),
  )
})
