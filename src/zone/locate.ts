/** Finds the place of a record again: its entry is scanned once more, so that nothing but an offset has to
 *  be kept for a million records that have no problem. */

import { readPeriod } from './number-text.ts'
import type { Parser } from './parse.ts'
import { findRecordWord, isClassWord } from './record-words.ts'
import type { Place } from './report.ts'
import { Scanner, TokenFlag } from './scan.ts'

/** A part of the entry: by name, or the nth word of its data. */
export type Part = 'owner' | 'ttl' | 'type' | number

const DOLLAR = 0x24
/** `$GENERATE RANGE OWNER` */
const GENERATED_OWNER = 2

export function placeOf(parser: Parser, record: number, part: Part): Place {
  const { records, report } = parser
  const source = records.source[record]!
  const at = records.sourceAt[record]!
  const scan = new Scanner(report.sources[source]!.bytes, at)
  scan.next()
  const token = tokenOf(scan, part)
  const quotes = scan.flags[token]! & TokenFlag.Quoted
  return {
    source,
    at: scan.start[token]! - quotes,
    width: scan.end[token]! - scan.start[token]! + 2 * quotes,
  }
}

/** The word of an entry alone, without quotes; of what `$GENERATE` makes, the word that it is made from. Undefined
 *  where the entry has no such word, as an owner that is left out. */
export function wordOf(parser: Parser, source: number, entryAt: number, part: Part): Place | undefined {
  const scan = new Scanner(parser.report.sources[source]!.bytes, entryAt)
  scan.next()
  const generated = !scan.blankOwner && scan.bytes[scan.start[0]!] === DOLLAR
  if (generated && part !== 'owner') return dataWordOf(scan, source, part)
  if (scan.blankOwner && part === 'owner') return undefined
  return placeOfToken(scan, source, generated ? GENERATED_OWNER : tokenOf(scan, part))
}

/** The data to generate is the last word of the directive, in quotes when it is several. */
function dataWordOf(directive: Scanner, source: number, part: Part): Place | undefined {
  const last = directive.count - 1
  const data = new Scanner(directive.bytes.subarray(0, directive.end[last]!), directive.start[last]!)
  data.next()
  return typeof part === 'number' && part < data.count ? placeOfToken(data, source, part) : undefined
}

function placeOfToken({ start, end }: Scanner, source: number, token: number): Place {
  return { source, at: start[token]!, width: end[token]! - start[token]! }
}

function tokenOf(scan: Scanner, part: Part): number {
  const named = !scan.blankOwner
  // A generated record stands for its directive.
  if (named && scan.bytes[scan.start[0]!] === DOLLAR) return 0
  if (part === 'owner' && named) return 0
  let ttl = -1
  for (let token = named ? 1 : 0; token < scan.count; token++) {
    const start = scan.start[token]!
    const end = scan.end[token]!
    const word = findRecordWord(scan.bytes, start, end)
    if (isClassWord(word)) continue
    if (word < 0 && readPeriod(scan.bytes, start, end) >= 0) ttl = token
    else if (part === 'ttl' && ttl >= 0) return ttl
    else return Math.min(scan.count - 1, typeof part === 'number' ? token + 1 + part : token)
  }
  return scan.count - 1
}
