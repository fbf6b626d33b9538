/** What is known of where an address is. Every field may be unknown: an empty string, NaN or 0. */
export interface Place {
  /** ISO 3166-1 alpha-2, upper case: `DE`. */
  readonly country: string
  /** ISO 3166-2 with its country: `US-CA`. */
  readonly subdivision: string
  /** GeoNames continent code: `AF` `AN` `AS` `EU` `NA` `OC` `SA`. */
  readonly continent: string
  /** Degrees north and east; NaN when unknown. */
  readonly latitude: number
  readonly longitude: number
  /** Number of the autonomous system that announces it; 0 when unknown. */
  readonly asn: number
}

export const UNKNOWN_PLACE: Place = {
  country: '',
  subdivision: '',
  continent: '',
  latitude: Number.NaN,
  longitude: Number.NaN,
  asn: 0,
}
