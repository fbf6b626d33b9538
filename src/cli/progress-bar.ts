/** A bar for work that takes a while, on a terminal and only there. Knows nothing of the work. */
import type { Clock } from '../base/clock.ts'

/** Shorter work needs no bar. */
const SHOWN_AFTER_MS = 1_000
const CELLS = 30

export class ProgressBar {
  private readonly stream: NodeJS.WriteStream
  private readonly clock: Clock
  private readonly label: string
  private readonly beganMs: number
  private shown = ''

  constructor(stream: NodeJS.WriteStream, clock: Clock, label: string) {
    this.stream = stream
    this.clock = clock
    this.label = label
    this.beganMs = clock()
  }

  /** The share done, 0 to 1. */
  show(share: number): void {
    if (this.stream.isTTY !== true || this.clock() - this.beganMs < SHOWN_AFTER_MS) return
    const cells = Math.round(Math.min(1, share) * CELLS)
    const bar = `${this.label} [${'#'.repeat(cells)}${'.'.repeat(CELLS - cells)}] ${Math.round(share * 100)}%`
    if (bar === this.shown) return
    this.shown = bar
    this.stream.write(`\r${bar}`)
  }

  /** Takes the bar away. */
  clear(): void {
    if (this.shown !== '') this.stream.write(`\r${' '.repeat(this.shown.length)}\r`)
    this.shown = ''
  }
}
