/** `kill -9` at random moments while orders are given: what was acknowledged is there after, each time. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { readCheckedLines } from '../../../src/health/memory/checked-lines.ts'
import { type Override, overrideKey } from '../../../src/health/overrides/override.ts'
import { Replica } from '../../../src/health/overrides/replica.ts'
import { JOURNAL_FILE, OverrideStore, SNAPSHOT_FILE } from '../../../src/health/overrides/store.ts'
import { ROOT } from '../../house/source.ts'
import { makeTempDir, removeTempDir } from '../../tools/process.ts'

const KILLS = Number(process.env['CHILD_KILLS'] ?? 20)
/** Each with a folder of its own, which its kills all hit. */
const LANES = 2
const DELAY_MS_MAX = 60
/** Orders that the child gives before it waits for the first. */
const UNSAID_MAX = 8
const CHILD = join(ROOT, 'test/health/overrides/crash-child.ts')

interface Life {
  readonly acknowledged: Override[]
  readonly problems: string[]
}

/** One life of the process, killed some time after it began to open its files. */
async function liveAndDie(folder: string, seed: number, delayMs: number): Promise<Life> {
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, folder, `${seed}`], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  let said = ''
  const began = new Promise<void>(resolve => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.startsWith('go\n')) resolve()
    })
  })
  const ended = once(child.stdout, 'end')
  await Promise.race([began, exited])
  await sleep(delayMs)
  child.kill('SIGKILL')
  const [[, signal]] = await Promise.all([exited, ended])
  expect(signal, said).to.equal('SIGKILL')
  // A last line without its end was never wholly said, so nobody was told.
  const lines = said.split('\n').slice(0, -1)
  return {
    acknowledged: lines
      .filter(line => line.startsWith('ack '))
      .map(line => JSON.parse(line.slice(4)) as Override),
    problems: lines.filter(line => line.startsWith('problem ')).map(line => line.slice(8)),
  }
}

/** The snapshot is whole, the journal whole but for its tail. */
function expectWholeFiles(folder: string): void {
  for (const file of [SNAPSHOT_FILE, JOURNAL_FILE]) {
    let text: string
    try {
      text = readFileSync(join(folder, file), 'utf8')
    } catch {
      continue
    }
    const { damaged, torn } = readCheckedLines(text)
    expect(damaged, file).to.deep.equal([])
    if (file === SNAPSHOT_FILE) expect(torn, file).to.equal(false)
  }
}

async function expectAllThere(folder: string, expected: Replica): Promise<number> {
  expectWholeFiles(folder)
  const { store, problems } = OverrideStore.open(folder, 'ns1', Date.now())
  await store.close()
  expect(problems.filter(({ severity }) => severity === 'error')).to.deep.equal([])
  const latest = Math.max(0, ...expected.all().map(({ stamp }) => stamp.wallMs))
  const found = store.replica.all()
  // Some may have been on the disk already while the news of them was not yet out.
  const unsaid = found.filter(({ stamp }) => stamp.wallMs > latest)
  expect(unsaid.length).to.be.at.most(UNSAID_MAX)
  for (const override of unsaid) expected.take(override)
  const byKey = (overrides: readonly Override[]) => new Map(overrides.map(one => [overrideKey(one), one]))
  expect(byKey(found)).to.deep.equal(byKey(expected.all()))
  return unsaid.length
}

describe('overrides and kill -9', function () {
  this.timeout(180_000)

  it(`keeps all that was acknowledged, ${KILLS} times`, async () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
    let acknowledged = 0
    const lane = async (number: number): Promise<void> => {
      const folder = makeTempDir('meridian-crash-')
      const expected = new Replica('ns1')
      for (let i = number; i < KILLS; i += LANES) {
        const delayMs = ((seed + i) * 7919) % DELAY_MS_MAX
        const life = await liveAndDie(folder, seed + i, delayMs)
        const where = `SEED=${seed}, kill ${i} after ${delayMs} ms`
        expect(
          life.problems.filter(code => code !== 'torn-state'),
          where,
        ).to.deep.equal([])
        for (const override of life.acknowledged) expected.take(override)
        acknowledged += life.acknowledged.length
        await expectAllThere(folder, expected)
      }
      removeTempDir(folder)
    }
    await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)))
    expect(acknowledged).to.be.above(0)
  })
})
