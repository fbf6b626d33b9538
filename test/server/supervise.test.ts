/** Workers that die are replaced and counted; whoever takes their place has the newest plan. */
import { expect } from 'chai'
import { monotonicMs } from '../../src/base/clock.ts'
import { Publisher } from '../../src/control/publish.ts'
import { Supervisor, type WorkerSpec } from '../../src/control/supervise.ts'

/** What the fixture keeps in its counter block. */
const Block = { Starts: 0, Generation: 1, Die: 2 } as const

interface Death {
  readonly worker: string
  readonly reason: string
  readonly delayMs: number
}

class Supervised {
  readonly publisher = new Publisher()
  readonly deaths: Death[] = []
  readonly supervisor = new Supervisor(
    this.publisher,
    { died: (worker, reason, delayMs) => this.deaths.push({ worker, reason, delayMs }) },
    monotonicMs,
  )

  start(...behaviours: string[]): ReturnType<Supervisor['start']> {
    return this.supervisor.start(behaviours.map(specOf))
  }

  /** A message wakes the worker, which then finds that it should die. */
  kill(index: number): void {
    this.supervisor.counterBlocks[index]![Block.Die] = 1
    this.publisher.publish([])
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise(resolve => setTimeout(resolve, 5))
  }

  block(index: number, word: number): number {
    return this.supervisor.counterBlocks[index]![word]!
  }
}

function specOf(identity: string): WorkerSpec {
  const responder = { identity, version: '', udpPayloadBytesMax: 1232, tcpIdleMs: 10_000 }
  return {
    url: new URL('./fixtures/worker.mjs', import.meta.url),
    task: { kind: 'dgram', responder, listen: [] },
  }
}

describe('a supervised worker', () => {
  let all: Supervised
  beforeEach(() => {
    all = new Supervised()
  })
  afterEach(() => all.supervisor.stop(1_000))

  it('is started with the plan of the moment and told of every later one', async () => {
    all.publisher.publish([])
    expect(await all.start('good', 'good')).to.equal(undefined)
    await all.until(() => all.block(0, Block.Generation) === 1)
    all.publisher.publish([])
    await all.until(() => all.block(0, Block.Generation) === 2 && all.block(1, Block.Generation) === 2)
  })

  it('that dies is replaced and counted; its successor has the newest plan and the same counters', async () => {
    await all.start('good', 'good')
    all.kill(0)
    await all.until(() => all.block(0, Block.Starts) === 2)
    all.publisher.publish([])
    await all.until(() => all.block(0, Block.Generation) === 2 && all.block(1, Block.Generation) === 2)
    expect(all.supervisor.restarts).to.equal(1)
    expect(all.deaths).to.have.length(1)
    expect(all.deaths[0]!.worker).to.equal('dgram-0')
    expect(all.deaths[0]!.reason).to.contain('killed by the test')
    expect(all.block(1, Block.Starts)).to.equal(1)
  })

  it('that dies again at once has to wait longer each time', async () => {
    await all.start('good')
    for (let deaths = 1; deaths <= 4; deaths++) {
      all.kill(0)
      await all.until(() => all.block(0, Block.Starts) === deaths + 1)
      // It must listen before it can be killed again.
      await all.until(() => all.block(0, Block.Generation) === deaths)
    }
    const delays = all.deaths.map(death => death.delayMs)
    expect(delays).to.deep.equal([...delays].sort((a, b) => a - b))
    expect(delays[3]).to.be.greaterThan(delays[0]!)
  })

  it('that never serves ends the start after a few tries', async () => {
    const failure = await all.start('good', 'never')
    expect(failure).to.include({ worker: 'dgram-1' })
    expect(failure!.text).to.contain('cannot start')
    expect(all.block(1, Block.Starts)).to.equal(5)
  })

  it('that is refused its endpoint ends the start at once', async () => {
    const failure = await all.start('refuse')
    expect(failure).to.include({ code: 'EADDRINUSE' })
    expect(all.block(0, Block.Starts)).to.equal(1)
  })

  it('leaves when asked, and is not replaced', async () => {
    await all.start('good', 'good')
    expect(await all.supervisor.stop(10_000)).to.deep.equal([])
    expect(all.supervisor.restarts).to.equal(0)
  })

  it('that does not leave is ended', async () => {
    await all.start('good', 'deaf')
    expect(await all.supervisor.stop(100)).to.deep.equal(['dgram-1'])
  })
})
