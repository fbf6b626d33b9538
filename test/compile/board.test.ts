/** The board by name: where each name's words are, and masks that never leave nothing. */

import { expect } from 'chai'
import { type BoardPolicy, layOutBoard } from '../../src/compile/board.ts'
import {
  BOARD_VERSION_MAX,
  type BoardChoice,
  currentSide,
  currentSlots,
  entryWords,
  MASK_WORDS,
  packChoice,
  repeatChoices,
  storeChoice,
  storeMask,
  storeMaskAmid,
} from '../../src/plan/board.ts'
import type { SteeredName } from '../../src/policy/steering.ts'

describe('masks', () => {
  const cases: readonly [string, boolean[], number][] = [
    ['all live', [true, true], 0],
    ['one out', [true, false], 0b10],
    ['two of three out', [false, true, false], 0b101],
    ['all out: served whole', [false, false], 0],
    ['no addresses', [], 0],
    ['the last of 32', [...Array<boolean>(31).fill(true), false], 1 << 31],
    ['more than 32: served whole', [...Array<boolean>(32).fill(true), false], 0],
  ]
  for (const [what, live, bits] of cases)
    it(what, () => {
      const board = Int32Array.of(-1)
      storeMask(board, 0, live)
      expect(board[0]).to.equal(bits)
    })

  /** Out before, and live from now on. */
  const amid: readonly [string, number, boolean[], number][] = [
    ['the last one dies: its dead neighbour stays out', 0b10, [false, false], 0b10],
    [
      'one comes back to a region that was whole for want of any: the other is out at once',
      0,
      [true, false],
      0b10,
    ],
    ['one more dies', 0b001, [false, false, true], 0b011],
    ['one comes back: only when the choices are written', 0b011, [true, false, true], 0b011],
    ['one dies as the other comes back: never both', 0b10, [false, true], 0b01],
    ['no addresses', 0, [], 0],
  ]
  for (const [what, before, live, bits] of amid)
    it(`while choices are written, ${what}`, () => {
      const board = Int32Array.of(before)
      storeMaskAmid(board, 0, live)
      expect(board[0]).to.equal(bits)
      storeMask(board, 0, live)
      if (live.includes(true))
        expect(board[0]).to.equal(live.reduce((all, up, i) => all | (up ? 0 : 1 << i), 0))
    })
})

describe('choices said again', () => {
  it('are the same at the other place, whichever side holds', () => {
    const words = entryWords(2)
    const board = new Int32Array(words * 4)
    const choice = { kind: 0, pick: 0, flags: 1, answers: 1, fixed: 1, candidates: [{ slot: 1, weight: 1 }] }
    for (let i = 0; i < 3; i++) {
      for (const entry of [0, words]) storeChoice(board, entry, 2, packChoice({ ...choice, flags: i }))
      repeatChoices(board, 0, words * 2, 2, 2)
      const current = [0, 1, 2, 3].map(entry => {
        const at = entry * words
        return [...board.subarray(at + 1 + board[at]! * 4, at + 5 + board[at]! * 4)]
      })
      expect(current[2]).to.deep.equal(current[0])
      expect(current[3]).to.deep.equal(current[1])
    }
  })
})

describe('the version of a choice', () => {
  const choice = (slot: number, flags = 0): BoardChoice => {
    const candidates = [{ slot, weight: 1 }]
    return { kind: 0, pick: 0, flags, answers: 1, fixed: 1, candidates }
  }
  const cases: readonly [string, BoardChoice, number, number][] = [
    ['is that of the change that made it another', choice(2), 7, 7],
    ['stays where the change leaves its regions', choice(1), 7, 5],
    ['stays where only its TTL moves', choice(1, 1), 7, 5],
    ['stays where nobody asks', choice(2), 0, 5],
    ['has 24 bits', choice(2), BOARD_VERSION_MAX, BOARD_VERSION_MAX],
  ]
  for (const [what, next, version, kept] of cases)
    it(what, () => {
      const board = new Int32Array(entryWords(2))
      storeChoice(board, 0, 2, packChoice(choice(1)), 5)
      storeChoice(board, 0, 2, packChoice(next), version)
      const side = currentSide(board, 0, 2)
      expect([board[side + 1]! >>> 8, board[side + 1]! & 0xff]).to.deep.equal([kept, 1])
      expect(currentSlots(board, 0, 2)).to.deep.equal([next.candidates[0]!.slot])
    })
})

describe('the layout of the board', () => {
  const policyOf = (checks: number): BoardPolicy =>
    ({
      policy: {
        regions: [{}, {}],
        order: 'listed',
        answers: 1,
        checks: Array.from({ length: checks }, () => ({})),
      },
      classes: [{}, {}, {}],
    }) as unknown as BoardPolicy
  const name = (policy: number, ...regionOwners: number[]): SteeredName =>
    ({ policy, regionOwners }) as unknown as SteeredName
  const names = [name(0, 1, 2), name(1, 1, 2), name(1, 1, 2), name(1, 3, 4)]
  const policies = [policyOf(0), policyOf(1)]
  const entries = entryWords(1) * 3

  it('gives every name words of its own, and masks where there are checks', () => {
    const { places, words } = layOutBoard(names, policies)
    const checked = entries + MASK_WORDS * 2
    expect(places).to.deep.equal([
      { boardAt: 0, masksAt: 0 },
      { boardAt: entries, masksAt: entries * 2 },
      { boardAt: entries + checked, masksAt: entries * 2 + checked },
      { boardAt: entries + 2 * checked, masksAt: entries * 2 + 2 * checked },
    ])
    expect(words).to.equal(entries + 3 * checked)
  })

  it('lets names of one policy and the same records share when it would grow too large', () => {
    const { places } = layOutBoard(names, policies, 10)
    expect(places[1]).to.equal(places[2])
    expect(new Set(places).size).to.equal(3)
  })

  it('lets all names of a policy without checks share when it would grow too large', () => {
    const { places } = layOutBoard([name(0, 1, 2), name(0, 3, 4), name(1, 1, 2)], policies, 10)
    expect(places[0]).to.equal(places[1])
    expect(places[2]).not.to.equal(places[0])
  })
})
