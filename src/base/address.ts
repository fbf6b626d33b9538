/** IP addresses as octets. Text is judged by Node's own strict parser, so `010.0.0.1` is no address. */

import { isIP } from 'node:net'

export interface Address {
  readonly family: 4 | 6
  /** 4 or 16, in network order. */
  readonly octets: Uint8Array
}

export function parseAddress(text: string): Address | undefined {
  switch (isIP(text)) {
    case 4:
      return { family: 4, octets: Uint8Array.from(text.split('.'), Number) }
    case 6:
      return text.includes('%') ? undefined : { family: 6, octets: parseIpv6(text) }
    default:
      return undefined
  }
}

/** Already known to be well-formed. */
function parseIpv6(text: string): Uint8Array {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text)
  const hexOnly =
    dotted === null
      ? text
      : dotted[1]! +
        hex16(Number(dotted[2]), Number(dotted[3])) +
        ':' +
        hex16(Number(dotted[4]), Number(dotted[5]))
  const [head = '', tail] = hexOnly.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right]
  return Uint8Array.from(groups.flatMap(group => [parseInt(group, 16) >>> 8, parseInt(group, 16) & 0xff]))
}

function hex16(high: number, low: number): string {
  return ((high << 8) | low).toString(16)
}

export function isWildcard(address: Address): boolean {
  return address.octets.every(octet => octet === 0)
}

/** 127.0.0.0/8 or ::1. */
export function isLoopback({ family, octets }: Address): boolean {
  return family === 4 ? octets[0] === 127 : octets.every((octet, i) => octet === (i === 15 ? 1 : 0))
}
