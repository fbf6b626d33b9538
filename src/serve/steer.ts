/** Which regions serve this client now: its class from the networks, the choice from the board, and where
 *  the choice leaves room, a pick by weight or by hash. Decides nothing that the board has not permitted;
 *  allocates nothing. Knows no messages. */

import { pickByHash, scramble, unitHigh, unitLow } from '../base/rendezvous.ts'
import { pickByWeight } from '../base/weighted.ts'
import {
  ChoiceFlag,
  ChoiceKind,
  entryWords,
  Pick,
  REGIONS_MAX,
  SIDE_HEADER_WORDS,
  sideAt,
} from '../plan/board.ts'
import { PolicyWord, type ZoneImage } from '../plan/image.ts'
import type { Client } from './client.ts'

export class Steer {
  /** `ChoiceKind`. */
  kind = 0
  /** `ChoiceFlag`s. */
  flags = 0
  /** How many regions are answered, and which: slots of the policy, best first. */
  count = 0
  readonly slots = new Int32Array(REGIONS_MAX)

  private readonly weights = new Int32Array(REGIONS_MAX)
  private readonly hashes = new Int32Array(REGIONS_MAX)
  private readonly places = new Int32Array(REGIONS_MAX)
  private dice: number

  /** `seed` is any number: it only has to differ between workers. */
  constructor(seed: number) {
    this.dice = seed | 0
  }

  choose(zone: ZoneImage, policyIndex: number, boardAt: number, client: Client): void {
    const words = zone.words
    const policy = zone.policyAt(policyIndex)
    const room = words[policy + PolicyWord.Candidates]!
    const clientClass = client.classIn(zone.networks[policyIndex]!)
    const entry = boardAt + clientClass * entryWords(room)
    // A plain read: which side holds and what it says are read in this order on every machine we serve on, for
    // the second address depends on the first value; and an `Atomics.load` costs as much as the whole choice.
    const side = sideAt(entry, zone.board[entry]!, room)
    const header = zone.board[side]!
    this.kind = header >>> 28
    this.flags = (header >>> 16) & 0xff
    this.count = 0
    if (this.kind !== ChoiceKind.Regions) return
    const candidates = header & 0xff
    const fixed = zone.board[side + 1]!
    const from = side + SIDE_HEADER_WORDS
    for (let i = 0; i < fixed; i++) this.slots[this.count++] = zone.board[from + i]! & 0xff
    const pick = (header >>> 24) & 0xf
    const wanted = ((header >>> 8) & 0xff) - fixed
    if (pick !== Pick.First && wanted > 0) {
      this.pick(zone, policy, from + fixed, candidates - fixed, wanted, pick, client)
    }
  }

  /** Fills up from the candidates that stand from `pool` on. */
  private pick(
    zone: ZoneImage,
    policy: number,
    pool: number,
    count: number,
    wanted: number,
    pick: number,
    client: Client,
  ): void {
    const { board, words } = zone
    const { weights, hashes, places } = this
    for (let i = 0; i < count; i++) {
      const candidate = board[pool + i]!
      weights[i] = candidate >>> 8
      hashes[i] = words[policy + PolicyWord.Hashes + (candidate & 0xff)]!
    }
    let picked: number
    if (pick === Pick.Weighted) {
      picked = pickByWeight(weights, 0, count, wanted, this.throwDice(), places)
    } else {
      client.narrowToHashUnit()
      const high = unitHigh(client.family, client.octets, client.at)
      const low = unitLow(client.family, client.octets, client.at)
      picked = pickByHash(hashes, weights, 0, count, wanted, high, low, places)
    }
    for (let i = 0; i < picked; i++) this.slots[this.count++] = board[pool + places[i]!]! & 0xff
  }

  /** A counter, scrambled: every 32-bit value comes up once before any comes again. */
  private throwDice(): number {
    this.dice = (this.dice + 0x9e3779b9) | 0
    return scramble(this.dice)
  }

  get ttlIsMin(): boolean {
    return (this.flags & ChoiceFlag.TtlMin) !== 0
  }
}
