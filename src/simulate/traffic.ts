/** `prefix,queries` files: real traffic to weigh clients by. Reads the text; every mistake at its line and column. */

import { parseAddress } from '../base/address.ts'
import { foldToV4 } from '../base/fold.ts'
import type { Problem } from '../base/problem.ts'
import { SPACE4, SPACE6 } from './ranges.ts'

/** What comes from one prefix, in the measure of ranges.ts. */
export interface Stretch {
  readonly family: 4 | 6
  readonly from: number
  readonly to: number
  readonly weight: number
}

export interface Traffic {
  readonly stretches: readonly Stretch[]
  /** Sum of the weights. */
  readonly total: number
  readonly problems: readonly Problem[]
}

const PROBLEMS_MAX = 20
/** An IPv6 prefix narrower than this is taken as the one around it. */
const NARROWEST6 = 52

export function readTraffic(path: string, text: string): Traffic {
  const stretches: Stretch[] = []
  const problems: Problem[] = []
  let total = 0
  for (const [index, sourceLine] of text.split(/\r?\n/).entries()) {
    if (sourceLine.trim() === '' || sourceLine.trimStart().startsWith('#')) continue
    const read = readLine(sourceLine)
    if ('weight' in read) {
      stretches.push(read)
      total += read.weight
    } else if (index > 0 || !/^\s*"?prefix"?\s*,/i.test(sourceLine)) {
      const at = { file: path, line: index + 1, column: read.column, width: read.width, sourceLine }
      problems.push({ ...at, severity: 'error', code: read.code, text: read.text, hint: read.hint })
    }
    if (problems.length >= PROBLEMS_MAX) break
  }
  if (problems.length === 0 && total === 0) {
    const text0 = 'holds no traffic: there is nothing to weigh clients by'
    const whole = { file: path, line: 0, column: 0, width: 1, severity: 'error' } as const
    problems.push({ ...whole, code: 'no-traffic', text: text0, hint: 'write PREFIX,QUERIES, one a line' })
  }
  return { stretches, total, problems }
}

interface Fault {
  readonly column: number
  readonly width: number
  readonly code: string
  readonly text: string
  readonly hint: string
}

function readLine(line: string): Stretch | Fault {
  const comma = line.indexOf(',')
  const prefix = field(line, 0, comma < 0 ? line.length : comma)
  if (comma < 0)
    return fault(prefix, 'missing-queries', `${prefix.text} has no number behind it`, 'write PREFIX,QUERIES')
  const queries = field(line, comma + 1, line.length)
  const weight = /^\d+(?:\.\d+)?$/.test(queries.text) ? Number(queries.text) : Number.NaN
  if (!Number.isFinite(weight))
    return fault(
      queries,
      'bad-number',
      `${queries.text === '' ? 'nothing' : queries.text} is not a number of queries`,
      'write digits only, for example 203.0.113.0/24,1200',
    )
  const space = readPrefix(prefix.text)
  if (space === undefined)
    return fault(
      prefix,
      'bad-prefix',
      `${prefix.text === '' ? 'nothing' : prefix.text} is not a prefix`,
      'write 203.0.113.0/24, 2001:db8::/48 or an address',
    )
  return { ...space, weight }
}

interface Field {
  readonly text: string
  readonly column: number
}

function field(line: string, from: number, to: number): Field {
  const raw = line.slice(from, to)
  const text = raw.trim()
  return { text: text.replace(/^"(.*)"$/, '$1'), column: from + raw.length - raw.trimStart().length + 1 }
}

function fault({ text, column }: Field, code: string, what: string, hint: string): Fault {
  return { column, width: Math.max(1, text.length), code, text: what, hint }
}

/** Bits behind the prefix are not looked at: traffic logs have them. */
function readPrefix(text: string): Omit<Stretch, 'weight'> | undefined {
  const [addressText = '', bitsText, extra] = text.split('/')
  const address = parseAddress(addressText)
  if (address === undefined || extra !== undefined) return undefined
  const widest = address.octets.length * 8
  const bits = bitsText === undefined ? widest : /^\d{1,3}$/.test(bitsText) ? Number(bitsText) : -1
  if (bits < 0 || bits > widest) return undefined
  const carried = new Uint8Array(4)
  const before = address.family === 6 ? foldToV4(address.octets, 0, bits, carried, 0) : -1
  if (before >= 0) return stretch4(carried, bits - before)
  return address.family === 4 ? stretch4(address.octets, bits) : stretch6(address.octets, bits)
}

function stretch4(octets: Uint8Array, bits: number): Omit<Stretch, 'weight'> {
  const size = 2 ** (32 - bits)
  const address = new DataView(octets.buffer, octets.byteOffset).getUint32(0)
  const from = Math.floor(address / size) * size
  return { family: 4, from, to: Math.min(SPACE4, from + size) }
}

function stretch6(octets: Uint8Array, bits: number): Omit<Stretch, 'weight'> {
  const size = 2 ** (48 - Math.min(NARROWEST6, bits))
  const view = new DataView(octets.buffer, octets.byteOffset)
  const site = view.getUint32(0) * 2 ** 16 + view.getUint32(4) / 2 ** 16
  const from = Math.floor(site / size) * size
  return { family: 6, from, to: Math.min(SPACE6, from + size) }
}
