/** Small files that somebody else rewrites while we run: tokens, certificates, keys. Their latest text, looked
 *  at no more often than an interval, and the last good text while a file is missing or empty. */

import { readFile, stat } from 'node:fs/promises'
import type { Clock } from '../../base/clock.ts'

const LOOK_INTERVAL_MS = 1000

export interface FreshText {
  /** The text as of now; undefined when the file was never readable. */
  read(): Promise<string | undefined>
  /** The next `read` looks at the file, however recent the last look was. */
  distrust(): void
  /** Why the last look failed. */
  problem(): string | undefined
}

export function followFile(path: string, clock: Clock): FreshText {
  let text: string | undefined
  let stamp = ''
  let lookedAtMs = Number.NEGATIVE_INFINITY
  let problem: string | undefined
  const look = async (): Promise<void> => {
    try {
      const { mtimeMs, size, ino } = await stat(path)
      const seen = `${mtimeMs} ${size} ${ino}`
      if (seen === stamp) return
      const fresh = (await readFile(path, 'utf8')).trim()
      // A file caught between truncation and writing is no reason to forget what it said.
      if (fresh === '') throw new Error('is empty')
      text = fresh
      stamp = seen
      problem = undefined
    } catch (error) {
      problem = `${path}: ${error instanceof Error ? error.message : String(error)}`
    }
  }
  return {
    async read() {
      if (clock() - lookedAtMs >= LOOK_INTERVAL_MS) {
        lookedAtMs = clock()
        await look()
      }
      return text
    },
    distrust() {
      lookedAtMs = Number.NEGATIVE_INFINITY
    },
    problem: () => problem,
  }
}
