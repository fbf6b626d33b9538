/** Tables of networks against an oracle that looks through the ranges one by one. */
import { expect } from 'chai'
import fc from 'fast-check'
import { networkTables } from '../../src/compile/network-tables.ts'
import { CARRIES_V4, type ClassRanges, Networks, openNetworks } from '../../src/plan/networks.ts'

type Cut = readonly [start: bigint, clientClass: number]

/** Sorted, the first at zero, neighbours of different classes. */
function rangesOf(cuts: readonly Cut[], bits: 32 | 128): ClassRanges {
  const byStart = new Map<bigint, number>([[0n, 0], ...cuts])
  const sorted = [...byStart].sort(([a], [b]) => (a < b ? -1 : 1))
  const merged = sorted.filter(([, found], i) => i === 0 || found !== sorted[i - 1]![1])
  return {
    starts: Uint32Array.from(merged.flatMap(([start]) => wordsOf(start, bits))),
    classes: Int32Array.from(merged, ([, found]) => found),
    count: merged.length,
  }
}

function wordsOf(value: bigint, bits: 32 | 128): number[] {
  return Array.from({ length: bits / 32 }, (_, i) =>
    Number((value >> BigInt(bits - 32 - i * 32)) & 0xffffffffn),
  )
}

function startOf({ starts }: ClassRanges, range: number, bits: 32 | 128): bigint {
  const words = [...starts.subarray((range * bits) / 32, ((range + 1) * bits) / 32)]
  return words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n)
}

/** The class, and by trying every length the widest prefix that is all of it. */
function oracle(ranges: ClassRanges, bits: 32 | 128, address: bigint): { found: number; scope: number } {
  let range = ranges.count - 1
  while (startOf(ranges, range, bits) > address) range--
  const start = startOf(ranges, range, bits)
  const end = range + 1 < ranges.count ? startOf(ranges, range + 1, bits) : 1n << BigInt(bits)
  let scope = 0
  for (; scope < bits; scope++) {
    const size = 1n << BigInt(bits - scope)
    const low = (address / size) * size
    if (low >= start && low + size <= end) break
  }
  return { found: ranges.classes[range]!, scope }
}

function octetsOf(address: bigint): Uint8Array {
  return Uint8Array.from({ length: 16 }, (_, i) => Number((address >> BigInt(120 - i * 8)) & 0xffn))
}

function expectAll(ranges4: ClassRanges, ranges6: ClassRanges, random: readonly bigint[]): void {
  const table = networkTables(ranges4, ranges6)
  const networks = new Networks(table)
  for (const address of edgesAnd(ranges4, 32, random)) {
    const found = networks.find4(Number(address))
    expect({ found, scope: networks.scopeBits }, `IPv4 ${address}`).to.deep.equal(
      oracle(ranges4, 32, address),
    )
  }
  for (const address of edgesAnd(ranges6, 128, random)) {
    const found = networks.find6(octetsOf(address), 0)
    expect({ found, scope: networks.scopeBits }, `IPv6 ${address}`).to.deep.equal(
      oracle(ranges6, 128, address),
    )
  }
  const read = openNetworks(table)
  expect(plain(read.ranges4, 1)).to.deep.equal(plain(ranges4, 1))
  expect(plain(read.ranges6, 4)).to.deep.equal(plain(ranges6, 4))
}

/** Both sides of some edges, and whatever else. */
function edgesAnd(ranges: ClassRanges, bits: 32 | 128, random: readonly bigint[]): bigint[] {
  const size = 1n << BigInt(bits)
  const every = Math.max(1, Math.floor(ranges.count / 100))
  const edges: bigint[] = []
  for (let i = 0; i < ranges.count; i += every) edges.push(startOf(ranges, i, bits))
  return [...edges, ...edges.map(edge => edge - 1n).filter(edge => edge >= 0n), ...random.map(r => r % size)]
}

function plain({ starts, classes, count }: ClassRanges, width: number): object {
  return { starts: [...starts.subarray(0, count * width)], classes: [...classes.subarray(0, count)], count }
}

const ONE: ClassRanges = rangesOf([], 32)
const ONE6: ClassRanges = rangesOf([], 128)
/** Addresses that share long prefixes, so that every depth is cut. */
const near = (bits: 32 | 128): fc.Arbitrary<bigint> =>
  fc
    .tuple(
      fc.constantFrom(0n, 0x2001_0db8n, 0xffff_ffffn),
      fc.bigInt(0n, 3n),
      fc.nat(bits - 32),
      fc.bigInt(0n, 9n),
    )
    .map(([head, next, shift, tail]) => {
      const value =
        bits === 32
          ? (head ^ (next << 16n)) + (tail << BigInt(shift % 16))
          : (head << 96n) + (next << BigInt(shift)) + tail
      return value & ((1n << BigInt(bits)) - 1n)
    })
const cuts = (bits: 32 | 128, classesMax: number): fc.Arbitrary<Cut[]> =>
  fc.array(fc.tuple(fc.oneof(near(bits), fc.bigInt(0n, (1n << BigInt(bits)) - 1n)), fc.nat(classesMax)), {
    maxLength: 40,
  })
const addresses = fc.array(fc.oneof(near(32), near(128), fc.bigInt(0n, (1n << 128n) - 1n)), { maxLength: 20 })

describe('a table of networks', () => {
  it('tells the class and the scope of every address (a few networks)', () => {
    fc.assert(
      fc.property(cuts(32, 3), cuts(128, 3), addresses, (cuts4, cuts6, random) =>
        expectAll(rangesOf(cuts4, 32), rangesOf(cuts6, 128), random),
      ),
      { numRuns: 300 },
    )
  })

  for (const [title, classes] of [
    ['many networks', 5],
    ['many networks, two classes', 2],
    ['more classes than fit half a word', 70_000],
  ] as const)
    it(`tells them too where there are ${title}`, () => {
      fc.assert(
        fc.property(fc.nat(), addresses, (seed, random) => {
          let state = BigInt(seed) | 1n
          const roll = (): bigint => {
            state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffff_ffff_ffff_ffffn
            return state >> 32n
          }
          // Half of them close together: whole /16s in between are of one class.
          const many = Array.from({ length: 6_000 }, (_, i): Cut => {
            const start = i % 2 === 0 ? roll() : 0x0a00_0000n + (roll() % 0x4_0000n)
            return [i % 7 === 0 ? start & 0xffff_0000n : start, Number(roll() % BigInt(classes))]
          })
          expectAll(rangesOf(many, 32), ONE6, random)
        }),
        { numRuns: 5 },
      )
    })

  it('knows a single network, whose scope is everything', () => {
    expectAll(ONE, ONE6, [0n, 1n, (1n << 32n) - 1n, (1n << 128n) - 1n])
  })

  it('says which IPv6 addresses carry an IPv4 one', () => {
    const mapped = 0xffffn << 32n
    const carries = rangesOf(
      [
        [mapped, CARRIES_V4],
        [mapped + (1n << 32n), 0],
      ],
      128,
    )
    expectAll(ONE, carries, [mapped, mapped + 5n, mapped - 1n])
    expect(new Networks(networkTables(ONE, carries)).find6(octetsOf(mapped + 9n), 0)).to.equal(CARRIES_V4)
  })
})
