/** Files of traffic: what they mean, and what is said about mistakes in them. */

import { expect } from 'chai'
import { formatProblem } from '../../src/base/problem.ts'
import { readTraffic } from '../../src/simulate/traffic.ts'

describe('a file of traffic', () => {
  const read = (text: string) => readTraffic('t.csv', text)

  it('has a header or none, comments, quotes, blanks and any line ends', () => {
    for (const text of [
      'prefix,queries\n16.0.0.0/8,5\n',
      '# sampled on Monday\r\n"16.0.0.0/8" , 5\r\n\r\n',
      'Prefix,Queries\n16.0.0.0/8,5',
    ]) {
      const { stretches, total, problems } = read(text)
      expect(problems).to.deep.equal([])
      expect(total).to.equal(5)
      expect(stretches).to.deep.equal([{ family: 4, from: 16 * 2 ** 24, to: 17 * 2 ** 24, weight: 5 }])
    }
  })

  const prefixes: [string, 4 | 6, number, number][] = [
    ['203.0.113.7', 4, 0xcb007107, 0xcb007108],
    ['203.0.113.7/24', 4, 0xcb007100, 0xcb007200],
    ['0.0.0.0/0', 4, 0, 2 ** 32],
    ['::/0', 6, 0, 2 ** 48],
    ['2001:db8::/48', 6, 0x20010db8 * 65_536, 0x20010db8 * 65_536 + 1],
    ['2001:db8:1::/47', 6, 0x20010db8 * 65_536, 0x20010db8 * 65_536 + 2],
    // Narrower than is seen: the sixteenth of a /48 around it.
    ['2001:db8::1', 6, 0x20010db8 * 65_536, 0x20010db8 * 65_536 + 1 / 16],
    // IPv4 clients in IPv6 dress.
    ['::ffff:203.0.113.0/120', 4, 0xcb007100, 0xcb007200],
    ['2002:cb00:7100::/40', 4, 0xcb007100, 0xcb007200],
  ]
  for (const [prefix, family, from, to] of prefixes)
    it(`takes ${prefix}`, () => {
      expect(read(`${prefix},1`).stretches).to.deep.equal([{ family, from, to, weight: 1 }])
    })

  const mistakes: [string, string][] = [
    ['16.0.0.0/8', '1:1 error missing-queries'],
    ['16.0.0.0/8,', '1:12 error bad-number'],
    ['16.0.0.0/8, -1', '1:13 error bad-number'],
    ['16.0.0.0/8,1e9', '1:12 error bad-number'],
    [',5', '1:1 error bad-prefix'],
    ['16.0.0/8,5', '1:1 error bad-prefix'],
    ['16.0.0.0/8/8,5', '1:1 error bad-prefix'],
    ['2001:db8::/129,5', '1:1 error bad-prefix'],
    ['ok\n16.0.0.0/8,5\n\n17.0.0.0/33,5', '4:1 error bad-prefix'],
  ]
  for (const [text, said] of mistakes)
    it(`says what is wrong with ${JSON.stringify(text)}`, () => {
      const problems = read(text).problems.map(formatProblem).join('\n')
      expect(problems).to.contain(`t.csv:${said}`)
    })

  for (const text of ['', 'prefix,queries\n', '16.0.0.0/8,0'])
    it(`has nothing to go by in ${JSON.stringify(text)}`, () => {
      expect(read(text).problems.map(({ code }) => code)).to.deep.equal(['no-traffic'])
    })

  it('is given up after twenty mistakes', () => {
    expect(read('x\n'.repeat(100)).problems).to.have.length(20)
  })
})
