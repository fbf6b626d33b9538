/** A directive as bare words and `key=value` settings, whatever the directive: judges keys, repetitions and stray
 *  words. Does not know what a value means. */

import { closest } from '../base/suggest.ts'
import type { Word } from '../zone/zone.ts'
import { type Complaints, type Piece, part, pieceOf } from './complaints.ts'

export interface Setting {
  readonly key: Piece
  readonly value: Piece
}

export interface Entry {
  readonly bare: readonly Piece[]
  /** By key, in the order of the file; none that is repeated where it must not be. */
  readonly settings: ReadonlyMap<string, readonly Setting[]>
  /** A blank stands where none may, so that what is here is not all that was meant. Reported. */
  readonly isTorn: boolean
}

export interface EntryShape {
  /** The directive, for messages: `$REGION`. */
  readonly what: string
  /** How to write it, for hints. */
  readonly usage: string
  readonly keys: readonly string[]
  readonly repeatable?: readonly string[]
  readonly bareMax: number
}

export function readEntry(
  complaints: Complaints,
  shape: EntryShape,
  words: readonly Word[],
  source: number,
): Entry {
  const bare: Piece[] = []
  const settings = new Map<string, Setting[]>()
  let isTorn = false
  for (const [index, word] of words.entries()) {
    const piece = pieceOf(word, source)
    const equalsAt = word.quoted ? -1 : word.text.indexOf('=')
    const [previous, next] = [words[index - 1], words[index + 1]]
    if (equalsAt > 0) {
      const value = part(piece, equalsAt + 1)
      // The next word says what is wrong.
      if (isOpen(value) && next !== undefined && !next.text.includes('=')) isTorn = true
      else addSetting(complaints, shape, settings, part(piece, 0, equalsAt), value)
      isTorn ||= value.text === ''
    } else if (isTear(complaints, shape, piece, previous, next)) isTorn = true
    else if (bare.length < shape.bareMax && settings.size === 0) bare.push(piece)
    else
      complaints.error(
        piece,
        'stray-word',
        `${piece.text} is more than ${shape.what} takes`,
        strayHint(shape, piece.text),
      )
  }
  return { bare, settings, isTorn }
}

/** Ends as if something followed. */
function isOpen({ text }: Pick<Piece, 'text'>): boolean {
  return /[,:]$/.test(text)
}

function addSetting(
  complaints: Complaints,
  shape: EntryShape,
  settings: Map<string, Setting[]>,
  key: Piece,
  value: Piece,
): void {
  const name = key.text
  if (!shape.keys.includes(name)) {
    const hint = closest(name.toLowerCase(), shape.keys) ?? `${shape.what} knows ${shape.keys.join(', ')}`
    complaints.error(key, 'unknown-key', `${shape.what} has no setting ${name}`, hint)
    return
  }
  if (value.text === '') {
    complaints.error(
      key,
      'missing-value',
      `${name}= has no value`,
      `write ${shape.usage}, without blanks around =`,
    )
    return
  }
  const before = settings.get(name)
  if (before === undefined) settings.set(name, [{ key, value }])
  else if (shape.repeatable?.includes(name)) before.push({ key, value })
  else {
    const first = before[0]!.key.word
    complaints.error(
      key,
      'duplicate-key',
      `${name} is set twice`,
      `the first is on line ${first.line}, column ${first.column}`,
    )
  }
}

/** Whether the word is there because of a blank in the wrong place, after a comma or around `=`; reported once. */
function isTear(
  complaints: Complaints,
  shape: EntryShape,
  piece: Piece,
  previous: Word | undefined,
  next: Word | undefined,
): boolean {
  const { text } = piece
  const before = previous === undefined || previous.quoted ? '' : previous.text
  if (before.endsWith('=')) return true
  if (!piece.word.quoted && text.startsWith('='))
    complaints.error(
      piece,
      'blank-around-equals',
      'a setting has a blank before =',
      'write key=value without blanks',
    )
  else if (shape.keys.includes(before)) return true
  else if (piece.word.quoted) return false
  else if (shape.keys.includes(text)) {
    if (next?.text.startsWith('=') !== true)
      complaints.error(piece, 'missing-value', `${text} has no value`, `write ${shape.usage}`)
  } else if (before.includes('=') && isOpen({ text: before }))
    complaints.error(
      piece,
      'blank-in-list',
      `the blank before ${text} ends the list`,
      `write ${before}${text} without a blank`,
    )
  else return false
  return true
}

function strayHint(shape: EntryShape, text: string): string {
  const near = closest(text.replace(/[:=].*$/, '').toLowerCase(), shape.keys)
  return near === undefined ? `write ${shape.usage}` : `${near.slice(0, -1)}=…?`
}

export function only(entry: Entry, key: string): Setting | undefined {
  return entry.settings.get(key)?.[0]
}

export function all(entry: Entry, key: string): readonly Setting[] {
  return entry.settings.get(key) ?? []
}

/** The items of a comma-separated list; empty ones are reported and left out. */
export function listItems(complaints: Complaints, list: Piece): Piece[] {
  const items = splitList(list)
  for (const [index, { text, from }] of items.entries()) {
    if (text !== '') continue
    const isLast = index === items.length - 1
    const comma = isLast ? Math.max(0, list.text.length - 1) : from - list.from
    const what = isLast ? 'the list ends with a comma' : 'the list has an empty item'
    complaints.error(
      part(list, comma, comma + 1),
      'empty-item',
      what,
      'lists are written a,b,c, without blanks',
    )
  }
  return items.filter(({ text }) => text !== '')
}

export function splitList(list: Piece): Piece[] {
  let from = 0
  return list.text.split(',').map(text => {
    const item = part(list, from, from + text.length)
    from += text.length + 1
    return item
  })
}

/** `FROM:TO` at the first colon. */
export function splitAtColon(piece: Piece): [Piece, Piece | undefined] {
  const at = piece.text.indexOf(':')
  return at < 0 ? [piece, undefined] : [part(piece, 0, at), part(piece, at + 1)]
}

/** `FROM:TO`, where FROM may hold IPv6 prefixes and TO never does: the last colon, unless it is a prefix's own. */
export function splitFromTo(piece: Piece): [Piece, Piece | undefined] {
  const at = piece.text.lastIndexOf(':')
  const isWithinPrefix = /^[0-9a-f]{0,4}\//i.test(piece.text.slice(at + 1))
  return at < 0 || isWithinPrefix ? [piece, undefined] : [part(piece, 0, at), part(piece, at + 1)]
}
