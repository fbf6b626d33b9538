/** Keeps the calling thread on one core. The kernel likes to wake a worker beside whoever sent the query, and crowds
 *  both on one core while a rebuild has the other one: answers then wait for tens of milliseconds. */
import type { Libc } from './native.ts'

/** Room for 1,024 cores, as glibc has it. */
const MASK_BYTES = 128
const CALLING_THREAD = 0

/** Of the cores this process may use, from the last one down: interrupts tend to be on the first. Where the host
 *  forbids it the thread stays free. */
export function pinToCore(libc: Libc, worker: number): void {
  const mask = new Uint8Array(MASK_BYTES)
  if (libc.sched_getaffinity(CALLING_THREAD, MASK_BYTES, mask) < 0) return
  const cores = coresOf(mask)
  const core = cores.at(-1 - (worker % cores.length))
  if (core === undefined) return
  libc.sched_setaffinity(CALLING_THREAD, MASK_BYTES, maskOf(core))
}

export function coresOf(mask: Uint8Array): readonly number[] {
  const cores: number[] = []
  for (let core = 0; core < mask.length * 8; core++) {
    if ((mask[core >>> 3]! & (1 << (core & 7))) !== 0) cores.push(core)
  }
  return cores
}

function maskOf(core: number): Uint8Array {
  const mask = new Uint8Array(MASK_BYTES)
  mask[core >>> 3] = 1 << (core & 7)
  return mask
}
