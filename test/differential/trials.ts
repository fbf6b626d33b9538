/** Puts the same questions to all three servers, and looks at what of our reply needs no oracle: flags, sizes,
 *  the question's letters, truncation. */

import { neededGlue } from '../answers/glue.ts'
import type { Message, Rr } from '../answers/message.ts'
import { type Name, nameKey } from '../answers/name.ts'
import { printRr } from '../answers/print.ts'
import { typeText } from '../answers/rr-types.ts'
import { judge, type Trial, type Verdict } from './judge.ts'
import { differences, normalise } from './normalise.ts'
import type { Query } from './queries.ts'
import { ask, type Said, type Server } from './servers.ts'
import type { Family } from './zones.ts'

export interface Servers {
  readonly meridian: Server
  readonly nsd: Server
  readonly knot: Server
}

/** A question and the zones it is about. */
export interface Question {
  readonly query: Query
  readonly family: Family
}

export interface Outcome extends Question, Trial {
  readonly verdict: Verdict
}

const UDP_BYTES_MAX = 1232
/** Room that we keep for an extended error, whether there will be one or not. */
const EXTENDED_ERROR_BYTES = 6

export async function tryAll(servers: Servers, questions: readonly Question[]): Promise<Outcome[]> {
  const queries = questions.map(question => question.query)
  const udp = await askThree(servers, queries, 'udp')
  // UDP cuts each server's answer elsewhere; over TCP there is room for all of them to be whole.
  const unsettled = udp.flatMap((trial, i) => (isSettled(trial) ? [] : [i]))
  const tcp = await askThree(
    servers,
    unsettled.map(i => queries[i]!),
    'tcp',
  )
  const trials = [...udp]
  unsettled.forEach((i, at) => {
    trials[i] = tcp[at]!
  })
  const verdicts = await judge(trials, [servers.nsd, servers.knot])
  const places = new Map(unsettled.map((i, at) => [i, at]))
  return trials.map((trial, i) => {
    const at = places.get(i)
    const complaint = complain(questions[i]!, udp[i]!.ours, at === undefined ? undefined : tcp[at]!.ours)
    const verdict =
      complaint === undefined ? verdicts[i]! : ({ kind: 'wrong', aspects: [], why: complaint } as const)
    return { ...trial, ...questions[i]!, verdict }
  })
}

async function askThree(
  servers: Servers,
  queries: readonly Query[],
  transport: 'udp' | 'tcp',
): Promise<Trial[]> {
  const [ours, nsd, knot] = await Promise.all([
    ask(servers.meridian, queries, transport),
    ask(servers.nsd, queries, transport),
    ask(servers.knot, queries, transport),
  ])
  return queries.map((query, i) => ({ query, ours: ours[i]!, nsd: nsd[i]!, knot: knot[i]! }))
}

function isSettled({ ours, nsd, knot }: Trial): boolean {
  if (typeof ours === 'string' || typeof nsd === 'string' || typeof knot === 'string') return false
  if (ours.tc || nsd.tc || knot.tc) return false
  const normal = normalise(ours)
  return differences(normal, normalise(nsd)).length === 0 && differences(normal, normalise(knot)).length === 0
}

//------------ What needs no oracle ------------

/** What is wrong with our replies in themselves; `tcp` if it was asked there too. */
function complain({ query, family }: Question, udp: Said, tcp: Said | undefined): string | undefined {
  if (typeof udp === 'string') return `UDP: ${udp}`
  if (typeof tcp === 'string') return `TCP: ${tcp}`
  return (
    complainOfHeader(query, udp) ??
    (tcp === undefined ? undefined : complainOfHeader(query, tcp)) ??
    complainOfSize(query, udp, tcp) ??
    complainOfAdditional(family, tcp ?? udp)
  )
}

function complainOfHeader(query: Query, reply: Message): string | undefined {
  const [question] = reply.questions
  if (!reply.qr || reply.opcode !== 0) return 'not a reply to a query'
  if (reply.questions.length !== 1 || question!.type !== query.type || question!.class !== 1) {
    return 'the question is not the one we asked'
  }
  if (!sameOctets(question!.name, query.name)) return 'the question has lost its letter case'
  const first = reply.answer.find(rr => nameKey(rr.owner) === nameKey(query.name))
  if (first !== undefined && !sameOctets(first.owner, query.name))
    return 'the answer has lost the letter case'
  if (reply.rd !== ((query.flags & 0x100) !== 0)) return "RD is not the query's"
  if (reply.cd !== ((query.flags & 0x10) !== 0)) return "CD is not the query's (RFC 4035 §3.1.6)"
  if (reply.ra || reply.ad || reply.z) return 'RA, AD or Z is set'
  if ((reply.opt === undefined) !== (query.payload === undefined)) return 'OPT if and only if asked with one'
  if (reply.opt !== undefined && reply.opt.reserved !== 0) return 'reserved EDNS flags are set'
  return undefined
}

function sameOctets(a: Name, b: Name): boolean {
  return a.length === b.length && a.every((label, i) => label === b[i])
}

function complainOfSize(query: Query, udp: Message, tcp: Message | undefined): string | undefined {
  const limit = Math.min(UDP_BYTES_MAX, Math.max(512, query.payload ?? 512))
  if (udp.size > limit) return `${udp.size} octets where ${limit} are allowed`
  if (tcp?.tc === true) return 'TC over TCP'
  if (!udp.tc) {
    const apart = tcp === undefined ? [] : differences(normalise(udp), normalise(tcp))
    return apart.length > 0 ? `UDP and TCP differ in ${apart.join(', ')}, and no TC` : undefined
  }
  if (tcp === undefined) return undefined
  // What is there must be whole, but for the glue (RFC 9471 §3.1).
  const empty = udp.answer.length + udp.authority.length + udp.additional.length === 0
  const lacking = differences(normalise(udp), normalise(tcp)).filter(aspect => aspect !== 'glue')
  if (!empty && lacking.length > 0) return 'TC with half an answer'
  const reserved = udp.opt === undefined ? 0 : EXTENDED_ERROR_BYTES
  const needed = tcp.additionalAt + (tcp.opt?.size ?? 0) + sum(neededGlue(tcp)) + reserved
  return needed <= limit ? `TC though ${needed} octets fit in ${limit}` : undefined
}

function sum(records: readonly Rr[]): number {
  return records.reduce((size, rr) => size + rr.size, 0)
}

/** Additional records are a courtesy, but they must be true. */
function complainOfAdditional(family: Family, reply: Message): string | undefined {
  for (const rr of reply.additional) {
    const type = typeText(rr.type)
    const sets = family.zones.flatMap(zone => zone.rrsets)
    const found = sets.some(
      set => set.type === type && set.ttl === rr.ttl && nameKey(set.owner) === nameKey(rr.owner),
    )
    // A wildcard may stand behind it.
    const wild = sets.some(set => set.type === type && set.ttl === rr.ttl && set.owner[0] === '*')
    if (!found && !wild) return `additional record out of nowhere: ${printRr(rr)}`
  }
  return undefined
}
