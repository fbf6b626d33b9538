/** A zone file from bytes to a checked zone: parse, tree, check. What the builder and `meridian check`
 *  call; knows no disk unless it is handed `readFromDisk`. */

import { readFileSync } from 'node:fs'
import type { Problem } from '../base/problem.ts'
import { checkZone } from './check.ts'
import { parseZone } from './read-zone.ts'
import type { Reporter } from './report.ts'
import type { ReadFile } from './source-file.ts'
import { growTree } from './tree.ts'
import type { Zone } from './zone.ts'

export type { ReadFile } from './source-file.ts'

export interface Loaded {
  /** Absent when there are errors. */
  readonly zone?: Zone
  /** What could be read in spite of errors, to report more of them at once; never to be served. */
  readonly unsound?: Omit<Zone, 'serial'>
  /** The first hundred of each severity in each file, and how many more there are. */
  readonly problems: readonly Problem[]
  /** Of all, also of those that are not in `problems`. */
  readonly errors: number
  readonly warnings: number
  /** Every file that was asked for, found or not: what a watcher watches. */
  readonly files: readonly string[]
}

/** `apex` comes from the file's name; a `$ORIGIN` above the SOA may move it. `previousSerial` is that of
 *  the version being served, if there is one. */
export function loadZone(
  path: string,
  apex: Uint8Array,
  readFile: ReadFile = readFromDisk,
  previousSerial?: number,
): Loaded {
  const parser = parseZone(path, apex, readFile)
  const files = [...parser.files]
  const { report, owners, records } = parser
  if (report.sources.length === 0) return outcome(report, files)
  const apexOwner = growTree(owners, records, parser.apex)
  const serial = checkZone(parser, apexOwner, previousSerial)
  const { sources } = report
  const { directives, steering } = parser
  const zone = { apex: parser.apex.bytes, owners, records, sources, directives, steering, apexOwner }
  if (report.errors > 0) return { unsound: zone, ...outcome(report, files) }
  return { zone: { ...zone, serial }, ...outcome(report, files) }
}

function outcome(report: Reporter, files: readonly string[]): Loaded {
  return { problems: report.list(), errors: report.errors, warnings: report.warnings, files }
}

export function readFromDisk(path: string): Uint8Array | Error {
  try {
    return readFileSync(path)
  } catch (error) {
    return error as Error
  }
}
