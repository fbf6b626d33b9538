/** The house rules that a reader's eye would miss, as functions from one file to its complaints. Each is small
 *  and pure, so that the test can show it failing. Knows no file by name but those in its tables. */

import { type FunctionSpan, functionsOf, mask, type SourceFile } from './source.ts'

export const LINE_CHARS_MAX = 120
export const FUNCTION_LINES_MAX = 70
export const FILE_LINES_MAX = 450
/** Tables of cases are long and flat. */
export const TEST_FILE_LINES_MAX = 700

/** What is longer than the limit today, and how long. A number may only fall: when the thing shrinks, lower it,
 *  and when it fits, take it out. `path#function` or `path`. */
export const RATCHET: Readonly<Record<string, number>> = {}

/** Files every query runs through. Their constructors, and functions whose doc comment says "Not per query",
 *  may allocate. */
export const PER_QUERY_FILES: readonly string[] = [
  'src/base/tap-ring.ts',
  'src/plan/lookup.ts',
  'src/serve/answer.ts',
  'src/serve/chaos.ts',
  'src/serve/client.ts',
  'src/serve/reply.ts',
  'src/serve/responder.ts',
  'src/serve/steer.ts',
  'src/serve/tapped-responder.ts',
  'src/wire/edns.ts',
  'src/wire/header.ts',
  'src/wire/query.ts',
]

/** What allocates, or may, or waits. Looked for in code with comments and strings taken out. */
const PER_QUERY_BANS: readonly [RegExp, string][] = [
  [/\bawait\b|\basync\b/, 'waits'],
  [/\bnew\s+[A-Z]/, 'allocates: `new`'],
  [/\.toString\(|\bString\(/, 'makes a string'],
  [/`/, 'makes a string from a template'],
  [/\.(?:slice|subarray|map|filter|flatMap|concat|split|join|from|of)\(/, 'allocates: a copy or a view'],
  [/\.(?:push|unshift|splice)\(/, 'may grow an array'],
  [/\bBuffer\b|\bJSON\b|\bObject\.(?:keys|values|entries|assign)\b/, 'allocates'],
  [/=>|\bfunction\b/, 'allocates: a closure'],
  [/\.\.\./, 'allocates: a spread'],
  [/\bfor\s*\([^;)]*\bof\b/, 'may allocate: an iterator'],
  [/(?:\breturn|[=(,:?]|=>)\s*\{(?!\s*$)/, 'allocates: an object literal'],
  [/(?:\breturn|[=(,:?])\s*\[/, 'allocates: an array literal'],
  [/\bthrow\b/, 'throws: a packet could stop the worker'],
]

export type Rule = (file: SourceFile) => string[]

/** Opens with a doc comment of at least a sentence. */
export const hasHeader: Rule = ({ path, text }) => {
  const header = /^(?:#![^\n]*\n)?\/\*\*((?:(?!\*\/)[\s\S])*)\*\//.exec(text)?.[1] ?? ''
  const words = header.match(/[A-Za-z]{2,}/g) ?? []
  return words.length >= 5 ? [] : [`${path}:1: opens without a doc comment that says what the file does`]
}

export const linesFit: Rule = ({ path, text }) =>
  complainPerLine(path, text, line => [...line].length > LINE_CHARS_MAX && `longer than ${LINE_CHARS_MAX}`)

export const fileFits: Rule = ({ path, text }) => {
  const lines = text.replace(/\n$/, '').split('\n').length
  return ratchet(
    path,
    `${path}:1: the file`,
    lines,
    path.startsWith('test/') ? TEST_FILE_LINES_MAX : FILE_LINES_MAX,
  )
}

/** A `describe` is a chapter of functions, not one. */
export const functionsFit: Rule = ({ path, text }) =>
  functionsOf(text)
    .filter(span => !/^(?:describe|suite|context)\b/.test(span.name))
    .flatMap(span => {
      const lines = span.lastLine - span.firstLine + 1
      return ratchet(
        `${path}#${span.name}`,
        `${path}:${span.firstLine}: ${span.name}`,
        lines,
        FUNCTION_LINES_MAX,
      )
    })

export const perQueryCodeIsLean: Rule = ({ path, text }) => {
  const code = mask(text)
  const spans = functionsOf(text)
  return complainPerLine(path, code, (line, lineNumber, lineAtOffset) => {
    const span = spans.find(({ open, close }) => open < lineAtOffset && lineAtOffset <= close)
    // Within a class, `firstLine` also covers the constructor's parameter list.
    const home =
      span ?? spans.find(({ firstLine, lastLine }) => firstLine < lineNumber && lineNumber <= lastLine)
    if (home === undefined || mayAllocate(home)) return false
    const broken = PER_QUERY_BANS.find(([pattern]) => pattern.test(line))
    return broken !== undefined && `${home.name} ${broken[1]}`
  })
}

function mayAllocate(span: FunctionSpan): boolean {
  return span.name === 'constructor' || /not per query/i.test(span.doc)
}

/** The clock and the dice are arguments; only base/ may hold the real ones. */
export const noHiddenClock: Rule = ({ path, text }) =>
  complainPerLine(
    path,
    mask(text),
    line =>
      /\bDate\.now\b|\bMath\.random\b|\bperformance\.now\b|\bprocess\.hrtime\b|\bnew Date\(\s*\)/.test(
        line,
      ) && 'reads the clock or the dice itself',
  )

// Written apart, so that this file passes its own rule.
const LEFTOVER = new RegExp(
  `\\b(?:${['FIX', 'TO', 'XX'].map((half, i) => half + ['ME', 'DO', 'X'][i]).join('|')})\\b`,
)

export const noLeftovers: Rule = ({ path, text }) =>
  complainPerLine(path, text, line => LEFTOVER.test(line) && 'leftover note: do it or drop it')

export const typesAreHonest: Rule = ({ path, text }) => [
  ...complainPerLine(
    path,
    mask(text),
    line => /(?::|\bas|<|\||&|,)\s*any\b(?!\s*[(:.])/.test(line) && '`any` says nothing: use `unknown`',
  ),
  ...complainPerLine(
    path,
    text,
    line => /@ts-(?:ignore|nocheck|expect-error)\b/.test(line) && 'silences the compiler',
  ),
]

/** A linter may be silenced where it is wrong, with the reason on the same line. */
export const silencesHaveReasons: Rule = ({ path, text }) =>
  complainPerLine(
    path,
    text,
    line =>
      /\b(?:oxlint|eslint)-disable\b(?!.* -- \S)|biome-[i]gnore\b(?! [\w/]+: \S)/.test(line) &&
      'silences a linter without saying why',
  )

export const testsAllRun: Rule = ({ path, text }) =>
  complainPerLine(
    path,
    mask(text),
    line =>
      /\b(?:describe|context|suite|it|test|specify)\.(?:only|skip)\b|\bx(?:it|describe|context)\(|\bthis\.skip\(/.test(
        line,
      ) && 'skips or singles out tests; a missing program is skipped by name through tool()',
  )

export const testsDoNotTime: Rule = ({ path, text }) =>
  complainPerLine(
    path,
    mask(text),
    line =>
      /\bperformance\.now\b|\bprocess\.hrtime\b|\bexpect\([^)]*Date\.now/.test(line) &&
      'times something: that belongs to the bench',
  )

function ratchet(key: string, what: string, lines: number, linesMax: number): string[] {
  const known = RATCHET[key]
  if (known === undefined)
    return lines > linesMax ? [`${what} has ${lines} lines, more than ${linesMax}`] : []
  if (lines > known) return [`${what} grew from ${known} to ${lines} lines`]
  if (lines < known)
    return [`${what} shrank to ${lines} lines: lower ${known} in the ratchet, or take it out`]
  return []
}

function complainPerLine(
  path: string,
  text: string,
  judge: (line: string, lineNumber: number, offset: number) => string | false,
): string[] {
  const complaints: string[] = []
  let offset = 0
  for (const [index, line] of text.split('\n').entries()) {
    const complaint = judge(line, index + 1, offset)
    if (complaint !== false) complaints.push(`${path}:${index + 1}: ${complaint}`)
    offset += line.length + 1
  }
  return complaints
}

/** Ratchet entries whose file or function is gone. */
export function staleRatchet(files: readonly SourceFile[]): string[] {
  const known = new Set(
    files.flatMap(file => [file.path, ...functionsOf(file.text).map(span => `${file.path}#${span.name}`)]),
  )
  return Object.keys(RATCHET).filter(key => !known.has(key))
}
