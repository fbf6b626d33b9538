/** A place is many clients: those who are answered alike for the same reason are explained together, by the first
 *  of them. */

import type { GeoTable } from '../geo/table.ts'
import { choiceKey } from '../policy/choose.ts'
import { decide, supposeHealth } from '../policy/decide.ts'
import type { NamedClient } from '../policy/everyone.ts'
import { preferenceKey } from '../policy/preference.ts'
import type { Shelf } from './explain-shelf.ts'
import { type ExplainQuestion, type Explanation, explainName } from './explain-walk.ts'

export interface Group {
  /** `DE`, or `AT, BE, BG and 21 more`; empty for nobody in particular. */
  readonly who: string
  readonly explanation: Explanation
}

const NAMED_MAX = 30

/** `first` is the explanation for anybody: it tells which policy has the first say. */
export function explainGroups(
  shelf: Shelf,
  geo: () => GeoTable | undefined,
  question: Omit<ExplainQuestion, 'asker'>,
  clients: readonly NamedClient[],
  first: Explanation,
): Group[] {
  const [met] = first.met
  // What no policy answers is the same for everybody.
  if (met === undefined) return [{ who: '', explanation: first }]
  const { policy } = met
  const health = supposeHealth(policy, question.down, question.over)
  const alike = new Map<string, NamedClient[]>()
  for (const one of clients) {
    const { preference, choice } = decide(policy, one.client, health)
    const key = `${preferenceKey(preference)} ${choiceKey(choice)} ${choice.outage}`
    const group = alike.get(key)
    if (group === undefined) alike.set(key, [one])
    else if (!group.some(({ name }) => name === one.name)) group.push(one)
  }
  return [...alike.values()].flatMap(group => {
    const explanation = explainName(shelf, geo, { ...question, asker: group[0]! })
    return 'kind' in explanation ? [] : [{ who: nameGroup(group), explanation }]
  })
}

function nameGroup(group: readonly NamedClient[]): string {
  const names = group.map(({ name }) => name)
  if (names.length <= NAMED_MAX) return names.join(', ')
  return `${names.slice(0, NAMED_MAX - 1).join(', ')} and ${names.length - NAMED_MAX + 1} more`
}
