/** Whose addresses go along with a record: the name servers of a delegation, the hosts of MX and SRV, the
 *  targets of SVCB (RFC 1035 §3.3, RFC 2782, RFC 9460 §4.1). Looks only within the zone. */

import { AdditionalFlag } from '../plan/image.ts'
import { extendHash, isWithin, labelHash, nameHash, nameLength } from '../wire/name.ts'
import { RrType } from '../wire/types.ts'
import { NO_OWNER, NO_RECORD, OwnerFlag, type Owners } from '../zone/owners.ts'
import type { Zone } from '../zone/zone.ts'

const TYPES = new Set<number>([RrType.NS, RrType.MX, RrType.SRV, RrType.AFSDB, RrType.SVCB, RrType.HTTPS])

export function wantsAddresses(type: number): boolean {
  return TYPES.has(type)
}

const WILDCARD_LABEL = Uint8Array.of(1, 0x2a)
const WILDCARD_LABEL_HASH = labelHash(WILDCARD_LABEL, 0)

/** `*.THIS`, or NO_OWNER. */
export function wildcardChild(owners: Owners, owner: number): number {
  const length = owners.nameLength[owner]!
  const name = new Uint8Array(length + 2)
  name.set(WILDCARD_LABEL)
  name.set(owners.names.items.subarray(owners.nameAt[owner]!, owners.nameAt[owner]! + length), 2)
  return owners.find(name, 0, length + 2, extendHash(owners.hash[owner]!, WILDCARD_LABEL_HASH))
}

export class AddressFinder {
  /** The last one found. */
  owner = NO_OWNER
  flags = 0

  private readonly zone: Zone

  constructor(zone: Zone) {
    this.zone = zone
  }

  /** Whether the name at `nameAt` in an RDATA of `holder` has addresses (or, for an alias, bindings) to
   *  send along; then `owner` and `flags` say whose and how. */
  find(holder: number, type: number, bytes: Uint8Array, rdataStart: number, nameAt: number): boolean {
    this.flags = 0
    const isBinding = type === RrType.SVCB || type === RrType.HTTPS
    const isAlias = isBinding && bytes[rdataStart] === 0 && bytes[rdataStart + 1] === 0
    if (isBinding && !isAlias && bytes[nameAt] === 0) {
      // In ServiceMode "." is the owner itself (RFC 9460 §2.5.2).
      this.owner = holder
      this.flags = AdditionalFlag.Owner
    } else {
      this.owner = this.resolve(bytes, nameAt)
    }
    if (this.owner === NO_OWNER) return false
    if (isAlias) this.flags |= type === RrType.SVCB ? AdditionalFlag.Svcb : AdditionalFlag.Https
    if (this.isNeeded(holder, type)) this.flags |= AdditionalFlag.Needed
    return this.hasAny(isAlias ? type : RrType.A)
  }

  /** The owner that answers for a name: itself, else the wildcard that covers it. */
  private resolve(bytes: Uint8Array, nameAt: number): number {
    const { owners, apex } = this.zone
    if (!isWithin(bytes, nameAt, apex)) return NO_OWNER
    const exact = owners.find(bytes, nameAt, nameLength(bytes, nameAt), nameHash(bytes, nameAt))
    if (exact !== NO_OWNER) return this.reachable(exact) ? exact : NO_OWNER
    let at = nameAt
    let encloser = NO_OWNER
    while (encloser === NO_OWNER) {
      at += bytes[at]! + 1
      encloser = owners.find(bytes, at, nameLength(bytes, at), nameHash(bytes, at))
    }
    const flags = owners.flags[encloser]!
    const stops = OwnerFlag.Cut | OwnerFlag.BelowCut | OwnerFlag.Dname | OwnerFlag.BelowDname
    return (flags & stops) === 0 && (flags & OwnerFlag.WildcardChild) !== 0
      ? wildcardChild(owners, encloser)
      : NO_OWNER
  }

  private reachable(owner: number): boolean {
    return (this.zone.owners.flags[owner]! & OwnerFlag.BelowDname) === 0
  }

  /** In-domain glue: the name server lives in the very zone that is delegated (RFC 9471 §2.1). */
  private isNeeded(holder: number, type: number): boolean {
    const { owners } = this.zone
    if (type !== RrType.NS || (owners.flags[holder]! & OwnerFlag.Cut) === 0) return false
    let above = this.owner
    while (above !== NO_OWNER && above !== holder) above = owners.parent[above]!
    return above === holder
  }

  private hasAny(also: number): boolean {
    const { owners, records } = this.zone
    for (let record = owners.firstRecord[this.owner]!; record !== NO_RECORD; record = records.next[record]!) {
      const type = records.type[record]!
      if (type === RrType.A || type === RrType.AAAA || type === also) return true
    }
    return false
  }
}
