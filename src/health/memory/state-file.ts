/** Reading a file of checksummed lines that may be missing, torn, damaged or not readable at all, and setting aside
 *  what is not as it was written. Nothing is ever deleted. */

import { constants, copyFileSync, existsSync, readFileSync, renameSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { flushFolder } from '../../base/flush-folder.ts'
import type { Problem } from '../../base/problem.ts'
import { readCheckedLines } from './checked-lines.ts'

export interface StateFile {
  readonly values: readonly unknown[]
  /** Something is there, be it readable or not. */
  readonly exists: boolean
  /** It should be written anew: a torn end would spoil the next line. */
  readonly torn: boolean
  /** It is not what was written, and must be set aside before anything is written in its place. */
  readonly bad: boolean
  readonly problems: readonly Problem[]
}

export function readStateFile(path: string): StateFile {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return { values: [], exists: false, torn: false, bad: false, problems: [] }
    const problem = stateProblem(path, 0, 'error', 'unreadable-state', `cannot be read: ${message}`)
    return { values: [], exists: true, torn: false, bad: true, problems: [problem] }
  }
  const { values, damaged, torn } = readCheckedLines(text)
  const problems = damaged.map(line =>
    stateProblem(path, line, 'error', 'damaged-state', 'is not what was written; the other lines count'),
  )
  if (torn) {
    const line = text.split('\n').length
    const cutOff = 'was cut off while it was written, and so never acknowledged; it is left out'
    problems.push(stateProblem(path, line, 'warning', 'torn-state', cutOff))
  }
  return { values, exists: true, torn, bad: damaged.length > 0, problems }
}

/** Copies it to a free name beside and returns the problem that tells of it. It stays where it is until something
 *  whole takes its place, so that a crash in between loses nothing; only what cannot be copied is renamed. Nothing
 *  to tell where nothing is left. Throws the system's own error. */
export function setAside(path: string, wallMs: number): Problem | undefined {
  if (!existsSync(path)) return undefined
  let aside = `${path}.damaged-${Math.floor(wallMs)}`
  while (existsSync(aside)) aside += '-'
  try {
    copyFileSync(path, aside, constants.COPYFILE_EXCL)
  } catch {
    renameSync(path, aside)
  }
  flushFolder(dirname(path))
  return stateProblem(path, 0, 'warning', 'state-set-aside', `was set aside as ${basename(aside)}`)
}

export function stateProblem(
  file: string,
  line: number,
  severity: Problem['severity'],
  code: string,
  text: string,
): Problem {
  return { file, line, column: 0, width: 1, severity, code, text }
}
