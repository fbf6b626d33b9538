/** Helper processes for tests and the bench: free ports, temporary folders, daemons that are waited for and
 *  never outlive us. Knows nothing of DNS or of any one daemon. */

import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface DaemonOptions {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** Asked again and again until it says true. */
  readonly ready: () => Promise<boolean>
  readonly readyTimeoutMs?: number
  /** Pause between two questions. */
  readonly readyPauseMs?: number
  /** More to show when the start fails, for daemons that log to a file. */
  readonly logText?: () => string
}

export interface Daemon {
  readonly child: ChildProcess
  readonly pid: number
  /** The daemon and everything below it, as the kernel sees it now. */
  pids(): number[]
  /** What it printed so far (the last megabyte). */
  output(): string
  /** SIGTERM, and SIGKILL for whatever is left after the grace. Resolves when it is gone. */
  stop(graceMs?: number): Promise<void>
}

const liveChildren = new Set<ChildProcess>()
const liveDirs = new Set<string>()
let exitHooked = false

function hookExit(): void {
  if (exitHooked) return
  exitHooked = true
  process.once('exit', () => {
    for (const child of liveChildren) killTree(child.pid, 'SIGKILL')
    for (const dir of liveDirs) rmSync(dir, { recursive: true, force: true })
  })
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)
    process.once(signal, () => process.exit(code))
}

/** A folder that is gone when this process is; world-readable, for daemons that drop their rights. */
export function makeTempDir(prefix = 'meridian-'): string {
  hookExit()
  const dir = mkdtempSync(join(tmpdir(), prefix))
  liveDirs.add(dir)
  return dir
}

export function removeTempDir(dir: string): void {
  rmSync(dir, { recursive: true, force: true })
  liveDirs.delete(dir)
}

export async function withTempDir<T>(use: (dir: string) => T | Promise<T>): Promise<T> {
  const dir = makeTempDir()
  try {
    return await use(dir)
  } finally {
    removeTempDir(dir)
  }
}

/** A port that is free for UDP and for TCP on the loopback. Between this answer and its use somebody else could take
 *  it: bind port 0 wherever the program under test lets you. Not from among those that the kernel gives to outgoing
 *  connections, or one of these would sooner or later sit on it. */
export async function freePort(address = '127.0.0.1'): Promise<number> {
  for (let tries = 0; tries < PORTS_TRIED_MAX; tries++) {
    const port = PORT_MIN + (nextPort++ % (PORT_MAX - PORT_MIN))
    if ((await tcpIsFree(address, port)) && (await udpIsFree(address, port))) return port
  }
  throw new Error(`no port free for both UDP and TCP on ${address}`)
}

const PORT_MIN = 12_000
/** Linux gives outgoing connections 32768 and above. */
const PORT_MAX = 32_000
const PORTS_TRIED_MAX = 2_000
/** Two processes that look at the same time look in different places. */
let nextPort = process.pid * 101

function tcpIsFree(address: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: address, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

function udpIsFree(address: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
    socket.once('error', () => socket.close(() => resolve(false)))
    socket.bind({ port, address, exclusive: true }, () => socket.close(() => resolve(true)))
  })
}

export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  hookExit()
  const child = spawn(options.command, options.args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
  })
  liveChildren.add(child)
  const daemon = daemonOf(child)
  const failure = await waitUntilReady(child, options)
  if (failure === undefined) return daemon
  await daemon.stop(0)
  const said = [daemon.output(), options.logText?.() ?? ''].join('\n').trim()
  throw new Error(`${options.command} ${options.args.join(' ')}: ${failure}\n${said}`)
}

async function waitUntilReady(child: ChildProcess, options: DaemonOptions): Promise<string | undefined> {
  const failure: { text?: string } = {}
  child.once('error', error => (failure.text = `could not start: ${error.message}`))
  child.once('exit', (code, signal) => {
    failure.text ??= `left with ${signal ?? `code ${code}`} before it was ready`
  })
  const timeoutMs = options.readyTimeoutMs ?? 20_000
  const deadline = Date.now() + timeoutMs
  while (failure.text === undefined) {
    if (await options.ready()) return undefined
    if (Date.now() > deadline) return `not ready after ${timeoutMs} ms`
    await sleep(options.readyPauseMs ?? 20)
  }
  return failure.text
}

const OUTPUT_CHARS_MAX = 1 << 20

function daemonOf(child: ChildProcess): Daemon {
  let printed = ''
  const collect = (chunk: Buffer): void => {
    printed = (printed + chunk.toString()).slice(-OUTPUT_CHARS_MAX)
  }
  child.stdout?.on('data', collect)
  child.stderr?.on('data', collect)
  const exited = new Promise<void>(resolve => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  void exited.then(() => liveChildren.delete(child))
  return {
    child,
    pid: child.pid ?? 0,
    pids: () => (child.pid === undefined ? [] : processTree(child.pid)),
    output: () => printed,
    stop: (graceMs = 5_000) => stopChild(child, exited, graceMs),
  }
}

async function stopChild(child: ChildProcess, exited: Promise<void>, graceMs: number): Promise<void> {
  if (child.pid === undefined) return
  const family = processTree(child.pid)
  if (child.exitCode === null && child.signalCode === null && graceMs > 0) {
    child.kill('SIGTERM')
    const timer = new AbortController()
    await Promise.race([exited, sleep(graceMs, undefined, { signal: timer.signal }).catch(() => undefined)])
    timer.abort()
  }
  // Children that a dying parent left behind are ours to end as well.
  for (const pid of family) signalQuietly(pid, 'SIGKILL')
  await exited
}

function killTree(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  for (const member of processTree(pid)) signalQuietly(member, signal)
}

function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It is gone already, which is what we wanted.
  }
}

/** `root` and its descendants, parents first. Without /proc, the root alone. */
export function processTree(root: number): number[] {
  const childrenOf = new Map<number, number[]>()
  for (const [pid, parent] of parents()) {
    const siblings = childrenOf.get(parent)
    if (siblings === undefined) childrenOf.set(parent, [pid])
    else siblings.push(pid)
  }
  const tree = [root]
  for (let i = 0; i < tree.length; i++) tree.push(...(childrenOf.get(tree[i]!) ?? []))
  return tree
}

function parents(): [number, number][] {
  let entries: string[]
  try {
    entries = readdirSync('/proc')
  } catch {
    return []
  }
  const pairs: [number, number][] = []
  for (const entry of entries) {
    if (!/^\d+$/.test(entry)) continue
    try {
      // The second field is the command in parentheses and may itself hold spaces and parentheses.
      const stat = readFileSync(`/proc/${entry}/stat`, 'latin1')
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
      pairs.push([Number(entry), parent])
    } catch {
      // It ended between the listing and the look.
    }
  }
  return pairs
}
