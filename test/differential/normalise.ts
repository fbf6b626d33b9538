/** What must be equal in two servers' replies, as text: order inside an RRset, compression, letter case and
 *  optional additional records do not count. */

import { neededGlue } from '../answers/glue.ts'
import type { Message, Rr } from '../answers/message.ts'
import { foldAscii, nameKey } from '../answers/name.ts'
import { printRr, RCODES } from '../answers/print.ts'
import { typeText } from '../answers/rr-types.ts'

export const ASPECTS = ['rcode', 'aa', 'answer', 'authority', 'glue', 'edns'] as const
export type Aspect = (typeof ASPECTS)[number]
export type Normal = Readonly<Record<Aspect, string>>

export function normalise(message: Message): Normal {
  return {
    rcode: RCODES[message.rcode] ?? String(message.rcode),
    aa: message.aa ? 'aa' : '',
    answer: chainText(message.answer),
    authority: setText(message.authority),
    glue: setText(neededGlue(message)),
    edns: message.opt === undefined ? '' : `version ${message.opt.version} do ${message.opt.dnssecOk}`,
  }
}

/** The aspects in which two replies differ. */
export function differences(a: Normal, b: Normal): Aspect[] {
  return ASPECTS.filter(aspect => a[aspect] !== b[aspect])
}

/** RRsets in the order they came, as a chain of CNAMEs must (RFC 1034 §4.3.2); inside an RRset, sorted. */
function chainText(records: readonly Rr[]): string {
  const sets = new Map<string, string[]>()
  for (const rr of records) {
    const key = `${nameKey(rr.owner)} ${rr.type}`
    sets.set(key, [...(sets.get(key) ?? []), canonical(rr)])
  }
  return [...sets.values()].map(set => set.toSorted().join('\n')).join('\n')
}

function setText(records: readonly Rr[]): string {
  return records.map(canonical).toSorted().join('\n')
}

/** Names fold; RDATA folds only where it is nothing but a name and numbers. */
const NAME_TYPES = new Set(['NS', 'CNAME', 'PTR', 'DNAME', 'MX', 'SRV', 'SOA', 'AFSDB', 'SVCB', 'HTTPS'])
/** Two names or text around one: compared octet by octet with all letters folded, which is a little lax. */
const LAX_TYPES = new Set(['RP', 'NAPTR'])

function canonical(rr: Rr): string {
  const text = printRr(rr)
  if (NAME_TYPES.has(typeText(rr.type))) return foldAscii(text)
  if (LAX_TYPES.has(typeText(rr.type))) {
    return foldAscii(printRr({ ...rr, rdata: Buffer.from(foldAscii(rr.rdata.toString('latin1')), 'latin1') }))
  }
  return printRr({ ...rr, owner: rr.owner.map(foldAscii) })
}
