/** The other authoritative servers, each started on its own loopback port with given zones, one UDP worker,
 *  minimal responses where it has the switch, no rate limit, no chroot, and all its files in a temporary
 *  folder. Used as oracles by the differential tests and as rivals by the bench. */

import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { askUdp, queryBytes, Type } from './ask.ts'
import { type Daemon, freePort, makeTempDir, removeTempDir, startDaemon } from './process.ts'
import { type ToolName, tool } from './tools.ts'

export type RivalKind = 'nsd' | 'knot' | 'bind' | 'gdnsd' | 'pdns'

/** A zone as text, or as a file that is already there. */
export type RivalZone =
  | { readonly apex: string; readonly text: string }
  | { readonly apex: string; readonly path: string }

export interface RivalOptions {
  /** Loopback port; a free one if left out. */
  readonly port?: number
  /** How long it may take to load. */
  readonly readyTimeoutMs?: number
  /** Pin the daemon to these CPUs, in taskset's notation. */
  readonly cpus?: string
  /** Pause between two readiness questions. */
  readonly readyPauseMs?: number
}

export interface Rival {
  readonly kind: RivalKind
  readonly version: string
  readonly port: number
  readonly dir: string
  readonly daemon: Daemon
  pids(): number[]
  /** Its log file and what it printed. */
  log(): string
  stop(): Promise<void>
}

interface PlacedZone {
  /** Without the final dot, except for the root. */
  readonly apex: string
  readonly path: string
}

interface Plan {
  readonly command: string
  readonly args: readonly string[]
  readonly logPath?: string
}

interface Recipe {
  readonly tool: ToolName
  readonly versionArgs: readonly string[]
  readonly version: RegExp
  readonly prepare: (dir: string, port: number, zones: readonly PlacedZone[], command: string) => Plan
}

/** Starts a rival and waits until it answers for every zone's apex. */
export async function startRival(
  kind: RivalKind,
  zones: readonly RivalZone[],
  options: RivalOptions = {},
): Promise<Rival> {
  const recipe = RECIPES[kind]
  const command = await tool(recipe.tool)
  const dir = makeTempDir(`meridian-${kind}-`)
  chmodSync(dir, 0o755)
  const port = options.port ?? (await freePort())
  const placed = zones.map((zone, index) => placeZone(dir, zone, index))
  const plan = recipe.prepare(dir, port, placed, command)
  const pinned = options.cpus === undefined ? [] : [await tool('taskset'), '-c', options.cpus]
  const [program, ...args] = [...pinned, plan.command, ...plan.args]
  const logText = (): string => readQuietly(plan.logPath)
  try {
    const daemon = await startDaemon({
      command: program!,
      args,
      cwd: dir,
      ready: apexesAnswer(port, placed),
      logText,
      ...(options.readyTimeoutMs === undefined ? {} : { readyTimeoutMs: options.readyTimeoutMs }),
      ...(options.readyPauseMs === undefined ? {} : { readyPauseMs: options.readyPauseMs }),
    })
    return {
      kind,
      version: versionOf(command, recipe),
      port,
      dir,
      daemon,
      pids: () => daemon.pids(),
      log: () => `${logText()}\n${daemon.output()}`,
      stop: async () => {
        await daemon.stop()
        removeTempDir(dir)
      },
    }
  } catch (error) {
    removeTempDir(dir)
    throw error
  }
}

function placeZone(dir: string, zone: RivalZone, index: number): PlacedZone {
  const apex = zone.apex === '.' ? '.' : zone.apex.replace(/\.$/, '')
  if ('path' in zone) return { apex, path: resolve(zone.path) }
  const path = join(dir, `zone${index}.zone`)
  writeFileSync(path, zone.text)
  return { apex, path }
}

/** Asks each apex for its SOA until all have answered once; those that have are not asked again. */
function apexesAnswer(port: number, zones: readonly PlacedZone[]): () => Promise<boolean> {
  const waiting = [...zones]
  return async () => {
    while (waiting.length > 0) {
      const reply = await askUdp(port, queryBytes({ name: waiting[0]!.apex, type: Type.SOA }), 200)
      const answered =
        reply !== undefined && reply.length > 12 && (reply[3]! & 0x0f) === 0 && reply.readUInt16BE(6) > 0
      if (!answered) return false
      waiting.shift()
    }
    return true
  }
}

/** As the program itself says. */
export async function rivalVersion(kind: RivalKind): Promise<string> {
  const recipe = RECIPES[kind]
  return versionOf(await tool(recipe.tool), recipe)
}

function versionOf(command: string, recipe: Recipe): string {
  try {
    const said = execFileSync('/bin/sh', ['-c', '"$0" "$@" 2>&1 || true', command, ...recipe.versionArgs])
    return recipe.version.exec(said.toString())?.[1] ?? 'unknown'
  } catch {
    return 'unknown'
  }
}

function readQuietly(path: string | undefined): string {
  try {
    return path === undefined ? '' : readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function withDot(apex: string): string {
  return apex.endsWith('.') ? apex : `${apex}.`
}

/** Master-file quoting of an apex inside a configuration file's double quotes. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', '\\"')}"`
}

const RECIPES: Readonly<Record<RivalKind, Recipe>> = {
  nsd: { tool: 'nsd', versionArgs: ['-v'], version: /NSD version (\S+)/, prepare: prepareNsd },
  knot: { tool: 'knotd', versionArgs: ['--version'], version: /version (\S+)/, prepare: prepareKnot },
  bind: { tool: 'named', versionArgs: ['-v'], version: /BIND (\S+)/, prepare: prepareBind },
  gdnsd: { tool: 'gdnsd', versionArgs: ['-h'], version: /gdnsd version (\S+)/, prepare: prepareGdnsd },
  pdns: { tool: 'pdns_server', versionArgs: ['--version'], version: /Server (\S+)/, prepare: preparePdns },
}

function prepareNsd(dir: string, port: number, zones: readonly PlacedZone[], command: string): Plan {
  const config = join(dir, 'nsd.conf')
  const logPath = join(dir, 'nsd.log')
  const server = [
    'server:',
    `  ip-address: 127.0.0.1@${port}`,
    `  port: ${port}`,
    '  server-count: 1',
    '  username: ""',
    '  chroot: ""',
    '  database: ""',
    `  zonesdir: "${dir}"`,
    `  pidfile: "${dir}/nsd.pid"`,
    `  zonelistfile: "${dir}/zone.list"`,
    `  xfrdfile: "${dir}/xfrd.state"`,
    `  xfrdir: "${dir}"`,
    `  logfile: "${logPath}"`,
    '  rrl-ratelimit: 0',
    '  minimal-responses: yes',
    '  tcp-count: 200',
    '  zonefiles-check: yes',
    'remote-control:',
    '  control-enable: no',
  ]
  for (const zone of zones) server.push('zone:', `  name: ${quoted(zone.apex)}`, `  zonefile: "${zone.path}"`)
  writeFileSync(config, `${server.join('\n')}\n`)
  return { command, args: ['-d', '-c', config], logPath }
}

function prepareKnot(dir: string, port: number, zones: readonly PlacedZone[], command: string): Plan {
  const config = join(dir, 'knot.conf')
  const lines = [
    'server:',
    `    rundir: "${dir}"`,
    `    listen: 127.0.0.1@${port}`,
    '    udp-workers: 1',
    '    tcp-workers: 1',
    '    background-workers: 1',
    'log:',
    '  - target: stderr',
    '    any: info',
    'control:',
    `    listen: "${dir}/knot.sock"`,
    'database:',
    `    storage: "${dir}"`,
    'template:',
    '  - id: default',
    `    storage: "${dir}"`,
    '    zonefile-load: whole',
    '    zonefile-sync: -1',
    '    journal-content: none',
    '    semantic-checks: off',
    'zone:',
  ]
  for (const zone of zones)
    lines.push(`  - domain: ${quoted(withDot(zone.apex))}`, `    file: "${zone.path}"`)
  writeFileSync(config, `${lines.join('\n')}\n`)
  return { command, args: ['-c', config] }
}

function prepareBind(dir: string, port: number, zones: readonly PlacedZone[], command: string): Plan {
  const config = join(dir, 'named.conf')
  const lines = [
    'options {',
    `  directory "${dir}";`,
    `  listen-on port ${port} { 127.0.0.1; };`,
    '  listen-on-v6 { none; };',
    '  recursion no;',
    '  minimal-responses yes;',
    '  minimal-any yes;',
    '  dnssec-validation no;',
    '  notify no;',
    '  querylog no;',
    `  pid-file "${dir}/named.pid";`,
    `  session-keyfile "${dir}/session.key";`,
    '  check-integrity no;',
    '  check-names primary ignore;',
    '};',
    'controls { };',
  ]
  for (const zone of zones) lines.push(`zone ${quoted(zone.apex)} { type primary; file "${zone.path}"; };`)
  writeFileSync(config, `${lines.join('\n')}\n`)
  // One worker thread (-n) and one UDP listener (-U); -g stays in the foreground and logs to stderr.
  return { command, args: ['-g', '-n', '1', '-U', '1', '-c', config] }
}

function prepareGdnsd(dir: string, port: number, zones: readonly PlacedZone[], command: string): Plan {
  const etc = join(dir, 'etc')
  mkdirSync(join(etc, 'zones'), { recursive: true })
  mkdirSync(join(dir, 'run'))
  mkdirSync(join(dir, 'state'))
  for (const zone of zones)
    symlinkSync(zone.path, join(etc, 'zones', zone.apex === '.' ? 'ROOT_ZONE' : zone.apex))
  writeFileSync(
    join(etc, 'config'),
    [
      'options => {',
      `  listen => { 127.0.0.1:${port} => { udp_threads => 1, tcp_threads => 1 } }`,
      `  run_dir => ${dir}/run`,
      `  state_dir => ${dir}/state`,
      '}',
      '',
    ].join('\n'),
  )
  return { command, args: ['-c', etc, 'start'] }
}

function preparePdns(dir: string, port: number, zones: readonly PlacedZone[], command: string): Plan {
  const bindConfig = zones.map(zone => `zone ${quoted(zone.apex)} { type native; file "${zone.path}"; };`)
  writeFileSync(join(dir, 'bind.conf'), `${bindConfig.join('\n')}\n`)
  writeFileSync(
    join(dir, 'pdns.conf'),
    [
      'launch=bind',
      `bind-config=${dir}/bind.conf`,
      'local-address=127.0.0.1',
      `local-port=${port}`,
      'receiver-threads=1',
      'distributor-threads=1',
      `socket-dir=${dir}`,
      'daemon=no',
      'guardian=no',
      'loglevel=4',
      'disable-syslog=yes',
      'security-poll-suffix=',
      '',
    ].join('\n'),
  )
  return { command, args: [`--config-dir=${dir}`] }
}
