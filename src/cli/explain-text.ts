/** What `meridian explain` prints, for people and for programs. */

import { printName } from '../wire/name.ts'
import { typeName } from '../wire/types.ts'
import type { Group } from './explain-groups.ts'
import type { ExplainQuestion, Explanation } from './explain-walk.ts'
import type { Paint } from './terminal.ts'

type Asked = Omit<ExplainQuestion, 'asker'>

export function printGroups(groups: readonly Group[], asked: Asked, paint: Paint): string {
  return groups.map(group => printGroup(group, asked, paint)).join('\n')
}

function printGroup({ who, explanation }: Group, { name, type, down, over }: Asked, paint: Paint): string {
  const head = [
    `${printName(name)} ${typeName(type)}`,
    who === '' ? '' : ` for ${who}`,
    down.length === 0 ? '' : ` with ${down.join(',')} down`,
    over.length === 0 ? '' : ` with ${over.join(',')} over capacity`,
  ]
  const steps = explanation.steps.map(step => `  ${paintStep(step, paint)}`)
  return `${[paint('bold', head.join('')), ...steps, '', ...answerLines(explanation)].join('\n')}\n`
}

export function paintStep(step: string, paint: Paint): string {
  if (/^\S+ dropped: /.test(step)) return paint('dim', step)
  return /^(?:pick|drawn|answer) /.test(step) ? paint('green', step) : step
}

/** The records; the RCODE where that says more. */
function answerLines({ rcode, answer, authority }: Explanation): string[] {
  const lines = [...answer, ...authority]
  return rcode === 'NOERROR' || rcode === 'REFERRAL' ? lines : [...lines, rcode]
}

export function groupsToJson(groups: readonly Group[], { name, type, down, over }: Asked): unknown {
  return {
    name: printName(name),
    type: typeName(type),
    down,
    over,
    explanations: groups.map(({ who, explanation }) => groupToJson(who, explanation)),
  }
}

function groupToJson(who: string, { steps, rcode, answer, authority, scopeBits, met }: Explanation) {
  return {
    for: who === '' ? null : who,
    steps,
    rcode,
    answer,
    authority,
    ecsScope: scopeBits ?? null,
    policies: met.map(({ policy, choice }) => ({
      name: policy.name,
      outcome: choice.kind,
      regions: [...choice.fixed, ...choice.pool].map(slot => policy.regions[slot]!.name),
      pick: choice.pick,
      outage: choice.outage,
    })),
  }
}
