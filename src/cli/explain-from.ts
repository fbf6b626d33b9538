/** `--from IP|PLACE`: for whom an answer is explained. An address is looked up in the geo data; a place stands for
 *  everybody there, as in `$EXPECT`. */

import { type Address, parseAddress } from '../base/address.ts'
import { Complaints, pieceOf } from '../policy/complaints.ts'
import { clientsOf, type NamedClient, UNKNOWN_CLIENT } from '../policy/everyone.ts'
import { PlaceNames } from '../policy/read-places.ts'
import type { PlaceTerm, Steering } from '../policy/steering.ts'

export interface Wrong {
  readonly text: string
  readonly hint: string | undefined
}

export interface FromAddress {
  readonly address: Address
  /** Bits that are known: all, or the length of a prefix. */
  readonly bits: number
}

/** Address or prefix; undefined for anything else, which may be a place. */
export function readFromAddress(text: string): FromAddress | Wrong | undefined {
  const address = parseAddress(text)
  if (address !== undefined) return { address, bits: address.octets.length * 8 }
  if (!text.includes('/')) return undefined
  const read = readTerms(text, undefined)
  if ('text' in read) return read
  const [term] = read.terms
  if (term?.kind !== 'prefix') return undefined
  const { family, octets, bits } = term.prefix
  return { address: { family, octets }, bits }
}

/** Everybody in a list of places, by the zone's own `$PLACES` names too. */
export function readFromPlaces(text: string, steering: Steering | undefined): readonly NamedClient[] | Wrong {
  const clients: NamedClient[] = []
  for (const item of text.split(',')) {
    if (item === 'unknown') {
      clients.push(UNKNOWN_CLIENT)
      continue
    }
    const read = readTerms(item, steering)
    if ('text' in read) return read
    if (read.terms.some(({ kind }) => kind === 'prefix'))
      return {
        text: `${item} holds a prefix`,
        hint: 'a prefix is asked for by itself: --from 203.0.113.0/24',
      }
    clients.push(...read.terms.flatMap(clientsOf))
  }
  return clients
}

function readTerms(
  item: string,
  steering: Steering | undefined,
): { readonly terms: readonly PlaceTerm[] } | Wrong {
  const named = steering?.places.find(({ name }) => name === item)
  if (named !== undefined) return { terms: named.set.terms }
  const complaints = new Complaints([{ path: '--from', bytes: new TextEncoder().encode(item) }])
  const names = new PlaceNames(complaints, new Set(steering?.regions.map(({ name }) => name)))
  const word = { text: item, quoted: false, line: 1, column: 1, width: Math.max(1, item.length) }
  const terms = names.readTerms(pieceOf(word, 0))
  const [problem] = complaints.list()
  return problem === undefined ? { terms } : { text: problem.text, hint: problem.hint }
}
