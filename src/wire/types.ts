/** Numbers of RR types and classes and their mnemonics (IANA DNS parameters). */

export const RrType = {
  A: 1,
  NS: 2,
  MD: 3,
  MF: 4,
  CNAME: 5,
  SOA: 6,
  MB: 7,
  MG: 8,
  MR: 9,
  NULL: 10,
  PTR: 12,
  HINFO: 13,
  MINFO: 14,
  MX: 15,
  TXT: 16,
  RP: 17,
  AFSDB: 18,
  X25: 19,
  ISDN: 20,
  RT: 21,
  NSAP: 22,
  'NSAP-PTR': 23,
  SIG: 24,
  KEY: 25,
  PX: 26,
  GPOS: 27,
  AAAA: 28,
  LOC: 29,
  NXT: 30,
  EID: 31,
  NIMLOC: 32,
  SRV: 33,
  ATMA: 34,
  NAPTR: 35,
  KX: 36,
  CERT: 37,
  A6: 38,
  DNAME: 39,
  SINK: 40,
  OPT: 41,
  APL: 42,
  DS: 43,
  SSHFP: 44,
  IPSECKEY: 45,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  DHCID: 49,
  NSEC3: 50,
  NSEC3PARAM: 51,
  TLSA: 52,
  SMIMEA: 53,
  HIP: 55,
  NINFO: 56,
  RKEY: 57,
  TALINK: 58,
  CDS: 59,
  CDNSKEY: 60,
  OPENPGPKEY: 61,
  CSYNC: 62,
  ZONEMD: 63,
  SVCB: 64,
  HTTPS: 65,
  DSYNC: 66,
  SPF: 99,
  NID: 104,
  L32: 105,
  L64: 106,
  LP: 107,
  EUI48: 108,
  EUI64: 109,
  TKEY: 249,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  MAILB: 253,
  MAILA: 254,
  ANY: 255,
  URI: 256,
  CAA: 257,
  AVC: 258,
  DOA: 259,
  AMTRELAY: 260,
  RESINFO: 261,
  TA: 32768,
  DLV: 32769,
} as const

export type RrTypeName = keyof typeof RrType

export const RrClass = { IN: 1, CH: 3, HS: 4, NONE: 254, ANY: 255 } as const

const NAME_BY_TYPE = new Map<number, RrTypeName>(
  (Object.entries(RrType) as [RrTypeName, number][]).map(([name, type]) => [type, name]),
)

/** `A`, or `TYPE65280` for what has no mnemonic (RFC 3597 §5). */
export function typeName(type: number): string {
  return NAME_BY_TYPE.get(type) ?? `TYPE${type}`
}

/** The number of `A` or `TYPE65280`, in any letter case. */
export function typeFromName(text: string): number | undefined {
  const upper = text.toUpperCase()
  if (Object.hasOwn(RrType, upper)) return RrType[upper as RrTypeName]
  const generic = /^TYPE(\d{1,5})$/.exec(upper)
  return generic !== null && Number(generic[1]) <= 0xffff ? Number(generic[1]) : undefined
}

/** QTYPEs and meta types: they may be asked or sent, never stored in a zone (RFC 6895 §3.1). */
export function isMetaType(type: number): boolean {
  return type === 0 || type === RrType.OPT || (type >= 128 && type <= 255)
}
