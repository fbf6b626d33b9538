/** The tree of a zone's names: parents, empty non-terminals, and what each name's place means – below a cut,
 *  below a DNAME, a wildcard. Knows nothing of problems. */

import { extendHash, labelHash, ROOT_HASH, sameName } from '../wire/name.ts'
import { RrType } from '../wire/types.ts'
import type { Origin } from './name-text.ts'
import { NO_OWNER, NO_RECORD, OwnerFlag, type Owners } from './owners.ts'
import type { Records } from './records.ts'

const ASTERISK = 0x2a

/** Fills `owners.parent` and `owners.flags`, and adds the names that exist only because others stand below
 *  them (RFC 4592 §2.2.2). A name outside the zone keeps NO_OWNER as its parent, as the apex does. */
export function growTree(owners: Owners, records: Records, apex: Origin): number {
  const apexOwner = owners.intern(apex.bytes, 0, apex.length, apex.labels, apex.hash)
  linkParents(owners, apex, apexOwner)
  const divided = markOwnData(owners, records, apexOwner)
  if (divided) spreadDown(owners, apexOwner)
  return apexOwner
}

/** `owners.count` grows on the way: an added name gets its own parent when its turn comes. */
function linkParents(owners: Owners, apex: Origin, apexOwner: number): void {
  let lastParent = apexOwner
  owners.parent[apexOwner] = NO_OWNER
  for (let owner = 0; owner < owners.count; owner++) {
    if (owner === apexOwner || owners.labels[owner]! <= apex.labels) continue
    // Known for children of an origin in the zone.
    if (owners.parent[owner] !== NO_OWNER) continue
    const bytes = owners.names.items
    const at = owners.nameAt[owner]!
    const parentAt = at + bytes[at]! + 1
    const parentLength = owners.nameLength[owner]! - bytes[at]! - 1
    // Names come in groups with one parent, so the last one is asked before any hashing is done.
    if (
      owners.nameLength[lastParent] !== parentLength ||
      !sameName(bytes, parentAt, bytes, owners.nameAt[lastParent]!, parentLength)
    ) {
      const suffixAt = at + owners.nameLength[owner]! - apex.length
      if (
        !endsWithLabels(bytes, parentAt, suffixAt) ||
        !sameName(bytes, suffixAt, apex.bytes, 0, apex.length)
      )
        continue
      const hash = suffixHash(bytes, parentAt, at + owners.nameLength[owner]! - 1)
      lastParent = owners.intern(bytes, parentAt, parentLength, owners.labels[owner]! - 1, hash)
    }
    owners.parent[owner] = lastParent
    if (bytes[at] === 1 && bytes[at + 1] === ASTERISK) {
      owners.flags[owner]! |= OwnerFlag.Wildcard
      owners.flags[lastParent]! |= OwnerFlag.WildcardChild
    }
  }
}

/** Whether a label begins at `suffixAt`. */
export function endsWithLabels(bytes: Uint8Array, nameAt: number, suffixAt: number): boolean {
  let at = nameAt
  while (at < suffixAt) at += bytes[at]! + 1
  return at === suffixAt
}

const labelStarts = new Int32Array(128)

function suffixHash(bytes: Uint8Array, start: number, rootAt: number): number {
  let labels = 0
  for (let at = start; at < rootAt; at += bytes[at]! + 1) labelStarts[labels++] = at
  let hash = ROOT_HASH
  while (labels > 0) hash = extendHash(hash, labelHash(bytes, labelStarts[--labels]!))
  return hash
}

/** Flags that follow from a name's own records. True when a cut or a DNAME divides the zone. */
function markOwnData(owners: Owners, records: Records, apexOwner: number): boolean {
  let divided = false
  for (let owner = 0; owner < owners.count; owner++) {
    const first = owners.firstRecord[owner]!
    let flags = first === NO_RECORD ? OwnerFlag.EmptyNonTerminal : 0
    for (let record = first; record !== NO_RECORD; record = records.next[record]!) {
      const type = records.type[record]!
      if (type === RrType.NS && owner !== apexOwner) flags |= OwnerFlag.Cut
      else if (type === RrType.DNAME) flags |= OwnerFlag.Dname
      else if (type === RrType.CNAME) flags |= OwnerFlag.Cname
    }
    if (flags === 0) continue
    owners.flags[owner]! |= flags
    if (flags & (OwnerFlag.Cut | OwnerFlag.Dname)) divided = true
  }
  return divided
}

/** Each name once, its parents first: walk up to one that is done, then mark on the way down. */
function spreadDown(owners: Owners, apexOwner: number): void {
  const done = new Uint8Array(owners.count)
  done[apexOwner] = 1
  for (let owner = 0; owner < owners.count; owner++) {
    let depth = 0
    let above = owner
    while (above !== NO_OWNER && done[above] === 0) {
      labelStarts[depth++] = above
      above = owners.parent[above]!
    }
    while (depth > 0) {
      const name = labelStarts[--depth]!
      done[name] = 1
      if (above !== NO_OWNER) owners.flags[name]! |= inherited(owners.flags[above]!)
      above = name
    }
  }
}

function inherited(parentFlags: number): number {
  const belowCut = parentFlags & (OwnerFlag.Cut | OwnerFlag.BelowCut) ? OwnerFlag.BelowCut : 0
  const belowDname = parentFlags & (OwnerFlag.Dname | OwnerFlag.BelowDname) ? OwnerFlag.BelowDname : 0
  return belowCut | belowDname
}
