/** How often regions changed and what probes came to, counted for whoever reports. Judges nothing. */

import type { Clock } from '../base/clock.ts'
import type { HealthChange } from '../health/judge/book.ts'

export class HealthTally {
  /** By name, region and state it changed to. */
  readonly transitions = new Map<string, { name: string; region: string; to: string; count: number }>()
  readonly probes = { ok: 0, failed: 0, none: 0 }
  /** When a probe last brought a sample. */
  lastProbeMs: number | undefined
  private readonly clock: Clock

  constructor(clock: Clock) {
    this.clock = clock
  }

  changed({ kind, subject, to }: HealthChange): void {
    if (kind !== 'region') return
    const at = subject.lastIndexOf('/')
    const [name, region] = [subject.slice(0, at), subject.slice(at + 1)]
    const key = `${subject} ${to}`
    const known = this.transitions.get(key) ?? { name, region, to, count: 0 }
    known.count++
    this.transitions.set(key, known)
  }

  probed(ok: boolean): void {
    this.probes[ok ? 'ok' : 'failed']++
    this.lastProbeMs = this.clock()
  }
}
