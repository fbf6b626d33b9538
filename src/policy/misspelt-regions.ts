/** Records at a name that is nearly a region's, of a type that the region lacks: `euw4.live` where a policy has euw3.
 *  Looks at a target once for each policy, however many names lead there. */

import { closest } from '../base/suggest.ts'
import { typeName } from '../wire/types.ts'
import { NO_OWNER, NO_RECORD } from '../zone/owners.ts'
import type { Complaints } from './complaints.ts'
import {
  DNSSEC_TYPES,
  findOwner,
  printRelative,
  regionName,
  typesOf,
  type ZoneWithDirectives,
} from './read-names.ts'
import type { Policy, Spot, SteeredName } from './steering.ts'

export class MisspeltRegions {
  private readonly complaints: Complaints
  private readonly zone: ZoneWithDirectives
  /** By owner that is some name's target: the owners with records that are one label longer. */
  private readonly below = new Map<number, number[]>()
  private readonly judged = new Set<string>()

  constructor(complaints: Complaints, zone: ZoneWithDirectives, names: readonly SteeredName[]) {
    this.complaints = complaints
    this.zone = zone
    const { owners } = zone
    for (const { target } of names) this.below.set(findOwner(zone, target), [])
    // What does not even exist has nothing below it.
    this.below.delete(NO_OWNER)
    for (let owner = 0; owner < owners.count; owner++)
      if (owners.firstRecord[owner] !== NO_RECORD) this.below.get(owners.parent[owner]!)?.push(owner)
  }

  judge(name: SteeredName, policy: Policy, byConsul: ReadonlySet<number>): void {
    const target = findOwner(this.zone, name.target)
    const key = `${policy.index} ${target}`
    if (this.judged.has(key)) return
    this.judged.add(key)
    for (const owner of this.below.get(target) ?? []) this.judgeOwner(owner, name, policy, byConsul)
  }

  private judgeOwner(
    owner: number,
    { target, regionOwners }: SteeredName,
    { name, regions }: Policy,
    byConsul: ReadonlySet<number>,
  ): void {
    const { complaints, zone } = this
    if (regionOwners.includes(owner)) return
    const label = firstLabel(zone, owner)
    const slot = regions.findIndex(region => closest(label, [region.name]) !== undefined)
    const meant = regions[slot]
    if (meant === undefined || byConsul.has(regionOwners[slot]!)) return
    const wanted = regionName(meant.name, target)
    // That it is too long for a name was told of the name itself.
    if (wanted === undefined) return
    const has = typesOf(zone, regionOwners[slot]!)
    const lacking = typesOf(zone, owner).filter(type => !has.includes(type) && !DNSSEC_TYPES.has(type))
    if (lacking.length === 0) return
    complaints.warning(
      this.spotOf(owner, label),
      'misspelt-region',
      `there is no region ${label} in policy ${name}`,
      `did you mean ${printRelative(wanted, zone.apex)}? It has no ${lacking.map(typeName).join(', ')}`,
    )
  }

  private spotOf(owner: number, label: string): Spot {
    const { owners, records, sources } = this.zone
    const record = owners.firstRecord[owner]!
    const { path, bytes } = sources[records.source[record]!]!
    const line = bytes.subarray(0, records.sourceAt[record]).filter(octet => octet === 0x0a).length + 1
    return { file: path, line, column: 1, width: label.length }
  }
}

function firstLabel({ owners }: ZoneWithDirectives, owner: number): string {
  const at = owners.nameAt[owner]!
  const bytes = owners.names.items
  return new TextDecoder().decode(bytes.subarray(at + 1, at + 1 + bytes[at]!))
}
