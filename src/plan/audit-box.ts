/** A small box of answers for others to look into: who was answered, by which policy, with which regions. The worker
 *  puts one in while there is room, which is one look at one word; the main thread empties the box now and then. Knows
 *  nothing of why anybody looks. */

/** So many answers lie in the box at most until somebody takes them out. */
export const AUDITS_MAX = 32
const AUDIT_HEADER_WORDS = 2
const ENTRY_WORDS = 8
export const AUDIT_WORDS = AUDIT_HEADER_WORDS + AUDITS_MAX * ENTRY_WORDS

/** Regions of an answer that an entry has room for. */
export const AUDITED_SLOTS_MAX = 3

export interface Audited {
  /** Of the plan. */
  readonly zone: number
  /** Of the zone. */
  readonly policy: number
  /** `Outcome`. */
  readonly outcome: number
  readonly slots: readonly number[]
  readonly family: 4 | 6
  readonly octets: Uint8Array
}

export class AuditBox {
  private readonly words: Int32Array

  constructor(block: SharedArrayBuffer) {
    this.words = new Int32Array(block, 0, AUDIT_WORDS)
  }

  get hasRoom(): boolean {
    return this.words[0]! < AUDITS_MAX
  }

  put(
    place: { readonly zone: number; readonly policy: number; readonly outcome: number },
    slots: Int32Array,
    slotCount: number,
    client: { readonly family: 4 | 6; readonly octets: Uint8Array; readonly at: number },
  ): void {
    const { words } = this
    const entries = Atomics.load(words, 0)
    const entry = AUDIT_HEADER_WORDS + entries * ENTRY_WORDS
    const kept = Math.min(slotCount, AUDITED_SLOTS_MAX)
    let packed = kept
    for (let i = 0; i < kept; i++) packed |= slots[i]! << (8 + i * 8)
    words[entry] = place.zone
    words[entry + 1] = place.policy
    words[entry + 2] = (place.outcome << 8) | client.family
    words[entry + 3] = packed
    const { octets, at } = client
    for (let i = 0; i < (client.family === 4 ? 1 : 4); i++) {
      const word = at + i * 4
      words[entry + 4 + i] =
        (octets[word]! << 24) | (octets[word + 1]! << 16) | (octets[word + 2]! << 8) | octets[word + 3]!
    }
    // Emptied meanwhile: this one is lost, the next will do.
    Atomics.compareExchange(words, 0, entries, entries + 1)
  }

  /** What is in it, which is then empty. */
  take(): Audited[] {
    const { words } = this
    for (;;) {
      const entries = Atomics.load(words, 0)
      const taken = Array.from({ length: entries }, (_, i) => this.read(AUDIT_HEADER_WORDS + i * ENTRY_WORDS))
      if (Atomics.compareExchange(words, 0, entries, 0) === entries) return taken
    }
  }

  private read(entry: number): Audited {
    const { words } = this
    const family = (words[entry + 2]! & 0xff) === 4 ? 4 : 6
    const octets = new Uint8Array(family === 4 ? 4 : 16)
    const view = new DataView(octets.buffer)
    for (let i = 0; i * 4 < octets.length; i++) view.setInt32(i * 4, words[entry + 4 + i]!)
    const packed = words[entry + 3]!
    const slots = Array.from({ length: packed & 0xff }, (_, i) => (packed >>> (8 + i * 8)) & 0xff)
    return {
      zone: words[entry]!,
      policy: words[entry + 1]!,
      outcome: words[entry + 2]! >>> 8,
      slots,
      family,
      octets,
    }
  }
}
