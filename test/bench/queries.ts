/** Query files: every query of a load in wire form with what its answer must be, made once from a seed and read by
 *  the generators. Knows the bench's zones, no sockets.
 *
 *  Layout, little-endian: count; octets of wire; count + 1 offsets into the wire; count expected addresses (0 for
 *  none); count kinds, one octet each; wire. */

import { readFileSync, writeFileSync } from 'node:fs'
import { queryBytes, Type } from '../tools/ask.ts'
import { addressOf, DELEGATIONS, MILLION_APEX, REFERRAL_APEX, SMALL_APEX, SMALL_NAMES } from './zones.ts'

/** What must come back. */
export const Kind = { Address: 0, NoName: 1, Referral: 2 } as const
export type Kind = (typeof Kind)[keyof typeof Kind]

export type QueryLoad = 'names' | 'missing' | 'referrals' | 'million'

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

/** Mulberry32: small, seeded, good enough to shuffle with. */
export function dice(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

interface Asked {
  readonly name: string
  readonly kind: Kind
  readonly address: number
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
    const query = queryBytes({
      name: asked.name,
      type: Type.A,
      ...(options.ednsBytes > 0 ? { ednsBytes: options.ednsBytes } : {}),
    })
    parts.push(query)
    offsets[i + 1] = offsets[i]! + query.length
    addresses[i] = asked.address
    kinds[i] = asked.kind
  }
  const head = Uint32Array.of(count, offsets[count]!)
  const columns = [head, offsets, addresses, kinds].map(column => Buffer.from(column.buffer))
  writeFileSync(path, Buffer.concat([...columns, ...parts]))
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
