/** The README's section "Go live" as steps: files to write, and commands to type at a named host, with what they are
 *  said to print. Reads and compares text; runs nothing. */

export type Step =
  | { readonly kind: 'zone' | 'delegation'; readonly text: string }
  | {
      readonly kind: 'command'
      readonly host: string
      readonly command: string
      readonly printed: readonly string[]
      /** Of the first and of the line behind the last line of what is printed, in the README. */
      readonly from: number
      readonly to: number
    }

const PROMPT = /^([a-z0-9]+)\$ (.+)$/

/** Fenced blocks alone; whoever writes one of another kind is told. */
export function stepsOf(readme: string): Step[] {
  const lines = readme.split('\n')
  const steps: Step[] = []
  const first = lines.indexOf('## Go live')
  const last = lines.findIndex((line, i) => i > first && /^##+ /.test(line))
  for (let i = first; i < last; i++) {
    if (lines[i] !== '```') continue
    const end = lines.indexOf('```', i + 1)
    const block = lines.slice(i + 1, end)
    if (PROMPT.test(block[0]!)) steps.push(...commandsOf(block, i + 1))
    else
      steps.push({
        kind: block[0]!.startsWith('$TTL') ? 'zone' : 'delegation',
        text: `${block.join('\n')}\n`,
      })
    i = end
  }
  return steps
}

function commandsOf(block: readonly string[], offset: number): Step[] {
  const starts = block.flatMap((line, i) => (PROMPT.test(line) ? [i] : []))
  return starts.map((start, n) => {
    const [, host = '', command = ''] = PROMPT.exec(block[start]!)!
    const end = starts[n + 1] ?? block.length
    const printed = block.slice(start + 1, end)
    return { kind: 'command', host, command, printed, from: offset + start + 1, to: offset + end }
  })
}

/** What differs from one minute, and from one host, to the next. */
const PASSING: readonly (readonly [RegExp, string])[] = [
  [/ in \d+ ms\.?/g, ' in 0 ms.'],
  [/\b(for|age)=\S+/g, '$1=0s'],
  [/\bfor \d+\w+/g, 'for 0s'],
  [/until \d{4}-\S+/g, 'until THEN'],
  [/over [\d,]+ client classes/g, 'over N client classes'],
  [/\bby order of [^:]+:/g, 'by order of root:'],
  [/[ \t]+/g, ' '],
]

/** Comparable: without what passes, and in one order where none is promised. */
export function comparable(command: string, printed: readonly string[]): string[] {
  const lines = printed.map(line => PASSING.reduce((text, [what, by]) => text.replace(what, by), line).trim())
  return /nssearch|NS \+short|\+additional/.test(command) ? lines.toSorted() : lines
}

/** The README with these outputs in place of its own; `printed` by place among the steps. */
export function withOutputs(
  readme: string,
  steps: readonly Step[],
  printed: readonly (readonly string[])[],
): string {
  const lines = readme.split('\n')
  for (const [i, step] of [...steps.entries()].toReversed())
    if (step.kind === 'command') lines.splice(step.from, step.to - step.from, ...printed[i]!)
  return lines.join('\n')
}
