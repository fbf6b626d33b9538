/** How far a long piece of work is, on a terminal: a bar that shows only when the work takes its time, and is gone
 *  when it is done. Says nothing where nobody looks. */

import { type Clock, monotonicMs } from '../base/clock.ts'

/** Work shorter than this is not worth a bar. */
const PATIENCE_MS = 1_000
const REDRAW_MS = 80
const BAR_CHARS = 28

export class ProgressBar {
  private readonly label: string
  private readonly stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>
  private readonly nowMs: Clock
  private beganMs: number | undefined
  private drawnMs = Number.NEGATIVE_INFINITY
  private isDrawn = false

  constructor(
    label: string,
    stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> = process.stderr,
    nowMs: Clock = monotonicMs,
  ) {
    this.label = label
    this.stream = stream
    this.nowMs = nowMs
  }

  /** `share` of the work done, 0 to 1. The first call starts the clock. */
  readonly update = (share: number): void => {
    if (this.stream.isTTY !== true) return
    const now = this.nowMs()
    this.beganMs ??= now
    if (now - this.beganMs < PATIENCE_MS || now - this.drawnMs < REDRAW_MS) return
    this.drawnMs = now
    this.isDrawn = true
    const filled = Math.round(Math.min(1, Math.max(0, share)) * BAR_CHARS)
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_CHARS - filled)
    this.stream.write(`\r${this.label} ${bar} ${Math.floor(share * 100)}%\x1b[K`)
  }

  /** Wipes the bar away, so that what follows stands where it stood. */
  done(): void {
    if (this.isDrawn) this.stream.write('\r\x1b[K')
    this.isDrawn = false
  }
}
