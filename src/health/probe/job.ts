/** What one probe is given. Knows no kinds and no schedule. */

import type { Destination } from './deny.ts'
import type { ProbeSpec } from './probe.ts'
import type { Trust } from './secure.ts'

/** A target that may be probed, with all it takes. */
export interface ProbeJob {
  readonly destination: Destination
  readonly spec: ProbeSpec
  readonly host: string
  readonly trust: Trust
}
