/** `$ORIGIN`, `$TTL`, `$INCLUDE`, `$GENERATE`, and the directives that are only collected. */

import { dirname, isAbsolute, join, normalize } from 'node:path'
import { closest } from '../base/suggest.ts'
import { printName } from '../wire/name.ts'
import { DOUBLED_ORIGIN, lostDot } from './check-doubled.ts'
import { generate } from './generate.ts'
import { originFromName } from './name-text.ts'
import { readPeriod } from './number-text.ts'
import { type Parser, TTL_MAX } from './parse.ts'
import type { Scanner } from './scan.ts'
import { fileFault } from './source-file.ts'
import { readWord } from './words.ts'

/** Directives of the zone language: lexed here, understood by the policy stage. */
const COLLECTED = new Set(['$REGION', '$PLACES', '$CHECK', '$POLICY', '$EXPECT'])
const OBEYED = new Map<string, (parser: Parser, scan: Scanner) => void>([
  ['$ORIGIN', setOrigin],
  ['$TTL', setTtl],
  ['$INCLUDE', include],
  ['$GENERATE', generate],
])

export function obeyDirective(parser: Parser, scan: Scanner): void {
  const { cursor } = parser
  cursor.token = 0
  const name = cursor.text(0).toUpperCase()
  const obey = OBEYED.get(name)
  cursor.token = 1
  if (obey !== undefined) obey(parser, scan)
  else if (COLLECTED.has(name)) collect(parser, scan)
  else
    cursor.fail(
      'unknown-directive',
      `${cursor.text(0)} is not a directive`,
      closest(name, [...OBEYED.keys(), ...COLLECTED]),
      0,
    )
}

function collect(parser: Parser, scan: Scanner): void {
  const { cursor } = parser
  const words = []
  for (let token = 1; token < scan.count; token++) words.push(readWord(cursor, token))
  parser.directives.push({
    name: readWord(cursor, 0),
    words,
    source: cursor.source,
    origin: cursor.origin.bytes,
  })
}

function setOrigin(parser: Parser, scan: Scanner): void {
  const { cursor } = parser
  if (!cursor.readName('the origin') || !nothingMore(parser)) return
  cursor.origin = originFromName(cursor.names.bytes)
  warnLostDot(parser, scan)
  parser.originWritten = true
}

/** Said of the origin once, not of every name below it. */
function warnLostDot({ cursor, apex }: Parser, { start, end, bytes }: Scanner): void {
  const token = cursor.token - 1
  const hint = lostDot(bytes, start[token]!, end[token]!, apex)
  if (hint === undefined) return
  cursor.warn(DOUBLED_ORIGIN, `the origin is ${printName(cursor.names.bytes)}`, hint, token)
}

function setTtl(parser: Parser, scan: Scanner): void {
  const { cursor } = parser
  if (!cursor.more) return void cursor.failMissing('the TTL is missing')
  const ttl = readPeriod(scan.bytes, scan.start[1]!, scan.end[1]!)
  if (ttl < 0)
    return void cursor.fail('bad-ttl', `${cursor.text()} is not a TTL`, 'seconds, or units as in 1h30m')
  if (ttl > TTL_MAX)
    return void cursor.fail('ttl-too-large', `TTL ${cursor.text()} is above ${TTL_MAX} (RFC 2181 §8)`)
  cursor.token++
  if (nothingMore(parser)) parser.defaultTtl = ttl
}

function nothingMore(parser: Parser): boolean {
  const { cursor } = parser
  return !cursor.more || cursor.fail('extra-text', `${cursor.text()} is more than ${cursor.text(0)} takes`)
}

//------------ Including ---

const INCLUDE_DEPTH_MAX = 20
const SOURCES_MAX = 10_000

/** The included file starts with the state in force here. Afterwards origin and owner are what they were
 *  (RFC 1035 §5.1: an include never changes the origin of the parent file). So is `$TTL` if the parent had
 *  set one; a parent without takes over the include's, because a common header is often included. */
function include(parser: Parser, scan: Scanner): void {
  const { cursor, report } = parser
  if (!cursor.more) return void cursor.failMissing('the file to include is missing')
  const pathToken = cursor.token++
  const parent = cursor.source
  const path = resolveBeside(report.sources[parent]!.path, cursor.value(pathToken))
  let origin = cursor.origin
  if (cursor.more) {
    if (!cursor.readName('the origin')) return
    origin = originFromName(cursor.names.bytes)
    warnLostDot(parser, scan)
  }
  if (!nothingMore(parser)) return
  const source = openInclude(parser, path, pathToken)
  if (source === undefined) return
  const before = { origin: cursor.origin, owner: parser.owner, ttl: parser.defaultTtl }
  const originWritten = parser.originWritten
  cursor.origin = origin
  parser.originWritten ||= origin !== before.origin
  parser.including.push(path)
  parser.readSource(source)
  parser.including.pop()
  cursor.scan = scan
  cursor.source = parent
  cursor.origin = before.origin
  parser.originWritten = originWritten
  parser.owner = before.owner
  if (before.ttl < 0 || before.ttl === parser.defaultTtl) return
  cursor.token = 0
  cursor.warn(
    'include-ttl',
    `the included file sets $TTL ${parser.defaultTtl}; below this line $TTL ${before.ttl} holds again`,
    'write $TTL after the $INCLUDE to make it plain',
    pathToken,
  )
  parser.defaultTtl = before.ttl
}

function resolveBeside(parent: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(parent), path)
}

/** The number of the source, read now or before; undefined when reported. */
function openInclude(parser: Parser, path: string, token: number): number | undefined {
  const { cursor, report } = parser
  const fail = (code: string, text: string): undefined => void cursor.fail(code, text, undefined, token)
  const current = parser.including.map(open => normalize(open))
  if (current.includes(normalize(path))) return fail('include-loop', `${path} is being read already`)
  if (current.length > INCLUDE_DEPTH_MAX)
    return fail('include-depth', `files included more than ${INCLUDE_DEPTH_MAX} deep`)
  const known = report.sources.findIndex(source => source.path === path)
  if (known >= 0) return known
  if (report.sources.length >= SOURCES_MAX) return fail('include-count', `more than ${SOURCES_MAX} files`)
  parser.files.add(path)
  const read = parser.readFile(path)
  const fault = fileFault(read)
  if (read instanceof Error || fault !== undefined) return fail('unreadable-file', `${path}: ${fault}`)
  return report.sources.push({ path, bytes: read }) - 1
}
