/** Which regions serve this client now: its class from the networks, the choice from the board, and where
 *  the choice leaves room, a pick by weight or by hash. Decides nothing that the board has not permitted;
 *  allocates nothing. Knows no messages. */

import { pickByHash, scramble, unitHigh, unitLow } from '../base/rendezvous.ts'
import { pickByWeight } from '../base/weighted.ts'
import { AuditBox } from '../plan/audit-box.ts'
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
import { newTallyBlock, OUTCOMES, Outcome, PolicyTally, RCODES_COUNTED, talliesOf } from '../plan/tallies.ts'
import type { Client } from './client.ts'

export class Steer {
  /** `ChoiceKind`. */
  kind = 0
  /** `ChoiceFlag`s. */
  flags = 0
  /** Of the change that made the choice say what it says; see `storeChoice`. */
  version = 0
  /** How many regions are answered, and which: slots of the policy, best first. */
  count = 0
  readonly slots = new Int32Array(REGIONS_MAX)

  private readonly weights = new Int32Array(REGIONS_MAX)
  private readonly hashes = new Int32Array(REGIONS_MAX)
  private readonly places = new Int32Array(REGIONS_MAX)
  private dice: number
  /** Where this choice is counted among the zone's tallies by policy, and as which `Outcome`. */
  private tally = 0
  private outcome = 0
  private tallies = talliesOf(newTallyBlock(RCODES_COUNTED))
  private audits = new AuditBox(newTallyBlock(0))

  /** `seed` is any number: it only has to differ between workers. */
  constructor(seed: number) {
    this.dice = seed | 0
  }

  /** Counts the answers of the next plan in its own block. Not per query. */
  beginPlan(block: SharedArrayBuffer): void {
    this.tallies = talliesOf(block)
    this.audits = new AuditBox(block)
  }

  /** What was chosen last was answered. */
  countAnswer(zone: ZoneImage, policyIndex: number, client: Client): void {
    this.tallies[zone.talliesAt + RCODES_COUNTED + this.tally]!++
    if (this.audits.hasRoom && this.count > 0) this.offerToAudit(zone.index, policyIndex, client)
  }

  /** Not per query: the box is soon full, and emptied once a second. */
  private offerToAudit(zone: number, policy: number, client: Client): void {
    this.audits.put({ zone, policy, outcome: this.outcome }, this.slots, this.count, client)
  }

  /** `policy` is the word of its record, `boardAt` of the name's first entry on the board. */
  choose(zone: ZoneImage, policyIndex: number, policy: number, boardAt: number, client: Client): void {
    const words = zone.words
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
    this.tally = words[policy + PolicyWord.Tally]! + PolicyTally.Refused
    const fixedAndVersion = zone.board[side + 1]!
    this.version = fixedAndVersion >>> 8
    if (this.kind !== ChoiceKind.Regions) {
      if (this.kind === ChoiceKind.Sorry) this.tally += PolicyTally.Sorry
      return
    }
    const candidates = header & 0xff
    const fixed = fixedAndVersion & 0xff
    const from = side + SIDE_HEADER_WORDS
    for (let i = 0; i < fixed; i++) this.slots[this.count++] = zone.board[from + i]! & 0xff
    const pick = (header >>> 24) & 0xf
    const wanted = ((header >>> 8) & 0xff) - fixed
    if (pick !== Pick.First && wanted > 0) {
      this.pick(zone, policy, from + fixed, candidates - fixed, wanted, pick, client)
    }
    if (this.count > 0) this.tallyRegion()
  }

  private tallyRegion(): void {
    const { flags } = this
    this.outcome = Outcome.Preferred
    if ((flags & ChoiceFlag.Outage) !== 0) this.outcome = Outcome.Outage
    else if ((flags & ChoiceFlag.Failover) !== 0) this.outcome = Outcome.Failover
    this.tally += PolicyTally.Regions + this.slots[0]! * OUTCOMES + this.outcome
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
