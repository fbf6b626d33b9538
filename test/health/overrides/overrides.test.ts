/** The operator's word: what patterns match, which order counts, and that nodes which exchange orders agree. */

import { expect } from 'chai'
import fc from 'fast-check'
import {
  decisive,
  globMatches,
  matches,
  normalPattern,
  OVERRIDE_ACTIONS,
  type Override,
  type OverrideAction,
  readOverride,
} from '../../../src/health/overrides/override.ts'
import { AUDIT_ENTRIES_MAX, FORGET_AFTER_MS, Replica } from '../../../src/health/overrides/replica.ts'

const NAME = 'live.classroom.example'
const START_MS = 1_800_000_000_000

const MATCHED: readonly [string, string, string, boolean][] = [
  ['euc1', NAME, 'euc1', true],
  ['euc1', NAME, 'euc10', false],
  ['eu*', NAME, 'euc1', true],
  ['eu*', NAME, 'use1', false],
  ['*', NAME, 'euc1', true],
  ['eu?1', NAME, 'euc1', true],
  ['eu?1', NAME, 'eu1', false],
  [`${NAME}/euc1`, NAME, 'euc1', true],
  [`${NAME}/euc1`, 'other.example', 'euc1', false],
  ['*.example/eu*', NAME, 'euc1', true],
  ['*.example/*', 'example', 'euc1', false],
  ['live.*/euc1', NAME, 'euc1', true],
]

/** Orders in turn, a second apart, as `action pattern [for seconds]`. */
function given(...orders: readonly string[]): Replica {
  const replica = new Replica('ns1')
  for (const [i, order] of orders.entries()) {
    const [action, pattern = '', seconds] = order.split(' ')
    const stamped = replica.stamp(
      {
        action: action as OverrideAction,
        pattern,
        by: 'alice',
        ...(seconds === undefined ? {} : { forMs: Number(seconds) * 1000 }),
      },
      START_MS + i * 1000,
    )
    if (typeof stamped === 'string') throw new Error(stamped)
    replica.take(stamped)
  }
  return replica
}

const DECIDED: readonly [string, readonly string[], string][] = [
  ['a drain', ['drain euc1'], 'drain'],
  ['an undrain', ['drain euc1', 'undrain euc1'], 'nothing'],
  ['the newest that matches, whatever its pattern', ['drain *', 'undrain eu*'], 'nothing'],
  ['also the wider', ['undrain euc1', 'drain *'], 'drain'],
  ['a force over an older drain', ['drain euc1', 'force-up euc1'], 'force-up'],
  ['a drain over an older force', ['force-up euc1', 'drain euc1'], 'drain'],
  ['the drain, once the force is let go', ['drain euc1', 'force-up euc1', 'force-auto *'], 'drain'],
  ['the force, once the drain is', ['force-down euc1', 'drain euc1', 'undrain euc1'], 'force-down'],
  ['what was before, once an order has ended', ['force-down *', 'force-up euc1 5'], 'force-down'],
  ['an order that has not ended', ['force-down *', 'force-up euc1 3600'], 'force-up'],
  ['nothing of orders for others', ['drain use1', 'force-down other.example/euc1'], 'nothing'],
]

describe('overrides: patterns', () => {
  for (const [pattern, name, region, expected] of MATCHED)
    it(`${pattern} ${expected ? 'is' : 'is not'} ${region} of ${name}`, () => {
      expect(matches(pattern, name, region)).to.equal(expected)
    })

  it('matches globs as a regular expression would', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 10 })
    const texts = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 12 })
    fc.assert(
      fc.property(letters, texts, (glob, text) => {
        const source = glob.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')
        expect(globMatches(glob, text)).to.equal(new RegExp(`^${source}$`).test(text))
      }),
    )
  })

  it('keeps patterns in one form, and takes no others', () => {
    expect(normalPattern('Live.Classroom.Example./EUC1')).to.equal(`${NAME}/euc1`)
    for (const text of ['', '/', 'a/', '/a', 'a b', 'a/b.c', 'ä', 'x'.repeat(400)])
      expect(normalPattern(text), text).to.equal(undefined)
  })
})

describe('overrides: which counts', () => {
  for (const [title, orders, expected] of DECIDED)
    it(title, () => {
      const wallMs = START_MS + 60_000
      expect(given(...orders).decisive(NAME, 'euc1', wallMs)?.action ?? 'nothing').to.equal(expected)
    })

  it('writes later than all it has seen, though its own clock is behind', () => {
    const replica = given('drain euc1')
    const late = replica.stamp(
      { action: 'undrain', pattern: 'euc1', by: 'bob' },
      START_MS - 3_600_000,
    ) as Override
    replica.take(late)
    expect(replica.decisive(NAME, 'euc1', START_MS)).to.equal(undefined)
  })

  it('remembers who, when and why, also of what has been replaced', () => {
    const replica = given('drain euc1', 'undrain euc1', 'drain euc1')
    expect(replica.audit().map(({ action, by }) => `${action} ${by}`)).to.deep.equal([
      'drain alice',
      'undrain alice',
      'drain alice',
    ])
    const many = given(...Array.from({ length: AUDIT_ENTRIES_MAX + 9 }, () => 'drain euc1'))
    expect(many.audit()).to.have.length(AUDIT_ENTRIES_MAX)
  })

  it('forgets what says nothing any more, and not what still holds an older order back', () => {
    const replica = given('drain *', 'undrain euc1', 'force-up euc1 5', 'force-auto use1')
    replica.forget(START_MS + FORGET_AFTER_MS)
    expect(replica.all()).to.have.length(4)
    replica.forget(START_MS + FORGET_AFTER_MS + 60_000)
    expect(replica.all().map(({ action }) => action)).to.deep.equal(['drain', 'undrain'])
    expect(replica.decisive(NAME, 'euc1', START_MS + 2 * FORGET_AFTER_MS)).to.equal(undefined)
  })

  it('keeps what people write to one line', () => {
    const order = {
      action: 'drain',
      pattern: 'euc1',
      by: 'a\nb',
      why: `x\u0007\n${'y'.repeat(900)}`,
    } as const
    const stamped = new Replica('ns1').stamp(order, START_MS) as Override
    expect(stamped.by).to.equal('a b')
    expect(stamped.why).to.match(/^x y{198}$/)
  })
})

const override: fc.Arbitrary<Override> = fc
  .record({
    pattern: fc.constantFrom('euc1', 'use1', 'eu*', '*', `${NAME}/euc1`),
    action: fc.constantFrom(...OVERRIDE_ACTIONS),
    // Few moments and nodes, so that stamps meet.
    stamp: fc.record({ wallMs: fc.nat(5), node: fc.constantFrom('ns1', 'ns2') }),
    until: fc.option(fc.nat(9), { nil: undefined }),
    by: fc.constantFrom('alice', 'bob'),
    why: fc.constantFrom('', 'racks'),
  })
  .map(({ until, ...rest }) => (until === undefined ? rest : { ...rest, untilWallMs: until }))

function replicaOf(overrides: readonly Override[]): Replica {
  const replica = new Replica('ns1')
  for (const one of overrides) replica.take(one)
  return replica
}

describe('overrides: many nodes', () => {
  const some = fc.array(override, { maxLength: 20 })

  it('agree whatever came first, twice, or by way of others', () => {
    fc.assert(
      fc.property(some, some, fc.infiniteStream(fc.nat()), (a, b, dice) => {
        const together = replicaOf([...a, ...b]).all()
        expect(replicaOf([...b, ...a]).all()).to.deep.equal(together)
        expect(replicaOf([...replicaOf(b).all(), ...replicaOf(a).all(), ...a]).all()).to.deep.equal(together)
        const mixed = [...a, ...b]
          .map(one => ({ one, at: dice.next().value ?? 0 }))
          .sort((x, y) => x.at - y.at)
          .map(({ one }) => one)
        expect(replicaOf(mixed).all()).to.deep.equal(together)
      }),
    )
  })

  it('decide the same for every region', () => {
    fc.assert(
      fc.property(some, fc.nat(10), (list, wallMs) => {
        const backwards = replicaOf(list.toReversed())
        for (const region of ['euc1', 'use1'])
          expect(backwards.decisive(NAME, region, wallMs)).to.deep.equal(
            decisive(replicaOf(list).all(), NAME, region, wallMs),
          )
      }),
    )
  })

  it('read what others wrote, and nothing else', () => {
    fc.assert(
      fc.property(override, one => {
        expect(readOverride(JSON.parse(JSON.stringify(one)))).to.deep.equal(one)
      }),
    )
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(readOverride(value)).to.equal(undefined)
      }),
    )
  })
})
