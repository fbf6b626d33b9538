/** A file of the system's own (/proc, /sys), which may be missing, or hidden from us. Loads nothing. */

import { readFileSync } from 'node:fs'

export function readSystemFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
