/** What must be true of any reply to any packet whatever. */

import { MessageError, readMessage } from '../answers/message.ts'

const UDP_BYTES_MAX = 1232
const PLAIN_UDP_BYTES_MAX = 512
const OPCODE_MASK = 0x78
/** OPT with the longest identity, an extended error and a keepalive. */
const CLOSING_BYTES_MAX = 11 + 4 + 128 + 6 + 6

/** `undefined` if all is well. */
export function objectionTo(
  query: Uint8Array,
  reply: Uint8Array | undefined,
  transport: 'udp' | 'tcp',
): string | undefined {
  const deservesSilence = query.length < 12 || (query[2]! & 0x80) !== 0
  if (reply === undefined) return deservesSilence ? undefined : 'silence where a reply is due (RFC 8906 §3)'
  if (deservesSilence) return 'a reply to no query'
  if (reply[0] !== query[0] || reply[1] !== query[1]) return 'another id'
  if ((reply[2]! & 0x80) === 0) return 'QR is clear'
  if ((reply[2]! & OPCODE_MASK) !== (query[2]! & OPCODE_MASK)) return 'another opcode'
  const sizeMax = transport === 'tcp' ? 65_535 : mayHaveEdns(query) ? UDP_BYTES_MAX : PLAIN_UDP_BYTES_MAX
  if (reply.length > sizeMax) return `${reply.length} octets, more than ${sizeMax}`
  return objectionToContent(query, reply)
}

function mayHaveEdns(query: Uint8Array): boolean {
  return query[10] !== 0 || query[11] !== 0
}

function objectionToContent(query: Uint8Array, reply: Uint8Array): string | undefined {
  try {
    const message = readMessage(reply)
    const records = message.answer.length + message.authority.length + message.additional.length
    const isError = ![0, 3, 6].includes(message.rcode)
    if (isError && records > 0) return `an error with ${records} records`
    // A spoofed query must not make us send much more than it cost (RFC 5358).
    if (isError && reply.length > query.length + CLOSING_BYTES_MAX) return 'an error larger than its query'
    if (message.ra || message.z || message.ad) return 'RA, Z or AD is set'
    return undefined
  } catch (error) {
    if (error instanceof MessageError) return error.message
    throw error
  }
}
