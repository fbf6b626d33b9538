/** What `serve` says: what was built, what is wrong, where it listens and what to try. */
import { writeSync } from 'node:fs'
import { formatProblem, type Problem } from '../base/problem.ts'
import type { BuildResult, BuiltZone } from '../control/build.ts'
import { createLog, type Log } from '../observe/log.ts'
import { type Listening, printEndpoint } from './listen.ts'
import { packageVersion } from './package-info.ts'
import { dgramWorkers } from './serve-workers.ts'
import type { Settings } from './settings.ts'
import { count, wantsColours } from './terminal.ts'

/** A zone with thousands of errors must not bury the log. */
const PROBLEMS_PER_ZONE_MAX = 20
/** So many zones are named that a reload brought; a start brings all. */
const ZONES_NAMED_MAX = 20

export function openLog(settings: Settings): Promise<Log> {
  const format = settings['log.format']
  return createLog({
    level: settings['log.level'],
    format: format === 'auto' ? (process.stdout.isTTY ? 'pretty' : 'json') : format,
    colours: wantsColours(process.stdout, process.env),
    write: writeLine,
  })
}

/** At once, so that the last words before an exit are not lost. */
function writeLine(line: string): void {
  try {
    writeSync(process.stdout.fd, line)
  } catch {
    // Nobody reads the log any more, or not fast enough; answering goes on.
  }
}

export function logBuild(
  log: Log,
  result: BuildResult,
  removed: readonly BuiltZone[],
  { generation, elapsedMs, cause, folder }: Told,
): void {
  for (const problem of result.problems) logProblem(log, problem)
  const rebuilt = new Set(result.rebuilt)
  const isNamed = generation > 1 && rebuilt.size <= ZONES_NAMED_MAX
  for (const built of result.zones) if (rebuilt.has(built.path)) logZone(log, built, isNamed)
  for (const { zone, path } of removed) log.info({ zone, file: path }, 'zone removed with its file')
  const served = result.zones.filter(built => built.served)
  const records = served.reduce((sum, zone) => sum + zone.recordCount, 0)
  const fields = { zones: served.length, rebuilt: rebuilt.size, records, generation }
  const told = { ...fields, cause, elapsedMs: Math.round(elapsedMs) }
  if (result.zones.length > 0) log.info(told, 'zones built')
  else log.warn({ folder, ...told }, 'no zones (ORIGIN.zone) in the folder: every query is refused')
}

/** What came of a build. */
interface Told {
  readonly generation: number
  readonly elapsedMs: number
  readonly cause: string
  /** Where zones are looked for. */
  readonly folder: string
}

/** A bug of ours that ends the process: its stack as one line, where the other lines are. Node then prints it too. */
export function logLastWords(log: Log): void {
  process.on('uncaughtExceptionMonitor', error => {
    log.error({ reason: error.stack ?? error.message }, 'the server ends: a bug')
  })
}

function logZone(log: Log, built: BuiltZone, isNamed: boolean): void {
  for (const problem of built.problems.slice(0, PROBLEMS_PER_ZONE_MAX)) logProblem(log, problem, built.zone)
  const hidden = built.problems.length - PROBLEMS_PER_ZONE_MAX
  if (hidden > 0) log.warn({ zone: built.zone }, `${count(hidden, 'more problem')}: meridian check shows all`)
  const fields = { zone: built.zone, file: built.path, serial: built.serial }
  switch (built.state) {
    case 'current':
      return log[isNamed ? 'info' : 'debug']({ ...fields, records: built.recordCount }, 'zone loaded')
    case 'kept':
      return log.error(fields, 'zone has errors: still serving its last good version')
    case 'broken':
      return log.error(fields, 'zone has errors and never had a good version: answering SERVFAIL')
    default:
      return built.state satisfies never
  }
}

export function logProblem(log: Log, problem: Problem, zone?: string): void {
  const { file, line, column, severity, code } = problem
  const details = formatProblem(problem)
  const say = severity === 'error' ? log.error.bind(log) : log.warn.bind(log)
  say({ ...(zone === undefined ? {} : { zone }), file, line, column, code, details }, problem.text)
}

export function logListening(
  log: Log,
  settings: Settings,
  { endpoints, missing, udpSockets, fallback }: Listening,
  zones: readonly BuiltZone[],
): void {
  if (fallback !== undefined)
    log.warn({ reason: fallback }, 'serving UDP through node:dgram, which is slower')
  for (const endpoint of missing)
    log.warn({ address: printEndpoint(endpoint) }, 'this host lacks this address: left out')
  const udpWorkers = udpSockets === undefined ? dgramWorkers(settings.workers) : settings.workers
  const udp = udpSockets === undefined ? 'dgram' : 'native'
  log.info(
    {
      listen: endpoints.map(printEndpoint),
      udp,
      udpWorkers,
      version: packageVersion(),
      pid: process.pid,
      try: tryLine(endpoints, zones),
    },
    'listening',
  )
}

/** A line of dig to paste, for a name that is really served. */
function tryLine(endpoints: Listening['endpoints'], zones: readonly BuiltZone[]): string | undefined {
  const endpoint = endpoints[0]
  const sample = zones.find(built => built.sample !== undefined)?.sample
  if (endpoint === undefined || sample === undefined) return undefined
  const { address, port } = endpoint
  const server = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address
  return `dig @${server}${port === 53 ? '' : ` -p ${port}`} ${sample.name.replace(/(.)\.$/, '$1')} ${sample.type}`
}
