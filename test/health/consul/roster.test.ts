/** Who is on the roster, and that nothing empties it; what of it outlives a restart. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { addressesOf } from '../../../src/compile/followed.ts'
import type { Instance } from '../../../src/health/consul/instances.ts'
import { MEMBERS_MASKED_MAX, membersOf, RosterKeeper } from '../../../src/health/consul/roster.ts'
import {
  openRosterFile,
  ROSTER_FILE,
  readRoster,
  rosterText,
} from '../../../src/health/consul/roster-file.ts'
import type { ServiceView } from '../../../src/health/consul/view.ts'
import { MASKED_ADDRESSES_MAX } from '../../../src/plan/board.ts'
import { printAddress } from '../../../src/policy/values.ts'
import { makeTempDir, removeTempDir } from '../../tools/process.ts'

/** `1` passes, `1c` is critical, `1w` warns, `1m` rests, `1x` has a warning of weight 0. */
function instance(word: string): Instance {
  const number = Number.parseInt(word, 10)
  const flag = word.slice(String(number).length)
  return {
    id: `web${number}`,
    node: 'n',
    addresses: { lan4: `10.0.0.${number}`, service: `192.0.2.${number}` },
    port: 443,
    status: flag === 'c' ? 'critical' : flag === 'w' || flag === 'x' ? 'warning' : 'passing',
    weights: { passing: 1, warning: flag === 'x' ? 0 : 1 },
    maintenance: flag === 'm' ? 'service' : 'none',
    tags: [],
  }
}

const instances = (words: string): Instance[] => words.split(' ').filter(Boolean).map(instance)
const addresses = (words: string) => instances(words).map(one => one.addresses)

function view(words: string, more: Partial<ServiceView> = {}): ServiceView {
  const about = {
    datacenter: 'dc1',
    service: 'web',
    freshness: 'fresh' as const,
    ageMs: 0,
    atMs: 5,
    index: 7,
  }
  return { ...about, instances: instances(words), ...more }
}

describe('the roster', () => {
  const table: readonly [what: string, before: string, catalog: string, after: string][] = [
    ['who passes is on it', '', '1 2', '1 2'],
    ['whatever the order of the catalog', '', '2 1', '1 2'],
    ['each address once', '', '1 1', '1'],
    ['a newcomer waits until it passes', '1', '1 2c', '1'],
    ['and while it rests', '1', '1 2m', '1'],
    ['a warning passes', '1', '1 2w', '1 2'],
    ['unless its weight is 0', '1', '1 2x', '1'],
    ['who fails stays, to be masked', '1 2', '1c 2', '1 2'],
    ['who rests stays', '1 2', '1m 2', '1 2'],
    ['who is gone is gone', '1 2', '2', '2'],
    ['an empty catalog changes nothing', '1 2', '', '1 2'],
    ['nobody passes and nobody did: all of them', '', '1c 2c', '1 2'],
    ['all are new and none passes yet: those who are there', '1', '2c', '2'],
  ]
  for (const [what, before, catalog, after] of table)
    it(`${what}: [${before}] + [${catalog}] → [${after}]`, () => {
      expect(membersOf(instances(catalog), addresses(before))).to.deep.equal(addresses(after))
    })

  it('has only those who pass where there are too many to mask', () => {
    expect(MEMBERS_MASKED_MAX).to.equal(MASKED_ADDRESSES_MAX)
    const many = Array.from({ length: MEMBERS_MASKED_MAX + 1 }, (_, i) => `${i + 1}`)
    const before = addresses(many.join(' '))
    const catalog = instances(many.with(0, '1c').join(' '))
    expect(membersOf(catalog, before)).to.have.length(MEMBERS_MASKED_MAX)
    expect(membersOf(catalog.slice(0, -1), before)).to.have.length(MEMBERS_MASKED_MAX)
  })

  it('tells a change from none, and takes nothing that is old', () => {
    const keeper = new RosterKeeper([])
    expect(keeper.take(view(''))).to.equal(false)
    expect(keeper.take(view('1', { freshness: 'stale' }))).to.equal(false)
    expect(keeper.roster.size).to.equal(0)
    expect(keeper.take(view('1 2'))).to.equal(true)
    expect(keeper.take(view('2 1'))).to.equal(false)
    const before = keeper.roster
    const suspect = { reason: 'index-went-back', claimed: 1, vanished: 2 } as const
    expect(keeper.take(view('1 2 3', { freshness: 'stale', suspect }))).to.equal(true)
    expect(keeper.roster).to.not.equal(before)
    expect([...keeper.roster.values()][0]!.members).to.deep.equal(addresses('1 2 3'))
  })

  it('is read back from its file as it was, a damaged line left out', async () => {
    const folder = makeTempDir('meridian-roster-')
    try {
      expect(readRoster(folder)).to.deep.equal({ roster: new Map(), kept: [], problems: [] })
      const keeper = new RosterKeeper([])
      keeper.take(view('1 2'))
      keeper.take(view('3', { service: 'api', tag: 'blue' }))
      const kept = [{ datacenter: 'dc1', service: 'web', instances: instances('1 2'), index: 7, atMs: 5 }]
      const others = [{ ...kept[0]!, service: 'unfollowed' }]
      const text = rosterText(keeper.roster, [...kept, ...others])
      expect(await openRosterFile(folder).flush(() => text)).to.equal(undefined)
      const whole = readRoster(folder)
      expect(whole.roster).to.deep.equal(keeper.roster)
      expect(whole.kept).to.deep.equal(kept)
      const path = join(folder, ROSTER_FILE)
      writeFileSync(path, readFileSync(path, 'utf8').replace('192.0.2.1', '192.0.2.9'))
      const damaged = readRoster(folder)
      expect([...damaged.roster.values()].map(({ service }) => service)).to.deep.equal(['api'])
      expect(damaged.problems.map(({ severity, line }) => [severity, line])).to.deep.equal([['warning', 1]])
    } finally {
      removeTempDir(folder)
    }
  })
})

describe('the addresses of an instance', () => {
  const all = {
    lan4: '10.0.0.1',
    lan6: 'fd00::1',
    wan4: '203.0.113.1',
    wan6: '2001:db8::1',
    service: 'web.test',
  }
  const table: readonly [kind: 'wan' | 'lan' | 'service', of: object, gets: string][] = [
    ['wan', all, '203.0.113.1 2001:db8::1'],
    ['lan', all, '10.0.0.1 fd00::1'],
    ['service', all, ''],
    ['service', { service: '2001:DB8::7' }, '2001:db8::7'],
    ['wan', { service: '192.0.2.1' }, ''],
  ]
  for (const [kind, of, gets] of table)
    it(`address=${kind} of ${JSON.stringify(of)}: ${gets || 'none'}`, () => {
      const found = addressesOf({ service: '', ...of }, kind).map(({ octets }) => printAddress(octets))
      expect(found.join(' ')).to.equal(gets)
    })
})
