/** `$GENERATE` as BIND 9 has it: `$GENERATE START-STOP[/STEP] OWNER [TTL] [CLASS] TYPE DATA`, where `$` in
 *  owner and data is the number and `${OFFSET,WIDTH,BASE}` shifts, pads and writes it in another base. The
 *  data is one word; several go into quotes, which are taken off before the line is read. */

import { readPeriod } from './number-text.ts'
import type { Parser } from './parse.ts'
import { findRecordWord, isClassWord, isSteeringWord } from './record-words.ts'
import { Fault, Scanner, TokenFlag } from './scan.ts'

const RANGE = /^(\d{1,10})-(\d{1,10})(?:\/(\d{1,10}))?$/
const MODIFIER = /^\{(-?\d{1,10})(?:,(\d{1,10})(?:,([doxXnN]))?)?\}/
const NUMBER_MAX = 0x7fffffff
/** A number is written in fewer octets than this. */
const WIDTH_MAX = 127
/** One directive can ask for two thousand million records; a zone gets this many from all of them. */
const GENERATED_MAX = 4_194_304

/** The parts of an owner or data, each a literal or a way to write the number. */
type Part = string | { readonly offset: number; readonly width: number; readonly base: string }

export function generate(parser: Parser, scan: Scanner): void {
  const { cursor } = parser
  cursor.token = 1
  if (scan.count < 5) return void cursor.failMissing('$GENERATE is incomplete', SYNTAX)
  const range = readRange(parser)
  if (range === undefined) return
  const owner = readTemplate(parser, 2)
  const dataToken = findData(parser, scan)
  if (owner === undefined || dataToken < 0) return
  const data = readTemplate(parser, dataToken)
  if (data === undefined) return
  const middle = []
  for (let token = 3; token < dataToken; token++) middle.push(cursor.text(token))
  const between: Part[] = [` ${middle.join(' ')} `]
  const ownerBefore = parser.owner
  const place = cursor.place(0)
  for (let number = range.start; number <= range.stop; number += range.step) {
    const line = [...owner, ...between, ...data].map(part => writePart(part, number)).join('')
    cursor.pinned = place
    const good = readGenerated(parser, scan, line)
    cursor.pinned = undefined
    cursor.scan = scan
    // One mistake would come again with every number.
    if (!good) break
  }
  parser.owner = ownerBefore
}

const SYNTAX = '$GENERATE START-STOP[/STEP] OWNER [TTL] [CLASS] TYPE DATA'

function readRange(parser: Parser): { start: number; stop: number; step: number } | undefined {
  const { cursor } = parser
  cursor.token = 1
  const match = RANGE.exec(cursor.text())
  const [start, stop, step] = [Number(match?.[1]), Number(match?.[2]), Number(match?.[3] ?? 1)]
  if (match === null || stop > NUMBER_MAX || step > NUMBER_MAX || start > stop || step === 0)
    return void cursor.fail('bad-range', `${cursor.text()} is not a range`, 'START-STOP or START-STOP/STEP')
  const count = Math.floor((stop - start) / step) + 1
  parser.generated += count
  if (parser.generated > GENERATED_MAX)
    return void cursor.fail('generate-limit', `more than ${GENERATED_MAX} records generated in one zone`)
  return { start, stop, step }
}

/** The token of the data: what follows the type. -1 when reported. */
function findData(parser: Parser, scan: Scanner): number {
  const { cursor } = parser
  for (let token = 3; token < scan.count; token++) {
    cursor.token = token
    const start = scan.start[token]!
    const end = scan.end[token]!
    const word = findRecordWord(scan.bytes, start, end)
    if (isClassWord(word) || (word < 0 && readPeriod(scan.bytes, start, end) >= 0)) continue
    if (word < 0 || isSteeringWord(word)) {
      cursor.fail('unknown-type', `${cursor.text()} is not a type of record to generate`, SYNTAX)
      return -1
    }
    if (token + 1 >= scan.count) break
    cursor.token = token + 2
    if (token + 2 === scan.count) return token + 1
    cursor.fail('extra-text', `${cursor.text()} is more than one word of data`, 'quote it: "10 mail$"')
    return -1
  }
  cursor.failMissing('the data is missing', SYNTAX)
  return -1
}

function readTemplate(parser: Parser, token: number): Part[] | undefined {
  const { cursor } = parser
  const { bytes, start, end, flags } = cursor.scan
  // One octet, one character: what is not a `$` or an escape passes through as it is.
  let text = Buffer.from(bytes.subarray(start[token]!, end[token]!)).toString('latin1')
  // In quotes a quote of the data is escaped for the first reading, not for the second.
  if (flags[token]! & TokenFlag.Quoted) text = text.replace(/\\"/g, '"')
  const parts: Part[] = []
  let literal = ''
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') literal += text.slice(i, ++i + 1)
    else if (text[i] !== '$') literal += text[i]
    else if (text[i + 1] === '$') literal += text[++i]
    else {
      const modifier = text[i + 1] === '{' ? MODIFIER.exec(text.slice(i + 1, i + 64)) : undefined
      const width = Number(modifier?.[2] ?? 0)
      if (modifier === null || width > WIDTH_MAX) {
        cursor.token = token
        const hint = '${OFFSET,WIDTH,BASE} with base d, o, x, X, n or N'
        return void cursor.fail('bad-modifier', 'not a way to write the number', hint)
      }
      parts.push(literal, { offset: Number(modifier?.[1] ?? 0), width, base: modifier?.[3] ?? 'd' })
      literal = ''
      i += modifier?.[0].length ?? 0
    }
  }
  parts.push(literal)
  return parts
}

function writePart(part: Part, number: number): string {
  if (typeof part === 'string') return part
  const value = number + part.offset
  switch (part.base) {
    case 'o':
      return (value >>> 0).toString(8).padStart(part.width, '0')
    case 'x':
      return (value >>> 0).toString(16).padStart(part.width, '0')
    case 'X':
      return (value >>> 0).toString(16).toUpperCase().padStart(part.width, '0')
    case 'n':
      return nibbles(value, part.width)
    case 'N':
      return nibbles(value, part.width).toUpperCase()
    default: {
      const sign = value < 0 ? '-' : ''
      return sign + String(Math.abs(value)).padStart(part.width - sign.length, '0')
    }
  }
}

/** Hex digits from the lowest, dots between, as reverse zones want them; the width counts dots too. */
function nibbles(value: number, width: number): string {
  let text = ''
  let rest = value >>> 0
  let room = width
  do {
    text += (rest & 15).toString(16)
    rest >>>= 4
    if (room > 0) room--
    if (room === 0 && rest === 0) break
    text += '.'
    if (room > 0) room--
  } while (rest !== 0 || room > 0)
  return text
}

/** False when the line could not be read. */
function readGenerated(parser: Parser, directive: Scanner, line: string): boolean {
  const { cursor } = parser
  const errors = parser.report.errors
  const scan = new Scanner(Buffer.from(line, 'latin1'))
  cursor.scan = scan
  const one = scan.next() && scan.fault === Fault.None && !scan.blankOwner
  if (one) parser.readRecord(scan, directive.entryAt)
  else cursor.fail('bad-generate', 'the generated line cannot be read', line.slice(0, 80))
  return one && parser.report.errors === errors
}
