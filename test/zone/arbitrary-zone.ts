/** Arbitrary zone files that are right, in all the ways they can be written: blank owners, TTL and class in any
 *  order, parentheses, comments, `$ORIGIN`, `$TTL`, `$INCLUDE`, `$GENERATE`. */

import * as fc from 'fast-check'
import { type TypeAndData, typeAndData } from './arbitrary-records.ts'
import { label, period } from './arbitrary-text.ts'

export interface ZoneFiles {
  readonly main: string
  /** Contents of `part0.inc`, `part1.inc`, … */
  readonly included: readonly string[]
}

/** How the words of an entry are set apart. */
const gap = fc.constantFrom(' ', '\t', '  ', ' \t ')
const lineBreak = fc.constantFrom('\n ', ' ; a comment ( "\n\t', '\n\n  ', '\r\n ')

const entry = fc.record({
  data: typeAndData,
  /** Labels below `rN`, which no other entry has. */
  below: fc.option(label, { freq: 2 }),
  absolute: fc.boolean(),
  ttl: fc.option(period),
  class: fc.option(fc.constantFrom('IN', 'in', 'CLASS1')),
  ttlFirst: fc.boolean(),
  gap,
  parenthesesAt: fc.option(fc.nat(6)),
  lineBreak,
  comment: fc.constantFrom('', '', ' ; "comment" (', ' ;'),
  /** A second record for the same owner, with a blank in the owner's place. */
  more: fc.option(typeAndData, { freq: 2 }),
})
type Entry = typeof entry extends fc.Arbitrary<infer T> ? T : never

const STAND_ALONE = new Set(['CNAME', 'DNAME', 'NS', 'SOA', 'NSEC', 'NSEC3'])

/** The origin is `example.com.` or below it; owners are unique by their number. */
function writeEntry(chosen: Entry, index: number, origin: string): string {
  const below = chosen.below === null ? '' : `${chosen.below}.`
  const relative = `${below}r${index}`
  const owner = chosen.absolute ? `${relative}.${origin}` : relative
  const lines = [writeRecord(chosen, owner, chosen.data)]
  const { data, more } = chosen
  const mayShare = more !== null && !STAND_ALONE.has(data.type) && !STAND_ALONE.has(more.type)
  if (mayShare && more.type !== data.type) lines.push(writeRecord(chosen, '', more))
  return lines.join('\n')
}

function writeRecord(chosen: Entry, owner: string, data: TypeAndData): string {
  const front = [chosen.ttl?.text, chosen.class].filter(word => word !== null && word !== undefined)
  if (!chosen.ttlFirst) front.reverse()
  const words = [owner, ...front, data.type, ...data.words]
  if (chosen.parenthesesAt === null) return words.join(chosen.gap) + chosen.comment
  // Never before the type: what stands there must be on the owner's line for some readers.
  const typeAt = words.indexOf(data.type, 1)
  const at = Math.min(words.length, typeAt + 1 + chosen.parenthesesAt)
  const head = words.slice(0, at).join(chosen.gap)
  const tail = words.slice(at).join(chosen.lineBreak)
  return `${head}${chosen.gap}(${chosen.lineBreak}${tail}${chosen.lineBreak})${chosen.comment}`
}

const generate = fc
  .record({
    start: fc.nat(300),
    count: fc.integer({ min: 1, max: 12 }),
    step: fc.option(fc.integer({ min: 1, max: 5 })),
    modifier: fc.constantFrom(
      '$',
      '${0}',
      '${5}',
      '${-3}',
      '${0,4}',
      '${0,3,x}',
      '${1,4,X}',
      '${0,2,o}',
      '${0,7,n}',
      '${0,0,N}',
    ),
    data: fc.constantFrom(
      'A 10.0.1.7',
      'PTR host-$.example.net.',
      'CNAME a.${0,5}.b',
      'MX "10 mail${1,3,d}"',
      'TXT "\\"n=$ \\$ $$\\" two"',
      'AAAA 2001:db8::${0,0,x}',
    ),
    ttl: fc.option(period),
    class: fc.boolean(),
  })
  .map(parts => (index: number) => {
    const last = parts.start + (parts.count - 1) * (parts.step ?? 1)
    const range = `${parts.start}-${last}${parts.step === null ? '' : `/${parts.step}`}`
    const front = [...(parts.ttl === null ? [] : [parts.ttl.text]), ...(parts.class ? ['IN'] : [])].join(' ')
    return `$GENERATE ${range} g${parts.modifier}.r${index} ${front} ${parts.data}`
  })

type Section =
  | { readonly kind: 'entries'; readonly entries: readonly Entry[] }
  | { readonly kind: 'origin'; readonly labels: string | null }
  | { readonly kind: 'ttl'; readonly text: string }
  | { readonly kind: 'generate'; readonly write: (index: number) => string }
  | { readonly kind: 'include'; readonly origin: string | null; readonly entries: readonly Entry[] }
  | { readonly kind: 'blank'; readonly text: string }

const entries = fc.array(entry, { minLength: 1, maxLength: 6 })
const section: fc.Arbitrary<Section> = fc.oneof(
  { weight: 6, arbitrary: entries.map(list => ({ kind: 'entries' as const, entries: list })) },
  { weight: 1, arbitrary: fc.option(label).map(labels => ({ kind: 'origin' as const, labels })) },
  { weight: 1, arbitrary: period.map(({ text }) => ({ kind: 'ttl' as const, text })) },
  { weight: 1, arbitrary: generate.map(write => ({ kind: 'generate' as const, write })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.option(label), entries)
      .map(([origin, list]) => ({ kind: 'include' as const, origin, entries: list })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('', '   ', '; only a comment', '\t; (')
      .map(text => ({ kind: 'blank' as const, text })),
  },
)

export const zoneFiles: fc.Arbitrary<ZoneFiles> = fc
  .array(section, { minLength: 1, maxLength: 10 })
  .map(sections => {
    const included: string[] = []
    let index = 0
    let origin = 'example.com.'
    const write = (list: readonly Entry[], at: string): string[] =>
      list.map(one => writeEntry(one, index++, at))
    const lines = ['$TTL 1h', '@ SOA ns.example.net. h\\.m.x 1 2h 30m 2w 1m', '\tNS ns.example.net.']
    for (const part of sections) {
      if (part.kind === 'entries') lines.push(...write(part.entries, origin))
      else if (part.kind === 'origin') {
        origin = part.labels === null ? 'example.com.' : `${part.labels}.${origin}`
        lines.push(`$ORIGIN ${part.labels ?? 'example.com.'}`)
      } else if (part.kind === 'ttl') lines.push(`$TTL ${part.text}`)
      else if (part.kind === 'generate') lines.push(part.write(index++))
      else if (part.kind === 'blank') lines.push(part.text)
      else {
        const inner = part.origin === null ? origin : `${part.origin}.${origin}`
        lines.push(`$INCLUDE part${included.length}.inc${part.origin === null ? '' : ` ${part.origin}`}`)
        included.push(`${write(part.entries, inner).join('\n')}\n$ORIGIN elsewhere.example.com.\n`)
      }
    }
    return { main: `${lines.join('\n')}\n`, included }
  })
