/** The recollection on disk, written some time after something changed. Nothing depends on it: without it, a start
 *  knows nothing. */

import { join } from 'node:path'
import type { Problem } from '../../base/problem.ts'
import { AsideFile } from './aside-file.ts'
import { type Recollection, RecollectionWriter, readRecollection } from './recollection.ts'
import { readStateFile } from './state-file.ts'

export const MEMORY_FILE = 'health.memory'

/** What is older says nothing of now. */
export const RECALL_MS_MAX = 3_600_000

export interface Recalled {
  /** Absent when there is none, or none that still says something. */
  readonly recollection?: Recollection
  readonly problems: readonly Problem[]
}

export class MemoryFile {
  private readonly file: AsideFile
  private readonly writer = new RecollectionWriter()

  constructor(folder: string) {
    this.file = new AsideFile(join(folder, MEMORY_FILE))
  }

  get path(): string {
    return this.file.path
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
    this.file.note(nowMs)
  }

  /** Writes when it is time. */
  tick(nowMs: number, recollect: () => Recollection): void {
    this.file.tick(nowMs, () => this.writer.text(recollect()))
  }

  /** Writes now, after what is being written. Returns what went wrong, if so. */
  async flush(recollect: () => Recollection): Promise<Problem | undefined> {
    return this.file.flush(() => this.writer.text(recollect()))
  }

  /** The last write's, until one succeeds. */
  get problem(): Problem | undefined {
    return this.file.problem
  }
}
