/** Where probes may not go, whatever a zone file says. Judges the address that is connected to, folded to the host
 *  it stands for; a `Destination` can only be had from here. Knows no names: probes look none up, and a host from
 *  a zone file goes into headers and SNI, never into a lookup. */

import { SocketAddress } from 'node:net'
import type { Address } from '../../base/address.ts'
import { foldToV4 } from '../../base/fold.ts'
import { PrefixList, type PrefixTexts } from '../../base/prefix-list.ts'

/** An address and port that may be connected to. */
export interface Destination {
  readonly family: 4 | 6
  readonly host: string
  readonly port: number
}

/** Where clouds hand credentials to whoever asks from the right machine, which a prober may be. All of link-local
 *  is among them: the clouds put ever more there (tasks' and pods' credentials, DNS, time). */
export const METADATA_ADDRESSES: PrefixTexts = [
  '169.254.0.0/16', // AWS, GCP, Azure, Oracle, DigitalOcean, …
  'fe80::/10',
  'fd00:ec2::/32', // AWS
  'fd20:ce::254/128', // GCP
  '100.100.100.200/32', // Alibaba
  '168.63.129.16/32', // Azure's host agent
  '192.0.0.192/32', // Oracle's older one
  'fd00:42::42/128', // Scaleway
]

/** No host of its own: a probe there would be a mistake, or reach many. */
const NO_HOST: PrefixTexts = ['224.0.0.0/4', '255.255.255.255/32', 'ff00::/8']

export class DenyList {
  private readonly metadata: PrefixList
  private readonly noHost = new PrefixList(NO_HOST)
  private readonly operators: PrefixList

  /** The operator's `probes.deny`, beside the default; `metadata` replaces the default. */
  constructor(operators: PrefixTexts, metadata: PrefixTexts = METADATA_ADDRESSES) {
    this.operators = new PrefixList(operators)
    this.metadata = new PrefixList(metadata)
  }

  /** Where to connect to, or why not. */
  admit(address: Address, port: number): Destination | string {
    const host = textOf(address)
    // Both as written and as folded: an operator may forbid 64:ff9b::/96 itself.
    for (const { family, octets } of [address, reached(address)]) {
      if (this.operators.has(family, octets, 0)) return `probes.deny forbids ${host}`
      if (this.metadata.has(family, octets, 0)) return `${host} is a cloud's metadata address`
      if (this.noHost.has(family, octets, 0)) return `${host} is no single host`
    }
    return { family: address.family, host, port }
  }
}

/** The host that answers for an address: IPv4 inside IPv6 is unwrapped, and what is connected to as "this host"
 *  (0.0.0.0/8 and ::) is the loopback, as the kernel has it. */
function reached(address: Address): Address {
  const v4 = new Uint8Array(4)
  const isV4 = address.family === 4 || foldToV4(address.octets, 0, 128, v4, 0) >= 0
  if (!isV4) {
    const isUnspecified = address.octets.every(octet => octet === 0)
    return isUnspecified
      ? { family: 6, octets: Uint8Array.from({ length: 16 }, (_, i) => +(i === 15)) }
      : address
  }
  const octets = address.family === 4 ? address.octets : v4
  return { family: 4, octets: octets[0] === 0 ? Uint8Array.of(127, 0, 0, 1) : octets }
}

function textOf({ family, octets }: Address): string {
  if (family === 4) return octets.join('.')
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((octets[i * 2]! << 8) | octets[i * 2 + 1]!).toString(16),
  )
  return new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address
}
