/** The operator's word on regions: drain and force, by region, by NAME/REGION, or by glob. Two independent
 *  questions, each answered by the newest order that matches: is it drained, is it forced? So `drain *` and then
 *  `undrain euc1` drains all but euc1, on whichever nodes they were given. Between a drain and a force the newer
 *  counts. Pure values; knows no files and no clock. */

export type OverrideAction = 'drain' | 'undrain' | 'force-up' | 'force-down' | 'force-auto'

export const OVERRIDE_ACTIONS: readonly OverrideAction[] = [
  'drain',
  'undrain',
  'force-up',
  'force-down',
  'force-auto',
]

/** When and where an order was given: orders of all nodes stand in one line. */
export interface Stamp {
  /** Wall clock, pushed ahead where needed so that whoever writes last has the greater one. */
  readonly wallMs: number
  readonly node: string
}

export interface Override {
  /** Lower case: `euc1`, `*`, `live.classroom.example/euc1`, `*.example/eu*`. */
  readonly pattern: string
  readonly action: OverrideAction
  readonly stamp: Stamp
  /** Wall clock; absent for an order without end. After it, it is as if it had never been given. */
  readonly untilWallMs?: number
  readonly by: string
  readonly why: string
}

export type OverrideQuestion = 'drain' | 'force'

export function questionOf(action: OverrideAction): OverrideQuestion {
  return action === 'drain' || action === 'undrain' ? 'drain' : 'force'
}

/** One order per key is kept: the newest. */
export function overrideKey({ pattern, action }: Pick<Override, 'pattern' | 'action'>): string {
  return `${questionOf(action)} ${pattern}`
}

/** Positive when `a` is the later. A total order over all that is ever written: two different orders with one
 *  stamp, which only a copied node name can make, fall to their text, so that every node keeps the same one. */
export function compareStamps(a: Override, b: Override): number {
  if (a.stamp.wallMs !== b.stamp.wallMs) return a.stamp.wallMs - b.stamp.wallMs
  if (a.stamp.node !== b.stamp.node) return a.stamp.node < b.stamp.node ? -1 : 1
  const [left, right] = [overrideText(a), overrideText(b)]
  return left === right ? 0 : left < right ? -1 : 1
}

/** The same text for the same order, whoever wrote it. */
export function overrideText({ pattern, action, stamp, untilWallMs, by, why }: Override): string {
  return JSON.stringify([pattern, action, stamp.wallMs, stamp.node, untilWallMs ?? null, by, why])
}

/** What the orders come to for one region of one name; undefined when they leave it alone. */
export function decisive(
  overrides: Iterable<Override>,
  name: string,
  region: string,
  wallMs: number,
): Override | undefined {
  const newest: { drain?: Override; force?: Override } = {}
  for (const override of overrides) {
    if (isPast(override, wallMs) || !matches(override.pattern, name, region)) continue
    const question = questionOf(override.action)
    const other = newest[question]
    if (other === undefined || compareStamps(override, other) > 0) newest[question] = override
  }
  const drain = newest.drain?.action === 'drain' ? newest.drain : undefined
  const force = newest.force?.action === 'force-auto' ? undefined : newest.force
  if (drain === undefined || force === undefined) return drain ?? force
  return compareStamps(drain, force) > 0 ? drain : force
}

export function isPast({ untilWallMs }: Override, wallMs: number): boolean {
  return untilWallMs !== undefined && untilWallMs <= wallMs
}

export function matches(pattern: string, name: string, region: string): boolean {
  const slashAt = pattern.lastIndexOf('/')
  if (slashAt < 0) return globMatches(pattern, region)
  return globMatches(pattern.slice(slashAt + 1), region) && globMatches(pattern.slice(0, slashAt), name)
}

/** `*` is any text, dots included, `?` any one character. Goes back to the last star only, so that no pattern
 *  takes more than pattern × text steps. */
export function globMatches(pattern: string, text: string): boolean {
  let [at, textAt, starAt, resumeAt] = [0, 0, -1, 0]
  while (textAt < text.length) {
    if (pattern[at] === '*') {
      starAt = at++
      resumeAt = textAt
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[textAt])) {
      at++
      textAt++
    } else if (starAt >= 0) {
      at = starAt + 1
      textAt = ++resumeAt
    } else return false
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
}

export const PATTERN_CHARS_MAX = 320
export const REMARK_CHARS_MAX = 200

/** As it is kept: lower case, without the last dot of a name. Undefined for what cannot be a pattern. */
export function normalPattern(text: string): string | undefined {
  const pattern = text.toLowerCase().replace(/\.(?=\/)/, '')
  if (pattern.length > PATTERN_CHARS_MAX) return undefined
  return /^(?:[a-z0-9_.*?-]+\/)?[a-z0-9*?-]+$/.test(pattern) ? pattern : undefined
}

/** A stranger's JSON, from a file or another node. */
export function readOverride(raw: unknown): Override | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined
  const { pattern, action, stamp, untilWallMs, by, why } = raw as Record<string, unknown>
  if (typeof pattern !== 'string' || normalPattern(pattern) !== pattern) return undefined
  if (!OVERRIDE_ACTIONS.includes(action as OverrideAction)) return undefined
  if (typeof stamp !== 'object' || stamp === null) return undefined
  const { wallMs, node } = stamp as Record<string, unknown>
  if (!isMoment(wallMs) || typeof node !== 'string') return undefined
  if (untilWallMs !== undefined && !isMoment(untilWallMs)) return undefined
  if (typeof by !== 'string' || typeof why !== 'string') return undefined
  return {
    pattern,
    action: action as OverrideAction,
    stamp: { wallMs, node },
    ...(untilWallMs === undefined ? {} : { untilWallMs }),
    by,
    why,
  }
}

function isMoment(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
