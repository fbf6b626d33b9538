/** How we speak to a person at a terminal: colours where they are wanted, problems painted.
 *  Knows nothing of what is said. */
import { formatProblem, type Problem } from '../base/problem.ts'

export const Exit = {
  Fine: 0,
  /** What was read is wrong: zone files, the config file. */
  BadInput: 1,
  /** The command is wrong. */
  Usage: 2,
  /** This host does not let us: port taken, no permission. */
  CannotRun: 3,
} as const

/** A terminal, and nobody asked for plain text (no-color.org). */
export function wantsColours(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): boolean {
  if ((environment['NO_COLOR'] ?? '') !== '') return false
  return stream.isTTY === true && environment['TERM'] !== 'dumb'
}

export type Paint = (style: 'bold' | 'dim' | 'red' | 'yellow' | 'green', text: string) => string

const CODES = { bold: [1, 22], dim: [2, 22], red: [31, 39], yellow: [33, 39], green: [32, 39] } as const

export function painter(colours: boolean): Paint {
  return (style, text) => {
    const [on, off] = CODES[style]
    return colours ? `\x1b[${on}m${text}\x1b[${off}m` : text
  }
}

/** `formatProblem` with the place bold, the severity coloured, the caret under it too. */
export function paintProblem(problem: Problem, paint: Paint): string {
  const [head = '', ...rest] = formatProblem(problem).split('\n')
  const colour = problem.severity === 'error' ? 'red' : 'yellow'
  const at = head.indexOf(` ${problem.severity} ${problem.code} `)
  const painted = [
    paint('bold', head.slice(0, at)),
    paint(colour, problem.severity),
    paint('dim', problem.code),
    head.slice(at + problem.severity.length + problem.code.length + 3),
  ]
  const below = rest.map(line =>
    /^\s*\^+$/.test(line) ? paint(colour, line) : line.startsWith('  hint:') ? paint('dim', line) : line,
  )
  return [painted.join(' '), ...below].join('\n')
}

/** `1 error`, `2 errors`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`
}
