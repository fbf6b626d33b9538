/** Query files: every query of a load in wire form with what its answer must be, made once from a seed and read by
 *  the generators. Knows the bench's zones, no sockets.
 *
 *  Layout, little-endian: count; octets of wire; count + 1 offsets into the wire; count expected addresses (0 for
 *  none); count kinds, one octet each; wire. */

import { readFileSync, writeFileSync } from 'node:fs'
import { queryBytes, Type } from '../tools/ask.ts'
import { dice } from './dice.ts'
import { clientPrefix, GEO_APEX, GEO_NAMES, GeoOracle } from './geo-world.ts'
import { FLIP_POLICIES, MANY_APEX, MANY_NAMES } from './many-world.ts'
import { addressOf, DELEGATIONS, MILLION_APEX, REFERRAL_APEX, SMALL_APEX, SMALL_NAMES } from './zones.ts'

/** What must come back. */
export const Kind = { Address: 0, NoName: 1, Referral: 2, AnyAddress: 3 } as const
export type Kind = (typeof Kind)[keyof typeof Kind]

export type QueryLoad = 'names' | 'missing' | 'referrals' | 'million' | 'geo' | 'geo-many' | 'flip'

/** Distinct client subnets of the geo loads. */
export const CLIENT_SUBNETS = 60_000

export interface QueryFile {
  readonly count: number
  readonly offsets: Uint32Array
  readonly addresses: Uint32Array
  readonly kinds: Uint8Array
  readonly wire: Uint8Array
}

export interface QueryOptions {
  readonly seed: number
  readonly count: number
  /** Names in the million-record zone. */
  readonly millionNames: number
  /** Payload size announced with EDNS; 0 sends none. */
  readonly ednsBytes: number
}

interface Asked {
  readonly name: string
  readonly kind: Kind
  readonly address: number
  /** The first octets of an IPv4 client subnet. */
  readonly subnet?: Uint8Array
}

export function writeQueryFile(path: string, load: QueryLoad, options: QueryOptions): void {
  const roll = dice(options.seed)
  const ask = ASKERS[load](options, roll)
  const { count } = options
  const offsets = new Uint32Array(count + 1)
  const addresses = new Uint32Array(count)
  const kinds = new Uint8Array(count)
  const parts: Buffer[] = []
  for (let i = 0; i < count; i++) {
    const asked = ask(i)
    const query = packetOf(asked, options.ednsBytes)
    parts.push(query)
    offsets[i + 1] = offsets[i]! + query.length
    addresses[i] = asked.address
    kinds[i] = asked.kind
  }
  const head = Uint32Array.of(count, offsets[count]!)
  const columns = [head, offsets, addresses, kinds].map(column => Buffer.from(column.buffer))
  writeFileSync(path, Buffer.concat([...columns, ...parts]))
}

function packetOf({ name, subnet }: Asked, ednsBytes: number): Buffer {
  if (subnet === undefined) return queryBytes({ name, type: Type.A, ...(ednsBytes > 0 ? { ednsBytes } : {}) })
  const plain = queryBytes({ name, type: Type.A, ednsBytes: Math.max(512, ednsBytes) })
  const option = Buffer.from([0, 8, 0, 4 + subnet.length, 0, 1, 8 * subnet.length, 0, ...subnet])
  plain.writeUInt16BE(option.length, plain.length - 2)
  return Buffer.concat([plain, option])
}

export function readQueryFile(path: string): QueryFile {
  const bytes = new Uint8Array(readFileSync(path)).slice()
  const [count = 0, wireBytes = 0] = new Uint32Array(bytes.buffer, 0, 2)
  const addressesAt = 8 + 4 * (count + 1)
  const kindsAt = addressesAt + 4 * count
  return {
    count,
    offsets: new Uint32Array(bytes.buffer, 8, count + 1),
    addresses: new Uint32Array(bytes.buffer, addressesAt, count),
    kinds: new Uint8Array(bytes.buffer, kindsAt, count),
    wire: new Uint8Array(bytes.buffer, kindsAt + count, wireBytes),
  }
}

type Asker = (options: QueryOptions, roll: () => number) => (index: number) => Asked

const ASKERS: Readonly<Record<QueryLoad, Asker>> = {
  names: (_options, roll) => () => existing(SMALL_APEX, 1 + Math.floor(roll() * SMALL_NAMES)),
  missing: (_options, roll) => () => ({
    name: `${randomLabel(roll)}.${SMALL_APEX}`,
    kind: Kind.NoName,
    address: 0,
  }),
  referrals: (_options, roll) => () => ({
    name: `www.sub${1 + Math.floor(roll() * DELEGATIONS)}.${REFERRAL_APEX}`,
    kind: Kind.Referral,
    address: 0,
  }),
  // Every name once, in an order no cache can guess.
  million: (options, roll) => {
    const order = shuffled(options.millionNames, roll)
    return index => existing(MILLION_APEX, order[index % order.length]!)
  },
  geo: (options, roll) => {
    const oracle = new GeoOracle()
    return index => {
      const subnet = clientPrefix(index % CLIENT_SUBNETS, options.seed)
      const name = `host${1 + Math.floor(roll() * GEO_NAMES)}.${GEO_APEX}`
      return { name, kind: Kind.Address, address: oracle.addressFor(subnet), subnet }
    }
  },
  'geo-many': (options, roll) => askMany(MANY_NAMES, options, roll),
  flip: (options, roll) => askMany(FLIP_POLICIES, options, roll),
}

/** The first names of the zone of many policies. */
function askMany(names: number, { seed }: QueryOptions, roll: () => number): (index: number) => Asked {
  return index => ({
    name: `host${1 + Math.floor(roll() * names)}.${MANY_APEX}`,
    kind: Kind.AnyAddress,
    address: 0,
    subnet: clientPrefix(index % CLIENT_SUBNETS, seed),
  })
}

function existing(apex: string, number: number): Asked {
  return { name: `host${number}.${apex}`, kind: Kind.Address, address: addressOf(number) }
}

const LABEL_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** Twelve random letters and digits: none of the zone's names look like it. */
function randomLabel(roll: () => number): string {
  let label = 'x'
  for (let i = 1; i < 12; i++) label += LABEL_LETTERS[Math.floor(roll() * LABEL_LETTERS.length)]
  return label
}

function shuffled(count: number, roll: () => number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index + 1)
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(roll() * (i + 1))
    const kept = order[i]!
    order[i] = order[j]!
    order[j] = kept
  }
  return order
}
