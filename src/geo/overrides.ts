/** `overrides.csv`: what operators know better than any database. A line is a prefix and where it is; of prefixes
 *  that overlap the longest counts. Every mistake of the file is reported, with line and column. */

import type { Address } from '../base/address.ts'
import { CARRIES_V4, foldToV4 } from '../base/fold.ts'
import { hasErrors, type Problem } from '../base/problem.ts'
import { closest } from '../base/suggest.ts'
import { type Field, readFields } from './csv-line.ts'
import { lastOfPrefix } from './networks.ts'
import { COLUMNS, type Column, type Complain, type OverridePlace, placeOfRow } from './override-place.ts'
import { packContinent, packCountry, packSubdivision } from './place-store.ts'
import { isInside, type Prefix, printPrefix, readPrefix } from './prefix.ts'
import type { GeoSource, SourceInfo, Visitor } from './source.ts'

export interface Override {
  readonly prefix: Prefix
  readonly place: OverridePlace
  readonly note: string
  readonly line: number
}

export class OverridesSource implements GeoSource {
  private readonly path: string
  private readonly text: string

  constructor(path: string, text: string) {
    this.path = path
    this.text = text
  }

  visit(visitor: Visitor): { info: SourceInfo; problems: readonly Problem[] } {
    const { overrides, problems } = readOverrides(this.path, this.text)
    if (!hasErrors(problems)) for (const one of inOrder(overrides)) addOverride(one, visitor)
    return {
      info: {
        kind: 'overrides',
        name: 'overrides',
        path: this.path,
        date: '',
        licence: "the operator's own",
        networks4: visitor.networks4.added,
        networks6: visitor.networks6.added,
      },
      problems,
    }
  }
}

export function readOverrides(
  file: string,
  text: string,
): { overrides: readonly Override[]; problems: readonly Problem[] } {
  const problems: Problem[] = []
  const overrides: Override[] = []
  const seen = new Map<string, number>()
  let isHeaderBad = false
  let columns: readonly (Column | undefined)[] | undefined
  text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .forEach((sourceLine, index) => {
      if (/^\s*(?:#|$)/.test(sourceLine)) return
      const line = index + 1
      const complain: Complain = (severity, code, field, what, hint) =>
        problems.push({
          file,
          line,
          column: field?.column ?? 0,
          width: field?.width ?? 1,
          severity,
          code,
          text: what,
          ...(hint === undefined ? {} : { hint }),
          sourceLine,
        })
      const fields = readFields(sourceLine)
      if (columns === undefined) {
        columns = readHeader(fields, complain)
        isHeaderBad = hasErrors(problems)
        return
      }
      // What the columns mean is anyone's guess.
      if (isHeaderBad) return
      const override = readRow(fields, columns, line, complain)
      if (override === undefined) return
      const key = printPrefix(override.prefix)
      const first = seen.get(key)
      if (first === undefined) overrides.push(override)
      else
        complain(
          'error',
          'duplicate-prefix',
          fields[columns.indexOf('prefix')],
          `${key} is already at line ${first}`,
        )
      if (first === undefined) seen.set(key, line)
    })
  return { overrides, problems }
}

/** The override that counts for an address: the one of the longest prefix. */
export function overrideFor(
  overrides: readonly Override[],
  { family, octets }: Address,
): Override | undefined {
  return overrides
    .filter(({ prefix }) => prefix.family === family && isInside(octets, prefix))
    .reduce<Override | undefined>(
      (best, one) => (best === undefined || one.prefix.bits > best.prefix.bits ? one : best),
      undefined,
    )
}

/** Which column each field is. */
function readHeader(fields: readonly Field[], complain: Complain): readonly (Column | undefined)[] {
  if (readPrefix(fields[0]?.text ?? '') instanceof Object) {
    const hint = `put this line first: ${COLUMNS.join(',')}`
    complain('error', 'no-header', fields[0], 'the first line must name the columns', hint)
    return []
  }
  const columns = fields.map((field, index) => {
    const name = field.text.toLowerCase() as Column
    if (!COLUMNS.includes(name)) {
      const hint = closest(name, COLUMNS) ?? `the columns are ${COLUMNS.join(', ')}`
      complain('error', 'unknown-column', field, `"${field.text}" is no column`, hint)
      return undefined
    }
    const isRepeated = fields.findIndex(other => other.text.toLowerCase() === name) < index
    if (isRepeated) complain('error', 'duplicate-column', field, `column "${name}" is named twice`)
    return name
  })
  if (!columns.includes('prefix'))
    complain(
      'error',
      'no-prefix-column',
      fields[0],
      'there is no column "prefix"',
      `write ${COLUMNS.join(',')}`,
    )
  return columns
}

function readRow(
  fields: readonly Field[],
  columns: readonly (Column | undefined)[],
  line: number,
  complain: Complain,
): Override | undefined {
  const quoted = fields.find(field => field.badQuotes)
  if (quoted !== undefined) {
    const hint = 'close it with ", and write a quote inside as ""'
    complain('error', 'bad-quotes', quoted, 'a quoted field does not end before the next comma', hint)
    return undefined
  }
  const extra = fields[columns.length]
  if (extra !== undefined) {
    const hint = 'a note that has commas goes between double quotes'
    complain('error', 'too-many-fields', extra, `more fields than the ${columns.length} columns`, hint)
    return undefined
  }
  const row = new Map<Column, Field>()
  columns.forEach((column, i) => {
    const field = fields[i]
    if (column !== undefined && field !== undefined && field.text !== '') row.set(column, field)
  })
  const prefix = readPrefixField(row.get('prefix'), fields[0], complain)
  const place = placeOfRow(row, fields[0], complain)
  if (prefix === undefined || place === undefined) return undefined
  return { prefix, place, note: row.get('note')?.text ?? '', line }
}

function readPrefixField(
  field: Field | undefined,
  first: Field | undefined,
  complain: Complain,
): Prefix | undefined {
  if (field === undefined) {
    complain('error', 'no-prefix', first, 'the prefix is missing')
    return undefined
  }
  const prefix = readPrefix(field.text)
  if (typeof prefix === 'string') {
    complain('error', 'bad-prefix', field, `"${field.text}" ${prefix}`)
    return undefined
  }
  if (!prefix.isExact) {
    const whole = prefix.family === 4 ? 32 : 128
    const hint = `write ${printPrefix(prefix)} for the network, or /${whole} for the one address`
    complain('error', 'host-bits', field, `"${field.text}" has bits set after its first ${prefix.bits}`, hint)
    return undefined
  }
  const instead = asIpv4(prefix)
  if (instead === undefined) return prefix
  complain(
    'error',
    'carries-ipv4',
    field,
    `"${field.text}" carries IPv4 addresses and is looked up as those`,
    instead,
  )
  return undefined
}

/** For a prefix whose addresses are folded to IPv4: what to write instead. */
function asIpv4(prefix: Prefix): string | undefined {
  const within = CARRIES_V4.find(
    ({ words, bits }) =>
      prefix.family === 6 &&
      prefix.bits >= bits &&
      words.every((word, i) => sameBits(prefix.words[i]!, word, bits - i * 32)),
  )
  if (within === undefined) return undefined
  const four = new Uint8Array(4)
  const before = foldToV4(prefix.octets, 0, prefix.bits, four, 0)
  return before < 0 || within.bits === 32
    ? 'write the IPv4 prefixes themselves'
    : `write ${four.join('.')}/${Math.min(32, prefix.bits - before)}`
}

/** Of two words, whether the first `bits` are the same. */
function sameBits(a: number, b: number, bits: number): boolean {
  return bits <= 0 || (a ^ b) >>> Math.max(0, 32 - bits) === 0
}

/** By first address, the wider first: as networks are added. */
function inOrder(overrides: readonly Override[]): Override[] {
  return overrides.toSorted(
    (a, b) => Buffer.compare(a.prefix.octets, b.prefix.octets) || a.prefix.bits - b.prefix.bits,
  )
}

function addOverride({ prefix, place }: Override, visitor: Visitor): void {
  const index = visitor.places.intern({
    country: packCountry(place.country),
    subdivision: packSubdivision(place.subdivision.slice(3)),
    continent: packContinent(''),
    latitude: place.latitude,
    longitude: place.longitude,
    asn: 0,
  })
  const start = prefix.words
  if (prefix.family === 4) {
    visitor.networks4.add(start[0]!, start[0]! + 2 ** (32 - prefix.bits) - 1, index)
    return
  }
  const end = new Uint32Array(4)
  lastOfPrefix(start, prefix.bits, end)
  visitor.networks6.add(start, end, index)
}
