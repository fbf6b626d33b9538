/** What holds of the schedule whatever the jobs: by properties over random ones, on a clock that tests move. */

import { expect } from 'chai'
import fc from 'fast-check'
import { FIRST_ROUND_MS, JITTER_SHARE, type Job, Schedule } from '../../../src/health/probe/schedule.ts'
import type { CallOff } from '../../../src/health/probe/timing.ts'
import { FakeTiming, seededDice } from './fake-timing.ts'

/** Timers are whole milliseconds, and those due within five start together. */
const SLACK_MS = 7

interface Run {
  readonly id: string
  readonly startMs: number
  endMs: number
  ending: 'done' | 'called off' | 'running'
}

interface Setup {
  readonly dice?: () => number
  readonly concurrencyMax?: number
  readonly durationMs?: (id: string, run: number) => number
}

/** A schedule whose jobs take the time they are told, and a record of all they did. */
class Bench {
  readonly timing = new FakeTiming()
  readonly runs: Run[] = []
  runningMax = 0
  readonly schedule: Schedule<Job>
  private running = 0
  private readonly durationMs: (id: string, run: number) => number

  constructor({ dice = () => 0, concurrencyMax = 10_000, durationMs = () => 1 }: Setup) {
    this.durationMs = durationMs
    const start = (job: Job, done: () => void): CallOff => this.start(job, done)
    this.schedule = new Schedule({ timing: this.timing, dice, concurrencyMax, start })
  }

  of(id: string): Run[] {
    return this.runs.filter(run => run.id === id)
  }

  private start({ id }: Job, done: () => void): CallOff {
    const startMs = this.timing.nowMs
    const run: Run = { id, startMs, endMs: Infinity, ending: 'running' }
    const end = (ending: Run['ending']): void => {
      this.running--
      run.endMs = this.timing.nowMs
      run.ending = ending
    }
    this.runs.push(run)
    this.running++
    this.runningMax = Math.max(this.runningMax, this.running)
    const durationMs = this.durationMs(id, this.runs.length)
    const finish = (): void => {
      end('done')
      done()
    }
    if (durationMs === 0) finish()
    const callOff = durationMs === 0 ? () => undefined : this.timing.after(durationMs, finish)
    return () => {
      callOff()
      end('called off')
    }
  }
}

const job = (id: string, intervalMs: number, fingerprint = ''): Job => ({ id, intervalMs, fingerprint })
const jobsOf = (count: number, intervalMs: number): Job[] =>
  Array.from({ length: count }, (_, i) => job(`target-${i}`, intervalMs))

const someJobs = fc.uniqueArray(
  fc.record({
    id: fc.string({ minLength: 1, maxLength: 4 }),
    intervalMs: fc.integer({ min: 100, max: 9_000 }),
  }),
  { selector: ({ id }) => id, minLength: 1, maxLength: 40 },
)
const asJobs = (made: readonly { id: string; intervalMs: number }[]): Job[] =>
  made.map(({ id, intervalMs }) => job(id, intervalMs))

describe('the schedule', () => {
  it('starts each job within its interval and the first round, then at most an interval apart', () => {
    fc.assert(
      fc.property(someJobs, fc.integer(), (made, seed) => {
        const dice = seededDice(seed)
        const durations = seededDice(seed + 1)
        const bench = new Bench({ dice, durationMs: () => Math.floor(durations() * 100) })
        bench.schedule.update(asJobs(made))
        bench.timing.advance(30_000)
        for (const { id, intervalMs } of made) {
          const starts = bench.of(id).map(({ startMs }) => startMs)
          expect(starts[0]).to.be.at.most(Math.min(intervalMs, FIRST_ROUND_MS) + SLACK_MS)
          starts.slice(1).forEach((startMs, i) => {
            const gapMs = startMs - starts[i]!
            expect(gapMs).to.be.at.most(intervalMs + SLACK_MS)
            const leastMs =
              i === 0
                ? Math.min(intervalMs * (1 - JITTER_SHARE), FIRST_ROUND_MS)
                : intervalMs * (1 - JITTER_SHARE)
            expect(gapMs).to.be.at.least(leastMs - SLACK_MS)
          })
          expect(starts.length).to.be.at.least(Math.floor(30_000 / (intervalMs + SLACK_MS)) - 1)
        }
      }),
    )
  })

  it('overlaps no job with itself and keeps its bound, under any load and any updates', () => {
    const steps = fc.array(fc.tuple(someJobs, fc.integer({ min: 1, max: 5_000 })), {
      minLength: 1,
      maxLength: 6,
    })
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 8 }), fc.integer(), (updates, concurrencyMax, seed) => {
        const durations = seededDice(seed)
        // Some take far longer than their interval.
        const durationMs = (): number => Math.floor(durations() ** 4 * 20_000)
        const bench = new Bench({ dice: seededDice(seed + 1), concurrencyMax, durationMs })
        for (const [made, forMs] of updates) {
          bench.schedule.update(asJobs(made))
          bench.timing.advance(forMs)
          const unknown = bench.runs.filter(({ ending }) => ending === 'running').map(({ id }) => id)
          expect(made.map(({ id }) => id)).to.include.members(unknown)
        }
        expect(bench.runningMax).to.be.at.most(concurrencyMax)
        for (const id of new Set(bench.runs.map(run => run.id)))
          bench.of(id).reduce((before, run) => {
            expect(before.ending).to.not.equal('running')
            expect(run.startMs).to.be.at.least(before.endMs)
            return run
          })
        bench.schedule.stop()
        expect(bench.timing.timersPending).to.equal(0)
        expect(bench.schedule.figures()).to.include({ jobs: 0, running: 0 })
        const count = bench.runs.length
        bench.timing.advance(60_000)
        expect(bench.runs).to.have.length(count)
      }),
    )
  })

  it('leaves in phase what an update does not change, and drops what it leaves out', () => {
    fc.assert(
      fc.property(someJobs, someJobs, fc.integer({ min: 0, max: 9_000 }), (kept, others, atMs) => {
        const mine = asJobs(kept).map(one => ({ ...one, id: `kept ${one.id}` }))
        const starts = (isUpdated: boolean): unknown => {
          const bench = new Bench({})
          bench.schedule.update(mine)
          bench.timing.advance(atMs)
          if (isUpdated) bench.schedule.update([...asJobs(others), ...mine])
          bench.timing.advance(5_000)
          if (isUpdated) bench.schedule.update(mine)
          bench.timing.advance(10_000)
          // Others may wake the timer sooner than it would have, by less than those due together differ.
          return mine.map(({ id }) => bench.of(id).length)
        }
        expect(starts(true)).to.deep.equal(starts(false))
      }),
    )
  })

  it('lets a run under way go on over an update, and calls it off when its job changes or goes', () => {
    const bench = new Bench({ durationMs: () => 10_000 })
    bench.schedule.update(['stays', 'changes', 'goes'].map(id => job(id, 20_000)))
    bench.timing.advance(2_000)
    bench.schedule.update([job('stays', 20_000), job('changes', 20_000, 'another')])
    expect(bench.runs.map(({ id, ending }) => `${id} ${ending}`).sort()).to.deep.equal([
      'changes called off',
      'goes called off',
      'stays running',
    ])
    bench.timing.advance(2_000)
    expect(bench.of('changes').map(({ ending }) => ending)).to.deep.equal(['called off', 'running'])
    expect(bench.of('stays')).to.have.length(1)
  })
})

describe('the schedule of thousands', () => {
  const bench = new Bench({ dice: seededDice(4), durationMs: () => 3 })

  before(() => {
    bench.schedule.update(jobsOf(5_000, 5_000))
    bench.timing.advance(60_000)
  })

  it('spreads them evenly, the first round too', () => {
    const perTenth = new Map<number, number>()
    for (const { startMs } of bench.runs) {
      const tenth = Math.floor(startMs / 100)
      perTenth.set(tenth, (perTenth.get(tenth) ?? 0) + 1)
    }
    const counts = Array.from({ length: 600 }, (_, tenth) => perTenth.get(tenth) ?? 0)
    const later = counts.slice(0, 599)
    expect(Math.max(...later)).to.be.below(170)
    expect(Math.min(...later)).to.be.above(50)
  })

  it('runs them all, and late by no more than the slack', () => {
    expect(new Set(bench.runs.map(({ id }) => id)).size).to.equal(5_000)
    expect(bench.runs.length).to.be.within(59_000, 66_000)
    expect(bench.schedule.figures().lateness.maxMs).to.be.at.most(SLACK_MS)
  })

  it('needs one timer of its own, set less than once in five milliseconds', () => {
    const { running } = bench.schedule.figures()
    expect(bench.timing.timersPending - running).to.equal(1)
    // Each run of this test has a timer, too.
    expect(bench.timing.timersSet - bench.runs.length).to.be.below(12_000)
  })
})

describe('the schedule in trouble', () => {
  it('makes up for no missed round, and starts no more at once than a bound', () => {
    const bench = new Bench({ durationMs: () => 5 })
    bench.schedule.update(jobsOf(1_000, 5_000))
    bench.timing.advance(20_000)
    const before = bench.runs.length
    bench.timing.stall(30_000)
    expect(bench.runs.length - before).to.equal(64)
    bench.timing.advance(4_000)
    const after = bench.runs.slice(before)
    expect(after).to.have.length(1_000)
    expect(new Set(after.map(({ id }) => id)).size).to.equal(1_000)
    expect(bench.schedule.figures().lateness.maxMs).to.be.above(25_000)
  })

  it('starves nobody when there is room for few', () => {
    const bench = new Bench({ concurrencyMax: 2, durationMs: () => 1_000 })
    bench.schedule.update(jobsOf(10, 1_000))
    bench.timing.advance(60_000)
    const counts = jobsOf(10, 1_000).map(({ id }) => bench.of(id).length)
    expect(Math.min(...counts)).to.be.at.least(11)
    expect(Math.max(...counts)).to.be.at.most(13)
    // Ten seconds of work come due in two: each round is late by the rest of the ten.
    expect(bench.schedule.figures().lateness.p50Ms).to.be.within(3_000, 5_000)
  })

  it('survives jobs that end as they start', () => {
    const bench = new Bench({ durationMs: () => 0 })
    bench.schedule.update(jobsOf(3, 1_000))
    bench.timing.advance(10_000)
    expect(bench.runs.length).to.be.within(28, 33)
    expect(bench.schedule.figures().running).to.equal(0)
  })

  it('takes two jobs of one id for a bug of ours', () => {
    const bench = new Bench({})
    expect(() => bench.schedule.update([job('a', 100), job('a', 200)])).to.throw(/two jobs of one id/)
  })
})
