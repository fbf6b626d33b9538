/** Flat columns that grow: what a million records need instead of a million objects.
 *  A column is read through `.items` (which moves when it grows: do not keep it across a push). */

export class Bytes {
  items: Uint8Array
  count = 0

  constructor(capacity: number) {
    this.items = new Uint8Array(Math.max(64, capacity))
  }

  /** Makes room for `extra` more bytes and returns where they start; the caller fills them. */
  reserve(extra: number): number {
    const at = this.count
    if (at + extra > this.items.length) this.grow(at + extra)
    this.count = at + extra
    return at
  }

  push(byte: number): void {
    if (this.count === this.items.length) this.grow(this.count + 1)
    this.items[this.count++] = byte
  }

  copy(source: Uint8Array, start: number, end: number): number {
    const at = this.reserve(end - start)
    const items = this.items
    // A loop beats `set(subarray())` for the few dozen bytes of a name or an rdata, and makes no garbage.
    if (end - start > 256) items.set(source.subarray(start, end), at)
    else for (let from = start, to = at; from < end; ) items[to++] = source[from++]!
    return at
  }

  private grow(atLeast: number): void {
    const larger = new Uint8Array(Math.max(atLeast, this.items.length * 2))
    larger.set(this.items.subarray(0, this.count))
    this.items = larger
  }
}

export class Words {
  items: Int32Array
  count = 0

  constructor(capacity: number) {
    this.items = new Int32Array(Math.max(16, capacity))
  }

  push(value: number): number {
    if (this.count === this.items.length) {
      const larger = new Int32Array(this.items.length * 2)
      larger.set(this.items)
      this.items = larger
    }
    this.items[this.count] = value
    return this.count++
  }
}
