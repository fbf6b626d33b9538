/** Query in, reply out. (Being written.) */
import type { CounterBlock } from '../base/counters.ts'
import type { Plan } from '../plan/plan.ts'

export const Transport = { Udp: 0, Tcp: 1 } as const
export type Transport = (typeof Transport)[keyof typeof Transport]

export interface ResponderOptions {
  readonly counters: CounterBlock
  /** `id.server`, `hostname.bind` and NSID; empty to keep silent. */
  readonly identity: string
  /** `version.bind`; empty to keep silent. */
  readonly version: string
  /** Largest UDP reply, and the payload size we announce. */
  readonly udpPayloadBytesMax: number
  /** Sent in edns-tcp-keepalive (RFC 7828), milliseconds. */
  readonly tcpIdleMs: number
}

export class Responder {
  readonly options: ResponderOptions

  constructor(options: ResponderOptions) {
    this.options = options
  }

  /** Makes `plan` the one that is answered from. Called between two queries. */
  adopt(plan: Plan): void {
    void plan
  }

  /** Answers the query in `packet[at, at + length)` in place: the reply grows in the query's own buffer,
   *  which has `room` octets from `at` on. Returns the reply's length, or 0 for silence. */
  answer(packet: Uint8Array, at: number, length: number, room: number, _transport: Transport): number {
    if (length < 12 || room < length || (packet[at + 2]! & 0x80) !== 0) return 0
    packet[at + 2]! |= 0x80
    packet[at + 3] = 5
    return length
  }
}
