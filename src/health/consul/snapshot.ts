/** The last believed states as plain JSON, out and in again. What is read back is checked like any input; where
 *  it is kept is somebody else's business. */

import { z } from 'zod'
import type { KeptService } from './service-watch.ts'

export interface ConsulSnapshot {
  readonly version: 1
  readonly services: readonly KeptService[]
}

const address = z.string().min(1)
const count = z.number().int().nonnegative()

const instance = z.strictObject({
  id: z.string(),
  node: z.string(),
  addresses: z.strictObject({
    lan4: z.ipv4().exactOptional(),
    lan6: z.ipv6().exactOptional(),
    wan4: z.ipv4().exactOptional(),
    wan6: z.ipv6().exactOptional(),
    service: address,
  }),
  port: count,
  status: z.enum(['passing', 'warning', 'critical']),
  weights: z.strictObject({ passing: count, warning: count }),
  maintenance: z.enum(['none', 'service', 'node']),
  tags: z.array(z.string()),
})

const snapshot = z.strictObject({
  version: z.literal(1),
  services: z.array(
    z.strictObject({
      datacenter: z.string().min(1),
      service: z.string().min(1),
      tag: z.string().exactOptional(),
      instances: z.array(instance),
      index: count,
      atMs: z.number(),
    }),
  ),
})

/** The snapshot, or one line that says what is wrong with it. */
export function readSnapshot(raw: unknown): ConsulSnapshot | string {
  const read = snapshot.safeParse(raw)
  if (read.success) return read.data
  const [first] = read.error.issues
  return `not a snapshot: ${first?.path.join('.') ?? ''} ${first?.message ?? ''}`.trim()
}
