/** Health as people read it, one string a region or an address: what `_health` serves and `meridian health` prints.
 *  Pure. */

import type { AddressView, RegionView } from './region-view.ts'
import { familiesOut } from './rollup.ts'
import { sourceKind } from './spec.ts'

/** A TXT string is no longer (RFC 1035 §3.3). */
export const TXT_STRING_BYTES_MAX = 255

/** `euc1 up for=2h3m live=3/3 edge=2/2 source=consul age=1s`, and what else there is to say after it. */
export function regionLine(view: RegionView, nowMs: number, wallMs: number): string {
  const { region, state, sinceMs, lastUp, checks, doubted, shareOfWeight, judged, override } = view
  const parts = [`${region} ${state} for=${duration(nowMs - sinceMs)}`]
  if (state === 'stale') parts.push(`last=${lastUp ? 'up' : 'down'}`)
  parts.push(...checks.map(({ name, passing, total }) => `${name}=${passing}/${total}`))
  parts.push(...sourceParts(view.source, override?.stamp.wallMs, view.confirmedMs, nowMs, wallMs))
  if (override !== undefined) {
    parts.push(`judged=${judged}`, `by=${override.by}@${override.stamp.node}`)
    if (override.untilWallMs !== undefined) parts.push(`left=${duration(override.untilWallMs - wallMs)}`)
  }
  if (view.lastUp) parts.push(...familiesOut(view.addresses).map(family => `${family}=out`))
  if (shareOfWeight < 1) parts.push(`ramp=${Math.floor(shareOfWeight * 100)}%`)
  if (doubted.length > 0) parts.push(`doubted=${doubted.join(',')}`)
  return asTxt(parts, state === 'up' ? '' : view.detail)
}

/** `198.51.100.10 down for=12s edge=down source=probe age=1s why="connect timeout"`. */
export function addressLine(view: AddressView, nowMs: number): string {
  const parts = [`${view.address} ${view.state} for=${duration(nowMs - view.sinceMs)}`]
  parts.push(...view.checks.map(({ name, state }) => `${name}=${state}`))
  parts.push(...sourceParts(view.source, undefined, view.confirmedMs, nowMs, 0))
  return asTxt(parts, view.state === 'up' ? '' : view.detail)
}

const UNITS: readonly [string, number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
]

/** The two greatest units: `3d4h`, `2h3m`, `5m`, `0s`. */
export function duration(durationMs: number): string {
  const atLeastMs = Math.max(0, durationMs)
  const at = UNITS.findIndex(([, unitMs]) => atLeastMs >= unitMs)
  if (at < 0) return '0s'
  const [unit, unitMs] = UNITS[at]!
  const count = Math.floor(atLeastMs / unitMs)
  const [smaller, smallerMs] = UNITS[at + 1] ?? ['', 0]
  const rest = smallerMs === 0 ? 0 : Math.floor((atLeastMs - count * unitMs) / smallerMs)
  return `${count}${unit}${rest === 0 ? '' : `${rest}${smaller}`}`
}

function sourceParts(
  source: string,
  orderWallMs: number | undefined,
  confirmedMs: number,
  nowMs: number,
  wallMs: number,
): string[] {
  if (source === '') return []
  const ageMs = orderWallMs === undefined ? nowMs - confirmedMs : wallMs - orderWallMs
  return [`source=${sourceKind(source)}`, `age=${duration(ageMs)}`]
}

/** ASCII without quotes or backslashes, so that dig shows it as it is; the reason gives way first. */
function asTxt(parts: readonly string[], why: string): string {
  const line = plain(parts.join(' ')).slice(0, TXT_STRING_BYTES_MAX)
  const room = TXT_STRING_BYTES_MAX - line.length - ' why=""'.length
  const reason = plain(why).slice(0, Math.max(0, room))
  return reason === '' ? line : `${line} why="${reason}"`
}

function plain(text: string): string {
  return text.replace(/["\\]/g, "'").replace(/[^\x20-\x7e]/g, '?')
}
