/** One node's set of orders. Two of them merge to the same whatever came first, twice or late: of each key the
 *  latest stays. Knows no files; the store beside it keeps what this holds. */

import {
  compareStamps,
  decisive,
  isPast,
  normalPattern,
  type Override,
  type OverrideAction,
  overrideKey,
  questionOf,
  REMARK_CHARS_MAX,
} from './override.ts'

export interface Order {
  readonly action: OverrideAction
  /** REGION, NAME/REGION or a glob of either. */
  readonly pattern: string
  /** `--for`. */
  readonly forMs?: number
  readonly by: string
  readonly why?: string
}

/** An order that says "no longer" must be remembered as long as a node that missed it could bring the old one
 *  back. */
export const FORGET_AFTER_MS = 7 * 86_400_000
export const OVERRIDES_MAX = 10_000
/** Of other nodes: whatever they send, there is room for an order given here. */
export const FOREIGN_OVERRIDES_MAX = 9_000
export const AUDIT_ENTRIES_MAX = 200
const FOR_MS_MAX = 10 * 365 * 86_400_000

export class Replica {
  readonly node: string
  private readonly byKey = new Map<string, Override>()
  /** Oldest first, also what has been replaced since. */
  private readonly taken: Override[] = []
  private latestWallMs = 0

  constructor(node: string) {
    this.node = node
  }

  /** The order as it would be kept; or, as text, why it cannot. Keeps nothing. */
  stamp(order: Order, wallMs: number): Override | string {
    const pattern = normalPattern(order.pattern)
    if (pattern === undefined)
      return `"${order.pattern.slice(0, 80)}" is neither REGION nor NAME/REGION, nor a glob of them`
    const { forMs } = order
    if (forMs !== undefined && !(forMs > 0 && forMs <= FOR_MS_MAX))
      return 'a duration is above 0 and below 10 years'
    const key = overrideKey({ ...order, pattern })
    if (this.byKey.size >= OVERRIDES_MAX) this.forget(wallMs)
    if (!this.byKey.has(key) && this.byKey.size >= OVERRIDES_MAX)
      return `there are ${OVERRIDES_MAX} overrides already`
    return {
      pattern,
      action: order.action,
      // Later than all that is known here, even where another node's clock is ahead.
      stamp: { wallMs: Math.max(Math.floor(wallMs), this.latestWallMs + 1), node: this.node },
      ...(forMs === undefined ? {} : { untilWallMs: Math.ceil(wallMs + forMs) }),
      by: oneLine(order.by),
      why: oneLine(order.why ?? ''),
    }
  }

  /** Whether it is news. */
  take(override: Override): boolean {
    this.latestWallMs = Math.max(this.latestWallMs, override.stamp.wallMs)
    const key = overrideKey(override)
    const known = this.byKey.get(key)
    if (known !== undefined && compareStamps(override, known) <= 0) return false
    this.byKey.set(key, override)
    this.recordTaken(override)
    return true
  }

  hasRoomFor(override: Override): boolean {
    return this.byKey.size < FOREIGN_OVERRIDES_MAX || this.byKey.has(overrideKey(override))
  }

  /** What it replaced or would be replaced by. */
  known(override: Pick<Override, 'pattern' | 'action'>): Override | undefined {
    return this.byKey.get(overrideKey(override))
  }

  /** Everything that is kept, in a fixed order. */
  all(): Override[] {
    return [...this.byKey.values()].sort(compareStamps)
  }

  /** What still holds or once held, newest last: who, when, why. */
  audit(): readonly Override[] {
    return this.taken
  }

  decisive(name: string, region: string, wallMs: number): Override | undefined {
    return decisive(this.byKey.values(), name, region, wallMs)
  }

  /** The next moment at which an order ends. */
  nextEndWallMs(wallMs: number): number | undefined {
    const ends = [...this.byKey.values()]
      .map(({ untilWallMs }) => untilWallMs)
      .filter(end => end !== undefined && end > wallMs)
    return ends.length === 0 ? undefined : Math.min(...(ends as number[]))
  }

  /** Drops what no longer says anything and what no node should still bring up. */
  forget(wallMs: number): void {
    for (const [key, override] of this.byKey) if (this.isSpent(override, wallMs)) this.byKey.delete(key)
  }

  /** Says nothing any more, and has not for so long that no node should still bring back what it replaced. */
  isSpent(override: Override, wallMs: number): boolean {
    const lastMs = Math.max(override.stamp.wallMs, override.untilWallMs ?? 0)
    if (wallMs - lastMs <= FORGET_AFTER_MS) return false
    return isPast(override, wallMs) || (isLifting(override) && !this.holdsBack(override))
  }

  /** `undrain euc1` still keeps an older `drain *` off euc1. */
  private holdsBack(lifting: Override): boolean {
    const question = questionOf(lifting.action)
    return [...this.byKey.values()].some(
      other =>
        !isLifting(other) && questionOf(other.action) === question && compareStamps(other, lifting) < 0,
    )
  }

  /** From a file: the audit as it was. */
  restoreAudit(audit: readonly Override[]): void {
    this.taken.splice(0, this.taken.length, ...audit.slice(-AUDIT_ENTRIES_MAX))
  }

  private recordTaken(override: Override): void {
    this.taken.push(override)
    if (this.taken.length > AUDIT_ENTRIES_MAX) this.taken.shift()
  }
}

function isLifting({ action }: Override): boolean {
  return action === 'undrain' || action === 'force-auto'
}

/** Logs and TXT strings are lines. */
function oneLine(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, REMARK_CHARS_MAX)
}
