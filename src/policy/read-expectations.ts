/** `$EXPECT OWNER from=PLACE|IP [down=…] [over=…] [type=…] -> REGIONS|ADDRESSES|RCODE`. Reads; `run-expectations.ts`
 *  finds out whether it holds. */

import { type Address, parseAddress } from '../base/address.ts'
import { closest } from '../base/suggest.ts'
import { isWithin, nameLength, printName, sameName } from '../wire/name.ts'
import { isMetaType, RrType, typeFromName } from '../wire/types.ts'
import { originFromName } from '../zone/name-text.ts'
import { NO_OWNER } from '../zone/owners.ts'
import type { Directive } from '../zone/zone.ts'
import { type Complaints, type Piece, pieceOf } from './complaints.ts'
import { type Entry, listItems, only, readEntry, type Setting } from './entry.ts'
import { findOwner, printRelative, readName, type ZoneRecords } from './read-names.ts'
import type { PlaceNames } from './read-places.ts'
import type { Expectation, ExpectFrom, Outcome, Policy, SteeredName } from './steering.ts'
import { show } from './values.ts'

const SHAPE = {
  what: '$EXPECT',
  usage: '$EXPECT OWNER from=DE down=euc1 -> euw3',
  keys: ['from', 'down', 'over', 'type'],
  bareMax: 1,
}
const ARROW = '->'

/** `NODATA` is NOERROR without an answer (RFC 2308 §2.2). */
export const RCODES = ['NOERROR', 'NODATA', 'NXDOMAIN', 'REFUSED', 'SERVFAIL'] as const

export interface ExpectContext {
  readonly complaints: Complaints
  readonly zone: ZoneRecords
  readonly places: PlaceNames
  readonly names: readonly SteeredName[]
  readonly policies: readonly Policy[]
  /** Something else is wrong: what a name leads to may not be known, so its absence is not reported. */
  readonly isBroken: boolean
}

export function readExpectation(context: ExpectContext, directive: Directive): Expectation | undefined {
  const { complaints } = context
  const { source, words } = directive
  const directiveName = pieceOf(directive.name, source)
  const arrowAt = words.findIndex(({ text, quoted }) => text === ARROW && !quoted)
  const last = words.at(-1)
  if (arrowAt < 0)
    return complaints.error(
      last === undefined ? directiveName : pieceOf(last, source),
      'missing-outcome',
      '$EXPECT does not say what is expected',
      `write ${SHAPE.usage}, with blanks around ->`,
    )
  const outcomePieces = words.slice(arrowAt + 1).map(word => pieceOf(word, source))
  if (outcomePieces.length === 0)
    return complaints.error(
      pieceOf(words[arrowAt]!, source),
      'missing-outcome',
      'nothing stands behind ->',
      'regions, addresses or an RCODE: -> euc1',
    )
  const entry = readEntry(complaints, SHAPE, words.slice(0, arrowAt), source)
  const [owner] = entry.bare
  if (owner === undefined)
    return complaints.error(
      directiveName,
      'missing-words',
      '$EXPECT does not say which name',
      `write ${SHAPE.usage}`,
    )
  const from = readFrom(context, entry, owner)
  const type = readType(context, only(entry, 'type'))
  const name = findSteered(context, owner, directive.origin)
  if (name === undefined) return undefined
  const policy = context.policies[context.names[name]!.policy]!
  const down = readRegionNames(context, policy, only(entry, 'down'))
  const over = readRegionNames(context, policy, only(entry, 'over'))
  const outcome = readOutcome(context, policy, outcomePieces)
  if (from === undefined || outcome === undefined) return undefined
  const [first, end] = [complaints.spot(outcomePieces[0]!), complaints.spot(outcomePieces.at(-1)!)]
  const width = end.line === first.line ? end.column + end.width - first.column : first.width
  return {
    name,
    ownerText: owner.text,
    from,
    down,
    over,
    ...(type === undefined ? {} : { type }),
    outcome,
    spot: complaints.spot(owner),
    outcomeSpot: { ...first, width },
  }
}

function readFrom({ complaints, places }: ExpectContext, entry: Entry, owner: Piece): ExpectFrom | undefined {
  const value = only(entry, 'from')?.value
  if (value === undefined)
    return complaints.error(
      owner,
      'missing-from',
      '$EXPECT does not say who asks',
      'add from=DE or from=203.0.113.7',
    )
  const address = parseAddress(value.text)
  if (address !== undefined) return { kind: 'address', address, text: value.text }
  const errorsBefore = complaints.errors
  const set = places.readSet(value)
  return complaints.errors > errorsBefore ? undefined : { kind: 'places', set, text: value.text }
}

function readType({ complaints }: ExpectContext, setting: Setting | undefined): number | undefined {
  if (setting === undefined) return undefined
  const { value } = setting
  const type = typeFromName(value.text)
  if (type !== undefined && !isMetaType(type)) return type
  return complaints.error(
    value,
    'unknown-type',
    `${show(value)} is not a type that a zone can hold`,
    closest(value.text.toUpperCase(), Object.keys(RrType)),
  )
}

/** The GSLB name itself, or the wildcard that stands for it (RFC 4592 §3.3.1). */
function findSteered(context: ExpectContext, owner: Piece, originBytes: Uint8Array): number | undefined {
  const { complaints, zone, names, isBroken } = context
  const wanted = readName(owner, originFromName(originBytes))
  if (wanted === undefined) return complaints.error(owner, 'bad-name', `${show(owner)} is not a domain name`)
  const found = steeredIndex(zone, names, wanted)
  if (found >= 0) return found
  // The line that would have made it a GSLB name may be one that is reported already.
  if (isBroken) return undefined
  const known = names.map(({ name }) => printRelative(name, originBytes))
  const isOrdinary = findOwner(zone, wanted) !== NO_OWNER
  return complaints.error(
    owner,
    'unknown-owner',
    isOrdinary ? `${owner.text} is not answered by policy` : `there is no name ${printName(wanted)}`,
    closest(owner.text.toLowerCase(), known) ??
      (known.length > 0
        ? `names answered by policy: ${known.slice(0, 8).join(', ')}`
        : 'no name has a GSLB line'),
  )
}

export function steeredIndex(zone: ZoneRecords, names: readonly SteeredName[], wanted: Uint8Array): number {
  const indexOf = (name: Uint8Array): number =>
    names.findIndex(one => one.name.length === name.length && sameName(one.name, 0, name, 0, name.length))
  const exact = indexOf(wanted)
  if (exact >= 0 || findOwner(zone, wanted) !== NO_OWNER) return exact
  for (let at = wanted[0]! + 1; at < nameLength(wanted, 0); at += wanted[at]! + 1) {
    const encloser = wanted.subarray(at)
    if (!isWithin(encloser, 0, zone.apex)) break
    const wildcard = indexOf(Uint8Array.from([1, 0x2a, ...encloser]))
    if (wildcard >= 0 || findOwner(zone, encloser) !== NO_OWNER) return wildcard
  }
  return -1
}

function readRegionNames(
  { complaints }: ExpectContext,
  policy: Policy,
  setting: Setting | undefined,
): string[] {
  if (setting === undefined) return []
  const names: string[] = []
  for (const item of listItems(complaints, setting.value)) {
    if (names.includes(item.text)) complaints.error(item, 'duplicate-item', `${item.text} is listed twice`)
    else if (isRegion(complaints, policy, item)) names.push(item.text)
  }
  return names
}

function isRegion(complaints: Complaints, policy: Policy, item: Piece): boolean {
  const known = policy.regions.map(({ name }) => name)
  if (known.includes(item.text)) return true
  complaints.error(
    item,
    'unknown-region',
    `policy ${policy.name} has no region ${show(item)}`,
    closest(item.text.toLowerCase(), known) ?? `its regions: ${known.join(', ')}`,
  )
  return false
}

/** All of one kind: the first item says which. */
function readOutcome(
  { complaints }: ExpectContext,
  policy: Policy,
  pieces: readonly Piece[],
): Outcome | undefined {
  const items = pieces.flatMap(piece => listItems(complaints, piece))
  const [first] = items
  if (first === undefined) return undefined
  const texts = items.map(({ text }) => text)
  const twice = items.find(({ text }, index) => texts.indexOf(text) < index)
  if (twice !== undefined) return complaints.error(twice, 'duplicate-item', `${twice.text} is listed twice`)
  const rcode = RCODES.find(name => name === first.text.toUpperCase())
  if (rcode !== undefined) {
    const [, second] = items
    if (second === undefined) return { kind: 'rcode', name: rcode }
    return complaints.error(
      second,
      'mixed-outcome',
      `${rcode} stands alone`,
      'regions, addresses or one RCODE',
    )
  }
  return parseAddress(first.text) === undefined
    ? readRegionOutcome(complaints, policy, items)
    : readAddressOutcome(complaints, items)
}

function readAddressOutcome(complaints: Complaints, items: readonly Piece[]): Outcome | undefined {
  const addresses: Address[] = []
  for (const item of items) {
    const address = parseAddress(item.text)
    if (address !== undefined) addresses.push(address)
    else
      return complaints.error(
        item,
        'mixed-outcome',
        `${show(item)} is not an address, as the first is`,
        'regions, addresses or one RCODE',
      )
  }
  return { kind: 'addresses', addresses }
}

function readRegionOutcome(
  complaints: Complaints,
  policy: Policy,
  items: readonly Piece[],
): Outcome | undefined {
  for (const item of items) {
    if (parseAddress(item.text) !== undefined)
      return complaints.error(
        item,
        'mixed-outcome',
        `${item.text} is not a region, as the first is`,
        'regions, addresses or one RCODE',
      )
    if (!isRegion(complaints, policy, item)) return undefined
  }
  return { kind: 'regions', names: items.map(({ text }) => text) }
}
