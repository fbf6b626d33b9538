/** The two messages of grpc.health.v1.Health/Check and their framing, octet by octet: each has one field, which is
 *  no reason to carry a protobuf library. Knows no connection. */

/** Octets before each message: compressed or not, and its length. */
export const FRAME_HEADER_BYTES = 5

/** Of HealthCheckResponse.ServingStatus. */
const SERVING_STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN']

/** A framed HealthCheckRequest: field 1, `service`, a string; left out when empty, as proto3 does. */
export function writeHealthRequest(service: string): Buffer {
  const name = Buffer.from(service)
  const message = name.length === 0 ? name : Buffer.concat([Buffer.of(0x0a), writeVarint(name.length), name])
  const frame = Buffer.alloc(FRAME_HEADER_BYTES)
  frame.writeUInt32BE(message.length, 1)
  return Buffer.concat([frame, message])
}

/** The status in a framed HealthCheckResponse by name, or `undefined` where it is none. */
export function readHealthResponse(framed: Buffer): string | undefined {
  if (framed.length < FRAME_HEADER_BYTES || framed[0] !== 0) return undefined
  const message = framed.subarray(FRAME_HEADER_BYTES)
  if (framed.readUInt32BE(1) !== message.length) return undefined
  const fields = readVarintFields(message)
  const status = fields?.get(1) ?? 0
  return fields === undefined ? undefined : (SERVING_STATUSES[status] ?? `status ${status}`)
}

function writeVarint(value: number): Buffer {
  const octets: number[] = []
  let left = value
  for (; left > 0x7f; left >>>= 7) octets.push((left & 0x7f) | 0x80)
  octets.push(left)
  return Buffer.from(octets)
}

/** The last value of each varint field by its number; other fields are stepped over. */
function readVarintFields(message: Buffer): Map<number, number> | undefined {
  const fields = new Map<number, number>()
  const reader = new VarintReader(message)
  while (reader.at < message.length) {
    const key = reader.next()
    if (key === undefined) return undefined
    const value = skipOrRead(reader, key % 8)
    if (value === undefined) return undefined
    if (key % 8 === 0) fields.set(Math.floor(key / 8), value)
  }
  return reader.at === message.length ? fields : undefined
}

/** By wire type: 0 varint, 1 eight octets, 2 a length and as many octets, 5 four octets. */
function skipOrRead(reader: VarintReader, wireType: number): number | undefined {
  switch (wireType) {
    case 0:
      return reader.next()
    case 1:
      return (reader.at += 8)
    case 2: {
      const length = reader.next()
      return length === undefined ? undefined : (reader.at += length)
    }
    case 5:
      return (reader.at += 4)
    default:
      return undefined
  }
}

class VarintReader {
  at = 0
  private readonly octets: Buffer

  constructor(octets: Buffer) {
    this.octets = octets
  }

  /** At most ten octets. Loses low bits above 2^53, which no field we read has. */
  next(): number | undefined {
    let value = 0
    for (let i = 0; i < 10; i++) {
      const octet = this.octets[this.at++]
      if (octet === undefined) return undefined
      value += (octet & 0x7f) * 2 ** (7 * i)
      if (octet < 0x80) return value
    }
    return undefined
  }
}
