/** A question that a zone surely answers, for the line of dig that a newcomer is shown.
 *  Knows nothing of how it is shown. */

import { printName } from '../wire/name.ts'
import { RrType, typeName } from '../wire/types.ts'
import { OwnerFlag } from '../zone/owners.ts'
import type { Zone } from '../zone/zone.ts'

export interface SampleQuestion {
  readonly name: string
  readonly type: string
}

/** How far into a large zone it is worth looking for something nicer than the SOA. */
const RECORDS_LOOKED_AT_MAX = 1000

const HIDDEN = OwnerFlag.BelowCut | OwnerFlag.BelowDname | OwnerFlag.Cut | OwnerFlag.Wildcard

/** A name that is answered by policy; else an address that is not a name server's; else the SOA. */
export function sampleQuestion(zone: Zone): SampleQuestion {
  const { owners, records } = zone
  const steered = zone.steering.find(({ type }) => type.text.toUpperCase() === 'GSLB')?.owner
  if (steered !== undefined && (owners.flags[steered]! & HIDDEN) === 0) {
    return { name: printName(owners.names.items, owners.nameAt[steered]!), type: 'A' }
  }
  for (let record = 0; record < Math.min(records.count, RECORDS_LOOKED_AT_MAX); record++) {
    const type = records.type[record]!
    const owner = records.owner[record]!
    if ((type !== RrType.A && type !== RrType.AAAA) || owner === zone.apexOwner) continue
    const name = printName(owners.names.items, owners.nameAt[owner]!)
    if ((owners.flags[owner]! & HIDDEN) === 0 && !/^ns\d*\./.test(name)) return { name, type: typeName(type) }
  }
  return { name: printName(zone.apex), type: 'SOA' }
}
