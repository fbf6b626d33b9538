/** The settings that say where addresses are, as the geo stage wants them. Loads nothing. */
import type { GeoSettings } from '../geo/build.ts'
import type { Settings } from './settings.ts'

export function geoSettings(settings: Pick<Settings, 'geo' | 'geo.overrides' | 'state'>): GeoSettings {
  return { databases: settings.geo, overrides: settings['geo.overrides'], stateDir: settings.state }
}
