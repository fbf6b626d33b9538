/** Writes MMDB files by the MaxMind DB format 2.0, as small as tests need and in every shape a reader may meet:
 *  each record size, both address families, aliases, pointers of every size. Knows nothing of our reader. */

import { type Prefix, readPrefix } from '../../src/geo/prefix.ts'

export type Value =
  | string
  | boolean
  | number
  | Float
  | Wide
  | readonly Value[]
  | { readonly [key: string]: Value }

/** A number to be written as a 32-bit float; plain numbers are unsigned integers or doubles. */
export class Float {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }
}

/** A number to be written as uint32 (6), int32 (8) or uint64 (9), however small it is. */
export class Wide {
  readonly type: 6 | 8 | 9
  readonly value: number

  constructor(type: 6 | 8 | 9, value: number) {
    this.type = type
    this.value = value
  }
}

export interface MmdbPlan {
  /** Prefix → record. One inside another counts there. */
  readonly networks: readonly (readonly [prefix: string, record: Value])[]
  readonly recordBits?: 24 | 28 | 32
  readonly family?: 4 | 6
  /** Where IPv4 is once more in an IPv6 tree, as MaxMind does it. */
  readonly aliases?: readonly string[]
  readonly type?: string
  readonly builtAt?: number
  /** Octets of nothing ahead of the records, so that pointers to them are long. */
  readonly paddingBytes?: number
}

export function writeMmdb(plan: MmdbPlan): Buffer {
  const family = plan.family ?? 6
  const recordBits = plan.recordBits ?? 28
  const data = new DataWriter(plan.paddingBytes ?? 0)
  const tree = new Tree(family)
  const inOrder = plan.networks
    .map(([text, record]) => ({ prefix: asPrefix(text), record }))
    .sort((a, b) => a.prefix.bits - b.prefix.bits)
  for (const { prefix, record } of inOrder) tree.set(bitsOf(prefix, family), { data: data.write(record) })
  for (const alias of plan.aliases ?? []) tree.alias(bitsOf(asPrefix(alias), family))
  const metadata = new DataWriter(0, false)
  metadata.write({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: new Wide(9, plan.builtAt ?? 1_750_000_000),
    database_type: plan.type ?? 'Test-City',
    description: { en: 'made by a test' },
    ip_version: family,
    languages: ['en'],
    // libmaxminddb takes no other type, even where fewer octets would do.
    node_count: new Wide(6, tree.nodes.length),
    record_size: recordBits,
  })
  const marker = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1')
  return Buffer.concat([tree.print(recordBits), Buffer.alloc(16), data.octets(), marker, metadata.octets()])
}

function asPrefix(text: string): Prefix {
  const prefix = readPrefix(text)
  if (typeof prefix === 'string') throw new Error(`"${text}" ${prefix}`)
  return prefix
}

/** From the root of a tree of that family. IPv4 is at ::/96. */
function bitsOf(prefix: Prefix, family: 4 | 6): number[] {
  const own = Array.from({ length: prefix.bits }, (_, i) => (prefix.octets[i >> 3]! >> (7 - (i & 7))) & 1)
  return prefix.family === 4 && family === 6 ? [...Array<number>(96).fill(0), ...own] : own
}

//------------ Tree ---

type Branch = number | { readonly data: number } | undefined
type Node = [left: Branch, right: Branch]

class Tree {
  readonly nodes: Node[] = [[undefined, undefined]]
  private readonly family: 4 | 6

  constructor(family: 4 | 6) {
    this.family = family
  }

  set(bits: readonly number[], branch: Branch): void {
    // The whole address space is both branches of the root.
    if (bits.length === 0) {
      this.set([0], branch)
      this.set([1], branch)
      return
    }
    let node = 0
    for (const bit of bits.slice(0, -1)) {
      const next = this.nodes[node]![bit as 0 | 1]
      if (typeof next === 'number') node = next
      else {
        // What covered the wider network covers both halves.
        this.nodes.push([next, next])
        this.nodes[node]![bit as 0 | 1] = this.nodes.length - 1
        node = this.nodes.length - 1
      }
    }
    this.nodes[node]![bits.at(-1) as 0 | 1] = branch
  }

  alias(bits: readonly number[]): void {
    if (this.family === 6) this.set(bits, this.at(Array<number>(96).fill(0)))
  }

  print(recordBits: 24 | 28 | 32): Buffer {
    const octets = Buffer.alloc((this.nodes.length * recordBits) / 4)
    this.nodes.forEach(([left, right], i) => {
      const [l, r] = [this.number(left), this.number(right)]
      const at = (i * recordBits) / 4
      if (recordBits === 24) {
        octets.writeUIntBE(l, at, 3)
        octets.writeUIntBE(r, at + 3, 3)
      } else if (recordBits === 28) {
        octets.writeUIntBE(l % 2 ** 24, at, 3)
        octets[at + 3] = (Math.floor(l / 2 ** 24) << 4) | Math.floor(r / 2 ** 24)
        octets.writeUIntBE(r % 2 ** 24, at + 4, 3)
      } else {
        octets.writeUInt32BE(l, at)
        octets.writeUInt32BE(r, at + 4)
      }
    })
    return octets
  }

  private at(bits: readonly number[]): Branch {
    let branch: Branch = 0
    for (const bit of bits) if (typeof branch === 'number') branch = this.nodes[branch]![bit as 0 | 1]
    return branch
  }

  private number(branch: Branch): number {
    if (branch === undefined) return this.nodes.length
    return typeof branch === 'number' ? branch : this.nodes.length + 16 + branch.data
  }
}

//------------ Data ---

/** Writes each value once; whoever mentions it again gets a pointer. */
class DataWriter {
  private readonly parts: number[]
  private readonly known = new Map<string, number>()

  /** Without sharing the value written first is the first there is, as metadata must be. */
  private readonly shares: boolean

  constructor(paddingBytes: number, shares = true) {
    this.shares = shares
    this.parts = Array<number>(paddingBytes).fill(0)
  }

  octets(): Buffer {
    return Buffer.from(this.parts)
  }

  /** Where it is, from the beginning of the data section. */
  write(value: Value): number {
    const key = keyOf(value)
    const known = this.known.get(key)
    if (known !== undefined) return known
    // Parts that are worth a pointer come ahead of the whole.
    if (this.shares && typeof value === 'object' && !(value instanceof Float) && !(value instanceof Wide))
      for (const [name, part] of Object.entries(value)) {
        if (!Array.isArray(value)) this.write(name)
        if (isShared(part)) this.write(part)
      }
    const at = this.parts.length
    this.known.set(key, at)
    this.append(value)
    return at
  }

  private append(value: Value): void {
    if (typeof value === 'string') return this.appendOctets(2, Buffer.from(value))
    if (typeof value === 'boolean') return this.appendHead(14, value ? 1 : 0)
    if (value instanceof Float)
      return this.appendOctets(
        15,
        numberOctets(4, b => b.writeFloatBE(value.value)),
      )
    if (value instanceof Wide) return this.appendWide(value)
    if (typeof value === 'number') return this.appendNumber(value)
    if (Array.isArray(value)) {
      this.appendHead(11, value.length)
      for (const part of value as readonly Value[]) this.appendPart(part)
      return
    }
    const entries = Object.entries(value)
    this.appendHead(7, entries.length)
    for (const [name, part] of entries) {
      this.appendPart(name)
      this.appendPart(part)
    }
  }

  private appendPart(value: Value): void {
    const known = isShared(value) ? this.known.get(keyOf(value)) : undefined
    if (known === undefined) this.append(value)
    else this.appendPointer(known)
  }

  private appendNumber(value: number): void {
    if (!Number.isInteger(value) || value < 0)
      return this.appendOctets(
        3,
        numberOctets(8, b => b.writeDoubleBE(value)),
      )
    const octets = trimmed(numberOctets(4, b => b.writeUInt32BE(value)))
    this.appendOctets(octets.length <= 2 ? 5 : 6, octets)
  }

  private appendWide({ type, value }: Wide): void {
    if (type === 6) return this.appendOctets(6, trimmed(numberOctets(4, b => b.writeUInt32BE(value))))
    if (type === 8)
      return this.appendOctets(
        8,
        numberOctets(4, b => b.writeInt32BE(value)),
      )
    this.appendOctets(9, trimmed(numberOctets(8, b => b.writeBigUInt64BE(BigInt(value)))))
  }

  private appendOctets(type: number, octets: Buffer): void {
    this.appendHead(type, octets.length)
    this.parts.push(...octets)
  }

  private appendHead(type: number, size: number): void {
    const [low, more] =
      size < 29
        ? [size, []]
        : size < 285
          ? [29, [size - 29]]
          : size < 65_821
            ? [30, [...numberOctets(2, b => b.writeUInt16BE(size - 285))]]
            : [31, [...numberOctets(3, b => b.writeUIntBE(size - 65_821, 0, 3))]]
    this.parts.push(type > 7 ? low : (type << 5) | low)
    if (type > 7) this.parts.push(type - 7)
    this.parts.push(...more)
  }

  private appendPointer(to: number): void {
    if (to < 2048) this.parts.push((1 << 5) | (to >> 8), to & 0xff)
    else if (to < 526_336) {
      const rest = to - 2048
      this.parts.push((1 << 5) | (1 << 3) | (rest >> 16), (rest >> 8) & 0xff, rest & 0xff)
    } else if (to < 134_744_064) {
      const rest = to - 526_336
      this.parts.push(
        (1 << 5) | (2 << 3) | (rest >> 24),
        ...numberOctets(3, b => b.writeUIntBE(rest & 0xff_ffff, 0, 3)),
      )
    } else this.parts.push((1 << 5) | (3 << 3), ...numberOctets(4, b => b.writeUInt32BE(to)))
  }
}

/** Long enough to be worth a pointer. */
function isShared(value: Value): boolean {
  return typeof value === 'string' ? value.length > 2 : typeof value === 'object' && !(value instanceof Float)
}

function keyOf(value: Value): string {
  return `${value instanceof Float ? 'f' : value instanceof Wide ? `w${value.type}` : ''}${JSON.stringify(value)}`
}

function numberOctets(length: number, fill: (octets: Buffer) => void): Buffer {
  const octets = Buffer.alloc(length)
  fill(octets)
  return octets
}

/** Integers are written without leading zeroes; 0 is no octet at all. */
function trimmed(octets: Buffer): Buffer {
  const first = octets.findIndex(octet => octet !== 0)
  return first < 0 ? Buffer.alloc(0) : octets.subarray(first)
}
