/** The three servers side by side with the same zones, and what they say to many queries. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Message, MessageError, readLeniently, readMessage } from '../answers/message.ts'
import { writeQuery } from '../answers/query.ts'
import { askUdp, queryBytes, Type } from '../tools/ask.ts'
import { freePort, makeTempDir, removeTempDir, startDaemon } from '../tools/process.ts'
import { type RivalKind, startRival } from '../tools/rivals.ts'
import { askAllTcp, askAllUdp } from './asker.ts'
import type { Query } from './queries.ts'
import { apexText, type Family, zoneText } from './zones.ts'

export type ServerName = 'meridian' | 'nsd' | 'knot'

/** What came back: a message, or why there is none. */
export type Said = Message | string

export interface Server {
  readonly name: ServerName
  readonly port: number
  /** The process that answers, for those who watch its memory. */
  readonly pid: number
  isAlive(): boolean
  log(): string
  stop(): Promise<void>
}

export async function startServer(name: ServerName, families: readonly Family[]): Promise<Server> {
  const zones = families
    .flatMap(family => family.zones)
    .map(zone => ({ apex: apexText(zone), text: zoneText(zone) }))
  return name === 'meridian' ? startMeridian(zones) : startOther(name, zones)
}

export async function ask(
  server: Server,
  queries: readonly Query[],
  transport: 'udp' | 'tcp',
): Promise<Said[]> {
  const packets = queries.map(queryPacket)
  const replies = await (transport === 'udp' ? askAllUdp : askAllTcp)(server.port, packets)
  const read = server.name === 'meridian' ? readMessage : readLeniently
  return replies.map(reply => {
    if (reply === undefined) return 'silence'
    try {
      return read(reply)
    } catch (error) {
      if (!(error instanceof MessageError)) throw error
      return `no valid message: ${error.message}\n${reply.toString('hex')}`
    }
  })
}

export function queryPacket(query: Query): Buffer {
  const { name, type, flags, payload, dnssecOk } = query
  return writeQuery(name, type, { flags, ...(payload === undefined ? {} : { edns: { payload, dnssecOk } }) })
}

//------------ Starting ------------

interface NamedZone {
  readonly apex: string
  readonly text: string
}

async function startOther(kind: RivalKind & ServerName, zones: readonly NamedZone[]): Promise<Server> {
  const rival = await startRival(kind, zones, { readyPauseMs: 10 })
  const { port, daemon } = rival
  return {
    name: kind,
    port,
    pid: daemon.pid,
    isAlive: () => daemon.child.exitCode === null && daemon.child.signalCode === null,
    log: () => rival.log(),
    stop: () => rival.stop(),
  }
}

/** `MERIDIAN_MAIN` names another build. */
const MAIN = process.env['MERIDIAN_MAIN'] ?? fileURLToPath(new URL('../../dist/main.js', import.meta.url))

/** The real program, from `dist/`. */
export async function startMeridian(
  zones: readonly NamedZone[],
  moreArgs: readonly string[] = [],
): Promise<Server> {
  const dir = makeTempDir('meridian-differential-')
  const zonesDir = join(dir, 'zones')
  mkdirSync(zonesDir)
  for (const zone of zones) writeFileSync(join(zonesDir, `${zone.apex}zone`), zone.text)
  const port = await freePort()
  const waiting = zones.map(zone => zone.apex)
  const listen = ['--listen', `127.0.0.1:${port}`, '--workers', '1']
  const daemon = await startDaemon({
    command: process.execPath,
    args: [MAIN, 'serve', '--zones', zonesDir, ...listen, ...moreArgs],
    cwd: dir,
    readyPauseMs: 10,
    ready: async () => {
      while (waiting.length > 0) {
        const reply = await askUdp(port, queryBytes({ name: waiting[0]!, type: Type.SOA }), 200)
        if (reply === undefined || (reply[3]! & 15) !== 0 || reply.readUInt16BE(6) === 0) return false
        waiting.shift()
      }
      return true
    },
  })
  return {
    name: 'meridian',
    port,
    pid: daemon.pid,
    isAlive: () => daemon.child.exitCode === null && daemon.child.signalCode === null,
    log: () => daemon.output(),
    stop: async () => {
      await daemon.stop()
      removeTempDir(dir)
    },
  }
}
