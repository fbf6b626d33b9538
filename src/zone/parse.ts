/** Master file → records (RFC 1035 §5). Obeys `$ORIGIN`, `$TTL`, `$INCLUDE` and `$GENERATE`; collects the
 *  directives and steering records of the zone language without knowing what they mean. Judges each entry
 *  by itself; what records mean together is for `check.ts`. */

import { isWithin, LOWER, sameName } from '../wire/name.ts'
import { isMetaType, RrClass, RrType, typeName } from '../wire/types.ts'
import { Cursor } from './cursor.ts'
import { CLASS_BASE } from './mnemonics.ts'
import { type Origin, originFromName } from './name-text.ts'
import { readPeriod } from './number-text.ts'
import { NO_OWNER, Owners } from './owners.ts'
import { readRdata } from './rdata-text.ts'
import { findRecordWord, isClassWord, isSteeringWord, suggestType } from './record-words.ts'
import { Records } from './records.ts'
import { Reporter } from './report.ts'
import { Fault, Scanner, TokenFlag } from './scan.ts'
import type { ReadFile } from './source-file.ts'
import { readWord } from './words.ts'
import type { Directive, SteeringRecord } from './zone.ts'

/** Above it a TTL would be negative to old software (RFC 2181 §8). */
export const TTL_MAX = 0x7fffffff

const RDATA_BYTES_MAX = 0xffff
const DOLLAR = 0x24
const AT = 0x40
const NO_TTL = -1
/** The owner in force could not be read: entries that rely on it are read for their mistakes only. */
const LOST_OWNER = -2

const REFUSALS_MAX = 10_000

/** An entry that did not become a record; `type` is -1 when not even that could be read. */
export interface Refusal {
  owner: number
  readonly type: number
}

/** Does what a directive says. */
export type Obey = (parser: Parser, scan: Scanner) => void

export class Parser {
  readonly report = new Reporter()
  readonly owners: Owners
  readonly records: Records
  readonly directives: Directive[] = []
  steering: SteeringRecord[] = []
  /** Every file that was asked for, found or not. */
  readonly files = new Set<string>()
  readonly cursor: Cursor
  readonly readFile: ReadFile
  private readonly obey: Obey
  /** Settled by the SOA record: the file's name, or the `$ORIGIN` that stands above the SOA. */
  apex: Origin
  originWritten = false
  soaSeen = false
  /** `$TTL` in force. */
  defaultTtl = NO_TTL
  /** Owners and types of entries that were refused: what they would have provided is not missed again. */
  readonly refused: Refusal[] = []
  /** Paths being read, outermost first. */
  readonly including: string[] = []
  ownerRefused = false
  /** How many records `$GENERATE` has been asked for. */
  generated = 0
  /** Owner in force, for entries that begin with a blank. */
  owner = NO_OWNER
  private lastTtl = NO_TTL
  private warnedLastTtl = false
  /** Text of the last owner in `ownerScan`, so that a repeated one is not read again. */
  private ownerTextAt = 0
  private ownerTextEnd = 0
  private ownerScan: Scanner | undefined
  private ownerOrigin: Origin | undefined
  /** The owner that `parentOrigin` is, or NO_OWNER. */
  private parentOwner = NO_OWNER
  private parentOrigin: Origin | undefined

  constructor(apex: Uint8Array, first: Uint8Array, readFile: ReadFile, obey: Obey) {
    const expected = expectedEntries(first)
    this.owners = new Owners(expected)
    this.records = new Records(expected)
    this.readFile = readFile
    this.obey = obey
    this.apex = originFromName(apex.map(octet => LOWER[octet]!))
    this.cursor = new Cursor(new Scanner(new Uint8Array(0)), 0, this.apex, this.records.rdata, this.report)
  }

  /** Reads all entries of a source, with the state in force. */
  readSource(source: number): void {
    const scan = new Scanner(this.report.sources[source]!.bytes)
    this.cursor.scan = scan
    this.cursor.source = source
    while (scan.next()) {
      if (scan.fault !== Fault.None) this.refuseFaulty(scan)
      else if (!scan.blankOwner && scan.bytes[scan.start[0]!] === DOLLAR && scan.flags[0] === 0)
        this.obey(this, scan)
      else this.readRecord(scan, scan.entryAt)
    }
  }

  /** Gives every name its final number. */
  settle(): void {
    const moved = this.owners.settle(this.records)
    if (moved === undefined) return
    this.steering = this.steering.map(record => ({ ...record, owner: moved[record.owner]! }))
    for (const refusal of this.refused) refusal.owner = moved[refusal.owner]!
  }

  /** One record entry. `entryAt` is where a later problem with the record will be looked for. */
  readRecord(scan: Scanner, entryAt: number): void {
    const { cursor, records } = this
    this.readOwner(scan)
    cursor.token = scan.blankOwner ? 0 : 1
    let ttl = NO_TTL
    let word = NO_WORD
    for (let classSeen = false; ; cursor.token++) {
      if (cursor.token >= scan.count) return this.refuse(() => cursor.failMissing('the type is missing'))
      word = scan.flags[cursor.token] === 0 ? this.recordWord(scan, cursor.token) : NO_WORD
      if (word >= 0 && !isClassWord(word)) break
      if (isClassWord(word)) {
        if (classSeen) return this.refuse(() => cursor.fail('repeated-class', 'the class is given twice'))
        if (word - CLASS_BASE !== RrClass.IN) return this.refuse(() => this.failClass())
        classSeen = true
      } else {
        const read = readPeriod(scan.bytes, scan.start[cursor.token]!, scan.end[cursor.token]!)
        if (read < 0 || ttl !== NO_TTL) return this.refuse(() => this.failWord(ttl !== NO_TTL && read >= 0))
        if (read > TTL_MAX) return this.refuse(() => this.failTtl())
        ttl = read
      }
    }
    const typeToken = cursor.token++
    if (ttl !== NO_TTL) this.lastTtl = ttl
    if (isSteeringWord(word)) return this.addSteering(scan, typeToken, ttl)
    if (isMetaType(word)) return this.refuse(() => this.failMeta(typeToken, word), word)
    const rdataAt = records.rdata.count
    if (!readRdata(cursor, word)) {
      records.rdata.count = rdataAt
      return this.refuse(undefined, word)
    }
    if (records.rdata.count - rdataAt > RDATA_BYTES_MAX) {
      records.rdata.count = rdataAt
      return this.refuse(() =>
        cursor.fail('data-too-long', 'more than 65535 octets of data', undefined, typeToken),
      )
    }
    if (ttl === NO_TTL) ttl = this.defaultTtl === NO_TTL ? this.ttlFor(word, typeToken) : this.defaultTtl
    if (ttl === NO_TTL || this.owner === LOST_OWNER) {
      records.rdata.count = rdataAt
      return this.refuse(undefined, word)
    }
    records.add(this.owners, this.owner, word, ttl, rdataAt, cursor.source, entryAt)
    if (word === RrType.SOA) this.noteSoa()
  }

  /** Sets the owner in force. */
  private readOwner(scan: Scanner): void {
    if (scan.blankOwner) {
      if (this.owner !== NO_OWNER) return
      this.cursor.token = 0
      this.cursor.fail(
        'no-owner',
        'no owner stands above this line',
        'the first record names its owner, or @',
      )
      this.owner = LOST_OWNER
      return
    }
    const start = scan.start[0]!
    const end = scan.end[0]!
    if (this.repeatsOwner(scan, start, end) || (scan.flags[0] === 0 && this.readChild(scan))) return
    const { names, origin } = this.cursor
    this.cursor.token = 0
    if (scan.flags[0]! & TokenFlag.Quoted) {
      this.cursor.fail('quoted-name', 'the owner is in quotes', 'names are written without quotes')
    } else if (names.readOwner(scan.bytes, start, end, origin)) {
      this.owner = this.owners.append(names.bytes, 0, names.length, names.labels, names.hash)
      this.keepOwnerText(scan)
      if (names.nonAscii) this.cursor.warnNonAscii('the owner')
      return
    } else this.cursor.failName('the owner')
    this.owner = LOST_OWNER
    this.ownerRefused = true
    this.ownerScan = undefined
  }

  /** The straight path: one plain label below the origin, or the origin. */
  private readChild(scan: Scanner): boolean {
    const { origin } = this.cursor
    if (origin !== this.parentOrigin) this.findParent(origin)
    // `@` is the parent itself, and must not become a second owner of that name.
    const size = scan.end[0]! - scan.start[0]!
    const isParent = size === 1 && scan.bytes[scan.start[0]!] === AT
    if (isParent && this.parentOwner !== NO_OWNER) {
      this.owner = this.parentOwner
      this.keepOwnerText(scan)
      return true
    }
    const owner = this.owners.appendChild(scan.bytes, scan.start[0]!, scan.end[0]!, origin, this.parentOwner)
    if (owner === NO_OWNER) return false
    this.owner = owner
    this.keepOwnerText(scan)
    return true
  }

  /** The origin stands in the tree as soon as it has a child, but not for names outside the zone. */
  private findParent(origin: Origin): void {
    const { folded, length, labels, hash } = origin
    this.parentOrigin = origin
    this.parentOwner = isWithin(folded, 0, this.apex.folded)
      ? this.owners.append(folded, 0, length, labels, hash)
      : NO_OWNER
  }

  private keepOwnerText(scan: Scanner): void {
    this.ownerTextAt = scan.start[0]!
    this.ownerTextEnd = scan.end[0]!
    this.ownerScan = scan
    this.ownerOrigin = this.cursor.origin
  }

  /** Compared from the end, where consecutive owners most often differ. */
  private repeatsOwner(scan: Scanner, start: number, end: number): boolean {
    const length = end - start
    if (scan !== this.ownerScan || length !== this.ownerTextEnd - this.ownerTextAt) return false
    if (this.ownerOrigin !== this.cursor.origin) return false
    const bytes = scan.bytes
    const before = this.ownerTextAt
    for (let i = length - 1; i >= 0; i--) if (bytes[start + i] !== bytes[before + i]) return false
    return true
  }

  private recordWord(scan: Scanner, token: number): number {
    const start = scan.start[token]!
    const end = scan.end[token]!
    // The two words that nearly every line has.
    if (end - start === 1 && (scan.bytes[start]! | 0x20) === 0x61) return RrType.A
    if (end - start === 2 && (scan.bytes[start]! | 0x20) === 0x69 && (scan.bytes[start + 1]! | 0x20) === 0x6e)
      return CLASS_BASE + RrClass.IN
    const first = scan.bytes[start]! - 0x30
    return first >= 0 && first <= 9 ? NO_WORD : findRecordWord(scan.bytes, start, end)
  }

  /** What a record without a TTL gets when no `$TTL` is in force: the last one given (RFC 1035 §5.1), or
   *  for the SOA its minimum, which then serves as `$TTL`, as BIND does it. */
  private ttlFor(type: number, typeToken: number): number {
    const hint = 'begin the file with $TTL (RFC 2308 §4)'
    if (this.lastTtl !== NO_TTL) {
      if (!this.warnedLastTtl)
        this.cursor.warn(
          'last-ttl',
          `no TTL and no $TTL: the last TTL given, ${this.lastTtl}, is used`,
          hint,
          typeToken,
        )
      this.warnedLastTtl = true
      return this.lastTtl
    }
    if (type !== RrType.SOA) {
      this.cursor.fail('no-ttl', 'no TTL, and neither $TTL nor an earlier one', hint, typeToken)
      return NO_TTL
    }
    const { items, count } = this.records.rdata
    const minimum = new DataView(items.buffer, items.byteOffset).getUint32(count - 4)
    this.defaultTtl = Math.min(minimum, TTL_MAX)
    this.cursor.warn(
      'soa-minimum-ttl',
      `no TTL and no $TTL: the SOA's minimum, ${minimum}, is used`,
      hint,
      typeToken,
    )
    return this.defaultTtl
  }

  private noteSoa(): void {
    if (this.soaSeen) return
    this.soaSeen = true
    const { names, nameAt, nameLength, labels, hash } = this.owners
    const { origin } = this.cursor
    const length = nameLength[this.owner]!
    const at = nameAt[this.owner]!
    const isOrigin = length === origin.length && sameName(names.items, at, origin.bytes, 0, length)
    const isApex = length === this.apex.length && sameName(names.items, at, this.apex.bytes, 0, length)
    if (!this.originWritten || !isOrigin || isApex) return
    const bytes = names.items.slice(at, at + length)
    this.apex = { bytes, folded: bytes, length, labels: labels[this.owner]!, hash: hash[this.owner]! }
    this.parentOrigin = undefined
    // Parents were given by the apex before.
    this.owners.parent.fill(NO_OWNER, 0, this.owners.count)
  }

  private addSteering(scan: Scanner, typeToken: number, ttl: number): void {
    if (this.owner === LOST_OWNER) return
    const effective = ttl === NO_TTL ? this.defaultTtl : ttl
    const words = []
    for (let token = typeToken + 1; token < scan.count; token++) words.push(readWord(this.cursor, token))
    this.steering.push({
      type: readWord(this.cursor, typeToken),
      words,
      owner: this.owner,
      ttl: effective === NO_TTL ? undefined : effective,
      source: this.cursor.source,
      entryAt: scan.entryAt,
      origin: this.cursor.origin.bytes,
    })
  }

  /** The entry will not become a record; `say` reports why, if that has not been done. */
  private refuse(say?: () => void, type = -1): void {
    say?.()
    if (this.owner === LOST_OWNER) this.ownerRefused = true
    else if (this.refused.length < REFUSALS_MAX) this.refused.push({ owner: this.owner, type })
  }

  private refuseFaulty(scan: Scanner): void {
    const [code, text, hint] = FAULT_TEXTS[scan.fault]!
    this.cursor.token = 0
    this.cursor.failAt(scan.faultAt, 1, code, text, hint)
    // The owner still holds for the lines below.
    const isDirective = scan.count > 0 && scan.bytes[scan.start[0]!] === DOLLAR
    if (isDirective || scan.count === 0) return
    this.readOwner(scan)
    this.refuse()
  }

  private failClass(): void {
    this.cursor.fail('not-class-in', `class ${this.cursor.text()}: only IN is served from zone files`)
  }

  private failTtl(): void {
    this.cursor.fail('ttl-too-large', `TTL ${this.cursor.text()} is above ${TTL_MAX} (RFC 2181 §8)`)
  }

  private failMeta(token: number, type: number): void {
    this.cursor.fail(
      'meta-type',
      `${typeName(type)} can be asked for, not stored (RFC 6895 §3.1)`,
      undefined,
      token,
    )
  }

  /** `A 192.0.2.1`: what stands in the owner's place is a type, and no type follows. */
  private ownerIsType(scan: Scanner): boolean {
    const isType = (token: number): boolean => {
      const word = findRecordWord(scan.bytes, scan.start[token]!, scan.end[token]!)
      return word >= 0 && !isClassWord(word)
    }
    if (scan.blankOwner || !isType(0)) return false
    for (let token = this.cursor.token; token < scan.count; token++) if (isType(token)) return false
    return true
  }

  private failWord(repeatedTtl: boolean): void {
    const { cursor } = this
    const text = cursor.text()
    if (repeatedTtl) return void cursor.fail('repeated-ttl', 'the TTL is given twice')
    const { scan } = cursor
    const hint = this.ownerIsType(scan)
      ? 'a line without an owner begins with a blank'
      : text.startsWith('$')
        ? 'a directive begins in the first column'
        : suggestType(text)
    const code = /^\d/.test(text) ? 'bad-ttl' : 'unknown-type'
    const what = code === 'bad-ttl' ? 'is neither a TTL nor a type' : 'is not a type'
    cursor.fail(code, `${text} ${what}`, hint)
  }
}

const NO_WORD = -1

const FAULT_TEXTS: Record<number, readonly [code: string, text: string, hint?: string]> = {
  [Fault.UnclosedParenthesis]: ['unclosed-parenthesis', 'this parenthesis is never closed'],
  [Fault.UnopenedParenthesis]: ['unopened-parenthesis', 'no parenthesis is open here'],
  [Fault.UnclosedQuote]: [
    'unclosed-quote',
    'this quote is not closed on its line',
    'a quote in the data is written \\", a line feed \\010',
  ],
  [Fault.DanglingEscape]: ['bad-escape', 'a backslash at the end of a line', 'parentheses continue a line'],
}

const SAMPLE_BYTES = 65_536
/** ` A 1.2.3.4` and its line end. */
const ENTRY_BYTES_MIN = 11

/** How many entries the file may hold, from the length of its first lines. Room that is not used costs
 *  nothing: the system hands out pages as they are touched. */
function expectedEntries(bytes: Uint8Array): number {
  const sample = Math.min(bytes.length, SAMPLE_BYTES)
  let lines = 1
  for (let at = 0; at < sample; at++) if (bytes[at] === 0x0a) lines++
  const expected = Math.ceil((bytes.length / Math.max(1, sample)) * lines * 1.1)
  return Math.min(expected, Math.ceil(bytes.length / ENTRY_BYTES_MIN)) + 16
}
