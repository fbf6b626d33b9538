/** Replies of a health service, well-formed and not, for the tests' servers. */

/** A framed HealthCheckResponse of that status. */
export function writeHealthReply(status: number): Buffer {
  return framed(Buffer.of(0x08, status))
}

export function framed(message: Buffer, flags = 0): Buffer {
  const head = Buffer.alloc(5)
  head[0] = flags
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}
