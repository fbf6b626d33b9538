/** Opens a zone file and reads it and all it includes. */

import { obeyDirective } from './directives.ts'
import { Parser } from './parse.ts'
import { fileFault, type ReadFile } from './source-file.ts'
import type { Source } from './zone.ts'

export function parseZone(path: string, apex: Uint8Array, readFile: ReadFile): Parser {
  const read = readFile(path)
  const parser = new Parser(apex, read instanceof Error ? new Uint8Array(0) : read, readFile, obeyDirective)
  parser.files.add(path)
  const fault = fileFault(read)
  if (read instanceof Error || fault !== undefined) {
    parser.report.addWhole(path, {
      severity: 'error',
      code: 'unreadable-file',
      text: fault ?? 'the file cannot be read',
    })
    return parser
  }
  parser.report.sources.push({ path, bytes: read } satisfies Source)
  parser.including.push(path)
  parser.readSource(0)
  parser.settle()
  return parser
}
