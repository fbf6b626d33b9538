/** Everything that is judged, by subject and source: samples and heartbeats in, words out. Says which subjects look
 *  different than before; what that means for regions is not its affair. Clock as an argument. */

import type { RecalledVerdict } from '../memory/recollection.ts'
import { confirmedMs, type Standing, standingOf } from './age.ts'
import {
  isSteady,
  type Judgement,
  judge,
  repeats,
  type Said,
  settle,
  settlesMs,
  thresholdsOf,
  unjudged,
} from './counters.ts'
import {
  type CheckSpec,
  type HealthLimits,
  type Sample,
  type SourceView,
  type Subject,
  subjectKey,
} from './spec.ts'
import type { Word } from './words.ts'

export interface SubjectEntry {
  readonly subject: Subject
  check: CheckSpec
  readonly bySource: Map<string, Track>
  words: readonly Word[]
}

/** One source's word on one subject, and how it came about. */
interface Track {
  readonly entry: SubjectEntry
  readonly source: string
  channel: string
  judgement: Judgement
  word: Word
  recalled: boolean
  last: Omit<Said, 'atMs'>
  validForMs: number | undefined
  counts: Sample['counts']
  /** When time alone next makes another word of it. */
  dueMs: number
  /** As it was last told to the next run. */
  told: RecalledVerdict | undefined
}

export interface VerdictChange {
  readonly subject: Subject
  readonly source: string
  readonly from: string
  readonly to: string
  readonly cause: string
  readonly durationMs: number
}

/** Called for each change of a verdict, and for each entry that now looks different. */
export interface SubjectListener {
  verdictChanged(change: VerdictChange): void
  looksDifferent(entry: SubjectEntry): void
}

/** Wall clocks are set right by less than this all the time, and that is no news. */
const CLOCK_TREMBLE_MS = 100

export class Subjects {
  private readonly limits: HealthLimits
  private readonly listener: SubjectListener
  private readonly entries = new Map<string, SubjectEntry>()
  private readonly tracksByChannel = new Map<string, Set<Track>>()
  private readonly views = new Map<string, SourceView>()
  private readonly recalled = new Map<string, RecalledVerdict[]>()
  /** No track is due earlier. */
  private dueMs = Infinity

  constructor(limits: HealthLimits, listener: SubjectListener) {
    this.limits = limits
    this.listener = listener
  }

  /** Verdicts of an earlier run, for subjects that are yet to be named. */
  recall(verdicts: readonly RecalledVerdict[]): void {
    for (const verdict of verdicts)
      this.recalled.set(verdict.subject, [...(this.recalled.get(verdict.subject) ?? []), verdict])
  }

  /** The entry of a subject, made when there is none. `sinceWall` turns wall-clock times into this clock's. */
  expect(
    subject: Subject,
    check: CheckSpec,
    nowMs: number,
    sinceWall: (wallMs: number) => number,
  ): SubjectEntry {
    const key = subjectKey(subject)
    const known = this.entries.get(key)
    // A check of another kind is another question: what was known answers it no more.
    if (known !== undefined && known.check.kind === check.kind) {
      known.check = check
      // Of a check with other times, words age otherwise.
      for (const track of known.bySource.values()) this.expectAt(track, nowMs)
      return known
    }
    if (known !== undefined) this.drop(known)
    const entry: SubjectEntry = { subject, check, bySource: new Map(), words: [] }
    this.entries.set(key, entry)
    for (const verdict of this.recalled.get(key) ?? []) this.revive(entry, verdict, nowMs, sinceWall)
    this.recalled.delete(key)
    return entry
  }

  keepOnly(wanted: ReadonlySet<SubjectEntry>): void {
    for (const entry of this.entries.values()) if (!wanted.has(entry)) this.drop(entry)
  }

  /** False for a subject that nobody watches. */
  sample(sample: Sample): boolean {
    const entry = this.entries.get(sample.key ?? subjectKey(sample.subject))
    if (entry === undefined) return false
    const track = entry.bySource.get(sample.source) ?? this.begin(entry, sample.source, sample.atMs)
    // Word of what was is no news, whichever way it took.
    if (sample.atMs < track.judgement.sampleMs && !track.recalled) return true
    this.forgetExpired(track, sample.atMs)
    this.listen(track, sample.channel ?? sample.source)
    track.recalled = false
    track.last = sample
    track.validForMs = sample.validForMs
    track.counts = sample.counts
    this.count(track, sample)
    return true
  }

  view(view: SourceView, nowMs: number): void {
    const tracks = this.tracksByChannel.get(view.channel) ?? []
    // What had expired until now is void, even though its source is back.
    for (const track of tracks) this.forgetExpired(track, nowMs)
    this.views.set(view.channel, view)
    for (const track of tracks) {
      const isNews = view.heardMs > track.judgement.sampleMs
      if (isNews && !track.recalled && repeats(track.entry.check, track.judgement))
        this.count(track, { ...track.last, atMs: view.heardMs })
      else this.refresh(track, nowMs)
    }
  }

  /** What time alone does: damping ends, words age. Thousands of probes that are heard in time are never due. */
  tick(nowMs: number): void {
    if (nowMs < this.dueMs) return
    this.dueMs = Infinity
    for (const tracks of this.tracksByChannel.values())
      for (const track of tracks) {
        if (nowMs < track.dueMs) this.expectAt(track, track.dueMs)
        else {
          this.take(track, settle(track.judgement, nowMs, this.limits), nowMs, 'quiet again')
          this.refresh(track, nowMs)
        }
      }
  }

  private expectAt(track: Track, dueMs: number): void {
    track.dueMs = dueMs
    this.dueMs = Math.min(this.dueMs, dueMs)
  }

  /** What says the same as the last time is the same value. */
  verdicts(toWall: (ms: number) => number): RecalledVerdict[] {
    const verdicts: RecalledVerdict[] = []
    for (const [subject, { bySource }] of this.entries)
      for (const track of bySource.values()) {
        const { verdict, draining, sinceMs, sampleMs, detail } = track.judgement
        if (verdict === 'unknown') continue
        const { source, validForMs, told } = track
        const until = validForMs === undefined ? {} : { untilWallMs: toWall(sampleMs + validForMs) }
        const now = { subject, source, verdict, draining, sinceWallMs: toWall(sinceMs), detail, ...until }
        if (told === undefined || !saysAlike(told, now)) track.told = now
        verdicts.push(track.told!)
      }
    return verdicts
  }

  private begin(entry: SubjectEntry, source: string, nowMs: number): Track {
    const judgement = unjudged(nowMs)
    const track: Track = {
      entry,
      source,
      channel: source,
      judgement,
      word: wordOf(source, judgement, 'fresh', nowMs, undefined),
      recalled: false,
      last: { ok: true, detail: '' },
      validForMs: undefined,
      counts: undefined,
      dueMs: nowMs,
      told: undefined,
    }
    entry.bySource.set(source, track)
    this.listen(track, source)
    return track
  }

  private listen(track: Track, channel: string): void {
    const tracks = this.tracksByChannel.get(channel)
    if (tracks?.has(track) === true) return
    this.unlisten(track)
    track.channel = channel
    if (tracks === undefined) this.tracksByChannel.set(channel, new Set([track]))
    else tracks.add(track)
  }

  private unlisten(track: Track): void {
    const tracks = this.tracksByChannel.get(track.channel)
    tracks?.delete(track)
    if (tracks?.size === 0) this.tracksByChannel.delete(track.channel)
  }

  private revive(
    entry: SubjectEntry,
    { source, verdict, draining, sinceWallMs, detail, untilWallMs }: RecalledVerdict,
    nowMs: number,
    sinceWall: (wallMs: number) => number,
  ): void {
    const track = this.begin(entry, source, nowMs)
    const sinceMs = Math.min(nowMs, sinceWall(sinceWallMs))
    const outMs = verdict === 'down' || draining ? sinceMs : undefined
    track.recalled = true
    if (untilWallMs !== undefined) track.validForMs = Math.max(0, sinceWall(untilWallMs) - nowMs)
    // It grows old from now on: how long the source had been silent before the start is not its fault.
    track.judgement = { ...track.judgement, verdict, draining, sinceMs, outMs, detail, sampleMs: nowMs }
    this.refresh(track, nowMs)
  }

  private count(track: Track, said: Said): void {
    const next = judge(track.judgement, said, thresholdsOf(track.entry.check), this.limits)
    this.take(track, next, said.atMs, said.detail)
    this.refresh(track, said.atMs)
  }

  private take(track: Track, next: Judgement, nowMs: number, cause: string): void {
    const was = track.judgement
    if (next === was) return
    track.judgement = next
    const [from, to] = [nameOf(was), nameOf(next)]
    if (from === to) return
    const { subject } = track.entry
    const durationMs = nowMs - was.sinceMs
    this.listener.verdictChanged({ subject, source: track.source, from, to, cause, durationMs })
  }

  /** An expired word is void: when its source speaks again, it begins with a first round. */
  private forgetExpired(track: Track, nowMs: number): void {
    if (this.standing(track, nowMs).freshness === 'expired') this.forget(track, nowMs)
  }

  private forget(track: Track, nowMs: number): void {
    const { verdict, draining } = track.judgement
    if (verdict === 'unknown' && !draining) return
    const { fallsMs, sampleMs, lastFailureMs, lastOk, detail } = track.judgement
    const blank = { ...unjudged(nowMs), fallsMs, sampleMs, lastFailureMs, lastOk, detail }
    this.take(track, blank, nowMs, 'its source has been silent for too long')
  }

  private refresh(track: Track, nowMs: number): void {
    const { freshness, untilMs } = this.standing(track, nowMs)
    if (freshness === 'expired') this.forget(track, nowMs)
    const { entry, source, judgement, recalled, counts } = track
    const confirmed = confirmedMs(
      { sampleMs: judgement.sampleMs, recalled, validForMs: undefined },
      this.views.get(track.channel),
    )
    const was = track.word
    track.word = wordOf(source, judgement, freshness, confirmed, counts)
    entry.words = [...entry.bySource.values()].map(({ word }) => word)
    this.expectAt(track, Math.min(untilMs, settlesMs(judgement, this.limits)))
    if (!looksAlike(was, track.word)) this.listener.looksDifferent(entry)
  }

  private standing({ entry, channel, judgement, recalled, validForMs }: Track, nowMs: number): Standing {
    const heard = { sampleMs: judgement.sampleMs, recalled, validForMs }
    return standingOf(heard, entry.check, this.views.get(channel), nowMs, this.limits)
  }

  private drop(entry: SubjectEntry): void {
    this.entries.delete(subjectKey(entry.subject))
    for (const track of entry.bySource.values()) this.unlisten(track)
  }
}

function saysAlike(a: RecalledVerdict, b: RecalledVerdict): boolean {
  return (
    a.verdict === b.verdict &&
    a.draining === b.draining &&
    a.detail === b.detail &&
    Math.abs(a.sinceWallMs - b.sinceWallMs) < CLOCK_TREMBLE_MS &&
    Math.abs((a.untilWallMs ?? 0) - (b.untilWallMs ?? 0)) < CLOCK_TREMBLE_MS
  )
}

function nameOf({ verdict, draining }: Judgement): string {
  return draining ? 'draining' : verdict
}

function wordOf(
  source: string,
  judgement: Judgement,
  freshness: Word['freshness'],
  confirmed: number,
  counts: Sample['counts'],
): Word {
  const { verdict, draining, outMs, held } = judgement
  const detail = held ? `flapping: held until it is quiet (${judgement.detail})` : judgement.detail
  const steady = isSteady(judgement)
  return { source, verdict, draining, freshness, steady, outMs, confirmedMs: confirmed, detail, counts }
}

function looksAlike(a: Word, b: Word): boolean {
  return (
    a.verdict === b.verdict &&
    a.draining === b.draining &&
    a.freshness === b.freshness &&
    a.steady === b.steady &&
    a.counts?.passing === b.counts?.passing &&
    a.counts?.total === b.counts?.total
  )
}
