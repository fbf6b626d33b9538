/** Records → canonical presentation text: one line, absolute names, the TTL in seconds. Reading the line
 *  again gives the same record. Knows neither files nor problems. */

import { printName } from '../wire/name.ts'
import { type Field, fieldLength, rdataLayout } from '../wire/rdata.ts'
import { RrType, typeName } from '../wire/types.ts'
import { ALGORITHMS, CERTIFICATES } from './mnemonics.ts'
import {
  printBase32,
  printBase64,
  printHex,
  printHyphenated,
  printIpv4,
  printIpv6,
  printLocation,
  printString,
  printTime,
  printTypes,
  printUnsigned,
} from './present-fields.ts'
import { printParameters } from './svcb-print.ts'
import type { Zone } from './zone.ts'

/** `www.example. 300 IN A 192.0.2.1` */
export function presentRecord(zone: Pick<Zone, 'owners' | 'records'>, record: number): string {
  const { owners, records } = zone
  const owner = printName(owners.names.items, owners.nameAt[records.owner[record]!]!)
  const start = records.rdataAt[record]!
  const data = presentRdata(
    records.type[record]!,
    records.rdata.items,
    start,
    start + records.rdataLength[record]!,
  )
  return `${owner} ${records.ttl[record]} IN ${typeName(records.type[record]!)} ${data}`
}

/** RDATA alone; of a type without a layout as `\# LENGTH HEX` (RFC 3597 §5). */
export function presentRdata(type: number, bytes: Uint8Array, start: number, end: number): string {
  const layout = rdataLayout(type)
  if (layout === undefined) {
    const hex = printHex(bytes, start, end)
    return hex === '' ? '\\# 0' : `\\# ${end - start} ${hex}`
  }
  const words: string[] = []
  let at = start
  for (const field of layout) {
    const fieldEnd = at + fieldLength(field, bytes, at, end)
    const word = presentField(field, type, bytes, at, fieldEnd)
    if (word !== '') words.push(word)
    at = fieldEnd
  }
  return words.join(' ')
}

function presentField(field: Field, type: number, bytes: Uint8Array, start: number, end: number): string {
  switch (field) {
    case 'u8':
    case 'u16':
    case 'u32':
    case 'period':
      return String(printUnsigned(bytes, start, end))
    case 'algorithm':
      return printAlgorithm(type, printUnsigned(bytes, start, end))
    case 'certificate':
      return CERTIFICATES.wordOf(printUnsigned(bytes, start, end))
    case 'time':
      return printTime(printUnsigned(bytes, start, end))
    case 'ipv4':
      return printIpv4(bytes, start)
    case 'ipv6':
      return printIpv6(bytes, start)
    case 'name':
    case 'shared-name':
      return printName(bytes, start)
    case 'string':
      return printString(bytes, start + 1, end)
    case 'strings':
      return printStrings(bytes, start, end)
    case 'text':
      return printString(bytes, start, end)
    case 'tag':
      return Buffer.from(bytes.subarray(start + 1, end)).toString('latin1')
    case 'hex':
      return printHex(bytes, start, end)
    case 'base64':
      return printBase64(bytes, start, end)
    case 'salt':
      return end - start > 1 ? printHex(bytes, start + 1, end) : '-'
    case 'hashed':
      return printBase32(bytes, start + 1, end)
    case 'type':
      return typeName(printUnsigned(bytes, start, end))
    case 'types':
      return printTypes(bytes, start, end)
    case 'location':
      return printLocation(bytes, start)
    case 'parameters':
      return printParameters(bytes, start, end)
    case 'eui48':
    case 'eui64':
      return printHyphenated(bytes, start, end)
    default:
      return field satisfies never
  }
}

/** A number everywhere but in CERT, where the mnemonic is the custom. */
function printAlgorithm(type: number, algorithm: number): string {
  return type === RrType.CERT && algorithm !== 0 ? ALGORITHMS.wordOf(algorithm) : String(algorithm)
}

function printStrings(bytes: Uint8Array, start: number, end: number): string {
  const words: string[] = []
  for (let at = start; at < end; at += bytes[at]! + 1)
    words.push(printString(bytes, at + 1, at + 1 + bytes[at]!))
  return words.join(' ')
}
