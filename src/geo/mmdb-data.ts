/** The values of an MMDB file, read in place by the MaxMind DB format 2.0 (https://maxmind.github.io/MaxMind-DB/).
 *  A damaged file must not throw, hang or recurse without end: the first fault is kept, everything read after it
 *  is empty, and how much may be read in all is bounded. Knows nothing of places. */

export const Type = {
  Pointer: 1,
  String: 2,
  Double: 3,
  Uint16: 5,
  Uint32: 6,
  Map: 7,
  Int32: 8,
  Uint64: 9,
  Array: 11,
  Float: 15,
} as const

/** Extended types count from 7. */
const FIRST_EXTENDED = 7
const TYPE_MAX = 15
/** The format forbids pointers to pointers; some writers do it all the same. */
const POINTERS_MAX = 8
/** What a pointer of each size is counted from. */
const POINTER_BASES = [0, 2048, 526_336, 0] as const
/** What sizes of one, two and three octets are counted from. */
const SIZE_BASES = [29, 285, 65_821] as const

export class MmdbData {
  /** What is wrong with the file, once something is. */
  fault: string | undefined
  /** What `open` found: type, size and where the content begins. */
  type = 0
  size = 0
  at = 0
  /** Where the value ends that `open` was asked for, if that was a pointer: after the pointer. 0 otherwise. */
  private afterPointer = 0
  private readonly octets: Buffer
  /** Pointers count from here. */
  private readonly base: number
  private readonly end: number
  private readsLeft: number
  private readonly strings = new Map<number, string>()

  constructor(octets: Buffer, base: number, end: number) {
    this.octets = octets
    this.base = base
    this.end = end
    this.readsLeft = (end - base) * 4 + 65_536
  }

  /** Reads the head of the value at an offset of the file, through pointers. */
  open(at: number): void {
    this.afterPointer = 0
    this.readHead(at)
    for (let hops = 0; this.type === Type.Pointer; hops++) {
      if (this.afterPointer === 0) this.afterPointer = this.at
      if (hops === POINTERS_MAX) return this.fail(`pointers in a circle at octet ${at}`)
      this.readHead(this.base + this.size)
    }
  }

  /** Where the next value begins. */
  after(at: number): number {
    let next = at
    for (let pending = 1; pending > 0 && this.fault === undefined; pending--) {
      this.readHead(next)
      if (this.type === Type.Map) pending += this.size * 2
      else if (this.type === Type.Array) pending += this.size
      next = this.at + this.contentLength()
    }
    return next
  }

  /** Calls `visit` with each key of the map at `at` and where its value is. Nothing if it is no map. */
  forEachEntry(at: number, visit: (key: string, valueAt: number) => void): void {
    this.open(at)
    if (this.type !== Type.Map) return
    let next = this.at
    for (let left = this.size; left > 0 && this.fault === undefined; left--) {
      const key = this.string(next)
      const valueAt = this.after(next)
      visit(key, valueAt)
      next = this.after(valueAt)
    }
  }

  /** Where the first element of an array is; -1 if it is none or empty. */
  firstOf(at: number): number {
    this.open(at)
    return this.type === Type.Array && this.size > 0 ? this.at : -1
  }

  /** Where a value is, past its pointer: what makes two mentions of it one. */
  targetOf(at: number): number {
    this.open(at)
    return this.at
  }

  isMap(at: number): boolean {
    this.open(at)
    return this.type === Type.Map
  }

  /** An empty string if it is none. */
  string(at: number): string {
    this.open(at)
    if (this.type !== Type.String || this.fault !== undefined) return ''
    // Keys and codes are pointed to over and over.
    if (this.afterPointer === 0) return this.octets.toString('utf8', this.at, this.at + this.size)
    let text = this.strings.get(this.at)
    if (text === undefined) {
      text = this.octets.toString('utf8', this.at, this.at + this.size)
      this.strings.set(this.at, text)
    }
    return text
  }

  /** NaN if it is none. A number written as text is one. */
  number(at: number): number {
    this.open(at)
    if (this.fault !== undefined) return Number.NaN
    switch (this.type) {
      case Type.Double:
        return this.size === 8 ? this.octets.readDoubleBE(this.at) : Number.NaN
      case Type.Float:
        // A 32-bit float has seven digits; the rest is noise of widening it.
        return this.size === 4 ? Math.round(this.octets.readFloatBE(this.at) * 1e5) / 1e5 : Number.NaN
      case Type.Uint16:
      case Type.Uint32:
      case Type.Uint64:
        return this.unsigned()
      case Type.Int32:
        return this.size === 4 ? this.unsigned() | 0 : this.unsigned()
      case Type.String: {
        const text = this.string(at)
        return text === '' ? Number.NaN : Number(text)
      }
      default:
        return Number.NaN
    }
  }

  private unsigned(): number {
    let value = 0
    for (let i = 0; i < this.size; i++) value = value * 256 + this.octets[this.at + i]!
    return value
  }

  /** A pointer's size is where it points, from `base`. */
  private readHead(at: number): void {
    if (--this.readsLeft < 0) return this.fail('more values than a file of its size can hold')
    if (at < this.base || at >= this.end) return this.fail(`a value at octet ${at}, outside the data`)
    const control = this.octets[at]!
    this.type = control >>> 5
    this.size = control & 0x1f
    this.at = at + 1
    if (this.type === Type.Pointer) return this.readPointer(control)
    if (this.type === 0) {
      this.type = FIRST_EXTENDED + this.octets[this.at]!
      this.at++
      if (this.type > TYPE_MAX) return this.fail(`a value of unknown type ${this.type} at octet ${at}`)
    }
    if (this.size >= 29) {
      const length = this.size - 28
      this.size = SIZE_BASES[length - 1]! + this.bigEndian(this.at, length)
      this.at += length
    }
    if (this.at + this.contentLength() > this.end)
      this.fail(`a value at octet ${at} that goes on past the end`)
  }

  private readPointer(control: number): void {
    const length = (control >>> 3) & 0x3
    const high = length === 3 ? 0 : (control & 0x7) * 256 ** (length + 1)
    this.size = high + this.bigEndian(this.at, length + 1) + POINTER_BASES[length]!
    this.at += length + 1
  }

  private bigEndian(at: number, length: number): number {
    let value = 0
    for (let i = 0; i < length; i++) value = value * 256 + (this.octets[at + i] ?? 0)
    return value
  }

  /** Octets of the content itself. Maps and arrays have at least one octet for each value; a pointer and a
   *  boolean (14) have none beyond their head. */
  private contentLength(): number {
    return this.type === Type.Pointer ||
      this.type === Type.Map ||
      this.type === Type.Array ||
      this.type === 14
      ? 0
      : this.size
  }

  private fail(text: string): void {
    this.fault ??= text
    this.type = 0
    this.size = 0
  }
}
