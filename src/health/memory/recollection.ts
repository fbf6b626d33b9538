/** What one run tells the next: last verdicts, which regions were out, and the history, in wall-clock time. Written
 *  as checksummed lines; each stands for itself, so that what is damaged costs only itself. Pure. */

import { checkedLine } from './checked-lines.ts'
import type { Change } from './history.ts'

export interface RecalledVerdict {
  /** `subjectKey` of the judge's stage. */
  readonly subject: string
  readonly source: string
  readonly verdict: 'up' | 'down'
  readonly draining: boolean
  readonly sinceWallMs: number
  readonly detail: string
  /** Of a pushed one: until when it said that it holds. */
  readonly untilWallMs?: number
}

export interface RecalledRegion {
  /** `targetKey` of the judge's stage. */
  readonly target: string
  readonly region: string
  readonly state: string
  readonly sinceWallMs: number
  /** Since when what is said of it keeps it from clients; null while it serves. */
  readonly outSinceWallMs: number | null
}

export interface Recollection {
  readonly savedWallMs: number
  readonly verdicts: readonly RecalledVerdict[]
  readonly regions: readonly RecalledRegion[]
  readonly changes: readonly Change[]
}

/** Writes one recollection after the other. Of thousands of lines few are others each time: a verdict or change that
 *  is the same value as before is not put into words again. */
export class RecollectionWriter {
  private lines = new Map<RecalledVerdict | Change, string>()

  text({ savedWallMs, verdicts, regions, changes }: Recollection): string {
    const before = this.lines
    this.lines = new Map()
    for (const verdict of verdicts) this.lines.set(verdict, before.get(verdict) ?? checkedLine({ verdict }))
    for (const change of changes) this.lines.set(change, before.get(change) ?? checkedLine({ change }))
    return [
      checkedLine({ savedWallMs }),
      ...regions.map(region => checkedLine({ region })),
      ...this.lines.values(),
    ].join('')
  }
}

/** Undefined when nothing says of when it is. */
export function readRecollection(values: readonly unknown[]): Recollection | undefined {
  const lines = values.filter(value => typeof value === 'object' && value !== null) as Record<
    string,
    unknown
  >[]
  const savedWallMs = lines.map(line => line['savedWallMs']).find(value => typeof value === 'number')
  if (savedWallMs === undefined) return undefined
  return {
    savedWallMs: savedWallMs as number,
    verdicts: lines.map(({ verdict }) => verdict).filter(isVerdict),
    regions: lines.map(({ region }) => region).filter(isRegion),
    changes: lines.map(({ change }) => change).filter(isChange),
  }
}

function isVerdict(value: unknown): value is RecalledVerdict {
  const shape = {
    subject: 'string',
    source: 'string',
    draining: 'boolean',
    sinceWallMs: 'number',
    detail: 'string',
  }
  if (!has(value, shape) || !['up', 'down'].includes((value as RecalledVerdict).verdict)) return false
  const { untilWallMs } = value as { untilWallMs?: unknown }
  return untilWallMs === undefined || typeof untilWallMs === 'number'
}

function isRegion(value: unknown): value is RecalledRegion {
  if (!has(value, { target: 'string', region: 'string', state: 'string', sinceWallMs: 'number' }))
    return false
  const { outSinceWallMs } = value as { outSinceWallMs?: unknown }
  return outSinceWallMs === null || typeof outSinceWallMs === 'number'
}

function isChange(value: unknown): value is Change {
  const texts = { subject: 'string', from: 'string', to: 'string', cause: 'string' }
  return has(value, { ...texts, durationMs: 'number', wallMs: 'number' })
}

function has(value: unknown, shape: Readonly<Record<string, string>>): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(shape).every(([key, type]) => typeof (value as Record<string, unknown>)[key] === type)
}
