/** What the checks may look at: the settings that would hold, the host's files, the zones as they would be judged,
 *  and a server that runs already. Only shapes; the command fills them. */

import type { Clock } from '../base/clock.ts'
import type { Problem } from '../base/problem.ts'
import type { GeoInfo } from '../geo/image.ts'
import type { ConsulSettings } from '../health/consul/source.ts'
import type { Endpoint } from '../plan/worker-contract.ts'

export interface Patient {
  readonly settings: PatientSettings
  readonly clock: Clock
  readonly wallClock: Clock
  /** The text of a file of the system's own, /proc and the like; undefined when it cannot be had. */
  readonly read: (path: string) => string | undefined
  readonly version: string
  /** The oldest Node that will do, `20.19`. */
  readonly nodeMin: string
  /** Asked once, whoever asks. */
  readonly zones: () => ZonesJudged
  readonly geo: () => GeoJudged
  /** Why the admin listener cannot be opened, and what to do about it in a second line. */
  readonly adminFault: () => Promise<string | undefined>
  /** The server whose state folder this is; undefined when none answers. */
  readonly server: RunningServer | undefined
  /** Undefined when none is configured. */
  readonly consul: ConsulSettings | undefined
}

export interface PatientSettings {
  readonly zones: string
  readonly state: string
  readonly listen: readonly Endpoint[]
  /** Nobody said where to listen. */
  readonly listensByDefault: boolean
  readonly workers: number
  readonly udp: 'auto' | 'native' | 'dgram'
  readonly connectionsMax: number
}

export interface RunningServer {
  readonly pid: number
  readonly version: string
  /** As `ADDR:PORT`. */
  readonly listen: readonly string[]
}

export interface ZonesJudged {
  readonly problems: readonly Problem[]
  readonly zones: readonly { readonly zone: string; readonly errors: number; readonly warnings: number }[]
  /** What they would have of Consul. */
  readonly wanted: readonly WantedOfConsul[]
}

export interface WantedOfConsul {
  readonly zone: string
  readonly region: string
  readonly datacenter: string | undefined
  readonly service: string
}

export interface GeoJudged {
  /** Undefined when a source is broken. */
  readonly info: GeoInfo | undefined
  readonly problems: readonly Problem[]
}
