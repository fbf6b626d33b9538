/** Names in zone text → wire form. One reader is used again for every name: its result stands in its own
 *  buffer until the next call. Knows origins and escapes, but not where in a file it is. */

import {
  extendHash,
  LABEL_BYTES_MAX,
  LOWER,
  labelCount,
  labelHash,
  NAME_BYTES_MAX,
  nameHash,
  nameLength,
  ROOT_HASH,
} from '../wire/name.ts'

/** What relative names are completed with; its hash is kept so that a child hashes its own labels only. */
export interface Origin {
  /** Wire form, in the letter case it was written in. */
  readonly bytes: Uint8Array
  /** The same in lower case. */
  readonly folded: Uint8Array
  readonly length: number
  readonly labels: number
  readonly hash: number
}

export function originFromName(name: Uint8Array): Origin {
  const length = nameLength(name, 0)
  const bytes = name.slice(0, length)
  const folded = bytes.map(octet => LOWER[octet]!)
  return { bytes, folded, length, labels: labelCount(name, 0), hash: nameHash(name, 0) }
}

export const NameFault = {
  None: 0,
  EmptyLabel: 1,
  LabelTooLong: 2,
  NameTooLong: 3,
  BadEscape: 4,
} as const

/** Every octet may be written `\DDD`. */
const NAME_TEXT_MAX = NAME_BYTES_MAX * 4
const SAME = Uint8Array.from({ length: 256 }, (_, octet) => octet)
const DOT = 0x2e
const AT = 0x40
const ESCAPE = 0x5c

export class NameReader {
  /** The name last read, in wire form. */
  readonly bytes = new Uint8Array(NAME_TEXT_MAX + NAME_BYTES_MAX + 2)
  length = 0
  labels = 0
  hash = 0
  /** Some octet above 127 was written as it is, not as an escape. */
  nonAscii = false
  /** It was written without a final dot, so the origin was appended. */
  relative = false
  fault: number = NameFault.None
  /** Offset in the text of the label or escape at fault, and how many octets of text it takes. */
  faultAt = 0
  faultWidth = 1
  private readonly labelAt = new Int32Array(NAME_TEXT_MAX + 2)

  /** An owner name: in lower case, with its hash. */
  readOwner(text: Uint8Array, start: number, end: number, origin: Origin): boolean {
    if (!this.readLabels(text, start, end, LOWER)) return false
    let hash = this.relative ? origin.hash : ROOT_HASH
    for (let label = this.labels - 1; label >= 0; label--) {
      hash = extendHash(hash, labelHash(this.bytes, this.labelAt[label]!))
    }
    this.hash = hash
    return this.complete(start, end, origin, LOWER)
  }

  /** A name inside RDATA: the letter case stays, no hash. */
  read(text: Uint8Array, start: number, end: number, origin: Origin): boolean {
    return this.readLabels(text, start, end, SAME) && this.complete(start, end, origin, SAME)
  }

  private readLabels(text: Uint8Array, start: number, end: number, fold: Uint8Array): boolean {
    const out = this.bytes
    this.labels = 0
    this.length = 0
    this.relative = true
    this.nonAscii = false
    if (end - start === 1 && text[start] === AT) return true
    if (end - start === 1 && text[start] === DOT) {
      this.relative = false
      return true
    }
    if (end - start > NAME_TEXT_MAX) return this.refuse(NameFault.NameTooLong, start, end - start)
    let lengthAt = 0
    let labelTextAt = start
    let to = 1
    let seen = 0
    for (let at = start; at < end; at++) {
      const octet = text[at]!
      if (octet === DOT) {
        if (!this.closeLabel(lengthAt, to, labelTextAt, at)) return false
        lengthAt = to++
        labelTextAt = at + 1
      } else if (octet === ESCAPE) {
        const value = escapedOctet(text, at, end)
        if (value < 0) return this.refuse(NameFault.BadEscape, at, Math.min(4, end - at))
        out[to++] = fold[value]!
        at += escapeLength(text, at) - 1
      } else {
        out[to++] = fold[octet]!
        seen |= octet
      }
    }
    this.nonAscii = seen > 127
    this.relative = to - lengthAt > 1
    if (!this.relative) {
      this.length = lengthAt
      return true
    }
    this.length = to
    return this.closeLabel(lengthAt, to, labelTextAt, end)
  }

  private closeLabel(lengthAt: number, to: number, textAt: number, textEnd: number): boolean {
    const length = to - lengthAt - 1
    if (length === 0) return this.refuse(NameFault.EmptyLabel, textAt, 1)
    if (length > LABEL_BYTES_MAX) return this.refuse(NameFault.LabelTooLong, textAt, textEnd - textAt)
    this.bytes[lengthAt] = length
    this.labelAt[this.labels++] = lengthAt
    return true
  }

  private complete(start: number, end: number, origin: Origin, fold: Uint8Array): boolean {
    const out = this.bytes
    let to = this.length
    if (this.relative) {
      const suffix = origin.bytes
      for (let at = 0; at < origin.length; at++) out[to++] = fold[suffix[at]!]!
      this.labels += origin.labels
    } else out[to++] = 0
    this.length = to
    return to <= NAME_BYTES_MAX || this.refuse(NameFault.NameTooLong, start, end - start)
  }

  private refuse(fault: number, at: number, width: number): false {
    this.fault = fault
    this.faultAt = at
    this.faultWidth = width
    return false
  }
}

/** The octet that `\DDD` or `\X` at `at` stands for; -1 when it is neither (RFC 1035 §5.1). */
export function escapedOctet(text: Uint8Array, at: number, end: number): number {
  if (at + 1 >= end) return -1
  const first = text[at + 1]! - 0x30
  if (first < 0 || first > 9) return text[at + 1]!
  if (at + 3 >= end) return -1
  const second = text[at + 2]! - 0x30
  const third = text[at + 3]! - 0x30
  if (second < 0 || second > 9 || third < 0 || third > 9) return -1
  const value = first * 100 + second * 10 + third
  return value > 255 ? -1 : value
}

/** Octets of text the (valid) escape takes: 4 for `\DDD`, 2 for `\X`. */
export function escapeLength(text: Uint8Array, at: number): number {
  const first = text[at + 1]! - 0x30
  return first >= 0 && first <= 9 ? 4 : 2
}
