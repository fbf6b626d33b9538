/** The blast-radius limiter: one source alone may withdraw only so many of a target's regions within one window.
 *  When it would withdraw more, it is rather the source that is ill: a Consul that lost its data, a prober without
 *  a network. It is doubted, and everything it alone withdrew within the window is given back.
 *
 *  The doubt ends when the source takes its words back, when it has said no more than it may for a while, or at
 *  once when others withdraw the same regions, so that it no longer stands alone.
 *
 *  Reckoned in regions that are out, not in samples, so that it does not matter how they came out: by a verdict,
 *  a drain, or because a source that had spoken for them fell silent. Clock and cases are arguments. */

/** A region as the limiter sees it. */
export interface RegionCase {
  readonly name: string
  /** Since when it has been out for clients; absent while it serves. */
  readonly outSinceMs: number | undefined
  /** Sources without whose words it would serve: each of them alone withdraws it. */
  readonly blamed: readonly string[]
  /** Sources whose words would be enough to withdraw it. */
  readonly claimedBy: readonly string[]
}

export interface LimiterRules {
  /** How many regions a source may withdraw. */
  readonly allowed: number
  readonly windowMs: number
  readonly quietMs: number
}

export interface DoubtChange {
  readonly kind: 'doubted' | 'trusted'
  readonly source: string
  /** What it withdraws, or wanted to. */
  readonly regions: readonly string[]
  readonly cause: string
  /** How long it was doubted; 0 when it just began. */
  readonly durationMs: number
}

interface Doubt {
  readonly sinceMs: number
  /** What went out after this is taken back. */
  readonly fromMs: number
  /** Out since before the window: these stay out until they come back by themselves. */
  readonly longOut: Set<string>
  /** Since when it says no more than it may. */
  quietSinceMs: number | undefined
}

/** `max-withdraw` in regions. One is always allowed unless nothing is: else a policy of one region could never
 *  fail over to its outage rule, nor one of three at 30 % to anything. */
export function allowedWithdrawals(regions: number, maxWithdraw: number): number {
  // 0.29 * 100 is a hair below 29.
  return maxWithdraw <= 0 ? 0 : Math.max(1, Math.floor(regions * maxWithdraw + 1e-9))
}

/** One per target. */
export class Limiter {
  private readonly doubts = new Map<string, Doubt>()

  get doubted(): string[] {
    return [...this.doubts.keys()]
  }

  /** Whether this source's words on this region are to be taken back, and from which moment on. */
  suppressedFrom(source: string, region: string): number | undefined {
    const doubt = this.doubts.get(source)
    return doubt === undefined || doubt.longOut.has(region) ? undefined : doubt.fromMs
  }

  review(cases: readonly RegionCase[], rules: LimiterRules, nowMs: number): DoubtChange[] {
    const sources = new Set([...cases.flatMap(({ blamed }) => blamed), ...this.doubts.keys()])
    return [...sources].flatMap(source => this.reviewSource(source, cases, rules, nowMs) ?? [])
  }

  private reviewSource(
    source: string,
    cases: readonly RegionCase[],
    rules: LimiterRules,
    nowMs: number,
  ): DoubtChange | undefined {
    const doubt = this.doubts.get(source)
    return doubt === undefined
      ? this.mayBeDoubted(source, cases, rules, nowMs)
      : this.mayBeTrusted(source, doubt, cases, rules, nowMs)
  }

  private mayBeDoubted(
    source: string,
    cases: readonly RegionCase[],
    { allowed, windowMs }: LimiterRules,
    nowMs: number,
  ): DoubtChange | undefined {
    const fromMs = nowMs - windowMs
    const isLongOut = ({ outSinceMs }: RegionCase): boolean =>
      outSinceMs !== undefined && outSinceMs <= fromMs
    const alone = cases.filter(one => one.blamed.includes(source) && !isLongOut(one))
    if (alone.length <= allowed) return undefined
    const longOut = new Set(cases.filter(isLongOut).map(({ name }) => name))
    this.doubts.set(source, { sinceMs: nowMs, fromMs, longOut, quietSinceMs: undefined })
    const cause = `would withdraw ${alone.length} of ${cases.length} regions, ${allowed} allowed`
    return { kind: 'doubted', source, regions: alone.map(({ name }) => name), cause, durationMs: 0 }
  }

  private mayBeTrusted(
    source: string,
    doubt: Doubt,
    cases: readonly RegionCase[],
    { allowed, quietMs }: LimiterRules,
    nowMs: number,
  ): DoubtChange | undefined {
    for (const { name, outSinceMs } of cases) if (outSinceMs === undefined) doubt.longOut.delete(name)
    const open = cases.filter(({ name }) => !doubt.longOut.has(name))
    const alone = open.filter(({ blamed }) => blamed.includes(source))
    const claimed = open.filter(({ claimedBy }) => claimedBy.includes(source))
    const isQuiet = claimed.length <= allowed
    doubt.quietSinceMs = isQuiet ? (doubt.quietSinceMs ?? nowMs) : undefined
    const cause = causeToTrust()
    if (cause === undefined) return undefined
    this.doubts.delete(source)
    const regions = alone.map(({ name }) => name)
    return { kind: 'trusted', source, regions, cause, durationMs: nowMs - doubt.sinceMs }

    function causeToTrust(): string | undefined {
      if (claimed.length === 0) return 'took its words back'
      if (!isQuiet && alone.length <= allowed) return 'another source agrees'
      return isQuiet && nowMs - doubt.quietSinceMs! >= quietMs ? 'says no more than it may' : undefined
    }
  }
}
