/** The fences, written a second time from their definition and from nothing else: which regions a client may be
 *  served by. The proof holds `permit` and all that follows it against this, so it shares no code with them:
 *  it walks the words of the fences and looks at where regions are, and knows no ready-made sets or slots. */

import type { Client } from './client.ts'
import type { PlaceTerm, Policy, Region } from './steering.ts'
import { continentOf } from './world.ts'

/** By slot. */
export function lawful(policy: Policy, client: Client): readonly boolean[] {
  const certainly = (terms: readonly PlaceTerm[]): boolean => terms.some(term => isIn(term, client))
  const perhaps = (terms: readonly PlaceTerm[]): boolean =>
    certainly(terms) || terms.some(term => mayBeIn(term, client))
  const plain = lawfulIf(policy, certainly, certainly)
  if (client.place.country !== '') return plain
  const wary = lawfulIf(policy, perhaps, certainly)
  switch (policy.unknown.kind) {
    case 'strict':
      return wary
    case 'default':
      return wary.some(allowed => allowed) ? wary : plain
    default:
      return plain
  }
}

type Judge = (terms: readonly PlaceTerm[]) => boolean

function lawfulIf(policy: Policy, isBound: Judge, isReserved: Judge): boolean[] {
  return policy.regions.map((region, slot) => {
    for (const { from, toTerms, toNamed } of policy.fences) {
      const satisfies = toNamed.includes(slot) || toTerms.some(term => stands(region, term))
      if (isBound(from.terms) && !satisfies) return false
    }
    for (const { places } of policy.reserves)
      if (places.terms.some(term => stands(region, term)) && !isReserved(places.terms)) return false
    return true
  })
}

function isIn(term: PlaceTerm, { place, prefixes }: Client): boolean {
  switch (term.kind) {
    case 'everywhere':
      return true
    case 'country':
      return place.country === term.code
    case 'legal':
      return term.countries.some(country => country === place.country)
    case 'subdivision':
      return place.country === term.code.slice(0, 2) && place.subdivision === term.code
    case 'continent':
      return (place.continent || continentOf(place.country)) === term.code
    case 'network':
      return place.asn === term.asn
    case 'prefix':
      return prefixes.has(term.prefix.text)
  }
}

/** Only asked of clients whose country is not known. */
function mayBeIn(term: PlaceTerm, { place }: Client): boolean {
  const fits = (country: string): boolean =>
    place.continent === '' || continentOf(country) === place.continent
  switch (term.kind) {
    case 'country':
      return fits(term.code)
    case 'legal':
      return term.countries.some(fits)
    case 'subdivision':
      return fits(term.code.slice(0, 2))
    case 'continent':
      return place.continent === '' || place.continent === term.code
    default:
      return false
  }
}

function stands(region: Region, term: PlaceTerm): boolean {
  if (term.kind === 'everywhere') return true
  if (term.kind === 'country') return region.country === term.code
  if (term.kind === 'legal') return region.country !== '' && term.countries.includes(region.country)
  if (term.kind === 'subdivision') return region.subdivision === term.code
  return term.kind === 'continent' && continentOf(region.country) === term.code
}
