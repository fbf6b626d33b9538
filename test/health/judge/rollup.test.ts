/** From words to regions: witnesses of one check, checks of one region, addresses against the threshold. */

import { expect } from 'chai'
import fc from 'fast-check'
import { isAvailable, type RegionRoll, rollUp } from '../../../src/health/judge/rollup.ts'
import { duration } from '../../../src/health/judge/text.ts'
import { mergeWords, SUPPRESS_NOTHING, type Word } from '../../../src/health/judge/words.ts'
import { EDGE, LIVE } from './world.ts'

/** `up`, `down`, `unknown`, `drain`, with `~` for stale and `!` for expired: `a:~down`. */
function words(text: string): Word[] {
  return text
    .split(' ')
    .filter(word => word !== '')
    .map(word => {
      const [source = '', said = ''] = word.split(':')
      const state = said.replace(/^[~!]/, '')
      const draining = state === 'drain'
      return {
        source,
        verdict: draining ? 'up' : (state as Word['verdict']),
        draining,
        freshness: said.startsWith('~') ? 'stale' : said.startsWith('!') ? 'expired' : 'fresh',
        steady: true,
        outMs: state === 'down' || draining ? 0 : undefined,
        confirmedMs: 0,
        detail: '',
        counts: undefined,
      }
    })
}

const WITNESSES: readonly [string, string][] = [
  ['', 'unknown'],
  ['a:up', 'up'],
  ['a:down', 'down'],
  ['a:down b:up', 'up'],
  ['a:down b:down', 'down'],
  ['a:down b:unknown', 'down'],
  ['a:down b:~up', 'down'],
  ['a:~down b:~up', 'up stale'],
  ['a:~down', 'down stale'],
  ['a:up b:~down', 'up'],
  ['a:up b:drain', 'draining'],
  ['a:up b:~drain', 'up'],
  ['a:!down', 'expired'],
  ['a:!down b:up', 'up'],
  ['a:!up b:~down', 'down stale'],
]

describe('words of one check', () => {
  for (const [said, expected] of WITNESSES)
    it(`"${said}" comes to ${expected}`, () => {
      const { state, stale } = mergeWords(words(said), SUPPRESS_NOTHING)
      expect(stale ? `${state} stale` : state).to.equal(expected)
    })

  it('that are all taken back leave what was before: up, and marked', () => {
    expect(mergeWords(words('a:down'), () => true)).to.include({ state: 'up', stale: true, steady: false })
    expect(mergeWords(words('a:down b:down'), ({ source }) => source === 'a')).to.include({ state: 'down' })
    expect(mergeWords(words('a:up'), () => true)).to.include({ state: 'up', stale: false })
  })
})

/** `live` of the region as a whole, `edge` by address. */
function roll(live: string, edges: readonly string[], threshold = 0): RegionRoll {
  const addresses = edges.map((_, i) => `192.0.2.${i}`)
  return rollUp(
    { name: 'r', addresses },
    [LIVE, EDGE],
    threshold,
    ({ name }, address) =>
      words(name === 'live' ? (address === '' ? live : '') : (edges[addresses.indexOf(address)] ?? '')),
    SUPPRESS_NOTHING,
  )
}

const REGIONS: readonly [string, readonly string[], number, string][] = [
  ['c:up', ['p:up', 'p:up'], 0, 'up 1'],
  ['c:up', ['p:up', 'p:down'], 0, 'up 0.5'],
  ['c:up', ['p:up', 'p:down'], 0.5, 'up 0.5'],
  ['c:up', ['p:up', 'p:down'], 0.6, 'down 0.5'],
  ['c:up', ['p:down', 'p:down'], 0, 'down 0'],
  ['c:down', ['p:up', 'p:up'], 0, 'down 1'],
  ['c:drain', ['p:up', 'p:up'], 0, 'draining 1'],
  ['c:drain', ['p:down', 'p:down'], 0, 'down 0'],
  ['c:up', ['p:drain', 'p:drain'], 0, 'draining 0'],
  ['c:up', ['p:drain', 'p:down'], 0, 'draining 0'],
  ['c:~down', ['p:up', 'p:up'], 0, 'stale-down 1'],
  ['c:~up', ['p:up', 'p:up'], 0, 'stale-up 1'],
  ['c:~up', ['p:down', 'p:down'], 0, 'down 0'],
  ['c:!down', ['p:up', 'p:up'], 0, 'up 1'],
  ['c:!up', ['p:!down', 'p:!down'], 0, 'unknown 1'],
  ['c:up', ['p:~down', 'p:~down'], 0, 'stale-down 0'],
  ['c:up', ['p:up', 'p:~down'], 0, 'up 0.5'],
  ['', ['p:up', 'p:up'], 0, 'unknown 1'],
  ['c:up', ['', ''], 0, 'unknown 1'],
  ['c:up', ['p:up', ''], 0, 'up 1'],
  ['c:up', [], 0, 'unknown 1'],
]

describe('regions', () => {
  for (const [live, edges, threshold, expected] of REGIONS)
    it(`live "${live}", edges "${edges.join(' | ')}", threshold ${threshold}: ${expected}`, () => {
      const { state, lastUp, shareUp } = roll(live, edges, threshold)
      const shown = state === 'stale' ? `stale-${lastUp ? 'up' : 'down'}` : state
      expect(`${shown} ${shareUp}`).to.equal(expected)
    })

  const word = fc.constantFrom('up', 'down', 'unknown', 'drain', '~up', '~down', '~drain', '!up', '!down')
  const said = fc.array(word, { maxLength: 3 }).map(list => list.map((one, i) => `s${i}:${one}`).join(' '))
  const world = fc.tuple(said, fc.array(said, { maxLength: 4 }), fc.constantFrom(0, 0.5, 1))

  it('are available, or the share of their addresses says why not, or somebody said so who has not expired', () => {
    fc.assert(
      fc.property(world, ([live, edges, threshold]) => {
        const rolled = roll(live, edges, threshold)
        if (isAvailable(rolled)) expect(rolled.shareUp).to.be.at.least(threshold)
        else expect(`${live} ${edges.join(' ')}`).to.match(/:~?(?:down|drain)/)
      }),
    )
  })

  it('are never taken away by silence: what grows stale or expires makes nothing worse', () => {
    fc.assert(
      fc.property(world, ([live, edges, threshold]) => {
        const fresh = (text: string): string => text.replaceAll(/[~!]/g, '')
        const aged = (mark: string) => (text: string) => fresh(text).replaceAll(':', `:${mark}`)
        if (!isAvailable(roll(fresh(live), edges.map(fresh), threshold))) return
        for (const mark of ['~', '!'])
          expect(isAvailable(roll(aged(mark)(live), edges.map(aged(mark)), threshold)), mark).to.equal(true)
      }),
    )
  })
})

describe('durations', () => {
  for (const [ms, expected] of [
    [-5, '0s'],
    [0, '0s'],
    [999, '0s'],
    [1000, '1s'],
    [65_000, '1m5s'],
    [300_000, '5m'],
    [7_380_000, '2h3m'],
    [7_200_000 + 59_000, '2h'],
    [90_061_000, '1d1h'],
  ] as const)
    it(`${ms} ms is ${expected}`, () => {
      expect(duration(ms)).to.equal(expected)
    })
})
