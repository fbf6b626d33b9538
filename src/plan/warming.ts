/** In a plan far larger than the processor's caches, every look-up waits for memory, twice at least. Waiting
 *  for a whole batch at once costs hardly more than waiting for one: this touches what the next answers will
 *  read, in loops so short that the processor has many reads under way. Changes nothing; allocates nothing. */

import { RrType } from '../wire/types.ts'
import type { ZoneImage } from './image.ts'
import type { Directory, NamePath } from './lookup.ts'

export class Warming {
  private readonly zones: (ZoneImage | undefined)[]
  private readonly slots: Int32Array
  private readonly nodes: Int32Array
  private count = 0
  /** What was read, so that no reading can be left out. */
  private sum = 0

  constructor(queriesMax: number) {
    this.zones = Array.from({ length: queriesMax })
    this.slots = new Int32Array(queriesMax)
    this.nodes = new Int32Array(queriesMax)
  }

  /** Notes where the answer to a query for this name will begin to look. */
  note(directory: Directory, name: NamePath): void {
    const zone = directory.find(name, RrType.A)
    if (zone === undefined) return
    this.zones[this.count] = zone
    this.slots[this.count++] = zone.slots + (name.hash[0]! & zone.slotMask) * 2
  }

  /** Reads what was noted: first every slot, then every node. */
  touch(): void {
    const { zones, slots, nodes, count } = this
    for (let i = 0; i < count; i++) nodes[i] = zones[i]!.words[slots[i]! + 1]!
    let sum = 0
    for (let i = 0; i < count; i++)
      sum ^= zones[i]!.words[nodes[i]!]! ^ zones[i]!.words[nodes[i]! + CACHE_LINE_WORDS]!
    this.sum = sum
    this.count = 0
  }

  /** Lets go of the plan before this one. Not per query. */
  forgetPlan(): void {
    this.zones.fill(undefined)
    this.count = this.sum & 0
  }
}

/** A node and its records mostly lie in two of them. */
const CACHE_LINE_WORDS = 16
