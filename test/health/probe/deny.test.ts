/** Where probes may not go, in every dress an address can wear. */

import { expect } from 'chai'
import fc from 'fast-check'
import { parseAddress } from '../../../src/base/address.ts'
import { DenyList } from '../../../src/health/probe/deny.ts'

const list = new DenyList(['10.0.0.0/8', '127.0.0.0/8', '::1', '2001:db8:bad::/48', '64:ff9b:1::/48'])
const admit = (text: string, deny = list): ReturnType<DenyList['admit']> =>
  deny.admit(parseAddress(text)!, 80)

const DENIED: readonly [string, RegExp][] = [
  ['169.254.169.254', /^169\.254\.169\.254 is a cloud's metadata address$/],
  ['169.254.170.2', /metadata/],
  ['fd00:ec2::254', /^fd00:ec2::254 is a cloud's metadata address$/],
  ['fd20:ce::254', /metadata/],
  ['fe80::a9fe:a9fe', /metadata/],
  ['100.100.100.200', /metadata/],
  ['168.63.129.16', /metadata/],
  ['::ffff:169.254.169.254', /metadata/],
  ['64:ff9b::a9fe:a9fe', /metadata/],
  ['2002:a9fe:a9fe::1', /metadata/],
  ['2001:0:0:0:0:0:5601:5601', /metadata/],
  ['10.1.2.3', /^probes\.deny forbids 10\.1\.2\.3$/],
  ['::ffff:10.1.2.3', /^probes\.deny forbids ::ffff:10\.1\.2\.3$/],
  ['2001:db8:bad::1', /^probes\.deny forbids/],
  ['64:ff9b:1::1', /^probes\.deny forbids/],
  // The kernel connects to itself.
  ['0.0.0.0', /^probes\.deny forbids/],
  ['0.1.2.3', /^probes\.deny forbids/],
  ['::', /^probes\.deny forbids/],
  ['::ffff:0.0.0.0', /^probes\.deny forbids/],
  ['224.0.0.1', /no single host/],
  ['255.255.255.255', /no single host/],
  ['ff02::1', /no single host/],
]

const ADMITTED = ['192.0.2.1', '11.0.0.1', '169.253.255.255', '2001:db8::1', '100.100.100.201', '::2']

describe('the deny list', () => {
  for (const [address, why] of DENIED)
    it(`refuses ${address}`, () => {
      expect(admit(address)).to.be.a('string').that.matches(why)
    })

  for (const address of ADMITTED)
    it(`admits ${address}`, () => {
      expect(admit(address)).to.deep.equal({ family: address.includes(':') ? 6 : 4, host: address, port: 80 })
    })

  it('has only metadata and groups of hosts on it when the operator says nothing', () => {
    const empty = new DenyList([])
    expect(admit('127.0.0.1', empty)).to.be.an('object')
    expect(admit('169.254.169.254', empty)).to.be.a('string')
  })

  it('can be told other metadata addresses', () => {
    expect(admit('169.254.169.254', new DenyList([], []))).to.be.an('object')
  })

  it('refuses a forbidden IPv4 address however it is wrapped', () => {
    const octet = fc.integer({ min: 0, max: 255 })
    fc.assert(
      fc.property(octet, octet, octet, (b, c, d) => {
        const hex = (high: number, low: number): string => ((high << 8) | low).toString(16)
        const [high, low] = [hex(10, b), hex(c, d)]
        const [inverseHigh, inverseLow] = [hex(10 ^ 255, b ^ 255), hex(c ^ 255, d ^ 255)]
        for (const text of [
          `10.${b}.${c}.${d}`,
          `::ffff:${high}:${low}`,
          `64:ff9b::${high}:${low}`,
          `2002:${high}:${low}::`,
          `2001:0:0:0:0:0:${inverseHigh}:${inverseLow}`,
        ])
          expect(admit(text), text).to.be.a('string')
      }),
    )
  })
})
