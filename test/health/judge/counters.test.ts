/** From samples to a verdict: the counters, the first round, flap damping. A dot is a good sample, an x a bad one,
 *  `~` is one asked to drain. */

import { expect } from 'chai'
import fc from 'fast-check'
import {
  isSteady,
  type Judgement,
  judge,
  settle,
  type Thresholds,
  thresholdsOf,
  unjudged,
} from '../../../src/health/judge/counters.ts'
import { DEFAULT_LIMITS } from '../../../src/health/judge/spec.ts'
import { EDGE, LIVE } from './world.ts'

const STEP_MS = 1000
const EDGES = thresholdsOf(EDGE)

function after(samples: string, thresholds: Thresholds = EDGES, limits = DEFAULT_LIMITS): Judgement {
  let judgement = unjudged(0)
  for (const [i, sample] of [...samples].entries())
    judgement = judge(
      judgement,
      { ok: sample === '.', draining: sample === '~', detail: sample, atMs: i * STEP_MS },
      thresholds,
      limits,
    )
  return judgement
}

function shown(judgement: Judgement): string {
  const { verdict, draining, held } = judgement
  const parts = [verdict, draining ? 'draining' : '', held ? 'held' : '', isSteady(judgement) ? '' : 'moving']
  return parts.filter(part => part !== '').join(' ')
}

const FALL_3_RISE_2: readonly [string, string, string][] = [
  ['', 'unknown', 'nothing is known before the first sample'],
  ['.', 'up', 'one success is enough to call it up: it was served anyway'],
  ['x', 'unknown moving', 'the first round withdraws nothing on one sample'],
  ['xx', 'unknown moving', 'nor on fewer than fall'],
  ['xxx', 'down', 'fall failures from the start'],
  ['.xx', 'up moving', 'failures that are not yet fatal'],
  ['.xxx', 'down', 'fall failures'],
  ['.x.x.x', 'down', 'failures add up with successes between them'],
  ['.xx..x', 'down', 'a run shorter than forgive clears nothing'],
  ['.xx...', 'up', 'a run of forgive clears them'],
  ['.xx...xx', 'up moving', 'and counting begins anew'],
  ['xx.x', 'down', 'failures of the first round count on'],
  ['.xxx.', 'down moving', 'one success does not make up for a fall'],
  ['.xxx.x.', 'down moving', 'successes must be in a row'],
  ['.xxx..', 'up', 'a run of rise does'],
  ['.~', 'up draining moving', 'a drain is no failure'],
  ['.~~~~', 'up draining moving', 'however often it is said'],
  ['.xx~x', 'down', 'and moves no counter'],
  ['.~.', 'up', 'and ends with the first sample that does not ask for it'],
]

const CONSUL: readonly [string, string, string][] = [
  ['x', 'unknown moving', 'Consul, too, withdraws nothing with its first word'],
  ['xx', 'down', 'until it has confirmed it'],
  ['.x', 'down', 'later it has counted already'],
  ['.x.', 'up', 'both ways'],
]

const PUSH: readonly [string, string, string][] = [
  ['x', 'down', 'a push is a statement: the first counts'],
  ['.', 'up', 'either way'],
  ['.x', 'down', 'and every one after it'],
  ['x.', 'up', 'at once'],
]

describe('counters', () => {
  for (const [samples, expected, why] of FALL_3_RISE_2)
    it(`"${samples}" is ${expected}: ${why}`, () => {
      expect(shown(after(samples))).to.equal(expected)
    })

  for (const [samples, expected, why] of CONSUL)
    it(`consul "${samples}" is ${expected}: ${why}`, () => {
      expect(shown(after(samples, thresholdsOf(LIVE)))).to.equal(expected)
    })

  for (const [samples, expected, why] of PUSH)
    it(`push "${samples}" is ${expected}: ${why}`, () => {
      const thresholds = thresholdsOf({ ...LIVE, kind: 'push', fall: 1, rise: 1 })
      expect(shown(after(samples, thresholds))).to.equal(expected)
    })

  it('withdraws nothing on the first sample, whatever fall= says', () => {
    expect(after('x', { fall: 1, rise: 1, forgive: 1 }).verdict).to.equal('unknown')
    expect(after('xx', { fall: 1, rise: 1, forgive: 1 }).verdict).to.equal('down')
  })

  it('counts as the plainest counters do, for any samples', () => {
    const samples = fc.array(fc.constantFrom('.', 'x'), { maxLength: 60 }).map(list => `.${list.join('')}`)
    const thresholds = fc.record({
      fall: fc.integer({ min: 1, max: 5 }),
      rise: fc.integer({ min: 1, max: 5 }),
      forgive: fc.integer({ min: 1, max: 5 }),
    })
    fc.assert(
      fc.property(samples, thresholds, (text, numbers) => {
        const limits = { ...DEFAULT_LIMITS, flapFalls: 0 }
        expect(after(text, numbers, limits).verdict).to.equal(plainVerdict(text, numbers))
      }),
    )
  })

  it('never falls on a success and never rises on a failure', () => {
    const samples = fc.array(fc.constantFrom('.', 'x', '~'), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(samples, list => {
        const before = after(list.slice(0, -1).join('')).verdict
        const then = after(list.join('')).verdict
        if (before === then) return
        expect(then).to.equal(list.at(-1) === '.' ? 'up' : 'down')
      }),
    )
  })
})

/** After a first success. As written in the manual of gdnsd, over strings. */
function plainVerdict(text: string, { fall, rise, forgive }: Thresholds): string {
  let up = true
  let since = ''
  for (const sample of text.slice(1)) {
    since += sample
    const run = /\.*$/.exec(since)![0].length
    if (up && run >= forgive) since = ''
    if (up && since.split('x').length - 1 >= fall) [up, since] = [false, '']
    else if (!up && run >= rise) [up, since] = [true, '']
  }
  return up ? 'up' : 'down'
}

describe('flap damping', () => {
  const limits = { ...DEFAULT_LIMITS, flapFalls: 3, flapWindowMs: 60_000, flapQuietMs: 10_000 }
  const consul = thresholdsOf(LIVE)
  const flapping = '.x.x.x'

  it('lets it fall at once, every time', () => {
    expect(after(flapping, consul, limits).verdict).to.equal('down')
    expect(after(flapping, consul, limits).fallsMs).to.have.length(3)
  })

  it('holds back the return of what fell too often', () => {
    expect(shown(after(`${flapping}.`, consul, limits))).to.equal('down held moving')
    expect(shown(after('.x.x.', consul, limits))).to.equal('up')
  })

  it('until it has been quiet for long enough, whether or not somebody says so again', () => {
    const held = after(`${flapping}.`, consul, limits)
    expect(settle(held, 5000 + 9999, limits).verdict).to.equal('down')
    expect(settle(held, 5000 + 10_000, limits).verdict).to.equal('up')
    expect(shown(after(`${flapping}${'.'.repeat(10)}`, consul, limits))).to.equal('up')
  })

  it('and one failure begins the quiet anew', () => {
    const held = after(`${flapping}....x.`, consul, limits)
    expect(settle(held, 5000 + 10_000, limits).verdict).to.equal('down')
  })

  it('forgets falls that are older than the window', () => {
    const late = after(`.x.x${'.'.repeat(80)}x.`, consul, limits)
    expect(shown(late)).to.equal('up')
  })

  it('can be turned off', () => {
    expect(shown(after(`${flapping}.`, consul, { ...limits, flapFalls: 0 }))).to.equal('up')
  })
})
