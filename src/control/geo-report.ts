/** What `meridian status` tells of the geo data in use: whose it is, and how old. */

import { ageDays, OLD_AFTER_DAYS } from '../geo/age.ts'
import { GeoTable } from '../geo/table.ts'
import type { StatusReply } from './control-messages.ts'
import type { GeoState } from './geo-desk.ts'

/** Nothing for a server whose zones do not ask where anybody is. */
export function geoReport(geo: GeoState | undefined, wallMs: number): StatusReply['geo'] {
  if (geo?.image === undefined) return []
  return new GeoTable(geo.image).info.sources
    .filter(({ kind }) => kind !== 'overrides')
    .map(({ name, date }) => {
      const days = ageDays(date, wallMs)
      return { name, date, days, isOld: days !== undefined && days > OLD_AFTER_DAYS }
    })
}
