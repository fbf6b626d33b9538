/** What happened, a bounded piece of it: the last changes of state of everything that is judged. Knows no files. */

export interface Change {
  /** `live.classroom.example/euc1` for a region of a name; `classroom.example/euc1 edge 192.0.2.1 probe` for one
   *  source's word on one subject. */
  readonly subject: string
  readonly from: string
  readonly to: string
  /** One line: which check, whose word, what it said. */
  readonly cause: string
  /** How long `from` had lasted. */
  readonly durationMs: number
  readonly wallMs: number
}

export const CHANGES_PER_SUBJECT = 32

export class History {
  private readonly rings = new Map<string, Change[]>()

  add(change: Change): void {
    const ring = this.rings.get(change.subject)
    if (ring === undefined) this.rings.set(change.subject, [change])
    else {
      ring.push(change)
      if (ring.length > CHANGES_PER_SUBJECT) ring.shift()
    }
  }

  /** Oldest first. */
  of(subject: string): readonly Change[] {
    return this.rings.get(subject) ?? []
  }

  /** Of every subject that `wanted` takes, oldest first. */
  among(wanted: (subject: string) => boolean): Change[] {
    return [...this.rings]
      .flatMap(([subject, ring]) => (wanted(subject) ? ring : []))
      .sort((a, b) => a.wallMs - b.wallMs)
  }

  all(): Change[] {
    return this.among(() => true)
  }

  /** Subjects that are no longer judged are forgotten. */
  keepOnly(isKnown: (subject: string) => boolean): void {
    for (const subject of this.rings.keys()) if (!isKnown(subject)) this.rings.delete(subject)
  }
}
