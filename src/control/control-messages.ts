/** What an operator's command and the server say to each other through the control socket: one line of JSON each
 *  way. A stranger's line is read here and nowhere else. */

import { z } from 'zod'
import type { Change } from '../health/memory/history.ts'
import { OVERRIDE_ACTIONS, type Override, PATTERN_CHARS_MAX } from '../health/overrides/override.ts'
import type { Traffic } from './traffic-meter.ts'

const REMARK_MAX = 1_000
const PUSH_MS_MAX = 7 * 86_400_000

const ORDER = z.strictObject({
  kind: z.literal('order'),
  action: z.enum(OVERRIDE_ACTIONS as [string, ...string[]]).transform(text => text as Override['action']),
  pattern: z.string().max(PATTERN_CHARS_MAX),
  forMs: z.number().positive().optional(),
  by: z.string().max(REMARK_MAX),
  why: z.string().max(REMARK_MAX),
})
const HEALTH = z.strictObject({
  kind: z.literal('health'),
  /** Of this name alone, with or without the last dot. */
  name: z.string().max(1_024).optional(),
  history: z.boolean(),
})
/** What a script writes by hand has no more fields than it needs. */
const PUSH = z.strictObject({
  kind: z.literal('push'),
  /** Which regions, as an order has it. */
  pattern: z.string().max(PATTERN_CHARS_MAX),
  check: z.string().max(REMARK_MAX),
  verdict: z.enum(['up', 'down']),
  /** Of the region alone when left out. */
  address: z.string().max(REMARK_MAX).optional(),
  /** How long it holds; three intervals of the check when left out. */
  forMs: z.number().positive().max(PUSH_MS_MAX).optional(),
  by: z.string().max(REMARK_MAX).default(''),
  why: z.string().max(REMARK_MAX).default(''),
})
const STATUS = z.strictObject({ kind: z.literal('status') })
const REQUEST = z.discriminatedUnion('kind', [ORDER, PUSH, HEALTH, STATUS])

export type ControlRequest = z.infer<typeof REQUEST>
export type OrderRequest = z.infer<typeof ORDER>
export type PushRequest = z.infer<typeof PUSH>
export type HealthRequest = z.infer<typeof HEALTH>

export type ControlReply = OrderReply | PushReply | HealthReply | StatusReply | Refusal

/** The request is understood and wrong. */
export interface Refusal {
  readonly kind: 'refused'
  readonly text: string
  readonly hint?: string
}

export interface OrderReply {
  readonly kind: 'order'
  readonly override: Override
  /** It holds, but something is amiss. */
  readonly warnings: readonly string[]
  /** Which regions it speaks of, and how they are now. */
  readonly regions: readonly { readonly name: string; readonly region: string; readonly state: string }[]
  /** Absent where orders stay on this node. */
  readonly sharing?: readonly SharingReport[]
}

/** How orders fare with one Consul datacenter that keeps them for the fleet. */
export interface SharingReport {
  readonly datacenter: string
  readonly state: 'unknown' | 'shared' | 'silent' | 'forbidden'
  /** Orders that are here and not yet there. */
  readonly waiting: number
  /** Why they are not shared. */
  readonly reason: string
}

export interface PushReply {
  readonly kind: 'push'
  readonly check: string
  readonly verdict: 'up' | 'down'
  readonly untilWallMs: number
  /** It is noted, but something keeps it from counting. */
  readonly warnings: readonly string[]
  /** Every name that it counts for, and how its region is now. */
  readonly regions: readonly { readonly name: string; readonly region: string; readonly state: string }[]
}

export interface HealthReply {
  readonly kind: 'health'
  readonly names: readonly NameReport[]
  /** Oldest first; only of one name, and only when asked for. */
  readonly history?: readonly Change[]
  /** Absent where orders stay on this node. */
  readonly sharing?: readonly SharingReport[]
}

export interface NameReport {
  readonly zone: string
  readonly name: string
  /** Sources of health that are not believed now. */
  readonly doubted: readonly string[]
  readonly regions: readonly RegionReport[]
}

export interface RegionReport {
  readonly region: string
  readonly state: string
  /** Without the operator's word. */
  readonly judged: string
  readonly forMs: number
  readonly shareUp: number
  readonly checks: readonly { readonly name: string; readonly passing: number; readonly total: number }[]
  readonly source: string
  readonly detail: string
  readonly override?: Override
  readonly addresses: readonly {
    readonly address: string
    readonly state: string
    readonly forMs: number
    readonly source: string
    readonly detail: string
  }[]
  /** As `_health` has it. */
  readonly line: string
}

/** Fields may be added, never changed: programs read it (`meridian status --json`). */
export interface StatusReply {
  readonly kind: 'status'
  readonly version: string
  readonly pid: number
  readonly upMs: number
  readonly listen: readonly string[]
  readonly generation: number
  readonly workers: number
  readonly workerRestarts: number
  /** What an operator should know first, in words. */
  readonly problems: readonly string[]
  readonly traffic: Traffic
  readonly zones: readonly {
    readonly zone: string
    readonly state: string
    readonly serial: number | undefined
    readonly records: number
  }[]
  /** Empty while no zone steers. */
  readonly geo: readonly {
    readonly name: string
    readonly date: string
    readonly days: number | undefined
    readonly isOld: boolean
  }[]
  /** Absent while nothing is watched. */
  readonly health?: {
    readonly names: number
    readonly regionsOut: number
    readonly probes: number
    readonly probesDenied: number
    readonly doubted: readonly { readonly name: string; readonly sources: readonly string[] }[]
    /** Orders in force. */
    readonly overrides: readonly Override[]
    /** What is out first. */
    readonly regions: readonly RegionSummary[]
    readonly sources: readonly SourceSummary[]
    /** Absent where orders stay on this node. */
    readonly sharing?: readonly SharingReport[]
  }
}

/** A region of a zone, over all names that it serves. */
export interface RegionSummary {
  readonly zone: string
  readonly region: string
  /** Of the name that fares worst. */
  readonly state: string
  readonly names: number
  /** Names for which it is out. */
  readonly out: number
  readonly forMs: number
  readonly addressesUp: number
  readonly addresses: number
  readonly sources: readonly string[]
  /** Of the oldest word; absent while nobody said anything. */
  readonly ageMs?: number
  readonly detail: string
}

export interface SourceSummary {
  readonly name: string
  readonly state: string
  /** Absent when it was never heard. */
  readonly ageMs?: number
  readonly detail: string
}

export function readRequest(line: string): ControlRequest | Refusal {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return { kind: 'refused', text: 'not a line of JSON' }
  }
  const read = REQUEST.safeParse(value)
  if (read.success) return read.data
  const { path, message } = read.error.issues[0]!
  return { kind: 'refused', text: `${path.join('.') || 'request'}: ${message}` }
}
