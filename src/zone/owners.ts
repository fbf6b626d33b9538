/** The owner names of one zone, each stored once, found by hash. Also the zone's tree: every owner knows
 *  its parent once `tree.ts` has run. Flat columns: no object per name. */

import { Bytes } from '../base/growable.ts'
import { sameName } from '../wire/name.ts'

export const NO_OWNER = -1
export const NO_RECORD = -1

/** What `tree.ts` finds out about an owner. */
export const OwnerFlag = {
  /** Delegated away: NS below the apex. */
  Cut: 1,
  /** Strictly below a cut: glue or nothing. */
  BelowCut: 2,
  Dname: 4,
  /** Strictly below a DNAME: unreachable. */
  BelowDname: 8,
  Cname: 16,
  /** `*.THIS` exists. */
  WildcardChild: 32,
  /** Has no records of its own (RFC 4592 §2.2.2). */
  EmptyNonTerminal: 64,
  Wildcard: 128,
} as const

/** What `settle` has to know of records. */
interface Chains {
  readonly count: number
  readonly owner: Int32Array
  readonly next: Int32Array
}

export class Owners {
  count = 0
  /** Names in wire form, lower case. */
  readonly names: Bytes
  nameAt: Int32Array
  nameLength: Uint8Array
  labels: Uint8Array
  hash: Int32Array
  /** First and last record of the owner, in file order; see `Records.next`. */
  firstRecord: Int32Array
  lastRecord: Int32Array
  /** Filled by `tree.ts`. */
  parent: Int32Array
  flags: Uint8Array
  /** Empty until `settle`. */
  private slots = new Int32Array(0)

  constructor(expected: number) {
    const capacity = Math.max(16, expected)
    this.names = new Bytes(capacity * 24)
    this.nameAt = new Int32Array(capacity)
    this.nameLength = new Uint8Array(capacity)
    this.labels = new Uint8Array(capacity)
    this.hash = new Int32Array(capacity)
    this.firstRecord = new Int32Array(capacity)
    this.lastRecord = new Int32Array(capacity)
    this.parent = new Int32Array(capacity)
    this.flags = new Uint8Array(capacity)
  }

  /** The owner with this name, or NO_OWNER. */
  find(bytes: Uint8Array, at: number, length: number, hash: number): number {
    const mask = this.slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const owner = this.slots[slot]! - 1
      if (owner < 0) return NO_OWNER
      if (
        this.hash[owner] === hash &&
        this.nameLength[owner] === length &&
        sameName(this.names.items, this.nameAt[owner]!, bytes, at, length)
      ) {
        return owner
      }
    }
  }

  /** The owner with this lower-case name, made if it is new. Not before `settle`. */
  intern(bytes: Uint8Array, at: number, length: number, labels: number, hash: number): number {
    const known = this.find(bytes, at, length, hash)
    if (known !== NO_OWNER) return known
    const owner = this.append(bytes, at, length, labels, hash)
    this.place(owner)
    return owner
  }

  /** Adds a lower-case name without asking whether it is there already. Asking for each line of a large
   *  file would wait for memory each time; `settle` asks for all at once in a loop so short that the
   *  waits overlap, which is five times faster. */
  append(bytes: Uint8Array, at: number, length: number, labels: number, hash: number): number {
    if (this.count === this.nameAt.length) this.grow()
    const owner = this.count++
    this.nameAt[owner] = this.names.copy(bytes, at, at + length)
    this.nameLength[owner] = length
    this.labels[owner] = labels
    this.hash[owner] = hash
    this.firstRecord[owner] = NO_RECORD
    this.lastRecord[owner] = NO_RECORD
    this.parent[owner] = NO_OWNER
    return owner
  }

  /** Makes one owner of all that were appended with the same name; from then on `find` and `intern` work.
   *  Returns each appended owner's number afterwards, or undefined when nothing moved. */
  settle(records: Chains): Int32Array | undefined {
    this.slots = new Int32Array(slotCount(this.nameAt.length))
    const { slots, hash } = this
    const mask = slots.length - 1
    let moved: Int32Array | undefined
    let kept = 0
    for (let owner = 0; owner < this.count; owner++) {
      const ownHash = hash[owner]!
      let slot = ownHash & mask
      while (
        slots[slot] !== 0 &&
        !(hash[slots[slot]! - 1] === ownHash && this.sameNames(slots[slot]! - 1, owner))
      )
        slot = (slot + 1) & mask
      if (slots[slot] === 0) {
        if (kept !== owner) this.move(owner, kept)
        slots[slot] = kept + 1
        if (moved !== undefined) moved[owner] = kept
        kept++
      } else {
        moved ??= Int32Array.from({ length: this.count }, (_, index) => index)
        moved[owner] = slots[slot]! - 1
        this.joinChains(records, slots[slot]! - 1, owner)
      }
    }
    this.count = kept
    if (moved === undefined) return undefined
    const { owner } = records
    for (let record = 0; record < records.count; record++) owner[record] = moved[owner[record]!]!
    return moved
  }

  private sameNames(a: number, b: number): boolean {
    const { items } = this.names
    const length = this.nameLength[a]!
    return length === this.nameLength[b] && sameName(items, this.nameAt[a]!, items, this.nameAt[b]!, length)
  }

  private move(from: number, to: number): void {
    this.nameAt[to] = this.nameAt[from]!
    this.nameLength[to] = this.nameLength[from]!
    this.labels[to] = this.labels[from]!
    this.hash[to] = this.hash[from]!
    this.firstRecord[to] = this.firstRecord[from]!
    this.lastRecord[to] = this.lastRecord[from]!
  }

  /** Owners come in the order of the file, so the later one's records follow the earlier one's. */
  private joinChains(records: Chains, earlier: number, later: number): void {
    const first = this.firstRecord[later]!
    if (first === NO_RECORD) return
    const last = this.lastRecord[earlier]!
    if (last === NO_RECORD) this.firstRecord[earlier] = first
    else records.next[last] = first
    this.lastRecord[earlier] = this.lastRecord[later]!
  }

  private place(owner: number): void {
    const mask = this.slots.length - 1
    let slot = this.hash[owner]! & mask
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask
    this.slots[slot] = owner + 1
  }

  private grow(): void {
    const capacity = this.nameAt.length * 2
    this.nameAt = widen(this.nameAt, new Int32Array(capacity))
    this.nameLength = widen(this.nameLength, new Uint8Array(capacity))
    this.labels = widen(this.labels, new Uint8Array(capacity))
    this.hash = widen(this.hash, new Int32Array(capacity))
    this.firstRecord = widen(this.firstRecord, new Int32Array(capacity))
    this.lastRecord = widen(this.lastRecord, new Int32Array(capacity))
    this.parent = widen(this.parent, new Int32Array(capacity))
    this.flags = widen(this.flags, new Uint8Array(capacity))
    if (this.slots.length === 0) return
    this.slots = new Int32Array(slotCount(capacity))
    for (let owner = 0; owner < this.count; owner++) this.place(owner)
  }
}

/** At most half full, so that a probe is short. */
function slotCount(owners: number): number {
  return 2 ** Math.ceil(Math.log2(owners * 2))
}

function widen<T extends Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from)
  return to
}
