/** Collects the problems of one zone and puts each at its line and column. Counts all, keeps the first
 *  hundred of each severity per file: a million-line file can have a million mistakes of one kind. */

import type { Problem, Severity } from '../base/problem.ts'
import { textStart } from './scan.ts'
import type { Source } from './zone.ts'

export const PROBLEMS_SHOWN_MAX = 100

/** A longer line is not repeated in the report. */
const SOURCE_LINE_MAX = 65_536

const NEWLINE = 0x0a
// A byte order mark counts where it is text; the one that begins a file is left out by `textStart`.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Where in a source: byte offset, and how many bytes to underline. */
export interface Place {
  readonly source: number
  readonly at: number
  readonly width: number
  /** If it is known; otherwise found by counting. */
  readonly line?: number
}

export interface Finding {
  readonly severity: Severity
  readonly code: string
  readonly text: string
  readonly hint?: string | undefined
}

export class Reporter {
  readonly sources: Source[] = []
  errors = 0
  warnings = 0
  private readonly problems: Problem[] = []
  private readonly counts = new Map<string, number>()
  private readonly lineStarts = new Map<number, Int32Array>()

  add(place: Place, finding: Finding): void {
    if (finding.severity === 'error') this.errors++
    else this.warnings++
    const key = `${finding.severity} ${place.source}`
    const count = (this.counts.get(key) ?? 0) + 1
    this.counts.set(key, count)
    if (count > PROBLEMS_SHOWN_MAX) return
    const { hint, ...rest } = finding
    this.problems.push({ ...this.whereabouts(place), ...rest, ...(hint === undefined ? {} : { hint }) })
  }

  /** About a file as a whole. */
  addWhole(file: string, finding: Finding): void {
    if (finding.severity === 'error') this.errors++
    else this.warnings++
    const { hint, ...rest } = finding
    this.problems.push({
      file,
      line: 0,
      column: 0,
      width: 1,
      ...rest,
      ...(hint === undefined ? {} : { hint }),
    })
  }

  /** Everything found, file by file in the order of lines, and how much was left out. */
  list(): Problem[] {
    const order = new Map(this.sources.map((source, index) => [source.path, index]))
    const rank = (problem: Problem): number => order.get(problem.file) ?? this.sources.length
    const shown = this.problems.toSorted(
      (a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column || 0,
    )
    for (const [key, count] of this.counts) {
      if (count <= PROBLEMS_SHOWN_MAX) continue
      const [severity, source] = key.split(' ') as [Severity, string]
      shown.push({
        file: this.sources[Number(source)]!.path,
        line: 0,
        column: 0,
        width: 1,
        severity,
        code: 'and-more',
        text: `… and ${count - PROBLEMS_SHOWN_MAX} more ${severity}${count - PROBLEMS_SHOWN_MAX > 1 ? 's' : ''}`,
      })
    }
    return shown
  }

  /** Byte offset of a 1-based line. */
  offsetOf(source: number, line: number): number {
    return this.startsOf(source)[line - 1] ?? 0
  }

  /** 1-based line of a byte offset. */
  lineOf(source: number, at: number): number {
    const starts = this.startsOf(source)
    let low = 0
    let high = starts.length
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (starts[middle]! <= at) low = middle
      else high = middle
    }
    return low + 1
  }

  private startsOf(source: number): Int32Array {
    const known = this.lineStarts.get(source)
    if (known !== undefined) return known
    const starts = findLineStarts(this.sources[source]!.bytes)
    this.lineStarts.set(source, starts)
    return starts
  }

  /** What a person needs to find the place. */
  whereabouts(place: Place): Pick<Problem, 'file' | 'line' | 'column' | 'width' | 'sourceLine'> {
    const { path, bytes } = this.sources[place.source]!
    const newlineBefore = place.at === 0 ? -1 : bytes.lastIndexOf(NEWLINE, place.at - 1)
    const lineAt = newlineBefore < 0 ? textStart(bytes) : newlineBefore + 1
    const newlineAt = bytes.indexOf(NEWLINE, place.at)
    const lineEnd = newlineAt < 0 ? bytes.length : newlineAt
    const end = Math.min(place.at + place.width, lineEnd)
    return {
      file: path,
      line: place.line ?? this.lineOf(place.source, place.at),
      column: characters(bytes, lineAt, place.at) + 1,
      width: Math.max(1, characters(bytes, place.at, end)),
      ...(lineEnd - lineAt <= SOURCE_LINE_MAX
        ? { sourceLine: decoder.decode(bytes.subarray(lineAt, lineEnd)).replace(/\r$/, '') }
        : {}),
    }
  }
}

/** Characters, not bytes: what an editor counts. */
function characters(bytes: Uint8Array, start: number, end: number): number {
  let count = 0
  for (const _ of decoder.decode(bytes.subarray(start, end))) count++
  return count
}

function findLineStarts(bytes: Uint8Array): Int32Array {
  let lines = 1
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === NEWLINE) lines++
  const starts = new Int32Array(lines)
  for (let i = 0, line = 1; i < bytes.length; i++) if (bytes[i] === NEWLINE) starts[line++] = i + 1
  return starts
}
