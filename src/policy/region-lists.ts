/** Regions in settings: `use1,euc1`, `use1:80,euc1:20`, and the TO of a fence, where places and regions mix.
 *  Knows no other settings. */

import { closest } from '../base/suggest.ts'
import type { Complaints, Piece } from './complaints.ts'
import { listItems, splitAtColon } from './entry.ts'
import type { PlaceNames } from './read-places.ts'
import type { DeclaredRegions } from './read-regions.ts'
import type { PlaceTerm, Region, Slot } from './steering.ts'
import { show } from './values.ts'

/** `regions=`: undefined when nothing sound is left to build on. */
export function readRegions(
  complaints: Complaints,
  list: Piece,
  declared: DeclaredRegions,
): Region[] | undefined {
  const regions: Region[] = []
  let isSound = true
  for (const item of listItems(complaints, list)) {
    const region = declared.get(item.text)
    if (region === undefined) {
      isSound = false
      if (!declared.has(item.text)) refuseUnknown(complaints, item, declared)
    } else if (regions.includes(region))
      complaints.error(item, 'duplicate-item', `${item.text} is listed twice`)
    else regions.push(region)
  }
  return isSound && regions.length > 0 ? regions : undefined
}

/** Regions of one policy, by what stands in its other settings. */
export class PolicyRegions {
  readonly regions: readonly Region[]
  private readonly complaints: Complaints
  private readonly declared: DeclaredRegions
  private readonly slots: ReadonlyMap<string, Slot>

  constructor(complaints: Complaints, regions: readonly Region[], declared: DeclaredRegions) {
    this.complaints = complaints
    this.regions = regions
    this.declared = declared
    this.slots = new Map(regions.map(({ name }, slot) => [name, slot]))
  }

  has(name: string): boolean {
    return this.declared.has(name)
  }

  readSlot(item: Piece): Slot | undefined {
    const slot = this.slots.get(item.text)
    if (slot !== undefined) return slot
    if (this.declared.has(item.text))
      return this.complaints.error(
        item,
        'region-not-in-policy',
        `${item.text} is not among this policy's regions=`,
        `add it there, or leave it out here`,
      )
    return refuseUnknown(this.complaints, item, this.slots)
  }

  /** In the order written, each once. */
  readSlots(list: Piece): Slot[] {
    const slots: Slot[] = []
    for (const item of listItems(this.complaints, list)) {
      const slot = this.readSlot(item)
      if (slot === undefined) continue
      if (slots.includes(slot)) this.complaints.error(item, 'duplicate-item', `${item.text} is listed twice`)
      else slots.push(slot)
    }
    return slots
  }

  /** `R:N,…`; each region at most once. */
  readPerRegion(list: Piece, example: string, read: (value: Piece) => number | undefined): Map<Slot, number> {
    const values = new Map<Slot, number>()
    for (const item of listItems(this.complaints, list)) {
      const [name, value] = splitAtColon(item)
      const slot = this.readSlot(name)
      if (value === undefined || value.text === '') {
        this.complaints.error(
          item,
          'missing-value',
          `${show(item)} gives no value to the region`,
          `write ${example}`,
        )
        continue
      }
      const number = read(value)
      if (slot === undefined || number === undefined) continue
      if (values.has(slot)) this.complaints.error(name, 'duplicate-item', `${name.text} is listed twice`)
      else values.set(slot, number)
    }
    return values
  }

  /** TO of a fence: places, regions, or both. */
  readTarget(list: Piece, places: PlaceNames): { toTerms: PlaceTerm[]; toNamed: Slot[] } {
    const toTerms: PlaceTerm[] = []
    const toNamed: Slot[] = []
    for (const item of listItems(this.complaints, list)) {
      if (this.slots.has(item.text) || this.declared.has(item.text)) {
        const slot = this.readSlot(item)
        if (slot !== undefined) toNamed.push(slot)
      } else if (looksLikeRegion(item.text, places)) refuseUnknown(this.complaints, item, this.declared)
      else toTerms.push(...this.placesOfRegions(places.readTerms(item), item))
    }
    return { toTerms, toNamed }
  }

  /** Terms that a region can be in at all. */
  placesOfRegions(terms: readonly PlaceTerm[], item: Piece): readonly PlaceTerm[] {
    const isEmpty = terms.length > 0 && terms.every(({ kind }) => kind === 'network' || kind === 'prefix')
    if (isEmpty)
      this.complaints.error(
        item,
        'no-region-there',
        `${item.text} tells where clients are, but no region is in a network`,
        `name the regions: residency=${item.text}:${this.regions[0]!.name}`,
      )
    return terms
  }

  /** By country, never by the name of a cloud's region: `eu-west-2` is in London. */
  slotsIn(terms: readonly PlaceTerm[]): Slot[] {
    return this.regions.flatMap((region, slot) => (terms.some(term => isRegionIn(region, term)) ? slot : []))
  }
}

export function isRegionIn(region: Region, term: PlaceTerm): boolean {
  switch (term.kind) {
    case 'everywhere':
      return true
    case 'country':
      return region.country === term.code
    case 'subdivision':
      return region.subdivision === term.code
    case 'continent':
      return region.continent === term.code
    case 'legal':
      return term.countries.includes(region.country)
    default:
      return false
  }
}

/** Digits at the end are how regions are named and places are not. */
function looksLikeRegion(text: string, places: PlaceNames): boolean {
  return /^[a-z][a-z-]*\d+$/.test(text) && !places.isPlacesName(text)
}

function refuseUnknown(complaints: Complaints, item: Piece, known: ReadonlyMap<string, unknown>): undefined {
  const names = [...known.keys()]
  const hint =
    closest(item.text.toLowerCase(), names) ??
    (names.length > 0 ? `regions here: ${names.slice(0, 12).join(', ')}` : 'no $REGION is defined')
  return complaints.error(item, 'unknown-region', `there is no region ${show(item)}`, hint)
}
