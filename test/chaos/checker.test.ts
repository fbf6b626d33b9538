/** The checker of the chaos run can complain: each rule is broken once by a log that is otherwise right. */

import { expect } from 'chai'
import { judge, promisedBy, type Verdict } from './checker.ts'
import { BATCH_SIZE, type Law } from './law.ts'
import { newQueryLog, type QueryLog, type Question, readIp } from './query-log.ts'
import { emptyTimeline, type Outage, type Timeline } from './timeline.ts'

const NAME = 'probed.chaos.test'
const VERSION: Question = { name: 'version.chaos.test', client: undefined }
const LAW: Law = {
  names: [
    {
      name: NAME,
      regions: new Map([
        ['fra', ['10.0.0.1', '10.0.0.2']],
        ['par', ['10.0.1.1']],
        ['ash', ['10.0.2.1']],
      ]),
    },
  ],
  clients: [
    { subnet: [198, 51, 100], allowed: ['fra', 'par', 'ash'] },
    { subnet: [203, 0, 113], allowed: ['fra', 'par'] },
  ],
}
const FREE: Question = { name: NAME, client: 0 }
const FENCED: Question = { name: NAME, client: 1 }
const QUESTIONS = [FREE, FENCED, VERSION]

/** When asked, what, and what came back how much later; no addresses: nothing came. */
interface Row {
  readonly atMs: number
  readonly question?: Question
  readonly addresses: readonly string[]
  readonly rcode?: number
  readonly tookMs?: number
}

function logOf(rows: readonly Row[], strays = 0): QueryLog {
  const log = newQueryLog(rows.length, strays)
  for (const [i, { atMs, question = FREE, addresses, rcode, tookMs = 1 }] of rows.entries()) {
    log.sentMs[i] = atMs
    log.question[i] = QUESTIONS.indexOf(question)
    if (addresses.length === 0 && rcode === undefined) continue
    log.answeredMs[i] = atMs + tookMs
    log.rcode[i] = rcode ?? 0
    log.addressCount[i] = addresses.length
    log.first[i] = readIp(addresses[0] ?? '0.0.0.0')
    log.second[i] = readIp(addresses[1] ?? '0.0.0.0')
  }
  return log
}

/** fra's first address dies at 1000, is promised to be gone by 1500, and begins to come back at 3000. */
const DEATH: Outage = {
  kind: 'endpoint',
  keeps: [{ name: NAME, address: '10.0.0.1' }],
  beganMs: 990,
  toldMs: 1_000,
  outPromiseMs: 500,
  endingMs: 3_000,
  endedMs: 3_010,
  backPromiseMs: 500,
}

const PUBLICATIONS = [
  { address: '10.9.0.1', writtenMs: 0, publishedMs: 0 },
  { address: '10.9.0.2', writtenMs: 2_000, publishedMs: 2_100 },
]

function verdictOn(rows: readonly Row[], more: Partial<Timeline> = {}, strays = 0): Verdict {
  const timeline = { ...emptyTimeline(), publications: PUBLICATIONS, ...more }
  return judge(LAW, QUESTIONS, timeline, logOf(rows, strays))
}

const askedAt = (atMs: number, ...addresses: string[]): Row => ({ atMs, addresses })

const FINE: readonly [string, readonly Row[], Partial<Timeline>][] = [
  ['whatever is well', [askedAt(1, '10.0.0.1', '10.0.0.2'), askedAt(2, '10.0.2.1')], {}],
  ['a dead address within the promise', [askedAt(1_400, '10.0.0.1')], { outages: [DEATH] }],
  ['one that is coming back', [askedAt(3_001, '10.0.0.1')], { outages: [DEATH] }],
  [
    'an answer that was under way when it began to come back',
    [{ ...askedAt(2_999, '10.0.0.1'), tookMs: 5 }],
    { outages: [DEATH] },
  ],
  [
    'a dead address when all that are permitted are dead',
    [{ ...askedAt(2_000, '10.0.0.1'), question: FENCED }],
    {
      outages: ['10.0.0.1', '10.0.0.2', '10.0.1.1'].map(address => ({
        ...DEATH,
        keeps: [{ name: NAME, address }],
      })),
    },
  ],
  [
    'what a silent datacenter could not tell',
    [askedAt(2_000, '10.0.0.1')],
    {
      outages: [{ ...DEATH, kind: 'consul', datacenter: 'dc' }],
      silences: [{ datacenter: 'dc', beganMs: 1_200, endedMs: 1_300, backPromiseMs: 1_000 }],
    },
  ],
  [
    'a batch that went down with its worker',
    Array.from({ length: BATCH_SIZE }, () => askedAt(500)),
    { deaths: [{ killedMs: 501, diedMs: 520 }] },
  ],
  [
    'either version while it changes',
    [
      { atMs: 2_050, question: VERSION, addresses: ['10.9.0.1'] },
      { atMs: 2_050, question: VERSION, addresses: ['10.9.0.2'] },
    ],
    {},
  ],
]

const BROKEN: readonly [string, RegExp, readonly Row[], Partial<Timeline>][] = [
  ['a lost query', /^lost: .*no answer/, [askedAt(500)], {}],
  [
    'one more lost than a batch holds',
    /^lost/,
    Array.from({ length: BATCH_SIZE + 1 }, () => askedAt(500)),
    { deaths: [{ killedMs: 501, diedMs: 520 }] },
  ],
  [
    'one lost after the worker had died',
    /^lost/,
    [askedAt(521)],
    { deaths: [{ killedMs: 501, diedMs: 520 }] },
  ],
  ['SERVFAIL', /^no answer: .*rcode 2/, [{ atMs: 1, addresses: [], rcode: 2 }], {}],
  ['an answer with nothing in it', /^no answer/, [{ atMs: 1, addresses: [], rcode: 0 }], {}],
  ['an address of nobody', /^stranger: .*10\.7\.7\.7/, [askedAt(1, '10.7.7.7')], {}],
  [
    'an answer outside of a fence',
    /^fence: .*from 203\.0\.113\.0\/24.*ash is outside of fra,par/,
    [{ ...askedAt(1, '10.0.2.1'), question: FENCED }],
    {},
  ],
  [
    'an answer outside of a fence while all within are dead',
    /^fence/,
    [{ ...askedAt(2_000, '10.0.2.1'), question: FENCED }],
    {
      outages: ['10.0.0.1', '10.0.0.2', '10.0.1.1'].map(address => ({
        ...DEATH,
        keeps: [{ name: NAME, address }],
      })),
    },
  ],
  [
    'an address dead for longer than promised',
    /^out: .*10\.0\.0\.1 should have been gone for 1 ms/,
    [askedAt(1_501, '10.0.0.1')],
    { outages: [DEATH] },
  ],
  ['the same as the second of two', /^out/, [askedAt(1_600, '10.0.0.2', '10.0.0.1')], { outages: [DEATH] }],
  [
    'the same where only one of the fence is left',
    /^out/,
    [{ ...askedAt(1_600, '10.0.0.1'), question: FENCED }],
    { outages: [DEATH, { ...DEATH, keeps: [{ name: NAME, address: '10.0.0.2' }] }] },
  ],
  [
    'a word of Consul that was told before it fell silent, and is forgotten meanwhile',
    /^out/,
    [askedAt(2_500, '10.0.0.1')],
    {
      outages: [{ ...DEATH, kind: 'consul', datacenter: 'dc' }],
      silences: [{ datacenter: 'dc', beganMs: 2_000, endedMs: 2_700, backPromiseMs: 1_000 }],
    },
  ],
  [
    'a zone that was never good',
    /^version: .*bad zone/,
    [{ atMs: 1, question: VERSION, addresses: ['10.255.0.9'] }],
    {},
  ],
  [
    'a zone of the past',
    /^version: .*past/,
    [{ atMs: 2_101, question: VERSION, addresses: ['10.9.0.1'] }],
    {},
  ],
  [
    'a zone of the future',
    /^version: .*not written/,
    [{ atMs: 1, question: VERSION, addresses: ['10.9.0.2'] }],
    {},
  ],
]

describe('the checker of the chaos run', () => {
  for (const [what, rows, timeline] of FINE)
    it(`is content with ${what}`, () => {
      expect(verdictOn(rows, timeline).complaints).to.deep.equal([])
    })

  for (const [what, wanted, rows, timeline] of BROKEN)
    it(`complains of ${what}`, () => {
      const { complaints } = verdictOn([...rows, askedAt(1, '10.0.0.2')], timeline)
      expect(complaints[0]).to.match(wanted)
    })

  it('complains of an answer that nobody waits for', () => {
    expect(verdictOn([], {}, 1).complaints[0]).to.match(/^stray/)
  })

  it('says how many answers could have broken each rule, and how late changes were seen', () => {
    const rows = [askedAt(1_200, '10.0.0.1'), askedAt(1_600, '10.0.1.1'), askedAt(500, '10.0.0.1')]
    const { looked, latestMs } = verdictOn(rows, { outages: [DEATH] })
    expect(looked).to.deep.equal({ fence: 3, version: 0, endpoint: 1, consul: 0, drain: 0 })
    expect(latestMs).to.deep.equal({ endpoint: 200, consul: 0, drain: 0 })
  })

  it('begins a promise again when a silence ends, as often as one comes in between', () => {
    const silence = (beganMs: number, endedMs: number) => ({
      datacenter: 'dc',
      beganMs,
      endedMs,
      backPromiseMs: 50,
    })
    const silences = [silence(100, 200), silence(240, 300), silence(500, 600)]
    const by = (toldMs: number, datacenter = 'dc'): number => promisedBy({ datacenter }, toldMs, 10, silences)
    expect([by(50), by(95), by(320), by(95, 'other')]).to.deep.equal([60, 350, 350, 105])
  })
})
