/** Looks for a text in what arrives piece by piece, within a bound and without keeping more than the text's own
 *  length. Knows no sockets. */

export class TextSearch {
  found: boolean
  seenBytes = 0
  private readonly wanted: Buffer
  private tail: Buffer = Buffer.alloc(0)

  /** An empty text is found at once. */
  constructor(text: string) {
    this.wanted = Buffer.from(text)
    this.found = this.wanted.length === 0
  }

  add(chunk: Buffer): void {
    this.seenBytes += chunk.length
    if (this.found) return
    const joined = this.tail.length === 0 ? chunk : Buffer.concat([this.tail, chunk])
    this.found = joined.includes(this.wanted)
    this.tail = joined.subarray(Math.max(0, joined.length - this.wanted.length + 1))
  }
}
