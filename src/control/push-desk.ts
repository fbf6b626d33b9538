/** Verdicts that a script or a person tells through the control socket, for checks of kind `push`: found, judged as
 *  those of any other source, and answered with what became of them. Knows no sockets. */

import { parseAddress } from '../base/address.ts'
import type { Clock } from '../base/clock.ts'
import { closest } from '../base/suggest.ts'
import { type HealthTarget, type Sample, type Subject, subjectKey } from '../health/judge/spec.ts'
import { REMARK_CHARS_MAX } from '../health/overrides/override.ts'
import type { Log } from '../observe/log.ts'
import { printAddress } from '../policy/values.ts'
import type { PushReply, PushRequest, Refusal } from './control-messages.ts'
import type { HealthDesk } from './health-desk.ts'
import { meantRegions, noSuchRegion, type RegionOfName, stateNow, viewOf } from './meant-regions.ts'

export interface PushTools {
  readonly log: Log
  readonly clock: Clock
  readonly wallClock: Clock
}

/** Who is blamed for what is pushed, whoever pushed it: the newest word counts. */
const SOURCE = 'push'
/** Where nobody says how long a push holds, two may be late before it is stale. */
const INTERVALS_HELD = 3

export function push(desk: HealthDesk, request: PushRequest, tools: PushTools): PushReply | Refusal {
  const meant = meantRegions(desk, request.pattern)
  if (meant === undefined) return { kind: 'refused', text: `${request.pattern} cannot be a region's name` }
  if (meant.length === 0) return noSuchRegion(desk, request.pattern)
  const asking = meant.filter(one => checkOf(desk, one, request.check)?.kind === 'push')
  if (asking.length === 0) return noSuchCheck(desk, meant, request.check)
  const address = request.address === undefined ? '' : printedAddress(request.address)
  if (address === undefined) return { kind: 'refused', text: `${request.address} is not an IP address` }
  const at = asking.filter(one => address === '' || addressesOf(desk, one).includes(address))
  if (at.length === 0) return noSuchAddress(desk, asking, address)
  return tell(desk, request, at, address, tools)
}

function tell(
  desk: HealthDesk,
  request: PushRequest,
  at: readonly RegionOfName[],
  address: string,
  { log, clock, wallClock }: PushTools,
): PushReply {
  const { check, verdict, by, why } = request
  const forMs = request.forMs ?? INTERVALS_HELD * checkOf(desk, at[0]!, check)!.intervalMs
  // Names of a zone share what is said of a region's check, so it counts for all of them.
  const subjects = new Map(at.map(one => [subjectKey(subjectOf(one)), subjectOf(one)]))
  const samples = [...subjects.values()].map(
    (subject): Sample => ({
      subject,
      source: SOURCE,
      ok: verdict === 'up',
      detail: remark(by, why),
      atMs: clock(),
      validForMs: forMs,
    }),
  )
  desk.sampling(samples)
  log.debug({ pattern: request.pattern, check, address, verdict, by, why, forMs }, 'pushed')
  const counted = desk.targets.flatMap(({ zone, name, regions, checks }) =>
    checks.some(one => one.name === check)
      ? regions
          .map(region => ({ zone, name, region: region.name }))
          .filter(one => subjects.has(subjectKey(subjectOf(one))))
      : [],
  )
  return {
    kind: 'push',
    check,
    verdict,
    untilWallMs: Math.round(wallClock() + forMs),
    warnings: counted.flatMap(one => warningsOf(desk, one)),
    regions: counted.map(one => stateNow(desk, one)),
  }

  function subjectOf({ zone, region }: RegionOfName): Subject {
    return { zone, region, check, address }
  }
}

function remark(by: string, why: string): string {
  const who = by === '' ? 'pushed' : `pushed by ${by}`
  return (why === '' ? who : `${why} (${who})`).slice(0, REMARK_CHARS_MAX)
}

function warningsOf(desk: HealthDesk, one: RegionOfName): string[] {
  const view = viewOf(desk, one)
  const about = `${one.name}/${one.region}`
  if (view?.override !== undefined)
    return [`${about} is ${view.state} by ${view.override.by}, whatever its checks say`]
  return view?.doubted.includes(SOURCE) === true
    ? [`${about}: pushes would withdraw too many regions at once, so they are doubted (max-withdraw=)`]
    : []
}

//------------ What is meant ---

function targetOf(desk: HealthDesk, { zone, name }: RegionOfName): HealthTarget | undefined {
  return desk.targets.find(target => target.zone === zone && target.name === name)
}

function checkOf(
  desk: HealthDesk,
  one: RegionOfName,
  name: string,
): HealthTarget['checks'][number] | undefined {
  return targetOf(desk, one)?.checks.find(check => check.name === name)
}

function addressesOf(desk: HealthDesk, one: RegionOfName): readonly string[] {
  return targetOf(desk, one)?.regions.find(({ name }) => name === one.region)?.addresses ?? []
}

function printedAddress(text: string): string | undefined {
  const address = parseAddress(text)
  return address === undefined ? undefined : printAddress(address.octets)
}

function noSuchCheck(desk: HealthDesk, meant: readonly RegionOfName[], check: string): Refusal {
  const other = meant.map(one => checkOf(desk, one, check)).find(one => one !== undefined)
  if (other !== undefined)
    return {
      kind: 'refused',
      text: `check ${check} is of kind ${other.kind}: Meridian finds out itself`,
      hint: 'only checks of kind push are told; an operator may say "meridian force"',
    }
  const checks = meant.flatMap(one => targetOf(desk, one)?.checks ?? []).filter(({ kind }) => kind === 'push')
  const names = [...new Set(checks.map(({ name }) => name))]
  const known = names.length === 0 ? `write $CHECK ${check} push, and health=${check}` : `there are ${names}`
  return {
    kind: 'refused',
    text: `no policy asks for a check ${check} there`,
    hint: closest(check, names) ?? known,
  }
}

function noSuchAddress(desk: HealthDesk, asking: readonly RegionOfName[], address: string): Refusal {
  const all = [...new Set(asking.flatMap(one => addressesOf(desk, one)))]
  const hint = closest(address, all) ?? (all.length === 0 ? 'it has none' : `there are ${all.slice(0, 12)}`)
  return { kind: 'refused', text: `${address} is no address of ${asking[0]!.region}`, hint }
}
