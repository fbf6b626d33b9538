/** Sets of countries that laws and treaties make, by the names a policy uses. Each says as of when it is true and
 *  what it leaves out: a fence is only as good as its list. Facts only: imports nothing. */

export interface PlaceSet {
  readonly name: string
  /** ISO 3166-1 codes, in alphabetical order. */
  readonly countries: readonly string[]
  /** The day since which membership has been this. */
  readonly since: string
  readonly meaning: string
}

const EU = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'

const SETS: readonly PlaceSet[] = [
  set('eu', EU, '2020-02-01', 'the 27 member states of the European Union; see also eu-territories'),
  // Articles 349 and 355(1) and (4) of the Treaty on the Functioning of the European Union. The Azores, Madeira
  // and the Canary Islands are meant too, but have no code but PT and ES.
  set(
    'eu-territories',
    'AX GF GP MF MQ RE YT',
    '2014-01-01',
    'parts of EU members under EU law with an ISO code of their own: Åland, the French outermost regions',
  ),
  set(
    'eea',
    `${EU} IS LI NO`,
    '2020-02-01',
    'European Economic Area: the EU, Iceland, Liechtenstein, Norway',
  ),
  set('efta', 'CH IS LI NO', '1995-01-01', 'European Free Trade Association'),
  set(
    'schengen',
    `${EU.replace(/ (?:CY|IE)/g, '')} CH IS LI NO`,
    '2025-01-01',
    'the Schengen area: the EU without Cyprus and Ireland, and EFTA',
  ),
  set('gcc', 'AE BH KW OM QA SA', '1981-05-25', 'Gulf Cooperation Council'),
  set(
    'asean',
    'BN ID KH LA MM MY PH SG TH TL VN',
    '2025-10-26',
    'Association of Southeast Asian Nations, with Timor-Leste',
  ),
]

export const PLACE_SETS: ReadonlyMap<string, PlaceSet> = new Map(SETS.map(one => [one.name, one]))

function set(name: string, countries: string, since: string, meaning: string): PlaceSet {
  return { name, countries: countries.split(' ').sort(), since, meaning }
}
