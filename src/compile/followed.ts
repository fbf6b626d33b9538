/** CONSUL records → ordinary ones: who is on the roster becomes the A and AAAA records of their owners, so that
 *  whatever reads a zone finds them there. After the zone was judged: what a catalog says must never decide whether a
 *  zone may be served. Knows no health. */

import { type Address, parseAddress } from '../base/address.ts'
import type { InstanceAddresses } from '../health/consul/instances.ts'
import type { Roster } from '../health/consul/roster.ts'
import { type WantedService, wantedKey } from '../health/consul/view.ts'
import type { ConsulAddress, ConsulRecord, Steering } from '../policy/steering.ts'
import { printAddress } from '../policy/values.ts'
import { RrType } from '../wire/types.ts'
import type { Zone } from '../zone/zone.ts'

/** Of a CONSUL record without a TTL in a zone without `$TTL`. */
export const FOLLOWED_TTL = 60

/** More of one family would not fit a message of 64 KiB. */
const FOLLOWED_ADDRESSES_MAX = 2_000

export function wantedOf({ datacenter, service, tag }: ConsulRecord): WantedService {
  return tag === '' ? { datacenter, service } : { datacenter, service, tag }
}

/** What it serves, each address once; empty while nobody is known. */
export function followedAddresses(record: ConsulRecord, roster: Roster): Address[] {
  const members = roster.get(wantedKey(wantedOf(record)))?.members ?? []
  const found = new Map<string, Address>()
  for (const member of members)
    for (const address of addressesOf(member, record.address))
      found.set(printAddress(address.octets), address)
  const all = [...found.values()]
  const few = (family: 4 | 6): Address[] =>
    all.filter(address => address.family === family).slice(0, FOLLOWED_ADDRESSES_MAX)
  return [...few(4), ...few(6)]
}

/** Of an instance, those of the kind that a record asks for; none where it has none of that kind. */
export function addressesOf(member: InstanceAddresses, kind: ConsulAddress): Address[] {
  const { lan4, lan6, wan4, wan6, service } = member
  const texts = kind === 'wan' ? [wan4, wan6] : kind === 'lan' ? [lan4, lan6] : [service]
  return texts.flatMap(text => (text === undefined ? [] : (parseAddress(text) ?? [])))
}

/** Adds the records to the zone. Once for each time a zone is read. */
export function fillFollowed(zone: Zone, { services }: Pick<Steering, 'services'>, roster: Roster): void {
  const { records, owners } = zone
  for (const record of services)
    for (const { family, octets } of followedAddresses(record, roster)) {
      const at = records.rdata.copy(octets, 0, octets.length)
      const type = family === 4 ? RrType.A : RrType.AAAA
      records.add(owners, record.owner, type, record.ttl ?? FOLLOWED_TTL, at, 0, 0)
    }
}

/** Differs when the zone would be filled otherwise. */
export function followedDigest({ services }: Pick<Steering, 'services'>, roster: Roster): string {
  return services
    .map(record =>
      followedAddresses(record, roster)
        .map(({ octets }) => printAddress(octets))
        .join(),
    )
    .join(';')
}
