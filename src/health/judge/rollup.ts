/** From words on addresses and on the region as a whole to what a region is. All checks must pass. A check on
 *  addresses takes away single addresses, and the region with them once fewer than `threshold` are left. A check
 *  whose sources have all expired is left out; when that is every one, the region is unknown and counts as up.
 *  Knows neither operators nor time. Pure. */

import { type CheckSpec, type RegionSpec, speaksByEvent } from './spec.ts'
import { type IsSuppressed, type Merged, mergeWords, type Word } from './words.ts'

/** Words on one subject of the region; the address is empty for the region as a whole. */
export type WordsOn = (check: CheckSpec, address: string) => readonly Word[]

export interface CheckTally {
  readonly name: string
  /** Of `total`: instances where the source counts them, else addresses, else the region itself. */
  readonly passing: number
  readonly total: number
}

export interface AddressRoll {
  readonly address: string
  readonly state: 'up' | 'down' | 'draining' | 'unknown' | 'stale'
  readonly live: boolean
  /** By check; absent where it says nothing of this address. */
  readonly merged: readonly (Merged | undefined)[]
}

export interface RegionRoll {
  readonly state: 'up' | 'down' | 'draining' | 'unknown' | 'stale'
  readonly lastUp: boolean
  readonly shareUp: number
  readonly steady: boolean
  readonly addresses: readonly AddressRoll[]
  readonly tallies: readonly CheckTally[]
  /** The check and word that decided; absent while nothing is known. */
  readonly check: string
  readonly word: Word | undefined
}

/** Families of which it has addresses, and none that is live though others are. */
export function familiesOut(addresses: readonly Pick<AddressRoll, 'address' | 'live'>[]): ('v4' | 'v6')[] {
  if (!addresses.some(({ live }) => live)) return []
  return (['v4', 'v6'] as const).filter(family => {
    const ours = addresses.filter(({ address }) => address.includes(':') === (family === 'v6'))
    return ours.length > 0 && ours.every(({ live }) => !live)
  })
}

/** Whether the decision would serve it. */
export function isAvailable(roll: Pick<RegionRoll, 'state' | 'lastUp'>): boolean {
  return roll.state === 'up' || roll.state === 'unknown' || (roll.state === 'stale' && roll.lastUp)
}

export function rollUp(
  region: RegionSpec,
  checks: readonly CheckSpec[],
  threshold: number,
  wordsOn: WordsOn,
  isSuppressed: IsSuppressed,
): RegionRoll {
  const whole = checks.map(check => mergedWhole(region, check, wordsOn, isSuppressed))
  const addresses = region.addresses.map(address => rollAddress(address, checks, wordsOn, isSuppressed))
  const live = addresses.filter(address => address.live).length
  const shareUp = addresses.length === 0 ? 1 : live / addresses.length
  const outcome = judgeRegion(checks, whole, addresses, threshold)
  const all = [...whole, ...addresses.flatMap(({ merged }) => merged)].filter(merged => merged !== undefined)
  return {
    ...outcome,
    shareUp,
    steady: all.every(merged => merged.steady),
    addresses,
    tallies: checks.map((check, i) => tally(check.name, whole[i], addresses, i)),
  }
}

/** Event sources speak of the region as a whole, and may speak of addresses besides; probes speak of addresses,
 *  where there are any. */
function mergedWhole(
  region: RegionSpec,
  check: CheckSpec,
  wordsOn: WordsOn,
  isSuppressed: IsSuppressed,
): Merged | undefined {
  const words = wordsOn(check, '')
  const isExpected = region.addresses.length === 0 || speaksByEvent(check)
  const speaksOfAddresses = () => region.addresses.some(address => wordsOn(check, address).length > 0)
  if (words.length === 0 && (!isExpected || speaksOfAddresses())) return undefined
  return mergeWords(words, isSuppressed)
}

function rollAddress(
  address: string,
  checks: readonly CheckSpec[],
  wordsOn: WordsOn,
  isSuppressed: IsSuppressed,
): AddressRoll {
  const merged = checks.map(check => {
    const words = wordsOn(check, address)
    return words.length === 0 && speaksByEvent(check) ? undefined : mergeWords(words, isSuppressed)
  })
  const said = merged.filter(one => one !== undefined)
  const has = (state: Merged['state']): boolean => said.some(one => one.state === state)
  const live = !has('down') && !has('draining')
  const isStale = (state: Merged['state']): boolean => said.every(one => one.state !== state || one.stale)
  const known = said.filter(({ state }) => state !== 'expired')
  if (!live) {
    const out = has('down') && !(isStale('down') && has('draining')) ? 'down' : 'draining'
    return { address, live, merged, state: isStale(out) ? 'stale' : out }
  }
  if (known.some(one => one.stale)) return { address, live, merged, state: 'stale' }
  const isUnknown = known.some(({ state }) => state === 'unknown') || (said.length > 0 && known.length === 0)
  return { address, live, merged, state: isUnknown ? 'unknown' : 'up' }
}

type Outcome = Pick<RegionRoll, 'state' | 'lastUp' | 'check' | 'word'>

function judgeRegion(
  checks: readonly CheckSpec[],
  whole: readonly (Merged | undefined)[],
  addresses: readonly AddressRoll[],
  threshold: number,
): Outcome {
  const out = (wanted: (merged: Merged) => boolean): Outcome | undefined => {
    const i = whole.findIndex(merged => merged !== undefined && wanted(merged))
    if (i >= 0) return { state: 'down', lastUp: false, check: checks[i]!.name, word: whole[i]!.word }
    const lost = addresses.map(({ merged }) => merged.findIndex(one => one !== undefined && wanted(one)))
    const left = lost.filter(at => at < 0).length
    const isEnough = addresses.length === 0 || (left > 0 && left / addresses.length >= threshold)
    if (isEnough) return undefined
    const first = lost.findIndex(at => at >= 0)
    const at = lost[first]!
    return { state: 'down', lastUp: false, check: checks[at]!.name, word: addresses[first]!.merged[at]!.word }
  }
  const isDown = out(({ state, stale }) => state === 'down' && !stale)
  if (isDown !== undefined) return isDown
  // Of what is out for several reasons, those that are sure and those that were asked for come first.
  const isDraining = out(({ state, stale }) => state === 'draining' || (state === 'down' && !stale))
  if (isDraining !== undefined) return { ...isDraining, state: 'draining' }
  const wasDown = out(({ state }) => state === 'draining' || state === 'down')
  if (wasDown !== undefined) return { ...wasDown, state: 'stale' }
  return judgeServing(checks, whole, addresses)
}

/** Nothing takes it away: is it known to be well, or only not known to be ill? */
function judgeServing(
  checks: readonly CheckSpec[],
  whole: readonly (Merged | undefined)[],
  addresses: readonly AddressRoll[],
): Outcome {
  const bests = checks.map((_, i) => best([whole[i], ...addresses.map(({ merged }) => merged[i])]))
  const find = (wanted: (merged: Merged) => boolean): number =>
    bests.findIndex(merged => merged !== undefined && wanted(merged))
  const outcome = (state: Outcome['state'], at: number): Outcome => ({
    state,
    lastUp: true,
    check: checks[at]?.name ?? '',
    word: bests[at]?.word,
  })
  const staleAt = find(({ stale }) => stale)
  if (staleAt >= 0) return outcome('stale', staleAt)
  const unknownAt = find(({ state }) => state === 'unknown')
  if (unknownAt >= 0) return outcome('unknown', unknownAt)
  const upAt = find(({ state }) => state === 'up')
  return upAt >= 0 || checks.length === 0 ? outcome('up', upAt) : outcome('unknown', 0)
}

/** Of a check's words on a region that is served: one address known to be up is enough to call the check passed. */
function best(said: readonly (Merged | undefined)[]): Merged | undefined {
  const served = said.filter(one => one !== undefined && one.state !== 'down' && one.state !== 'draining')
  return (
    served.find(one => one!.state === 'up' && !one!.stale) ??
    served.find(one => one!.stale) ??
    served.find(one => one!.state === 'unknown') ??
    served[0]
  )
}

function tally(
  name: string,
  whole: Merged | undefined,
  addresses: readonly AddressRoll[],
  at: number,
): CheckTally {
  const counts = whole?.word?.counts
  if (counts !== undefined) return { name, ...counts }
  const said = addresses.map(({ merged }) => merged[at]).filter(one => one !== undefined)
  const all = said.length > 0 ? said : whole === undefined ? [] : [whole]
  return { name, passing: all.filter(({ state }) => state === 'up').length, total: all.length }
}
