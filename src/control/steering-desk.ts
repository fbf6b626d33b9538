/** What zones that steer are judged with: policies, proof, and the geo table, opened when the first asks. The
 *  builder loads this file only for such zones. */

import { type JudgedSteering, judgeSteering } from '../compile/steered-zone.ts'
import type { Zone } from '../zone/zone.ts'
import { GeoDesk, type GeoDeskOptions, type GeoState } from './geo-desk.ts'

export class SteeringDesk {
  private readonly geo: GeoDesk

  constructor(options: GeoDeskOptions) {
    this.geo = new GeoDesk(options)
  }

  get state(): GeoState | undefined {
    return this.geo.state
  }

  get geoBuiltAt(): number {
    return this.geo.builtAt
  }

  judge(zone: Zone): JudgedSteering {
    const { table } = this.geo
    return table === undefined ? { problems: this.geo.problems } : judgeSteering(zone, table)
  }
}
