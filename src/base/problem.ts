/** A problem is a value: where in which file, how bad, what is wrong and how to mend it.
 *  Knows nothing of zones; whoever finds a problem supplies the source line. */

export type Severity = 'error' | 'warning'

export interface Problem {
  readonly file: string
  /** 1-based; 0 when the problem concerns the file as a whole. */
  readonly line: number
  /** 1-based, in characters of the line; 0 when it concerns the whole line. */
  readonly column: number
  /** How many characters the caret underlines, at least 1. */
  readonly width: number
  readonly severity: Severity
  /** A stable kebab-case name, for example `unknown-type`. */
  readonly code: string
  readonly text: string
  readonly hint?: string
  /** The line as it stands in the file, for the caret. */
  readonly sourceLine?: string
}

export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some(problem => problem.severity === 'error')
}

/** `zones/shop.zone:7:12 error ttl-too-large TTL 9999999999 is above 2147483647 (RFC 2181 §8)`,
 *  then the source line, a caret and the hint. */
export function formatProblem(problem: Problem): string {
  const where = [
    problem.file,
    problem.line || undefined,
    problem.line ? problem.column || undefined : undefined,
  ]
  const lines = [
    `${where.filter(part => part !== undefined).join(':')} ${problem.severity} ${problem.code} ${problem.text}`,
  ]
  if (problem.sourceLine !== undefined && problem.line > 0)
    lines.push(...underline(problem, problem.sourceLine))
  if (problem.hint !== undefined) lines.push(`  hint: ${problem.hint}`)
  return lines.join('\n')
}

const SHOWN_COLUMNS_MAX = 160

/** A very long line is cut around the caret, so that a report stays readable. */
function underline(problem: Problem, sourceLine: string): string[] {
  // Columns count characters, and some characters are two units of a string.
  const line = [...sourceLine]
  const caretAt = Math.max(0, problem.column - 1)
  const from = line.length > SHOWN_COLUMNS_MAX ? Math.max(0, caretAt - SHOWN_COLUMNS_MAX / 2) : 0
  // Control characters must not reach a terminal.
  const shown = line.slice(from, from + SHOWN_COLUMNS_MAX).map(visible)
  if (problem.column === 0) return [`  ${shown.join('')}`]
  // Tabs stay tabs in the padding, so that the caret stands under its character on any terminal.
  const before = shown.slice(0, caretAt - from)
  const padding = before.map(character => (character === '\t' ? character : ' ')).join('')
  const room = Math.max(1, shown.length - (caretAt - from))
  return [`  ${shown.join('')}`, `  ${padding}${'^'.repeat(Math.max(1, Math.min(problem.width, room)))}`]
}

function visible(character: string): string {
  return /[^\P{Cc}\t]/u.test(character) ? '\u{fffd}' : character
}
