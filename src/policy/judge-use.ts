/** Definitions that nothing uses: most often one of the two names is misspelt. Goes by the words as they stand, so
 *  that a policy with a mistake elsewhere still counts as a use. */

import { closest } from '../base/suggest.ts'
import type { Directive, Word } from '../zone/zone.ts'
import { type Complaints, pieceOf } from './complaints.ts'
import type { ZoneWithDirectives } from './read-names.ts'

interface Kind {
  readonly directive: string
  readonly what: string
  readonly missing: string
  readonly hint: (name: string) => string
}

const KINDS: readonly Kind[] = [
  {
    directive: '$REGION',
    what: 'region',
    missing: 'unknown-region',
    hint: () => 'add it to the regions= of a policy',
  },
  {
    directive: '$PLACES',
    what: 'places',
    missing: 'unknown-place',
    hint: name => `residency=${name}, route=${name}:REGIONS`,
  },
  {
    directive: '$CHECK',
    what: 'check',
    missing: 'unknown-check',
    hint: name => `add health=${name} to a policy`,
  },
  {
    directive: '$POLICY',
    what: 'policy',
    missing: 'unknown-policy',
    hint: name => `write OWNER GSLB ${name}`,
  },
]

export function judgeUse(complaints: Complaints, zone: ZoneWithDirectives): void {
  for (const kind of KINDS) {
    const used = usesOf(zone, kind.directive)
    for (const { name, words, source } of zone.directives) {
      const defined = words[0]
      if (name.text.toUpperCase() !== kind.directive || defined === undefined || used.has(defined.text))
        continue
      const piece = pieceOf(defined, source)
      // What cannot be its name is reported as that.
      if (complaints.hasErrorAt(complaints.spot(piece)) || defined.text.includes('=')) continue
      const missing = complaints.missing.filter(one => one.code === kind.missing)
      const near = closest(
        defined.text,
        missing.map(one => one.name),
      )
      const asked = missing.find(one => near === `did you mean ${one.name}?`)
      // What has mistakes uses things too, but perhaps cannot say so.
      if (asked === undefined && complaints.errors > 0) continue
      const hint =
        asked === undefined
          ? kind.hint(defined.text)
          : `${near} That is asked for on ${complaints.refer(asked.spot, complaints.spot(piece))}`
      complaints.warning(piece, `unused-${kind.what}`, `nothing uses ${kind.what} ${defined.text}`, hint)
    }
  }
}

function usesOf(zone: ZoneWithDirectives, directive: string): ReadonlySet<string> {
  const inSettings = (name: string, keys: readonly string[]): string[] =>
    named(zone, name).flatMap(({ words }) => words.flatMap(word => valuesOf(word, keys)))
  switch (directive) {
    case '$REGION':
      return new Set(inSettings('$POLICY', ['regions']))
    case '$CHECK':
      return new Set(inSettings('$POLICY', ['health']))
    case '$POLICY':
      return new Set(
        zone.steering.flatMap(({ type, words }) =>
          type.text.toUpperCase() === 'GSLB' ? (words[0]?.text ?? []) : [],
        ),
      )
    default: {
      const inLists = named(zone, '$PLACES').flatMap(({ words }) =>
        words.slice(1).flatMap(({ text }) => text.split(',')),
      )
      return new Set([
        ...inLists,
        ...inSettings('$POLICY', ['residency', 'reserve', 'route']),
        ...inSettings('$EXPECT', ['from']),
      ])
    }
  }
}

function named(zone: ZoneWithDirectives, directive: string): Directive[] {
  return zone.directives.filter(({ name }) => name.text.toUpperCase() === directive)
}

function valuesOf({ text }: Word, keys: readonly string[]): string[] {
  const [key = '', value = ''] = text.split('=', 2)
  return keys.includes(key) ? value.split(/[,:]/) : []
}
