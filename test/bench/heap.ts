/** How many octets of JavaScript heap a query costs: V8's own garbage-collection trace, with a new space so small
 *  that it fills soon, while a counted number of queries runs. Knows the trace's lines and nothing of the server. */

export interface HeapGrowth {
  /** V8 isolate: the main thread or a worker. */
  readonly isolate: string
  readonly collections: number
  readonly bytesPerQuery: number
}

export interface HeapReport {
  readonly queries: number
  readonly isolates: readonly HeapGrowth[]
  /** An isolate that never filled its new space allocated less than this per query. */
  readonly unseenBytesPerQuery: number
}

export const SEMI_SPACE_MB = 1

/** For the `node` that is to be watched. */
export const HEAP_NODE_ARGS: readonly string[] = [
  '--trace-gc',
  `--min-semi-space-size=${SEMI_SPACE_MB}`,
  `--max-semi-space-size=${SEMI_SPACE_MB}`,
]

/** `[1234:0x5581]  812 ms: Scavenge 5.1 (6.4) -> 4.6 (6.9) MB, …` */
const TRACE =
  /^\[\d+:(0x[0-9a-f]+)\]\s+\d+ ms: \S.*? (\d+(?:\.\d+)?) \([\d.]+\) -> (\d+(?:\.\d+)?) \([\d.]+\) MB/

/** `trace` is what was printed while `queries` were answered. */
export function heapGrowth(trace: string, queries: number): HeapReport {
  const seen = new Map<string, { after: number | undefined; allocatedMb: number; collections: number }>()
  for (const line of trace.split('\n')) {
    const match = TRACE.exec(line)
    if (match === null) continue
    const isolate = match[1]!
    const state = seen.get(isolate) ?? { after: undefined, allocatedMb: 0, collections: 0 }
    // Before the first collection in the window at most a full new space was allocated.
    const grownMb = state.after === undefined ? SEMI_SPACE_MB : Math.max(0, Number(match[2]) - state.after)
    seen.set(isolate, {
      after: Number(match[3]),
      allocatedMb: state.allocatedMb + grownMb,
      collections: state.collections + 1,
    })
  }
  return {
    queries,
    isolates: [...seen].map(([isolate, state]) => ({
      isolate,
      collections: state.collections,
      bytesPerQuery: (state.allocatedMb * 1e6) / queries,
    })),
    unseenBytesPerQuery: (SEMI_SPACE_MB * 1_048_576) / queries,
  }
}
