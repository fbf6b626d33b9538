/** How many octets of JavaScript heap a query costs: V8's own garbage-collection trace, with a new space so small
 *  that it fills soon, while a counted number of queries runs. Knows the trace's lines and nothing of the server. */

export interface HeapGrowth {
  /** V8 isolate: the main thread or a worker. */
  readonly isolate: string
  readonly collections: number
  readonly grownBytes: number
  /** An upper bound. */
  readonly bytesPerQuery: number
}

export interface HeapReport {
  readonly queries: number
  readonly isolates: readonly HeapGrowth[]
  /** An isolate that was never collected cannot have filled its new space: less than this per query. */
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

interface Collection {
  readonly isolate: string
  readonly beforeMb: number
  readonly afterMb: number
}

/** `earlier` is what was printed before the queries, `trace` what while they were answered. What was allocated is
 *  what each collection found above what the one before it had left. V8 prints tenths of a megabyte. */
export function heapGrowth(earlier: string, trace: string, queries: number): HeapReport {
  const left = new Map(collectionsIn(earlier).map(({ isolate, afterMb }) => [isolate, afterMb]))
  const grown = new Map<string, { mb: number; collections: number }>()
  for (const { isolate, beforeMb, afterMb } of collectionsIn(trace)) {
    const sum = grown.get(isolate) ?? { mb: 0, collections: 0 }
    const mb = Math.max(0, beforeMb - (left.get(isolate) ?? beforeMb - SEMI_SPACE_MB))
    grown.set(isolate, { mb: sum.mb + mb, collections: sum.collections + 1 })
    left.set(isolate, afterMb)
  }
  return {
    queries,
    isolates: [...grown].map(([isolate, { mb, collections }]) => ({
      isolate,
      collections,
      grownBytes: mb * 1e6,
      bytesPerQuery: (mb * 1e6) / queries,
    })),
    unseenBytesPerQuery: (SEMI_SPACE_MB * 1_048_576) / queries,
  }
}

function collectionsIn(trace: string): Collection[] {
  return trace.split('\n').flatMap(line => {
    const match = TRACE.exec(line)
    if (match === null) return []
    return [{ isolate: match[1]!, beforeMb: Number(match[2]), afterMb: Number(match[3]) }]
  })
}
