/** One region goes down and comes back, again and again, in a zone of a thousand policies under load: how long the
 *  board takes to be rewritten whole, and whether a query is lost. Once with as many queries as can be answered, when
 *  the flips have to share a core with whoever answers or asks, and once with half as many. The world is a grid of
 *  places, so that every order of regions that there is on Earth has its class, and tables of networks stay small: a
 *  flip touches none. */

import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicMs } from '../../src/base/clock.ts'
import { type Place, UNKNOWN_PLACE } from '../../src/base/place.ts'
import { openListeners } from '../../src/cli/listen.ts'
import { type BoardPolicy, fillBoard } from '../../src/compile/board.ts'
import { type PlaceTable } from '../../src/compile/client-classes.ts'
import { type SteeredZone, steerZone } from '../../src/compile/steered-zone.ts'
import { compileZone } from '../../src/compile/zone-image.ts'
import { Publisher } from '../../src/control/publish.ts'
import { Supervisor } from '../../src/control/supervise.ts'
import { COUNTRIES } from '../../src/facts/countries.ts'
import { DOWN, type Health, UP } from '../../src/policy/choose.ts'
import { readPolicies } from '../../src/policy/read.ts'
import { nameFromText } from '../../src/wire/name.ts'
import { loadZone } from '../../src/zone/load.ts'
import { FLIP_POLICIES, MANY_APEX, manyZone } from './many-world.ts'
import { generate, type LoadShape } from './measure.ts'
import { median } from './report.ts'

export interface Flipped {
  readonly policies: number
  readonly classes: number
  /** Policies that know the region, and their classes. */
  readonly policiesOfRegion: number
  readonly classesOfRegion: number
  readonly full: FlippedUnderLoad
  readonly half: FlippedUnderLoad
  /** Rewriting every entry there is, without load. */
  readonly wholeBoardMs: number
}

export interface FlippedUnderLoad {
  readonly flips: number
  /** Rewriting the entries of those that know the region. */
  readonly boardMs: { readonly median: number; readonly max: number }
  readonly queriesPerSecond: number
  readonly sent: number
  readonly lost: number
  readonly wrong: number
}

const SECONDS = 5
const PAUSE_MS = 40
/** In the open loop every socket can have this many queries unanswered. */
const PACED_SLOTS = 1_024
const DEGREES = 5
/** In every policy there is one of the European regions; this is one of them. */
const REGION = 'r3'

/** `workerUrl` is a worker of the built program. */
export async function flipUnderLoad(shape: LoadShape, workerUrl: URL): Promise<Flipped> {
  const { steered, zone } = steeredZone()
  const publisher = new Publisher()
  const supervisor = new Supervisor(
    publisher,
    { died: (worker, reason) => console.error(`${worker} died: ${reason}`) },
    monotonicMs,
  )
  publisher.publish([compileZone(zone, steered)])
  const listen = [{ address: '127.0.0.1', port: 0 }]
  const listening = await openListeners({ listen, byDefault: false, udp: 'native', workers: 1 })
  if ('failure' in listening) throw new Error(listening.failure.text)
  const responder = { identity: '', version: '', udpPayloadBytesMax: 1232, tcpIdleMs: 10_000 }
  const sockets = listening.udpSockets!.map(perWorker => perWorker[0]!)
  const failure = await supervisor.start([
    { url: workerUrl, task: { kind: 'udp', responder, isPinned: true, sockets } },
  ])
  if (failure !== undefined) throw new Error(failure.text)
  try {
    const server = { port: listening.endpoints[0]!.port, pids: () => [process.pid] }
    const seats = seatsOf(steered)
    const concerned = seats.filter(({ policy }) => policy.regions.some(isRegion))
    const board = new Int32Array(steered.board)
    const flipDuring = async (load: LoadShape): Promise<FlippedUnderLoad> => {
      const running = generate(server, { ...load, seconds: SECONDS })
      const times = await flipUntil(running, flip => timeFlip(board, concerned, flip))
      const { sent, lost, wrong, answered, seconds } = await running
      const boardMs = { median: median(times), max: Math.max(...times) }
      return { flips: times.length, boardMs, queriesPerSecond: answered / seconds, sent, lost, wrong }
    }
    const full = await flipDuring(shape)
    const half = await flipDuring({
      ...shape,
      slots: PACED_SLOTS,
      rate: Math.round(full.queriesPerSecond / 2),
    })
    return {
      policies: steered.policies.length,
      classes: classesOf(steered.policies),
      policiesOfRegion: concerned.length,
      classesOfRegion: classesOf(concerned),
      full,
      half,
      wholeBoardMs: median(Array.from({ length: 20 }, (_, flip) => timeFlip(board, seats, flip))),
    }
  } finally {
    await supervisor.stop(2_000)
  }
}

/** A steered name's policy, and where the board speaks of the name. */
interface Seat extends BoardPolicy {
  readonly boardAt: number
}

function seatsOf({ steering, policies, places }: SteeredZone): Seat[] {
  return steering!.names.map(({ policy }, i) => ({ ...policies[policy]!, boardAt: places[i]!.boardAt }))
}

function isRegion({ name }: { readonly name: string }): boolean {
  return name === REGION
}

function classesOf(policies: readonly BoardPolicy[]): number {
  return policies.reduce((sum, { classes }) => sum + classes.length, 0)
}

/** What each flip took. */
async function flipUntil(end: Promise<unknown>, flip: (number: number) => number): Promise<number[]> {
  const times: number[] = []
  const state = { isOver: false }
  const over = (): void => {
    state.isOver = true
  }
  end.then(over, over)
  while (!state.isOver) {
    times.push(flip(times.length))
    await sleep(PAUSE_MS)
  }
  return times
}

/** Even ones take the region down, odd ones bring it back. */
function timeFlip(board: Int32Array, policies: readonly Seat[], number: number): number {
  const healths = (turn: number): Health[] =>
    policies.map(({ policy }) =>
      policy.regions.map(region => (turn % 2 === 0 && isRegion(region) ? DOWN : UP)),
    )
  const [now, before] = [healths(number), healths(number + 1)]
  const beganMs = monotonicMs()
  policies.forEach((one, i) => fillBoard(board, one, one.boardAt, now[i]!, before[i]!))
  return monotonicMs() - beganMs
}

function steeredZone(): { steered: SteeredZone; zone: NonNullable<ReturnType<typeof loadZone>['zone']> } {
  const text = new TextEncoder().encode(manyZone(FLIP_POLICIES, FLIP_POLICIES))
  const { zone } = loadZone(`${MANY_APEX}.zone`, nameFromText(MANY_APEX)!, () => text)
  const steering = zone === undefined ? undefined : readPolicies(zone).policies
  if (zone === undefined || steering === undefined) throw new Error('the zone of the bench is bad')
  return { zone, steered: steerZone(steering, gridWorld()) }
}

/** Every country's middle and every fifth degree, each with networks of its own in turn. */
function gridWorld(): PlaceTable {
  const places: Place[] = [UNKNOWN_PLACE, UNKNOWN_PLACE]
  for (const { code, continent, latitude, longitude } of COUNTRIES.values())
    places.push({ ...UNKNOWN_PLACE, country: code, continent, latitude, longitude })
  for (let latitude = -55; latitude <= 70; latitude += DEGREES)
    for (let longitude = -180; longitude < 180; longitude += DEGREES)
      places.push({ ...UNKNOWN_PLACE, country: 'US', continent: 'NA', latitude, longitude })
  const count = 1 << 13
  const ranges4 = {
    starts: Uint32Array.from({ length: count }, (_, i) => i * 2 ** 19),
    places: Uint32Array.from({ length: count }, (_, i) => 2 + (i % (places.length - 2))),
    count,
  }
  const ranges6 = { starts: new Uint32Array(4), places: new Uint32Array(1), count: 1 }
  return { ranges4, ranges6, placeCount: places.length, carriesV4: 1, place: index => places[index]! }
}
