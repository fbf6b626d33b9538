/** The lexer of master files: bytes in, one entry (a logical line, parentheses joined) at a time out, as
 *  columns of token offsets that are used again for the next entry. Makes no strings and knows no types,
 *  names or directives; escapes are left in place for whoever reads the token. */

export const TokenFlag = {
  /** `"…"`: `start` and `end` leave the quotes out. */
  Quoted: 1,
  /** A backslash is inside. */
  Escaped: 2,
  /** `key="value"`: the quotes are inside the token. */
  QuotedValue: 4,
} as const

/** Why an entry cannot be read. Only the first fault of an entry is kept: the others follow from it. */
export const Fault = {
  None: 0,
  UnclosedParenthesis: 1,
  UnopenedParenthesis: 2,
  UnclosedQuote: 3,
  DanglingEscape: 4,
} as const

const Kind = { Word: 0, Blank: 1, Newline: 2, Open: 3, Close: 4, Comment: 5, Quote: 6, Escape: 7 } as const

const NEWLINE = 0x0a
const QUOTE = 0x22
const EQUALS = 0x3d
const ESCAPE = 0x5c

const KINDS = new Uint8Array(256)
// A carriage return counts as a blank, which makes CRLF a line end and nothing else.
for (const octet of [0x20, 0x09, 0x0d]) KINDS[octet] = Kind.Blank
KINDS[NEWLINE] = Kind.Newline
KINDS[0x28] = Kind.Open
KINDS[0x29] = Kind.Close
KINDS[0x3b] = Kind.Comment
KINDS[QUOTE] = Kind.Quote
KINDS[ESCAPE] = Kind.Escape

/** An unclosed parenthesis makes the scanner read to the end of the file and come back; a file full of
 *  them would take quadratic time, so after this many the rest is given up. */
const UNCLOSED_MAX = 8

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf]

/** Where the text begins: behind the byte order mark, if there is one. */
export function textStart(bytes: Uint8Array): number {
  return BYTE_ORDER_MARK.every((octet, i) => bytes[i] === octet) ? BYTE_ORDER_MARK.length : 0
}

export class Scanner {
  readonly bytes: Uint8Array
  /** Byte offset and 1-based line of the entry's first line. */
  entryAt = 0
  entryLine = 1
  /** The entry's line begins with a blank: its owner is the one before. */
  blankOwner = false
  count = 0
  start = new Int32Array(64)
  end = new Int32Array(64)
  flags = new Uint8Array(64)
  fault: number = Fault.None
  faultAt = 0
  private at = 0
  private line = 1
  private unclosed = 0

  constructor(bytes: Uint8Array, at = 0, line = 1) {
    this.bytes = bytes
    this.at = at === 0 ? textStart(bytes) : at
    this.line = line
  }

  /** Reads the next entry that has at least one token or a fault; false at the end of the file. */
  next(): boolean {
    const bytes = this.bytes
    const length = bytes.length
    let at = this.at
    let depth = 0
    let openedAt = 0
    this.count = 0
    this.fault = Fault.None
    this.begin(at)
    while (at < length) {
      switch (KINDS[bytes[at]!]) {
        case Kind.Word:
        case Kind.Escape:
          at = this.readWord(at)
          break
        case Kind.Blank:
          if (at === this.entryAt) this.blankOwner = true
          at++
          break
        case Kind.Newline:
          at++
          this.line++
          if (depth > 0) break
          if (this.count > 0 || this.fault !== Fault.None) {
            this.at = at
            return true
          }
          this.begin(at)
          break
        case Kind.Open:
          if (depth++ === 0) openedAt = at
          at++
          break
        case Kind.Close:
          if (depth === 0) this.setFault(Fault.UnopenedParenthesis, at)
          else depth--
          at++
          break
        case Kind.Comment:
          while (at < length && bytes[at] !== NEWLINE) at++
          break
        default:
          at = this.readQuoted(at)
      }
    }
    this.at = at
    if (depth > 0) this.recover(openedAt)
    return this.count > 0 || this.fault !== Fault.None
  }

  /** Whether the token is exactly this ASCII text, without quotes. */
  is(token: number, text: string): boolean {
    const start = this.start[token]!
    if (this.end[token]! - start !== text.length || this.flags[token]! & TokenFlag.Quoted) return false
    for (let i = 0; i < text.length; i++) if (this.bytes[start + i] !== text.charCodeAt(i)) return false
    return true
  }

  private begin(at: number): void {
    this.entryAt = at
    this.entryLine = this.line
    this.blankOwner = false
  }

  private readWord(start: number): number {
    const bytes = this.bytes
    const length = bytes.length
    let at = start
    let flags = 0
    for (;;) {
      while (at < length && KINDS[bytes[at]!] === Kind.Word) at++
      if (at >= length) break
      if (bytes[at] === ESCAPE) {
        flags |= TokenFlag.Escaped
        at = this.skipEscape(at)
      } else if (bytes[at] === QUOTE && at > start && bytes[at - 1] === EQUALS) {
        flags |= TokenFlag.QuotedValue
        const closed = this.endOfQuoted(at)
        if (closed < 0) flags |= TokenFlag.Escaped
        at = Math.abs(closed) + (bytes[Math.abs(closed)] === QUOTE ? 1 : 0)
      } else break
    }
    this.push(start, at, flags)
    return at
  }

  private readQuoted(quoteAt: number): number {
    const closed = this.endOfQuoted(quoteAt)
    const end = Math.abs(closed)
    this.push(quoteAt + 1, end, TokenFlag.Quoted | (closed < 0 ? TokenFlag.Escaped : 0))
    return this.bytes[end] === QUOTE ? end + 1 : end
  }

  /** Offset of the closing quote, negative if there are escapes inside. A string ends on its line: one
   *  that does not is far more often a forgotten quote than a wish for a line feed in the data. */
  private endOfQuoted(quoteAt: number): number {
    const bytes = this.bytes
    let at = quoteAt + 1
    let escaped = false
    while (at < bytes.length && bytes[at] !== QUOTE && bytes[at] !== NEWLINE) {
      if (bytes[at] === ESCAPE) {
        escaped = true
        at = this.skipEscape(at)
      } else at++
    }
    if (bytes[at] !== QUOTE) this.setFault(Fault.UnclosedQuote, quoteAt)
    return escaped ? -at : at
  }

  private skipEscape(at: number): number {
    const next = this.bytes[at + 1]
    if (next !== undefined && next !== NEWLINE) return at + 2
    this.setFault(Fault.DanglingEscape, at)
    return at + 1
  }

  private push(start: number, end: number, flags: number): void {
    const token = this.count++
    if (token === this.start.length) this.grow()
    this.start[token] = start
    this.end[token] = end
    this.flags[token] = flags
  }

  private grow(): void {
    const { start, end, flags } = this
    this.start = new Int32Array(start.length * 4)
    this.end = new Int32Array(start.length * 4)
    this.flags = new Uint8Array(start.length * 4)
    this.start.set(start)
    this.end.set(end)
    this.flags.set(flags)
  }

  private setFault(fault: number, at: number): void {
    if (this.fault !== Fault.None) return
    this.fault = fault
    this.faultAt = at
  }

  /** Goes back to the first line after the opening parenthesis that looks like a new entry, because lines
   *  inside parentheses are by custom indented, so that one mistake does not hide the others. */
  private recover(openedAt: number): void {
    const bytes = this.bytes
    this.fault = Fault.UnclosedParenthesis
    this.faultAt = openedAt
    if (++this.unclosed > UNCLOSED_MAX) return
    let line = this.entryLine
    for (let at = this.entryAt; at < bytes.length; at++) {
      if (bytes[at] !== NEWLINE) continue
      line++
      const kind = KINDS[bytes[at + 1] ?? NEWLINE]
      if (at < openedAt || (kind !== Kind.Word && kind !== Kind.Escape)) continue
      this.at = at + 1
      this.line = line
      while (this.count > 0 && this.start[this.count - 1]! > at) this.count--
      return
    }
  }
}
