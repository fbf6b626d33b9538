/** Whether our answer is right, given what the two others say. Where they agree there is one right answer; where
 *  they differ, ours must be one of theirs, or fall under one of the accepted differences below. */

import type { Message, Rr } from '../answers/message.ts'
import { isBelow, type Name, nameKey, parseName } from '../answers/name.ts'
import { printRdata } from '../answers/print.ts'
import { type Aspect, differences, type Normal, normalise } from './normalise.ts'
import type { Query } from './queries.ts'
import { ask, type Said, type Server } from './servers.ts'

/** One query with the three answers, each asked again over TCP where UDP could not settle it. */
export interface Trial {
  readonly query: Query
  readonly ours: Said
  readonly nsd: Said
  readonly knot: Said
}

export type Verdict =
  | { readonly kind: 'same' | 'as nsd' | 'as knot' }
  | { readonly kind: 'accepted'; readonly rule: string }
  | { readonly kind: 'wrong'; readonly aspects: readonly Aspect[]; readonly why: string }

/** A difference from both that we stand by. */
export interface AcceptedDifference {
  readonly name: string
  /** What decides it. */
  readonly rfc: string
  readonly says: string
  /** What the two would have said had they gone the same way: asks them further questions. Ours is then
   *  compared with these. */
  readonly expected: (
    trials: readonly Trial[],
    rivals: readonly Server[],
  ) => Promise<(Normal | undefined)[][]>
}

const CNAME = 5
const DNAME = 39
const ANY = 255

/** Links of a chain that we follow for the asker. */
export const CHAIN_LINKS_MAX = 12

export const ACCEPTED: readonly AcceptedDifference[] = [
  {
    name: 'chain-across-zones',
    rfc: 'RFC 1034 §4.3.2 step 3a',
    says: 'an alias is followed into any zone served here, and through twelve links',
    expected: (trials, rivals) => Promise.all(rivals.map(rival => followChains(trials, rival))),
  },
  {
    name: 'any-one-rrset',
    rfc: 'RFC 8482 §4.1',
    says: "ANY is answered with one RRset of the name; which one is the server's choice",
    expected: (trials, rivals) => Promise.all(rivals.map(rival => askForOurType(trials, rival))),
  },
]

export async function judge(trials: readonly Trial[], rivals: readonly Server[]): Promise<Verdict[]> {
  const verdicts = trials.map(compare)
  for (const rule of ACCEPTED) {
    const open = verdicts.flatMap((verdict, i) => (verdict.kind === 'wrong' ? [i] : []))
    const suspects = open.filter(i => mayDiffer(trials[i]!))
    const expected = await rule.expected(
      suspects.map(i => trials[i]!),
      rivals,
    )
    suspects.forEach((i, at) => {
      const ours = normalise(trials[i]!.ours as Message)
      const matches = expected.some(one => one[at] !== undefined && differences(ours, one[at]).length === 0)
      if (matches) verdicts[i] = { kind: 'accepted', rule: rule.name }
    })
  }
  return verdicts
}

/** Where the two agree, no rule can excuse us, but where they agree by chance: in one of several right answers to
 *  ANY, or in giving up a chain. */
function mayDiffer(trial: Trial): boolean {
  if (typeof trial.ours === 'string' || typeof trial.nsd === 'string' || typeof trial.knot === 'string') {
    return false
  }
  if (trial.query.type === ANY || trial.knot.answer.at(-1)?.type === CNAME) return true
  return differences(normalise(trial.nsd), normalise(trial.knot)).length > 0
}

function compare(trial: Trial): Verdict {
  const { ours, nsd, knot } = trial
  if (typeof ours === 'string') return { kind: 'wrong', aspects: [], why: ours }
  if (typeof nsd === 'string' || typeof knot === 'string') {
    return { kind: 'wrong', aspects: [], why: `nothing to compare with: ${String(nsd)} ${String(knot)}` }
  }
  const fromNsd = differences(normalise(ours), normalise(nsd))
  const fromKnot = differences(normalise(ours), normalise(knot))
  if (fromNsd.length === 0 && fromKnot.length === 0) return { kind: 'same' }
  if (fromNsd.length === 0) return { kind: 'as nsd' }
  if (fromKnot.length === 0) return { kind: 'as knot' }
  const agree = differences(normalise(nsd), normalise(knot)).length === 0
  return {
    kind: 'wrong',
    aspects: fromKnot,
    why: agree
      ? `differs from both in ${fromNsd.join(', ')}`
      : `differs from NSD in ${fromNsd.join(', ')}; from Knot in ${fromKnot.join(', ')}`,
  }
}

//------------ Chains across zones ------------

interface Walk {
  readonly query: Query
  /** What the chain has brought so far. */
  links: readonly Rr[]
  current: Name
  last: Message | undefined
  open: boolean
}

/** One server's answers, with every chain followed link by link in questions of our own: what it would say if it
 *  went back to step 1 of the algorithm with each new name. */
async function followChains(trials: readonly Trial[], rival: Server): Promise<(Normal | undefined)[]> {
  const walks: Walk[] = trials.map(trial => ({
    query: trial.query,
    links: [],
    current: trial.query.name,
    last: undefined,
    open: true,
  }))
  for (let round = 0; round <= CHAIN_LINKS_MAX; round++) {
    const open = walks.filter(walk => walk.open)
    const said = await ask(
      rival,
      open.map(walk => ({ ...walk.query, name: walk.current })),
      'tcp',
    )
    open.forEach((walk, i) => goOn(walk, said[i]!))
  }
  return walks.map(walked)
}

function goOn(walk: Walk, said: Said): void {
  walk.open = false
  if (typeof said === 'string') {
    walk.last = undefined
    return
  }
  // Nobody here knows the target: the chain so far is the answer.
  if (said.rcode === 5 && walk.links.length > 0) return
  const step = walk.query.type === CNAME ? undefined : firstLink(said, walk.current, walk.query.type)
  walk.last = said
  if (step === undefined) {
    walk.links = [...walk.links, ...without(said.answer, walk.links)]
    return
  }
  walk.links = [...walk.links, ...without(step.records, walk.links)]
  walk.current = step.target
  const owners = walk.links.filter(rr => rr.type === CNAME).map(rr => nameKey(rr.owner))
  const looped = owners.includes(nameKey(step.target))
  walk.open = !looped && owners.length < CHAIN_LINKS_MAX
  walk.last = { ...said, rcode: 0, authority: [], additional: [] }
}

/** The CNAME at the name asked for (with the DNAME it came from, if it did), and where it leads. To ANY a CNAME
 *  is an answer like any other, but for one made from a DNAME. */
function firstLink(said: Message, name: Name, type: number): { records: Rr[]; target: Name } | undefined {
  const alias = said.answer.find(rr => rr.type === CNAME && nameKey(rr.owner) === nameKey(name))
  if (alias === undefined) return undefined
  const source = said.answer.filter(rr => rr.type === DNAME && isBelow(name, rr.owner))
  if (type === ANY && source.length === 0) return undefined
  return { records: [...source, alias], target: parseName(printRdata(CNAME, alias.rdata)) }
}

function without(records: readonly Rr[], known: readonly Rr[]): Rr[] {
  const seen = new Set(known.map(rrKey))
  return records.filter(rr => !seen.has(rrKey(rr)))
}

function rrKey(rr: Rr): string {
  return `${nameKey(rr.owner)} ${rr.type} ${rr.rdata.toString('latin1')}`
}

function walked(walk: Walk): Normal | undefined {
  if (walk.last === undefined) return undefined
  // AA speaks of the first owner, which is ours (RFC 1035 §4.1.1).
  const aa = walk.last.aa || walk.links.some(rr => rr.type === CNAME)
  return normalise({ ...walk.last, aa, answer: walk.links })
}

//------------ ANY ------------

/** What one server says when asked, instead of for ANY, for the type that we chose to give in the end. */
function askForOurType(trials: readonly Trial[], rival: Server): Promise<(Normal | undefined)[]> {
  const asked = trials.map(trial => ({ ...trial, query: { ...trial.query, type: ourType(trial) } }))
  return followChains(asked, rival)
}

/** The type of what we gave at the end of the chain. */
function ourType({ query, ours }: Trial): number {
  if (query.type !== ANY || typeof ours === 'string') return query.type
  let end = query.name
  for (let links = 0; links < CHAIN_LINKS_MAX; links++) end = firstLink(ours, end, ANY)?.target ?? end
  return ours.answer.findLast(rr => rr.type !== CNAME && nameKey(rr.owner) === nameKey(end))?.type ?? ANY
}
