/** Looks into some of the answers that were really given: why this region, whether the client's place is known, and
 *  whether the law allows it, by the reading of the fences that shares no code with the decision. */

import type { Address } from '../base/address.ts'
import { GeoTable } from '../geo/table.ts'
import { Apportionment } from '../observe/apportion.ts'
import type { Log } from '../observe/log.ts'
import type { SteeringFacts } from '../observe/metric-facts.ts'
import { Outcome } from '../plan/tallies.ts'
import { type Client, clientAt, type PolicyPrefix, prefixLiterals } from '../policy/client.ts'
import { lawful } from '../policy/law.ts'
import { standingOf } from '../policy/preference.ts'
import type { Policy } from '../policy/steering.ts'
import { type AuditedAnswer, policyKey, type TallyBook, type TallyTotals } from './tally-book.ts'

type Locate = (geo: SharedArrayBuffer, address: Address) => ReturnType<GeoTable['locate']>['place']

export class AnswerAudit {
  private readonly book: TallyBook
  private readonly log: Log
  private readonly locate: Locate
  /** Why the preferred regions are preferred. */
  private readonly reasons = new Apportionment()
  private readonly places = new Apportionment()
  private readonly literals = new WeakMap<Policy, PolicyPrefix[]>()
  private audited = 0
  private violations = 0

  constructor(book: TallyBook, log: Log, locate: Locate = locateByTable()) {
    this.book = book
    this.log = log
    this.locate = locate
  }

  /** Once a second, and before figures are read. */
  look(): void {
    // Before the totals: whatever is in a box is counted already.
    const answers = this.book.takeAnswers()
    if (answers.length > 0) this.lookInto(answers, this.book.totals())
  }

  figures(): SteeringFacts {
    const answers = this.book.takeAnswers()
    const totals = this.book.totals()
    this.lookInto(answers, totals)
    return {
      answers: [...totals.policies.keys()].flatMap(key => this.answersOf(key, totals)),
      unknownPlace: [...totals.policies].map(([key, { zone, policy }]) => ({
        zone,
        policy,
        count: this.places.parts(key).get('unknown') ?? 0,
      })),
      audited: this.audited,
      violations: this.violations,
    }
  }

  private lookInto(answers: readonly AuditedAnswer[], totals: TallyTotals): void {
    const reasons = new Map<string, string[]>()
    const places = new Map<string, string[]>()
    for (const answer of answers) {
      const { zone, policies } = answer.plan.zones[answer.zone]!
      const policy = policies[answer.policy]!
      const client = this.clientOf(answer, policy)
      if (client === undefined) continue
      this.judge(zone, policy, client, answer)
      const key = policyKey(zone, policy.name)
      noteIn(places, key, client.place.country === '' ? 'unknown' : 'known')
      if (answer.outcome !== Outcome.Preferred) continue
      noteIn(
        reasons,
        `${key} ${policy.regions[answer.slots[0]!]!.name}`,
        reasonOf(policy, client, answer.slots[0]!),
      )
    }
    for (const [key, { regions }] of totals.policies) {
      let whole = 0
      for (const [region, outcomes] of regions) {
        for (const count of outcomes) whole += count
        const ofRegion = `${key} ${region}`
        this.reasons.update(ofRegion, outcomes[Outcome.Preferred]!, reasons.get(ofRegion) ?? [])
      }
      this.places.update(key, whole, places.get(key) ?? [])
    }
  }

  private clientOf({ plan, family, octets }: AuditedAnswer, policy: Policy): Client | undefined {
    if (plan.geo === undefined) return undefined
    const known = this.literals.get(policy) ?? prefixLiterals(policy)
    this.literals.set(policy, known)
    const address = { family, octets }
    return clientAt(this.locate(plan.geo, address), address, known)
  }

  private judge(zone: string, policy: Policy, client: Client, { slots }: AuditedAnswer): void {
    this.audited++
    const isLawful = lawful(policy, client)
    const outside = slots.filter(slot => isLawful[slot] !== true).map(slot => policy.regions[slot]!.name)
    if (outside.length === 0) return
    this.violations++
    const { country, subdivision } = client.place
    this.log.error(
      { zone, policy: policy.name, regions: outside, country: subdivision || country },
      'a client was answered with a region outside its fence',
    )
  }

  private answersOf(key: string, totals: TallyTotals): SteeringFacts['answers'] {
    const { zone, policy, refused, sorry, regions } = totals.policies.get(key)!
    const of = (region: string, reason: string, count: number) => ({ zone, policy, region, reason, count })
    const none = [of('', 'refused', refused), of('', 'sorry', sorry)]
    const some = [...regions].flatMap(([region, outcomes]) => [
      ...[...this.reasons.parts(`${key} ${region}`)].map(([reason, count]) => of(region, reason, count)),
      of(region, 'failover', outcomes[Outcome.Failover]!),
      of(region, 'outage', outcomes[Outcome.Outage]!),
    ])
    return [...none, ...some].filter(({ count }) => count > 0)
  }
}

/** Why this region comes first where nothing is out. */
function reasonOf(policy: Policy, client: Client, slot: number): string {
  if (standingOf(policy, client).routed.includes(slot)) return 'route'
  return client.place.country === '' ? 'unknown' : policy.order
}

function noteIn(lists: Map<string, string[]>, key: string, word: string): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [word])
  else list.push(word)
}

/** Keeps the table that was asked last. */
function locateByTable(): Locate {
  let table: GeoTable | undefined
  return (geo, address) => {
    if (table?.image !== geo) table = new GeoTable(geo)
    return table.locate(address).place
  }
}
