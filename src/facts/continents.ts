/** The continents by the names a policy uses. Facts only: imports nothing. */

/** Name → GeoNames continent code. */
export const CONTINENTS: ReadonlyMap<string, string> = new Map([
  ['africa', 'AF'],
  ['antarctica', 'AN'],
  ['asia', 'AS'],
  ['europe', 'EU'],
  ['north-america', 'NA'],
  ['oceania', 'OC'],
  ['south-america', 'SA'],
])
