/** The names of the files in which orders are kept, for who only wants to know whether there are any. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'

export const JOURNAL_FILE = 'overrides.journal'
export const SNAPSHOT_FILE = 'overrides.snapshot'

export function hasOverrides(folder: string): boolean {
  return existsSync(join(folder, JOURNAL_FILE)) || existsSync(join(folder, SNAPSHOT_FILE))
}
