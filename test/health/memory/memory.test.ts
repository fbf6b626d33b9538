/** What one run tells the next: verdicts that are stale until somebody confirms them, and what happened. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { SAVE_AFTER_MS } from '../../../src/health/memory/aside-file.ts'
import { History } from '../../../src/health/memory/history.ts'
import { MEMORY_FILE, MemoryFile, RECALL_MS_MAX } from '../../../src/health/memory/memory-file.ts'
import { type Recollection, RecollectionWriter } from '../../../src/health/memory/recollection.ts'
import { withTempDir } from '../../tools/process.ts'
import { EDGE, LIVE, NAME, target, WALL_START_MS, World } from '../judge/world.ts'

const REGIONS = ['euc1', 'use1', 'euw3', 'apne1']

/** A run in which euc1 goes down after 10 s, and what it leaves behind after 20 s. */
async function firstRun(dir: string): Promise<void> {
  const memory = new MemoryFile(dir)
  const world = new World({ memory })
  world.book.update([target(REGIONS, [LIVE])], 0)
  for (const name of REGIONS) world.say(`${name} live`, true)
  world.nowMs = 10_000
  world.say('euc1 live', false)
  world.nowMs = 20_000
  expect(await world.book.flush(20_000)).to.equal(undefined)
  world.close()
}

/** The next run, which starts at a wall clock so much later. */
function nextRun(dir: string, laterMs: number): { world: World; problems: readonly { code: string }[] } {
  const memory = new MemoryFile(dir)
  const { recollection, problems } = memory.recall(WALL_START_MS + laterMs)
  const world = new World({ memory, recollection, startMs: laterMs })
  world.book.update([target(REGIONS, [LIVE])], laterMs)
  return { world, problems }
}

describe('health memory', () => {
  it('does not send everyone to a dead region after a restart', () =>
    withTempDir(async dir => {
      await firstRun(dir)
      const { world, problems } = nextRun(dir, 60_000)
      expect(problems).to.deep.equal([])
      expect(world.states()).to.equal('euc1:stale use1:stale euw3:stale apne1:stale')
      expect(world.region('euc1').lastUp).to.equal(false)
      expect(world.region('use1').lastUp).to.equal(true)
      expect(world.book.history.of(`${NAME}/euc1`).map(({ to }) => to)).to.deep.equal(['up', 'down'])
      world.close()
    }))

  it('lets the first word of a source replace what was recalled', () =>
    withTempDir(async dir => {
      await firstRun(dir)
      const { world } = nextRun(dir, 60_000)
      world.heard('consul:euc1')
      expect(world.states(), 'a heartbeat alone says nothing').to.match(/^euc1:stale /)
      world.say('euc1 live', false)
      world.say('use1 live', true)
      expect(world.states()).to.equal('euc1:down use1:up euw3:stale apne1:stale')
      world.say('euc1 live', true)
      expect(world.states()).to.equal('euc1:up use1:up euw3:stale apne1:stale')
      world.close()
    }))

  it('lets what nobody confirms expire', () =>
    withTempDir(async dir => {
      await firstRun(dir)
      const { world } = nextRun(dir, 60_000)
      world.pass(330_000, 10_000)
      expect(world.states()).to.equal('euc1:unknown use1:unknown euw3:unknown apne1:unknown')
      world.close()
    }))

  it('keeps counting where a probe had left off being down', () =>
    withTempDir(async dir => {
      const memory = new MemoryFile(dir)
      const first = new World({ memory })
      first.book.update([target(['euc1', 'use1'], [EDGE])], 0)
      for (let i = 0; i < 3; i++) first.say('euc1 edge', false)
      await first.book.flush(0)
      first.close()
      const { recollection } = memory.recall(WALL_START_MS + 1000)
      const world = new World({ recollection, startMs: 1000 })
      world.book.update([target(['euc1', 'use1'], [EDGE])], 1000)
      world.say('euc1 edge', true)
      expect(world.region('euc1')).to.include({ state: 'down', steady: false })
      world.say('euc1 edge', true)
      expect(world.region('euc1')).to.include({ state: 'up' })
      world.close()
    }))

  it('remembers a push as stale until its time is over, and then as any other', () =>
    withTempDir(async dir => {
      const push = { ...LIVE, name: 'app', kind: 'push', fall: 1, rise: 1 } as const
      const memory = new MemoryFile(dir)
      const first = new World({ memory })
      first.book.update([target(REGIONS, [push])], 0)
      first.say('euc1 app', false, { source: 'push', validForMs: 900_000 })
      await first.book.flush(0)
      first.close()
      const { recollection } = memory.recall(WALL_START_MS + 60_000)
      const world = new World({ recollection, startMs: 60_000 })
      world.book.update([target(REGIONS, [push])], 60_000)
      expect(world.region('euc1')).to.include({ state: 'stale', lastUp: false })
      world.pass(840_000 + 290_000, 10_000)
      expect(world.region('euc1')).to.include({ state: 'stale', lastUp: false })
      world.pass(10_000, 10_000)
      expect(world.region('euc1')).to.include({ state: 'unknown' })
      world.close()
    }))

  it('says nothing when it is too old', () =>
    withTempDir(async dir => {
      await firstRun(dir)
      const { world, problems } = nextRun(dir, 20_000 + RECALL_MS_MAX + 1)
      expect(problems).to.deep.equal([])
      expect(world.states()).to.match(/^euc1:unknown /)
      world.close()
    }))

  for (const [title, spoil] of [
    ['cut off', (text: string) => text.slice(0, -20)],
    ['damaged', (text: string) => text.replace('"verdict":"down"', '"verdict":"up"')],
    ['foreign', () => 'hello\n'],
    ['empty', () => ''],
  ] as const)
    it(`starts all the same when the file is ${title}`, () =>
      withTempDir(async dir => {
        await firstRun(dir)
        const path = join(dir, MEMORY_FILE)
        writeFileSync(path, spoil(readFileSync(path, 'utf8')))
        const { world, problems } = nextRun(dir, 60_000)
        expect(problems.map(({ code }) => code)).to.deep.equal(
          { 'cut off': ['torn-state'], damaged: ['damaged-state'], foreign: ['damaged-state'], empty: [] }[
            title
          ],
        )
        expect(world.region('euc1')).to.include(
          title === 'cut off' ? { state: 'stale', lastUp: false } : { state: 'unknown' },
        )
        world.close()
      }))

  it('is written some time after a change, once for many, and never twice at once', () =>
    withTempDir(async dir => {
      const memory = new MemoryFile(dir)
      let asked = 0
      const recollect = (): Recollection => {
        asked++
        return { savedWallMs: WALL_START_MS, verdicts: [], regions: [], changes: [] }
      }
      memory.tick(0, recollect)
      memory.note(100)
      memory.note(900)
      memory.tick(100 + SAVE_AFTER_MS - 1, recollect)
      expect(asked).to.equal(0)
      memory.tick(100 + SAVE_AFTER_MS, recollect)
      memory.note(1200)
      memory.tick(9000, recollect)
      expect(asked).to.equal(1)
      await memory.flush(recollect)
      expect(asked).to.equal(2)
      expect(readdirSync(dir)).to.deep.equal([MEMORY_FILE])
    }))

  it('puts into words again only what is news', () => {
    const world = new World()
    const writer = new RecollectionWriter()
    const recollect = (): Recollection => {
      const recollection = world.book.recollect(world.nowMs)
      expect(writer.text(recollection)).to.equal(new RecollectionWriter().text(recollection))
      return recollection
    }
    world.book.update([target(['euc1', 'use1'], [EDGE])], 0)
    for (const name of ['euc1', 'use1']) world.say(`${name} edge`, true)
    const first = recollect()
    world.nowMs = 5000
    world.say('euc1 edge', true)
    expect(recollect().verdicts.map((verdict, i) => verdict === first.verdicts[i])).to.deep.equal([
      true,
      true,
    ])
    world.say('euc1 edge', true, { detail: 'slow' })
    expect(recollect().verdicts.map(({ detail }) => detail)).to.deep.equal(['slow', 'ok'])
    for (let i = 0; i < 3; i++) world.say('use1 edge', false, { detail: 'ok' })
    const last = recollect()
    expect(last.verdicts.map(({ verdict }) => verdict)).to.deep.equal(['up', 'down'])
    expect(last.verdicts[1]!.sinceWallMs).to.equal(WALL_START_MS + 5000)
    expect(last.changes.length).to.be.above(first.changes.length)
    world.close()
  })

  it('says when it cannot be written', () =>
    withTempDir(async dir => {
      writeFileSync(join(dir, 'state'), 'in the way')
      const memory = new MemoryFile(join(dir, 'state'))
      const problem = await memory.flush(() => ({ savedWallMs: 0, verdicts: [], regions: [], changes: [] }))
      expect(problem).to.include({ code: 'state-not-written', severity: 'warning' })
      expect(memory.problem).to.equal(problem)
    }))
})

describe('history', () => {
  it('keeps a bounded piece of each subject', () => {
    const history = new History()
    const change = { from: 'up', to: 'down', cause: '', durationMs: 1 }
    for (let i = 0; i < 100; i++) history.add({ ...change, subject: `r${i % 2}`, wallMs: i })
    expect(history.of('r0')).to.have.length(32)
    expect(history.of('r1').at(-1)!.wallMs).to.equal(99)
    expect(history.all().map(({ wallMs }) => wallMs)).to.deep.equal(
      Array.from({ length: 64 }, (_, i) => 36 + i),
    )
    history.keepOnly(subject => subject === 'r0')
    expect(history.of('r1')).to.deep.equal([])
  })
})
