/** Who answers comes first: on a busy host the helpers of the JavaScript engine (which compile and collect garbage
 *  for whoever asks, a rebuild above all) must not take the core from the workers. On Linux every thread has a
 *  priority of its own; elsewhere it is the process's and is left alone. */
import { readdirSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { koffi } from '../base/koffi.ts'

/** To be called before any thread of ours is started: then all others are the engine's. Threads started later
 *  have the main thread's priority, which stays. */
export function engineStandsBack(): void {
  if (process.platform !== 'linux') return
  for (const thread of threads())
    if (thread !== process.pid) lower(thread, constants.priority.PRIORITY_BELOW_NORMAL)
}

/** The calling thread, and those it starts, run when nobody else wants the core. A low priority is not enough: the
 *  kernel lets a running thread finish its slice, milliseconds in which hundreds of queries wait; only an idle
 *  thread is put aside the moment another one wakes. */
export function standBack(): void {
  if (process.platform !== 'linux') return
  try {
    const setScheduler = koffi().load(null).func('int sched_setscheduler(int, int, void*)') as SetScheduler
    const noPriority = new Uint8Array(4)
    if (setScheduler(0, SCHED_IDLE, noPriority) === 0) return
  } catch {
    // No koffi: the next best.
  }
  lower(0, constants.priority.PRIORITY_LOW)
}

type SetScheduler = (thread: number, policy: number, parameters: Uint8Array) => number
const SCHED_IDLE = 5

function threads(): number[] {
  try {
    return readdirSync('/proc/self/task').map(Number)
  } catch {
    return []
  }
}

function lower(thread: number, priority: number): void {
  try {
    setPriority(thread, priority)
  } catch {
    // It has just ended, or the host forbids: then they share the core as before.
  }
}
