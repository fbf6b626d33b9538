/** Walks the tokens of one entry and says what is wrong with them at their own column. What the fields of
 *  RDATA are read through; knows no types and no directives. */

import { domainToASCII } from 'node:url'
import type { Bytes } from '../base/growable.ts'
import type { Severity } from '../base/problem.ts'
import { escapedOctet, escapeLength, NameFault, NameReader, type Origin } from './name-text.ts'
import type { Place, Reporter } from './report.ts'
import { type Scanner, TokenFlag } from './scan.ts'

const SHOWN_TEXT_MAX = 60
const ESCAPE = 0x5c
const QUOTE = 0x22

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

export class Cursor {
  scan: Scanner
  source: number
  origin: Origin
  /** The token to be read next. */
  token = 0
  /** What the field being read is called. */
  what = 'the data'
  /** Where every problem is put, whatever the token: generated text has no place of its own. */
  pinned: Place | undefined
  /** RDATA is written at its end. */
  readonly out: Bytes
  readonly report: Reporter
  readonly names = new NameReader()
  /** What `readOctets` made of a token. */
  octets = new Uint8Array(256)
  octetCount = 0

  constructor(scan: Scanner, source: number, origin: Origin, out: Bytes, report: Reporter) {
    this.scan = scan
    this.source = source
    this.origin = origin
    this.out = out
    this.report = report
  }

  get more(): boolean {
    return this.token < this.scan.count
  }

  putUnsigned(value: number, octets: number): void {
    const at = this.out.reserve(octets)
    let rest = value
    for (let i = octets - 1; i >= 0; i--) {
      this.out.items[at + i] = rest % 256
      rest = Math.floor(rest / 256)
    }
  }

  /** The token as it is written, for messages: control characters made visible, cut if long. */
  text(token = this.token): string {
    const scan = this.scan
    const end = Math.min(scan.end[token]!, scan.start[token]! + SHOWN_TEXT_MAX * 4)
    const text = decoder.decode(scan.bytes.subarray(scan.start[token]!, end)).replace(/\p{Cc}/gu, '\u{fffd}')
    return [...text].length > SHOWN_TEXT_MAX ? `${[...text].slice(0, SHOWN_TEXT_MAX).join('')}…` : text
  }

  /** What a reader of words means by the token: escapes resolved, quotes dropped. */
  value(token: number): string {
    this.readOctets(token, QUOTE)
    return decoder.decode(this.octets.subarray(0, this.octetCount))
  }

  fail(code: string, text: string, hint?: string, token = this.token): false {
    return this.say('error', token, code, text, hint)
  }

  warn(code: string, text: string, hint?: string, token = this.token): void {
    this.say('warning', token, code, text, hint)
  }

  /** A field is not there: the caret stands behind what is. */
  failMissing(text = `${this.what} is missing`, hint?: string): false {
    const last = this.scan.count - 1
    const at =
      last < 0 ? this.scan.entryAt : this.scan.end[last]! + (this.scan.flags[last]! & TokenFlag.Quoted)
    return this.failAt(at, 1, 'missing-data', text, hint)
  }

  warnAt(at: number, width: number, code: string, text: string, hint?: string): void {
    this.report.add(this.pinned ?? { source: this.source, at, width }, {
      severity: 'warning',
      code,
      text,
      hint,
    })
  }

  failAt(at: number, width: number, code: string, text: string, hint?: string): false {
    this.report.add(this.pinned ?? { source: this.source, at, width }, {
      severity: 'error',
      code,
      text,
      hint,
    })
    return false
  }

  /** Where the token stands, its quotes included. */
  place(token: number): Place {
    if (this.pinned !== undefined) return this.pinned
    const { start, end, flags, count, entryAt } = this.scan
    if (count === 0) return { source: this.source, at: entryAt, width: 1 }
    const of = Math.min(token, count - 1)
    const quotes = flags[of]! & TokenFlag.Quoted
    return {
      source: this.source,
      at: start[of]! - quotes,
      width: Math.max(1, end[of]! - start[of]! + 2 * quotes),
    }
  }

  /** The next token as a name in `names`, completed with the origin; reports what is wrong with it. */
  readName(what = this.what): boolean {
    if (!this.more) return this.failMissing(`${what} is missing`)
    const { bytes, start, end, flags } = this.scan
    const token = this.token
    if (flags[token]! & TokenFlag.Quoted)
      return this.fail('quoted-name', `${what} is in quotes`, 'names are written without quotes')
    if (!this.names.read(bytes, start[token]!, end[token]!, this.origin)) return this.failName(what)
    if (this.names.nonAscii) this.warnNonAscii(what)
    this.token++
    return true
  }

  /** Says what `names` could not read. */
  failName(what: string): false {
    const { fault, faultAt, faultWidth } = this.names
    switch (fault) {
      case NameFault.EmptyLabel:
        return this.failAt(
          faultAt,
          1,
          'empty-label',
          `${what} ${this.text()} has an empty label`,
          EMPTY_LABEL_HINT,
        )
      case NameFault.LabelTooLong:
        return this.failAt(
          faultAt,
          faultWidth,
          'label-too-long',
          `${what} has a label of more than 63 octets (RFC 1035 §2.3.4)`,
        )
      case NameFault.NameTooLong:
        return this.fail(
          'name-too-long',
          `${what} has more than 255 octets (RFC 1035 §2.3.4)`,
          'is a final dot missing? Without it the origin is appended',
        )
      default:
        return this.failAt(faultAt, faultWidth, 'bad-escape', `${what} has a bad escape`, ESCAPE_HINT)
    }
  }

  /** Octets above 127 are legal (RFC 2181 §11), but nobody who types the name will ask for them. */
  warnNonAscii(what: string): void {
    const ascii = domainToASCII(this.text())
    const hint = ascii === '' ? undefined : `resolvers ask for ${ascii} (RFC 5890)`
    this.warn('non-ascii-name', `${what} ${this.text()} is not ASCII`, hint)
  }

  /** The token's octets with escapes resolved, in `octets`. `drop` is an octet to leave out where it is
   *  not escaped. False, and reported by the caller, when an escape is bad: see `failEscape`. */
  readOctets(token: number, drop = -1): boolean {
    return this.readOctetsBetween(this.scan.start[token]!, this.scan.end[token]!, drop)
  }

  readOctetsBetween(from: number, stop: number, drop = -1): boolean {
    const bytes = this.scan.bytes
    if (stop - from > this.octets.length) this.octets = new Uint8Array((stop - from) * 2)
    const octets = this.octets
    let count = 0
    let good = true
    for (let at = from; at < stop; at++) {
      const octet = bytes[at]!
      if (octet === ESCAPE) {
        const value = escapedOctet(bytes, at, stop)
        if (value >= 0) {
          octets[count++] = value
          at += escapeLength(bytes, at) - 1
        } else good = false
      } else if (octet !== drop) octets[count++] = octet
    }
    this.octetCount = count
    return good
  }

  failEscape(): false {
    const { bytes, start, end } = this.scan
    for (let at = start[this.token]!; at < end[this.token]!; at++) {
      if (bytes[at] !== ESCAPE) continue
      if (escapedOctet(bytes, at, end[this.token]!) < 0)
        return this.failAt(
          at,
          Math.min(4, end[this.token]! - at),
          'bad-escape',
          `${this.what} has a bad escape`,
          ESCAPE_HINT,
        )
      at += escapeLength(bytes, at) - 1
    }
    return false
  }

  private say(severity: Severity, token: number, code: string, text: string, hint?: string): false {
    this.report.add(this.place(token), { severity, code, text, hint })
    return false
  }
}

const EMPTY_LABEL_HINT = 'two dots in a row, or a dot at the beginning; an escaped dot is \\.'
const ESCAPE_HINT = 'an escape is \\ and one character, or \\ and three digits up to 255'
