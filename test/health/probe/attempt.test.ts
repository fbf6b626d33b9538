/** One attempt by itself: its one outcome, what it holds, and what a pause of the whole process does to it. */

import { expect } from 'chai'
import { Attempt, printable } from '../../../src/health/probe/attempt.ts'
import type { ProbeOutcome } from '../../../src/health/probe/probe.ts'
import { FakeTiming } from './fake-timing.ts'

class Resource {
  destroyed = 0
  destroy(): void {
    this.destroyed++
  }
}

describe('an attempt', () => {
  let timing: FakeTiming
  let outcomes: ProbeOutcome[]
  let attempt: Attempt

  beforeEach(() => {
    timing = new FakeTiming()
    outcomes = []
    attempt = new Attempt(timing, 1_000, outcome => outcomes.push(outcome))
  })

  it('has one outcome, the first', () => {
    attempt.succeed('fine', '')
    attempt.fail('closed', 'too late')
    attempt.giveUp('local', 'too late')
    timing.advance(5_000)
    expect(outcomes).to.deep.equal([{ kind: 'ok', detail: 'fine', warning: '' }])
    expect(timing.timersPending).to.equal(0)
  })

  it('destroys what it holds before it says how it ended, and what comes later at once', () => {
    const [early, late] = [new Resource(), new Resource()]
    let destroyedBefore = 0
    const other = new Attempt(timing, 1_000, () => (destroyedBefore = early.destroyed))
    other.hold(early)
    other.fail('refused', '')
    other.hold(late)
    expect([destroyedBefore, early.destroyed, late.destroyed]).to.deep.equal([1, 1, 1])
  })

  it('times out, and says where it was', () => {
    attempt.phase = 'reading the body'
    timing.advance(999)
    expect(outcomes).to.deep.equal([])
    timing.advance(1)
    expect(outcomes).to.deep.equal([
      { kind: 'failed', reason: 'timeout', detail: 'no end within 1000 ms: reading the body' },
    ])
  })

  it('abandoned, has no outcome and holds nothing', () => {
    const resource = new Resource()
    attempt.hold(resource)
    attempt.abandon()
    attempt.succeed('', '')
    timing.advance(5_000)
    expect(outcomes).to.deep.equal([])
    expect([resource.destroyed, timing.timersPending]).to.deep.equal([1, 0])
  })

  it('gets back the time in which the process stood still', () => {
    timing.stall(1_600)
    expect(outcomes).to.deep.equal([])
    timing.advance(599)
    expect(outcomes).to.deep.equal([])
    attempt.succeed('its reply had lain in the kernel', '')
    expect(outcomes[0]?.kind).to.equal('ok')
  })

  it('times out after all, when nothing comes in the time given back', () => {
    timing.stall(1_600)
    timing.advance(600)
    expect(outcomes[0]).to.include({ kind: 'failed', reason: 'timeout' })
  })

  it('blames nobody when the process stood still for longer than its whole timeout', () => {
    timing.stall(2_500)
    expect(outcomes).to.deep.equal([
      { kind: 'gap', cause: 'stalled', detail: 'this process stood still for 1500 ms meanwhile' },
    ])
  })

  it('blames nobody for a step that Node refuses', () => {
    attempt.go(() => {
      throw new TypeError('no such path')
    })
    expect(outcomes).to.deep.equal([{ kind: 'gap', cause: 'unaskable', detail: 'no such path' }])
  })
})

describe('a detail', () => {
  const details: readonly [string, string][] = [
    ['plain', 'plain'],
    ['a\u001b[31mb\r\nc', 'a\ufffd[31mb\ufffd\ufffdc'],
    ['\u202eevil', '\ufffdevil'],
    ['x'.repeat(200), `${'x'.repeat(160)}…`],
  ]
  for (const [text, shown] of details)
    it(`shows ${JSON.stringify(text.slice(0, 20))} as what can be printed`, () => {
      expect(printable(text)).to.equal(shown)
    })
})
