/** Times as operators write them. */

import { expect } from 'chai'
import { durationMs } from '../../src/cli/order.ts'

describe('a time of an order', () => {
  const read: readonly [string, number][] = [
    ['45s', 45_000],
    ['30m', 1_800_000],
    ['2h', 7_200_000],
    ['1d12h', 129_600_000],
  ]
  for (const [text, ms] of read)
    it(`reads ${text}`, () => {
      expect(durationMs(text)).to.equal(ms)
    })

  for (const text of ['', '0s', '2', 'h', '2 h', '-2h', '2y', '1h-1m'])
    it(`does not read "${text}"`, () => {
      expect(durationMs(text)).to.be.NaN
    })
})
