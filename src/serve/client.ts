/** For whom we answer: the client subnet a resolver told (RFC 7871), else the address that asked. Refers to
 *  octets where they lie; allocates nothing. */

import { foldToV4 } from '../base/fold.ts'
import { HASH_UNIT_BITS_V4, HASH_UNIT_BITS_V6 } from '../base/rendezvous.ts'
import type { Networks } from '../plan/networks.ts'
import type { ClientSubnet } from '../wire/query.ts'

const WHOLE_ADDRESS_BITS = 128

export class Client {
  family: 4 | 6 = 4
  octets: Uint8Array = new Uint8Array(16)
  at = 0
  /** The widest prefix around the address for which all that was looked up is the same. */
  scopeBits = 0

  /** What came with the query that is being answered. */
  subnet: ClientSubnet
  /** Who sent the packet. */
  sourceFamily: 4 | 6 = 4
  source: Uint8Array = this.octets
  sourceAt = 0

  /** The IPv4 address that an IPv6 one carries. */
  private readonly carried = new Uint8Array(4)
  /** Bits in front of it. */
  private carriedBits = 0

  constructor(subnet: ClientSubnet) {
    this.subnet = subnet
  }

  /** Who sent the packet. */
  setSource(family: 4 | 6, octets: Uint8Array, at: number): void {
    this.sourceFamily = family
    this.source = octets
    this.sourceAt = at
  }

  /** Takes the subnet that came with the query, else the source. A prefix of no bits says nothing of the
   *  client, and asks that nothing be said (RFC 7871 §7.1.2). */
  identify(): void {
    const { subnet } = this
    const isTold = subnet.isPresent && subnet.sourceBits !== 0
    this.family = isTold ? (subnet.family === 1 ? 4 : 6) : this.sourceFamily
    this.octets = isTold ? subnet.octets : this.source
    this.at = isTold ? 0 : this.sourceAt
    this.fold()
  }

  /** An IPv4 client stays one, whatever its packets were dressed in. */
  private fold(): void {
    this.carriedBits = 0
    if (this.family === 4) return
    const before = foldToV4(this.octets, this.at, WHOLE_ADDRESS_BITS, this.carried, 0)
    if (before < 0) return
    this.family = 4
    this.octets = this.carried
    this.at = 0
    this.carriedBits = before
  }

  /** The client's class; narrows the scope to the network all of that class. */
  classIn(networks: Networks): number {
    const { octets, at } = this
    const found =
      this.family === 4
        ? networks.find4(
            ((octets[at]! << 24) | (octets[at + 1]! << 16) | (octets[at + 2]! << 8) | octets[at + 3]!) >>> 0,
          )
        : networks.find6(octets, at)
    this.narrow(networks.scopeBits)
    return found
  }

  /** The answer hangs on the client's hash unit: it holds for no wider prefix. */
  narrowToHashUnit(): void {
    this.narrow(this.family === 4 ? HASH_UNIT_BITS_V4 : HASH_UNIT_BITS_V6)
  }

  private narrow(bits: number): void {
    if (bits + this.carriedBits > this.scopeBits) this.scopeBits = bits + this.carriedBits
  }
}
