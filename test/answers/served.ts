/** Answers written down as specs: zones as zone-file text, queries and replies as lines, asked in process of the
 *  same responder that every transport calls.
 *
 *      ask www.shop.test A rd udp=1232
 *        NOERROR aa rd
 *        answer www.shop.test 300 A 192.0.2.1
 *        additional …
 *
 *  A reply lists its flags and all its records; `…` stands for any RDATA. Names end with or without a dot.
 *  Every reply must also pass the strict reader, echo id and question, and have RA, Z and AD clear. */

import { expect } from 'chai'
import { newCounterBlock } from '../../src/base/counters.ts'
import { formatProblem, hasErrors } from '../../src/base/problem.ts'
import { compileZone } from '../../src/compile/zone-image.ts'
import type { ZonePart } from '../../src/plan/plan.ts'
import { Responder, Transport } from '../../src/serve/responder.ts'
import { loadZone } from '../../src/zone/load.ts'
import { type Message, type Rr, readMessage } from './message.ts'
import { nameToWire, parseName, printName } from './name.ts'
import { printMessage, printRr, RCODES } from './print.ts'
import { writeQuery } from './query.ts'
import { typeNumber, typeText } from './rr-types.ts'

export const IDENTITY = 'node-7.test'
export const VERSION = 'meridian test'
export const TCP_IDLE_MS = 10_000
const UDP_BYTES_MAX = 1232
const QUERY_ID = 0x2b1d

export type TransportName = 'udp' | 'tcp'

export class Served {
  private readonly texts: Readonly<Record<string, string>>
  private readonly images: readonly ZonePart[]
  private made: Responder | undefined

  /** Zone texts by apex; the apex is their `$ORIGIN`, and `$TTL 300` stands in front. */
  constructor(texts: Readonly<Record<string, string>>, images: readonly ZonePart[] = []) {
    this.texts = texts
    this.images = images
  }

  /** One test: every `ask` in the text with the reply below it. */
  spec(title: string, text: string): void {
    it(title, () => {
      for (const exchange of readExchanges(text)) this.check(exchange)
    })
  }

  /** The reply as octets, or undefined for silence. */
  send(query: Uint8Array, transport: TransportName = 'udp', room = 65_535): Uint8Array | undefined {
    const packet = new Uint8Array(Math.max(room, query.length))
    packet.set(query)
    const via = transport === 'udp' ? Transport.Udp : Transport.Tcp
    const length = this.responder().answer(packet, 0, query.length, room, via)
    return length === 0 ? undefined : packet.slice(0, length)
  }

  /** The reply, read strictly. */
  ask(query: Uint8Array, transport: TransportName = 'udp'): Message | undefined {
    const reply = this.send(query, transport)
    return reply === undefined ? undefined : readMessage(reply)
  }

  responder(): Responder {
    this.made ??= this.makeResponder()
    return this.made
  }

  private makeResponder(): Responder {
    const responder = new Responder({
      counters: newCounterBlock(),
      identity: IDENTITY,
      version: VERSION,
      udpPayloadBytesMax: UDP_BYTES_MAX,
      tcpIdleMs: TCP_IDLE_MS,
    })
    const zones = Object.entries(this.texts).map(([apex, text]) => compiled(apex, text))
    responder.adopt({ generation: 1, zones: [...this.images, ...zones] })
    return responder
  }

  private check({ question, expected }: Exchange): void {
    const query = readQuestion(question)
    const reply = this.ask(query.packet, query.transport)
    const actual = reply === undefined ? ['silence'] : replyLines(reply)
    expect(withEllipses(actual, expected).join('\n'), question).to.equal(expected.join('\n'))
    if (reply !== undefined) checkEcho(reply, query)
  }
}

export function compiled(apex: string, text: string): ZonePart {
  const bytes = Buffer.from(`$ORIGIN ${apex}.\n$TTL 300\n${flushLeft(text)}`)
  const { zone, problems } = loadZone(`${apex}.zone`, nameToWire(parseName(apex)), () => bytes)
  if (zone === undefined || hasErrors(problems)) throw new Error(problems.map(formatProblem).join('\n'))
  return compileZone(zone)
}

/** Zone text is written indented in the tests, but a line that starts blank has no owner. */
function flushLeft(text: string): string {
  const margin = Math.min(...[...text.matchAll(/^ *(?=\S)/gm)].map(match => match[0].length))
  return text.replace(new RegExp(`^ {${margin}}`, 'gm'), '')
}

//------------ Questions ------------

interface Exchange {
  readonly question: string
  readonly expected: readonly string[]
}

function readExchanges(text: string): Exchange[] {
  const lines = text
    .split('\n')
    .map(line => line.trim().replace(/\s+/g, ' '))
    .filter(line => line !== '' && !line.startsWith(';'))
  const exchanges: Exchange[] = []
  for (const line of lines) {
    if (line.startsWith('ask ')) exchanges.push({ question: line.slice(4), expected: [] })
    else (exchanges.at(-1)!.expected as string[]).push(line)
  }
  for (const [i, { question, expected }] of exchanges.entries()) {
    if (expected.length === 0) throw new Error(`no reply is written down for: ${question}`)
    exchanges[i] = { question, expected: arrange(expected) }
  }
  return exchanges
}

interface AskedQuery {
  readonly packet: Buffer
  readonly transport: TransportName
  readonly hasEdns: boolean
}

const HEADER_BITS: Readonly<Record<string, number>> = {
  aa: 0x0400,
  tc: 0x0200,
  rd: 0x0100,
  ra: 0x0080,
  z: 0x0040,
  ad: 0x0020,
  cd: 0x0010,
}
const CLASSES: Readonly<Record<string, number>> = { IN: 1, CH: 3, HS: 4, NONE: 254, ANY: 255 }

/** `www.shop.test A rd udp=512 do option=3:` */
export function readQuestion(line: string): AskedQuery {
  const [name, type, ...words] = line.split(' ')
  const settings = new Map(words.map(word => word.split('=') as [string, string | undefined]))
  const flags = words.reduce((bits, word) => bits | (HEADER_BITS[word] ?? 0), 0)
  const hasEdns = ['edns', 'udp', 'do', 'version', 'option', 'flags'].some(word => settings.has(word))
  const options = words.flatMap(word => {
    const [, code, hex] = /^option=(\d+):([0-9a-f]*)$/i.exec(word) ?? []
    return code === undefined ? [] : [{ code: Number(code), data: Buffer.from(hex!, 'hex') }]
  })
  const packet = writeQuery(parseName(name!), typeNumber(type!), {
    id: QUERY_ID,
    flags,
    opcode: Number(settings.get('opcode') ?? 0),
    class: CLASSES[settings.get('class') ?? 'IN']!,
    ...(hasEdns
      ? {
          edns: {
            payload: Number(settings.get('udp') ?? 1232),
            version: Number(settings.get('version') ?? 0),
            dnssecOk: settings.has('do'),
            reserved: Number(settings.get('flags') ?? 0),
            options,
          },
        }
      : {}),
  })
  return { packet, transport: settings.has('tcp') ? 'tcp' : 'udp', hasEdns }
}

//------------ Replies ------------

/** What the text need not say, because it is always so. */
function checkEcho(reply: Message, query: AskedQuery): void {
  const sent = readMessage(query.packet)
  expect(reply.id, 'id').to.equal(sent.id)
  expect(reply.qr, 'QR').to.equal(true)
  expect(reply.opcode, 'opcode').to.equal(sent.opcode)
  expect([reply.ra, reply.z, reply.ad], 'RA, Z, AD').to.deep.equal([false, false, false])
  expect(reply.opt !== undefined, 'OPT in the reply').to.equal(query.hasEdns)
  if (reply.opt !== undefined) {
    expect(reply.opt.payload, 'payload size').to.equal(UDP_BYTES_MAX)
    expect(reply.opt.version, 'EDNS version').to.equal(0)
    expect(reply.opt.reserved, 'reserved EDNS flags').to.equal(0)
  }
  if (reply.questions.length > 0) {
    const [question] = reply.questions
    expect(printName(question!.name), 'QNAME with its letter case').to.equal(
      printName(sent.questions[0]!.name),
    )
    expect(question!.type, 'QTYPE').to.equal(sent.questions[0]!.type)
    expect(question!.class, 'QCLASS').to.equal(sent.questions[0]!.class)
  }
}

function replyLines(reply: Message): string[] {
  const flags = (['aa', 'tc', 'rd', 'cd'] as const).filter(flag => reply[flag])
  const lines = [[RCODES[reply.rcode], ...flags, ...(reply.opt?.dnssecOk === true ? ['do'] : [])].join(' ')]
  for (const section of ['answer', 'authority', 'additional'] as const) {
    for (const rr of reply[section]) lines.push(`${section} ${rrLine(rr)}`)
  }
  for (const { code, data } of reply.opt?.options ?? []) {
    lines.push(code === 15 ? `ede ${data.readUInt16BE(0)}` : `option ${code}:${data.toString('hex')}`)
  }
  return arrange(lines)
}

function rrLine(rr: Rr): string {
  return rr.class === 1
    ? printRr(rr)
    : printRr(rr).replace(` ${typeText(rr.type)} `, ` CH ${typeText(rr.type)} `)
}

/** Comparable lines: no final dots, chains in their order, RRsets sorted inside. */
function arrange(lines: readonly string[]): string[] {
  const bare = lines.map(line => line.replace(/(?<=[^\s\\])\.(?=\s|$)/g, ''))
  const places = new Map<string, number>()
  for (const line of bare) if (!places.has(placeKey(line))) places.set(placeKey(line), places.size)
  const rank = (line: string): number => (line === bare[0] ? -1 : SECTION_RANK.indexOf(line.split(' ')[0]!))
  return bare.toSorted(
    (a, b) =>
      rank(a) - rank(b) ||
      places.get(placeKey(a))! - places.get(placeKey(b))! ||
      (a < b ? -1 : Number(a !== b)),
  )
}

/** Lines with the same key may stand in any order among themselves. */
function placeKey(line: string): string {
  const [section, owner, , type] = line.split(' ')
  return section === 'answer' ? `${section} ${owner!.toLowerCase()} ${type}` : section!
}

const SECTION_RANK = ['answer', 'authority', 'additional', 'option', 'ede']

/** Where the expected line ends in `…`, the actual one's RDATA is cut away too. */
function withEllipses(actual: readonly string[], expected: readonly string[]): string[] {
  return actual.map(line => {
    const cut = expected.find(one => one.endsWith(' …') && line.startsWith(one.slice(0, -1)))
    return cut ?? line
  })
}

/** For reports of hand-made packets. */
export function described(reply: Message | undefined): string {
  return reply === undefined ? 'silence' : printMessage(reply)
}
