/** What every provider of geo data offers: it visits its networks in order and says where it comes from.
 *  Whoever adds a provider implements `GeoSource` and touches nothing else. */

import type { Problem } from '../base/problem.ts'
import type { Networks4, Networks6 } from './networks.ts'
import type { PlaceStore } from './place-store.ts'

export interface SourceInfo {
  readonly kind: 'geoip-lite' | 'mmdb' | 'overrides'
  /** `GeoLite2-City 2023-11-15`, in the source's own words. */
  readonly name: string
  /** What was read. */
  readonly path: string
  /** The day the data is from, `2023-11-15`; an empty string when the source does not say. */
  readonly date: string
  readonly licence: string
  /** Networks as the source has them, before anything is merged. */
  readonly networks4: number
  readonly networks6: number
}

/** Where a source puts its networks. */
export interface Visitor {
  readonly places: PlaceStore
  readonly networks4: Networks4
  readonly networks6: Networks6
  /** The source's own share done, 0 to 1. */
  progress(share: number): void
}

export interface GeoSource {
  /** Adds every network, IPv4 and IPv6 each in order. With an error among the problems, what was added is
   *  worthless. */
  visit(visitor: Visitor): { readonly info: SourceInfo; readonly problems: readonly Problem[] }
}

/** A problem with a source as a whole. */
export function sourceProblem(file: string, code: string, text: string, hint?: string): Problem {
  const whole = { file, line: 0, column: 0, width: 1, severity: 'error', code, text } as const
  return hint === undefined ? whole : { ...whole, hint }
}
