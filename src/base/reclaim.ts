/** Gives back the memory of what was let go. A thread that makes no garbage never collects any, so a plan of
 *  a hundred megabytes that it dropped would stay for good. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** To be called in the main thread before any other starts: the flag is the whole process's. */
export function allowReclaiming(): void {
  setFlagsFromString('--expose-gc')
}

/** Takes some milliseconds; does nothing where it was not allowed. */
export function reclaim(): void {
  try {
    // Threads that start with the flag have it at hand; the main thread finds it in a new context only.
    const collect = (globalThis.gc ?? runInNewContext('gc')) as () => void
    collect()
  } catch {
    // Without it memory comes back later, when the system runs short and V8 looks by itself.
  }
}

/** A fraction of a millisecond: only what is young. A thread that allocates nothing keeps everything young, so
 *  a plan dropped at the next reload is found here; what was ever promoted is not. */
export function reclaimYoung(): void {
  ;(globalThis.gc as ((options: { type: 'minor' }) => void) | undefined)?.({ type: 'minor' })
}

const SOON_MS = 1_000
let timer: NodeJS.Timeout | undefined

/** For threads with an event loop: when the bustle of a new plan is over, and once for many of them. */
export function reclaimSoon(): void {
  if (timer !== undefined) return
  timer = setTimeout(() => {
    timer = undefined
    reclaim()
  }, SOON_MS).unref()
}
