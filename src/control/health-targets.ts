/** Served zones → what is judged, what is probed, and where on which board the outcome goes. Pure; knows no
 *  verdicts. */

import type { Address } from '../base/address.ts'
import type { BoardPlace, BoardPolicy } from '../compile/board.ts'
import { wantedOf } from '../compile/followed.ts'
import type { RegionAddresses } from '../compile/region-addresses.ts'
import { type WantedService, wantedKey } from '../health/consul/view.ts'
import {
  type CheckSpec,
  type HealthTarget,
  type RegionSpec,
  type Subject,
  subjectKey,
  subjectOf,
} from '../health/judge/spec.ts'
import { isProbeKind, type ProbeSpec, type ProbeTarget } from '../health/probe/probe.ts'
import type { Check, ConsulRecord } from '../policy/steering.ts'
import { printAddress } from '../policy/values.ts'
import { printName } from '../wire/name.ts'
import type { BuiltZone } from './build.ts'

export type WatchedZone = Pick<BuiltZone, 'zone' | 'part' | 'steered'>

/** One steered name under watch, and where its regions' health is written. */
export interface Watch {
  readonly target: HealthTarget
  readonly board: Int32Array
  readonly policy: BoardPolicy
  readonly place: BoardPlace
  /** By slot. */
  readonly addresses: readonly RegionAddresses[]
  /** By slot: the CONSUL record that a region's addresses come from. Absent where none does. */
  readonly services?: readonly (ConsulRecord | undefined)[]
}

/** Names as health speaks of them: lower case already, without the last dot. */
export function healthName(printed: string): string {
  return printed.length > 1 ? printed.replace(/\.$/, '') : printed
}

export function watchesOf(zones: readonly WatchedZone[]): Watch[] {
  return zones.flatMap(({ zone, part, steered }) => {
    if (steered === undefined || part.board === undefined) return []
    const board = new Int32Array(part.board)
    return steered.steering.names.map((name, i) => {
      const policy = steered.policies[name.policy]!
      const addresses = steered.addresses[i]!
      const services = name.regionServices?.map(at => (at === undefined ? at : steered.steering.services[at]))
      const target: HealthTarget = {
        zone: healthName(zone),
        name: healthName(printName(name.name)),
        regions: policy.policy.regions.map(({ name: region, datacenter }, slot): RegionSpec => {
          const spec = { name: region, addresses: textsOf(addresses[slot]!) }
          const service = services?.[slot]
          return service === undefined
            ? spec
            : { ...spec, ...followedSpec(service, policy.policy.checks, datacenter, spec.addresses) }
        }),
        checks: policy.policy.checks,
        threshold: policy.policy.threshold,
        rampMs: policy.policy.rampMs,
        ...(policy.policy.maxWithdraw === undefined ? {} : { maxWithdraw: policy.policy.maxWithdraw }),
      }
      const watch = { target, board, policy, place: steered.places[i]!, addresses }
      return services === undefined ? watch : { ...watch, services }
    })
  })
}

//------------ Consul ---

/** One thing that Consul is asked for a region's sake. */
export interface ConsulAsk {
  readonly wanted: WantedService
  /** The region as a whole. */
  readonly subject: Subject
  readonly minPassing: number
  readonly addresses: readonly string[]
  /** The addresses come from this very catalog: one that is no longer in it is out. */
  readonly isFollowed: boolean
}

/** Checks of the policy, and what the addresses of each region come from. */
export function consulAsksOf({ target, policy, services }: Watch): ConsulAsk[] {
  const checks = policy.policy.checks.filter(({ kind }) => kind === 'consul')
  return policy.policy.regions.flatMap(({ name: region, datacenter }, slot) => {
    const { addresses } = target.regions[slot]!
    const service = services?.[slot]
    const ask = (wanted: WantedService, check: string, minPassing: number): ConsulAsk => ({
      wanted,
      subject: { zone: target.zone, region, check, address: '' },
      minPassing,
      addresses,
      isFollowed: service !== undefined && wantedKey(wanted) === wantedKey(wantedOf(service)),
    })
    const asked =
      datacenter === undefined
        ? []
        : checks.map(check => ask(wantedBy(check, datacenter), check.name, check.minPassing))
    if (service === undefined || asked.some(({ isFollowed }) => isFollowed)) return asked
    return [...asked, ask(wantedOf(service), followedCheck(service).name, 0)]
  })
}

/** What a CONSUL record asks of its catalog beside the policy's own checks: that somebody passes. No check of a zone
 *  file can have such a name. */
function followedCheck({ service, tag }: ConsulRecord): CheckSpec {
  const name = tag === '' ? `consul:${service}` : `consul:${tag}.${service}`
  return { name, kind: 'consul', intervalMs: 0, timeoutMs: 0, fall: 1, rise: 1 }
}

function followedSpec(
  service: ConsulRecord,
  checks: readonly Check[],
  datacenter: string | undefined,
  addresses: readonly string[],
): Partial<RegionSpec> {
  const key = wantedKey(wantedOf(service))
  const isAsked =
    datacenter !== undefined &&
    checks.some(check => check.kind === 'consul' && wantedKey(wantedBy(check, datacenter)) === key)
  const lacks = `Consul has named no address of service ${service.service} in ${service.datacenter} yet`
  return {
    ...(isAsked ? {} : { checks: [...checks, followedCheck(service)] }),
    ...(addresses.length > 0 ? {} : { lacks }),
  }
}

function wantedBy({ target: service, tag }: Check, datacenter: string): WantedService {
  return tag === '' ? { datacenter, service } : { datacenter, service, tag }
}

//------------ Probes ---

/** Those of the checks that are probed from here, one of each subject: names that share a region, a check and an
 *  address share the verdict unless they are asked for by name. A region without addresses of its own, such as an
 *  alias, is not probed. */
export function probesOf(watches: readonly Watch[]): Map<string, { target: ProbeTarget; subject: Subject }> {
  const probes = new Map<string, { target: ProbeTarget; subject: Subject }>()
  for (const { target, policy, addresses } of watches) {
    const specs = policy.policy.checks.filter(isProbed)
    for (const [slot, region] of policy.policy.regions.entries())
      for (const address of specs.length === 0 ? [] : allOf(addresses[slot]!))
        for (const spec of specs) {
          const text = printAddress(address.octets)
          const subject = subjectOf(target, region.name, spec, text)
          const id = subjectKey(subject)
          if (!probes.has(id)) probes.set(id, { subject, target: { id, address, name: target.name, spec } })
        }
  }
  return probes
}

function isProbed(check: Check): check is Check & ProbeSpec {
  return isProbeKind(check.kind)
}

function textsOf(addresses: RegionAddresses): string[] {
  return allOf(addresses).map(({ octets }) => printAddress(octets))
}

function allOf({ v4, v6 }: RegionAddresses): readonly Address[] {
  return [...v4, ...v6]
}
