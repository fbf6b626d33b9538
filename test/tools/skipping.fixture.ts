/** Not a test of ours: run by tools.test.ts in a mocha of its own, to see skipped tests being named. */

import { skipWithReason } from './skips.ts'
import { findTool } from './tools.ts'

describe('a suite whose tool is missing', () => {
  before(function () {
    skipWithReason(this, 'frobnicate is missing: no such package')
  })
  it('would have run', () => {})
  it('would have run as well', () => {})
})

describe('a suite', () => {
  it('skips one test', function () {
    skipWithReason(this, 'no second network card')
  })
  it('runs another', () => {
    findTool('dig')
  })
  it('fails a third', () => {
    throw new Error('as it should')
  })
})
