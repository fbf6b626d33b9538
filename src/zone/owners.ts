/** The owner names of one zone, each stored once, found by hash. Also the zone's tree: every owner knows
 *  its parent once `tree.ts` has run. Flat columns: no object per name. */

import { Bytes } from '../base/growable.ts'
import { extendHash, LABEL_BYTES_MAX, LOWER, labelHash, NAME_BYTES_MAX, sameName } from '../wire/name.ts'

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

/** What children are appended to; see `Origin`. */
interface ChildOrigin {
  readonly folded: Uint8Array
  readonly length: number
  readonly labels: number
  readonly hash: number
}

/** What a plain label is made of, in lower case; 0 for what needs a closer look: dots, escapes, `@`, `*`. */
const PLAIN = LOWER.map(octet => {
  const isPrintable = octet > 0x20 && octet < 0x7f
  return isPrintable && !'.\\@*'.includes(String.fromCharCode(octet)) ? octet : 0
})

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

  /** Adds the name that this text, one plain label, makes below `origin`: the owner that most lines of most
   *  large zones have. NO_OWNER when the text is more than that, or cannot be an owner. */
  appendChild(text: Uint8Array, start: number, end: number, origin: ChildOrigin, parent: number): number {
    const size = end - start
    const length = size + 1 + origin.length
    if (size > LABEL_BYTES_MAX || length > NAME_BYTES_MAX) return NO_OWNER
    const { names } = this
    const at = names.reserve(length)
    const { items } = names
    items[at] = size
    let to = at + 1
    for (let from = start; from < end; from++) {
      const octet = PLAIN[text[from]!]!
      if (octet === 0) {
        names.count = at
        return NO_OWNER
      }
      items[to++] = octet
    }
    const suffix = origin.folded
    for (let from = 0; from < origin.length; from++) items[to++] = suffix[from]!
    const hash = extendHash(origin.hash, labelHash(items, at))
    return this.addColumns(at, length, origin.labels + 1, hash, parent)
  }

  /** Adds a lower-case name without asking whether it is there already. Asking for each line of a large
   *  file would wait for memory each time; `settle` asks for all at once in a loop so short that the
   *  waits overlap, which is five times faster. */
  append(bytes: Uint8Array, at: number, length: number, labels: number, hash: number): number {
    return this.addColumns(this.names.copy(bytes, at, at + length), length, labels, hash, NO_OWNER)
  }

  private addColumns(nameAt: number, length: number, labels: number, hash: number, parent: number): number {
    if (this.count === this.nameAt.length) this.grow()
    const owner = this.count++
    this.nameAt[owner] = nameAt
    this.nameLength[owner] = length
    this.labels[owner] = labels
    this.hash[owner] = hash
    this.firstRecord[owner] = NO_RECORD
    this.lastRecord[owner] = NO_RECORD
    this.parent[owner] = parent
    return owner
  }

  /** Makes one owner of all that were appended with the same name; from then on `find` and `intern` work.
   *  Returns each appended owner's number afterwards, or undefined when all stayed what they were. */
  settle(records: Chains): Int32Array | undefined {
    this.slots = new Int32Array(slotCount(this.count))
    const { slots, hash } = this
    const mask = slots.length - 1
    /** For each owner the first one with its name; made when there is a second. */
    let firsts: Int32Array | undefined
    for (let owner = 0; owner < this.count; owner++) {
      const ownHash = hash[owner]!
      let slot = ownHash & mask
      let taken = slots[slot]! - 1
      while (taken >= 0 && !(hash[taken] === ownHash && this.sameNames(taken, owner))) {
        slot = (slot + 1) & mask
        taken = slots[slot]! - 1
      }
      if (taken < 0) slots[slot] = owner + 1
      else {
        firsts ??= Int32Array.from({ length: this.count }, (_, index) => index)
        firsts[owner] = taken
        this.joinChains(records, taken, owner)
      }
    }
    return firsts === undefined ? undefined : this.closeGaps(records, firsts)
  }

  /** Puts the last owners into the places of those that were not the first of their name. */
  private closeGaps(records: Chains, firsts: Int32Array): Int32Array {
    const places = Int32Array.from({ length: this.count }, (_, index) => index)
    let last = this.count - 1
    let gaps = 0
    for (let owner = 0; owner < this.count; owner++) if (firsts[owner] !== owner) gaps++
    for (let gap = 0; gap < this.count - gaps; gap++) {
      if (firsts[gap] === gap) continue
      while (firsts[last] !== last) last--
      this.move(last, gap)
      places[last--] = gap
    }
    for (let owner = 0; owner < this.count; owner++) places[owner] = places[firsts[owner]!]!
    this.count -= gaps
    const { owner } = records
    for (let record = 0; record < records.count; record++) owner[record] = places[owner[record]!]!
    const { parent } = this
    for (let child = 0; child < this.count; child++)
      if (parent[child] !== NO_OWNER) parent[child] = places[parent[child]!]!
    return places
  }

  private sameNames(a: number, b: number): boolean {
    const { items } = this.names
    const length = this.nameLength[a]!
    return length === this.nameLength[b] && sameName(items, this.nameAt[a]!, items, this.nameAt[b]!, length)
  }

  private move(from: number, to: number): void {
    const mask = this.slots.length - 1
    let slot = this.hash[from]! & mask
    while (this.slots[slot] !== from + 1) slot = (slot + 1) & mask
    this.slots[slot] = to + 1
    this.nameAt[to] = this.nameAt[from]!
    this.nameLength[to] = this.nameLength[from]!
    this.labels[to] = this.labels[from]!
    this.hash[to] = this.hash[from]!
    this.firstRecord[to] = this.firstRecord[from]!
    this.lastRecord[to] = this.lastRecord[from]!
    this.parent[to] = this.parent[from]!
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
    if (this.count * 2 > this.slots.length) return this.rehash()
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
  }

  private rehash(): void {
    this.slots = new Int32Array(slotCount(this.count))
    for (let owner = 0; owner < this.count; owner++) this.place(owner)
  }
}

/** At most a third full: a slot that is taken costs a look at the hash of who took it, far away in memory. */
function slotCount(owners: number): number {
  return 2 ** Math.ceil(Math.log2(owners * 3 + 16))
}

function widen<T extends Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from)
  return to
}
