/** What the fields of a type's data are called, for messages. In the order of the field table. */

import { RrType } from '../wire/types.ts'

const ADDRESS = ['the address']
const TARGET = ['the target']
const DS_LIKE = ['the key tag', 'the algorithm', 'the digest type', 'the digest']
const KEY_LIKE = ['the flags', 'the protocol', 'the algorithm', 'the public key']
const TLSA_LIKE = ['the certificate usage', 'the selector', 'the matching type', 'the certificate data']
const SVCB_LIKE = ['the priority', 'the target', 'the parameters']

const NAMES = new Map<number, readonly string[]>([
  [RrType.A, ADDRESS],
  [RrType.AAAA, ADDRESS],
  [RrType.NS, ['the name server']],
  [RrType.CNAME, TARGET],
  [RrType.DNAME, TARGET],
  [RrType.PTR, TARGET],
  [
    RrType.SOA,
    [
      'the primary server',
      'the mailbox',
      'the serial',
      'the refresh time',
      'the retry time',
      'the expiry',
      'the minimum',
    ],
  ],
  [RrType.HINFO, ['the hardware', 'the system']],
  [RrType.MX, ['the preference', 'the mail exchanger']],
  [RrType.TXT, ['the text']],
  [RrType.SPF, ['the text']],
  [RrType.RP, ['the mailbox', 'the name of the text']],
  [RrType.AFSDB, ['the subtype', 'the host']],
  [RrType.SRV, ['the priority', 'the weight', 'the port', 'the target']],
  [
    RrType.NAPTR,
    ['the order', 'the preference', 'the flags', 'the service', 'the regexp', 'the replacement'],
  ],
  [RrType.CERT, ['the certificate type', 'the key tag', 'the algorithm', 'the certificate']],
  [RrType.DS, DS_LIKE],
  [RrType.CDS, DS_LIKE],
  [RrType.DNSKEY, KEY_LIKE],
  [RrType.CDNSKEY, KEY_LIKE],
  [RrType.SSHFP, ['the algorithm', 'the fingerprint type', 'the fingerprint']],
  [
    RrType.RRSIG,
    [
      'the type covered',
      'the algorithm',
      'the number of labels',
      'the original TTL',
      'the expiration',
      'the inception',
      'the key tag',
      "the signer's name",
      'the signature',
    ],
  ],
  [RrType.NSEC, ['the next name', 'the list of types']],
  [
    RrType.NSEC3,
    [
      'the hash algorithm',
      'the flags',
      'the iterations',
      'the salt',
      'the next hashed name',
      'the list of types',
    ],
  ],
  [RrType.NSEC3PARAM, ['the hash algorithm', 'the flags', 'the iterations', 'the salt']],
  [RrType.TLSA, TLSA_LIKE],
  [RrType.SMIMEA, TLSA_LIKE],
  [RrType.OPENPGPKEY, ['the key']],
  [RrType.CSYNC, ['the serial', 'the flags', 'the list of types']],
  [RrType.ZONEMD, ['the serial', 'the scheme', 'the hash algorithm', 'the digest']],
  [RrType.SVCB, SVCB_LIKE],
  [RrType.HTTPS, SVCB_LIKE],
  [RrType.URI, ['the priority', 'the weight', 'the target']],
  [RrType.CAA, ['the flags', 'the property tag', 'the value']],
])

export function fieldName(type: number, index: number): string {
  return NAMES.get(type)?.[index] ?? 'the data'
}
