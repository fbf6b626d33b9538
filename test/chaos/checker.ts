/** Judges what clients saw by the zone's law and by what was done to the world. Knows nothing of how Meridian comes to
 *  its answers, and shares no code with it. */

import { BAD_VERSION, BATCH_SIZE, type Law, type Region, VERSION } from './law.ts'
import { printIp, type QueryLog, type Question, readIp, UNANSWERED } from './query-log.ts'
import type { Outage, Silence, Timeline } from './timeline.ts'

export interface Verdict {
  /** The first of each kind in full. */
  readonly complaints: readonly string[]
  readonly queries: number
  /** Went down with a killed worker, as they may. */
  readonly lostInBatches: number
  /** How many answers could have broken each rule: one that none could has proved nothing. For the outages, those
   *  where something permitted was out for longer than promised and something else was well. */
  readonly looked: Readonly<Record<'fence' | 'version' | Outage['kind'], number>>
  /** By kind of outage: the longest that an address was still seen after the outage was told. */
  readonly latestMs: Readonly<Record<Outage['kind'], number>>
  readonly slowestMs: number
}

/** What a worker had just read may have waited for it, where the machine is short of time. */
const BATCH_AGE_MS = 2_000
const COMPLAINTS_MAX = 20

interface Interval {
  readonly kind: Outage['kind']
  readonly fromMs: number
  readonly toMs: number
}

/** One address of one name. */
interface Place {
  readonly region: Region
  readonly address: number
  /** When nobody may be sent there any more. */
  readonly out: Interval[]
  /** When nobody can be sure that it is served. */
  readonly unsure: Interval[]
  readonly outages: Outage[]
}

export function judge(law: Law, questions: readonly Question[], timeline: Timeline, log: QueryLog): Verdict {
  return new Checker(law, questions, timeline, log).run()
}

class Checker {
  private readonly complaints: string[] = []
  private readonly counts = new Map<string, number>()
  private readonly looked = { fence: 0, version: 0, endpoint: 0, consul: 0, drain: 0 }
  private readonly latestMs = { endpoint: 0, consul: 0, drain: 0 }
  private readonly law: Law
  private readonly questions: readonly Question[]
  private readonly timeline: Timeline
  private readonly log: QueryLog
  private readonly places: ReadonlyMap<string, ReadonlyMap<number, Place>>

  constructor(law: Law, questions: readonly Question[], timeline: Timeline, log: QueryLog) {
    this.law = law
    this.questions = questions
    this.timeline = timeline
    this.log = log
    this.places = placesOf(law, timeline)
  }

  run(): Verdict {
    const { log } = this
    let slowestMs = 0
    for (let row = 0; row < log.count; row++) {
      if (log.rcode[row] === UNANSWERED) continue
      slowestMs = Math.max(slowestMs, log.answeredMs[row]! - log.sentMs[row]!)
      this.judgeAnswer(row)
    }
    const lostInBatches = this.judgeLosses()
    if (log.strays > 0) this.complain('stray', `${log.strays} answers that nobody waited for`)
    const more = [...this.counts].map(([kind, count]) => `${kind}: ${count} in all`)
    const { looked, latestMs } = this
    return {
      complaints: this.complaints.length === 0 ? [] : [...this.complaints, ...more],
      queries: log.count,
      lostInBatches,
      looked,
      latestMs,
      slowestMs,
    }
  }

  private judgeAnswer(row: number): void {
    const { log } = this
    const question = this.questions[log.question[row]!]!
    const count = log.addressCount[row]!
    if (log.rcode[row] !== 0 || count === 0) {
      this.complain('no answer', `${this.tell(row)}: rcode ${log.rcode[row]}, ${count} addresses`)
      return
    }
    if (question.name === VERSION) {
      this.judgeVersion(row)
      return
    }
    this.countChances(row, question)
    for (let i = 0; i < Math.min(2, count); i++) this.judgeAddress(row, question, i)
  }

  private countChances(row: number, { name, client }: Question): void {
    const sentMs = this.log.sentMs[row]!
    const answeredMs = this.log.answeredMs[row]!
    const { allowed } = this.law.clients[client!]!
    const places = this.places.get(name)!
    const kinds = new Set<Outage['kind']>()
    for (const { region, out } of places.values())
      if (out.length > 0 && allowed.includes(region))
        for (const { kind, fromMs, toMs } of out) if (fromMs <= sentMs && answeredMs <= toMs) kinds.add(kind)
    if (kinds.size > 0 && someIsSure(places, allowed, sentMs, answeredMs))
      for (const kind of kinds) this.looked[kind]++
  }

  private judgeAddress(row: number, { name, client }: Question, i: number): void {
    const { log, law } = this
    const places = this.places.get(name)!
    const address = (i === 0 ? log.first : log.second)[row]!
    const place = places.get(address)
    if (place === undefined) {
      this.complain('stranger', `${this.tell(row)}: ${printIp(address)} is not an address of it`)
      return
    }
    const { allowed } = law.clients[client!]!
    this.looked.fence++
    if (!allowed.includes(place.region)) {
      this.complain('fence', `${this.tell(row)}: ${place.region} is outside of ${allowed.join(',')}`)
      return
    }
    const sentMs = log.sentMs[row]!
    const answeredMs = log.answeredMs[row]!
    if (place.outages.length === 0) return
    this.noteLateness(place, places, allowed, sentMs, answeredMs)
    const out = place.out.find(({ fromMs, toMs }) => fromMs <= sentMs && answeredMs <= toMs)
    if (out === undefined) return
    if (!someIsSure(places, allowed, sentMs, answeredMs)) return
    const sinceMs = (sentMs - out.fromMs).toFixed(0)
    this.complain('out', `${this.tell(row)}: ${printIp(address)} should have been gone for ${sinceMs} ms`)
  }

  /** An answer that others could have given, too, says how long the change took to be seen. */
  private noteLateness(
    place: Place,
    places: ReadonlyMap<number, Place>,
    allowed: readonly Region[],
    sentMs: number,
    answeredMs: number,
  ): void {
    for (const { kind, toldMs, endingMs } of place.outages) {
      if (sentMs < toldMs || answeredMs > endingMs) continue
      if (sentMs - toldMs <= this.latestMs[kind] || !someIsSure(places, allowed, sentMs, answeredMs)) continue
      this.latestMs[kind] = sentMs - toldMs
    }
  }

  /** Never what no good zone held, never older than what was served already, never newer than what was written. */
  private judgeVersion(row: number): void {
    const { log, timeline } = this
    const address = printIp(log.first[row]!)
    this.looked.version++
    const at = timeline.publications.findIndex(one => one.address === address)
    if (at < 0) {
      const what = address.startsWith(BAD_VERSION) ? 'of a bad zone' : 'of no zone'
      this.complain('version', `${this.tell(row)}: ${address} is ${what}`)
      return
    }
    const publication = timeline.publications[at]!
    const isEarly = log.answeredMs[row]! < publication.writtenMs
    const isLate = timeline.publications.slice(at + 1).some(next => next.publishedMs <= log.sentMs[row]!)
    if (isEarly || isLate)
      this.complain(
        'version',
        `${this.tell(row)}: ${address} is ${isEarly ? 'not written yet' : 'of the past'}`,
      )
  }

  /** A killed worker takes with it what it had just read, one batch and no more. */
  private judgeLosses(): number {
    const { log, timeline } = this
    const room = timeline.deaths.map(() => BATCH_SIZE)
    let inBatches = 0
    for (let row = 0; row < log.count; row++) {
      if (log.rcode[row] !== UNANSWERED) continue
      const sentMs = log.sentMs[row]!
      const at = timeline.deaths.findIndex(
        ({ killedMs, diedMs }, i) => room[i]! > 0 && killedMs - BATCH_AGE_MS <= sentMs && sentMs <= diedMs,
      )
      if (at < 0) this.complain('lost', `${this.tell(row)}: no answer`)
      else {
        room[at]!--
        inBatches++
      }
    }
    return inBatches
  }

  private complain(kind: string, text: string): void {
    const count = (this.counts.get(kind) ?? 0) + 1
    this.counts.set(kind, count)
    if (count <= COMPLAINTS_MAX) this.complaints.push(`${kind}: ${text}`)
  }

  private tell(row: number): string {
    const { name, client } = this.questions[this.log.question[row]!]!
    const from = client === undefined ? '' : ` from ${this.law.clients[client]!.subnet.join('.')}.0/24`
    return `query ${row}, ${name}${from}, sent at ${this.log.sentMs[row]!.toFixed(1)}`
  }
}

/** Whether some address that this client may have was well all the while. */
function someIsSure(
  places: ReadonlyMap<number, Place>,
  allowed: readonly Region[],
  fromMs: number,
  toMs: number,
): boolean {
  for (const place of places.values()) {
    if (!allowed.includes(place.region)) continue
    if (!place.unsure.some(unsure => unsure.fromMs <= toMs && fromMs <= unsure.toMs)) return true
  }
  return false
}

function placesOf(law: Law, timeline: Timeline): Map<string, Map<number, Place>> {
  const places = new Map(
    law.names.map(({ name, regions }) => [
      name,
      new Map(
        [...regions].flatMap(([region, addresses]) =>
          addresses.map((text): [number, Place] => {
            const address = readIp(text)
            return [address, { region, address, out: [], unsure: [], outages: [] }]
          }),
        ),
      ),
    ]),
  )
  for (const outage of timeline.outages)
    for (const { name, address } of outage.keeps) {
      const place = places.get(name)!.get(readIp(address))!
      const { toldMs, outPromiseMs, beganMs, endingMs, endedMs, backPromiseMs } = outage
      const outFromMs = promisedBy(outage, toldMs, outPromiseMs, timeline.silences)
      const sureFromMs = promisedBy(outage, endedMs, backPromiseMs, timeline.silences)
      place.outages.push(outage)
      if (outFromMs < endingMs) place.out.push({ kind: outage.kind, fromMs: outFromMs, toMs: endingMs })
      place.unsure.push({ kind: outage.kind, fromMs: beganMs, toMs: sureFromMs })
    }
  return places
}

/** When something that was told then must be seen. Where nobody can be asked meanwhile, the time begins again when
 *  somebody can. */
export function promisedBy(
  { datacenter }: Pick<Outage, 'datacenter'>,
  toldMs: number,
  promiseMs: number,
  silences: readonly Silence[],
): number {
  let byMs = toldMs + promiseMs
  for (const silence of silences.toSorted((a, b) => a.beganMs - b.beganMs)) {
    if (silence.datacenter !== datacenter) continue
    if (silence.beganMs > byMs || silence.endedMs + silence.backPromiseMs <= toldMs) continue
    byMs = Math.max(byMs, silence.endedMs + silence.backPromiseMs)
  }
  return byMs
}
