/** A zone as read from its file, before it is compiled: what `parse` makes, `check` judges and
 *  `compile` turns into an image. */

import type { Owners } from './owners.ts'
import type { Records } from './records.ts'

/** One file a zone was read from: the zone file itself or something it includes. */
export interface Source {
  readonly path: string
  readonly bytes: Uint8Array
}

/** A word of a directive with its place, as the scanner found it. */
export interface Word {
  readonly text: string
  readonly quoted: boolean
  readonly line: number
  readonly column: number
  readonly width: number
}

/** A directive of the zone language that the master file reader does not itself obey
 *  (`$REGION`, `$POLICY`, …): its words in order, for the stage that knows what they mean. */
export interface Directive {
  readonly name: Word
  readonly words: readonly Word[]
  readonly source: number
  /** `$ORIGIN` in force at the directive, in wire form. */
  readonly origin: Uint8Array
}

/** `OWNER [TTL] [IN] GSLB …` or `… CONSUL …`: a line that is a record to the operator and a rule to us. */
export interface SteeringRecord {
  readonly type: Word
  readonly words: readonly Word[]
  /** The owner in `Zone.owners`. */
  readonly owner: number
  /** As written, or the `$TTL` in force; `undefined` when neither was given. */
  readonly ttl: number | undefined
  readonly source: number
  /** Byte offset of the entry in its source. */
  readonly entryAt: number
  readonly origin: Uint8Array
}

export interface Zone {
  /** The apex, in wire form, lower case. */
  readonly apex: Uint8Array
  readonly owners: Owners
  readonly records: Records
  readonly sources: readonly Source[]
  readonly directives: readonly Directive[]
  readonly steering: readonly SteeringRecord[]
  /** The apex in `owners`. */
  readonly apexOwner: number
  readonly serial: number
}
