/** A short list of IP prefixes, asked per query: flat, without objects, walked from the start. */

import { parseAddress } from './address.ts'

/** As written, `10.0.0.0/8` or a bare address; crosses threads. */
export type PrefixTexts = readonly string[]

/** What is wrong with a prefix in text, or `undefined`. */
export function prefixFault(text: string): string | undefined {
  const [address = '', bits, ...rest] = text.split('/')
  const parsed = parseAddress(address)
  if (parsed === undefined || rest.length > 0) return `"${text}" is no IP prefix, such as 192.0.2.0/24`
  const bitsMax = parsed.octets.length * 8
  if (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= bitsMax)) return undefined
  return `"${text}" has no prefix length from 0 to ${bitsMax}`
}

export class PrefixList {
  private readonly count: number
  private readonly families: Uint8Array
  private readonly bits: Uint8Array
  /** Sixteen octets each. */
  private readonly octets: Uint8Array

  /** Texts without a `prefixFault`. */
  constructor(texts: PrefixTexts) {
    this.count = texts.length
    this.families = new Uint8Array(texts.length)
    this.bits = new Uint8Array(texts.length)
    this.octets = new Uint8Array(texts.length * 16)
    texts.forEach((text, i) => {
      const [address = '', bits] = text.split('/')
      const { family, octets } = parseAddress(address)!
      this.families[i] = family
      this.bits[i] = bits === undefined ? octets.length * 8 : Number(bits)
      this.octets.set(octets, i * 16)
    })
  }

  has(family: number, octets: Uint8Array, at: number): boolean {
    for (let i = 0; i < this.count; i++) {
      if (this.families[i] === family && this.covers(i, octets, at)) return true
    }
    return false
  }

  private covers(i: number, octets: Uint8Array, at: number): boolean {
    const bits = this.bits[i]!
    const whole = bits >>> 3
    for (let j = 0; j < whole; j++) if (this.octets[i * 16 + j] !== octets[at + j]) return false
    const rest = bits & 7
    return (
      rest === 0 || ((this.octets[i * 16 + whole]! ^ octets[at + whole]!) & (0xff00 >>> rest) & 0xff) === 0
    )
  }
}
