/** One question put to the data plane's own code, without sockets: what `meridian explain` shows as the answer is
 *  what a worker would send. Reads our own replies, which it trusts. */

import type { Address } from '../base/address.ts'
import { newCounterBlock } from '../base/counters.ts'
import type { ZonePart } from '../plan/plan.ts'
import { Responder, Transport } from '../serve/responder.ts'
import { HEADER_BYTES, MESSAGE_BYTES_MAX } from '../wire/header.ts'
import { nameLength, printName } from '../wire/name.ts'
import { fieldLength, rdataLayout } from '../wire/rdata.ts'
import { RrClass, typeName } from '../wire/types.ts'
import { presentRdata } from '../zone/present.ts'

export interface ReplyRecord {
  /** In wire form, uncompressed. */
  readonly owner: Uint8Array
  readonly type: number
  readonly ttl: number
  /** Names in it uncompressed. */
  readonly rdata: Uint8Array
}

export interface ReadReply {
  readonly rcode: number
  readonly answer: readonly ReplyRecord[]
  readonly authority: readonly ReplyRecord[]
}

/** With this seed a worker's first throw of the dice is 0, which is what `why` draws by. */
const SEED = -0x9e3779b9 | 0
const NOBODY: Address = { family: 4, octets: new Uint8Array(4) }

/** `client` is whose packet it would be: no client subnet is sent along. */
export function askPlan(
  zones: readonly ZonePart[],
  name: Uint8Array,
  type: number,
  client: Address = NOBODY,
): ReadReply {
  const responder = new Responder({
    counters: newCounterBlock(),
    identity: '',
    version: '',
    udpPayloadBytesMax: MESSAGE_BYTES_MAX,
    tcpIdleMs: 0,
    seed: SEED,
  })
  responder.adopt({ generation: 1, zones })
  responder.setSource(client.family, client.octets, 0)
  const packet = new Uint8Array(MESSAGE_BYTES_MAX)
  const length = writeQuery(packet, name, type)
  const end = responder.answer(packet, 0, length, packet.length, Transport.Tcp)
  return readReply(packet.subarray(0, end))
}

function writeQuery(packet: Uint8Array, name: Uint8Array, type: number): number {
  const typeAt = HEADER_BYTES + name.length
  packet[5] = 1
  packet.set(name, HEADER_BYTES)
  packet.set([type >> 8, type & 0xff, 0, RrClass.IN], typeAt)
  return typeAt + 4
}

/** `live.example. 60 IN A 192.0.2.1` */
export function printRecord({ owner, ttl, type, rdata }: ReplyRecord): string {
  return `${printName(owner)} ${ttl} IN ${typeName(type)} ${presentRdata(type, rdata, 0, rdata.length)}`
}

//------------ Reading ---

function readReply(packet: Uint8Array): ReadReply {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.length)
  let at = HEADER_BYTES + nameLength(packet, HEADER_BYTES) + 4
  const section = (count: number): ReplyRecord[] => {
    const records: ReplyRecord[] = []
    for (let i = 0; i < count; i++) {
      const fixedAt = at + encodedLength(packet, at)
      const rdataAt = fixedAt + 10
      const end = rdataAt + view.getUint16(fixedAt + 8)
      const type = view.getUint16(fixedAt)
      const rdata = expandRdata(packet, type, rdataAt, end)
      records.push({ owner: expandName(packet, at), type, ttl: view.getUint32(fixedAt + 4), rdata })
      at = end
    }
    return records
  }
  const answer = section(view.getUint16(6))
  const authority = section(view.getUint16(8))
  return { rcode: packet[3]! & 0x0f, answer, authority }
}

/** Octets of a name as it stands in the message: it may end in a pointer (RFC 1035 §4.1.4). */
function encodedLength(packet: Uint8Array, start: number): number {
  let at = start
  while (packet[at] !== 0 && packet[at]! < POINTER) at += packet[at]! + 1
  return at + (packet[at] === 0 ? 1 : 2) - start
}

function expandName(packet: Uint8Array, start: number): Uint8Array {
  const octets: number[] = []
  let at = start
  while (packet[at] !== 0) {
    if (packet[at]! >= POINTER) at = ((packet[at]! & 0x3f) << 8) | packet[at + 1]!
    else {
      octets.push(...packet.subarray(at, at + 1 + packet[at]!))
      at += packet[at]! + 1
    }
  }
  return Uint8Array.from([...octets, 0])
}

const POINTER = 0xc0

function expandRdata(packet: Uint8Array, type: number, start: number, end: number): Uint8Array {
  const layout = rdataLayout(type)
  if (layout === undefined) return packet.slice(start, end)
  const parts: Uint8Array[] = []
  let at = start
  for (const field of layout) {
    const isName = field === 'name' || field === 'shared-name'
    const length = isName ? encodedLength(packet, at) : fieldLength(field, packet, at, end)
    parts.push(isName ? expandName(packet, at) : packet.subarray(at, at + length))
    at += length
  }
  return Uint8Array.from(parts.flatMap(part => [...part]))
}
