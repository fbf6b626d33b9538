/** Counters in shared memory. Each worker owns one block and is its only writer, so a plain `++` is
 *  enough; whoever reports sums the blocks. A 64-bit float counts exactly up to 2^53. */

export const Counter = {
  /** Not counted as queries: too short, or responses. */
  Dropped: 2,
  Truncated: 3,
  Referrals: 4,
  Batches: 18,
  BytesIn: 19,
  BytesOut: 20,
  SendErrors: 21,
  TcpAccepted: 22,
  TcpClosedIdle: 23,
  TcpRefused: 24,
  TcpOpen: 25,
  /** Turns in which there was nothing to do: with Batches, what shows that a worker is alive. */
  IdleTurns: 26,
  /** Of the plan that it answers from; 0 before the first. */
  Generation: 27,
  /** As the kernel numbers threads; 0 where it does not tell. */
  ThreadId: 28,
} as const

/** Queries by transport (UDP, TCP), client subnet (without, with) and type: at
 *  QUERIES_AT + (transport × 2 + subnet) × TYPES_COUNTED + place of the type. */
export const QUERIES_AT = 32

/** RR types that are counted by name, with their numbers; any other counts as the first. What clients may choose
 *  freely must never make a series of its own. */
export const COUNTED_TYPES: readonly (readonly [name: string, type: number])[] = [
  ['other', -1],
  ['A', 1],
  ['NS', 2],
  ['CNAME', 5],
  ['SOA', 6],
  ['PTR', 12],
  ['MX', 15],
  ['TXT', 16],
  ['AAAA', 28],
  ['SRV', 33],
  ['NAPTR', 35],
  ['DS', 43],
  ['DNSKEY', 48],
  ['SVCB', 64],
  ['HTTPS', 65],
  ['ANY', 255],
]
export const TYPES_COUNTED = COUNTED_TYPES.length
/** Types from here on count as other. */
export const COUNTED_TYPE_MAX = 256

/** Type below COUNTED_TYPE_MAX → its place among COUNTED_TYPES. */
export const PLACE_OF_TYPE = new Uint8Array(COUNTED_TYPE_MAX)
for (const [place, [, type]] of COUNTED_TYPES.entries()) if (type > 0) PLACE_OF_TYPE[type] = place

/** Batches by size: 1, 2–3, 4–7 … 64. */
export const BATCH_SIZES_AT = QUERIES_AT + 4 * TYPES_COUNTED
export const BATCH_SIZES = 7

/** Of some batches it is noted how long each took from the socket back to the socket; every query of the batch
 *  counts. Upper bounds of the classes; beyond the last is one more. Behind them stands the sum in microseconds. */
export const LATENCIES_AT = BATCH_SIZES_AT + BATCH_SIZES + 1
export const LATENCY_BOUNDS_US = [10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000] as const
export const LATENCY_SUM_AT = LATENCIES_AT + LATENCY_BOUNDS_US.length + 1

export const COUNTERS_PER_WORKER = Math.ceil((LATENCY_SUM_AT + 1) / 8) * 8

export type CounterBlock = Float64Array<SharedArrayBuffer>

export function newCounterBlock(): CounterBlock {
  return new Float64Array(new SharedArrayBuffer(COUNTERS_PER_WORKER * 8))
}

/** Of one transport: 0 for UDP, 1 for TCP. */
export function sumQueries(blocks: readonly CounterBlock[], transport: number): number {
  const from = QUERIES_AT + transport * 2 * TYPES_COUNTED
  let sum = 0
  for (const block of blocks) for (let i = 0; i < 2 * TYPES_COUNTED; i++) sum += block[from + i]!
  return sum
}

export function sumCounters(blocks: readonly CounterBlock[], counter: number): number {
  return blocks.reduce((sum, block) => sum + block[counter]!, 0)
}

export function noteLatency(counters: CounterBlock, queries: number, elapsedUs: number): void {
  let place = 0
  while (place < LATENCY_BOUNDS_US.length && elapsedUs > LATENCY_BOUNDS_US[place]!) place++
  counters[LATENCIES_AT + place]! += queries
  counters[LATENCY_SUM_AT]! += elapsedUs * queries
}
