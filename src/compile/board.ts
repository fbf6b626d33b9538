/** Choices → board: what `decide` comes to for every policy and class, as words that workers read. Written
 *  whole when a plan is made and again, entry by entry, when health changes. */

import {
  ChoiceFlag,
  ChoiceKind,
  currentSlots,
  entryWords,
  MASK_WORDS,
  type PackedChoice,
  Pick,
  packChoice,
  storeChoice,
} from '../plan/board.ts'
import { type Choice, choose, type Health, isAvailable, type RegionHealth } from '../policy/choose.ts'
import { isPicked, type Preference } from '../policy/preference.ts'
import type { Policy, Slot, SteeredName } from '../policy/steering.ts'
import type { ClientClass } from './client-classes.ts'

/** A policy as the board needs it. */
export interface BoardPolicy {
  readonly policy: Policy
  readonly classes: readonly ClientClass[]
}

/** Where the board speaks of one steered name. */
export interface BoardPlace {
  /** Word of its first entry. */
  readonly boardAt: number
  /** Word of its first mask, or 0 when nobody says of single addresses that they are out. */
  readonly masksAt: number
}

/** Above it (256 KiB: beyond, every answer would wait for memory) names share entries: names of one policy that
 *  serve the same records, and all names of a policy without checks, since nothing can tell them apart but an
 *  operator's order for one of them alone, which then holds for the first of them or not at all. */
export const BOARD_WORDS_MAX = 1 << 16

/** How many candidates an entry has room for: all regions where one may be picked per query, else the answered. */
export function candidatesMax(policy: Policy): number {
  const { length } = policy.regions
  return isPicked(policy) || policy.rampMs > 0 ? length : Math.min(length, policy.answers)
}

/** A place for each name, in their order, and how many words they take up together. */
export function layOutBoard(
  names: readonly SteeredName[],
  policies: readonly BoardPolicy[],
  wordsMax = BOARD_WORDS_MAX,
): { readonly places: readonly BoardPlace[]; readonly words: number } {
  const each = names.map(name => wordsOf(name, policies[name.policy]!))
  const isShared = each.reduce((sum, words) => sum + words, 0) > wordsMax
  const byKey = new Map<string, BoardPlace>()
  let words = 0
  const places = names.map((name, i) => {
    const key = isShared ? sharedKey(name, policies[name.policy]!) : `${i}`
    const known = byKey.get(key)
    if (known !== undefined) return known
    const { policy, classes } = policies[name.policy]!
    const masksAt = words + entryWords(candidatesMax(policy)) * classes.length
    const place = { boardAt: words, masksAt: hasMasks(name, policy) ? masksAt : 0 }
    byKey.set(key, place)
    words += each[i]!
    return place
  })
  return { places, words }
}

function sharedKey(name: SteeredName, { policy }: BoardPolicy): string {
  return hasMasks(name, policy) ? `${name.policy} ${name.regionOwners}` : `${name.policy}`
}

/** A catalog says of its instances how they are, whether the policy asks or not. */
function hasMasks({ regionServices }: SteeredName, { checks }: Policy): boolean {
  return checks.length > 0 || regionServices !== undefined
}

function wordsOf(name: SteeredName, { policy, classes }: BoardPolicy): number {
  const masks = hasMasks(name, policy) ? MASK_WORDS * policy.regions.length : 0
  return entryWords(candidatesMax(policy)) * classes.length + masks
}

/** Stores the choice for every class of a policy under this health. What the board says so far is what
 *  `outage=last-good` goes back to. With the health that it was last written by, only the classes are looked at
 *  that what has changed since can concern; `version` marks what becomes another choice by it. */
export function fillBoard(
  board: Int32Array,
  { policy, classes }: BoardPolicy,
  boardAt: number,
  health: Health,
  before?: Health,
  version = 0,
): void {
  const change = before === undefined ? undefined : new Change(policy, health, before)
  if (change?.isNone === true) return
  const candidates = candidatesMax(policy)
  const words = entryWords(candidates)
  const rankings = rankingsOf(classes, policy.regions.length)
  const choices = new BoardChoices(policy, classes, health, rankings)
  for (let i = 0; i < classes.length; i++) {
    if (change?.concerns(rankings, i) === false) continue
    const entry = boardAt + i * words
    const lastGood = policy.outage.kind === 'last-good' ? currentSlots(board, entry, candidates) : undefined
    storeChoice(board, entry, candidates, choices.of(i, lastGood), version)
  }
}

/** What the classes of a policy prefer, side by side: a flip looks at all of them, and objects lie scattered. */
interface Rankings {
  /** A row a class: slots plus one, best first, then zeros. */
  readonly rows: Uint8Array
  readonly width: number
}

const rankingsKnown = new WeakMap<readonly ClientClass[], Rankings>()

function rankingsOf(classes: readonly ClientClass[], width: number): Rankings {
  const known = rankingsKnown.get(classes)
  if (known !== undefined) return known
  const rows = new Uint8Array(classes.length * width)
  classes.forEach(({ preference }, i) => {
    preference.ranked.forEach((slot, rank) => {
      rows[i * width + rank] = slot + 1
    })
  })
  const rankings = { rows, width }
  rankingsKnown.set(classes, rankings)
  return rankings
}

/** What has become of the regions of a policy since its choices were written. */
class Change {
  readonly isNone: boolean
  /** By slot whether it is not what it was. Who gives way to others ties all together: then every slot counts. */
  private readonly changed: readonly boolean[]
  /** By slot whether it was available; nothing where choices may have hung on all of a preference. */
  private readonly wasAvailable: readonly boolean[]
  private readonly answers: number

  constructor(policy: Policy, now: Health, before: Health) {
    this.answers = policy.answers
    const isTied = now.some(givesWay) || before.some(givesWay)
    this.changed = now.map((region, slot) => isTied || !isSame(region, before[slot]!))
    this.isNone = !this.changed.includes(true)
    const hangsOnAll = isAnyones(policy, now) || isAnyones(policy, before)
    this.wasAvailable = hangsOnAll ? [] : before.map((_, slot) => isAvailable(policy, before, slot))
  }

  /** A choice that found all it wanted has looked no further down the preference: what changes below that changes
   *  nothing. */
  concerns({ rows, width }: Rankings, row: number): boolean {
    const { changed, wasAvailable, answers } = this
    const end = (row + 1) * width
    let found = 0
    for (let at = row * width; at < end && rows[at] !== 0; at++) {
      const slot = rows[at]! - 1
      if (changed[slot] === true) return true
      if (wasAvailable[slot] === true && ++found === answers) return false
    }
    return false
  }
}

function isSame(a: RegionHealth, b: RegionHealth): boolean {
  return (
    a.state === b.state &&
    a.lastUp === b.lastUp &&
    a.shareUp === b.shareUp &&
    a.steady === b.steady &&
    a.lacks === b.lacks &&
    (a.shareOfWeight ?? 1) === (b.shareOfWeight ?? 1)
  )
}

function givesWay({ over, yields }: RegionHealth): boolean {
  return over || yields !== undefined
}

/** Where something is picked per query, whoever comes back may be picked. */
function isAnyones(policy: Policy, health: Health): boolean {
  return isPicked(policy) || (policy.rampMs > 0 && health.some(isReturning))
}

function isReturning(region: RegionHealth): boolean {
  return (region.shareOfWeight ?? 1) < 1
}

/** The choices of one policy under one health. */
class BoardChoices {
  private readonly policy: Policy
  private readonly classes: readonly ClientClass[]
  private readonly health: Health
  private readonly rankings: Rankings
  /** By slot; absent where a choice may hang on all of its preference. */
  private readonly available: readonly boolean[] | undefined
  private readonly byBeginning = new Map<number, PackedChoice>()

  constructor(policy: Policy, classes: readonly ClientClass[], health: Health, rankings: Rankings) {
    this.policy = policy
    this.classes = classes
    this.health = health
    this.rankings = rankings
    const isPlain = !isAnyones(policy, health) && !health.some(givesWay)
    this.available = isPlain ? health.map((_, slot) => isAvailable(policy, health, slot)) : undefined
  }

  /** For the class of this row. Classes themselves lie scattered: only the first of those alike is looked at. */
  of(row: number, lastGood: readonly Slot[] | undefined): PackedChoice {
    const beginning = this.beginningOf(row)
    if (beginning === undefined) return this.choiceOf(row, lastGood)
    const known = this.byBeginning.get(beginning)
    if (known !== undefined) return known
    const choice = this.choiceOf(row, lastGood)
    this.byBeginning.set(beginning, choice)
    return choice
  }

  /** A choice that finds all it wants looks no further down the preference: those that are the same up to there are
   *  served alike. That part as a number; undefined where it is not all that counts, or too long for one. */
  private beginningOf(row: number): number | undefined {
    const { available, policy, rankings } = this
    if (available === undefined) return undefined
    const { rows, width } = rankings
    const from = row * width
    const to = from + Math.min(width, BEGINNING_MAX)
    let found = 0
    let beginning = 0
    for (let at = from; at < to && rows[at] !== 0; at++) {
      const rank = rows[at]!
      beginning = beginning * 256 + rank
      if (available[rank - 1] && ++found === policy.answers) return beginning
    }
    return undefined
  }

  private choiceOf(row: number, lastGood: readonly Slot[] | undefined): PackedChoice {
    const { policy, health } = this
    const { preference } = this.classes[row]!
    const choice = choose(policy, preference, health, lastGood)
    const isStale =
      health.some(({ state }) => state === 'stale') &&
      lookedAt(policy, preference, choice).some(slot => health[slot]!.state === 'stale')
    return packChoice({
      kind: KINDS[choice.kind],
      pick: PICKS[choice.pick],
      flags:
        (choice.ttl === 'min' ? ChoiceFlag.TtlMin : 0) |
        (choice.outage ? ChoiceFlag.Outage : 0) |
        (isStale ? ChoiceFlag.Stale : 0) |
        (isFailover(policy, preference, choice) ? ChoiceFlag.Failover : 0),
      answers: choice.answers,
      fixed: choice.fixed.length,
      candidates: candidatesOf(choice),
    })
  }
}

/** Slots are below 255: six fit a number exactly. */
const BEGINNING_MAX = 6

/** Whether with all regions up it would be another choice. */
function isFailover(policy: Policy, { ranked }: Preference, choice: Choice): boolean {
  if (choice.outage || choice.kind !== 'regions') return false
  const { fixed, pool } = choice
  if (fixed.some((slot, i) => slot !== ranked[i])) return true
  if (!isPicked(policy)) return fixed.length < Math.min(policy.answers, ranked.length)
  // All that have a weight of their own take part, unless all places are taken by a route.
  if (fixed.length >= policy.answers) return false
  const isWeighed = (slot: Slot): boolean => policy.order !== 'weighted' || policy.weights[slot]! > 0
  return ranked.slice(fixed.length).some(slot => isWeighed(slot) && !pool.includes(slot))
}

/** What the choice hangs on: all that is preferred to its last region, or everything where it found too few. */
function lookedAt(policy: Policy, { ranked }: Preference, choice: Choice): readonly Slot[] {
  if (choice.outage || choice.pick !== 'none' || choice.fixed.length < policy.answers) return ranked
  return ranked.slice(0, Math.max(...choice.fixed.map(slot => ranked.indexOf(slot))) + 1)
}

const KINDS = { regions: ChoiceKind.Regions, sorry: ChoiceKind.Sorry, refuse: ChoiceKind.Refuse } as const
const PICKS = { none: Pick.First, weighted: Pick.Weighted, hash: Pick.Hash } as const

function candidatesOf(choice: Choice): { slot: number; weight: number }[] {
  return [
    ...choice.fixed.map(slot => ({ slot, weight: 1 })),
    ...choice.pool.map((slot, i) => ({ slot, weight: choice.poolWeights[i]! })),
  ]
}
