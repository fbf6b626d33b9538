/** The replies of one read event, gathered into one write. One per worker, for all its connections.
 *  Knows no queries. */
import type { Socket } from 'node:net'
import { MESSAGE_BYTES_MAX } from '../wire/header.ts'

/** Two octets before each message say how long it is (RFC 1035 §4.2.2). */
export const PREFIX_BYTES = 2
/** A write this long is worth sending before more is added. */
const GATHERED_BYTES_MAX = 16_384
const ROOM_BYTES = GATHERED_BYTES_MAX + PREFIX_BYTES + MESSAGE_BYTES_MAX

export class StreamReplies {
  /** A message grows at `at`, with room for the largest one; `advance` makes it part of the write. */
  octets = Buffer.alloc(ROOM_BYTES)
  private end = 0

  get at(): number {
    return this.end + PREFIX_BYTES
  }

  get isFull(): boolean {
    return this.end > GATHERED_BYTES_MAX
  }

  advance(messageBytes: number): void {
    this.octets[this.end] = messageBytes >>> 8
    this.octets[this.end + 1] = messageBytes & 0xff
    this.end += PREFIX_BYTES + messageBytes
  }

  /** Hands the gathered replies to the socket. */
  flush(socket: Socket): void {
    if (this.end === 0) return
    const gathered = this.octets.subarray(0, this.end)
    this.end = 0
    if (socket.writableLength > 0) {
      // They will wait behind earlier ones, so they need memory of their own.
      socket.write(Buffer.from(gathered))
      return
    }
    socket.write(gathered)
    // When the kernel takes all at once, as it nearly always does, the memory is free for the next write.
    // Otherwise it belongs to the write that waits.
    if (socket.writableLength > 0) this.octets = Buffer.alloc(ROOM_BYTES)
  }
}
