/** The operator's word, kept: every order holds at once, and is on the disk before it is acknowledged. A snapshot
 *  holds the state of some moment and a journal what came after; both are checksummed lines, and reading either twice
 *  or in any order comes to the same, because of each key the latest order stays. A file that is not what was written
 *  is reported, set aside under another name, and never deleted; its sound lines still count.
 *
 *  An order that cannot be kept (disk full, read-only) holds all the same and comes with a problem: an operator in
 *  need is not refused because a disk is full. */

import { join } from 'node:path'
import type { Problem } from '../../base/problem.ts'
import { checkedLine } from '../memory/checked-lines.ts'
import { Journal, replaceFile } from '../memory/durable.ts'
import { readStateFile, setAside, stateProblem } from '../memory/state-file.ts'
import { type Override, readOverride } from './override.ts'
import { type Order, Replica } from './replica.ts'
import { JOURNAL_FILE, SNAPSHOT_FILE } from './state-files.ts'

export { JOURNAL_FILE, SNAPSHOT_FILE }

const FILES = [SNAPSHOT_FILE, JOURNAL_FILE]

/** After so many orders the journal is folded into the snapshot. */
export const JOURNAL_LINES_MAX = 500
/** Another node's clock may be ahead, but not by days: its orders would be the last word for days. */
export const AHEAD_MS_MAX = 86_400_000

export type Given =
  | { readonly refused: string }
  | {
      readonly override: Override
      /** Resolves when it is on the disk. With problems, it holds, but may not survive. */
      readonly kept: Promise<readonly Problem[]>
    }

export interface Merging {
  readonly news: readonly Override[]
  readonly problems: readonly Problem[]
  readonly kept: Promise<readonly Problem[]>
}

export class OverrideStore {
  readonly replica: Replica
  private readonly folder: string
  private readonly journalLinesMax: number
  private journal: Journal | undefined
  private journalLines = 0
  /** Something in memory is not on the disk. */
  private isBehind = false
  /** Files that must be set aside before anything is written in their place. */
  private toSetAside: string[] = []
  /** What the disk has not been asked to take yet. */
  private unwritten: Override[] = []
  /** The write that will take it, once the one under way is over. */
  private next: Promise<readonly Problem[]> | undefined
  private last: Promise<readonly Problem[]> = Promise.resolve([])

  /** Reads what is there. Problems of the files are the caller's to report; the store works in any case. */
  static open(
    folder: string,
    node: string,
    wallMs: number,
    journalLinesMax = JOURNAL_LINES_MAX,
  ): { store: OverrideStore; problems: Problem[] } {
    const store = new OverrideStore(folder, new Replica(node), journalLinesMax)
    return { store, problems: store.load(wallMs) }
  }

  private constructor(folder: string, replica: Replica, journalLinesMax: number) {
    this.folder = folder
    this.replica = replica
    this.journalLinesMax = journalLinesMax
  }

  give(order: Order, wallMs: number): Given {
    const override = this.replica.stamp(order, wallMs)
    if (typeof override === 'string') return { refused: override }
    this.replica.take(override)
    return { override, kept: this.keep([override], wallMs) }
  }

  /** Orders of other nodes, in any order, any number of times. */
  merge(overrides: readonly Override[], wallMs: number): Merging {
    const problems: Problem[] = []
    const news: Override[] = []
    let leftOut = 0
    for (const override of overrides) {
      if (isAhead(override, wallMs)) {
        const text = `an override of ${override.stamp.node} is dated more than a day ahead: is its clock right?`
        problems.push(stateProblem('', 0, 'warning', 'override-ahead', text))
      } else if (!this.replica.hasRoomFor(override)) leftOut++
      else if (this.replica.take(override)) news.push(override)
    }
    if (leftOut > 0) {
      const text = `${leftOut} overrides of other nodes are left out: there are too many`
      problems.push(stateProblem('', 0, 'error', 'too-many-overrides', text))
    }
    return { news, problems, kept: news.length === 0 ? Promise.resolve([]) : this.keep(news, wallMs) }
  }

  /** Resolves when the disk has all that was given so far, with what went wrong. */
  written(): Promise<readonly Problem[]> {
    return this.last
  }

  async close(): Promise<void> {
    await this.last
    await this.journal?.close()
    this.journal = undefined
  }

  //------------ The disk ---

  /** One write at a time. What is given while the disk is busy goes to it together, and costs one flush. */
  private keep(overrides: readonly Override[], wallMs: number): Promise<readonly Problem[]> {
    this.unwritten.push(...overrides)
    this.next ??= this.last.then(() => {
      this.next = undefined
      return this.write(this.unwritten.splice(0), wallMs)
    })
    this.last = this.next
    return this.next
  }

  private async write(overrides: readonly Override[], wallMs: number): Promise<readonly Problem[]> {
    try {
      this.saveBadFiles(wallMs)
      if (this.isBehind || this.journalLines + overrides.length > this.journalLinesMax)
        await this.fold(wallMs)
      else {
        this.isBehind = true
        this.journal ??= await Journal.open(this.path(JOURNAL_FILE))
        await this.journal.append(overrides.map(checkedLine).join(''))
        this.journalLines += overrides.length
        this.isBehind = false
      }
      return []
    } catch (error) {
      // The next order writes a whole snapshot, which makes up for this one and for a line half written.
      this.isBehind = true
      return [this.notWritten(error)]
    }
  }

  /** State into the snapshot; only then is the journal emptied. Of what is given meanwhile the snapshot knows nothing,
   *  and the next write brings it. */
  private async fold(wallMs: number): Promise<void> {
    this.isBehind = true
    this.replica.forget(wallMs)
    const lines = [
      ...this.replica.all().map(override => checkedLine({ override })),
      ...this.replica.audit().map(audit => checkedLine({ audit })),
    ]
    await replaceFile(this.path(SNAPSHOT_FILE), lines.join(''))
    this.journal ??= await Journal.open(this.path(JOURNAL_FILE))
    await this.journal.empty()
    this.journalLines = 0
    this.isBehind = false
  }

  private load(wallMs: number): Problem[] {
    const snapshot = readStateFile(this.path(SNAPSHOT_FILE))
    const journal = readStateFile(this.path(JOURNAL_FILE))
    const strange: string[] = []
    const audit: Override[] = []
    for (const value of snapshot.values) {
      const { override, audit: past } = readSnapshotLine(value)
      if (override !== undefined) this.replica.take(override)
      else if (past !== undefined) audit.push(past)
      else strange.push(SNAPSHOT_FILE)
    }
    this.replica.restoreAudit(audit)
    for (const value of journal.values) {
      const override = readOverride(value)
      if (override !== undefined) this.replica.take(override)
      else strange.push(JOURNAL_FILE)
    }
    // Sound but strange is what a later version wrote: set aside like what is damaged, not written over.
    const bad = [snapshot, journal].map(({ bad: isBad }, i) => isBad || strange.includes(FILES[i]!))
    this.isBehind = bad.includes(true) || journal.values.length > 0 || journal.torn || snapshot.torn
    return [
      ...snapshot.problems,
      ...journal.problems,
      ...[...new Set(strange)].map(file => this.strangeLine(file)),
      ...(this.isBehind
        ? this.tidy(
            FILES.filter((_, i) => bad[i]),
            wallMs,
          )
        : []),
    ]
  }

  private tidy(bad: readonly string[], wallMs: number): Problem[] {
    this.toSetAside = [...bad]
    const problems: Problem[] = []
    try {
      problems.push(...this.saveBadFiles(wallMs))
    } catch (error) {
      problems.push(this.notWritten(error))
    }
    void this.keep([], wallMs)
    return problems
  }

  /** Tried again with every order until it works: nothing is ever written over what could not be read. */
  private saveBadFiles(wallMs: number): Problem[] {
    const problems: Problem[] = []
    for (let file = this.toSetAside[0]; file !== undefined; file = this.toSetAside[0]) {
      const problem = setAside(this.path(file), wallMs)
      if (problem !== undefined) problems.push(problem)
      this.toSetAside.shift()
    }
    return problems
  }

  private path(file: string): string {
    return join(this.folder, file)
  }

  private notWritten(error: unknown): Problem {
    const text = `overrides hold, but are not on the disk: ${(error as Error).message}`
    return stateProblem(this.path(JOURNAL_FILE), 0, 'error', 'state-not-written', text)
  }

  private strangeLine(file: string): Problem {
    return stateProblem(
      this.path(file),
      0,
      'warning',
      'strange-state',
      'has lines that are no overrides: written by a later version?',
    )
  }
}

export function isAhead({ stamp }: Override, wallMs: number): boolean {
  return stamp.wallMs > wallMs + AHEAD_MS_MAX
}

function readSnapshotLine(value: unknown): { override?: Override | undefined; audit?: Override | undefined } {
  if (typeof value !== 'object' || value === null) return {}
  const { override, audit } = value as Record<string, unknown>
  return { override: readOverride(override), audit: readOverride(audit) }
}
