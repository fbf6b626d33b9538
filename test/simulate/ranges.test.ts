/** Lines over each other: every point is visited once, with what holds there. */

import { expect } from 'chai'
import fc from 'fast-check'
import { classLine, type Line, visitStretches } from '../../src/simulate/ranges.ts'

const SPACE = 64

const line: fc.Arbitrary<Line> = fc
  .uniqueArray(fc.integer({ min: 1, max: SPACE - 1 }), { maxLength: 12 })
  .chain(cuts => {
    const starts = [0, ...cuts.toSorted((a, b) => a - b)]
    return fc
      .array(fc.integer({ min: 0, max: 5 }), { minLength: starts.length, maxLength: starts.length })
      .map(values => ({
        starts: Uint32Array.from(starts),
        values: Int32Array.from(values),
        count: starts.length,
      }))
  })

function valueAt({ starts, values, count }: Line, at: number): number {
  let row = 0
  while (row + 1 < count && starts[row + 1]! <= at) row++
  return values[row]!
}

describe('lines of address space', () => {
  it('are visited point by point as a slow reader would', () => {
    const part = fc.tuple(fc.integer({ min: 0, max: SPACE }), fc.integer({ min: 0, max: SPACE }))
    fc.assert(
      fc.property(line, line, line, part, (places, before, after, [a, b]) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)]
        const seen: string[] = []
        visitStretches({ places, before, after }, from, to, (size, ...values) => {
          expect(size).to.be.greaterThan(0)
          for (let i = 0; i < size; i++) seen.push(values.join())
        })
        const wanted = Array.from({ length: to - from }, (_, i) =>
          [places, before, after].map(one => valueAt(one, from + i)).join(),
        )
        expect(seen).to.deep.equal(wanted)
      }),
      { numRuns: 500 },
    )
  })

  it('measure IPv6 in /48s', () => {
    // ::, 2001:db8::, 2001:db8:0:8000:: and 2001:db9::
    const starts = Uint32Array.of(
      0,
      0,
      0,
      0,
      0x20010db8,
      0,
      0,
      0,
      0x20010db8,
      0x8000,
      0,
      0,
      0x20010db9,
      0,
      0,
      0,
    )
    const line6 = classLine({ starts, classes: Int32Array.of(1, 2, 3, 4), count: 4 }, 6)
    const base = 0x20010db8 * 65_536
    expect([...line6.starts]).to.deep.equal([0, base, base + 0.5, base + 65_536])
  })
})
