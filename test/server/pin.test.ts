/** Workers that stay on a core of their own, as the kernel sees it. */
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { expect } from 'chai'
import { coresOf } from '../../src/serve/pin.ts'
import { skipWithReason } from '../tools/skips.ts'
import { Meridian, stopAll, zoneText } from './meridian.ts'

/** How many threads of the process may run on one core only. */
function pinnedThreads(pid: number): number {
  return readdirSync(`/proc/${pid}/task`)
    .map(thread => readFileSync(`/proc/${pid}/task/${thread}/status`, 'latin1'))
    .map(status => /^Cpus_allowed_list:\s+(\S+)$/m.exec(status)![1]!)
    .filter(cores => /^\d+$/.test(cores)).length
}

describe('the cores of the workers', () => {
  afterEach(stopAll)

  const cores = availableParallelism()
  const cases: readonly [string, readonly string[], number][] = [
    ['each one with --pin yes', ['--workers', '1', '--pin', 'yes'], 1],
    ['more workers than cores share them', ['--workers', `${cores + 1}`, '--pin', 'yes'], cores + 1],
    ['as many as cores: each one', ['--workers', `${cores}`], cores],
    ['as many as cores, with --pin no: none', ['--workers', `${cores}`, '--pin', 'no'], 0],
    ['others than cores: none', ['--workers', `${cores + 1}`], 0],
  ]
  for (const [title, words, expected] of cases)
    it(title, async function () {
      if (process.platform !== 'linux') return skipWithReason(this, 'threads are pinned on Linux only')
      if (cores === 1) return skipWithReason(this, 'one core: every thread is on it')
      const server = await Meridian.start({ 'shop.test.zone': zoneText(1) }, [
        '--listen',
        '127.0.0.1:0',
        ...words,
      ])
      expect(pinnedThreads(server.child.pid!)).to.equal(expected)
      expect(await server.address('www.shop.test')).to.equal('192.0.2.1')
    })

  it('are read from a mask, the first core in the lowest bit', () => {
    expect(coresOf(Uint8Array.of(0b1000_0001, 0b10))).to.deep.equal([0, 7, 9])
  })
})
