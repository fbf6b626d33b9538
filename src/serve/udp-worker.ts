/** A UDP worker thread: blocks in the kernel for queries, answers them in batches, and between two batches
 *  looks whether there is a new plan or an end. It never returns to the event loop while it serves. */

import { receiveMessageOnPort, workerData } from 'node:worker_threads'
import { Counter } from '../base/counters.ts'
import { reclaim, reclaimYoung } from '../base/reclaim.ts'
import { TapProtocol } from '../base/tap-ring.ts'
import { Control, type Plan, planBytes } from '../plan/plan.ts'
import type { BorrowedSocket, MessageToWorker, UdpWorkerData } from '../plan/worker-contract.ts'
import { allocateNative, type Libc, loadLibc, type NativeMemory, POLLIN } from './native.ts'
import { pinToCore } from './pin.ts'
import { wakePromptly } from './prompt-wake.ts'
import { Responder } from './responder.ts'
import { responderOptions } from './responder-options.ts'
import { PORT_IN_SOCKET_ADDRESS, type TapLink, TappedResponder } from './tapped-responder.ts'
import { localAddressBeside, UdpBatch } from './udp-batch.ts'

/** How long to sleep at most before looking whether to stop; a single socket has it as its own timeout. */
const POLL_TIMEOUT_MS = 100
/** The thorough way takes some milliseconds, which a reload under load must not cost: it is gone when there is
 *  nothing to do, or after this much. */
const DROPPED_BYTES_MAX = 1 << 30
/** struct pollfd: fd, events (16 bits), revents (16 bits). */
const POLLFD_WORDS = 2

class UdpWorker {
  private readonly data: UdpWorkerData
  private readonly control: Int32Array
  private readonly libc: Libc
  private readonly responder: Responder
  /** The same, where something observes. */
  private readonly tapped: TappedResponder | undefined
  private readonly links = new Map<BorrowedSocket, TapLink>()
  private readonly batch: UdpBatch
  private readonly polled: NativeMemory
  /** The one that is being served. */
  private socket: BorrowedSocket
  private readonly counters: Float64Array
  private generation = 0
  private planBytes = 0
  /** Of plans that are served no more and still in memory. */
  private droppedBytes = 0
  /** One was dropped just now. */
  private hasDropped = false

  constructor(data: UdpWorkerData) {
    this.data = data
    this.control = new Int32Array(data.control)
    const counters = new Float64Array(data.counters)
    this.counters = counters
    this.libc = loadLibc()
    if (data.isPinned) pinToCore(this.libc, data.index)
    wakePromptly(this.libc)
    const options = responderOptions(data, counters)
    this.tapped = data.tap === undefined ? undefined : new TappedResponder(options, data.tap)
    this.responder = this.tapped ?? new Responder(options)
    for (const socket of data.sockets) this.links.set(socket, linkOf(socket))
    this.socket = data.sockets[0]!
    this.polled = pollAll(data.sockets)
    this.batch = new UdpBatch(
      this.libc,
      this.responder,
      counters,
      data.responder.udpPayloadBytesMax,
      question => data.port.postMessage(question),
    )
  }

  run(): void {
    if (!this.awaitFirstPlan()) return
    this.data.port.postMessage({ kind: 'ready' })
    while (!this.isAskedToStop()) {
      const received = this.data.sockets.length === 1 ? this.serveOne() : this.serveMany()
      this.adoptIfNewer()
      this.reply(received)
      if (this.hasDropped) this.giveBackSoftly()
    }
    this.drain()
  }

  /** Workers start while the first plan is still being built. False when the end comes first. */
  private awaitFirstPlan(): boolean {
    while (!this.isAskedToStop()) {
      // The end has no number of its own to wait for: it wakes us if it can, and is looked for again.
      if (Atomics.wait(this.control, Control.Generation, 0, POLL_TIMEOUT_MS) === 'timed-out') continue
      this.adoptNewest()
      if (this.generation > 0) return true
    }
    return false
  }

  /** Until there is news; how many queries wait for an answer then. News is looked for after the wait: whoever asks
   *  after a change is told of the change. It is not taken up in here: the compiler leaves out what it has not seen
   *  happen, and the first new plan would throw away all that it has made of the loop, just when queries wait. */
  private serveOne(): number {
    for (;;) {
      const received = this.batch.receive(this.socket, true)
      if (this.hasNews()) return received
      if (received > 0) this.reply(received)
      else this.rest()
    }
  }

  /** As `serveOne`. */
  private serveMany(): number {
    const { sockets } = this.data
    const { pointer, buffer } = this.polled
    const words = new Int32Array(buffer)
    for (;;) {
      if (this.libc.poll(pointer, sockets.length, POLL_TIMEOUT_MS) === 0) this.rest()
      for (let i = 0; i < sockets.length; i++) {
        if (words[i * POLLFD_WORDS + 1]! >>> 16 === 0) continue
        this.socket = sockets[i]!
        const received = this.batch.receive(this.socket, false)
        if (this.hasNews()) return received
        this.reply(received)
      }
      if (this.hasNews()) return 0
    }
  }

  /** What was queued before the end is still answered. */
  private drain(): void {
    for (const socket of this.data.sockets) {
      this.socket = socket
      for (let received = 1; received > 0; ) {
        received = this.batch.receive(socket, false)
        this.reply(received)
      }
    }
  }

  private reply(received: number): void {
    if (received <= 0) return
    if (this.tapped === undefined) this.batch.reply(this.socket, received)
    else this.replyTapped(this.tapped, this.socket, received)
  }

  private replyTapped(tapped: TappedResponder, socket: BorrowedSocket, received: number): void {
    tapped.enter(this.links.get(socket)!)
    this.batch.reply(socket, received)
    tapped.publish()
  }

  /** Nobody asked anything for a while. */
  private rest(): void {
    this.counters[Counter.IdleTurns]!++
    if (this.droppedBytes > 0) this.giveBack()
  }

  private giveBackSoftly(): void {
    this.hasDropped = false
    if (this.droppedBytes > DROPPED_BYTES_MAX) this.giveBack()
    else reclaimYoung()
  }

  private giveBack(): void {
    this.droppedBytes = 0
    reclaim()
  }

  private hasNews(): boolean {
    return this.isNewer() || this.isAskedToStop()
  }

  private isNewer(): boolean {
    return Atomics.load(this.control, Control.Generation) !== this.generation
  }

  private adoptIfNewer(): void {
    if (this.isNewer()) this.adoptNewest()
  }

  private isAskedToStop(): boolean {
    return Atomics.load(this.control, Control.Stop) !== 0
  }

  /** The thread sleeps in system calls, so it reads its port itself; of several plans the last counts. */
  private adoptNewest(): void {
    let newest: Plan | undefined
    for (;;) {
      const received = receiveMessageOnPort(this.data.port) as { message: MessageToWorker } | undefined
      if (received === undefined) break
      if (received.message.kind === 'plan') newest = received.message.plan
    }
    if (newest === undefined) return
    this.responder.adopt(newest)
    this.generation = newest.generation
    this.droppedBytes += this.planBytes
    this.planBytes = planBytes(newest)
    this.hasDropped = true
  }
}

/** What poll(2) looks at and writes to. */
function pollAll(sockets: readonly BorrowedSocket[]): NativeMemory {
  const memory = allocateNative(sockets.length * POLLFD_WORDS * 4)
  const words = new Int32Array(memory.buffer)
  sockets.forEach(({ fd }, i) => words.set([fd, POLLIN], i * POLLFD_WORDS))
  return memory
}

function linkOf({ wildcard, address, port }: BorrowedSocket): TapLink {
  return {
    protocol: TapProtocol.Udp,
    clientPort: PORT_IN_SOCKET_ADDRESS,
    local: address,
    localPort: port,
    ...(wildcard ? { localBeside: localAddressBeside } : {}),
  }
}

new UdpWorker(workerData as UdpWorkerData).run()
