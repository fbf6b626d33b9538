/** A Dockerfile as stages of instructions, and its stages carried out in folders: COPY from a context that honours
 *  .dockerignore, RUN in a shell. Only as much of the language as ours uses; anything else is an error. Absolute paths
 *  mean places in the stage's folder for COPY and WORKDIR; a RUN that names some cannot be carried out this way. */

import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { basename, join, posix } from 'node:path'

export interface Instruction {
  readonly word: string
  readonly rest: string
}

export interface Stage {
  readonly name: string
  readonly base: string
  readonly instructions: readonly Instruction[]
}

export function readDockerfile(text: string): { readonly globals: Instruction[]; readonly stages: Stage[] } {
  const globals: Instruction[] = []
  const stages: (Stage & { instructions: Instruction[] })[] = []
  const joined = text.replaceAll(/^\s*#.*\n/gm, '').replaceAll(/\\\n\s*/g, '')
  for (const line of joined.split('\n').filter(part => part.trim() !== '')) {
    const [, word, rest] = /^([A-Z]+)\s+(.+)$/.exec(line) ?? []
    if (word === undefined) throw new Error(`no instruction: ${line}`)
    const instruction = { word, rest: rest!.replaceAll(/\s+/g, ' ') }
    const [, base, name] = word === 'FROM' ? /^(\S+)(?: AS (\S+))?$/.exec(instruction.rest)! : []
    if (base !== undefined) stages.push({ name: name ?? '', base, instructions: [] })
    else (stages.at(-1)?.instructions ?? globals).push(instruction)
  }
  return { globals, stages }
}

/** Patterns of an allow-list: everything out, some back in. */
export function readIgnore(text: string): string[] {
  const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
  if (lines[0] !== '*' || !lines.slice(1).every(line => line.startsWith('!')))
    throw new Error('expected "*" and then "!path" lines')
  return lines.slice(1).map(line => line.slice(1))
}

export interface Workshop {
  /** The build's context, and which of its paths are sent. */
  readonly context: string
  readonly sent: readonly string[]
  /** Stages that were made before, by name. */
  readonly made: ReadonlyMap<string, string>
}

/** Carries a stage out in `dir`. `skips` says which RUN cannot be done here. Returns the working directory. */
export function carryOut(
  stage: Stage,
  dir: string,
  workshop: Workshop,
  skips: (command: string) => boolean = () => false,
): string {
  let workdir = '/'
  for (const { word, rest } of stage.instructions) {
    if (word === 'WORKDIR') {
      workdir = posix.resolve(workdir, rest)
      mkdirSync(join(dir, workdir), { recursive: true })
    } else if (word === 'COPY') copy(rest, dir, workdir, workshop)
    else if (word === 'RUN' && !skips(rest)) runIn(join(dir, workdir), rest)
  }
  return join(dir, workdir)
}

function copy(rest: string, dir: string, workdir: string, { context, sent, made }: Workshop): void {
  const words = rest.split(' ')
  const from = words[0]!.startsWith('--from=') ? words.shift()!.slice('--from='.length) : undefined
  const target = words.pop()!
  const source = from === undefined ? context : made.get(from)
  if (source === undefined) throw new Error(`COPY from ${from}, which was not made`)
  for (const path of words) {
    if (from === undefined && !sent.some(allowed => path === allowed || path.startsWith(`${allowed}/`)))
      throw new Error(`COPY ${path}: .dockerignore holds it back`)
    const there = join(source, path)
    if (!existsSync(there)) throw new Error(`COPY ${path}: there is none`)
    const isFolder = target.endsWith('/')
    const to = join(dir, posix.resolve(workdir, target), isFolder ? basename(path) : '')
    cpSync(there, to, { recursive: true, verbatimSymlinks: true })
  }
}

function runIn(cwd: string, command: string): void {
  const { status, stdout, stderr } = spawnSync('sh', ['-ec', command], { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`RUN ${command}: status ${status}\n${stdout}${stderr}`)
}

export function readStages(path: string): ReturnType<typeof readDockerfile> {
  return readDockerfile(readFileSync(path, 'utf8'))
}
