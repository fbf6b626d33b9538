/** What all workers have counted by zone, policy and region since the start. Each counts for itself and for one plan;
 *  here the counts get their names and outlive plans and workers. Reads only when it is asked to. */

import { AuditBox, type Audited } from '../plan/audit-box.ts'
import { OUTCOMES, PolicyTally, policyTallyWords, RCODES_COUNTED, talliesOf } from '../plan/tallies.ts'
import type { Policy } from '../policy/steering.ts'
import type { BuiltZone } from './build.ts'

/** As much of a published plan as counts are read by. */
export interface CountedPlan {
  readonly zones: readonly { readonly zone: string; readonly policies: readonly Policy[] }[]
  /** What its clients were located by. */
  readonly geo: SharedArrayBuffer | undefined
}

export interface PolicyTotals {
  readonly zone: string
  readonly policy: string
  /** Of the newest plan that has it. */
  readonly order: Policy['order']
  refused: number
  sorry: number
  /** By region, then by `Outcome`. */
  readonly regions: Map<string, Float64Array>
}

export interface TallyTotals {
  /** By zone and rcode, as `tallies.ts` has them; the empty name is for what is in no zone. */
  readonly zones: Map<string, Float64Array>
  /** By zone and policy. */
  readonly policies: Map<string, PolicyTotals>
}

export interface AuditedAnswer extends Audited {
  readonly plan: CountedPlan
}

interface Block {
  readonly generation: number
  readonly tallies: Float64Array
  readonly box: AuditBox
}

export class TallyBook {
  private readonly plans = new Map<number, CountedPlan>()
  /** By worker: where it counts now. */
  private readonly blocks = new Map<number, Block>()
  /** Of blocks that nobody writes to any more. */
  private readonly past: TallyTotals = { zones: new Map(), policies: new Map() }
  /** By worker: out of the box that it wrote to last. No older ones, for maybe nobody ever takes them, and each keeps
   *  its plan and geo data alive. */
  private readonly pastAnswers = new Map<number, AuditedAnswer[]>()

  /** To be called before the plan is published, with its zones in their order. */
  begin(generation: number, zones: readonly BuiltZone[], geo: SharedArrayBuffer | undefined): void {
    this.plans.set(generation, {
      zones: zones.map(({ zone, steered }) => ({
        zone,
        policies: steered?.policies.map(one => one.policy) ?? [],
      })),
      geo,
    })
  }

  /** The worker counts here from now on; what it had before is complete. */
  counting(worker: number, generation: number, block: SharedArrayBuffer): void {
    const before = this.blocks.get(worker)
    if (before !== undefined) {
      this.pastAnswers.set(worker, this.answersOf(before))
      this.add(before, this.past)
    }
    this.blocks.set(worker, { generation, tallies: talliesOf(block), box: new AuditBox(block) })
    const oldest = Math.min(...[...this.blocks.values()].map(one => one.generation))
    for (const known of this.plans.keys()) if (known < oldest) this.plans.delete(known)
  }

  /** Answers to be looked into; each is told once at most. */
  takeAnswers(): AuditedAnswer[] {
    const past = [...this.pastAnswers.values()].flat()
    this.pastAnswers.clear()
    return [...past, ...[...this.blocks.values()].flatMap(block => this.answersOf(block))]
  }

  totals(): TallyTotals {
    const totals = copyOf(this.past)
    for (const block of this.blocks.values()) this.add(block, totals)
    return totals
  }

  /** By rcode, over all there is: as good as free, for whoever looks every few seconds. */
  rcodes(): Float64Array {
    const totals: TallyTotals = { zones: new Map(), policies: new Map() }
    for (const block of this.blocks.values()) this.add(block, totals, false)
    const sum = new Float64Array(RCODES_COUNTED)
    for (const zones of [this.past.zones, totals.zones])
      for (const rcodes of zones.values()) for (let i = 0; i < RCODES_COUNTED; i++) sum[i]! += rcodes[i]!
    return sum
  }

  private answersOf({ generation, box }: Block): AuditedAnswer[] {
    const plan = this.plans.get(generation)
    return plan === undefined ? [] : box.take().map(answer => ({ ...answer, plan }))
  }

  private add({ generation, tallies }: Block, totals: TallyTotals, withPolicies = true): void {
    const plan = this.plans.get(generation)
    if (plan === undefined) return
    let at = addRcodes(tallies, 0, '', totals)
    for (const { zone, policies } of plan.zones) {
      at = addRcodes(tallies, at, zone, totals)
      for (const policy of policies)
        at = withPolicies
          ? addPolicy(tallies, at, zone, policy, totals)
          : at + policyTallyWords(policy.regions.length)
    }
  }
}

export function policyKey(zone: string, policy: string): string {
  return `${zone} ${policy}`
}

function addRcodes(tallies: Float64Array, at: number, zone: string, { zones }: TallyTotals): number {
  const known = zones.get(zone) ?? new Float64Array(RCODES_COUNTED)
  zones.set(zone, known)
  for (let i = 0; i < RCODES_COUNTED; i++) known[i]! += tallies[at + i]!
  return at + RCODES_COUNTED
}

function addPolicy(
  tallies: Float64Array,
  at: number,
  zone: string,
  { name, order, regions }: Policy,
  { policies }: TallyTotals,
): number {
  const key = policyKey(zone, name)
  const before = policies.get(key) ?? { refused: 0, sorry: 0, regions: new Map<string, Float64Array>() }
  const totals: PolicyTotals = { ...before, zone, policy: name, order }
  policies.set(key, totals)
  totals.refused += tallies[at + PolicyTally.Refused]!
  totals.sorry += tallies[at + PolicyTally.Sorry]!
  for (const [slot, region] of regions.entries()) {
    const known = totals.regions.get(region.name) ?? new Float64Array(OUTCOMES)
    totals.regions.set(region.name, known)
    const from = at + PolicyTally.Regions + slot * OUTCOMES
    for (let outcome = 0; outcome < OUTCOMES; outcome++) known[outcome]! += tallies[from + outcome]!
  }
  return at + policyTallyWords(regions.length)
}

function copyOf({ zones, policies }: TallyTotals): TallyTotals {
  return {
    zones: new Map([...zones].map(([zone, rcodes]) => [zone, rcodes.slice()])),
    policies: new Map(
      [...policies].map(([key, totals]) => [
        key,
        {
          ...totals,
          regions: new Map([...totals.regions].map(([region, counts]) => [region, counts.slice()])),
        },
      ]),
    ),
  }
}
