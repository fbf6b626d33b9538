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
  const caretAt = Math.max(0, problem.column - 1)
  const from = sourceLine.length > SHOWN_COLUMNS_MAX ? Math.max(0, caretAt - SHOWN_COLUMNS_MAX / 2) : 0
  const shown = sourceLine.slice(from, from + SHOWN_COLUMNS_MAX)
  if (problem.column === 0) return [`  ${shown}`]
  // Tabs stay tabs in the padding, so that the caret stands under its character on any terminal.
  const padding = shown.slice(0, caretAt - from).replace(/[^\t]/g, ' ')
  const room = Math.max(1, shown.length - (caretAt - from))
  return [`  ${shown}`, `  ${padding}${'^'.repeat(Math.max(1, Math.min(problem.width, room)))}`]
}
