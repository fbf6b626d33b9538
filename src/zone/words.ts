/** Tokens as words with their place, for the stages that give directives their meaning. */

import type { Cursor } from './cursor.ts'
import { TokenFlag } from './scan.ts'
import type { Word } from './zone.ts'

export function readWord(cursor: Cursor, token: number): Word {
  const { line, column, width } = cursor.report.whereabouts(cursor.place(token))
  return {
    text: cursor.value(token),
    quoted: (cursor.scan.flags[token]! & TokenFlag.Quoted) !== 0,
    line,
    column,
    width,
  }
}
