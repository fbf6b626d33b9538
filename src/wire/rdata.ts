/** The shape of each known RR type's RDATA, as a list of fields. Reading text, printing, compressing and
 *  finding the names inside all follow this one table. Knows no text syntax itself. */

import { nameLength } from './name.ts'
import { RrType } from './types.ts'

/**
 * - `name`         a domain name that must stay uncompressed (RFC 3597 §4)
 * - `shared-name`  a domain name of an RFC 1035 type, which may be compressed
 * - `period`       a u32 of seconds that text may write as `1h30m`
 * - `string`       one <character-string>; `strings` one or more to the end
 * - `text`         octets to the end, written as one quoted string (CAA, URI)
 * - `tag`          length-prefixed letters and digits (CAA property)
 * - `hex` `base64` to the end; `salt` length-prefixed hex or `-`; `hashed` length-prefixed base32hex
 * - `type`         an RR type as u16; `types` a type bitmap (RFC 4034 §4.1.2) to the end
 * - `time`         a u32 written YYYYMMDDHHmmSS (RFC 4034 §3.2)
 * - `algorithm` `certificate`  a number that has mnemonics (u8; u16)
 */
export type Field =
  | 'u8'
  | 'u16'
  | 'u32'
  | 'period'
  | 'ipv4'
  | 'ipv6'
  | 'name'
  | 'shared-name'
  | 'string'
  | 'strings'
  | 'text'
  | 'tag'
  | 'hex'
  | 'base64'
  | 'salt'
  | 'hashed'
  | 'type'
  | 'types'
  | 'time'
  | 'algorithm'
  | 'certificate'
  | 'location'
  | 'parameters'
  | 'eui48'
  | 'eui64'

const DS_LIKE: readonly Field[] = ['u16', 'algorithm', 'u8', 'hex']
const KEY_LIKE: readonly Field[] = ['u16', 'u8', 'algorithm', 'base64']

const LAYOUTS = new Map<number, readonly Field[]>([
  [RrType.A, ['ipv4']],
  [RrType.NS, ['shared-name']],
  [RrType.MD, ['shared-name']],
  [RrType.MF, ['shared-name']],
  [RrType.CNAME, ['shared-name']],
  [RrType.SOA, ['shared-name', 'shared-name', 'u32', 'period', 'period', 'period', 'period']],
  [RrType.MB, ['shared-name']],
  [RrType.MG, ['shared-name']],
  [RrType.MR, ['shared-name']],
  [RrType.PTR, ['shared-name']],
  [RrType.HINFO, ['string', 'string']],
  [RrType.MINFO, ['shared-name', 'shared-name']],
  [RrType.MX, ['u16', 'shared-name']],
  [RrType.TXT, ['strings']],
  [RrType.RP, ['name', 'name']],
  [RrType.AFSDB, ['u16', 'name']],
  [RrType.X25, ['string']],
  [RrType.RT, ['u16', 'name']],
  [RrType.KEY, KEY_LIKE],
  [RrType.PX, ['u16', 'name', 'name']],
  [RrType.GPOS, ['string', 'string', 'string']],
  [RrType.AAAA, ['ipv6']],
  [RrType.LOC, ['location']],
  [RrType.SRV, ['u16', 'u16', 'u16', 'name']],
  [RrType.NAPTR, ['u16', 'u16', 'string', 'string', 'string', 'name']],
  [RrType.KX, ['u16', 'name']],
  [RrType.CERT, ['certificate', 'u16', 'algorithm', 'base64']],
  [RrType.DNAME, ['name']],
  [RrType.DS, DS_LIKE],
  [RrType.SSHFP, ['u8', 'u8', 'hex']],
  [RrType.RRSIG, ['type', 'algorithm', 'u8', 'u32', 'time', 'time', 'u16', 'name', 'base64']],
  [RrType.NSEC, ['name', 'types']],
  [RrType.DNSKEY, KEY_LIKE],
  [RrType.DHCID, ['base64']],
  [RrType.NSEC3, ['u8', 'u8', 'u16', 'salt', 'hashed', 'types']],
  [RrType.NSEC3PARAM, ['u8', 'u8', 'u16', 'salt']],
  [RrType.TLSA, ['u8', 'u8', 'u8', 'hex']],
  [RrType.SMIMEA, ['u8', 'u8', 'u8', 'hex']],
  [RrType.NINFO, ['strings']],
  [RrType.CDS, DS_LIKE],
  [RrType.CDNSKEY, KEY_LIKE],
  [RrType.OPENPGPKEY, ['base64']],
  [RrType.CSYNC, ['u32', 'u16', 'types']],
  [RrType.ZONEMD, ['u32', 'u8', 'u8', 'hex']],
  [RrType.SVCB, ['u16', 'name', 'parameters']],
  [RrType.HTTPS, ['u16', 'name', 'parameters']],
  [RrType.SPF, ['strings']],
  [RrType.L32, ['u16', 'ipv4']],
  [RrType.LP, ['u16', 'name']],
  [RrType.EUI48, ['eui48']],
  [RrType.EUI64, ['eui64']],
  [RrType.URI, ['u16', 'u16', 'text']],
  [RrType.CAA, ['u8', 'tag', 'text']],
  [RrType.AVC, ['strings']],
  [RrType.RESINFO, ['strings']],
  [RrType.TA, DS_LIKE],
  [RrType.DLV, DS_LIKE],
])

/** `undefined` for a type whose RDATA is opaque to us (RFC 3597). */
export function rdataLayout(type: number): readonly Field[] | undefined {
  return LAYOUTS.get(type)
}

/** Octets of one field at `at`; the rest of the RDATA for fields that run to its end. */
export function fieldLength(field: Field, bytes: Uint8Array, at: number, end: number): number {
  switch (field) {
    case 'u8':
    case 'algorithm':
      return 1
    case 'u16':
    case 'type':
    case 'certificate':
      return 2
    case 'u32':
    case 'period':
    case 'time':
    case 'ipv4':
      return 4
    case 'eui48':
      return 6
    case 'eui64':
      return 8
    case 'ipv6':
    case 'location':
      return 16
    case 'name':
    case 'shared-name':
      return nameLength(bytes, at)
    case 'string':
    case 'tag':
    case 'salt':
    case 'hashed':
      return bytes[at]! + 1
    case 'strings':
    case 'text':
    case 'hex':
    case 'base64':
    case 'types':
    case 'parameters':
      return end - at
    default:
      return field satisfies never
  }
}

/** Calls `visit` for each domain name inside a (well-formed, uncompressed) RDATA. */
export function forEachName(
  type: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  visit: (nameAt: number, compressible: boolean) => void,
): void {
  const layout = LAYOUTS.get(type)
  if (layout === undefined) return
  let at = start
  for (const field of layout) {
    if (field === 'name' || field === 'shared-name') visit(at, field === 'shared-name')
    at += fieldLength(field, bytes, at, end)
  }
}
