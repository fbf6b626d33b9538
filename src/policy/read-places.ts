/** Places: words such as `DE`, `US-CA`, `AS64500`, `203.0.113.0/24`, `europe`, `eu`, `*`, and the lists that
 *  `$PLACES` names. Knows no regions but their names, which may not be places at the same time. */

import { parseAddress } from '../base/address.ts'
import { closest } from '../base/suggest.ts'
import type { Directive } from '../zone/zone.ts'
import { type Complaints, type Piece, pieceOf } from './complaints.ts'
import { listItems, readEntry } from './entry.ts'
import type { NamedPlaces, PlaceSet, PlaceTerm, PrefixLiteral } from './steering.ts'
import { readPrefix, show } from './values.ts'
import {
  CONTINENT_NAMES,
  continentCode,
  isCountry,
  isSubdivision,
  LEGAL_SET_NAMES,
  legalSet,
  meantCountry,
  subdivisionsOf,
} from './world.ts'

const SHAPE = { what: '$PLACES', usage: '$PLACES NAME PLACE,…', keys: [], bareMax: 100_000 }
const NAME = /^[a-z][a-z0-9-]{0,62}$/
const ASN_MAX = 0xffffffff

interface Declared {
  readonly name: Piece
  readonly items: readonly Piece[]
  state: 'unread' | 'reading' | 'read'
  terms: readonly PlaceTerm[]
}

/** Resolves words into terms; `$PLACES` names in any order of the file. */
export class PlaceNames {
  private readonly complaints: Complaints
  private readonly regionNames: ReadonlySet<string>
  private readonly declared = new Map<string, Declared>()

  constructor(complaints: Complaints, regionNames: ReadonlySet<string>) {
    this.complaints = complaints
    this.regionNames = regionNames
  }

  declare(directive: Directive): void {
    const { complaints } = this
    const { bare } = readEntry(complaints, SHAPE, directive.words, directive.source)
    const [name, ...lists] = bare
    if (name === undefined || lists.length === 0)
      complaints.error(
        name ?? pieceOf(directive.name, directive.source),
        'missing-words',
        '$PLACES needs a name and places',
        `write ${SHAPE.usage}, for example $PLACES gulf AE,SA,QA`,
      )
    if (name === undefined) return
    const items = lists.flatMap(list => listItems(complaints, list))
    if (!this.mayBeNamed(name)) return
    this.declared.set(name.text, { name, items, state: 'unread', terms: [] })
  }

  readAll(): NamedPlaces[] {
    const all: NamedPlaces[] = []
    for (const [name, declared] of this.declared) {
      const text = declared.items.map(item => item.text).join(',')
      const set = placeSet(text, this.resolve(declared))
      all.push({ name, set, spot: this.complaints.spot(declared.name) })
    }
    return all
  }

  /** A comma-separated list; what cannot be read is reported and left out. */
  readSet(list: Piece): PlaceSet {
    const terms = listItems(this.complaints, list).flatMap(item => this.readTerms(item))
    return placeSet(list.text, terms)
  }

  isPlacesName(text: string): boolean {
    return this.declared.has(text)
  }

  /** One word of a list: several terms when it is a `$PLACES` name, none when it is reported. */
  readTerms(item: Piece): readonly PlaceTerm[] {
    const { text } = item
    const declared = this.declared.get(text)
    if (declared !== undefined) {
      if (declared.state !== 'reading') return this.resolve(declared)
      this.complaints.error(item, 'places-cycle', `${text} is defined by way of itself`)
      return []
    }
    if (text.includes('/')) {
      const prefix = readPrefix(this.complaints, item)
      return prefix === undefined ? [] : [{ kind: 'prefix', prefix }]
    }
    const term = builtIn(text)
    if (term === undefined) this.refuse(item)
    return term === undefined ? [] : [term]
  }

  private resolve(declared: Declared): readonly PlaceTerm[] {
    if (declared.state === 'unread') {
      declared.state = 'reading'
      declared.terms = declared.items.flatMap(item => this.readTerms(item))
      declared.state = 'read'
    }
    return declared.terms
  }

  private mayBeNamed(name: Piece): boolean {
    const { text } = name
    const { complaints } = this
    const before = this.declared.get(text)
    if (before !== undefined)
      complaints.error(
        name,
        'duplicate-places',
        `places ${text} are defined twice`,
        `the first are on ${complaints.refer(complaints.spot(before.name), complaints.spot(name))}`,
      )
    else if (builtIn(text) !== undefined || RESERVED_WORDS.has(text))
      complaints.error(
        name,
        'built-in-name',
        `${text} has a meaning already`,
        'choose another name: it would no longer be plain what is meant',
      )
    else if (this.regionNames.has(text))
      complaints.error(
        name,
        'name-taken',
        `${text} is a region's name`,
        'regions and places stand in the same lists: choose another name',
      )
    else if (!NAME.test(text))
      complaints.error(
        name,
        'bad-name',
        `${show(name)} cannot be a name of places`,
        'lower-case letters, digits and hyphens, a letter first',
      )
    else return true
    return false
  }

  private refuse(item: Piece): void {
    const { complaints } = this
    const { text } = item
    const address = parseAddress(text)
    if (address !== undefined)
      complaints.error(
        item,
        'unknown-place',
        `${text} is an address, not a place`,
        `a single address is the prefix ${text}/${address.octets.length * 8}`,
      )
    else if (this.regionNames.has(text))
      complaints.error(
        item,
        'unknown-place',
        `${text} is a region, and here stand places`,
        'residency=PLACES:REGIONS, route=PLACES:REGIONS',
      )
    else if (/^[A-Z]{2}-[A-Z0-9]{1,3}$/.test(text))
      complaints.error(
        item,
        'unknown-place',
        `${text} is not a subdivision (ISO 3166-2)`,
        subdivisionHint(text),
      )
    else if (/^[A-Z]{2}$/.test(text))
      complaints.error(
        item,
        'unknown-place',
        `${text} is not a country (ISO 3166-1 alpha-2)`,
        text === 'EU' ? 'did you mean eu?' : (countryHint(text) ?? 'two capitals, such as DE'),
      )
    else if (/^AS\d+$/i.test(text))
      complaints.error(
        item,
        'unknown-place',
        `${text} is not an AS number`,
        builtIn(text.toUpperCase()) === undefined
          ? 'AS1 to AS4294967295'
          : `did you mean ${text.toUpperCase()}?`,
      )
    else complaints.error(item, 'unknown-place', `${show(item)} is no place`, this.suggest(text))
  }

  private suggest(text: string): string {
    if (text.length > 2 && text !== text.toUpperCase()) {
      const near = closest(text.toLowerCase(), [
        ...this.declared.keys(),
        ...CONTINENT_NAMES,
        ...LEGAL_SET_NAMES,
      ])
      if (near !== undefined) return near
    }
    if (/^[A-Z]{3}$/i.test(text)) return 'a country has two letters (ISO 3166-1 alpha-2), such as DE'
    return countryHint(text) ?? PLACES_WRITTEN
  }
}

const PLACES_WRITTEN =
  'a country (DE), a subdivision (US-CA), a network (AS64500), a prefix (203.0.113.0/24), ' +
  'a continent (europe), eu, eea, * or a $PLACES name'

/** Mean something in the settings where places stand. */
const RESERVED_WORDS: ReadonlySet<string> = new Set(['any', 'strict', 'sorry'])

/** Whether a region may not be named so. */
export function isBuiltInPlace(text: string): boolean {
  return builtIn(text) !== undefined || RESERVED_WORDS.has(text)
}

function builtIn(text: string): PlaceTerm | undefined {
  if (text === '*') return { kind: 'everywhere' }
  if (isCountry(text)) return { kind: 'country', code: text }
  const continent = continentCode(text)
  if (continent !== undefined) return { kind: 'continent', name: text, code: continent }
  const countries = legalSet(text)
  if (countries !== undefined) return { kind: 'legal', name: text, countries }
  if (isSubdivision(text)) return { kind: 'subdivision', code: text }
  const asn = /^AS([1-9]\d{0,9})$/.exec(text)
  return asn !== null && Number(asn[1]) <= ASN_MAX ? { kind: 'network', asn: Number(asn[1]) } : undefined
}

function subdivisionHint(text: string): string {
  const country = text.slice(0, 2)
  if (!isCountry(country)) return countryHint(country) ?? `${country} is not a country`
  const codes = [...subdivisionsOf(country).keys()].map(code => `${country}-${code}`)
  return `${country} has ${codes.slice(0, 8).join(', ')}${codes.length > 8 ? ', …' : ''}`
}

function countryHint(text: string): string | undefined {
  const meant = meantCountry(text)
  return meant === undefined ? undefined : `did you mean ${meant}?`
}

export function placeSet(text: string, terms: readonly PlaceTerm[]): PlaceSet {
  const countries = new Set<string>()
  const subdivisions = new Set<string>()
  const continents = new Set<string>()
  const networks = new Set<number>()
  const prefixes = new Map<string, PrefixLiteral>()
  for (const term of terms) {
    if (term.kind === 'country') countries.add(term.code)
    else if (term.kind === 'legal') for (const code of term.countries) countries.add(code)
    else if (term.kind === 'subdivision') subdivisions.add(term.code)
    else if (term.kind === 'continent') continents.add(term.code)
    else if (term.kind === 'network') networks.add(term.asn)
    else if (term.kind === 'prefix') prefixes.set(term.prefix.text, term.prefix)
  }
  const everywhere = terms.some(term => term.kind === 'everywhere')
  return { text, terms, everywhere, countries, subdivisions, continents, networks, prefixes }
}
