/** Meridian and its rivals behind one interface: started on a port with zone files, asked to reload, stopped.
 *  Knows command lines, no measuring. */

import { execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ROOT } from '../house/source.ts'
import { askUdp, queryBytes, Type } from '../tools/ask.ts'
import { type Daemon, freePort, makeTempDir, removeTempDir, startDaemon } from '../tools/process.ts'
import { type Rival, type RivalKind, startRival } from '../tools/rivals.ts'
import { findTool, type ToolName } from '../tools/tools.ts'
import type { ZoneFile } from './zones.ts'

export type ServerKind = 'meridian' | RivalKind | 'echo'

export const SERVER_KINDS: readonly ServerKind[] = [
  'meridian',
  'gdnsd',
  'knot',
  'nsd',
  'pdns',
  'bind',
  'echo',
]

export interface ServerOptions {
  /** CPUs in taskset's notation; empty leaves it free. */
  readonly cpus: string
  readonly port?: number
  readonly readyTimeoutMs?: number
  readonly readyPauseMs?: number
  /** More arguments for the `node` that runs Meridian. */
  readonly nodeArgs?: readonly string[]
  /** More settings for Meridian's `serve`. */
  readonly serveArgs?: readonly string[]
}

export interface BenchServer {
  readonly kind: ServerKind
  readonly version: string
  readonly port: number
  pids(): number[]
  log(): string
  /** Asks it to read its zones again; Meridian sees the change by itself. */
  reload(): void
  stop(): Promise<void>
}

const PROGRAMS: Readonly<Record<RivalKind, ToolName>> = {
  nsd: 'nsd',
  knot: 'knotd',
  bind: 'named',
  gdnsd: 'gdnsd',
  pdns: 'pdns_server',
}

/** Why a server cannot take part, or undefined. */
export function whyNot(kind: ServerKind): string | undefined {
  if (kind === 'meridian' || kind === 'echo') return undefined
  const found = findTool(PROGRAMS[kind])
  return 'missing' in found ? found.missing : undefined
}

export async function startServer(
  kind: ServerKind,
  zones: readonly ZoneFile[],
  options: ServerOptions,
): Promise<BenchServer> {
  const server = await launch(kind, zones, options)
  // Knot binds its UDP threads to CPUs of its own choice, the first one first, which is the generator's.
  if (options.cpus !== '')
    for (const pid of server.pids())
      execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', options.cpus, `${pid}`], {
        stdio: 'ignore',
      })
  return server
}

async function launch(
  kind: ServerKind,
  zones: readonly ZoneFile[],
  options: ServerOptions,
): Promise<BenchServer> {
  if (kind === 'meridian') return startMeridian(zones, options)
  if (kind === 'echo') return startEcho(options)
  const { cpus, nodeArgs: _unused, ...rest } = options
  const rival = await startRival(kind, zones, cpus === '' ? rest : { ...rest, cpus })
  return {
    kind,
    version: rival.version,
    port: rival.port,
    pids: () => rival.pids(),
    log: () => rival.log(),
    reload: () => reloadRival(rival),
    stop: () => rival.stop(),
  }
}

function reloadRival(rival: Rival): void {
  if (rival.kind === 'gdnsd')
    spawn('gdnsdctl', ['-c', join(rival.dir, 'etc'), 'reload-zones'], { stdio: 'ignore' })
  else process.kill(rival.daemon.pid, 'SIGHUP')
}

function pinned(cpus: string, command: readonly string[]): string[] {
  return cpus === '' ? [...command] : ['taskset', '-c', cpus, ...command]
}

/** It serves the folder the zone files are in, so that a file renamed there is seen at once. */
async function startMeridian(zones: readonly ZoneFile[], options: ServerOptions): Promise<BenchServer> {
  const dir = makeTempDir('meridian-bench-')
  const zonesDir = dirname(zones[0]!.path)
  const port = options.port ?? (await freePort())
  const [command, ...args] = pinned(options.cpus, [
    process.execPath,
    ...(options.nodeArgs ?? []),
    join(ROOT, 'dist', 'main.js'),
    'serve',
    `--zones=${zonesDir}`,
    `--listen=127.0.0.1:${port}`,
    '--workers=1',
    // As it would by itself with a worker for every core; the other core is the generator's.
    '--pin=yes',
    `--state=${join(dir, 'state')}`,
    '--log-level=warn',
    ...(options.serveArgs ?? []),
  ])
  const daemon = await startDaemon({
    command: command!,
    args,
    cwd: dir,
    ready: async () => {
      for (const { apex } of zones) if (!(await hasSoa(port, apex))) return false
      return true
    },
    ...(options.readyTimeoutMs === undefined ? {} : { readyTimeoutMs: options.readyTimeoutMs }),
    ...(options.readyPauseMs === undefined ? {} : { readyPauseMs: options.readyPauseMs }),
  })
  return wrapped('meridian', meridianVersion(), port, daemon, dir)
}

export function meridianVersion(): string {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
  return version
}

async function hasSoa(port: number, apex: string): Promise<boolean> {
  const reply = await askUdp(port, queryBytes({ name: apex, type: Type.SOA }), 200)
  return reply !== undefined && (reply[3]! & 0x0f) === 0 && reply.readUInt16BE(6) > 0
}

async function startEcho(options: ServerOptions): Promise<BenchServer> {
  const dir = makeTempDir('meridian-bench-')
  const port = options.port ?? (await freePort())
  const script = join(ROOT, 'test', 'bench', 'echo.ts')
  const [command, ...args] = pinned(options.cpus, [process.execPath, '--import', 'tsx', script, `${port}`])
  const daemon = await startDaemon({
    command: command!,
    args,
    cwd: ROOT,
    ready: async () =>
      (await askUdp(port, queryBytes({ name: 'echo.example', type: Type.A }), 200)) !== undefined,
  })
  return wrapped('echo', '', port, daemon, dir)
}

function wrapped(kind: ServerKind, version: string, port: number, daemon: Daemon, dir: string): BenchServer {
  return {
    kind,
    version,
    port,
    pids: () => daemon.pids(),
    log: () => daemon.output(),
    reload: () => {},
    stop: async () => {
      await daemon.stop()
      removeTempDir(dir)
    },
  }
}
