/** The source's small parts, by themselves: doubts, freshness, pace, ways, files, snapshots, kinds of failure. */

import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { type ConsulAgent, kindOfErrorCode, kindOfStatus } from '../../../src/health/consul/agent.ts'
import { followFile } from '../../../src/health/consul/files.ts'
import { freshnessOf } from '../../../src/health/consul/freshness.ts'
import { doubtOf, heldThrough, needsProof, type Proof } from '../../../src/health/consul/guard.ts'
import { type Instance, readInstances } from '../../../src/health/consul/instances.ts'
import { Bucket, backoffMs } from '../../../src/health/consul/pace.ts'
import { type Endpoint, Route } from '../../../src/health/consul/route.ts'
import { readSnapshot } from '../../../src/health/consul/snapshot.ts'
import { withTempDir } from '../../tools/process.ts'
import { entry } from './fake-consul.ts'
import { dice } from './record.ts'

const instances = (text: string): readonly Instance[] => {
  const read = readInstances(
    text
      .split(' ')
      .filter(Boolean)
      .map(word => entry(word.replace('!', ''), word.includes('!') ? 'critical' : 'passing')),
  )
  if (typeof read === 'string') throw new Error(read)
  return read
}

describe('what has vanished', () => {
  const cases: [string | undefined, string, boolean][] = [
    [undefined, '', true],
    [undefined, 'a', false],
    ['a', '', true],
    ['a b', 'a', false],
    ['a b c', 'a', true],
    ['a b c', 'a b', false],
    ['a b', 'c d', true],
    ['a!', '', false],
    ['a! b! c', 'c', false],
    ['a! b c', 'a!', true],
    ['', '', false],
  ]
  for (const [held, claimed, expected] of cases)
    it(`${held ?? 'nothing known'} → ${claimed || 'nothing'} ${expected ? 'needs proof' : 'is believed'}`, () => {
      expect(needsProof(held === undefined ? undefined : instances(held), instances(claimed))).to.equal(
        expected,
      )
    })

  it('is shown on, and what Consul says of the others is taken', () => {
    const shown = heldThrough(instances('a b c'), instances('b!'))
    expect(shown.map(({ id, status }) => id + status)).to.deep.equal(['apassing', 'bcritical', 'cpassing'])
  })

  const limits = { suspectMs: 30, resetSuspectMs: 180 }
  const good: Proof = { sentinelVisible: true, agrees: true, indexWentBack: false }
  const doubts: [string, Proof, number, number, string | undefined][] = [
    ['the leader agrees', good, 0, 0, undefined],
    ['the leader disagrees', { ...good, agrees: false }, 0, 99, 'unconfirmed'],
    ['nothing visible', { ...good, sentinelVisible: false }, 0, 1e9, 'blind'],
    ['only this service visible, soon', { ...good, sentinelVisible: false }, 1, 29, 'blind'],
    ['only this service visible, later', { ...good, sentinelVisible: false }, 1, 30, undefined],
    ['index back, soon', { ...good, indexWentBack: true }, 0, 179, 'index-went-back'],
    ['index back, later', { ...good, indexWentBack: true }, 0, 180, undefined],
    [
      'index back, and blind',
      { ...good, indexWentBack: true, sentinelVisible: false },
      0,
      1e9,
      'index-went-back',
    ],
  ]
  for (const [what, proof, claimed, forMs, reason] of doubts)
    it(`${what}: ${reason ?? 'believed'}`, () => {
      expect(doubtOf(proof, claimed, forMs, limits)).to.equal(reason)
    })
})

describe('freshness', () => {
  const limits = { staleAfterMs: 6_000, expiredAfterMs: 300_000 }
  for (const [ageMs, expected] of [
    [0, 'fresh'],
    [5_999, 'fresh'],
    [6_000, 'stale'],
    [299_999, 'stale'],
    [300_000, 'expired'],
  ] as const)
    it(`${ageMs} ms: ${expected}`, () => {
      expect(freshnessOf(ageMs, limits)).to.equal(expected)
    })
  it('never expires when told so', () => {
    expect(freshnessOf(1e12, { ...limits, expiredAfterMs: 0 })).to.equal('stale')
  })
})

describe('pace', () => {
  it('backs off to the ceiling, never below half of the step', () => {
    const throws = dice(7)
    for (const [failures, ceilingMs] of [
      [0, 100],
      [3, 800],
      [99, 5_000],
    ] as const)
      for (let i = 0; i < 50; i++)
        expect(backoffMs(failures, 100, 5_000, throws)).to.be.within(ceilingMs / 2, ceilingMs)
  })

  it('lets a burst through, then the rate', () => {
    let nowMs = 0
    const bucket = new Bucket(5, 3, () => nowMs)
    expect([1, 2, 3, 4, 5].map(() => bucket.takeMs())).to.deep.equal([0, 0, 0, 200, 400])
    nowMs = 10_000
    expect([1, 2, 3, 4].map(() => bucket.takeMs())).to.deep.equal([0, 0, 0, 200])
  })
})

describe('a route', () => {
  const endpoint = (address: string): Endpoint => ({
    agent: { address } as ConsulAgent,
    datacenter: 'dc1',
  })
  const [own, local] = [endpoint('own'), endpoint('local')]

  it('is left once, however many see it fail, and taken up again', () => {
    const route = new Route([own, local])
    route.leave(own)
    route.leave(own)
    expect(route.current()).to.equal(local)
    route.leave(local)
    expect(route.current()).to.equal(own)
    route.leave(own)
    route.use(own)
    expect(route.current()).to.equal(own)
  })
})

describe('kinds of failure', () => {
  const statuses: [number, string, string][] = [
    [403, 'ACL not found', 'forbidden'],
    [403, 'Permission denied', 'forbidden'],
    [500, 'rpc error making call: Permission denied', 'forbidden'],
    [500, 'No cluster leader', 'no-leader'],
    [500, 'No path to datacenter', 'not-found'],
    [404, '', 'not-found'],
    [500, 'rpc error getting client: failed to get conn', 'other'],
    [429, 'slow down', 'other'],
  ]
  for (const [status, body, kind] of statuses)
    it(`${status} ${body}: ${kind}`, () => {
      expect(kindOfStatus(status, body)).to.equal(kind)
    })
  it('by error code', () => {
    expect(
      ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENOENT', 'EHOSTUNREACH'].map(kindOfErrorCode),
    ).to.deep.equal(['refused', 'reset', 'timeout', 'refused', 'other'])
  })
})

describe('a followed file', () => {
  it('is read again when it changed, and its last text kept while it is empty or gone', () =>
    withTempDir(async dir => {
      let nowMs = 0
      const path = join(dir, 'token')
      const file = followFile(path, () => nowMs)
      const next = (): Promise<string | undefined> => {
        nowMs += 1_000
        return file.read()
      }
      expect(await next()).to.equal(undefined)
      expect(file.problem()).to.match(/ENOENT/)
      writeFileSync(path, 'one\n')
      expect(await file.read()).to.equal(undefined)
      expect(await next()).to.equal('one')
      writeFileSync(path, '')
      expect(await next()).to.equal('one')
      rmSync(path)
      expect(await next()).to.equal('one')
      writeFileSync(path, 'second')
      file.distrust()
      expect(await file.read()).to.equal('second')
      expect(file.problem()).to.equal(undefined)
    }))
})

describe('a snapshot', () => {
  const kept = { datacenter: 'd', service: 's', tag: 't', instances: instances('a b!'), index: 5, atMs: 1 }
  it('comes back as it was', () => {
    const snapshot = { version: 1 as const, services: [kept] }
    expect(readSnapshot(JSON.parse(JSON.stringify(snapshot)))).to.deep.equal(snapshot)
  })
  for (const [what, raw] of [
    ['nothing', undefined],
    ['another version', { version: 2, services: [] }],
    ['a status nobody knows', { version: 1, services: [{ ...kept, instances: [{ status: 'up' }] }] }],
    ['half', { version: 1 }],
  ] as const)
    it(`is refused with a line: ${what}`, () => {
      expect(readSnapshot(raw)).to.match(/^not a snapshot: /)
    })
})
