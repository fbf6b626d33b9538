/** Random RDATA in presentation form, per type. */

import { type Name, printName } from '../answers/name.ts'
import type { Dice } from './dice.ts'

export interface Rdata {
  readonly text: string
  /** The domain name in it, where the type has one that matters. */
  readonly name?: Name
}

/** `target` is the name that a type with a name in it points at; `other` the second one. */
export function randomRdata(dice: Dice, type: string, target: Name, other: Name = target): Rdata {
  const host = printName(target)
  const number = (bits: number): number => dice.below(2 ** bits)
  switch (type) {
    case 'A':
      return { text: ipv4(dice) }
    case 'AAAA':
      return { text: ipv6(dice) }
    case 'NS':
    case 'CNAME':
    case 'DNAME':
    case 'PTR':
      return { text: host, name: target }
    case 'SOA': {
      const minimum = dice.pick([0, 5, 60, 900, 86400])
      return {
        text: `${host} hostmaster.invalid. ${number(32)} ${number(16)} ${number(12)} ${number(20)} ${minimum}`,
      }
    }
    case 'MX':
    case 'AFSDB':
      return { text: `${number(16)} ${host}`, name: target }
    case 'SRV':
      return { text: `${number(16)} ${number(8)} ${number(16)} ${host}`, name: target }
    case 'TXT':
      return { text: strings(dice, dice.chance(0.1) ? 4 : dice.between(1, 2)) }
    case 'HINFO':
      return { text: `${quoted(dice, 8)} ${quoted(dice, 8)}` }
    case 'CAA':
      return {
        text: `${dice.pick([0, 128])} ${dice.pick(['issue', 'iodef', 'issuewild'])} ${quoted(dice, 20)}`,
      }
    case 'NAPTR':
      return {
        text: `${number(16)} ${number(16)} "U" "E2U+sip" "!^.*$!sip:x@example.com!" ${host}`,
        name: target,
      }
    case 'SVCB':
    case 'HTTPS':
      return svcb(dice, target)
    case 'TLSA':
      return { text: `3 1 1 ${hex(dice, 32)}` }
    case 'SSHFP':
      return { text: `4 2 ${hex(dice, 32)}` }
    case 'DS':
      return { text: `${number(16)} 13 2 ${hex(dice, 32)}` }
    case 'LOC':
      return {
        text: `${dice.below(90)} ${dice.below(60)} 0.000 N ${dice.below(180)} 1 0.000 E 10.00m 1m 10000m 10m`,
      }
    case 'RP':
      return { text: `${host} ${printName(other)}`, name: target }
    case 'URI':
      return { text: `${number(16)} ${number(16)} "https://${dice.below(1000)}.example/"` }
    default: {
      const count = dice.between(0, 24)
      return { text: `\\# ${count} ${hex(dice, count)}`.trim() }
    }
  }
}

function svcb(dice: Dice, target: Name): Rdata {
  if (dice.chance(0.3)) return { text: `0 ${printName(target)}`, name: target }
  const parameters = ['alpn=h2,h3', `port=${dice.below(65536)}`, `ipv4hint=${ipv4(dice)}`]
  const kept = parameters.filter(() => dice.chance(0.6))
  const name = dice.chance(0.4) ? [] : target
  return { text: [String(dice.between(1, 9)), printName(name), ...kept].join(' '), name }
}

function ipv4(dice: Dice): string {
  return [192, 0, 2, 0].map((octet, i) => (i < 2 ? octet : dice.below(256))).join('.')
}

function ipv6(dice: Dice): string {
  return `2001:db8:${dice.below(65536).toString(16)}::${dice.below(65536).toString(16)}`
}

function hex(dice: Dice, count: number): string {
  return dice.bytes(count).toString('hex')
}

function strings(dice: Dice, count: number): string {
  return Array.from({ length: count }, () => quoted(dice, dice.chance(0.1) ? 255 : 30)).join(' ')
}

function quoted(dice: Dice, lengthMax: number): string {
  const octets = [...dice.bytes(dice.between(1, lengthMax))]
  const text = octets.map(octet => {
    const folded = dice.chance(0.9) ? 0x61 + (octet % 26) : octet
    const plain = folded > 0x20 && folded < 0x7f && folded !== 0x22 && folded !== 0x5c
    return plain ? String.fromCharCode(folded) : `\\${String(folded).padStart(3, '0')}`
  })
  return `"${text.join('')}"`
}
