/** A file that is written whole some time after something changed, and never twice at once, so that a storm of changes
 *  costs a few writes. Knows nothing of what is in it. */

import type { Problem } from '../../base/problem.ts'
import { replaceFile } from './durable.ts'
import { stateProblem } from './state-file.ts'

/** Changes are gathered so long before they are written. */
export const SAVE_AFTER_MS = 1_000

export class AsideFile {
  readonly path: string
  private changedMs: number | undefined
  private writing: Promise<void> | undefined
  private lastProblem: Problem | undefined

  constructor(path: string) {
    this.path = path
  }

  /** Something is worth keeping. */
  note(nowMs: number): void {
    this.changedMs ??= nowMs
  }

  /** Writes when it is time. */
  tick(nowMs: number, text: () => string): void {
    const isDue = this.changedMs !== undefined && nowMs - this.changedMs >= SAVE_AFTER_MS
    if (isDue && this.writing === undefined) this.start(text())
  }

  /** Writes now, after what is being written. Returns what went wrong, if so. */
  async flush(text: () => string): Promise<Problem | undefined> {
    await this.writing
    this.start(text())
    await this.writing
    return this.lastProblem
  }

  /** The last write's, until one succeeds. */
  get problem(): Problem | undefined {
    return this.lastProblem
  }

  private start(text: string): void {
    this.changedMs = undefined
    this.writing = this.write(text).then(problem => {
      this.lastProblem = problem
      this.writing = undefined
    })
  }

  private async write(text: string): Promise<Problem | undefined> {
    try {
      await replaceFile(this.path, text)
      return undefined
    } catch (error) {
      const why = `is not written: ${(error as Error).message}`
      return stateProblem(this.path, 0, 'warning', 'state-not-written', why)
    }
  }
}
