/** `$CHECK`: how health is found out. Validated here in full, carried out elsewhere. */

import type { Address } from '../base/address.ts'
import { parseAddress } from '../base/address.ts'
import { closest } from '../base/suggest.ts'
import { nameFromText } from '../wire/name.ts'
import type { Directive } from '../zone/zone.ts'
import { type Complaints, type Piece, pieceOf } from './complaints.ts'
import { type Entry, listItems, only, readEntry, type Setting } from './entry.ts'
import { CHECK_KINDS, type Check, type CheckExpectation, type CheckKind, type Spot } from './steering.ts'
import { printDuration, readDurationMs, readShare, readWhole, show } from './values.ts'

/** What a kind takes: whether it needs a word behind `=`, its usual port, and its settings. */
interface Kind {
  readonly target: '' | 'service' | 'path' | 'name'
  readonly port: number
  readonly settings: readonly string[]
}

const PROBE = ['port', 'interval', 'timeout', 'fall', 'rise']

/** Port 0: none is usual, so it must be said or is not asked for. */
const KINDS: Readonly<Record<CheckKind, Kind>> = {
  consul: { target: 'service', port: 0, settings: ['tag', 'min-passing'] },
  http: { target: 'path', port: 80, settings: [...PROBE, 'expect', 'host'] },
  https: { target: 'path', port: 443, settings: [...PROBE, 'expect', 'host'] },
  tcp: { target: '', port: 0, settings: [...PROBE, 'expect'] },
  tls: { target: '', port: 443, settings: [...PROBE, 'expect', 'host'] },
  dns: { target: 'name', port: 53, settings: [...PROBE, 'expect'] },
  grpc: { target: 'service', port: 443, settings: [...PROBE, 'host'] },
  push: { target: '', port: 0, settings: ['fall', 'rise', 'interval'] },
}

const SETTINGS = ['port', 'interval', 'timeout', 'fall', 'rise', 'expect', 'host', 'tag', 'min-passing']
const WITH_TARGET = CHECK_KINDS.filter(kind => KINDS[kind].target !== '')
const BARE_KINDS = CHECK_KINDS.filter(kind => KINDS[kind].target === '')

const KINDS_WRITTEN = CHECK_KINDS.map(kind =>
  KINDS[kind].target === '' ? kind : `${kind}=${KINDS[kind].target.toUpperCase()}`,
).join(' ')

const SHAPE = {
  what: '$CHECK',
  usage: '$CHECK NAME KIND settings, for example $CHECK edge https=/healthz interval=5s',
  keys: [...WITH_TARGET, ...SETTINGS],
  bareMax: 1,
}

const DEFAULT_INTERVAL_MS = 5000
/** How often a push is expected: a script once in a while, not a probe. */
const PUSH_INTERVAL_MS = 30_000
const DEFAULT_TIMEOUT_MS = 2000
const INTERVAL_MS_MIN = 100
const DAY_MS = 86_400_000

export type DeclaredChecks = ReadonlyMap<string, Check | undefined>

export function readChecks(complaints: Complaints, directives: readonly Directive[]): DeclaredChecks {
  const declared = new Map<string, Check | undefined>()
  const spots = new Map<string, Spot>()
  for (const { words, source, name } of directives) {
    const errorsBefore = complaints.errors
    const [first, ...rest] = words
    const named = first === undefined ? undefined : pieceOf(first, source)
    if (named === undefined || !isName(complaints, named, spots)) {
      if (named === undefined)
        complaints.error(
          pieceOf(name, source),
          'missing-words',
          '$CHECK needs a name and a kind',
          `write ${SHAPE.usage}`,
        )
      continue
    }
    // A bare kind such as `tcp` may stand anywhere among the settings.
    const isBareKind = (text: string): boolean => (BARE_KINDS as readonly string[]).includes(text)
    const kinds = rest.filter(word => !word.quoted && isBareKind(word.text))
    const others = rest.filter(word => !kinds.includes(word))
    const entry = readEntry(complaints, SHAPE, others, source)
    const check = readCheck(
      complaints,
      entry,
      named,
      kinds.map(word => pieceOf(word, source)),
      declared.size,
      errorsBefore,
    )
    spots.set(named.text, complaints.spot(named))
    declared.set(named.text, complaints.errors === errorsBefore ? check : undefined)
  }
  return declared
}

function isName(complaints: Complaints, name: Piece, spots: ReadonlyMap<string, Spot>): boolean {
  const before = spots.get(name.text)
  if (before !== undefined) complaints.definedTwice(name, 'check', before)
  else if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name.text))
    complaints.error(
      name,
      'bad-name',
      `${show(name)} cannot be a check's name`,
      `lower-case letters, digits and hyphens, and it comes first: ${SHAPE.usage}`,
    )
  else return true
  return false
}

function readCheck(
  complaints: Complaints,
  entry: Entry,
  name: Piece,
  bareKinds: readonly Piece[],
  index: number,
  errorsBefore: number,
): Check | undefined {
  const kind = readKind(complaints, entry, name, bareKinds, errorsBefore)
  if (kind === undefined) return undefined
  const shape = KINDS[kind]
  for (const key of SETTINGS) {
    const setting = only(entry, key)
    if (setting !== undefined && !shape.settings.includes(key)) refuseSetting(complaints, kind, setting)
  }
  const port = readOr(entry, 'port', shape.port, value => readWhole(complaints, value, 'port', 1, 65_535))
  if (port === 0 && shape.settings.includes('port') && only(entry, 'port') === undefined)
    complaints.error(name, 'missing-port', `a ${kind} check needs a port`, `add port=…`)
  const isPush = kind === 'push'
  const usualMs = isPush ? PUSH_INTERVAL_MS : DEFAULT_INTERVAL_MS
  const intervalMs = readOr(entry, 'interval', usualMs, value => readInterval(complaints, value))
  const timeoutMs = readOr(entry, 'timeout', Math.min(DEFAULT_TIMEOUT_MS, intervalMs), value =>
    readTimeout(complaints, value, intervalMs),
  )
  const times = (key: string, fallback: number): number =>
    readOr(entry, key, fallback, value => readWhole(complaints, value, key, 1, 1000))
  return {
    index,
    name: name.text,
    kind,
    target: only(entry, kind)?.value.text ?? '',
    port,
    intervalMs,
    timeoutMs,
    // A push is a statement, not a sample.
    fall: times('fall', isPush ? 1 : 3),
    rise: times('rise', isPush ? 1 : 2),
    expect: readExpectation(complaints, kind, only(entry, 'expect')?.value),
    host: readHost(complaints, only(entry, 'host')?.value),
    tag: only(entry, 'tag')?.value.text ?? '',
    minPassing: readOr(entry, 'min-passing', 0, value => readShare(complaints, value, 'min-passing')),
    spot: complaints.spot(name),
  }
}

function readOr<T>(entry: Entry, key: string, fallback: T, read: (value: Piece) => T | undefined): T {
  const setting = only(entry, key)
  return setting === undefined ? fallback : (read(setting.value) ?? fallback)
}

function readKind(
  complaints: Complaints,
  entry: Entry,
  name: Piece,
  bareKinds: readonly Piece[],
  errorsBefore: number,
): CheckKind | undefined {
  const settings = WITH_TARGET.map(kind => only(entry, kind)).filter(setting => setting !== undefined)
  const kinds = [...settings.map(({ key }) => key), ...bareKinds]
  const unknown = entry.bare[0]
  if (unknown !== undefined) {
    const near = closest(unknown.text.toLowerCase(), CHECK_KINDS)
    return complaints.error(
      unknown,
      'unknown-check-kind',
      `there is no check of kind ${show(unknown)}`,
      near ?? `kinds: ${KINDS_WRITTEN}`,
    )
  }
  if (kinds.length === 0 && complaints.errors > errorsBefore) return undefined
  if (kinds.length === 0)
    return complaints.error(
      name,
      'missing-words',
      `check ${name.text} does not say of what kind it is`,
      `write ${SHAPE.usage}`,
    )
  if (kinds.length > 1)
    return complaints.error(
      kinds[1]!,
      'many-kinds',
      `a check is of one kind: ${kinds[0]!.text} or ${kinds[1]!.text}`,
      'write two checks; a policy may ask for both: health=one,two',
    )
  const [setting] = settings
  return setting === undefined || isTarget(complaints, setting) ? (kinds[0]!.text as CheckKind) : undefined
}

function isTarget(complaints: Complaints, { key, value }: Setting): boolean {
  const { text } = value
  switch (KINDS[key.text as CheckKind].target) {
    case 'path':
      if (/^\/[\x21-\x7e]*$/.test(text)) return true
      complaints.error(
        value,
        'bad-path',
        `${show(value)} is not a path`,
        `a path begins with a slash: ${key.text}=/healthz`,
      )
      return false
    case 'name':
      if (nameFromText(text) !== undefined) return true
      complaints.error(value, 'bad-name', `${show(value)} is not a domain name`)
      return false
    default:
      if (/^[\x21-\x7e]+$/.test(text)) return true
      complaints.error(value, 'bad-name', `${show(value)} is not a service's name`)
      return false
  }
}

function refuseSetting(complaints: Complaints, kind: CheckKind, { key }: Setting): void {
  const takers = CHECK_KINDS.filter(other => KINDS[other].settings.includes(key.text))
  const hint =
    key.text === 'min-passing'
      ? "min-passing counts a Consul service; how many of a region's addresses must be up is the policy's threshold="
      : `it is for ${takers.join(', ')}`
  complaints.error(key, 'unsuitable-setting', `${kind} checks take no ${key.text}`, hint)
}

function readInterval(complaints: Complaints, value: Piece): number | undefined {
  const interval = readDurationMs(complaints, value, 'interval')
  if (interval === undefined || (interval >= INTERVAL_MS_MIN && interval <= DAY_MS)) return interval
  return complaints.error(value, 'out-of-range', `interval ${value.text} is not within 100ms to 1d`)
}

function readTimeout(complaints: Complaints, value: Piece, intervalMs: number): number | undefined {
  const timeout = readDurationMs(complaints, value, 'timeout')
  if (timeout === undefined) return undefined
  if (timeout === 0) return complaints.error(value, 'out-of-range', 'a timeout of nothing fails every check')
  if (timeout <= intervalMs) return timeout
  return complaints.error(
    value,
    'out-of-range',
    `timeout ${value.text} is longer than the interval of ${printDuration(intervalMs)}`,
    'a check must have ended before the next begins',
  )
}

function readHost(complaints: Complaints, value: Piece | undefined): string {
  if (value === undefined) return ''
  if (/^[A-Za-z0-9._-]{1,253}$/.test(value.text)) return value.text
  complaints.error(value, 'bad-name', `${show(value)} is not a host name`)
  return ''
}

/** Statuses for http and https, addresses for dns; whatever else is text that must occur. */
function readExpectation(
  complaints: Complaints,
  kind: CheckKind,
  value: Piece | undefined,
): CheckExpectation {
  if (value === undefined) {
    const ok = kind === 'http' || kind === 'https' ? [{ from: 200, to: 299 }] : []
    return { statuses: ok, text: '', addresses: [] }
  }
  if (kind === 'dns') return { statuses: [], text: '', addresses: readAddresses(complaints, value) }
  const asksStatus = (kind === 'http' || kind === 'https') && /^[\dx,-]+$/.test(value.text)
  if (!asksStatus) {
    const ok = kind === 'http' || kind === 'https' ? [{ from: 200, to: 299 }] : []
    return { statuses: ok, text: value.text, addresses: [] }
  }
  const statuses = listItems(complaints, value).flatMap(item => readStatuses(complaints, item) ?? [])
  return { statuses, text: '', addresses: [] }
}

function readAddresses(complaints: Complaints, value: Piece): Address[] {
  return listItems(complaints, value).flatMap(item => {
    const address = parseAddress(item.text)
    if (address === undefined)
      complaints.error(
        item,
        'bad-address',
        `${show(item)} is not an IP address`,
        'expect= of a dns check lists addresses of which one must be in the answer',
      )
    return address ?? []
  })
}

/** `200`, `200-299`, `2xx`. */
function readStatuses(complaints: Complaints, item: Piece): { from: number; to: number } | undefined {
  const matched = /^([1-5])xx$|^([1-5]\d\d)(?:-([1-5]\d\d))?$/.exec(item.text)
  const [, hundreds, from, to = from] = matched ?? []
  if (hundreds !== undefined) return { from: Number(hundreds) * 100, to: Number(hundreds) * 100 + 99 }
  if (from !== undefined && Number(from) <= Number(to)) return { from: Number(from), to: Number(to) }
  return complaints.error(
    item,
    'bad-status',
    `${show(item)} is not an HTTP status`,
    'write 200, 200-299 or 2xx; text in quotes must occur in the body',
  )
}
