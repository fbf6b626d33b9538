/** Finding: which zone, which name, and what stands in the way (RFC 1034 §4.3.2, RFC 4592 §3.3,
 *  RFC 6672 §3.2). One instance per worker, refilled for every name; allocates nothing.
 *  Knows nothing of messages beyond the octets of a name. */

import {
  extendHash,
  LABEL_BYTES_MAX,
  LABELS_MAX,
  LOWER,
  labelHash,
  NAME_BYTES_MAX,
  ROOT_HASH,
  sameFolded,
} from '../wire/name.ts'
import { RrType } from '../wire/types.ts'
import { NodeFlag, ZoneImage } from './image.ts'
import type { Plan } from './plan.ts'
import { RCODES_COUNTED } from './tallies.ts'

/** A name on its way through the lookup: where its labels start and the hash of each of its suffixes. */
export class NamePath {
  bytes: Uint8Array = new Uint8Array(1)
  at = 0
  length = 0
  labels = 0
  /** Octet offset of each label from the start of the name; the root's last. */
  readonly labelAt = new Uint8Array(LABELS_MAX + 1)
  /** Hash of the suffix that starts at each label; the root's last. */
  readonly hash = new Int32Array(LABELS_MAX + 1)

  /** Reads the name at `at`, which must end before `end`. False when it is not a plain name: too long,
   *  a compression pointer (nothing stands before a question to point to) or cut off. */
  read(bytes: Uint8Array, at: number, end: number): boolean {
    let labels = 0
    let label = at
    for (;;) {
      if (label >= end) return false
      const length = bytes[label]!
      if (length === 0) break
      if (length > LABEL_BYTES_MAX || label + length + 1 - at >= NAME_BYTES_MAX || label + length >= end)
        return false
      this.labelAt[labels] = label - at
      this.hash[labels++] = labelHash(bytes, label)
      label += length + 1
    }
    this.bytes = bytes
    this.at = at
    this.length = label + 1 - at
    this.labels = labels
    this.labelAt[labels] = label - at
    this.hashSuffixes(labels)
    return true
  }

  private hashSuffixes(labels: number): void {
    const hash = this.hash
    let suffix = ROOT_HASH
    hash[labels] = suffix
    for (let label = labels - 1; label >= 0; label--) {
      suffix = extendHash(suffix, hash[label]!)
      hash[label] = suffix
    }
  }

  isSame(bytes: Uint8Array, at: number): boolean {
    for (let i = 0; i < this.length; i++) {
      if (LOWER[this.bytes[this.at + i]!] !== LOWER[bytes[at + i]!]) return false
    }
    return true
  }
}

/** Second-level caches end about here. */
const LARGE_BYTES = 4 << 20

/** The zones of a plan by apex. */
export class Directory {
  private readonly zones: readonly ZoneImage[]
  private readonly slots: Int32Array
  private readonly mask: number
  /** Bit n is set when some apex has n labels (31 and more share a bit): most suffixes need no probe. */
  private readonly labelCounts: number
  /** Far larger than the processor's caches: see `warming.ts`. */
  readonly isLarge: boolean
  /** How much is counted of all zones together, and of what is in none. */
  readonly tallyWords: number

  constructor(plan: Plan) {
    let tallyWords = RCODES_COUNTED
    this.zones = plan.zones.map((part, index) => {
      const zone = new ZoneImage(part, index, tallyWords)
      tallyWords += zone.tallyWords
      return zone
    })
    this.tallyWords = tallyWords
    const capacity = 2 ** Math.ceil(Math.log2(this.zones.length * 2 + 2))
    this.mask = capacity - 1
    this.slots = new Int32Array(capacity)
    let labelCounts = 0
    this.zones.forEach((zone, index) => {
      let slot = zone.apexHash & this.mask
      while (this.slots[slot] !== 0) slot = (slot + 1) & this.mask
      this.slots[slot] = index + 1
      labelCounts |= 1 << Math.min(31, zone.apexLabels)
    })
    this.labelCounts = labelCounts
    this.isLarge = this.zones.reduce((sum, zone) => sum + zone.bytes.length, 0) > LARGE_BYTES
  }

  /** The zone that answers for this name: the deepest apex at or above it. For DS that is the parent's
   *  side of the cut, where we serve it (RFC 4035 §3.1.4.1). */
  find(name: NamePath, type: number): ZoneImage | undefined {
    const zone = this.enclosing(name, 0)
    if (type !== RrType.DS || zone === undefined || zone.apexLabels !== name.labels || name.labels === 0)
      return zone
    return this.enclosing(name, 1) ?? zone
  }

  /** Its place in the plan. */
  indexOf(zone: ZoneImage): number {
    return zone.index
  }

  private enclosing(name: NamePath, fromLabel: number): ZoneImage | undefined {
    for (let label = fromLabel; label <= name.labels; label++) {
      if ((this.labelCounts & (1 << Math.min(31, name.labels - label))) === 0) continue
      const zone = this.withApex(name, label)
      if (zone !== undefined) return zone
    }
    return undefined
  }

  private withApex(name: NamePath, label: number): ZoneImage | undefined {
    const hash = name.hash[label]!
    const labelAt = name.labelAt[label]!
    for (let slot = hash & this.mask; ; slot = (slot + 1) & this.mask) {
      const index = this.slots[slot]!
      if (index === 0) return undefined
      const zone = this.zones[index - 1]!
      if (
        zone.apexHash === hash &&
        zone.apexLength === name.length - labelAt &&
        sameFolded(zone.bytes, zone.apexAt, name.bytes, name.at + labelAt, zone.apexLength)
      ) {
        return zone
      }
    }
  }
}

export const Found = {
  /** The name exists: `node`. */
  Name: 0,
  /** A wildcard stands for the name: `node` is the wildcard. */
  Wildcard: 1,
  /** Delegated away: `node` is the cut. */
  Cut: 2,
  /** Redirected: `node` owns the DNAME. */
  Dname: 3,
  /** Nothing by that name. */
  Nothing: 4,
} as const
export type Found = (typeof Found)[keyof typeof Found]

export class Lookup {
  node = 0
  /** The label of the name at which `node` stands (the cut, the DNAME's owner, the closest encloser). */
  label = 0

  find(zone: ZoneImage, name: NamePath, type: number): Found {
    this.descend(zone, name)
    const words = zone.words
    const flags = words[this.node + 1]!
    if ((flags & NodeFlag.BelowCut) !== 0) return this.climbToCut(zone, name)
    if (this.label === 0) {
      return (flags & NodeFlag.Cut) !== 0 && type !== RrType.DS ? Found.Cut : Found.Name
    }
    if ((flags & NodeFlag.Cut) !== 0) return Found.Cut
    if ((flags & NodeFlag.Dname) !== 0) return Found.Dname
    if ((flags & NodeFlag.WildcardChild) !== 0) {
      this.node = words[this.node + 2]!
      return Found.Wildcard
    }
    return Found.Nothing
  }

  /** The name itself, else its closest encloser, which is the apex at the latest (RFC 4592 §3.3.1). */
  private descend(zone: ZoneImage, name: NamePath): void {
    let label = Math.max(0, name.labels - zone.labelsMax)
    for (;;) {
      const labelAt = name.labelAt[label]!
      const node = zone.find(name.bytes, name.at + labelAt, name.length - labelAt, name.hash[label]!)
      if (node !== 0) {
        this.node = node
        this.label = label
        return
      }
      label++
    }
  }

  private climbToCut(zone: ZoneImage, name: NamePath): Found {
    this.node = zone.words[this.node + 2]!
    this.label = name.labels - ((zone.words[this.node]! >>> 8) & 0xff)
    return Found.Cut
  }
}
