/** Whether every worker turns: each counts its turns in shared memory, ten times a second at the least, and somebody
 *  looks once a second. Counts looks rather than time, so that a machine that slept finds nobody guilty. Knows no
 *  worker's work. */

export interface Turning {
  readonly name: string
  /** Grows while the worker is alive. */
  readonly turns: number
}

/** Longer than it takes to replace a worker that died: 5 s at most, and its start. */
export const STILL_LOOKS_MAX = 10

export class Liveness {
  private readonly read: () => readonly Turning[]
  private readonly seen = new Map<string, { turns: number; stillLooks: number }>()

  constructor(read: () => readonly Turning[]) {
    this.read = read
  }

  /** Once a second. */
  look(): void {
    for (const { name, turns } of this.read()) {
      const before = this.seen.get(name)
      const stillLooks = before === undefined || before.turns !== turns ? 0 : before.stillLooks + 1
      this.seen.set(name, { turns, stillLooks })
    }
  }

  /** Workers that have not turned for too many looks. */
  stuck(): readonly string[] {
    return this.read()
      .filter(({ name, turns }) => {
        const before = this.seen.get(name)
        return before !== undefined && before.turns === turns && before.stillLooks >= STILL_LOOKS_MAX
      })
      .map(({ name }) => name)
  }
}
