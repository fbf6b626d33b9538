/** States, provinces, Länder: ISO 3166-2 codes and their English names. Facts only.
 *
 *  Codes and names: Unicode CLDR 48.2 (https://cldr.unicode.org, copyright 1991-2026 Unicode, Inc., licence
 *  Unicode-3.0), as of November 2026, with CN-NM and the old IN-OR added. Codes no longer in force are known too,
 *  because databases go on using them. */

import { COUNTRIES } from './countries.ts'
import { NAMES_1 } from './subdivision-names-1.ts'
import { NAMES_2 } from './subdivision-names-2.ts'

/** Other names of the same, as GeoNames and so the databases write them: country, then plain names with codes. */
const OTHER_NAMES = `
AR buenosaires=B;buenosairesfd=C
BE brusselscapital=BRU
BG sofiacapital=22;sofiagrad=22
CH baselcity=BS
CO bogotadc=DC
CZ centralbohemia=20;hlavnimestopraha=10;moraviansilesian=80;prague=10;southmoravian=64
DE freeandhanseaticcityofhamburg=HH;rheinlandpfalz=RP
DK centraljutland=82;northdenmark=81;southdenmark=83
ES castillelamancha=CM;castilleandleon=CL;madrid=MD;murcia=MC;navarra=NC;navarre=NC
FR bourgogne=BFC;newaquitaine=NAQ;normandy=NOR;provence=PAC;rhonealpes=ARA
IN nationalcapitalterritoryofdelhi=DL;orissa=OD
IT themarches=57;trentinoaltoadige=32
KR chungcheongbukdo=43;chungcheongnamdo=44;gangwondo=42;gyeonggido=41;gyeongsangbukdo=47;gyeongsangnamdo=48
KR jejudo=49;jeollabukdo=45;jeollanamdo=46;sejongsi=50
MX mexico=MEX;mexicocity=CMX
RO bucuresti=B
RU moscow=MOW;stpetersburg=SPE
SA mecca=02;medina=03
US districtofcolumbia=DC;washingtondc=DC
VN hochiminhcityhcmc=SG`

/** Words that say what kind of subdivision it is, which one source writes and another does not. */
const KIND_WORDS = new RegExp(
  `\\b(?:${[
    'autonomous canton city community county department district emirate governorate municipality oblast of parish',
    'prefecture province region republic state the voivodeship',
  ]
    .join(' ')
    .replaceAll(' ', '|')})\\b`,
  'g',
)

/** Letters whose stroke is no accent to Unicode. */
const STROKED: Readonly<Record<string, string>> = { ł: 'l', ø: 'o', đ: 'd', ı: 'i' }

let table: Map<string, ReadonlyMap<string, string>> | undefined
const namesOf = new Map<string, ReadonlyMap<string, string>>()

/** Whether `US-CA` is a code, in upper case. */
export function isSubdivision(code: string): boolean {
  return subdivisionsOf(code.slice(0, 2)).has(code.slice(3)) && code[2] === '-'
}

/** `US-CA` → `California`; undefined when there is no such code. */
export function subdivisionName(code: string): string | undefined {
  return code[2] === '-' ? subdivisionsOf(code.slice(0, 2)).get(code.slice(3)) : undefined
}

/** Code without its country → name, for one country; the larger first, those no longer in force last. */
export function subdivisionsOf(country: string): ReadonlyMap<string, string> {
  table ??= readTable()
  return table.get(country) ?? new Map()
}

/** `DE`, `Bavaria` → `DE-BY`. An empty string unless exactly one subdivision goes by that name. */
export function subdivisionByName(country: string, name: string): string {
  let names = namesOf.get(country)
  if (names === undefined) {
    names = plainNames(country)
    namesOf.set(country, names)
  }
  const code = names.get(plain(name)) ?? names.get(plain(withoutKind(name))) ?? ''
  return code === '' ? '' : `${country}-${code}`
}

/** Plain name → code, or an empty string where several share it. */
function plainNames(country: string): Map<string, string> {
  const exact = new Map<string, string>()
  const short = new Map<string, string>()
  for (const [code, name] of subdivisionsOf(country)) {
    // The larger come first and keep their names against the smaller and those no longer in force: ES-MD
    // against ES-M.
    if (!exact.has(plain(name))) exact.set(plain(name), code)
    const key = plain(withoutKind(name))
    short.set(key, (short.get(key) ?? code) === code ? code : '')
  }
  return new Map([...short, ...exact, ...otherNames(country)])
}

function otherNames(country: string): [string, string][] {
  return OTHER_NAMES.split('\n')
    .filter(line => line.startsWith(country))
    .flatMap(line => line.slice(3).split(';'))
    .map(item => item.split('=') as [string, string])
}

function withoutKind(name: string): string {
  return name.toLowerCase().replace(KIND_WORDS, ' ')
}

/** Letters and digits only, small, without accents. */
function plain(name: string): string {
  return name
    .toLowerCase()
    .normalize('NFD')
    .replace(/[łøđı]/g, letter => STROKED[letter] ?? letter)
    .replace(/[^\p{L}\p{N}]/gu, '')
}

/** A line that begins with a space goes on with the country of the line before. */
function readTable(): Map<string, ReadonlyMap<string, string>> {
  const byCountry = new Map<string, Map<string, string>>()
  let names = new Map<string, string>()
  for (const line of `${NAMES_1.trim()}\n${NAMES_2.trim()}`.split('\n')) {
    if (!line.startsWith(' ')) {
      names = new Map()
      if (COUNTRIES.has(line.slice(0, 2))) byCountry.set(line.slice(0, 2), names)
    }
    for (const item of line.slice(2).trim().split(';')) {
      const [code = '', name = ''] = item.split('=')
      if (code !== '') names.set(code, name)
    }
  }
  return byCountry
}
