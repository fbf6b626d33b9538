/** The load generator, a process of its own: takes its orders as one JSON argument, prints one JSON line. Closed
 *  loop: a fixed number of queries in the air. Open loop: a fixed rate, whatever the server does. */

import { cpuTime } from './accounting.ts'
import { Flight } from './flight.ts'
import type { Orders, Outcome, Slice } from './generator-orders.ts'
import { kernel, sleepPrecisely } from './kernel.ts'
import { Latencies } from './latencies.ts'
import { readQueryFile } from './queries.ts'

const nowMs = (): number => performance.now()
const EXPIRE_EVERY_MS = 100
const SLICE_MS = 100

/** Returns the seconds in which it only waited: those spent on looks that found nothing. */
function closedLoop(flight: Flight, seconds: number, timeoutMs: number): number {
  let now = nowMs()
  let idleMs = 0
  let nextExpiry = now + EXPIRE_EVERY_MS
  const end = now + seconds * 1000
  for (let socket = 0; now < end; socket = socket + 1 === flight.sockets ? 0 : socket + 1) {
    const lookedMs = now
    const received = flight.receive(socket, nowMs, flight.latencies)
    now = nowMs()
    if (received === 0) idleMs += now - lookedMs
    if (flight.freeSlots(socket) > 0) {
      while (flight.freeSlots(socket) > 0 && !flight.queueIsFull()) flight.enqueue(socket, now)
      flight.flush(socket)
      now = nowMs()
    }
    if (now < nextExpiry) continue
    nextExpiry = now + EXPIRE_EVERY_MS
    flight.expire(now - timeoutMs)
  }
  return idleMs / 1000
}

interface Paced {
  readonly slices: Slice[]
  readonly heldBack: number
}

/** Latency counts from when a query was due, not from when we got round to it. */
function openLoop(flight: Flight, orders: Orders): Paced {
  const slices: Slice[] = []
  const begin = nowMs()
  const end = begin + orders.seconds * 1000
  const slice = new Latencies()
  let sliceEnd = begin + SLICE_MS
  let issued = 0
  let heldBack = 0
  let socket = 0
  for (let now = begin; now < end + orders.timeoutMs; now = nowMs()) {
    const due = Math.floor((Math.min(now, end) - begin) * (orders.rate / 1000)) - issued
    const room = Math.min(due, flight.freeSlots(socket), 64)
    if (room < Math.min(due, 64)) heldBack += Math.min(due, 64) - room
    for (let i = 0; i < room; i++) flight.enqueue(socket, begin + (issued++ * 1000) / orders.rate)
    flight.flush(socket)
    socket = (socket + 1) % flight.sockets
    let got = 0
    for (let i = 0; i < flight.sockets; i++) got += flight.receive(i, nowMs, slice)
    if (now >= sliceEnd) {
      slices.push({ startMs: performance.timeOrigin + sliceEnd - SLICE_MS, buckets: slice.sparse() })
      flight.latencies.addAll(slices.at(-1)!.buckets)
      slice.clear()
      sliceEnd += SLICE_MS
      flight.expire(now - orders.timeoutMs)
    }
    if (now >= end && flight.inFlight() === 0) break
    if (got === 0 && due <= 1) kernel.usleep(20)
  }
  flight.expire(Infinity)
  slices.push({ startMs: performance.timeOrigin + sliceEnd - SLICE_MS, buckets: slice.sparse() })
  flight.latencies.addAll(slices.at(-1)!.buckets)
  return { slices, heldBack }
}

function run(orders: Orders): Outcome {
  const queries = readQueryFile(orders.queryPath)
  const batch = orders.rate > 0 ? 64 : Math.min(orders.slots, 256)
  const flight = new Flight(orders.port, queries, orders.sockets, orders.slots, batch)
  sleepPrecisely()
  if (orders.rate === 0) closedLoop(flight, orders.warmUpSeconds, orders.timeoutMs)
  flight.clearTally()
  const before = cpuTime(orders.pids)
  const own = process.cpuUsage()
  const begin = nowMs()
  let paced: Paced = { slices: [], heldBack: 0 }
  let idleSeconds = 0
  if (orders.rate > 0) paced = openLoop(flight, orders)
  else idleSeconds = closedLoop(flight, orders.seconds, orders.timeoutMs)
  const seconds = (nowMs() - begin) / 1000
  const ownUsed = process.cpuUsage(own)
  const after = cpuTime(orders.pids)
  return {
    ...flight.tally,
    seconds,
    latencies: flight.latencies.percentiles(),
    before,
    after,
    ownUserUs: ownUsed.user,
    ownSystemUs: ownUsed.system,
    idleSeconds,
    heldBack: paced.heldBack,
    slices: paced.slices,
  }
}

const argument = process.argv[2]
if (argument === undefined) throw new Error('the generator takes its orders as JSON')
console.log(JSON.stringify(run(JSON.parse(argument) as Orders)))
