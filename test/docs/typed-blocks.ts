/** What the README shows of a shell, and a shell to type it into: commands with what they are said to print, and a real
 *  bash in a network of its own, so that ports are those that are written. Knows no server. */

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { ROOT } from '../house/source.ts'
import { MAIN } from '../server/built.ts'

export interface Typed {
  readonly command: string
  readonly printed: string
}

const README = readFileSync(join(ROOT, 'README.md'), 'utf8').split('\n')

/** The first fenced block behind the line that begins so, or a later one. */
export function blockAfter(start: string, later = 0): string[] {
  let end = README.findIndex(line => line.startsWith(start))
  for (let block = 0; ; block++) {
    const open = README.indexOf('```', end + 1)
    end = README.indexOf('```', open + 1)
    if (block === later) return README.slice(open + 1, end)
  }
}

/** Lines after `$ ` and `> ` are typed, others printed. */
export function typedIn(block: readonly string[]): Typed[] {
  const typed: { command: string[]; printed: string[] }[] = []
  for (const line of block)
    if (line.startsWith('$ ')) typed.push({ command: [line.slice(2)], printed: [] })
    else if (line.startsWith('> ')) typed.at(-1)!.command.push(line.slice(2))
    else typed.at(-1)!.printed.push(line)
  return typed.map(({ command, printed }) => ({ command: command.join('\n'), printed: printed.join('\n') }))
}

/** Ages and dates pass, and who and where we are is another everywhere. */
export function comparable(text: string): string {
  return text
    .replace(/\b(for|age)=\w+/g, '$1=0s')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'THEN')
    .replace(/\bby \S+@\S+/g, 'by somebody')
    .replace(/[ \t]+/g, ' ')
    .trim()
}

/** A shell in namespaces of its own, and whatever is started in it ends with it. */
export class Shell {
  private readonly child: ChildProcess
  private output = ''
  private count = 0

  constructor(unshare: string, cwd: string, env: NodeJS.ProcessEnv) {
    const apart = ['--net', '--pid', '--fork', '--mount-proc', '--kill-child', 'bash']
    this.child = spawn(unshare, apart, { cwd, env, stdio: ['pipe', 'pipe', 'ignore'] })
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.output += text
    })
    this.child.stdin!.on('error', () => undefined)
  }

  /** What it prints, and its exit code. */
  async type(command: string): Promise<{ printed: string; code: number }> {
    const end = `--- ${++this.count} `
    this.output = ''
    this.child.stdin!.write(`${command}\necho "${end}$?"\n`)
    while (!this.output.includes(end) || !this.output.endsWith('\n')) {
      if (this.child.exitCode !== null) return { printed: this.output, code: -1 }
      await pause(10)
    }
    const [printed = '', code] = this.output.split(end)
    return { printed, code: Number(code) }
  }

  close(): void {
    this.child.kill('SIGKILL')
  }
}

/** Where `npx meridian` is the program that was built, and nothing else is. */
export function makeCheckout(dir: string): void {
  for (const sub of ['zones', 'node_modules/.bin']) mkdirSync(join(dir, sub), { recursive: true })
  const program = `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`
  writeFileSync(join(dir, 'node_modules/.bin/meridian'), program, { mode: 0o755 })
  writeFileSync(join(dir, 'package.json'), '{}')
}

/** Types it until it prints that: whoever types waits for a server to be there. What it printed last. */
export async function typeUntil(
  shell: Shell,
  command: string,
  isSo: (printed: string) => boolean,
): Promise<string> {
  let { printed } = await shell.type(command)
  for (let again = 0; !isSo(printed) && again < 100; again++) {
    await pause(200)
    printed = (await shell.type(command)).printed
  }
  return printed
}
