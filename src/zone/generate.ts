/** `$GENERATE` as BIND 9 has it: (being written). */
import type { Parser } from './parse.ts'
import type { Scanner } from './scan.ts'

export function generate(parser: Parser, _scan: Scanner): void {
  parser.cursor.fail('unknown-directive', 'not yet')
}
