/** The parts behind the metrics: counts that outlive plans and workers, shares by sample, the audit of answers. */
import { expect } from 'chai'
import fc from 'fast-check'
import { UNKNOWN_PLACE } from '../../src/base/place.ts'
import { AnswerAudit } from '../../src/control/answer-audit.ts'
import type { BuiltZone } from '../../src/control/build.ts'
import { TallyBook } from '../../src/control/tally-book.ts'
import { Apportionment } from '../../src/observe/apportion.ts'
import type { Log } from '../../src/observe/log.ts'
import { AUDITS_MAX, AuditBox } from '../../src/plan/audit-box.ts'
import {
  newTallyBlock,
  OUTCOMES,
  Outcome,
  PolicyTally,
  RCODES_COUNTED,
  talliesOf,
} from '../../src/plan/tallies.ts'
import { policyOf } from '../policy/zone-text.ts'

const GEO = new SharedArrayBuffer(0)

/** Zone `a.test.` answers by one policy of two regions; `b.test.` by none. */
function twoZones(policyText = '$POLICY p regions=de,us order=listed'): BuiltZone[] {
  const regions = '$REGION de at=50,8 country=DE\n$REGION us at=38,-77 country=US'
  const policy = policyOf(`${regions}\n${policyText}\nlive GSLB p`)
  const steered = { policies: [{ policy, classes: [] }] }
  return [
    { zone: 'a.test.', steered },
    { zone: 'b.test.', steered: undefined },
  ] as unknown as BuiltZone[]
}

const POLICY_AT = 2 * RCODES_COUNTED
const WORDS = POLICY_AT + PolicyTally.Regions + 2 * OUTCOMES + RCODES_COUNTED
const B_AT = WORDS - RCODES_COUNTED

describe('the tally book', () => {
  it('adds workers up, and keeps counts of plans and workers that are gone', () => {
    const book = new TallyBook()
    const begin = (generation: number, worker: number): Float64Array => {
      const block = newTallyBlock(WORDS)
      book.counting(worker, generation, block)
      return talliesOf(block)
    }
    book.begin(1, twoZones(), GEO)
    const [first, second] = [begin(1, 0), begin(1, 1)]
    first[0] = 5
    first[RCODES_COUNTED] = 10
    second[RCODES_COUNTED] = 1
    second[B_AT + 3] = 7
    first[POLICY_AT + PolicyTally.Regions + OUTCOMES + Outcome.Failover] = 4
    const failovers = () => book.totals().policies.get('a.test. p')!.regions.get('us')![Outcome.Failover]
    const noErrors = () => book.totals().zones.get('a.test.')![0]
    expect([noErrors(), failovers(), book.totals().zones.get('')![5] ?? 0]).to.deep.equal([11, 4, 0])
    expect([book.totals().zones.get('')![0], book.totals().zones.get('b.test.')![3]]).to.deep.equal([5, 7])

    // A plan whose only zone is the second one: the first worker has it, the second still has the old one.
    book.begin(2, twoZones().slice(1), GEO)
    const next = begin(2, 0)
    next[RCODES_COUNTED + 3] = 100
    second[RCODES_COUNTED]! += 1
    expect([noErrors(), failovers(), book.totals().zones.get('b.test.')![3]]).to.deep.equal([12, 4, 107])
    // The second worker dies; whoever takes its place counts from nothing.
    begin(2, 1)[RCODES_COUNTED + 3] = 1
    expect([noErrors(), failovers(), book.totals().zones.get('b.test.')![3]]).to.deep.equal([12, 4, 108])
    expect([...book.rcodes().subarray(0, 4)]).to.deep.equal([5 + 12, 0, 0, 108])
  })
})

describe('answers that nobody takes', () => {
  it('do not pile up with every reload, and what was given before the last one is told', () => {
    const book = new TallyBook()
    const client = { family: 4 as const, octets: Uint8Array.of(192, 0, 2, 1), at: 0 }
    for (let generation = 1; generation <= 5; generation++) {
      book.begin(generation, twoZones(), GEO)
      for (const worker of [0, 1]) {
        const block = newTallyBlock(WORDS)
        book.counting(worker, generation, block)
        const box = new AuditBox(block)
        while (box.hasRoom) box.put({ zone: 0, policy: 0, outcome: 0 }, Int32Array.of(0), 1, client)
      }
    }
    const taken = book.takeAnswers()
    expect(taken).to.have.length(2 * 2 * AUDITS_MAX)
    expect(new Set(taken.map(({ plan }) => plan)).size).to.equal(2)
    expect(book.takeAnswers()).to.deep.equal([])
  })
})

describe('an exact count told apart by samples', () => {
  it('is the exact count in all, and only grows', () => {
    const step = fc.record({
      more: fc.nat(1_000),
      kinds: fc.array(fc.constantFrom('x', 'y', 'z'), { maxLength: 5 }),
    })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1 }), steps => {
        const shares = new Apportionment()
        let whole = 0
        let isSampled = false
        let before = new Map<string, number>()
        for (const { more, kinds } of steps) {
          whole += more
          isSampled ||= kinds.length > 0
          shares.update('key', whole, kinds)
          const now = new Map(shares.parts('key'))
          for (const [kind, count] of before) expect(now.get(kind)).to.be.at.least(count)
          const sum = [...now.values()].reduce((a, b) => a + b, 0)
          if (isSampled) expect(sum).to.be.closeTo(whole, 1e-6)
          else expect(sum).to.equal(0)
          before = now
        }
      }),
    )
  })

  it('is exact by kind where everything is sampled', () => {
    const shares = new Apportionment()
    shares.update('key', 3, ['x', 'y', 'x'])
    shares.update('key', 5, ['y', 'y'])
    expect([...shares.parts('key')]).to.deep.equal([
      ['x', 2],
      ['y', 3],
    ])
  })
})

describe('the box of answers', () => {
  const put = (box: AuditBox, last: number): void =>
    box.put({ zone: 1, policy: 2, outcome: 1 }, Int32Array.of(3, 4, 255, 6), 4, {
      family: 6,
      octets: Uint8Array.of(9, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last),
      at: 1,
    })

  it('gives back what was put in, once', () => {
    const block = newTallyBlock(0)
    const [ours, theirs] = [new AuditBox(block), new AuditBox(block)]
    put(ours, 7)
    const [answer, ...others] = theirs.take()
    expect(others).to.deep.equal([])
    expect(answer).to.deep.equal({
      zone: 1,
      policy: 2,
      outcome: 1,
      slots: [3, 4, 255],
      family: 6,
      octets: Uint8Array.of(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7),
    })
    expect(theirs.take()).to.deep.equal([])
  })

  it('has room for so many and no more', () => {
    const box = new AuditBox(newTallyBlock(0))
    for (let i = 0; i < AUDITS_MAX; i++) {
      expect(box.hasRoom).to.equal(true)
      put(box, i)
    }
    expect(box.hasRoom).to.equal(false)
    expect(box.take()).to.have.length(AUDITS_MAX)
    expect(box.hasRoom).to.equal(true)
  })
})

describe('the audit', () => {
  /** One answer to a client of this country, with this region. */
  function audited(policyText: string, country: string, slot: number) {
    const book = new TallyBook()
    const told: string[] = []
    const log = { error: (fields: object, text: string) => told.push(`${text} ${JSON.stringify(fields)}`) }
    const audit = new AnswerAudit(book, log as unknown as Log, () => ({ ...UNKNOWN_PLACE, country }))
    book.begin(1, twoZones(policyText), GEO)
    const block = newTallyBlock(WORDS)
    book.counting(0, 1, block)
    talliesOf(block)[POLICY_AT + PolicyTally.Regions + slot * OUTCOMES] = 1
    const client = { family: 4 as const, octets: Uint8Array.of(192, 0, 2, 1), at: 0 }
    new AuditBox(block).put({ zone: 0, policy: 0, outcome: 0 }, Int32Array.of(slot), 1, client)
    audit.look()
    return { ...audit.figures(), told }
  }

  it('counts and tells an answer outside the fence of its client', () => {
    const { violations, audited: looks, told } = audited('$POLICY p regions=de,us residency=eu', 'FR', 1)
    expect([looks, violations]).to.deep.equal([1, 1])
    expect(told).to.deep.equal([
      'a client was answered with a region outside its fence ' +
        '{"zone":"a.test.","policy":"p","regions":["us"],"country":"FR"}',
    ])
  })

  const cases: [string, string, string, number, string][] = [
    ['inside the fence', '$POLICY p regions=de,us residency=eu', 'FR', 0, 'nearest'],
    ['by route', '$POLICY p regions=de,us route=FR:us', 'FR', 1, 'route'],
    ['of unknown place', '$POLICY p regions=de,us', '', 0, 'unknown'],
    ['by weight', '$POLICY p regions=de,us order=weighted weights=de:1,us:2', 'FR', 1, 'weighted'],
  ]
  for (const [what, policyText, country, slot, reason] of cases)
    it(`finds an answer ${what}: ${reason}`, () => {
      const { violations, answers, unknownPlace } = audited(policyText, country, slot)
      expect(violations).to.equal(0)
      const region = slot === 0 ? 'de' : 'us'
      expect(answers).to.deep.equal([{ zone: 'a.test.', policy: 'p', region, reason, count: 1 }])
      expect(unknownPlace[0]!.count).to.equal(country === '' ? 1 : 0)
    })
})
