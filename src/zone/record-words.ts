/** What stands before the data of a record: types, classes and the words that are rules to Meridian. */

import { closest } from '../base/suggest.ts'
import { RrType } from '../wire/types.ts'
import { CLASS_BASE, RECORD_WORDS, STEERING_BASE, STEERING_TYPES } from './mnemonics.ts'
import { readNumber } from './number-text.ts'

const TYPE_PREFIX = [0x54, 0x59, 0x50, 0x45]
const CLASS_PREFIX = [0x43, 0x4c, 0x41, 0x53, 0x53]

/** A type number, `CLASS_BASE` + a class, `STEERING_BASE` + a steering word, or -1. */
export function findRecordWord(bytes: Uint8Array, start: number, end: number): number {
  const known = RECORD_WORDS.find(bytes, start, end)
  if (known >= 0) return known
  const type = numbered(bytes, start, end, TYPE_PREFIX)
  if (type >= 0) return type
  const rrClass = numbered(bytes, start, end, CLASS_PREFIX)
  return rrClass < 0 ? -1 : CLASS_BASE + rrClass
}

/** A type number or -1. */
export function findType(bytes: Uint8Array, start: number, end: number): number {
  const word = findRecordWord(bytes, start, end)
  return word < CLASS_BASE ? word : -1
}

export function isClassWord(word: number): boolean {
  return word >= CLASS_BASE && word < STEERING_BASE
}

export function isSteeringWord(word: number): boolean {
  return word >= STEERING_BASE
}

export function suggestType(text: string): string | undefined {
  return closest(text.toUpperCase(), [...Object.keys(RrType), ...STEERING_TYPES])
}

/** TYPE65280, CLASS1 (RFC 3597 §5). */
function numbered(bytes: Uint8Array, start: number, end: number, prefix: readonly number[]): number {
  const digitsAt = start + prefix.length
  if (digitsAt >= end || end - digitsAt > 5) return -1
  for (let i = 0; i < prefix.length; i++) if ((bytes[start + i]! & 0xdf) !== prefix[i]) return -1
  const value = readNumber(bytes, digitsAt, end)
  return value <= 0xffff ? value : -1
}
