/** What a failed trial looks like on the screen: all one needs to repeat it by hand. */

import { printMessage } from '../answers/print.ts'
import { printQuery } from './queries.ts'
import type { Said } from './servers.ts'
import type { Outcome } from './trials.ts'
import { apexText, zoneText } from './zones.ts'

export function printOutcome(outcome: Outcome): string {
  const why = outcome.verdict.kind === 'wrong' ? outcome.verdict.why : outcome.verdict.kind
  const zones = outcome.family.zones.map(zone => `; zone ${apexText(zone)}\n${zoneText(zone)}`)
  return [
    `wrong: ${why}`,
    ...zones,
    `ask ${printQuery(outcome.query)}`,
    `meridian: ${printSaid(outcome.ours)}`,
    `nsd: ${printSaid(outcome.nsd)}`,
    `knot: ${printSaid(outcome.knot)}`,
  ].join('\n')
}

/** How many outcomes of each kind, and which rules were needed. */
export function tally(outcomes: readonly Outcome[]): string {
  const counts = new Map<string, number>()
  for (const { verdict } of outcomes) {
    const key = verdict.kind === 'accepted' ? verdict.rule : verdict.kind
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return [...counts].map(([key, count]) => `${key} ${count}`).join(', ')
}

function printSaid(said: Said): string {
  return typeof said === 'string' ? said : printMessage(said)
}
