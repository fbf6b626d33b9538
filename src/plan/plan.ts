/** The plan: everything the data plane knows, as one immutable set of zone images in shared memory.
 *  A new plan is built whole and handed to the workers, who adopt it between two batches. */

export interface Plan {
  /** Grows with every published plan. */
  readonly generation: number
  readonly zones: readonly ZonePart[]
}

/** One zone of a plan. */
export interface ZonePart {
  /** See `image.ts` for the format. */
  readonly image: SharedArrayBuffer
  /** See `board.ts`; absent when the zone steers nothing. */
  readonly board?: SharedArrayBuffer
  /** See `networks.ts`; by policy. */
  readonly networks: readonly SharedArrayBuffer[]
}

/** What a plan takes up in memory, nearly. */
export function planBytes({ zones }: Plan): number {
  let bytes = 0
  for (const { image, networks } of zones) {
    bytes += image.byteLength
    for (const table of networks) bytes += table.byteLength
  }
  return bytes
}

/** Words of the control block, shared between the main thread and the workers. */
export const Control = {
  /** Generation of the newest published plan; a worker that sees another one than its own asks its port. */
  Generation: 0,
  /** Non-zero asks every worker to finish what is queued and leave. */
  Stop: 1,
} as const

export const CONTROL_WORDS = 16
