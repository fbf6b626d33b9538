/** A count that is exact as a whole, told apart by samples: what has come since the last look is shared out as the
 *  samples of that time were. Grows only; over all kinds together it is the exact count, as soon as there is a
 *  sample. Knows nothing of what is counted. */

interface Entry {
  /** How much of the count is shared out, and to whom. */
  whole: number
  readonly parts: Map<string, number>
  /** Samples since the start: what counts where a time brought none. */
  readonly sampled: Map<string, number>
}

export class Apportionment {
  private readonly entries = new Map<string, Entry>()

  /** `whole` is the exact count by now, `kinds` one word for each sample since the last call. */
  update(key: string, whole: number, kinds: readonly string[]): void {
    const entry = this.entryOf(key)
    const fresh = new Map<string, number>()
    for (const kind of kinds) {
      fresh.set(kind, (fresh.get(kind) ?? 0) + 1)
      entry.sampled.set(kind, (entry.sampled.get(kind) ?? 0) + 1)
    }
    const basis = fresh.size > 0 ? fresh : entry.sampled
    const more = whole - entry.whole
    if (basis.size === 0 || more <= 0) return
    let samples = 0
    for (const count of basis.values()) samples += count
    for (const [kind, count] of basis)
      entry.parts.set(kind, (entry.parts.get(kind) ?? 0) + (more * count) / samples)
    entry.whole = whole
  }

  parts(key: string): ReadonlyMap<string, number> {
    return this.entries.get(key)?.parts ?? NONE
  }

  private entryOf(key: string): Entry {
    const known = this.entries.get(key)
    if (known !== undefined) return known
    const entry: Entry = { whole: 0, parts: new Map(), sampled: new Map() }
    this.entries.set(key, entry)
    return entry
  }
}

const NONE: ReadonlyMap<string, number> = new Map()
