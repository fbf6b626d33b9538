/** Random zones and queries: our answers against those of NSD and Knot. `DIFF_SEED` repeats a run, `DIFF_COUNT`
 *  sets its size, `npm run differential` is the large one. */

import { expect } from 'chai'
import { tool } from '../tools/tools.ts'
import { seedFrom } from './dice.ts'
import { printOutcome, tally } from './report.ts'
import { shrink } from './shrink.ts'
import type { Outcome } from './trials.ts'
import { distinct, QUERIES_PER_WORLD, randomWorld, tryWorld } from './world.ts'

const SHOWN_FAILURES_MAX = 3

describe('answers, compared with NSD and Knot', () => {
  const seed = seedFrom('DIFF_SEED')
  const count = Number(process.env['DIFF_COUNT'] ?? 6_000)

  before(async function () {
    await tool('nsd', this)
    await tool('knotd', this)
  })

  it(`agrees with one of them on ${count} random queries (DIFF_SEED=${seed})`, async function () {
    this.timeout(Math.max(120_000, count * 40))
    const outcomes: Outcome[] = []
    for (let world = 0; outcomes.length < count; world++) {
      const { families, questions } = randomWorld(seed, world, QUERIES_PER_WORLD)
      const left = count - outcomes.length
      outcomes.push(...(await tryWorld(families, distinct(questions).slice(0, left))))
    }
    console.log(`      ${tally(outcomes)}`)
    const wrong = outcomes.filter(outcome => outcome.verdict.kind === 'wrong')
    const reports: string[] = []
    for (const outcome of wrong.slice(0, SHOWN_FAILURES_MAX)) {
      reports.push(printOutcome(await shrink(outcome, tryWorld)))
    }
    expect(wrong.length, `seed ${seed}\n${reports.join('\n\n')}\n`).to.equal(0)
  })
})
