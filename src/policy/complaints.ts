/** Problems of directives, each at its own line and column, down to a part of a word. Knows words and files, not
 *  what they mean. */

import type { Problem, Severity } from '../base/problem.ts'
import type { Source, Word } from '../zone/zone.ts'
import type { Spot } from './steering.ts'

/** A word of a directive or a part of one: `apne1` in `residency=gulf:euc1,apne1`. */
export interface Piece {
  readonly text: string
  readonly word: Word
  /** Where in the word's text it begins; its end is `from + text.length`. */
  readonly from: number
  /** Into `Zone.sources`. */
  readonly source: number
}

export function pieceOf(word: Word, source: number): Piece {
  return { text: word.text, word, from: 0, source }
}

export function part(piece: Piece, from: number, to = piece.text.length): Piece {
  return { ...piece, text: piece.text.slice(from, to), from: piece.from + from }
}

interface Wrong {
  readonly code: string
  readonly text: string
  readonly hint?: string | undefined
}

/** Something that was asked for and is not defined. */
export interface Missing {
  readonly code: string
  readonly name: string
  readonly spot: Spot
}

export class Complaints {
  errors = 0
  /** What definitions that nothing uses may have been meant for. */
  readonly missing: Missing[] = []
  private readonly problems: Problem[] = []
  private readonly sources: readonly Source[]
  private readonly lines = new Map<string, readonly string[]>()

  constructor(sources: readonly Source[]) {
    this.sources = sources
  }

  /** Returns undefined, which readers of values hand on. */
  error(at: Piece | Spot, code: string, text: string, hint?: string): undefined {
    this.errors++
    if (code.startsWith('unknown-') && 'word' in at)
      this.missing.push({ code, name: at.text, spot: this.spot(at) })
    this.add(at, 'error', { code, text, hint })
  }

  /** `before` is where the other thing of that name stands. */
  definedTwice(name: Piece, what: 'check' | 'policy' | 'region', before: Spot): undefined {
    const first = `the first is on ${this.refer(before, this.spot(name))}`
    this.error(name, `duplicate-${what}`, `${what} ${name.text} is defined twice`, first)
  }

  warning(at: Piece | Spot, code: string, text: string, hint?: string): void {
    this.add(at, 'warning', { code, text, hint })
  }

  spot(piece: Piece): Spot {
    const { word, from, source } = piece
    const file = this.sources[source]!.path
    const { starts, ends } = this.columnsOf(word, file)
    const column = starts[from] ?? word.column + word.width
    const to = piece.text === '' ? column : (ends[from + piece.text.length - 1] ?? column)
    return { file, line: word.line, column, width: Math.max(1, to - column) }
  }

  hasErrorAt({ file, line, column }: Spot): boolean {
    return this.problems.some(
      one => one.severity === 'error' && one.file === file && one.line === line && one.column === column,
    )
  }

  /** The line is in another file when the directive was included; then the file is named too. */
  refer(to: Spot, from: Spot): string {
    return to.file === from.file ? `line ${to.line}` : `${to.file}:${to.line}`
  }

  list(): Problem[] {
    const order = new Map(this.sources.map((source, index) => [source.path, index]))
    return this.problems.toSorted(
      (a, b) => order.get(a.file)! - order.get(b.file)! || a.line - b.line || a.column - b.column,
    )
  }

  private add(at: Piece | Spot, severity: Severity, { code, text, hint }: Wrong): void {
    const spot = 'word' in at ? this.spot(at) : at
    const sourceLine = this.linesOf(spot.file)[spot.line - 1]
    const { file, line, column, width } = spot
    const base = { file, line, column, width, severity, code, text }
    this.problems.push({
      ...base,
      ...(hint === undefined ? {} : { hint }),
      ...(sourceLine === undefined ? {} : { sourceLine }),
    })
  }

  /** Where in the file each character of the word's text begins and ends. That differs from a plain count where
   *  the file has quotes or escapes, or characters beyond 16 bits. */
  private columnsOf(word: Word, file: string): { starts: number[]; ends: number[] } {
    const starts: number[] = []
    const ends: number[] = []
    const characters = [...word.text]
    const isPlain = characters.length === word.width
    const written = isPlain ? [] : [...(this.linesOf(file)[word.line - 1] ?? '')].slice(word.column - 1)
    let at = 0
    for (const character of characters) {
      if (!isPlain) while (written[at] === '"') at++
      const width = isPlain ? 1 : escapeWidth(written, at)
      for (let unit = 0; unit < character.length; unit++) {
        starts.push(word.column + at)
        ends.push(word.column + at + width)
      }
      at += width
    }
    return { starts, ends }
  }

  private linesOf(file: string): readonly string[] {
    let lines = this.lines.get(file)
    if (lines === undefined) {
      const source = this.sources.find(({ path }) => path === file)
      lines = source === undefined ? [] : new TextDecoder().decode(source.bytes).split(/\r?\n/)
      this.lines.set(file, lines)
    }
    return lines
  }
}

/** `\DDD` and `\X` stand for one octet (RFC 1035 §5.1). */
function escapeWidth(written: readonly string[], at: number): number {
  if (written[at] !== '\\') return 1
  return /^\d{3}$/.test(written.slice(at + 1, at + 4).join('')) ? 4 : 2
}
