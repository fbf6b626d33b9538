/** Names that records point at: whether a name server, mail exchanger or service of this zone has an
 *  address, delegations have their glue, and aliases end. */

import { isWithin, nameHash, nameLength, printName } from '../wire/name.ts'
import { RrType, typeName } from '../wire/types.ts'
import { NO_OWNER, NO_RECORD, OwnerFlag } from './owners.ts'
import type { ZoneUnderCheck } from './zone-under-check.ts'

/** Octets before the name, and which word of the data it is. */
const TARGETS = new Map<number, { at: number; word: number }>([
  [RrType.NS, { at: 0, word: 0 }],
  [RrType.MX, { at: 2, word: 1 }],
  [RrType.SRV, { at: 6, word: 3 }],
  [RrType.CNAME, { at: 0, word: 0 }],
  [RrType.DNAME, { at: 0, word: 0 }],
  [RrType.PTR, { at: 0, word: 0 }],
  [RrType.SVCB, { at: 2, word: 1 }],
  [RrType.HTTPS, { at: 2, word: 1 }],
])

const ALIAS_STEPS_MAX = 32
const WILDCARD = Uint8Array.of(1, 0x2a)
const wildcardName = new Uint8Array(257)

/** NS, MX and SRV records. */
export function checkTargets(check: ZoneUnderCheck, record: number): void {
  const { owners, records } = check.parser
  const type = records.type[record]!
  const { at, word } = TARGETS.get(type)!
  const nameAt = records.rdataAt[record]! + at
  const bytes = records.rdata.items
  const apex = check.parser.apex.bytes
  if (!isWithin(bytes, nameAt, apex)) return
  check.doubled.checkTarget(record, word, nameAt)
  const target = findTarget(check, nameAt)
  const flags = target === NO_OWNER ? 0 : owners.flags[target]!
  if (flags & OwnerFlag.Cname && (flags & (OwnerFlag.BelowCut | OwnerFlag.BelowDname)) === 0) {
    const law = type === RrType.SRV ? 'RFC 2782' : 'RFC 2181 §10.3'
    check.say(
      'warning',
      record,
      word,
      'target-is-alias',
      `${typeName(type)} points at an alias, ${printName(bytes, nameAt)} (${law})`,
    )
    return
  }
  const owner = records.owner[record]!
  const delegates = type === RrType.NS && owner !== check.apexOwner
  if (target !== NO_OWNER && delegates) check.isNameServer[target] = 1
  if (target !== NO_OWNER && (hasAddress(check, target) || check.mayBeRefused(target))) return
  if (check.parser.ownerRefused) return
  const name = printName(bytes, nameAt)
  const missing = `${name} has no address in this zone`
  if (!delegates) {
    const severity = type === RrType.NS ? 'error' : 'warning'
    check.say(severity, record, word, 'no-address', missing, `add an A or AAAA record at ${name}`)
  } else if (isWithin(bytes, nameAt, owners.names.items, owners.nameAt[owner]!))
    check.say(
      'error',
      record,
      word,
      'missing-glue',
      `${missing}: the delegation cannot be followed`,
      GLUE_HINT,
    )
  else if (isDelegated(check, nameAt))
    check.say('warning', record, word, 'missing-sibling-glue', missing, GLUE_HINT)
  else check.say('error', record, word, 'no-address', missing, `add an A or AAAA record at ${name}`)
}

const GLUE_HINT = 'a name server below a cut needs its address above it (RFC 1034 §4.2.1)'

/** CNAME and DNAME records: an alias that comes back to itself answers nothing. */
export function checkAlias(check: ZoneUnderCheck, record: number): void {
  const { records, owners } = check.parser
  const nameAt = records.rdataAt[record]!
  check.doubled.checkTarget(record, 0, nameAt)
  if (records.type[record] !== RrType.CNAME) return
  const start = records.owner[record]!
  let next = record
  for (let step = 0; step < ALIAS_STEPS_MAX; step++) {
    const at = records.rdataAt[next]!
    const bytes = records.rdata.items
    const target = owners.find(bytes, at, nameLength(bytes, at), nameHash(bytes, at))
    if (target === NO_OWNER) return
    if (target === start)
      return check.say('warning', record, 0, 'alias-loop', `${check.nameOf(start)} is an alias of itself`)
    next = check.find(target, RrType.CNAME)
    if (next === NO_RECORD) return
  }
}

/** PTR, SVCB and HTTPS records: what they point at need not be in this zone, nor have an address. */
export function checkPointer(check: ZoneUnderCheck, record: number): void {
  const { records } = check.parser
  const { at, word } = TARGETS.get(records.type[record]!)!
  check.doubled.checkTarget(record, word, records.rdataAt[record]! + at)
}

/** The owner that answers for the name: itself or the wildcard that covers it. */
function findTarget(check: ZoneUnderCheck, nameAt: number): number {
  const { owners, records } = check.parser
  const bytes = records.rdata.items
  let at = nameAt
  let owner = owners.find(bytes, at, nameLength(bytes, at), nameHash(bytes, at))
  if (owner !== NO_OWNER) return owner
  while (owner === NO_OWNER && bytes[at] !== 0) {
    at += bytes[at]! + 1
    owner = owners.find(bytes, at, nameLength(bytes, at), nameHash(bytes, at))
  }
  const covered = OwnerFlag.Cut | OwnerFlag.BelowCut | OwnerFlag.Dname | OwnerFlag.BelowDname
  if (owner === NO_OWNER || (owners.flags[owner]! & covered) !== 0) return NO_OWNER
  if ((owners.flags[owner]! & OwnerFlag.WildcardChild) === 0) return NO_OWNER
  const length = owners.nameLength[owner]!
  wildcardName.set(WILDCARD)
  wildcardName.set(owners.names.items.subarray(owners.nameAt[owner]!, owners.nameAt[owner]! + length), 2)
  return owners.find(wildcardName, 0, length + 2, nameHash(wildcardName, 0))
}

/** Whether the closest name that exists is at or below a cut. */
function isDelegated(check: ZoneUnderCheck, nameAt: number): boolean {
  const { owners, records } = check.parser
  const bytes = records.rdata.items
  for (let at = nameAt; ; at += bytes[at]! + 1) {
    const owner = owners.find(bytes, at, nameLength(bytes, at), nameHash(bytes, at))
    if (owner !== NO_OWNER) return (owners.flags[owner]! & (OwnerFlag.Cut | OwnerFlag.BelowCut)) !== 0
    if (bytes[at] === 0) return false
  }
}

function hasAddress(check: ZoneUnderCheck, owner: number): boolean {
  return (
    check.find(owner, RrType.A) !== NO_RECORD ||
    check.find(owner, RrType.AAAA) !== NO_RECORD ||
    check.isSteered(owner)
  )
}
