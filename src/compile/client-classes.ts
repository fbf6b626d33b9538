/** Policy × geo → client classes: cuts the whole address space into networks whose clients prefer the same
 *  regions in the same order, adjacent equal ones merged. Judges no health: a class is what a place comes to
 *  whatever is up or down. */

import type { Place } from '../base/place.ts'
import { CARRIES_V4, type ClassRanges } from '../plan/networks.ts'
import { type Client, contains, NO_PREFIXES, type PolicyPrefix, prefixLiterals } from '../policy/client.ts'
import type { Preference } from '../policy/preference.ts'
import { Preferences } from '../policy/preferences.ts'
import type { ProvenClient } from '../policy/prove.ts'
import type { Policy } from '../policy/steering.ts'
import { networkTables } from './network-tables.ts'

/** Range i begins at start i, of one word (IPv4) or four (IPv6), and ends before the next one; together they
 *  cover the family's whole address space. */
export interface PlaceRanges {
  readonly starts: Uint32Array
  readonly places: Uint32Array
  readonly count: number
}

export interface PlaceTable {
  readonly ranges4: PlaceRanges
  readonly ranges6: PlaceRanges
  readonly placeCount: number
  /** The place of IPv6 networks whose addresses carry an IPv4 one. */
  readonly carriesV4: number
  place(index: number): Place
}

/** One class: what it prefers, and a client of it to name in reports. */
export interface ClientClass {
  readonly preference: Preference
  readonly example: Client
}

export interface ClientClasses {
  readonly classes: readonly ClientClass[]
  /** Clients of one class may have different fences: one client for every difference there is, for the proof. */
  readonly clients: readonly ProvenClient[]
  /** In the format of `plan/networks.ts`. */
  readonly networks: SharedArrayBuffer
}

export function clientClasses(policy: Policy, table: PlaceTable): ClientClasses {
  return new Surveyor(table).classesFor(policy)
}

/** Cuts one world for many policies: what does not hang on the policy is made once. */
export class Surveyor {
  private readonly table: PlaceTable
  private readonly merged4 = new MergedRanges(1)
  private readonly merged6 = new MergedRanges(4)

  constructor(table: PlaceTable) {
    this.table = table
  }

  classesFor(policy: Policy): ClientClasses {
    const { table, merged4, merged6 } = this
    const interner = new ClassInterner(policy, table)
    const literals = prefixLiterals(policy)
    classify(interner, table.ranges4, 1, segments(literals, 4), merged4)
    classify(interner, table.ranges6, 4, segments(literals, 6), merged6)
    return {
      classes: interner.classes,
      clients: interner.preferences.witnesses,
      networks: networkTables(merged4, merged6),
    }
  }
}

//------------ Classes ---

class ClassInterner {
  readonly classes: ClientClass[] = []
  readonly preferences: Preferences
  private readonly table: PlaceTable
  private readonly indexOf = new Map<Preference, number>()
  private readonly byPlace = new Map<ReadonlySet<string>, Int32Array>()

  constructor(policy: Policy, table: PlaceTable) {
    this.preferences = new Preferences(policy)
    this.table = table
  }

  /** Classes of the clients inside exactly these prefixes, by place. */
  of(prefixes: ReadonlySet<string>): Int32Array {
    let known = this.byPlace.get(prefixes)
    if (known === undefined) {
      known = new Int32Array(this.table.placeCount).fill(NOT_YET)
      known[this.table.carriesV4] = CARRIES_V4
      this.byPlace.set(prefixes, known)
    }
    return known
  }

  intern(place: number, prefixes: ReadonlySet<string>): number {
    const client = { place: this.table.place(place), prefixes }
    const preference = this.preferences.of(client)
    let index = this.indexOf.get(preference)
    if (index === undefined) {
      index = this.classes.push({ preference, example: client }) - 1
      this.indexOf.set(preference, index)
    }
    return index
  }
}

const NOT_YET = -2
const NONE_BEFORE = -3

//------------ Networks ---

/** A stretch of addresses that lies inside the same prefixes of the policy; ends where the next one begins. */
interface Segment {
  readonly start: Uint32Array
  readonly prefixes: ReadonlySet<string>
}

function segments(literals: readonly PolicyPrefix[], family: 4 | 6): Segment[] {
  const ours = literals.filter(literal => literal.family === family)
  const edges: Uint8Array[] = [new Uint8Array(family === 4 ? 4 : 16)]
  for (const { octets, bits } of ours) {
    edges.push(octets)
    const after = firstAfter(octets, bits)
    if (after !== undefined) edges.push(after)
  }
  const sets = new Map<string, ReadonlySet<string>>([['', NO_PREFIXES]])
  return edges
    .sort((a, b) => Buffer.compare(a, b))
    .filter((edge, i) => i === 0 || Buffer.compare(edge, edges[i - 1]!) !== 0)
    .map(octets => {
      const inside = ours.filter(literal => contains(literal, { family, octets })).map(({ text }) => text)
      const key = inside.join()
      const prefixes = sets.get(key) ?? new Set(inside)
      sets.set(key, prefixes)
      return { start: toWords(octets), prefixes }
    })
}

/** The first address after a prefix; none after the last of all. */
function firstAfter(octets: Uint8Array, bits: number): Uint8Array | undefined {
  const next = Uint8Array.from(octets)
  let step = bits === 0 ? 256 : 1 << ((8 - (bits & 7)) & 7)
  for (let i = Math.max(0, Math.ceil(bits / 8) - 1); i >= 0; i--) {
    const sum = next[i]! + step
    next[i] = sum & 0xff
    if (sum < 256) return next
    step = 1
  }
  return undefined
}

function toWords(octets: Uint8Array): Uint32Array {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length)
  return Uint32Array.from({ length: octets.length / 4 }, (_, i) => view.getUint32(i * 4))
}

/** `width` is the words of an address. */
function classify(
  interner: ClassInterner,
  ranges: PlaceRanges,
  width: 1 | 4,
  cuts: readonly Segment[],
  merged: MergedRanges,
): void {
  merged.clear(ranges.count + cuts.length)
  const { places } = ranges
  cuts.forEach(({ start, prefixes }, i) => {
    const classes = interner.of(prefixes)
    const first = rangeOf(ranges, width, start)
    const end = i + 1 < cuts.length ? rangeBefore(ranges, width, cuts[i + 1]!.start) + 1 : ranges.count
    let last = NONE_BEFORE
    for (let range = first; range < end; range++) {
      const place = places[range]!
      let found = classes[place]!
      if (found === last) continue
      if (found === NOT_YET) {
        found = interner.intern(place, prefixes)
        classes[place] = found
        if (found === last) continue
      }
      last = found
      // The first range may have begun before the segment did.
      if (range === first) merged.add(start, 0, found)
      else merged.add(ranges.starts, range * width, found)
    }
  })
}

class MergedRanges implements ClassRanges {
  starts = new Uint32Array(0)
  classes = new Int32Array(0)
  count = 0
  private readonly width: number

  constructor(width: number) {
    this.width = width
  }

  clear(rowsMax: number): void {
    this.count = 0
    if (rowsMax <= this.classes.length) return
    this.starts = new Uint32Array(rowsMax * this.width)
    this.classes = new Int32Array(rowsMax)
  }

  add(start: Uint32Array, startAt: number, clientClass: number): void {
    if (this.count > 0 && this.classes[this.count - 1] === clientClass) return
    for (let i = 0; i < this.width; i++) this.starts[this.count * this.width + i] = start[startAt + i]!
    this.classes[this.count++] = clientClass
  }
}

/** The range that an address is in. */
function rangeOf(ranges: PlaceRanges, width: number, address: Uint32Array): number {
  let low = 0
  let high = ranges.count - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (compare(ranges.starts, middle * width, address, 0, width) <= 0) low = middle
    else high = middle - 1
  }
  return low
}

/** The range that the last address before this one is in. */
function rangeBefore(ranges: PlaceRanges, width: number, address: Uint32Array): number {
  const range = rangeOf(ranges, width, address)
  return compare(ranges.starts, range * width, address, 0, width) === 0 ? range - 1 : range
}

function compare(a: Uint32Array, aAt: number, b: Uint32Array, bAt: number, width: number): number {
  for (let i = 0; i < width; i++) {
    const left = a[aAt + i]!
    const right = b[bAt + i]!
    if (left !== right) return left < right ? -1 : 1
  }
  return 0
}
