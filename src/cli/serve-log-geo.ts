/** What `serve` says of its geo data. Loaded only by servers that steer. */
import type { GeoState } from '../control/geo-desk.ts'
import { oldDataWarnings } from '../geo/age.ts'
import { GeoTable } from '../geo/table.ts'
import type { Log } from '../observe/log.ts'
import { logProblem } from './serve-log.ts'

/** Geo data: which, and whether it is too old to be trusted. Only told when there is a new table. */
export function logGeo(log: Log, geo: GeoState, nowMs: number): void {
  for (const problem of geo.problems) logProblem(log, problem)
  if (geo.image === undefined) return
  const { info } = new GeoTable(geo.image)
  for (const { name, path, date } of info.sources) log.info({ name, path, date }, 'geo data')
  for (const problem of oldDataWarnings(info, nowMs)) logProblem(log, problem)
}
