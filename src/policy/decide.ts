/** The one decision: board, `_why`, explain, `$EXPECT`, simulate and tests all come through here. Pure: place and
 *  health in, regions out; the same code says its steps when a trace is given. */

import type { Address } from '../base/address.ts'
import { pickByHash, regionHash, unitHigh, unitLow } from '../base/rendezvous.ts'
import { pickByWeight } from '../base/weighted.ts'
import { type Choice, choose, DOWN, type Health, type RegionHealth, UP } from './choose.ts'
import type { Client } from './client.ts'
import { type Preference, preference } from './preference.ts'
import type { Policy, Slot } from './steering.ts'
import type { Trace } from './trace.ts'

export interface Decision {
  readonly preference: Preference
  readonly choice: Choice
}

export function decide(
  policy: Policy,
  client: Client,
  health: Health,
  lastGood?: readonly Slot[],
  trace?: Trace,
): Decision {
  trace?.(`policy ${policy.name}: order=${policy.order}, ${describeRegions(policy)}`)
  const preferred = preference(policy, client, trace)
  return { preference: preferred, choice: choose(policy, preferred, health, lastGood, trace) }
}

/** What a query draws from a choice: the regions of its answer, best first. `dice` is any 32 bits; the address
 *  counts for order=hash only, and of it only the first HASH_UNIT_BITS. */
export function draw(policy: Policy, choice: Choice, address: Address, dice: number, trace?: Trace): Slot[] {
  const wanted = choice.answers - choice.fixed.length
  if (choice.pool.length === 0 || wanted <= 0) return [...choice.fixed]
  const weights = Int32Array.from(choice.poolWeights)
  const out = new Int32Array(wanted)
  const { family, octets } = address
  if (choice.pick === 'hash') {
    const hashes = Int32Array.from(choice.pool, slot => regionHash(policy.regions[slot]!.name))
    const [high, low] = [unitHigh(family, octets, 0), unitLow(family, octets, 0)]
    pickByHash(hashes, weights, 0, weights.length, wanted, high, low, out)
  } else pickByWeight(weights, 0, weights.length, wanted, dice, out)
  const drawn = Array.from(out, place => choice.pool[place]!)
  trace?.(`drawn ${drawn.map(slot => policy.regions[slot]!.name).join(',')}`)
  return [...choice.fixed, ...drawn]
}

/** Everything up but what is named: `--down`, `down=` and `over=`. */
export function supposeHealth(policy: Policy, down: readonly string[], over: readonly string[] = []): Health {
  return policy.regions.map(({ name }): RegionHealth => {
    const base = down.includes(name) ? DOWN : UP
    return over.includes(name) ? { ...base, over: true } : base
  })
}

function describeRegions(policy: Policy): string {
  return policy.regions.map(({ name }) => name).join(',')
}
