/** What a reply of ours says of itself: question, rcode, and the client subnet it was for. Reads the few fields that
 *  spans tell; anything it cannot read is left out. Knows no zones. */

import type { Address } from '../base/address.ts'
import { NamePath } from '../plan/lookup.ts'
import { EdnsOption } from '../wire/edns.ts'
import { Flags1, Flags2, HEADER_BYTES } from '../wire/header.ts'
import { RrType } from '../wire/types.ts'

export interface ReplyFacts {
  readonly rcode: number
  readonly truncated: boolean
  readonly answers: number
  readonly question: { readonly name: NamePath; readonly type: number; readonly end: number } | undefined
  readonly subnet: ReplySubnet | undefined
}

export interface ReplySubnet {
  readonly address: Address
  readonly sourceBits: number
  readonly scopeBits: number
}

const FIXED_BYTES = 10
const SUBNET_FIXED_BYTES = 4

export function replyFacts(reply: Uint8Array): ReplyFacts {
  const view = new DataView(reply.buffer, reply.byteOffset, reply.byteLength)
  const question = readQuestion(reply, view)
  const opt = question === undefined ? undefined : findOpt(reply, view, question.end)
  const extended = opt === undefined ? 0 : reply[opt - FIXED_BYTES + 4]!
  return {
    rcode: (reply[3]! & Flags2.Rcode) | (extended << 4),
    truncated: (reply[2]! & Flags1.Tc) !== 0,
    answers: view.getUint16(6),
    question,
    subnet: opt === undefined ? undefined : readSubnet(reply, view, opt),
  }
}

/** Ours hold the question as it came, uncompressed, if it could be read. */
function readQuestion(reply: Uint8Array, view: DataView): ReplyFacts['question'] {
  const name = new NamePath()
  if (view.getUint16(4) !== 1 || !name.read(reply, HEADER_BYTES, reply.length)) return undefined
  const end = HEADER_BYTES + name.length + 4
  return end > reply.length ? undefined : { name, type: view.getUint16(end - 4), end }
}

/** Where the options of the OPT record begin. */
function findOpt(reply: Uint8Array, view: DataView, questionEnd: number): number | undefined {
  let at = questionEnd
  let left = view.getUint16(6) + view.getUint16(8) + view.getUint16(10)
  while (left-- > 0) {
    at = skipName(reply, at)
    if (at + FIXED_BYTES > reply.length) return undefined
    if (view.getUint16(at) === RrType.OPT) return at + FIXED_BYTES
    at += FIXED_BYTES + view.getUint16(at + 8)
  }
  return undefined
}

function skipName(reply: Uint8Array, from: number): number {
  let at = from
  while (at < reply.length) {
    const length = reply[at]!
    if (length >= 0xc0) return at + 2
    at += 1 + length
    if (length === 0) break
  }
  return at
}

function readSubnet(reply: Uint8Array, view: DataView, options: number): ReplySubnet | undefined {
  const end = Math.min(reply.length, options + view.getUint16(options - 2))
  for (let at = options; at + 4 <= end; at += 4 + view.getUint16(at + 2)) {
    const dataAt = at + 4
    if (view.getUint16(at) !== EdnsOption.ClientSubnet || dataAt + SUBNET_FIXED_BYTES > end) continue
    const family = view.getUint16(dataAt) === 1 ? 4 : 6
    const octets = new Uint8Array(family === 4 ? 4 : 16)
    const length = Math.min(octets.length, view.getUint16(at + 2) - SUBNET_FIXED_BYTES)
    octets.set(reply.subarray(dataAt + SUBNET_FIXED_BYTES, dataAt + SUBNET_FIXED_BYTES + length))
    return { address: { family, octets }, sourceBits: reply[dataAt + 2]!, scopeBits: reply[dataAt + 3]! }
  }
  return undefined
}
