/** The blast-radius limiter: what one source can do alone, when it is doubted, and when it is believed again. */

import { expect } from 'chai'
import fc from 'fast-check'
import type { HealthBook } from '../../../src/health/judge/book.ts'
import { allowedWithdrawals } from '../../../src/health/judge/limiter.ts'
import { DEFAULT_LIMITS } from '../../../src/health/judge/spec.ts'
import { EDGE, LIVE, NAME, target, World, withWorld, ZONE } from './world.ts'

const NAMES = ['use1', 'euc1', 'euw3', 'apne1', 'saw1', 'rack']
const EUROPE = 'consul:eu'

function begin(world: World, count = 4, checks = [LIVE, EDGE]): void {
  world.book.update([target(NAMES.slice(0, count), checks)], world.nowMs)
  for (const name of NAMES.slice(0, count))
    for (const { name: check } of checks) world.say(`${name} ${check}`, true, { source: sourceOf(check) })
}

function sourceOf(check: string): string {
  return check === 'live' ? EUROPE : 'probe'
}

/** All at once, as one snapshot of Consul's would. */
function lie(world: World, names: readonly string[], ok = false, more = {}): void {
  const subjects = names.map(region => ({ zone: ZONE, region, check: 'live', address: '' }))
  const said = { source: EUROPE, ok, detail: 'critical', atMs: world.nowMs, ...more }
  world.book.sample(
    subjects.map(subject => ({ subject, ...said })),
    world.nowMs,
  )
}

function probeDown(world: World, ...names: string[]): void {
  for (const name of names) for (let i = 0; i < 3; i++) world.say(`${name} edge`, false)
}

describe('blast-radius limiter', () => {
  for (const [regions, share, expected] of [
    [4, 0.5, 2],
    [5, 0.5, 2],
    [3, 0.5, 1],
    [1, 0.5, 1],
    [3, 0.3, 1],
    [100, 0.29, 29],
    [4, 0, 0],
    [4, 1, 4],
  ] as const)
    it(`lets a source withdraw ${expected} of ${regions} at ${Math.round(share * 100)} %`, () => {
      expect(allowedWithdrawals(regions, share)).to.equal(expected)
    })

  it(
    'lets a source withdraw what it may',
    withWorld(world => {
      begin(world)
      lie(world, ['use1', 'euc1'])
      expect(world.states()).to.equal('use1:down euc1:down euw3:up apne1:up')
      expect(world.doubts).to.deep.equal([])
    }),
  )

  it(
    'doubts a source that reports everything critical at once, and says so',
    withWorld(world => {
      begin(world)
      world.nowMs = 1000
      lie(world, NAMES.slice(0, 4))
      expect(world.states()).to.equal('use1:stale euc1:stale euw3:stale apne1:stale')
      for (const name of NAMES.slice(0, 4))
        expect(world.region(name)).to.include({ lastUp: true, steady: false })
      expect(world.doubts).to.have.length(1)
      expect(world.doubts[0]).to.deep.include({ kind: 'doubted', source: EUROPE, regions: NAMES.slice(0, 4) })
      expect(world.doubts[0]!.cause).to.equal('would withdraw 4 of 4 regions, 2 allowed')
      expect(world.book.doubts()).to.deep.equal([{ zone: ZONE, name: NAME, sources: [EUROPE] }])
      expect(world.lines()[1]).to.equal(
        'euc1 stale for=0s last=up live=0/1 edge=1/1 source=consul age=0s doubted=consul:eu why="critical"',
      )
      expect(world.changes.at(-1)).to.include({ to: 'stale', cause: 'consul:eu is doubted' })
    }),
  )

  it(
    'gives back what the same window had already taken',
    withWorld(world => {
      begin(world)
      for (const name of NAMES.slice(0, 3)) {
        world.nowMs += 10_000
        world.say(`${name} live`, false, { source: EUROPE })
      }
      expect(world.states()).to.equal('use1:stale euc1:stale euw3:stale apne1:up')
    }),
  )

  it(
    'leaves out what was out before the window',
    withWorld(world => {
      begin(world)
      lie(world, ['use1'])
      world.pass(DEFAULT_LIMITS.withdrawWindowMs)
      world.heard(EUROPE)
      lie(world, NAMES.slice(0, 4))
      expect(world.states()).to.equal('use1:down euc1:stale euw3:stale apne1:stale')
    }),
  )

  it(
    'does not bring back an address that was dead before',
    withWorld(world => {
      const regions = NAMES.slice(0, 4).map(name => ({ name, addresses: [`${name}-a`, `${name}-b`] }))
      world.book.update([target(regions, [EDGE])], 0)
      for (const { name, addresses } of regions)
        for (const one of addresses) world.say(`${name} edge ${one}`, true)
      for (let i = 0; i < 3; i++) world.say('use1 edge use1-a', false)
      world.nowMs += DEFAULT_LIMITS.withdrawWindowMs
      for (let i = 0; i < 3; i++)
        for (const { name, addresses } of regions)
          for (const one of addresses) world.say(`${name} edge ${one}`, false)
      expect(world.states()).to.equal('use1:stale euc1:stale euw3:stale apne1:stale')
      expect(world.region('use1').mask).to.deep.equal([false, true])
      expect(world.region('euc1').mask).to.deep.equal([true, true])
    }),
  )

  it(
    'counts drains that a source asks for as well',
    withWorld(world => {
      begin(world)
      lie(world, NAMES.slice(0, 4), true, { draining: true })
      expect(world.states()).to.equal('use1:stale euc1:stale euw3:stale apne1:stale')
    }),
  )

  it(
    'believes it again at once when it takes everything back',
    withWorld(world => {
      begin(world)
      lie(world, NAMES.slice(0, 4))
      world.nowMs = 5000
      lie(world, NAMES.slice(0, 4), true)
      expect(world.states()).to.equal('use1:up euc1:up euw3:up apne1:up')
      expect(world.doubts.at(-1)).to.include({
        kind: 'trusted',
        cause: 'took its words back',
        durationMs: 5000,
      })
    }),
  )

  it(
    'believes it again when it has said no more than it may for a while',
    withWorld(world => {
      begin(world)
      lie(world, NAMES.slice(0, 4))
      lie(world, ['use1', 'euc1'], true)
      expect(world.states()).to.equal('use1:up euc1:up euw3:stale apne1:stale')
      world.pass(DEFAULT_LIMITS.doubtQuietMs)
      expect(world.doubts.at(-1)).to.include({ kind: 'trusted', cause: 'says no more than it may' })
      world.book.view([{ channel: EUROPE, heardMs: world.nowMs, reachable: true }], world.nowMs)
      expect(world.states()).to.equal('use1:up euc1:up euw3:down apne1:down')
    }),
  )

  it(
    'believes it at once when another source agrees',
    withWorld(world => {
      begin(world)
      lie(world, NAMES.slice(0, 4))
      probeDown(world, 'use1')
      expect(world.states()).to.equal('use1:down euc1:stale euw3:stale apne1:stale')
      probeDown(world, 'euc1')
      expect(world.doubts.at(-1)).to.include({ kind: 'trusted', cause: 'another source agrees' })
      expect(world.states()).to.equal('use1:down euc1:down euw3:down apne1:down')
    }),
  )

  it(
    'doubts our own prober too: it may have lost its network',
    withWorld(world => {
      begin(world)
      probeDown(world, ...NAMES.slice(0, 4))
      expect(world.doubts[0]).to.include({ kind: 'doubted', source: 'probe' })
      expect(world.states()).to.equal('use1:stale euc1:stale euw3:stale apne1:stale')
    }),
  )

  it(
    'does not let a reload or a restart get around it',
    withWorld(world => {
      begin(world)
      lie(world, NAMES.slice(0, 4))
      world.book.update([target(NAMES.slice(0, 4).toReversed(), [EDGE, LIVE])], world.nowMs)
      expect(world.states()).to.equal('apne1:stale euw3:stale euc1:stale use1:stale')
      const again = new World({ recollection: world.book.recollect(world.nowMs), startMs: 3000 })
      try {
        again.book.update([target(NAMES.slice(0, 4), [LIVE, EDGE])], 3000)
        expect(again.states()).to.equal('use1:stale euc1:stale euw3:stale apne1:stale')
        expect(again.region('use1').lastUp).to.equal(true)
        expect(again.doubts[0]).to.include({ kind: 'doubted', source: EUROPE })
      } finally {
        again.close()
      }
    }),
  )

  it(
    'waits anew when it says too much again',
    withWorld(world => {
      begin(world)
      lie(world, NAMES.slice(0, 4))
      lie(world, ['use1', 'euc1'], true)
      world.pass(DEFAULT_LIMITS.doubtQuietMs - 2000)
      lie(world, ['use1', 'euc1'])
      world.pass(1000)
      lie(world, ['use1', 'euc1'], true)
      world.pass(DEFAULT_LIMITS.doubtQuietMs - 1000)
      expect(world.book.doubts()).to.have.length(1)
      world.pass(1000)
      expect(world.book.doubts()).to.deep.equal([])
    }),
  )

  it(
    'reckons a window over a restart',
    withWorld(world => {
      begin(world)
      lie(world, ['use1', 'euc1'])
      const again = new World({ recollection: world.book.recollect(0), startMs: 3000 })
      try {
        again.book.update([target(NAMES.slice(0, 4), [LIVE, EDGE])], 3000)
        expect(again.book.doubts()).to.deep.equal([])
        lie(again, ['euw3'])
        expect(again.doubts[0]).to.deep.include({ kind: 'doubted', regions: ['use1', 'euc1', 'euw3'] })
      } finally {
        again.close()
      }
    }),
  )

  it(
    'does not doubt after a restart what was out long before',
    withWorld(world => {
      begin(world)
      for (const name of NAMES.slice(0, 3)) {
        lie(world, [name])
        world.pass(DEFAULT_LIMITS.withdrawWindowMs)
        world.heard(EUROPE)
      }
      const startMs = world.nowMs + 3000
      const again = new World({ recollection: world.book.recollect(world.nowMs), startMs })
      try {
        again.book.update([target(NAMES.slice(0, 4), [LIVE])], startMs)
        lie(again, NAMES.slice(0, 3))
        expect(again.states()).to.equal('use1:down euc1:down euw3:down apne1:stale')
        expect(again.doubts).to.deep.equal([])
      } finally {
        again.close()
      }
    }),
  )

  it(
    'does not let a policy that is new believe at once what an old one doubts',
    withWorld(world => {
      begin(world)
      lie(world, NAMES.slice(0, 4))
      world.nowMs += 3 * DEFAULT_LIMITS.withdrawWindowMs
      world.heard(EUROPE)
      const other = target(NAMES.slice(0, 4), [LIVE], { name: 'other.classroom.example' })
      world.book.update([target(NAMES.slice(0, 4), [LIVE]), other], world.nowMs)
      for (const view of world.book.regions(ZONE, other.name)!) expect(view).to.include({ lastUp: true })
      expect(world.book.doubts()).to.have.length(2)
    }),
  )

  it(
    'holds when the witness who spoke for the regions falls silent',
    withWorld(world => {
      begin(world)
      for (const name of NAMES.slice(0, 4)) world.say(`${name} live`, true, { source: 'consul:us' })
      lie(world, NAMES.slice(0, 4))
      expect(world.states()).to.equal('use1:up euc1:up euw3:up apne1:up')
      for (let i = 0; i < 200; i++) {
        world.pass(2000)
        world.heard(EUROPE)
      }
      expect(world.doubts[0]).to.include({ kind: 'doubted', source: EUROPE })
      for (const name of NAMES.slice(0, 4))
        expect(world.region(name)).to.include({ state: 'stale', lastUp: true })
    }),
  )
})

type Step =
  | { readonly kind: 'say'; readonly regions: readonly number[]; readonly said: 'up' | 'down' | 'drain' }
  | { readonly kind: 'pass'; readonly seconds: number }
  | { readonly kind: 'heard' | 'reload' | 'restart' | 'witness' }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('say' as const),
      regions: fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 6 }),
      said: fc.constantFrom('up' as const, 'down' as const, 'down' as const, 'drain' as const),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.nat(40) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.nat(400) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'heard' as const,
        'heard' as const,
        'reload' as const,
        'restart' as const,
        'witness' as const,
      ),
    }),
  },
)

/** Watches regions from outside: since when each is kept from clients. */
class Watch {
  private readonly outSince = new Map<string, number>()

  newlyOut(book: HealthBook, nowMs: number): number {
    for (const { region, state, lastUp } of book.regions(ZONE, NAME)!) {
      const isOut = state === 'down' || state === 'draining' || (state === 'stale' && !lastUp)
      if (!isOut) this.outSince.delete(region)
      else if (!this.outSince.has(region)) this.outSince.set(region, nowMs)
    }
    return [...this.outSince.values()].filter(since => since > nowMs - DEFAULT_LIMITS.withdrawWindowMs).length
  }
}

/** One source speaks. Another witness of the same check only ever says up; the other check only ever passes. */
class Lonely {
  private readonly count: number
  private readonly maxWithdraw: number
  world: World

  constructor(count: number, maxWithdraw: number) {
    this.count = count
    this.maxWithdraw = maxWithdraw
    this.world = new World({ limits: { flapFalls: 0 } })
    this.reload()
  }

  /** `look` is called at every moment at which something may have changed. */
  take(one: Step, look: () => void): void {
    const { world } = this
    if (one.kind === 'say') {
      const names = one.regions.filter(i => i < this.count).map(i => NAMES[i]!)
      lie(world, names, one.said === 'up', { draining: one.said === 'drain' })
    } else if (one.kind === 'pass')
      for (let i = 0; i < one.seconds; i++) {
        world.pass(1000)
        look()
      }
    else if (one.kind === 'heard') world.heard(EUROPE)
    else if (one.kind === 'reload') this.reload()
    else if (one.kind === 'restart') this.restart()
    else
      for (const name of NAMES.slice(0, this.count)) world.say(`${name} live`, true, { source: 'consul:us' })
  }

  private reload(): void {
    const regions = NAMES.slice(0, this.count)
    this.world.book.update(
      [target(regions, [LIVE, EDGE], { maxWithdraw: this.maxWithdraw })],
      this.world.nowMs,
    )
    for (const name of regions) this.world.say(`${name} edge`, true)
  }

  private restart(): void {
    const { book, nowMs } = this.world
    const recollection = book.recollect(nowMs)
    this.world.close()
    this.world = new World({ recollection, startMs: nowMs, limits: { flapFalls: 0 } })
    this.reload()
  }
}

describe('blast-radius limiter, for any behaviour of one source', () => {
  it('never lets it alone withdraw more than allowed within a window', () => {
    const steps = fc.array(step, { minLength: 1, maxLength: 40 })
    const settings = fc.record({
      count: fc.integer({ min: 1, max: 6 }),
      share: fc.constantFrom(0, 0.25, 0.5, 0.75),
    })
    fc.assert(
      fc.property(settings, steps, ({ count, share }, list) => {
        const lonely = new Lonely(count, share)
        const watch = new Watch()
        try {
          const look = (): void => {
            const newly = watch.newlyOut(lonely.world.book, lonely.world.nowMs)
            expect(newly).to.be.at.most(allowedWithdrawals(count, share))
          }
          for (const one of list) {
            lonely.take(one, look)
            look()
          }
        } finally {
          lonely.world.close()
        }
      }),
      { numRuns: Number(process.env['LIMITER_RUNS'] ?? 150) },
    )
  })

  it('and sees a limiter that is not there', () => {
    const lonely = new Lonely(4, 1)
    const watch = new Watch()
    lonely.take({ kind: 'say', regions: [0, 1, 2, 3], said: 'up' }, () => undefined)
    lonely.take({ kind: 'say', regions: [0, 1, 2, 3], said: 'down' }, () => undefined)
    expect(watch.newlyOut(lonely.world.book, lonely.world.nowMs)).to.equal(4)
    lonely.world.close()
  })
})
