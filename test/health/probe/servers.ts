/** Servers in process for probes to look at, well-behaved and not, and how to send one probe there. Every socket a
 *  probe opened must be closed again: `stopServers` waits for that, and hangs the test where one is not. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { parseAddress } from '../../../src/base/address.ts'
import { wallClockMs } from '../../../src/base/clock.ts'
import { DenyList, type Destination } from '../../../src/health/probe/deny.ts'
import {
  hostOf,
  type ProbeOutcome,
  type ProbeSpec,
  type ProbeTarget,
} from '../../../src/health/probe/probe.ts'
import { runProbe } from '../../../src/health/probe/run.ts'
import { makeTrust } from '../../../src/health/probe/secure.ts'
import { realTiming } from '../../../src/health/probe/timing.ts'
import { Authority } from './certificates.ts'

export const LOOPBACK = '127.0.0.1'
/** Long enough for a loaded machine to answer, where an answer comes. */
export const PATIENT_MS = 10_000
/** Where none comes. */
export const HASTY_MS = 250

export const authority = new Authority('Test Authority')
const trust = makeTrust([authority.cert], wallClockMs)

//------------ Servers ---

const running: Server[] = []
const accepted = new Set<Socket>()
const atEnd: (() => unknown)[] = []

/** Listens on a free port of the loopback and hands it back. */
export async function listen(server: Server, address = LOOPBACK): Promise<number> {
  server.on('connection', socket => {
    accepted.add(socket)
    socket.on('close', () => accepted.delete(socket))
    socket.on('error', () => undefined)
  })
  server.listen(0, address)
  await once(server, 'listening')
  running.push(server)
  return (server.address() as AddressInfo).port
}

/** A server of raw octets. What it is sent is thrown away, and it hears of the end. */
export function rawServer(serve: (socket: Socket) => void, address = LOOPBACK): Promise<number> {
  return listen(
    createServer(socket => {
      socket.resume()
      serve(socket)
    }),
    address,
  )
}

/** Sends the text as soon as anything has come in. */
export function answering(text: string | Buffer, thenEnd = false): (socket: Socket) => void {
  return socket =>
    socket.once('data', () => {
      socket.write(text)
      if (thenEnd) socket.end()
    })
}

/** One octet at a time, for ever. */
export function dribbling(start: string, octet: string): (socket: Socket) => void {
  return socket =>
    socket.once('data', () => {
      socket.write(start)
      const timer = setInterval(() => socket.write(octet), 20)
      socket.on('close', () => clearInterval(timer))
    })
}

export function cleanUp(run: () => unknown): void {
  atEnd.push(run)
}

/** Waits until every connection is closed by the probe's side or both, then stops the servers. */
export async function stopServers(): Promise<void> {
  await Promise.all([...accepted].map(isClosed))
  await Promise.all(running.splice(0).map(server => new Promise(resolve => server.close(resolve))))
  for (const run of atEnd.splice(0)) await run()
}

function isClosed(socket: Socket): Promise<unknown> {
  // Not by `once` of node:events, which takes a reset for a failure.
  return new Promise(resolve => (socket.closed ? resolve(true) : socket.once('close', resolve)))
}

/** A port where nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, LOOPBACK)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** A port where connecting takes for ever: a stopped process whose queue of connections is full. */
export async function blackHole(): Promise<number> {
  const script = `const s = require('net').createServer().listen(
    { port: 0, host: '${LOOPBACK}', backlog: 1 }, () => console.log(s.address().port))`
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  child.kill('SIGSTOP')
  const port = Number(line.toString())
  const fillers = Array.from({ length: 8 }, () => connect(port, LOOPBACK).on('error', () => undefined))
  await Promise.all(fillers.slice(0, 2).map(filler => once(filler, 'connect')))
  cleanUp(async () => {
    for (const filler of fillers) filler.destroy()
    child.kill('SIGKILL')
    await once(child, 'close')
  })
  return port
}

//------------ Probes ---

export type SpecPart = Omit<Partial<ProbeSpec>, 'kind' | 'expect'> & {
  readonly kind: ProbeSpec['kind']
  readonly expect?: Partial<ProbeSpec['expect']>
}

export function specOf(part: SpecPart): ProbeSpec {
  const statuses = part.kind === 'http' || part.kind === 'https' ? [{ from: 200, to: 299 }] : []
  const expect = { statuses, text: '', addresses: [], ...part.expect }
  const plain = { target: '', port: 0, intervalMs: PATIENT_MS, timeoutMs: PATIENT_MS, host: '' }
  return { ...plain, ...part, expect }
}

export function targetOf(part: SpecPart, address = LOOPBACK, id = 'one'): ProbeTarget {
  return { id, address: parseAddress(address)!, name: 'shop.test.', spec: specOf(part) }
}

/** One probe, by itself. */
export function probe(part: SpecPart, address = LOOPBACK): Promise<ProbeOutcome> {
  const target = targetOf(part, address)
  const destination = new DenyList([]).admit(target.address, target.spec.port) as Destination
  const job = { destination, spec: target.spec, host: hostOf(target), trust }
  return new Promise(resolve => runProbe(job, realTiming, resolve))
}

/** `ok`, or the reason or cause, with the detail behind it: what tables expect. */
export function shown(outcome: ProbeOutcome): string {
  switch (outcome.kind) {
    case 'ok':
      return `ok: ${outcome.detail}`
    case 'failed':
      return `${outcome.reason}: ${outcome.detail}`
    case 'gap':
      return `(${outcome.cause}): ${outcome.detail}`
    default:
      return outcome satisfies never
  }
}
