/** What each region serves at a steered name: the addresses that can be checked one by one, in the order in which
 *  the image has them. Knows no health. */

import type { Address } from '../base/address.ts'
import { addressesAt } from '../policy/holders.ts'
import type { ZoneRecords } from '../policy/read-names.ts'
import type { SteeredName } from '../policy/steering.ts'
import { RrType } from '../wire/types.ts'

/** Both sets in the order of the zone file; empty for a region that serves none of its own, such as an alias. */
export interface RegionAddresses {
  readonly v4: readonly Address[]
  readonly v6: readonly Address[]
}

/** By slot of the name's policy. */
export function regionAddresses(
  zone: ZoneRecords,
  { regionOwners }: Pick<SteeredName, 'regionOwners'>,
): RegionAddresses[] {
  return regionOwners.map(owner => ({
    v4: addressesAt(zone, owner, RrType.A).map(octets => ({ family: 4, octets })),
    v6: addressesAt(zone, owner, RrType.AAAA).map(octets => ({ family: 6, octets })),
  }))
}
