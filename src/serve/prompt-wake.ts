/** Has the kernel wake the calling thread promptly: whoever shares its core with others asks for short turns, and is
 *  given the core as soon as there is a query instead of after somebody's whole turn, milliseconds later. It gets no
 *  more of the core than before. Linux 6.12 and later; others do not care what is asked. */
import type { Libc } from './native.ts'

/** The shortest turn that the kernel grants. */
const TURN_NS = 100_000n

/** sched_setattr(2) has no function of its own in older C libraries. */
const SYSTEM_CALL: Readonly<Record<string, number>> = { x64: 314, arm64: 274, riscv64: 274, loong64: 274 }

/** struct sched_attr of Linux 3.14: size, policy, flags, nice, priority, runtime, deadline, period. */
const ATTRIBUTES_BYTES = 48
const RUNTIME_AT = 24
const CALLING_THREAD = 0

/** Policy and niceness stay the usual ones: all zeros. */
export function wakePromptly(libc: Libc): void {
  const call = SYSTEM_CALL[process.arch]
  if (call === undefined) return
  const attributes = new Uint8Array(ATTRIBUTES_BYTES)
  const view = new DataView(attributes.buffer)
  view.setUint32(0, ATTRIBUTES_BYTES, true)
  view.setBigUint64(RUNTIME_AT, TURN_NS, true)
  libc.syscall(call, CALLING_THREAD, attributes, 0)
}
