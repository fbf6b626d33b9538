/** All that metrics are made of, as it is at one moment. Shapes only. */

import type { CounterBlock } from '../base/counters.ts'
import type { SocketFigures } from './kernel.ts'

export interface MetricFacts {
  readonly version: string
  readonly workers: readonly WorkerFacts[]
  readonly sockets: readonly SocketFigures[]
  /** By zone (empty for what is in none), then by rcode: 0 to 11, and BADVERS as the last. */
  readonly rcodes: ReadonlyMap<string, Float64Array>
  readonly steering: SteeringFacts
  readonly plan: PlanFacts
  /** Absent while nothing is watched. */
  readonly health: HealthFacts | undefined
  readonly sources: readonly SourceFacts[]
  readonly geo: readonly { readonly name: string; readonly dateSeconds: number }[]
  /** Absent where nothing is observed of the traffic. */
  readonly taps?: TapFacts | undefined
}

export interface TapFacts {
  /** Messages, since the start. */
  readonly dnstap?: {
    readonly connected: boolean
    readonly sent: number
    readonly droppedRing: number
    readonly droppedUnheard: number
    readonly droppedTooSlow: number
  }
  readonly spans?: { readonly sent: number; readonly dropped: number }
}

export interface WorkerFacts {
  readonly name: string
  readonly counters: CounterBlock
  readonly deaths: number
  /** Undefined where the kernel does not tell. */
  readonly cpuSeconds: number | undefined
  /** Share of the time since an earlier look that it was on a core. */
  readonly busyRatio: number | undefined
}

export interface SteeringFacts {
  readonly answers: readonly {
    readonly zone: string
    readonly policy: string
    /** Empty where none was answered. */
    readonly region: string
    readonly reason: string
    readonly count: number
  }[]
  readonly unknownPlace: readonly { readonly zone: string; readonly policy: string; readonly count: number }[]
  readonly audited: number
  readonly violations: number
}

export interface PlanFacts {
  readonly generation: number
  readonly publishedSeconds: number
  readonly builds: number
  readonly buildsFailed: number
  readonly lastBuildSeconds: number
  readonly zones: readonly {
    readonly zone: string
    readonly state: string
    readonly serial: number | undefined
    readonly records: number
  }[]
  readonly loadFailures: ReadonlyMap<string, number>
}

export interface HealthFacts {
  readonly regions: readonly {
    readonly zone: string
    readonly name: string
    readonly policy: string
    readonly region: string
    readonly state: string
    readonly isServed: boolean
    readonly shareUp: number
  }[]
  readonly transitions: readonly {
    readonly name: string
    readonly region: string
    readonly to: string
    readonly count: number
  }[]
  readonly doubts: readonly { readonly zone: string; readonly name: string; readonly source: string }[]
  readonly orders: number
  readonly probes: number
  /** How late the 99th of a hundred starts, of the last few thousand. */
  readonly probeLatenessSeconds: number
  readonly probeResults: { readonly ok: number; readonly failed: number; readonly none: number }
}

export interface SourceFacts {
  readonly name: string
  readonly isFresh: boolean
  /** Undefined when it never spoke. */
  readonly silentSeconds: number | undefined
}
