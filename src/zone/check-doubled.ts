/** Names that lost their final dot: in the zone example.com, `www.example.com` without it is
 *  `www.example.com.example.com.` (RFC 1035 §5.1). That is legal and hardly ever meant. Knows where such names
 *  are written; which of them a record holds is for whoever asks. */

import { isWithin, nameLength, printName, sameName } from '../wire/name.ts'
import { fieldName } from './field-names.ts'
import { type Part, wordOf } from './locate.ts'
import { NameReader, type Origin, originFromName } from './name-text.ts'
import { NO_OWNER } from './owners.ts'
import type { Parser } from './parse.ts'
import { endsWithLabels } from './tree.ts'
import type { SteeringRecord } from './zone.ts'

export const DOUBLED_ORIGIN = 'doubled-origin'

const SOURCES_MAX = 0x10000
const ROOT = originFromName(new Uint8Array(1))
const TARGET_WORD = 1

const reader = new NameReader()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()

export class DoubledNames {
  /** Fewer labels cannot hold the apex twice. */
  readonly labelsMin: number
  private readonly parser: Parser
  /** Owners of steering records that were spoken of. */
  private readonly steered = new Set<number>()
  /** The entry last looked at, for each of its parts: all that one `$GENERATE` makes is one mistake. */
  private readonly entries = new Map<Part, number>()

  constructor(parser: Parser) {
    this.parser = parser
    // A zone of one label is too likely to hold that label again.
    this.labelsMin = parser.apex.labels < 2 ? Infinity : parser.apex.labels * 2
  }

  checkOwner(owner: number): void {
    const { owners, records } = this.parser
    if (!this.isDoubledOwner(owner) || this.steered.has(owner)) return
    const record = owners.firstRecord[owner]!
    this.look('the owner', records.source[record]!, records.sourceAt[record]!, 'owner', () =>
      printName(owners.names.items, owners.nameAt[owner]!),
    )
  }

  /** A name in the data of a record, and which word of the data it is. */
  checkTarget(record: number, word: number, nameAt: number): void {
    const { records, apex } = this.parser
    const bytes = records.rdata.items
    if (apex.labels < 2 || !endsTwice(bytes, nameAt, nameLength(bytes, nameAt), apex)) return
    const what = fieldName(records.type[record]!, word)
    this.look(what, records.source[record]!, records.sourceAt[record]!, word, () => printName(bytes, nameAt))
  }

  checkSoa(record: number): void {
    const { records } = this.parser
    const primaryAt = records.rdataAt[record]!
    this.checkTarget(record, 0, primaryAt)
    this.checkTarget(record, 1, primaryAt + nameLength(records.rdata.items, primaryAt))
  }

  /** Before the owners of records, which need not be spoken of again. */
  checkSteering(): void {
    const { owners, steering } = this.parser
    for (const rule of steering) {
      const { owner, source, entryAt } = rule
      const isInZone = owners.parent[owner] !== NO_OWNER
      if (isInZone && owners.labels[owner]! >= this.labelsMin && this.isDoubledOwner(owner)) {
        const made = (): string => printName(owners.names.items, owners.nameAt[owner]!)
        if (!this.steered.has(owner) && this.look('the owner', source, entryAt, 'owner', made))
          this.steered.add(owner)
      }
      if (rule.type.text.toUpperCase() === 'GSLB') this.checkSteeringTarget(rule)
    }
  }

  private checkSteeringTarget({ words, origin, source, entryAt }: SteeringRecord): void {
    const { apex } = this.parser
    const text = encoder.encode(words[TARGET_WORD]?.text ?? '@')
    if (apex.labels < 2 || !reader.read(text, 0, text.length, originFromName(origin))) return
    if (!endsTwice(reader.bytes, 0, reader.length, apex)) return
    const name = printName(reader.bytes)
    this.look('the target', source, entryAt, TARGET_WORD, () => name)
  }

  private isDoubledOwner(owner: number): boolean {
    const { owners, apex } = this.parser
    return endsTwice(owners.names.items, owners.nameAt[owner]!, owners.nameLength[owner]!, apex)
  }

  /** Whether something was said. */
  private look(what: string, source: number, entryAt: number, part: Part, made: () => string): boolean {
    const { report, apex } = this.parser
    const entry = entryAt * SOURCES_MAX + source
    if (this.entries.get(part) === entry) return false
    this.entries.set(part, entry)
    const word = wordOf(this.parser, source, entryAt, part)
    if (word === undefined) return false
    const hint = lostDot(report.sources[source]!.bytes, word.at, word.at + word.width, apex)
    if (hint === undefined) return false
    report.add(word, { severity: 'warning', code: DOUBLED_ORIGIN, text: `${what} is ${made()}`, hint })
    return true
  }
}

/** What to write instead, if the text is a relative name that itself ends in the apex. A name below an `$ORIGIN`
 *  that lost its dot ends in the apex twice as well, and is not at fault. */
export function lostDot(
  bytes: Uint8Array,
  start: number,
  end: number,
  { bytes: apex, labels }: Origin,
): string | undefined {
  if (labels < 2 || !reader.read(bytes, start, end, ROOT)) return undefined
  if (!reader.relative || !isWithin(reader.bytes, 0, apex)) return undefined
  return `${decoder.decode(bytes.subarray(start, end))}. with a final dot, if that is meant`
}

/** Told from the octets where the first of the two would stand, so that it costs next to nothing for a name
 *  that is as it should be. */
function endsTwice(bytes: Uint8Array, nameAt: number, length: number, apex: Origin): boolean {
  const lastAt = nameAt + length - apex.length
  const firstAt = lastAt - apex.length + 1
  return (
    firstAt >= nameAt &&
    sameName(bytes, firstAt, apex.bytes, 0, apex.length - 1) &&
    sameName(bytes, lastAt, apex.bytes, 0, apex.length) &&
    endsWithLabels(bytes, nameAt, firstAt)
  )
}
