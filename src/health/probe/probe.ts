/** What Meridian's own probes are asked and what they say: targets in, samples out, and the closed list of reasons
 *  for which a probe can fail. Knows no sockets, no schedule, and no verdicts: one sample withdraws nothing. */

import type { Address } from '../../base/address.ts'

export const PROBE_KINDS = ['http', 'https', 'tcp', 'tls', 'dns', 'grpc'] as const
export type ProbeKind = (typeof PROBE_KINDS)[number]

/** Of the kinds of `$CHECK`, those that are probed from here. */
export function isProbeKind(kind: string): kind is ProbeKind {
  return (PROBE_KINDS as readonly string[]).includes(kind)
}

/** What a `$CHECK` of one of these kinds says: its fields under the same names, so that a check can be handed
 *  over as it is. */
export interface ProbeSpec {
  readonly kind: ProbeKind
  /** The path (http, https), name (dns) or service (grpc; empty asks for the server as a whole). */
  readonly target: string
  readonly port: number
  readonly intervalMs: number
  /** For everything: connecting, the TLS handshake, and the last octet of the answer. */
  readonly timeoutMs: number
  readonly expect: ProbeExpectation
  /** Host header, SNI or authority; empty means the target's own name. */
  readonly host: string
  /** `verified` when left out. `unverified` takes any certificate, `plain` (grpc alone) uses no TLS. */
  readonly security?: ProbeSecurity
}

export type ProbeSecurity = 'verified' | 'unverified' | 'plain'

/** Empty fields ask for nothing. */
export interface ProbeExpectation {
  readonly statuses: readonly { readonly from: number; readonly to: number }[]
  readonly text: string
  readonly addresses: readonly Address[]
}

export interface ProbeTarget {
  /** Whatever the caller likes; no two targets share one. The phase within the interval is its hash. */
  readonly id: string
  readonly address: Address
  /** The steered name, used where the spec says no host. */
  readonly name: string
  readonly spec: ProbeSpec
}

/** Why a probe failed. Closed, so that it can be a label of a metric. */
export const FAILURE_REASONS = [
  'refused',
  'unreachable',
  'closed',
  'timeout',
  'tls-failed',
  'certificate-date',
  'certificate-name',
  'certificate-untrusted',
  'wrong-status',
  'wrong-text',
  'wrong-answer',
  'not-serving',
  'bad-reply',
] as const
export type FailureReason = (typeof FAILURE_REASONS)[number]

/** Why there is no sample: the operator forbids it, this host could not (no descriptors, no route), this process
 *  slept through it, or the question cannot be put. None of them says anything about the target. */
export type GapCause = 'denied' | 'local' | 'stalled' | 'unaskable'

export type ProbeOutcome =
  | { readonly kind: 'ok'; readonly detail: string; readonly warning: string }
  | { readonly kind: 'failed'; readonly reason: FailureReason; readonly detail: string }
  | { readonly kind: 'gap'; readonly cause: GapCause; readonly detail: string }

export interface ProbeSample {
  readonly targetId: string
  readonly ok: boolean
  /** Absent when it is ok. */
  readonly reason?: FailureReason
  /** For people; printable, and short. */
  readonly detail: string
  /** Of a good sample: what will go wrong soon, such as a certificate that ends. Mostly empty. */
  readonly warning: string
  readonly elapsedMs: number
  /** When it ended, by the prober's clock. */
  readonly atMs: number
}

/** A target that was due, or would be, and yields no sample. */
export interface ProbeGap {
  readonly targetId: string
  readonly cause: GapCause
  readonly detail: string
  readonly atMs: number
}

/** All that makes two probes the same probe: who gets the same key from several policies may send one for all. */
export function probeKey(target: ProbeTarget): string {
  const { spec, address } = target
  const { kind, port, intervalMs, timeoutMs, expect } = spec
  const isNamed = kind !== 'tcp' && kind !== 'dns'
  const addresses = expect.addresses.map(({ octets }) => octets.join('.'))
  return JSON.stringify([
    kind,
    address.octets.join('.'),
    port,
    spec.target,
    isNamed ? hostOf(target) : '',
    spec.security ?? 'verified',
    intervalMs,
    timeoutMs,
    expect.statuses.map(({ from, to }) => [from, to]),
    expect.text,
    addresses,
  ])
}

/** Without the final dot, which neither SNI (RFC 6066 §3) nor certificates carry. */
export function hostOf({ spec, name }: ProbeTarget): string {
  return (spec.host === '' ? name : spec.host).replace(/\.$/, '')
}
