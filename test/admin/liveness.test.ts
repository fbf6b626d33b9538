/** When a server counts as alive, and when as ready. */
import { expect } from 'chai'
import { Counter, newCounterBlock } from '../../src/base/counters.ts'
import { Liveness } from '../../src/observe/liveness.ts'
import { FIRST_WORD_MS, type ReadinessFacts, readiness } from '../../src/observe/readiness.ts'

describe('liveness', () => {
  const busy = { name: 'udp-0', counters: newCounterBlock() }
  const idle = { name: 'udp-1', counters: newCounterBlock() }
  const turn = {
    busy: () => busy.counters[Counter.Batches]!++,
    idle: () => idle.counters[Counter.IdleTurns]!++,
  }

  it('names a worker that neither answers nor waits, and forgives it when it turns again', () => {
    const liveness = new Liveness(() => [busy, idle], 3)
    const look = (times: number, turning: readonly (() => void)[]): void => {
      for (let i = 0; i < times; i++) {
        for (const turns of turning) turns()
        liveness.look()
      }
    }
    look(30, [turn.busy, turn.idle])
    expect(liveness.stuck()).to.deep.equal([])
    look(2, [turn.busy])
    expect(liveness.stuck()).to.deep.equal([])
    look(1, [turn.busy])
    expect(liveness.stuck()).to.deep.equal(['udp-1'])
    turn.idle()
    expect(liveness.stuck()).to.deep.equal([])
    look(3, [turn.idle])
    expect(liveness.stuck()).to.deep.equal(['udp-0'])
  })

  it('knows nothing at the first look', () => {
    const liveness = new Liveness(() => [busy, idle], 1)
    liveness.look()
    expect(liveness.stuck()).to.deep.equal([])
  })
})

describe('readiness', () => {
  const READY: ReadinessFacts = {
    upMs: 60_000,
    generation: 3,
    workers: [
      { name: 'udp-0', generation: 3 },
      { name: 'stream-1', generation: 2 },
    ],
    sources: [{ name: 'Consul dc1', silentMs: 1_000 }],
    regionsUnknown: 0,
    silenceMaxMs: 600_000,
  }
  const YOUNG = { upMs: FIRST_WORD_MS - 1 }
  const cases: [string, Partial<ReadinessFacts>, string[]][] = [
    ['all is well', {}, []],
    ['nothing is published', { generation: 0 }, ['no plan is loaded']],
    ['a worker has no plan', { workers: [{ name: 'udp-0', generation: 0 }] }, ['udp-0 has no plan yet']],
    [
      'a source is silent for long',
      { sources: [{ name: 'Consul dc1', silentMs: 600_001 }] },
      ['Consul dc1 is silent for 600 s'],
    ],
    ['any silence is allowed', { silenceMaxMs: 0, sources: [{ name: 'x', silentMs: 9e9 }] }, []],
    [
      'a source never spoke, at the start',
      { ...YOUNG, sources: [{ name: 'Consul dc1', silentMs: undefined }] },
      ['Consul dc1 was not heard yet'],
    ],
    ['a source never spoke, later', { sources: [{ name: 'Consul dc1', silentMs: undefined }] }, []],
    [
      'a source never spoke, for too long',
      { upMs: 600_001, sources: [{ name: 'Consul dc1', silentMs: undefined }] },
      ['Consul dc1 was not heard yet'],
    ],
    [
      'regions were not looked at, at the start',
      { ...YOUNG, regionsUnknown: 2 },
      ['2 regions with checks were not looked at yet'],
    ],
    ['regions were not looked at, later', { regionsUnknown: 2 }, []],
  ]
  for (const [what, facts, why] of cases)
    it(`${what}: ${why.length === 0 ? 'ready' : why.join()}`, () => {
      expect(readiness({ ...READY, ...facts })).to.deep.equal({ ready: why.length === 0, why })
    })
})
