/** A whole reply of one TXT record, made at leisure from a query that was read well: for answers about the
 *  server itself. Allocates; the data plane's replies are written in `serve/`. */

import { CLIENT_SUBNET_FIXED_BYTES, EdnsOption, OPT_BYTES, OPTION_HEADER_BYTES } from './edns.ts'
import { Flags1, Flags2, HEADER_BYTES, PLAIN_UDP_BYTES_MAX } from './header.ts'
import type { Query } from './query.ts'
import { RrClass, RrType } from './types.ts'

/** A <character-string> (RFC 1035 §3.3). */
const STRING_BYTES_MAX = 255

export interface TextReply {
  readonly rcode: number
  /** One <character-string> each, in this order; longer ones are cut in pieces. None: no record. */
  readonly strings: readonly string[]
  readonly scopeBits: number
  readonly isTcp: boolean
  readonly udpPayloadBytesMax: number
}

/** `packet` holds the query from its first octet on. Over UDP what does not fit is left out, with TC. */
export function textReply(packet: Uint8Array, query: Query, reply: TextReply): Uint8Array {
  const question = packet.subarray(0, query.questionEnd)
  const opt = query.hasEdns ? optRecord(query, reply) : new Uint8Array(0)
  const record = reply.strings.length === 0 ? new Uint8Array(0) : textRecord(reply.strings)
  const sizeMax = reply.isTcp
    ? 65_535
    : query.hasEdns
      ? Math.min(reply.udpPayloadBytesMax, Math.max(PLAIN_UDP_BYTES_MAX, query.payloadBytes))
      : PLAIN_UDP_BYTES_MAX
  const isWhole = question.length + record.length + opt.length <= sizeMax
  const out = Buffer.concat(isWhole ? [question, record, opt] : [question, opt])
  out[2] = (out[2]! & Flags1.Rd) | Flags1.Qr | Flags1.Aa | (isWhole ? 0 : Flags1.Tc)
  out[3] = (out[3]! & Flags2.Cd) | reply.rcode
  out.set([0, 1, 0, isWhole && record.length > 0 ? 1 : 0, 0, 0, 0, opt.length > 0 ? 1 : 0], 4)
  return out
}

function textRecord(strings: readonly string[]): Uint8Array {
  const pieces = strings.flatMap(text => {
    const octets = Buffer.from(text)
    const count = Math.max(1, Math.ceil(octets.length / STRING_BYTES_MAX))
    return Array.from({ length: count }, (_, i) =>
      octets.subarray(i * STRING_BYTES_MAX, (i + 1) * STRING_BYTES_MAX),
    )
  })
  const rdata = Buffer.concat(pieces.flatMap(piece => [Uint8Array.of(piece.length), piece]))
  const fixed = Buffer.alloc(12)
  fixed.writeUInt16BE(0xc000 | HEADER_BYTES, 0)
  fixed.writeUInt16BE(RrType.TXT, 2)
  fixed.writeUInt16BE(RrClass.IN, 4)
  fixed.writeUInt16BE(rdata.length, 10)
  return Buffer.concat([fixed, rdata])
}

function optRecord(query: Query, reply: TextReply): Uint8Array {
  const { subnet } = query
  const addressBytes = (subnet.sourceBits + 7) >>> 3
  const optionBytes = subnet.isPresent ? CLIENT_SUBNET_FIXED_BYTES + addressBytes : 0
  const rdataBytes = subnet.isPresent ? OPTION_HEADER_BYTES + optionBytes : 0
  const out = Buffer.alloc(OPT_BYTES + rdataBytes)
  out.writeUInt16BE(RrType.OPT, 1)
  out.writeUInt16BE(reply.udpPayloadBytesMax, 3)
  out[7] = query.dnssecOk ? 0x80 : 0
  out.writeUInt16BE(rdataBytes, 9)
  if (!subnet.isPresent) return out
  out.writeUInt16BE(EdnsOption.ClientSubnet, OPT_BYTES)
  out.writeUInt16BE(optionBytes, OPT_BYTES + 2)
  out.writeUInt16BE(subnet.family, OPT_BYTES + 4)
  out[OPT_BYTES + 6] = subnet.sourceBits
  out[OPT_BYTES + 7] = subnet.sourceBits === 0 ? 0 : reply.scopeBits
  out.set(subnet.octets.subarray(0, addressBytes), OPT_BYTES + 8)
  return out
}
