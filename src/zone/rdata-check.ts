/** Judges RDATA in wire form: whether it has the shape of its type at all (`\#` can hold anything), and
 *  whether what it says makes sense. Knows nothing of how it was written. */

import { closest } from '../base/suggest.ts'
import { shapeFault } from '../wire/rdata-shape.ts'
import { RrType, typeName } from '../wire/types.ts'
import type { Cursor } from './cursor.ts'
import { svcbFault } from './svcb-check.ts'

/** `\#` data of a type we know must be what that type's data can be (RFC 3597 §5). */
export function checkShape(cursor: Cursor, type: number, rdataAt: number, token: number): boolean {
  const fault = shapeFault(type, cursor.out.items, rdataAt, cursor.out.count)
  return (
    fault === undefined ||
    cursor.fail(
      'malformed-data',
      `this is not the data of a ${typeName(type)} record: ${fault}`,
      undefined,
      token,
    )
  )
}

/** Octets of digest by DS digest type (RFC 4034 §5.1.4, RFC 4509, RFC 5933, RFC 6605). */
const DS_DIGEST_BYTES = new Map([
  [1, 20],
  [2, 32],
  [3, 32],
  [4, 48],
])
/** By TLSA and SMIMEA matching type (RFC 6698 §2.1.3). */
const MATCHING_BYTES = new Map([
  [1, 32],
  [2, 64],
])
/** By SSHFP fingerprint type (RFC 4255 §3.1.2, RFC 6594). */
const FINGERPRINT_BYTES = new Map([
  [1, 20],
  [2, 32],
])
/** By ZONEMD hash algorithm (RFC 8976 §5.3). */
const ZONE_DIGEST_BYTES = new Map([
  [1, 48],
  [2, 64],
])

/** `token` is the first of the data; with `pinned` the only one a problem can be put at. */
export function checkRdata(
  cursor: Cursor,
  type: number,
  rdataAt: number,
  token: number,
  pinned = false,
): boolean {
  const bytes = cursor.out.items
  const end = cursor.out.count
  const at = (field: number): number => (pinned ? token : token + field)
  const digest = (
    table: Map<number, number>,
    kindAt: number,
    dataAt: number,
    field: number,
    what: string,
  ) => {
    const expected = table.get(bytes[rdataAt + kindAt]!)
    const actual = end - rdataAt - dataAt
    return (
      expected === undefined ||
      expected === actual ||
      cursor.fail(
        'digest-length',
        `a ${what} of this kind has ${expected} octets, this one ${actual}`,
        undefined,
        at(field),
      )
    )
  }
  switch (type) {
    case RrType.DS:
    case RrType.CDS:
    case RrType.TA:
    case RrType.DLV:
      // `0 0 0 00` asks the parent to delete its DS (RFC 8078 §4).
      return digest(DS_DIGEST_BYTES, 3, 4, 3, 'digest')
    case RrType.TLSA:
    case RrType.SMIMEA:
      return digest(MATCHING_BYTES, 2, 3, 3, 'digest')
    case RrType.SSHFP:
      return digest(FINGERPRINT_BYTES, 1, 2, 2, 'fingerprint')
    case RrType.ZONEMD:
      if (end - rdataAt < 18)
        return cursor.fail(
          'digest-length',
          'a zone digest has at least 12 octets (RFC 8976 §2.2.4)',
          undefined,
          at(3),
        )
      return digest(ZONE_DIGEST_BYTES, 5, 6, 3, 'zone digest')
    case RrType.SVCB:
    case RrType.HTTPS:
      return checkService(cursor, rdataAt, token)
    case RrType.CAA:
      return checkCertification(cursor, rdataAt, at(1))
    case RrType.NAPTR:
      return checkRewrite(cursor, rdataAt, at(4))
    default:
      return true
  }
}

function checkService(cursor: Cursor, rdataAt: number, token: number): boolean {
  const fault = svcbFault(cursor.out.items, rdataAt, cursor.out.count)
  if (fault === undefined) return true
  let at = token
  for (let word = token; word < cursor.scan.count; word++) {
    if (cursor.text(word).toLowerCase().startsWith(fault.key)) at = word
  }
  if (fault.severity === 'error') return cursor.fail(fault.code, fault.text, fault.hint, at)
  cursor.warn(fault.code, fault.text, fault.hint, at)
  return true
}

/** IANA registry "Certification Authority Restriction Properties". */
const PROPERTY_TAGS = ['issue', 'issuewild', 'iodef', 'contactemail', 'contactphone', 'issuevmc', 'issuemail']

/** An authority that does not know a critical property must not issue; others ignore it (RFC 8659 §4.1). */
function checkCertification(cursor: Cursor, rdataAt: number, token: number): boolean {
  const { items } = cursor.out
  const tagEnd = rdataAt + 2 + items[rdataAt + 1]!
  const tag = Buffer.from(items.subarray(rdataAt + 2, tagEnd)).toString('latin1')
  if (PROPERTY_TAGS.includes(tag.toLowerCase())) return true
  cursor.warn(
    'unknown-property',
    `${tag} is not a known property`,
    closest(tag.toLowerCase(), PROPERTY_TAGS),
    token,
  )
  return true
}

/** `!ERE!REPLACEMENT!` with any delimiter and perhaps an `i` (RFC 3402 §3.2). */
function checkRewrite(cursor: Cursor, rdataAt: number, token: number): boolean {
  const { items } = cursor.out
  let at = rdataAt + 4
  for (let string = 0; string < 2; string++) at += items[at]! + 1
  const regexp = Buffer.from(items.subarray(at + 1, at + 1 + items[at]!)).toString('latin1')
  if (regexp === '' || /^([^\dA-Za-z\\])(?:\\[^]|(?!\1)[^\\])*\1(?:\\[^]|(?!\1)[^\\])*\1i?$/.test(regexp))
    return true
  const hint = 'DELIMITER expression DELIMITER replacement DELIMITER, as in !^.*$!sip:info@example.com!'
  cursor.warn('bad-regexp', 'the regexp is not a substitution (RFC 3402 §3.2)', hint, token)
  return true
}
