/** The number by which the kernel knows the thread that asks. */

import { readlinkSync } from 'node:fs'

/** 0 where the system does not tell. */
export function threadId(): number {
  try {
    // `PID/task/TID`
    return Number(readlinkSync('/proc/thread-self').split('/')[2] ?? 0)
  } catch {
    return 0
  }
}
