/** Random queries against a family of zones: what is there, what is nearly there, and what is not. */

import { type Name, nameKey, nameSize, printName } from '../answers/name.ts'
import { typeNumber, typeText } from '../answers/rr-types.ts'

import type { Dice } from './dice.ts'
import type { Family, ZoneModel } from './zones.ts'

export interface Query {
  readonly name: Name
  readonly type: number
  readonly flags: number
  /** Announced payload size; `undefined` asks without EDNS. */
  readonly payload: number | undefined
  readonly dnssecOk: boolean
}

const TYPES: readonly (readonly [string, number])[] = [
  ['A', 30],
  ['AAAA', 10],
  ['NS', 8],
  ['SOA', 5],
  ['CNAME', 6],
  ['DNAME', 5],
  ['TXT', 8],
  ['MX', 6],
  ['DS', 8],
  ['SRV', 4],
  ['PTR', 2],
  ['CAA', 2],
  ['SVCB', 2],
  ['HTTPS', 3],
  ['NAPTR', 1],
  ['HINFO', 1],
  ['ANY', 4],
  ['SPF', 1],
  ['TYPE65280', 2],
  ['TYPE999', 1],
  ['TYPE31337', 1],
]

const LABELS = [
  'nope',
  'a',
  'b',
  'www',
  'ns0',
  'deep',
  '*',
  'syn',
  '\0',
  'x.y',
  'Q'.repeat(63),
  '\x01\x80',
  'zzz',
  '-',
]

export function randomQuery(dice: Dice, family: Family): Query {
  const zone = dice.pick(family.zones)
  const name = withRandomCase(dice, randomName(dice, zone, family))
  const type = randomType(dice, zone, name)
  const edns = dice.chance(0.6)
  return {
    name,
    type,
    flags: dice.chance(0.5) ? dice.pick([0x0100, 0x0010, 0x0020, 0x0130, 0x0110]) : 0,
    payload: edns ? dice.pick([512, 600, 1232, 1232, 4096, 65535]) : undefined,
    // Unsigned zones: DO must change nothing but its own echo.
    dnssecOk: edns && dice.chance(0.2),
  }
}

export function printQuery(query: Query): string {
  const flags = [
    query.flags & 0x100 ? 'rd' : '',
    query.flags & 0x20 ? 'ad' : '',
    query.flags & 0x10 ? 'cd' : '',
    query.payload === undefined ? 'no-edns' : `udp=${query.payload}`,
    query.dnssecOk ? 'do' : '',
  ]
  return [printName(query.name), typeText(query.type), ...flags.filter(flag => flag !== '')].join(' ')
}

/** Half of the questions ask for a type that the name has. */
function randomType(dice: Dice, zone: ZoneModel, name: Name): number {
  const there = zone.rrsets.filter(set => nameKey(set.owner) === nameKey(name))
  if (there.length > 0 && dice.chance(0.5)) return typeNumber(dice.pick(there).type)
  return typeNumber(dice.weighted(TYPES))
}

function randomName(dice: Dice, zone: ZoneModel, family: Family): Name {
  const start = startingName(dice, zone)
  const steps = dice.weighted([
    [0, 8],
    [1, 6],
    [2, 2],
    [4, 1],
  ] as const)
  let name = start
  for (let i = 0; i < steps; i++) name = step(dice, name, family)
  if (dice.chance(0.02)) name = filledTo(dice, name, dice.between(200, 255))
  return nameSize(name) <= 255 ? name : start
}

function startingName(dice: Dice, zone: ZoneModel): Name {
  const set = dice.pick(zone.rrsets)
  const rdata = dice.pick(set.rdatas)
  return rdata.name !== undefined && dice.chance(0.25) ? rdata.name : set.owner
}

/** One label off: a child, the parent, a sibling, or a label changed somewhere. */
function step(dice: Dice, name: Name, family: Family): Name {
  const label = (): string => {
    const owner = dice.pick(dice.pick(family.zones).rrsets).owner
    return dice.chance(0.4) && owner.length > 0 ? dice.pick(owner) : dice.pick(LABELS)
  }
  switch (dice.below(5)) {
    case 0:
      return name.length > 1 ? name.slice(1) : name
    case 1:
      return [label(), ...name.slice(1)]
    case 2:
      return name.map((old, i) => (i < name.length - 1 && dice.chance(0.3) ? label() : old))
    default:
      return [label(), ...name]
  }
}

/** Long enough for a DNAME to overflow. */
function filledTo(dice: Dice, name: Name, size: number): Name {
  let filled = name
  while (nameSize(filled) < size - 1) {
    filled = ['f'.repeat(Math.min(dice.pick([1, 10, 63]), size - nameSize(filled) - 1)), ...filled]
  }
  return filled
}

function withRandomCase(dice: Dice, name: Name): Name {
  if (!dice.chance(0.3)) return name
  return name.map(label =>
    label.replace(/[a-z]/gi, c => (dice.chance(0.5) ? c.toUpperCase() : c.toLowerCase())),
  )
}
