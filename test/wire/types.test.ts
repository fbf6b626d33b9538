/** Type numbers and their mnemonics. */

import { expect } from 'chai'
import { isMetaType, RrType, typeFromName, typeName } from '../../src/wire/types.ts'

describe('types', () => {
  it('have one number each', () => {
    const numbers = Object.values(RrType)
    expect(new Set(numbers).size).to.equal(numbers.length)
  })

  it('are found by the name they print as', () => {
    for (let type = 0; type <= 0xffff; type++) expect(typeFromName(typeName(type))).to.equal(type)
  })

  const cases: readonly [string, number | undefined][] = [
    ['a', 1],
    ['AAAA', 28],
    ['Https', 65],
    ['type65280', 65_280],
    ['TYPE1', 1],
    ['TYPE65536', undefined],
    ['TYPE', undefined],
    ['TYPE-1', undefined],
    ['toString', undefined],
    ['', undefined],
  ]
  for (const [text, expected] of cases)
    it(`${JSON.stringify(text)} is ${expected ?? 'no type'}`, () =>
      expect(typeFromName(text)).to.equal(expected))

  it('that can only be asked are told from those that can be stored (RFC 6895 §3.1)', () => {
    for (const type of [0, RrType.OPT, RrType.ANY, RrType.AXFR, RrType.TSIG, 128])
      expect(isMetaType(type), typeName(type)).to.equal(true)
    for (const type of [1, RrType.URI, RrType.CAA, RrType.EUI64, 65_280])
      expect(isMetaType(type), typeName(type)).to.equal(false)
  })
})
