/** What the records of a zone mean together: the rules of RFC 1034, 2181, 4592 and 6672 about what may
 *  stand where. Makes each RRset one set on the way: duplicates are unlinked, TTLs made equal. */

import { printName } from '../wire/name.ts'
import { RrType, typeName } from '../wire/types.ts'
import { checkAlias, checkPointer, checkTargets } from './check-targets.ts'
import { NO_OWNER, NO_RECORD, OwnerFlag } from './owners.ts'
import type { Parser } from './parse.ts'
import { mendSets } from './rrsets.ts'
import { ZoneUnderCheck } from './zone-under-check.ts'

/** Reports everything that is wrong and returns the serial. */
export function checkZone(parser: Parser, apexOwner: number, previousSerial?: number): number {
  const check = new ZoneUnderCheck(parser, apexOwner)
  const { owners, records } = parser
  const divided: number[] = []
  const { doubled } = check
  doubled.checkSteering()
  for (let owner = 0; owner < owners.count; owner++) {
    const first = owners.firstRecord[owner]!
    const flags = owners.flags[owner]!
    if (owners.parent[owner] === NO_OWNER && owner !== apexOwner) {
      checkOutside(check, owner)
      continue
    }
    if (first === NO_RECORD) continue
    if (owners.labels[owner]! >= doubled.labelsMin) doubled.checkOwner(owner)
    if (records.next[first] !== NO_RECORD) mendSets(check, owner)
    if (flags & (OwnerFlag.Cname | OwnerFlag.Dname)) checkAlone(check, owner)
    if (flags & (OwnerFlag.Cut | OwnerFlag.BelowCut | OwnerFlag.BelowDname)) divided.push(owner)
    for (let record = first; record !== NO_RECORD; record = records.next[record]!) {
      if (records.type[record] !== RrType.A && records.type[record] !== RrType.AAAA)
        checkRecord(check, record)
    }
  }
  // Only now is it known which addresses are glue.
  for (const owner of divided) checkDivided(check, owner)
  return checkApex(check, previousSerial)
}

function checkRecord(check: ZoneUnderCheck, record: number): void {
  const { owners, records } = check.parser
  const owner = records.owner[record]!
  const wildcard = (owners.flags[owner]! & OwnerFlag.Wildcard) !== 0
  switch (records.type[record]) {
    case RrType.NS:
      if (wildcard)
        check.say(
          'warning',
          record,
          'type',
          'wildcard-ns',
          'NS at a wildcard has no defined meaning (RFC 4592 §4.2)',
        )
      return checkTargets(check, record)
    case RrType.MX:
    case RrType.SRV:
      return checkTargets(check, record)
    case RrType.CNAME:
      return checkAlias(check, record)
    case RrType.DNAME:
      if (wildcard)
        check.say(
          'warning',
          record,
          'type',
          'wildcard-dname',
          'DNAME at a wildcard is best avoided (RFC 4592 §4.4)',
        )
      return checkAlias(check, record)
    case RrType.PTR:
    case RrType.SVCB:
    case RrType.HTTPS:
      return checkPointer(check, record)
    case RrType.SOA:
      check.doubled.checkSoa(record)
      if (owner !== check.apexOwner) sayMisplacedSoa(check, record)
      return
    case RrType.DS:
      if ((owners.flags[owner]! & OwnerFlag.Cut) === 0)
        check.say(
          'warning',
          record,
          'type',
          'ds-without-ns',
          'DS belongs beside the NS records of a delegation (RFC 4035 §2.4)',
        )
      return
  }
}

function sayMisplacedSoa(check: ZoneUnderCheck, record: number): void {
  const text = `the SOA stands at ${check.ownerOf(record)}, the zone is ${check.nameOf(check.apexOwner)}`
  const hint = 'the zone is named by its file; $ORIGIN above the SOA can name another'
  check.say('error', record, 'owner', 'soa-not-at-apex', text, hint)
}

function checkOutside(check: ZoneUnderCheck, owner: number): void {
  const { owners, steering, report } = check.parser
  const text = `${check.nameOf(owner)} is not in the zone ${check.nameOf(check.apexOwner)}`
  const hint = 'a name with a final dot is taken as it is'
  const record = owners.firstRecord[owner]!
  if (check.find(owner, RrType.SOA) !== NO_RECORD)
    return sayMisplacedSoa(check, check.find(owner, RrType.SOA))
  if (record !== NO_RECORD) return check.say('error', record, 'owner', 'out-of-zone', text, hint)
  const rule = steering.find(candidate => candidate.owner === owner)
  if (rule === undefined) return
  const { source, type } = rule
  const at = report.offsetOf(source, type.line)
  report.add({ source, at, width: 1 }, { severity: 'error', code: 'out-of-zone', text, hint })
}

//------------ Names that stand alone ---

/** RFC 2181 §10.1 and RFC 4035 §2.5: what may stand beside a CNAME. KEY and NXT are of RFC 2535. */
const BESIDE_CNAME: ReadonlySet<number> = new Set([
  RrType.RRSIG,
  RrType.NSEC,
  RrType.SIG,
  RrType.KEY,
  RrType.NXT,
])

function checkAlone(check: ZoneUnderCheck, owner: number): void {
  const { owners, records } = check.parser
  const cname = check.find(owner, RrType.CNAME)
  const dname = check.find(owner, RrType.DNAME)
  const name = check.nameOf(owner)
  if (cname !== NO_RECORD && owner === check.apexOwner) {
    const text = 'the apex has SOA and NS, so it cannot be an alias (RFC 1912 §2.4)'
    check.say(
      'error',
      cname,
      'type',
      'cname-at-apex',
      text,
      'HTTPS with priority 0 is an alias for web clients',
    )
    return
  }
  for (let record = owners.firstRecord[owner]!; record !== NO_RECORD; record = records.next[record]!) {
    const type = records.type[record]!
    if (type === RrType.CNAME && record !== cname)
      check.say('error', record, 'type', 'many-cnames', `${name} has more than one CNAME (RFC 2181 §10.1)`)
    else if (cname !== NO_RECORD && record !== cname && !BESIDE_CNAME.has(type))
      check.say(
        'error',
        record,
        'type',
        'cname-and-other',
        `${name} has a CNAME, so it can have no ${typeName(type)} (RFC 2181 §10.1)`,
      )
    else if (type === RrType.DNAME && record !== dname)
      check.say('error', record, 'type', 'many-dnames', `${name} has more than one DNAME (RFC 6672 §2.4)`)
    else if (type === RrType.NS && dname !== NO_RECORD && owner !== check.apexOwner)
      check.say('error', record, 'type', 'dname-and-ns', `${name} has DNAME and NS (RFC 6672 §2.4)`)
  }
}

//------------ Below cuts and DNAMEs ---

/** What the parent side of a cut owns (RFC 4035 §2.4, RFC 4034 §4). */
const AT_CUT: ReadonlySet<number> = new Set([RrType.NS, RrType.DS, RrType.NSEC, RrType.RRSIG])

function checkDivided(check: ZoneUnderCheck, owner: number): void {
  const { owners, records } = check.parser
  const flags = owners.flags[owner]!
  const name = check.nameOf(owner)
  let typeBefore = -1
  for (let record = owners.firstRecord[owner]!; record !== NO_RECORD; record = records.next[record]!) {
    const type = records.type[record]!
    // Reported already, as what cannot stand beside other data.
    const alone = type === RrType.CNAME || type === RrType.DNAME
    if (type === typeBefore || (alone && (flags & OwnerFlag.BelowDname) === 0)) continue
    typeBefore = type
    const isAddress = type === RrType.A || type === RrType.AAAA
    if (flags & OwnerFlag.BelowDname)
      check.say(
        'error',
        record,
        'owner',
        'below-dname',
        `${name} is below a DNAME (RFC 6672 §2.4)`,
        BELOW_DNAME_HINT,
      )
    else if (isAddress && check.isNameServer[owner] === 1) continue
    else if (flags & OwnerFlag.BelowCut || !AT_CUT.has(type))
      check.say(
        'warning',
        record,
        'type',
        'not-glue',
        `${typeName(type)} at ${name} is in a delegated zone and is not glue: it is never answered`,
        isAddress ? 'no NS record of the delegation names it' : undefined,
      )
  }
}

const BELOW_DNAME_HINT = 'a DNAME redirects all names below it, so they can have no data'

//------------ The apex ---

function checkApex(check: ZoneUnderCheck, previousSerial?: number): number {
  const { records, report } = check.parser
  const zone = check.nameOf(check.apexOwner)
  const whole = report.sources[0]!.path
  const soa = check.find(check.apexOwner, RrType.SOA)
  const excused = check.mayBeRefused(check.apexOwner)
  if (!excused && soa === NO_RECORD && !check.parser.soaSeen)
    report.addWhole(whole, {
      severity: 'error',
      code: 'no-soa',
      text: `${zone} has no SOA record at its apex`,
    })
  if (!excused && check.find(check.apexOwner, RrType.NS) === NO_RECORD)
    report.addWhole(whole, { severity: 'error', code: 'no-ns', text: `${zone} has no NS record at its apex` })
  if (soa === NO_RECORD) return 0
  for (let record = records.next[soa]!; record !== NO_RECORD; record = records.next[record]!) {
    if (records.type[record] === RrType.SOA)
      check.say('error', record, 'type', 'many-soas', `${zone} has more than one SOA record`)
  }
  checkMailbox(check, soa)
  const { items } = records.rdata
  const end = records.rdataAt[soa]! + records.rdataLength[soa]!
  const serial = new DataView(items.buffer, items.byteOffset).getUint32(end - 20)
  if (previousSerial !== undefined && isBefore(serial, previousSerial))
    check.say(
      'warning',
      soa,
      2,
      'serial-backwards',
      `serial ${serial} is before ${previousSerial}, which is being served (RFC 1982)`,
      'secondaries will not take this zone over',
    )
  return serial
}

/** RFC 1982 §3.2. */
function isBefore(serial: number, other: number): boolean {
  return serial !== other && (other - serial) >>> 0 < 2 ** 31
}

/** `hostmaster@example.com` is a name with an @ in it; the mailbox is written with a dot (RFC 1035 §8). */
function checkMailbox(check: ZoneUnderCheck, soa: number): void {
  const { records } = check.parser
  const { items } = records.rdata
  let at = records.rdataAt[soa]!
  while (items[at] !== 0) at += items[at]! + 1
  const mailboxAt = at + 1
  const label = items.subarray(mailboxAt + 1, mailboxAt + 1 + items[mailboxAt]!)
  if (!label.includes(0x40)) return
  const hint = `write ${printName(items, mailboxAt).replace('\\@', '.')}`
  check.say('warning', soa, 1, 'mailbox-with-at', 'an @ in the mailbox of the SOA is not a separator', hint)
}
