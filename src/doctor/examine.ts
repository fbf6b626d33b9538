/** Every check there is, in the order of a start: the machine, the files, the network, Consul. A check that throws
 *  is a bug of ours, and does not hide what the others find. */

import { availableParallelism } from 'node:os'
import { CHECK_ABOUTS, type CheckName } from './abouts.ts'
import { lookAtClock, lookAtConsul } from './consul.ts'
import { lookAtGeo, lookAtState, lookAtWatching, lookAtZones } from './files.ts'
import { type Finding, fine, type Look, unknown, warning } from './finding.ts'
import {
  kernelClock,
  lookAtFiles,
  lookAtMemory,
  lookAtNative,
  lookAtNode,
  lookAtSharing,
  lookAtWorkers,
} from './host.ts'
import {
  lookAtAdmin,
  lookAtBuffers,
  lookAtIpv6,
  lookAtListening,
  lookAtReach,
  lookAtTracking,
} from './network.ts'
import type { Patient } from './patient.ts'

export const LOOKS: { readonly [Name in CheckName]: Look } = {
  node: patient => lookAtNode(patient),
  native: patient => lookAtNative(patient),
  reuseport: patient => lookAtSharing(patient),
  workers: patient => lookAtWorkers(patient, availableParallelism()),
  memory: lookAtMemory,
  files: lookAtFiles,
  clock: patient => lookAtClock(patient, kernelClock()),
  zones: lookAtZones,
  watching: lookAtWatching,
  state: lookAtState,
  geo: lookAtGeo,
  listen: lookAtListening,
  admin: lookAtAdmin,
  reach: lookAtReach,
  ipv6: lookAtIpv6,
  buffers: lookAtBuffers,
  conntrack: lookAtTracking,
  consul: lookAtConsul,
  server: lookAtServer,
}

export interface CheckFinding extends Finding {
  readonly check: CheckName
}

/** One after the other: one check's work must not be another's trouble. */
export async function examine(
  patient: Patient,
  looks = LOOKS,
  onProgress: (share: number) => void = () => {},
): Promise<CheckFinding[]> {
  const found: CheckFinding[] = []
  const checks = Object.keys(CHECK_ABOUTS) as CheckName[]
  for (const [i, check] of checks.entries()) {
    onProgress(i / checks.length)
    let findings: Finding | readonly Finding[]
    try {
      findings = await looks[check](patient)
    } catch (error) {
      findings = unknown(`this check failed itself, which is a bug of ours: ${String(error)}`)
    }
    found.push(...[findings].flat().map(finding => ({ check, ...finding })))
  }
  return found
}

function lookAtServer({ server, version }: Patient): Finding {
  if (server === undefined) return fine('none runs with this state folder')
  if (server.version === version) return fine(`process ${server.pid}, version ${version}`)
  return warning(
    `the running server (process ${server.pid}) is of version ${server.version}, this is ${version}`,
    'restart it',
  )
}
