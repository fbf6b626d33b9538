/** The search tree of an MMDB file: visits every network that has data, in order. A tree of IPv6 holds IPv4 at
 *  ::/96, and often once more under each prefix that carries IPv4 addresses: those are not walked. A damaged tree
 *  must not make us throw, or walk for ever. */

import { CARRIES_V4 } from '../base/fold.ts'
import { lastOfPrefix } from './networks.ts'

export interface TreeShape {
  readonly nodeCount: number
  /** Bits of a record: 24, 28 or 32. Two records are a node. */
  readonly recordBits: number
  readonly family: 4 | 6
}

export interface TreeVisitor {
  /** `data` is an offset from the beginning of the data section. */
  network4(start: number, end: number, data: number): void
  /** Four words each; they change after the call. */
  network6(start: Uint32Array, end: Uint32Array, data: number): void
  progress(share: number): void
}

/** Octets of zeroes between tree and data; records point past them. */
export const SEPARATOR_BYTES = 16

const PROGRESS_STEP = 1 << 18

export class MmdbTree {
  fault: string | undefined
  private readonly octets: Buffer
  private readonly shape: TreeShape
  private readonly visitor: TreeVisitor
  private visits = 0
  /** A tree's every node is visited once. Writers that share equal subtrees are forgiven some more. */
  private readonly visitsMax: number
  private readonly start = new Uint32Array(4)
  private readonly end = new Uint32Array(4)

  constructor(octets: Buffer, shape: TreeShape, visitor: TreeVisitor) {
    this.octets = octets
    this.shape = shape
    this.visitor = visitor
    this.visitsMax = shape.nodeCount * 4 + 65_536
  }

  walk(): void {
    if (this.shape.family === 4) return this.walk4(0, 0, 0)
    // ::/96 by the format; some writers know only ::ffff:0:0/96.
    const plain = this.follow([0, 0, 0, 0], 96)
    this.walk4(plain === this.shape.nodeCount ? this.follow([0, 0, 0xffff, 0], 96) : plain, 0, 0)
    this.walk6(0, 0)
  }

  private walk4(record: number, address: number, bits: number): void {
    const { nodeCount } = this.shape
    if (record === nodeCount || this.fault !== undefined) return
    if (record > nodeCount) {
      const last = address + 2 ** (32 - bits) - 1
      return this.visitor.network4(address, last, record - nodeCount - SEPARATOR_BYTES)
    }
    if (!this.enter(bits, 32)) return
    this.walk4(this.record(record, 0), address, bits + 1)
    this.walk4(this.record(record, 1), address + 2 ** (31 - bits), bits + 1)
  }

  /** The address so far is in `start`. */
  private walk6(record: number, bits: number): void {
    const { nodeCount } = this.shape
    if (record === nodeCount || this.fault !== undefined || this.isIpv4Space(bits)) return
    if (record > nodeCount) {
      lastOfPrefix(this.start, bits, this.end)
      return this.visitor.network6(this.start, this.end, record - nodeCount - SEPARATOR_BYTES)
    }
    if (!this.enter(bits, 128)) return
    this.walk6(this.record(record, 0), bits + 1)
    const word = bits >>> 5
    const bit = 1 << (31 - (bits & 31))
    this.start[word] = this.start[word]! | bit
    this.walk6(this.record(record, 1), bits + 1)
    this.start[word] = this.start[word]! & ~bit
  }

  /** ::/96, or an alias of it. */
  private isIpv4Space(bits: number): boolean {
    const { start } = this
    if (bits === 96 && start[0] === 0 && start[1] === 0 && start[2] === 0) return true
    if (bits !== 16 && bits !== 32 && bits !== 96) return false
    return CARRIES_V4.some(
      alias =>
        alias.bits === bits &&
        start[0] === alias.words[0] &&
        start[1] === alias.words[1] &&
        start[2] === alias.words[2],
    )
  }

  private follow(words: readonly number[], bits: number): number {
    let record = 0
    for (let bit = 0; bit < bits && record < this.shape.nodeCount; bit++)
      record = this.record(record, (words[bit >>> 5]! >>> (31 - (bit & 31))) & 1)
    return record
  }

  private enter(bits: number, bitsMax: number): boolean {
    if (++this.visits % PROGRESS_STEP === 0) this.visitor.progress(this.visits / this.shape.nodeCount)
    if (bits === bitsMax) this.fault = `a search tree deeper than the ${bitsMax} bits of an address`
    else if (this.visits > this.visitsMax) this.fault = 'a search tree whose branches meet again and again'
    return this.fault === undefined
  }

  /** Where the left (0) or right (1) branch of a node leads. */
  private record(node: number, side: number): number {
    const { octets } = this
    switch (this.shape.recordBits) {
      case 24: {
        const at = node * 6 + side * 3
        return (octets[at]! << 16) | (octets[at + 1]! << 8) | octets[at + 2]!
      }
      case 28: {
        // The octet in the middle holds the high four bits of both.
        const at = node * 7 + side * 4
        const low = (octets[at]! << 16) | (octets[at + 1]! << 8) | octets[at + 2]!
        const middle = octets[node * 7 + 3]!
        return ((side === 0 ? middle >>> 4 : middle & 0xf) << 24) | low
      }
      default: {
        const at = node * 8 + side * 4
        return (
          ((octets[at]! << 24) | (octets[at + 1]! << 16) | (octets[at + 2]! << 8) | octets[at + 3]!) >>> 0
        )
      }
    }
  }
}
