/** Counters in shared memory. Each worker owns one block and is its only writer, so a plain `++` is
 *  enough; whoever reports sums the blocks. A 64-bit float counts exactly up to 2^53. */

export const Counter = {
  QueriesUdp: 0,
  QueriesTcp: 1,
  Dropped: 2,
  Truncated: 3,
  Referrals: 4,
  /** Rcode n is counted at Rcode0 + n, the twelve of RFC 1035 and 2136; anything above is BADVERS. */
  Rcode0: 5,
  RcodeBadVers: 17,
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
} as const

export const COUNTERS_PER_WORKER = 32

export type CounterBlock = Float64Array<SharedArrayBuffer>

export function newCounterBlock(): CounterBlock {
  return new Float64Array(new SharedArrayBuffer(COUNTERS_PER_WORKER * 8))
}

export function sumCounters(blocks: readonly CounterBlock[], counter: number): number {
  return blocks.reduce((sum, block) => sum + block[counter]!, 0)
}
