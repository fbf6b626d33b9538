/** The plan: everything the data plane knows, as one immutable set of zone images in shared memory.
 *  A new plan is built whole and handed to the workers, who adopt it between two batches. */

export interface Plan {
  /** Grows with every published plan. */
  readonly generation: number
  /** One image per zone; see `image.ts` for the format. */
  readonly zones: readonly SharedArrayBuffer[]
}

/** Words of the control block, shared between the main thread and the workers. */
export const Control = {
  /** Generation of the newest published plan; a worker that sees another one than its own asks its port. */
  Generation: 0,
  /** Non-zero asks every worker to finish what is queued and leave. */
  Stop: 1,
} as const

export const CONTROL_WORDS = 16
