/** Runs mutated packets through the responder in a thread of its own, so that a packet that never ends can be
 *  noticed from outside: each iteration's number is written down before it starts. */

import { parentPort, workerData } from 'node:worker_threads'
import { Transport } from '../../src/serve/responder.ts'
import { Served } from '../answers/served.ts'
import { Dice } from '../differential/dice.ts'
import { GOOD_QUERIES, ZONES } from './corpus.ts'
import { objectionTo } from './judge-reply.ts'
import { mutate } from './mutate.ts'

export interface FuzzJob {
  readonly seed: number
  readonly count: number
  /** One word: the iteration under way. */
  readonly progress: Int32Array
}

export interface FuzzFailure {
  readonly iteration: number
  readonly packet: string
  readonly objection: string
}

export interface FuzzReport {
  readonly failures: readonly FuzzFailure[]
  readonly replies: number
  readonly heapGrowthBytes: number
}

const FAILURES_MAX = 5
const GUARD = 0xa5
const GUARD_BYTES = 64

/** Puts one packet to the responder; says what is wrong, if anything is. */
export function tryPacket(served: Served, packet: Uint8Array, transport: 'udp' | 'tcp'): string | undefined {
  const room = transport === 'tcp' ? 65_535 : Math.max(1_232, packet.length)
  const buffer = new Uint8Array(GUARD_BYTES + room + GUARD_BYTES).fill(GUARD)
  buffer.set(packet, GUARD_BYTES)
  const via = transport === 'udp' ? Transport.Udp : Transport.Tcp
  let length: number
  try {
    length = served.responder().answer(buffer, GUARD_BYTES, packet.length, room, via)
  } catch (error) {
    return `throws ${error instanceof Error ? error.stack : String(error)}`
  }
  const end = GUARD_BYTES + room
  const isGuarded = (octet: number): boolean => octet === GUARD
  if (!buffer.subarray(0, GUARD_BYTES).every(isGuarded) || !buffer.subarray(end).every(isGuarded)) {
    return 'writes outside its room'
  }
  const reply = length === 0 ? undefined : buffer.slice(GUARD_BYTES, GUARD_BYTES + length)
  return objectionTo(packet, reply, transport)
}

function run(job: FuzzJob): FuzzReport {
  const served = new Served(ZONES)
  const dice = new Dice(job.seed)
  const failures: FuzzFailure[] = []
  let replies = 0
  let heapAtFirst = 0
  for (let iteration = 0; iteration < job.count && failures.length < FAILURES_MAX; iteration++) {
    Atomics.store(job.progress, 0, iteration)
    const packet = mutate(dice, GOOD_QUERIES)
    const objection = tryPacket(served, packet, dice.chance(0.3) ? 'tcp' : 'udp')
    if (objection !== undefined) failures.push({ iteration, packet: packet.toString('hex'), objection })
    else replies++
    if (iteration === 1_000) heapAtFirst = process.memoryUsage().arrayBuffers
  }
  return { failures, replies, heapGrowthBytes: process.memoryUsage().arrayBuffers - heapAtFirst }
}

if (parentPort !== null) parentPort.postMessage(run(workerData as FuzzJob))
