/** A directive as bare words and `key=value` settings, whatever the directive: judges keys, repetitions and stray
 *  words. Does not know what a value means. */

import { closest } from '../zone/suggest.ts'
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
  for (const [index, word] of words.entries()) {
    const piece = pieceOf(word, source)
    const equalsAt = word.quoted ? -1 : word.text.indexOf('=')
    if (equalsAt > 0)
      addSetting(complaints, shape, settings, part(piece, 0, equalsAt), part(piece, equalsAt + 1))
    else if (
      !isStray(complaints, shape, piece, words[index - 1], words[index + 1], bare.length, settings.size)
    )
      bare.push(piece)
  }
  return { bare, settings }
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

/** Reports, once, a word that cannot be a bare word here; a blank after a comma or around `=` is the usual cause. */
function isStray(
  complaints: Complaints,
  shape: EntryShape,
  piece: Piece,
  previous: Word | undefined,
  next: Word | undefined,
  bareCount: number,
  settingCount: number,
): boolean {
  const { text } = piece
  if (previous?.text.endsWith('=') === true) return true
  if (!piece.word.quoted) {
    if (text.startsWith('=')) {
      complaints.error(
        piece,
        'blank-around-equals',
        'a setting has a blank before =',
        'write key=value without blanks',
      )
      return true
    }
    if (shape.keys.includes(text)) {
      if (next?.text.startsWith('=') !== true)
        complaints.error(piece, 'missing-value', `${text} has no value`, `write ${shape.usage}`)
      return true
    }
  }
  if (previous !== undefined && settingCount > 0 && /[,:]$/.test(previous.text)) {
    complaints.error(
      piece,
      'blank-in-list',
      `the blank before ${text} ends the list`,
      `write ${previous.text}${text} without a blank`,
    )
    return true
  }
  if (bareCount < shape.bareMax && settingCount === 0) return false
  complaints.error(piece, 'stray-word', `${text} is more than ${shape.what} takes`, strayHint(shape, text))
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
  const items: Piece[] = []
  let from = 0
  for (const text of list.text.split(',')) {
    const item = part(list, from, from + text.length)
    from += text.length + 1
    if (text !== '') items.push(item)
    else if (from > list.text.length)
      complaints.error(
        part(list, Math.max(0, list.text.length - 1)),
        'empty-item',
        'the list ends with a comma',
        'lists are written without blanks: a,b,c',
      )
    else complaints.error(part(list, from - 1, from), 'empty-item', 'the list has an empty item')
  }
  return items
}

/** `FROM:TO` at the first colon. */
export function splitAtColon(piece: Piece): [Piece, Piece | undefined] {
  const at = piece.text.indexOf(':')
  return at < 0 ? [piece, undefined] : [part(piece, 0, at), part(piece, at + 1)]
}
