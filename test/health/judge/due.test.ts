/** A book that looks again only at what is due says at every tick what one says that looks at everything each time. */

import { expect } from 'chai'
import type { HealthTarget } from '../../../src/health/judge/spec.ts'
import { Dice, seedFrom } from '../../differential/dice.ts'
import { EDGE, LIVE, NAME, target, World, ZONE } from './world.ts'

const SEED = seedFrom('DUE_SEED')
const RUNS = 60
const STEPS = 120
const STEP_MS = 250
/** Short, so that much comes to an end in every run. */
const LIMITS = {
  staleAfterMs: 3000,
  staleIntervals: 1,
  expireAfterMs: 4000,
  flapFalls: 2,
  flapQuietMs: 3000,
}
const REGIONS = ['euc1', 'use1', 'apne1']

type Deed = (world: World) => void

/** What both are told: nothing most of the time. */
function deed(dice: Dice): Deed {
  const region = dice.pick(REGIONS)
  const ok = dice.chance(0.6)
  return dice.weighted<Deed>([
    [() => undefined, 10],
    [world => void world.say(`${region} edge`, ok), 3],
    [world => void world.say(`${region} live`, ok), 1],
    [world => void world.say(`${region} live`, ok, { source: 'push', validForMs: 2000 }), 1],
    [world => world.heard(`consul:${region}`), 1],
    [world => deaf(world, region), 1],
  ])
}

function deaf(world: World, region: string): void {
  world.book.view([{ channel: `consul:${region}`, heardMs: world.nowMs, reachable: false }], world.nowMs)
}

function checked(intervalMs: number): HealthTarget {
  return target(REGIONS, [LIVE, { ...EDGE, intervalMs, timeoutMs: 500 }], { rampMs: 5000 })
}

/** All that boards are written by. */
function looks({ book }: World): unknown[] {
  return book
    .regions(ZONE, NAME)!
    .map(({ region, state, steady, lastUp, shareOfWeight }) => [region, state, steady, lastUp, shareOfWeight])
}

describe('what is looked at only when it is due', () => {
  it(`is told at the same tick as if everything were looked at (seed ${SEED})`, () => {
    const dice = new Dice(SEED)
    const seen = new Set<string>()
    for (let run = 0; run < RUNS; run++) {
      const [lazy, eager] = [new World({ limits: LIMITS }), new World({ limits: LIMITS })]
      let spec = checked(5000)
      for (const { book } of [lazy, eager]) book.update([spec], 0)
      for (let step = 0; step < STEPS; step++) {
        const isReload = dice.chance(0.02)
        if (isReload) spec = checked(dice.pick([1000, 5000, 20_000]))
        const told = deed(dice)
        for (const world of [lazy, eager]) {
          // Whatever is named again is looked at by the next tick.
          if (isReload || world === eager) world.book.update([spec], world.nowMs)
          told(world)
          world.pass(STEP_MS, STEP_MS)
        }
        expect(looks(lazy), `run ${run}, step ${step}`).to.deep.equal(looks(eager))
        for (const { state } of lazy.book.regions(spec.zone, spec.name)!) seen.add(state)
      }
      expect(lazy.changes).to.deep.equal(eager.changes)
      expect(lazy.doubts).to.deep.equal(eager.doubts)
      expect(lazy.lines()).to.deep.equal(eager.lines())
      for (const world of [lazy, eager]) world.close()
    }
    expect(seen).to.include.keys('up', 'down', 'stale', 'unknown')
  })
})
