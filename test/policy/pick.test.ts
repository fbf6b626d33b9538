/** Picking at query time: rendezvous hashing and weights, as both planes run them. */

import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { parseAddress } from '../../src/base/address.ts'
import { pickByHash, regionHash, rendezvousScore, unitHigh, unitLow } from '../../src/base/rendezvous.ts'
import { pickByWeight } from '../../src/base/weighted.ts'

const NAMES = ['use1', 'usw2', 'euc1', 'euw3', 'apne1', 'rack']
const UNITS = 40_000

/** 0.1% of right programs fail a test at this bound, but these are seeded: one that passes always passes. */
const CHI_SQUARE_MAX: Readonly<Record<number, number>> = { 1: 10.83, 2: 13.82, 3: 16.27, 4: 18.47, 5: 20.52 }

/** Numbers that look random and are the same in every run. */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d)
    mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
}

function chiSquare(counts: readonly number[], shares: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const whole = shares.reduce((sum, share) => sum + share, 0)
  return counts.reduce((sum, count, i) => {
    const expected = (total * shares[i]!) / whole
    return sum + (count - expected) ** 2 / expected
  }, 0)
}

function hashWinners(names: readonly string[], weights: readonly number[], answers = 1): string[][] {
  const hashes = Int32Array.from(names, regionHash)
  const columns = Int32Array.from(weights)
  const out = new Int32Array(answers)
  const throwDice = dice(7)
  return Array.from({ length: UNITS }, () => {
    const count = pickByHash(hashes, columns, 0, names.length, answers, throwDice(), throwDice(), out)
    return Array.from(out.subarray(0, count), place => names[place]!)
  })
}

function countsOf(winners: readonly string[][], names: readonly string[]): number[] {
  return names.map(name => winners.filter(([first]) => first === name).length)
}

describe('rendezvous hashing', () => {
  const even = NAMES.map(() => 1)

  it('is the same on every machine and in every version', () => {
    expect(NAMES.slice(0, 3).map(name => regionHash(name))).to.deep.equal(KNOWN_HASHES)
    expect(NAMES.slice(0, 3).map(name => rendezvousScore(regionHash(name), 0xc0000200 | 0, 4))).to.deep.equal(
      KNOWN_SCORES,
    )
  })

  it('is the same in another process', () => {
    const module = fileURLToPath(new URL('../../src/base/rendezvous.ts', import.meta.url))
    const script = `
      import { regionHash, rendezvousCost, rendezvousScore } from ${JSON.stringify(module)}
      const names = ${JSON.stringify(NAMES)}
      console.log(names.map(name => rendezvousCost(rendezvousScore(regionHash(name), 12345, 678), 3)).join())`
    const arguments_ = ['--import', 'tsx', '--input-type=module', '-e', script]
    const there = execFileSync(process.execPath, arguments_, { encoding: 'utf8' }).trim()
    const again = execFileSync(process.execPath, arguments_, { encoding: 'utf8' }).trim()
    expect(there).to.equal(again)
    expect(there.split(',')).to.have.length(NAMES.length)
  })

  it('gives everybody an equal share', () => {
    const counts = countsOf(hashWinners(NAMES, even), NAMES)
    expect(chiSquare(counts, even)).to.be.below(CHI_SQUARE_MAX[5]!)
  })

  for (const weights of [
    [1, 1, 1, 1, 1, 5],
    [80, 10, 5, 3, 1, 1],
    [1000, 1, 1, 1, 1, 1],
    [65_535, 30_000, 20_000, 10_000, 5000, 1],
  ])
    it(`gives shares by weight: ${weights.join(':')}`, () => {
      const counts = countsOf(hashWinners(NAMES, weights), NAMES)
      // Expectations below 5 make the statistic meaningless, so rare ones are counted as one.
      const whole = weights.reduce((sum, weight) => sum + weight, 0)
      const rare = weights.map(weight => (UNITS * weight) / whole < 5)
      const fold = (values: readonly number[]): number[] => [
        ...values.filter((_, i) => !rare[i]),
        ...(rare.includes(true)
          ? [values.filter((_, i) => rare[i]).reduce((sum, value) => sum + value, 0)]
          : []),
      ]
      const folded = fold(weights)
      if (rare.filter(Boolean).length === 1) folded.pop()
      const seen = fold(counts).slice(0, folded.length)
      expect(chiSquare(seen, folded)).to.be.below(CHI_SQUARE_MAX[folded.length - 1]!)
    })

  it('moves only those whose region left', () => {
    const before = hashWinners(NAMES, even)
    const left = NAMES.filter(name => name !== 'euc1')
    const after = hashWinners(
      left,
      left.map(() => 1),
    )
    const moved = before.filter(([first], i) => first !== after[i]![0])
    expect(moved.every(([first]) => first === 'euc1')).to.equal(true)
    expect(moved.length).to.equal(before.filter(([first]) => first === 'euc1').length)
  })

  it('moves them by weight to the regions that stay', () => {
    const weights = [4, 2, 6, 1, 1, 1]
    const before = hashWinners(NAMES, weights)
    const left = NAMES.filter(name => name !== 'euc1')
    const leftWeights = weights.filter((_, i) => NAMES[i] !== 'euc1')
    const after = hashWinners(left, leftWeights)
    const orphans = after.filter((_, i) => before[i]![0] === 'euc1')
    expect(chiSquare(countsOf(orphans, left), leftWeights)).to.be.below(CHI_SQUARE_MAX[4]!)
  })

  it('falls back to the second best when the best leaves', () => {
    const two = hashWinners(NAMES, even, 2)
    const left = NAMES.filter(name => name !== 'rack')
    const after = hashWinners(
      left,
      left.map(() => 1),
    )
    for (const [i, [first, second]] of two.entries())
      expect(after[i]![0]).to.equal(first === 'rack' ? second : first)
  })

  it('breaks ties by the order given', () => {
    const out = new Int32Array(2)
    const [hash, weights] = [Int32Array.from([5, 5, 5]), Int32Array.from([1, 1, 1])]
    pickByHash(hash, weights, 0, 3, 2, 1, 2, out)
    expect([...out]).to.deep.equal([0, 1])
  })

  it('gives different regions when several are asked for, and all when all are', () => {
    for (const winners of hashWinners(NAMES, even, 6).slice(0, 100)) expect(winners).to.have.members(NAMES)
  })
})

describe('the unit that sticks together', () => {
  const unit = (text: string): string => {
    const { family, octets } = parseAddress(text)!
    return `${unitHigh(family, octets, 0)} ${unitLow(family, octets, 0)}`
  }
  const same: [string, string][] = [
    ['192.0.2.0', '192.0.2.255'],
    ['2001:db8:1::', '2001:db8:1:ffff::1'],
  ]
  const different: [string, string][] = [
    ['192.0.2.255', '192.0.3.0'],
    ['2001:db8:1::', '2001:db8:2::'],
    ['2001:db8::', '2001:db9::'],
    ['32.1.13.0', '2001:d00::'],
    ['0.0.0.0', '::'],
  ]
  for (const [a, b] of same) it(`is one for ${a} and ${b}`, () => expect(unit(a)).to.equal(unit(b)))
  for (const [a, b] of different) it(`differs for ${a} and ${b}`, () => expect(unit(a)).to.not.equal(unit(b)))
})

describe('picking by weight', () => {
  const draws = (weights: readonly number[], answers: number): number[][] => {
    const columns = Int32Array.from([99, ...weights])
    const out = new Int32Array(answers)
    const throwDice = dice(11)
    return Array.from({ length: UNITS }, () => {
      const count = pickByWeight(columns, 1, weights.length, answers, throwDice(), out)
      return Array.from(out.subarray(0, count))
    })
  }

  for (const weights of [
    [1, 1],
    [80, 20],
    [70, 20, 10],
    [1, 2, 3, 4, 5, 6],
  ])
    it(`gives shares by weight: ${weights.join(':')}`, () => {
      const firsts = draws(weights, 1).map(([first]) => first)
      const counts = weights.map((_, place) => firsts.filter(first => first === place).length)
      expect(chiSquare(counts, weights)).to.be.below(CHI_SQUARE_MAX[weights.length - 1]!)
    })

  it('gives the second by weight among the rest', () => {
    const weights = [6, 3, 2, 1]
    const seconds = draws(weights, 2).filter(([first]) => first === 0)
    const counts = [1, 2, 3].map(place => seconds.filter(([, second]) => second === place).length)
    expect(chiSquare(counts, [3, 2, 1])).to.be.below(CHI_SQUARE_MAX[2]!)
  })

  it('never gives one twice', () => {
    for (const drawn of draws([1, 65_535, 1, 7], 3)) expect(new Set(drawn).size).to.equal(3)
  })

  it('gives everything when everything is asked for', () => {
    for (const drawn of draws([5, 1, 9], 7).slice(0, 200)) expect(drawn.toSorted()).to.deep.equal([0, 1, 2])
  })

  it('holds at the ends of the dice', () => {
    const weights = Int32Array.from([65_535, 65_535, 1])
    const out = new Int32Array(1)
    pickByWeight(weights, 0, 3, 1, 0, out)
    expect(out[0]).to.equal(0)
    pickByWeight(weights, 0, 3, 1, 0xffffffff, out)
    expect(out[0]).to.equal(2)
    pickByWeight(weights, 0, 3, 1, -1, out)
    expect(out[0]).to.equal(2)
  })
})

const KNOWN_HASHES = [-657269135, -231164014, 2011002106]
const KNOWN_SCORES = [1563951414, 907140252, 2052543866]
