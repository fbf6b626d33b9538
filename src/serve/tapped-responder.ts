/** A Responder that copies what it is asked and what it answers into a tap ring: all of it or a sample. Workers make
 *  one instead of the plain Responder where something observes, so that the others pay nothing. Knows no sockets and
 *  nothing of who reads the ring; allocates nothing per query. */

import { PreciseWallClock } from '../base/clock.ts'
import { scramble } from '../base/rendezvous.ts'
import { TapMark, type TapPeers, TapWriter } from '../base/tap-ring.ts'
import type { TapOrders } from '../plan/worker-contract.ts'
import { Responder, type ResponderOptions, type Transport } from './responder.ts'

/** The client's port stands before its address, as in struct sockaddr. */
export const PORT_IN_SOCKET_ADDRESS = -1

/** The socket or connection that messages come by. */
export interface TapLink {
  readonly protocol: number
  readonly clientPort: number
  /** Our own end, in as many octets as the client's family has. */
  readonly local: Uint8Array
  readonly localPort: number
  /** Where our address stands beside the client's, for sockets bound to every address. */
  readonly localBeside?: (clientAt: number, family: 4 | 6) => number
}

const NOWHERE: TapLink = { protocol: 0, clientPort: 0, local: new Uint8Array(16), localPort: 0 }
/** struct sockaddr_in and sockaddr_in6: the port is at 2, the address at 4 and at 8. */
const PORT_BEFORE_V4 = 2
const PORT_BEFORE_V6 = 6

const VERSIONS_KEPT = 256

type Peers = { -readonly [Field in keyof TapPeers]: TapPeers[Field] }

export class TappedResponder extends Responder {
  private readonly writer: TapWriter
  private readonly clock = new PreciseWallClock()
  private readonly messageEvery: number
  private untilMessage: number
  private readonly spanEvery: number
  private untilSpan: number
  /** The versions seen last, each at its low octet; undefined where nobody asks for them. */
  private readonly versions: Int32Array | undefined
  private dice: number
  private link = NOWHERE
  private queryMs = 0
  private readonly peers: Peers

  constructor(options: ResponderOptions, orders: TapOrders) {
    super(options)
    this.writer = new TapWriter(orders.ring)
    this.dice = options.seed ?? 0
    this.messageEvery = orders.messageEvery
    this.untilMessage = this.stride(orders.messageEvery)
    this.spanEvery = orders.spanEvery
    this.untilSpan = this.stride(orders.spanEvery)
    this.versions = orders.firstUses ? new Int32Array(VERSIONS_KEPT) : undefined
    const local = NOWHERE.local
    const nobody = { client: local, clientAt: 0, clientPort: 0 }
    this.peers = { family: 4, protocol: 0, ...nobody, local, localAt: 0, localPort: 0 }
  }

  /** What is answered from now on has come by this link at this moment. */
  enter(link: TapLink): void {
    this.link = link
    this.queryMs = this.clock.read()
  }

  /** It is answered: let it be read. */
  publish(): void {
    this.writer.publish(this.queryMs, this.clock.read())
  }

  override answerRead(
    i: number,
    packet: Uint8Array,
    at: number,
    length: number,
    room: number,
    transport: Transport,
  ): number {
    let marks = this.marksOfNext()
    // Spans are told from the reply alone.
    const queryBytes = (marks & TapMark.Message) !== 0 ? length : 0
    let isCopied = marks !== 0 && this.writer.begin(packet, at, queryBytes, room)
    this.steer.version = 0
    const replyBytes = super.answerRead(i, packet, at, length, room, transport)
    const { version } = this.steer
    if (version !== 0 && this.isFirstUse(version)) {
      marks |= TapMark.FirstUse
      isCopied ||= this.writer.begin(packet, at, 0, room)
    }
    if (isCopied) this.finish(packet, at, replyBytes > 0 ? replyBytes : 0, marks, version)
    return replyBytes
  }

  private finish(packet: Uint8Array, at: number, replyBytes: number, marks: number, version: number): void {
    const { client, peers, link } = this
    const { sourceFamily: family, source, sourceAt } = client
    peers.family = family
    peers.protocol = link.protocol
    peers.client = source
    peers.clientAt = sourceAt
    peers.localPort = link.localPort
    if (link.clientPort === PORT_IN_SOCKET_ADDRESS) {
      const portAt = sourceAt - (family === 4 ? PORT_BEFORE_V4 : PORT_BEFORE_V6)
      peers.clientPort = (source[portAt]! << 8) | source[portAt + 1]!
    } else {
      peers.clientPort = link.clientPort
    }
    if (link.localBeside === undefined) {
      peers.local = link.local
      peers.localAt = 0
    } else {
      peers.local = source
      peers.localAt = link.localBeside(sourceAt, family)
    }
    this.writer.finish(packet, at, replyBytes, marks, version, peers)
  }

  /** Whom the next query is copied for; 0 for nobody. */
  private marksOfNext(): number {
    let marks = 0
    if (this.messageEvery !== 0 && --this.untilMessage <= 0) {
      this.untilMessage = this.stride(this.messageEvery)
      marks = TapMark.Message
    }
    if (this.spanEvery !== 0 && --this.untilSpan <= 0) {
      this.untilSpan = this.stride(this.spanEvery)
      marks |= TapMark.Span
    }
    return marks
  }

  private isFirstUse(version: number): boolean {
    const { versions } = this
    if (versions === undefined || versions[version & (VERSIONS_KEPT - 1)] === version) return false
    versions[version & (VERSIONS_KEPT - 1)] = version
    return true
  }

  /** Until the next of a sample of one in `every`: not every `every`th, which might be in step with something. */
  private stride(every: number): number {
    if (every <= 1) return every
    this.dice = (this.dice + 0x9e3779b9) | 0
    return 1 + ((scramble(this.dice) >>> 0) % (2 * every - 1))
  }
}
