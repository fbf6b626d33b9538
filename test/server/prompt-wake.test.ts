/** The short turns that UDP workers ask for, as the kernel tells of them. */
import { readdirSync } from 'node:fs'
import { release } from 'node:os'
import { expect } from 'chai'
import { koffi } from '../../src/base/koffi.ts'
import { nativeUnavailable } from '../../src/serve/native.ts'
import { skipWithReason } from '../tools/skips.ts'
import { Meridian, stopAll, zoneText } from './meridian.ts'

/** sched_getattr(2), by architecture. */
const SYSTEM_CALL: Readonly<Record<string, number>> = { x64: 315, arm64: 275, riscv64: 275, loong64: 275 }
const ATTRIBUTES_BYTES = 48
const RUNTIME_AT = 24

/** How long a turn of that thread lasts; of ourselves for 0. Nothing where the kernel does not tell: before Linux
 *  6.12 a thread of the usual policy has no such length. */
function turnNs(thread: number): number {
  const syscall = koffi().load(null).func('long syscall(long, int, void*, uint, uint)') as (
    ...words: readonly (number | Uint8Array)[]
  ) => number
  const attributes = new Uint8Array(ATTRIBUTES_BYTES)
  const call = SYSTEM_CALL[process.arch]!
  if (syscall(call, thread, attributes, ATTRIBUTES_BYTES, 0) !== 0) return 0
  return Number(new DataView(attributes.buffer).getBigUint64(RUNTIME_AT, true))
}

describe('the turns of the workers', () => {
  afterEach(stopAll)

  it('are the shortest that the kernel grants, for each UDP worker and nobody else', async function () {
    const reason = nativeUnavailable()
    if (reason !== undefined) return skipWithReason(this, reason)
    if (turnNs(0) === 0)
      return skipWithReason(this, `Linux ${release()} grants no turns of one's own (6.12 does)`)
    const server = await Meridian.start({ 'shop.test.zone': zoneText(1) }, [
      '--listen',
      '127.0.0.1:0',
      '--workers',
      '2',
    ])
    const turns = readdirSync(`/proc/${server.child.pid}/task`).map(thread => turnNs(Number(thread)))
    expect(turns.filter(turn => turn === 100_000)).to.have.length(2)
    expect(turns).to.have.length.above(2)
  })
})
