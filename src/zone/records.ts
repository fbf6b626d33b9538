/** The records of one zone in flat columns, in file order. RDATA is in wire form, names inside it
 *  uncompressed and in the letter case of the file. */

import { Bytes } from '../base/growable.ts'
import { NO_RECORD, type Owners } from './owners.ts'

export class Records {
  count = 0
  readonly rdata: Bytes
  owner: Int32Array
  type: Uint16Array
  ttl: Int32Array
  rdataAt: Int32Array
  rdataLength: Uint16Array
  /** The next record of the same owner, in file order. */
  next: Int32Array
  /** Which of the zone's source files, and the byte offset of the entry in it, for diagnostics. */
  source: Uint16Array
  sourceAt: Int32Array

  constructor(expected: number) {
    const capacity = Math.max(16, expected)
    this.rdata = new Bytes(capacity * 8)
    this.owner = new Int32Array(capacity)
    this.type = new Uint16Array(capacity)
    this.ttl = new Int32Array(capacity)
    this.rdataAt = new Int32Array(capacity)
    this.rdataLength = new Uint16Array(capacity)
    this.next = new Int32Array(capacity)
    this.source = new Uint16Array(capacity)
    this.sourceAt = new Int32Array(capacity)
  }

  /** Adds a record whose RDATA already stands at the end of `rdata`, from `rdataAt` on. */
  add(
    owners: Owners,
    owner: number,
    type: number,
    ttl: number,
    rdataAt: number,
    source: number,
    sourceAt: number,
  ): number {
    if (this.count === this.owner.length) this.grow()
    const record = this.count++
    this.owner[record] = owner
    this.type[record] = type
    this.ttl[record] = ttl
    this.rdataAt[record] = rdataAt
    this.rdataLength[record] = this.rdata.count - rdataAt
    this.next[record] = NO_RECORD
    this.source[record] = source
    this.sourceAt[record] = sourceAt
    const last = owners.lastRecord[owner]!
    if (last === NO_RECORD) owners.firstRecord[owner] = record
    else this.next[last] = record
    owners.lastRecord[owner] = record
    return record
  }

  private grow(): void {
    const capacity = this.owner.length * 2
    this.owner = widen(this.owner, new Int32Array(capacity))
    this.type = widen(this.type, new Uint16Array(capacity))
    this.ttl = widen(this.ttl, new Int32Array(capacity))
    this.rdataAt = widen(this.rdataAt, new Int32Array(capacity))
    this.rdataLength = widen(this.rdataLength, new Uint16Array(capacity))
    this.next = widen(this.next, new Int32Array(capacity))
    this.source = widen(this.source, new Uint16Array(capacity))
    this.sourceAt = widen(this.sourceAt, new Int32Array(capacity))
  }
}

function widen<T extends Int32Array | Uint16Array>(from: T, to: T): T {
  to.set(from)
  return to
}
