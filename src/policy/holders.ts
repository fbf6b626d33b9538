/** Which regions' records hold an address: what a fence can be proven by when an answer is an address and not a
 *  region, as with `outage=sorry`. */

import type { Address } from '../base/address.ts'
import { RrType } from '../wire/types.ts'
import { NO_OWNER, NO_RECORD } from '../zone/owners.ts'
import type { Complaints } from './complaints.ts'
import type { ZoneRecords } from './read-names.ts'
import type { Policy, Slot, SteeredName } from './steering.ts'
import { printAddress } from './values.ts'

/** Addresses of one type at one owner, as octets. */
export function addressesAt({ owners, records }: ZoneRecords, owner: number, type: number): Uint8Array[] {
  const found: Uint8Array[] = []
  if (owner === NO_OWNER) return found
  for (let record = owners.firstRecord[owner]!; record !== NO_RECORD; record = records.next[record]!) {
    if (records.type[record] !== type) continue
    const at = records.rdataAt[record]!
    found.push(records.rdata.items.slice(at, at + records.rdataLength[record]!))
  }
  return found
}

/** For one policy: an address → the slots that hold it at any name the policy answers for. */
export function addressHolders(
  zone: ZoneRecords,
  names: readonly SteeredName[],
  policy: Policy,
): (address: Address) => readonly Slot[] {
  const holders = new Map<string, Set<Slot>>()
  for (const name of names) {
    if (name.policy !== policy.index) continue
    for (const [slot, owner] of name.regionOwners.entries())
      for (const type of [RrType.A, RrType.AAAA])
        for (const octets of addressesAt(zone, owner, type)) {
          const key = printAddress(octets)
          holders.set(key, (holders.get(key) ?? new Set()).add(slot))
        }
  }
  return ({ octets }) => [...(holders.get(printAddress(octets)) ?? [])]
}

/** An address that no region holds is somewhere, but no fence can say where. */
export function judgeSorry(
  complaints: Complaints,
  zone: ZoneRecords,
  names: readonly SteeredName[],
  policy: Policy,
): void {
  if (policy.outage.kind !== 'sorry' || policy.fences.length === 0) return
  const holders = addressHolders(zone, names, policy)
  const stray = policy.outage.addresses.find(address => holders(address).length === 0)
  if (stray === undefined || !names.some(name => name.policy === policy.index)) return
  complaints.warning(
    policy.outageSpot,
    'sorry-unplaced',
    `${printAddress(stray.octets)} is no region's address, so no fence can be proven for outage=sorry`,
    'see to it yourself that everybody may be sent there, or use outage=in-fence',
  )
}
