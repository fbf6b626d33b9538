/** What all checks share: the zone, how to say where something is wrong with it, and what the parser
 *  refused, so that nothing is said to be missing that was only misspelt. */

import type { Severity } from '../base/problem.ts'
import { printName } from '../wire/name.ts'
import { DoubledNames } from './check-doubled.ts'
import { type Part, placeOf } from './locate.ts'
import { NO_RECORD } from './owners.ts'
import type { Parser } from './parse.ts'

export class ZoneUnderCheck {
  readonly parser: Parser
  readonly apexOwner: number
  readonly doubled: DoubledNames
  /** Owners that an NS record of a delegation names: their addresses below a cut are glue. */
  readonly isNameServer: Uint8Array
  /** Owners with entries that were refused: what is missing there may be among them. */
  private readonly refusedOwners: Set<number>
  private readonly steeredOwners: Set<number>

  constructor(parser: Parser, apexOwner: number) {
    this.parser = parser
    this.apexOwner = apexOwner
    this.doubled = new DoubledNames(parser)
    this.isNameServer = new Uint8Array(parser.owners.count)
    this.refusedOwners = new Set(parser.refused.map(refusal => refusal.owner))
    this.steeredOwners = new Set(parser.steering.map(rule => rule.owner))
  }

  /** GSLB and CONSUL give an owner addresses too. */
  isSteered(owner: number): boolean {
    return this.steeredOwners.has(owner)
  }

  say(severity: Severity, record: number, part: Part, code: string, text: string, hint?: string): void {
    this.parser.report.add(placeOf(this.parser, record, part), { severity, code, text, hint })
  }

  nameOf(owner: number): string {
    return printName(this.parser.owners.names.items, this.parser.owners.nameAt[owner]!)
  }

  ownerOf(record: number): string {
    return this.nameOf(this.parser.records.owner[record]!)
  }

  /** Whether what seems missing at an owner may have been refused by the parser. */
  mayBeRefused(owner: number): boolean {
    return this.parser.ownerRefused || this.refusedOwners.has(owner)
  }

  /** The first record of this type, or NO_RECORD. */
  find(owner: number, type: number): number {
    const { owners, records } = this.parser
    for (let record = owners.firstRecord[owner]!; record !== NO_RECORD; record = records.next[record]!) {
      if (records.type[record] === type) return record
    }
    return NO_RECORD
  }
}
