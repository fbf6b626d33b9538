/** The RR types that tests name, typed in from the IANA registry and not from the server's own table. */

export const TYPE_BY_NAME: ReadonlyMap<string, number> = new Map([
  ['A', 1],
  ['NS', 2],
  ['CNAME', 5],
  ['SOA', 6],
  ['PTR', 12],
  ['HINFO', 13],
  ['MX', 15],
  ['TXT', 16],
  ['RP', 17],
  ['AFSDB', 18],
  ['AAAA', 28],
  ['LOC', 29],
  ['SRV', 33],
  ['NAPTR', 35],
  ['CERT', 37],
  ['DNAME', 39],
  ['OPT', 41],
  ['DS', 43],
  ['SSHFP', 44],
  ['RRSIG', 46],
  ['NSEC', 47],
  ['DNSKEY', 48],
  ['TLSA', 52],
  ['SMIMEA', 53],
  ['CDS', 59],
  ['CDNSKEY', 60],
  ['SVCB', 64],
  ['HTTPS', 65],
  ['SPF', 99],
  ['EUI48', 108],
  ['IXFR', 251],
  ['AXFR', 252],
  ['MAILB', 253],
  ['MAILA', 254],
  ['ANY', 255],
  ['URI', 256],
  ['CAA', 257],
])

const NAME_BY_TYPE = new Map([...TYPE_BY_NAME].map(([name, type]) => [type, name]))

export function typeText(type: number): string {
  return NAME_BY_TYPE.get(type) ?? `TYPE${type}`
}

export function typeNumber(text: string): number {
  const number = TYPE_BY_NAME.get(text) ?? Number(/^TYPE(\d+)$/.exec(text)?.[1] ?? Number.NaN)
  if (Number.isNaN(number)) throw new Error(`no RR type ${text}`)
  return number
}
