/** Meridian and servers with geo plug-ins, started on a free port with their own files. Knows command lines, not
 *  what is asked. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBuilt, MAIN } from '../server/built.ts'
import { askUdp, queryBytes, Type } from '../tools/ask.ts'
import { type Daemon, freePort, makeTempDir, removeTempDir, startDaemon } from '../tools/process.ts'
import { type ToolName, tool } from '../tools/tools.ts'

export interface GeoServer {
  readonly port: number
  readonly daemon: Daemon
  /** What it says to its log. */
  log(): string
  stop(): Promise<void>
}

export interface GeoServerOptions {
  /** CPUs in taskset's notation. */
  readonly cpus?: string
  /** More arguments for the `node` that runs Meridian. */
  readonly nodeArgs?: readonly string[]
}

/** What to write and run, given a folder and a port. */
export interface Launch {
  readonly command: string
  readonly args: readonly string[]
}

/** Waits for the apex's SOA. */
export async function launch(
  apex: string,
  prepare: (dir: string, port: number) => Promise<Launch>,
  { cpus }: GeoServerOptions = {},
): Promise<GeoServer> {
  const dir = makeTempDir('meridian-geo-rival-')
  const port = await freePort()
  const { command, args } = await prepare(dir, port)
  const pinned = cpus === undefined ? [] : [await tool('taskset'), '-c', cpus]
  const [program, ...rest] = [...pinned, command, ...args]
  const daemon = await startDaemon({
    command: program!,
    args: rest,
    cwd: dir,
    readyTimeoutMs: 60_000,
    ready: async () => {
      const reply = await askUdp(port, queryBytes({ name: apex, type: Type.SOA }), 200)
      return reply !== undefined && (reply[3]! & 15) === 0 && reply.readUInt16BE(6) > 0
    },
  })
  return {
    port,
    daemon,
    log: () => daemon.output(),
    stop: async () => {
      await daemon.stop()
      removeTempDir(dir)
    },
  }
}

export function startMeridian(
  apex: string,
  zone: string,
  mmdbPath: string | undefined,
  options: GeoServerOptions = {},
): Promise<GeoServer> {
  ensureBuilt()
  return launch(
    apex,
    async (dir, port) => {
      const zonesDir = join(dir, 'zones')
      mkdirSync(zonesDir)
      writeFileSync(join(zonesDir, `${apex}.zone`), zone)
      const geo = mmdbPath === undefined ? [] : [`--geo=${mmdbPath}`]
      const words = ['serve', `--zones=${zonesDir}`, `--listen=127.0.0.1:${port}`, '--workers=1', ...geo]
      const quiet = [`--state=${join(dir, 'state')}`, '--log-level=warn']
      return { command: process.execPath, args: [...(options.nodeArgs ?? []), MAIN, ...words, ...quiet] }
    },
    options,
  )
}

/** `plugins` is the part of its configuration that tells of geography. */
export function startGdnsd(
  apex: string,
  zone: string,
  plugins: string,
  options: GeoServerOptions = {},
): Promise<GeoServer> {
  return launch(
    apex,
    async (dir, port) => {
      for (const folder of ['etc/zones', 'run', 'state']) mkdirSync(join(dir, folder), { recursive: true })
      writeFileSync(join(dir, 'etc', 'zones', apex), zone)
      const listen = `listen => { 127.0.0.1:${port} => { udp_threads => 1, tcp_threads => 1 } }`
      const folders = `run_dir => ${dir}/run, state_dir => ${dir}/state`
      writeFileSync(join(dir, 'etc', 'config'), `options => { ${listen}, ${folders} }\n${plugins}`)
      return { command: await tool('gdnsd'), args: ['-c', join(dir, 'etc'), 'start'] }
    },
    options,
  )
}

export type { ToolName }
