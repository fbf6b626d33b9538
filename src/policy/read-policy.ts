/** `$POLICY`: one policy from its settings. Judges each setting by itself and against the regions; whether fences
 *  together leave anything is judged in `judge-fences.ts`. */

import { closest } from '../base/suggest.ts'
import { WEIGHT_MAX } from '../base/weighted.ts'
import type { Complaints, Piece } from './complaints.ts'
import { all, type Entry, listItems, only, splitAtColon, splitFromTo, splitList } from './entry.ts'
import type { DeclaredChecks } from './read-checks.ts'
import type { PlaceNames } from './read-places.ts'
import type { PolicyRegions } from './region-lists.ts'
import type {
  Check,
  Fence,
  Order,
  Outage,
  Policy,
  Region,
  Reserve,
  Route,
  Spot,
  UnknownRule,
} from './steering.ts'
import { readAddress, readDurationMs, readShare, readTtlRange, readWhole, show } from './values.ts'

export const POLICY_SHAPE = {
  what: '$POLICY',
  usage: '$POLICY NAME ( regions=use1,euc1 order=nearest )',
  keys: [
    'regions',
    'residency',
    'reserve',
    'route',
    'order',
    'weights',
    'bias',
    'answers',
    'health',
    'threshold',
    'max-withdraw',
    'ramp',
    'outage',
    'unknown',
    'ttl',
  ],
  repeatable: ['residency', 'reserve', 'route'],
  bareMax: 1,
}

const ORDERS: readonly Order[] = ['nearest', 'listed', 'weighted', 'hash']
const ANSWERS_MAX = 64
const BIAS_MAX = 99
const RAMP_MS_MAX = 86_400_000

/** What a policy's settings may speak of. */
export interface PolicyContext {
  readonly complaints: Complaints
  readonly places: PlaceNames
  readonly checks: DeclaredChecks
  readonly regions: PolicyRegions
  readonly entry: Entry
}

export function readPolicy(context: PolicyContext, name: Piece, index: number): Policy {
  const { complaints, entry } = context
  const { regions } = context.regions
  const order = readOrder(context)
  const weights = readWeights(context, order)
  const bias = readBias(context, order)
  const threshold = only(entry, 'threshold')?.value
  const maxWithdraw = readMaxWithdraw(context)
  const ttlPiece = only(entry, 'ttl')?.value
  const ttl = ttlPiece === undefined ? undefined : readTtlRange(complaints, ttlPiece)
  if (order === 'nearest') needCoordinates(context)
  const settingSpot = (key: string): Spot => complaints.spot(only(entry, key)?.value ?? name)
  return {
    index,
    name: name.text,
    regions,
    fences: all(entry, 'residency').flatMap(({ value }) => readFence(context, value) ?? []),
    reserves: all(entry, 'reserve').map(({ value }) => readReserve(context, value)),
    routes: all(entry, 'route').flatMap(({ value }) => readRoute(context, value) ?? []),
    order,
    weights: regions.map((_, slot) => weights?.get(slot) ?? 1),
    bias: regions.map((_, slot) => bias?.get(slot) ?? 0),
    answers: readAnswers(context),
    checks: readHealth(context),
    threshold: (threshold === undefined ? undefined : readShare(complaints, threshold, 'threshold')) ?? 0,
    rampMs: readRamp(context),
    ...(maxWithdraw === undefined ? {} : { maxWithdraw }),
    outage: readOutage(context),
    unknown: readUnknown(context),
    ...(ttl === undefined ? {} : { ttl }),
    spot: complaints.spot(name),
    orderSpot: settingSpot('order'),
    outageSpot: settingSpot('outage'),
    unknownSpot: settingSpot('unknown'),
  }
}

//------------ Fences, reserves and routes ---

function readFence({ complaints, places, regions }: PolicyContext, value: Piece): Fence | undefined {
  const [fromPiece, toPiece] = splitFromTo(value)
  if (fromPiece.text === '' || toPiece?.text === '')
    return complaints.error(
      value,
      'missing-value',
      `residency=${value.text} lacks a side`,
      'write residency=FROM or residency=FROM:TO',
    )
  if (toPiece === undefined && fromPiece.text.split(',').some(text => regions.has(text)))
    return complaints.error(
      fromPiece,
      'unknown-place',
      `${fromPiece.text} names regions, but not for whom`,
      'write residency=PLACES:REGIONS',
    )
  const errorsBefore = complaints.errors
  const from = places.readSet(fromPiece)
  const to =
    toPiece === undefined ? { toTerms: from.terms, toNamed: [] } : regions.readTarget(toPiece, places)
  if (toPiece === undefined) regions.placesOfRegions(from.terms, fromPiece)
  if (complaints.errors > errorsBefore) return undefined
  const toText = (toPiece ?? fromPiece).text
  needCountries(complaints, regions.regions, to.toTerms.length > 0, value)
  const slots = [...new Set([...to.toNamed, ...regions.slotsIn(to.toTerms)])].sort((a, b) => a - b)
  if (slots.length === 0)
    return complaints.error(
      value,
      'fence-leaves-nothing',
      `no region of this policy is in ${toText}: clients in ${from.text} would be left with none`,
      `regions are in ${countriesOf(regions.regions)}; add one there, or write residency=${from.text}:REGIONS`,
    )
  return { from, toText, ...to, slots, spot: complaints.spot(value) }
}

/** A fence that goes by country must know every region's. */
function needCountries(
  complaints: Complaints,
  regions: readonly Region[],
  goesByCountry: boolean,
  value: Piece,
): void {
  const placeless = regions.find(({ country }) => country === '')
  if (goesByCountry && placeless !== undefined)
    complaints.error(
      value,
      'region-without-country',
      `whether ${placeless.name} is in ${show(value)} cannot be told: its country is not known`,
      `add country= to $REGION ${placeless.name}`,
    )
}

function countriesOf(regions: readonly Region[]): string {
  return [...new Set(regions.map(({ country }) => (country === '' ? '?' : country)))].join(', ')
}

function readReserve({ complaints, places, regions }: PolicyContext, value: Piece): Reserve {
  const set = places.readSet(value)
  needCountries(complaints, regions.regions, set.terms.length > 0, value)
  const slots = regions.slotsIn(set.terms)
  const isSound = set.terms.length > 0 && slots.length === 0
  if (isSound)
    complaints.warning(
      value,
      'reserve-without-region',
      `no region of this policy is in ${value.text}: nothing is reserved`,
      `regions are in ${countriesOf(regions.regions)}`,
    )
  return { places: set, slots, spot: complaints.spot(value) }
}

function readRoute({ complaints, places, regions }: PolicyContext, value: Piece): Route | undefined {
  const [from, to] = splitFromTo(value)
  if (from.text === '' || to === undefined || to.text === '')
    return complaints.error(
      value,
      'missing-value',
      `route=${value.text} lacks a side`,
      'write route=PLACES:REGIONS, for example route=AU,NZ:apne1,use1',
    )
  return { places: places.readSet(from), slots: regions.readSlots(to), spot: complaints.spot(value) }
}

//------------ Order ---

function readOrder({ complaints, entry }: PolicyContext): Order {
  const value = only(entry, 'order')?.value
  if (value === undefined) return 'nearest'
  const known = ORDERS.find(order => order === value.text)
  if (known !== undefined) return known
  if (value.text === 'latency')
    complaints.error(
      value,
      'unknown-order',
      'order=latency is not there yet: it needs measurements',
      'until then order=nearest, with bias= to move its borders',
    )
  else
    complaints.error(
      value,
      'unknown-order',
      `there is no order ${show(value)}`,
      closest(value.text.toLowerCase(), ORDERS) ?? `write order=${ORDERS.join('|')}`,
    )
  return 'listed'
}

function needCoordinates({ complaints, regions, entry }: PolicyContext): void {
  const list = only(entry, 'regions')!.value
  for (const item of splitList(list)) {
    const region = regions.regions.find(({ name }) => name === item.text)
    if (region !== undefined && region.coordinates === undefined)
      complaints.error(
        item,
        'region-without-coordinates',
        `order=nearest must know where ${region.name} is`,
        `add at=LATITUDE,LONGITUDE to $REGION ${region.name}, or write order=listed`,
      )
  }
}

function readWeights(
  { complaints, entry, regions }: PolicyContext,
  order: Order,
): Map<number, number> | undefined {
  const setting = only(entry, 'weights')
  if (setting === undefined) {
    if (order === 'weighted')
      complaints.warning(
        only(entry, 'order')!.value,
        'missing-weights',
        'without weights= every region gets an equal share',
        `write weights=${regions.regions.map(({ name }) => `${name}:1`).join(',')}`,
      )
    return undefined
  }
  const { key, value } = setting
  const errorsBefore = complaints.errors
  const weights = regions.readPerRegion(value, 'weights=use1:80,euc1:20', weight =>
    readWhole(complaints, weight, 'weight', 0, WEIGHT_MAX),
  )
  if (order !== 'weighted' && order !== 'hash')
    complaints.warning(
      key,
      'unused-setting',
      `weights= means nothing with order=${order}`,
      'write order=weighted or order=hash',
    )
  if (complaints.errors > errorsBefore) return weights
  const unsaid = regions.regions.filter((_, slot) => !weights.has(slot)).map(({ name }) => name)
  if (unsaid.length > 0)
    complaints.warning(
      value,
      'missing-weights',
      `weights= leaves out ${unsaid.join(', ')}, which gets weight 1`,
      `add ${unsaid.map(name => `${name}:0`).join(',')} for regions that serve only when no other is up`,
    )
  else if ([...weights.values()].every(weight => weight === 0))
    complaints.error(
      value,
      'all-weights-zero',
      'all weights are 0, so nobody has a share',
      'weight 0 is for regions that serve only when no other is up',
    )
  return weights
}

function readBias(
  { complaints, entry, regions }: PolicyContext,
  order: Order,
): Map<number, number> | undefined {
  const setting = only(entry, 'bias')
  if (setting === undefined) return undefined
  if (order !== 'nearest')
    complaints.warning(
      setting.key,
      'unused-setting',
      `bias= means nothing with order=${order}`,
      'bias= moves the borders of order=nearest',
    )
  return regions.readPerRegion(setting.value, 'bias=use1:+20%', value => readBiasPercent(complaints, value))
}

function readBiasPercent(complaints: Complaints, value: Piece): number | undefined {
  const matched = /^([+-−]?)(\d{1,4})%?$/u.exec(value.text.replace('−', '-'))
  if (matched === null)
    return complaints.error(
      value,
      'bad-percent',
      `bias ${show(value)} is not a percentage`,
      'write bias=use1:+20% to draw more clients, −20% fewer',
    )
  const percent = Number(matched[2]) * (matched[1] === '-' ? -1 : 1)
  if (Math.abs(percent) <= BIAS_MAX) return percent
  return complaints.error(
    value,
    'out-of-range',
    `bias ${value.text} is not within −${BIAS_MAX} to +${BIAS_MAX} percent`,
  )
}

function readAnswers({ complaints, entry, regions }: PolicyContext): number {
  const value = only(entry, 'answers')?.value
  if (value === undefined) return 1
  const answers = readWhole(complaints, value, 'answers', 1, ANSWERS_MAX) ?? 1
  const count = regions.regions.length
  if (answers > count)
    complaints.warning(
      value,
      'many-answers',
      `answers=${answers}, but the policy has ${count === 1 ? 'one region' : `${count} regions`}`,
    )
  return answers
}

//------------ Health, outage, unknown ---

function readHealth({ complaints, entry, checks }: PolicyContext): Check[] {
  const value = only(entry, 'health')?.value
  if (value === undefined) return []
  const found: Check[] = []
  for (const item of listItems(complaints, value)) {
    const check = checks.get(item.text)
    if (check !== undefined && found.includes(check))
      complaints.error(item, 'duplicate-item', `${item.text} is listed twice`)
    else if (check !== undefined) found.push(check)
    else if (!checks.has(item.text))
      complaints.error(
        item,
        'unknown-check',
        `there is no check ${show(item)}`,
        closest(item.text.toLowerCase(), checks.keys()) ?? `define it: $CHECK ${item.text} https=/healthz`,
      )
  }
  return found
}

function readMaxWithdraw({ complaints, entry }: PolicyContext): number | undefined {
  const setting = only(entry, 'max-withdraw')
  if (setting === undefined) return undefined
  if (only(entry, 'health') === undefined)
    complaints.warning(
      setting.key,
      'unused-setting',
      'max-withdraw= means nothing without health=',
      'it limits how many regions one source of health may take away',
    )
  return readShare(complaints, setting.value, 'max-withdraw')
}

function readRamp({ complaints, entry, regions }: PolicyContext): number {
  const setting = only(entry, 'ramp')
  if (setting === undefined) return 0
  const rampMs = readDurationMs(complaints, setting.value, 'ramp') ?? 0
  if (rampMs > RAMP_MS_MAX)
    complaints.error(setting.value, 'out-of-range', `ramp ${setting.value.text} is longer than 1d`)
  if (rampMs > 0 && regions.regions.length === 1)
    complaints.warning(
      setting.key,
      'unused-setting',
      'ramp= means nothing for one region',
      'while it returns, there is no other to take some of its clients',
    )
  return rampMs
}

const OUTAGES = ['in-fence', 'last-good', 'refuse'] as const

function readOutage({ complaints, entry }: PolicyContext): Outage {
  const value = only(entry, 'outage')?.value
  if (value === undefined) return { kind: 'in-fence' }
  const known = OUTAGES.find(kind => kind === value.text)
  if (known !== undefined) return { kind: known }
  const [word, list] = splitAtColon(value)
  if (word.text === 'sorry' && list !== undefined && list.text !== '') {
    const addresses = listItems(complaints, list).flatMap(
      item => readAddress(complaints, item, 'sorry') ?? [],
    )
    return { kind: 'sorry', addresses }
  }
  if (word.text === 'sorry')
    complaints.error(
      value,
      'missing-value',
      'outage=sorry does not say which address',
      'write outage=sorry:192.0.2.1',
    )
  else
    complaints.error(
      word,
      'unknown-outage',
      `there is no outage rule ${show(word)}`,
      closest(word.text.toLowerCase(), [...OUTAGES, 'sorry:ADDRESS']) ??
        'write outage=in-fence|last-good|refuse|sorry:ADDRESS',
    )
  return { kind: 'in-fence' }
}

function readUnknown({ complaints, entry, regions }: PolicyContext): UnknownRule {
  const value = only(entry, 'unknown')?.value
  if (value === undefined) return { kind: 'default' }
  if (value.text === 'any' || value.text === 'strict') return { kind: value.text }
  const near = closest(value.text, ['any', 'strict'])
  const isSingle = !value.text.includes(',') && !regions.has(value.text)
  if (isSingle && near !== undefined) {
    complaints.error(value, 'unknown-region', `unknown=${show(value)} is no rule and no region`, near)
    return { kind: 'default' }
  }
  return { kind: 'listed', slots: regions.readSlots(value) }
}
