/** The recollection on disk: written aside and renamed, some time after something changed and never twice at once,
 *  so that a storm of changes costs a few writes. Nothing depends on it: without it, a start knows nothing. */

import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Problem } from '../../base/problem.ts'
import { type Recollection, readRecollection, recollectionText } from './recollection.ts'
import { readStateFile, stateProblem } from './state-file.ts'

export const MEMORY_FILE = 'health.memory'

/** Changes are gathered so long before they are written. */
export const SAVE_AFTER_MS = 1_000
/** What is older says nothing of now. */
export const RECALL_MS_MAX = 3_600_000

export interface Recalled {
  /** Absent when there is none, or none that still says something. */
  readonly recollection?: Recollection
  readonly problems: readonly Problem[]
}

export class MemoryFile {
  readonly path: string
  private changedMs: number | undefined
  private writing: Promise<void> | undefined
  private lastProblem: Problem | undefined

  constructor(folder: string) {
    this.path = join(folder, MEMORY_FILE)
  }

  recall(wallMs: number): Recalled {
    const { values, exists, problems } = readStateFile(this.path)
    if (!exists) return { problems }
    // Nobody's orders are lost with it, so what is wrong with it is no more than a warning.
    const warnings = problems.map(problem => ({ ...problem, severity: 'warning' as const }))
    const recollection = readRecollection(values)
    const isOfUse = recollection !== undefined && Math.abs(wallMs - recollection.savedWallMs) <= RECALL_MS_MAX
    return isOfUse ? { recollection, problems: warnings } : { problems: warnings }
  }

  /** Something is worth keeping. */
  note(nowMs: number): void {
    this.changedMs ??= nowMs
  }

  /** Writes when it is time. */
  tick(nowMs: number, recollect: () => Recollection): void {
    const isDue = this.changedMs !== undefined && nowMs - this.changedMs >= SAVE_AFTER_MS
    if (isDue && this.writing === undefined) this.start(recollect())
  }

  /** Writes now, after what is being written. Returns what went wrong, if so. */
  async flush(recollect: () => Recollection): Promise<Problem | undefined> {
    await this.writing
    this.start(recollect())
    await this.writing
    return this.lastProblem
  }

  /** The last write's, until one succeeds. */
  get problem(): Problem | undefined {
    return this.lastProblem
  }

  private start(recollection: Recollection): void {
    this.changedMs = undefined
    this.writing = this.write(recollectionText(recollection)).then(problem => {
      this.lastProblem = problem
      this.writing = undefined
    })
  }

  private async write(text: string): Promise<Problem | undefined> {
    const aside = `${this.path}.tmp`
    try {
      await mkdir(dirname(this.path), { recursive: true })
      const file = await open(aside, 'w', 0o600)
      try {
        await file.writeFile(text)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(aside, this.path)
      return undefined
    } catch (error) {
      await rm(aside, { force: true }).catch(() => undefined)
      return stateProblem(
        this.path,
        0,
        'warning',
        'state-not-written',
        `is not written: ${(error as Error).message}`,
      )
    }
  }
}
