/** Records and messages as text, for tests to compare and for people to read. */

import type { Message, Rr } from './message.ts'
import { type Name, printName } from './name.ts'
import { typeText } from './rr-types.ts'

export const RCODES: readonly string[] = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
  'YXDOMAIN',
  'YXRRSET',
  'NXRRSET',
  'NOTAUTH',
  'NOTZONE',
  'DSOTYPENI',
  'RCODE12',
  'RCODE13',
  'RCODE14',
  'RCODE15',
  'BADVERS',
]

export function printRr(rr: Rr): string {
  return `${printName(rr.owner)} ${rr.ttl} ${typeText(rr.type)} ${printRdata(rr.type, rr.rdata)}`
}

export function printRdata(type: number, rdata: Buffer): string {
  switch (typeText(type)) {
    case 'A':
      return [...rdata].join('.')
    case 'AAAA':
      return printIpv6(rdata)
    case 'NS':
    case 'CNAME':
    case 'PTR':
    case 'DNAME':
      return printName(nameAt(rdata, 0).name)
    case 'MX':
    case 'AFSDB':
      return `${rdata.readUInt16BE(0)} ${printName(nameAt(rdata, 2).name)}`
    case 'SRV':
      return [...[0, 2, 4].map(at => rdata.readUInt16BE(at)), printName(nameAt(rdata, 6).name)].join(' ')
    case 'SOA':
      return printSoa(rdata)
    case 'TXT':
    case 'HINFO':
      return printStrings(rdata)
    case 'DS':
      return `${rdata.readUInt16BE(0)} ${rdata[2]} ${rdata[3]} ${rdata.subarray(4).toString('hex').toUpperCase()}`
    case 'SVCB':
    case 'HTTPS':
      return printSvcb(rdata)
    default:
      return `\\# ${rdata.length} ${rdata.toString('hex').toUpperCase()}`.trim()
  }
}

function nameAt(rdata: Buffer, start: number): { name: Name; end: number } {
  const name: string[] = []
  let at = start
  while (rdata[at]! > 0) {
    name.push(rdata.toString('latin1', at + 1, at + 1 + rdata[at]!))
    at += rdata[at]! + 1
  }
  return { name, end: at + 1 }
}

function printSoa(rdata: Buffer): string {
  const mname = nameAt(rdata, 0)
  const rname = nameAt(rdata, mname.end)
  const numbers = [0, 4, 8, 12, 16].map(offset => rdata.readUInt32BE(rname.end + offset))
  return `${printName(mname.name)} ${printName(rname.name)} ${numbers.join(' ')}`
}

function printStrings(rdata: Buffer): string {
  const strings: string[] = []
  for (let at = 0; at < rdata.length; at += rdata[at]! + 1) {
    const text = rdata.toString('latin1', at + 1, at + 1 + rdata[at]!)
    strings.push(`"${text.replace(/[^ -~]|["\\]/g, c => `\\${String(c.charCodeAt(0)).padStart(3, '0')}`)}"`)
  }
  return strings.join(' ')
}

const SVC_KEYS = ['mandatory', 'alpn', 'no-default-alpn', 'port', 'ipv4hint', 'ech', 'ipv6hint']

function printSvcb(rdata: Buffer): string {
  const target = nameAt(rdata, 2)
  const words = [String(rdata.readUInt16BE(0)), printName(target.name)]
  for (let at = target.end; at < rdata.length; ) {
    const key = rdata.readUInt16BE(at)
    const value = rdata.subarray(at + 4, at + 4 + rdata.readUInt16BE(at + 2))
    words.push(`${SVC_KEYS[key] ?? `key${key}`}=${value.toString('hex').toUpperCase()}`)
    at += 4 + value.length
  }
  return words.join(' ')
}

/** RFC 5952: the longest run of zero groups is left out. */
function printIpv6(rdata: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, i) => rdata.readUInt16BE(i * 2).toString(16))
  const runs = [...groups.join(':').matchAll(/\b0(:0)+\b/g)].sort((a, b) => b[0].length - a[0].length)
  const text = groups.join(':')
  const run = runs[0]
  if (run === undefined) return text
  return `${text.slice(0, run.index).replace(/:$/, '')}::${text.slice(run.index + run[0].length).replace(/^:/, '')}`
}

/** A whole message in dig's order, for failure reports. */
export function printMessage(message: Message): string {
  const flags = (['aa', 'tc', 'rd', 'ra', 'z', 'ad', 'cd'] as const).filter(flag => message[flag])
  const lines = [
    `${RCODES[message.rcode] ?? `RCODE${message.rcode}`} ${flags.join(' ')} (${message.size} octets)`.replace(
      '  ',
      ' ',
    ),
  ]
  for (const section of ['answer', 'authority', 'additional'] as const) {
    for (const rr of message[section]) lines.push(`${section} ${printRr(rr)}`)
  }
  if (message.opt !== undefined) {
    const { version, payload, dnssecOk, options } = message.opt
    const texts = options.map(option => `${option.code}:${option.data.toString('hex')}`)
    lines.push(['opt', `version=${version}`, `udp=${payload}`, dnssecOk ? 'do' : '', ...texts].join(' '))
  }
  return lines.join('\n')
}
