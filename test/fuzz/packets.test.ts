/** Packets that no decent client sends, in process: no throw, no hang, nothing written out of bounds, and every
 *  reply a valid one. `FUZZ_SEED` repeats a run, `FUZZ_COUNT=1000000` makes it a long one. What once failed is kept
 *  in `seeds/` and tried first. */

import { readdirSync, readFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { expect } from 'chai'
import { Served } from '../answers/served.ts'
import { Dice, seedFrom } from '../differential/dice.ts'
import { GOOD_QUERIES, ZONES } from './corpus.ts'
import { type FuzzJob, type FuzzReport, tryPacket } from './fuzz-worker.ts'
import { mutate } from './mutate.ts'

const SEEDS = new URL('./seeds/', import.meta.url)
const HANG_MS = 20_000

describe('mutated packets', () => {
  it('what once failed does so no more', () => {
    const served = new Served(ZONES)
    for (const file of readdirSync(SEEDS).filter(name => name.endsWith('.hex'))) {
      const hex = readFileSync(new URL(file, SEEDS), 'latin1').replace(/^#.*$|\s/gm, '')
      for (const transport of ['udp', 'tcp'] as const) {
        expect(tryPacket(served, Buffer.from(hex, 'hex'), transport), `${file} over ${transport}`).to.equal(
          undefined,
        )
      }
    }
  })

  it('good queries get good replies', () => {
    const served = new Served(ZONES)
    for (const query of GOOD_QUERIES) {
      for (const transport of ['udp', 'tcp'] as const) {
        expect(tryPacket(served, query, transport), query.toString('hex')).to.equal(undefined)
      }
    }
  })

  const seed = seedFrom('FUZZ_SEED')
  const count = Number(process.env['FUZZ_COUNT'] ?? 50_000)

  it(`${count} mutated packets do no harm (FUZZ_SEED=${seed})`, async function () {
    this.timeout(HANG_MS * 3 + count)
    const report = await runInThread({ seed, count, progress: new Int32Array(new SharedArrayBuffer(4)) })
    const failures = report.failures.map(
      ({ iteration, packet, objection }) => `iteration ${iteration}: ${objection}\n${packet}`,
    )
    expect(failures.length, `seed ${seed}\n${failures.join('\n\n')}\n`).to.equal(0)
  })
})

/** A thread does not inherit tsx by itself. */
const WORKER_URL = new URL('./fuzz-worker.ts', import.meta.url).href
const BOOT = `import('tsx/esm/api').then(tsx => (tsx.register(), import(${JSON.stringify(WORKER_URL)})))`

/** Fails with the packet in hand if an iteration does not end. */
function runInThread(job: FuzzJob): Promise<FuzzReport> {
  const worker = new Worker(BOOT, { eval: true, workerData: job })
  let last = -1
  return new Promise<FuzzReport>((resolve, reject) => {
    const watch = setInterval(() => {
      const iteration = Atomics.load(job.progress, 0)
      if (iteration === last)
        reject(new Error(`hangs at iteration ${iteration}: ${packetOf(job, iteration)}`))
      last = iteration
    }, HANG_MS)
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', () => clearInterval(watch))
  }).finally(() => worker.terminate())
}

function packetOf(job: FuzzJob, iteration: number): string {
  const dice = new Dice(job.seed)
  let packet: Buffer = Buffer.alloc(0)
  for (let i = 0; i <= iteration; i++) {
    packet = mutate(dice, GOOD_QUERIES)
    dice.chance(0.3)
  }
  return packet.toString('hex')
}
