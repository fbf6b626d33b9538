/** Served zones → what is judged, what is probed, and where on which board the outcome goes. Pure; knows no
 *  verdicts. */

import type { Address } from '../base/address.ts'
import type { BoardPlace, BoardPolicy } from '../compile/board.ts'
import type { RegionAddresses } from '../compile/region-addresses.ts'
import { type HealthTarget, type Subject, subjectKey } from '../health/judge/spec.ts'
import { isProbeKind, type ProbeSpec, type ProbeTarget } from '../health/probe/probe.ts'
import type { Check } from '../policy/steering.ts'
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
      const target: HealthTarget = {
        zone: healthName(zone),
        name: healthName(printName(name.name)),
        regions: policy.policy.regions.map((region, slot) => ({
          name: region.name,
          addresses: allOf(addresses[slot]!).map(({ octets }) => printAddress(octets)),
        })),
        checks: policy.policy.checks,
        threshold: policy.policy.threshold,
      }
      return { target, board, policy, place: steered.places[i]!, addresses }
    })
  })
}

/** Those of the checks that are probed from here, one of each subject: names that share a region, a check and an
 *  address share the verdict. A region without addresses of its own, such as an alias, is not probed. */
export function probesOf(watches: readonly Watch[]): Map<string, { target: ProbeTarget; subject: Subject }> {
  const probes = new Map<string, { target: ProbeTarget; subject: Subject }>()
  for (const { target, policy, addresses } of watches) {
    const specs = policy.policy.checks.filter(isProbed)
    for (const [slot, region] of policy.policy.regions.entries())
      for (const address of specs.length === 0 ? [] : allOf(addresses[slot]!))
        for (const spec of specs) {
          const text = printAddress(address.octets)
          const subject = { zone: target.zone, region: region.name, check: spec.name, address: text }
          const id = subjectKey(subject)
          if (!probes.has(id)) probes.set(id, { subject, target: { id, address, name: target.name, spec } })
        }
  }
  return probes
}

function isProbed(check: Check): check is Check & ProbeSpec {
  return isProbeKind(check.kind)
}

function allOf({ v4, v6 }: RegionAddresses): readonly Address[] {
  return [...v4, ...v6]
}
