/** What the sources say of one subject, and what it comes to. Several sources of one check are witnesses of the
 *  same thing:
 *
 *  - fresh words beat stale ones, and expired ones are left out;
 *  - a drain is an order, so one source is enough;
 *  - otherwise one that says up wins: a withdrawal needs all of them, as one broken vantage must not withdraw a
 *    region;
 *  - the word of a doubted source is no word; unless nobody else speaks: then what it said before it was doubted.
 *
 *  Different checks are different questions, and all must pass: that is the region's affair. Pure. */

import { isOut } from './counters.ts'
import type { Freshness, Verdict } from './spec.ts'

/** What one source says of one subject at one moment. */
export interface Word {
  readonly source: string
  readonly verdict: Verdict
  readonly draining: boolean
  readonly freshness: Freshness
  readonly steady: boolean
  /** When it became down or draining. */
  readonly outMs: number | undefined
  readonly confirmedMs: number
  readonly detail: string
  readonly counts: { readonly passing: number; readonly total: number } | undefined
}

export type MergedState = 'up' | 'down' | 'draining' | 'unknown' | 'expired'

export interface Merged {
  readonly state: MergedState
  /** Nothing fresh is behind it. */
  readonly stale: boolean
  readonly steady: boolean
  /** Whose word it is; nobody's while nothing is known. */
  readonly word: Word | undefined
}

/** Whether a word that says down or draining is taken back. */
export type IsSuppressed = (word: Word) => boolean

export const SUPPRESS_NOTHING: IsSuppressed = () => false

export const NOBODY: Merged = { state: 'unknown', stale: false, steady: true, word: undefined }

export function mergeWords(words: readonly Word[], isSuppressed: IsSuppressed): Merged {
  const heard = words.filter(({ freshness }) => freshness !== 'expired')
  if (heard.length === 0) return words.length === 0 ? NOBODY : { ...NOBODY, state: 'expired', word: words[0] }
  const trusted = heard.filter(word => !(isOut(word) && isSuppressed(word)))
  if (trusted.length === 0) return { state: 'up', stale: true, steady: false, word: heard[0] }
  const fresh = trusted.filter(({ freshness }) => freshness === 'fresh')
  const spoken = fresh.length > 0 ? fresh : trusted
  const stale = fresh.length === 0
  const steady = !stale && spoken.every(word => word.steady)
  const draining = spoken.find(word => word.draining)
  if (draining !== undefined) return { state: 'draining', stale, steady: false, word: draining }
  for (const state of ['up', 'down'] as const) {
    const word = spoken.find(({ verdict }) => verdict === state)
    if (word !== undefined) return { state, stale, steady, word }
  }
  return { state: 'unknown', stale, steady, word: spoken[0] }
}
