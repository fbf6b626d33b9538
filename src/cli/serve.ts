/** `meridian serve`: settings, sockets, first build, workers, reloads and the way out, wired together.
 *  Each of these is decided elsewhere; here they meet. */
import { type Command, Option } from 'commander'
import { monotonicMs, wallClockMs } from '../base/clock.ts'
import { allowReclaiming, reclaimSoon } from '../base/reclaim.ts'
import type { BuildResult } from '../control/build.ts'
import { type Build, backgroundBuilds, buildInThread } from '../control/builder.ts'
import type { Diagnostics, ServedState } from '../control/diagnose.ts'
import type { SeenFile } from '../control/file-reader.ts'
import type { GeoState } from '../control/geo-desk.ts'
import { Publisher } from '../control/publish.ts'
import { Rebuilder } from '../control/rebuild.ts'
import { ServerRecord } from '../control/server-record.ts'
import { engineStandsBack } from '../control/stand-back.ts'
import { Supervisor } from '../control/supervise.ts'
import { FolderWatch } from '../control/watch.ts'
import type { Log } from '../observe/log.ts'
import type { ForwardedQuestion, MessageToWorker } from '../plan/worker-contract.ts'
import { sendBySocket } from '../serve/udp-socket.ts'
import { adminFault } from './admin-check.ts'
import { geoSettings } from './geo-settings.ts'
import { explainFailure, type Listening, openListeners, printEndpoint } from './listen.ts'
import { packageVersion } from './package-info.ts'
import {
  type BuildSettings,
  buildSettingsAtOnce,
  type ResolvedSettings,
  resolveSettings,
  type SettingSources,
} from './resolve-settings.ts'
import { ServeAdmin } from './serve-admin.ts'
import { ServeControl, type ServeControlOptions } from './serve-control.ts'
import { ServeHealth } from './serve-health.ts'
import { SERVE_HELP } from './serve-help.ts'
import { logBuild, logLastWords, logListening, openLog } from './serve-log.ts'
import type { ServeNotify } from './serve-notify.ts'
import { ServeTaps } from './serve-taps.ts'
import { workerSpecs } from './serve-workers.ts'
import { flagOf, SETTING_KEYS, SETTING_TEXTS, type SettingKey, type Settings } from './settings.ts'
import { Exit, painter, paintProblem, wantsColours } from './terminal.ts'

/** Longer than a worker needs to finish what it has; shorter than a service manager's patience. */
const STOP_LIMIT_MS = 5_000

export function define(command: Command, finish: (exitCode: number) => void): void {
  command
    .description(
      'Answers DNS queries over UDP and TCP from a folder of zone files, and follows their changes.',
    )
    .option('-c, --config <FILE>', 'YAML file of settings (also MERIDIAN_CONFIG)')
    .addHelpText('after', SERVE_HELP)
  for (const key of SETTING_KEYS) command.addOption(optionFor(key))
  command.action(async (options: Record<string, unknown>) => {
    const exitCode = await serve({
      flags: flagsGiven(command, options),
      environment: process.env,
      configPath: (options['config'] as string | undefined) ?? (process.env['MERIDIAN_CONFIG'] || undefined),
    })
    if (exitCode !== undefined) finish(exitCode)
  })
}

function optionFor(key: SettingKey): Option {
  const about = SETTING_TEXTS[key]
  const value = about.value === undefined ? '' : ` <${about.value}>`
  const told = about.default === undefined ? '' : ` (default: ${about.default})`
  const option = new Option(`--${flagOf(key)}${value}`, `${about.text}${told}`)
  if (about.group !== undefined) option.helpGroup(about.group)
  if (about.repeatable === true)
    option.argParser((word: string, before: string[] | undefined) => [...(before ?? []), ...word.split(',')])
  return option
}

function flagsGiven(command: Command, options: Record<string, unknown>): Map<SettingKey, unknown> {
  const given = new Map<SettingKey, unknown>()
  for (const key of SETTING_KEYS) {
    const option = command.options.find(({ long }) => long === `--${flagOf(key)}`)
    const value = option === undefined ? undefined : options[option.attributeName()]
    if (value !== undefined) given.set(key, value)
  }
  return given
}

/** Resolves with an exit code when it cannot serve, with nothing once it does. */
async function serve(sources: SettingSources): Promise<number | undefined> {
  allowReclaiming()
  engineStandsBack()
  const atOnce = buildSettingsAtOnce(sources)
  // The first build runs on its own thread while the settings are read and the sockets opened.
  const firstBuild = atOnce === undefined ? undefined : beginBuild(atOnce)
  const resolved = await resolveSettings(sources)
  const complaint = complain(resolved)
  if (complaint !== undefined) return complaint
  const { settings, given } = resolved

  const listening = await openListeners({ ...settings, byDefault: !given.has('listen') })
  if ('failure' in listening) return cannotRun(explainFailure(listening.failure))
  const noAdmin = await adminFault(settings, given, sources.environment)
  if (noAdmin !== undefined) return cannotRun(noAdmin)
  const log = await openLog(settings)
  logLastWords(log)
  for (const warning of resolved.warnings) log.warn({}, warning)
  const server = new Server({ settings, given }, listening, log, firstBuild ?? beginBuild(settings))
  return server.start()
}

function beginBuild(settings: BuildSettings): ReturnType<Build> {
  return buildInThread({
    zonesDir: settings.zones,
    previous: [],
    build: 1,
    force: false,
    geo: geoSettings(settings),
    previousGeo: undefined,
  })
}

/** Prints what is wrong with the settings; the exit code if anything is. */
function complain({ usage, problems }: ResolvedSettings): number | undefined {
  if (usage.length === 0 && problems.length === 0) return undefined
  const paint = painter(wantsColours(process.stderr, process.env))
  for (const text of usage) process.stderr.write(`${paint('red', 'error:')} ${text}\n`)
  for (const problem of problems) process.stderr.write(`${paintProblem(problem, paint)}\n`)
  if (usage.length > 0) process.stderr.write('See meridian serve --help.\n')
  // The builder thread may be in the midst of a large zone: nobody waits for it now.
  return exitNow(usage.length > 0 ? Exit.Usage : Exit.BadInput)
}

function cannotRun(text: string): number {
  const paint = painter(wantsColours(process.stderr, process.env))
  process.stderr.write(`${paint('red', 'error:')} ${text}\n`)
  return exitNow(Exit.CannotRun)
}

function exitNow(exitCode: number): number {
  process.exit(exitCode)
}

function filesOf({ zones, geo }: BuildResult): SeenFile[] {
  return [...zones.flatMap(built => built.files), ...(geo?.files ?? [])]
}

class Server {
  private readonly settings: Settings
  private readonly given: ReadonlySet<SettingKey>
  private readonly listening: Listening
  private readonly log: Log
  private readonly publisher = new Publisher()
  private readonly rebuilder: Rebuilder
  private readonly supervisor: Supervisor
  private readonly watch: FolderWatch
  private readonly health: ServeHealth
  private readonly control: ServeControl
  private readonly record = new ServerRecord(wallClockMs)
  private admin: ServeAdmin | undefined
  private diagnostics: Diagnostics | undefined
  private notify: ServeNotify | undefined
  private taps: ServeTaps | undefined
  private firstFailure: string | undefined
  /** What was last told of the geo data. */
  private geoTold = ''
  private stopping = false

  constructor(
    { settings, given }: Pick<ResolvedSettings, 'settings' | 'given'>,
    listening: Listening,
    log: Log,
    firstBuild: ReturnType<Build>,
  ) {
    this.settings = settings
    this.given = given
    this.listening = listening
    this.log = log
    const rosterChanged = (): void => void this.rebuilder.request(false, 'the Consul catalog changed')
    this.health = new ServeHealth(settings, log, rosterChanged, () => this.taps?.flips)
    const { state: stateDir } = settings
    this.control = new ServeControl({
      stateDir,
      health: this.health,
      log,
      status: () => this.status(),
      counters: () => this.supervisor.counterBlocks,
      geo: () => this.rebuilder.geoOfNow,
    })
    let builds = 0
    const rebuild = backgroundBuilds()
    this.rebuilder = new Rebuilder({
      zonesDir: settings.zones,
      geo: geoSettings(settings),
      build: request => (builds++ === 0 ? firstBuild : rebuild(request)),
      publisher: this.publisher,
      roster: () => this.health.roster,
      events: {
        publishing: zones => {
          this.record.publishing(zones, this.rebuilder.geoOfNow, this.publisher.plan.generation + 1)
          return this.health.publishing(zones)
        },
        built: (result, removed, generation, elapsedMs, causes) => {
          this.record.built(result, generation, elapsedMs)
          void this.tellGeo(result.geo)
          logBuild(log, result, removed, { generation, elapsedMs, cause: causes.join(', ') })
          this.watch.watch({ ...result, files: filesOf(result) })
          reclaimSoon()
          this.notify?.changed()
          this.control.open()
        },
        failed: failure => {
          this.record.buildsFailed++
          this.firstFailure = failure.text
          log.error(
            { zones: settings.zones, reason: failure.text },
            'cannot read the zones folder; nothing changed',
          )
        },
      },
    })
    this.watch = new FolderWatch(settings.zones, {
      changed: () => void this.rebuilder.request(false, 'a file changed'),
      blind: (directory, reason) =>
        log.warn({ directory, reason }, 'cannot watch a folder; its changes are noticed a little later'),
    })
    this.supervisor = new Supervisor(
      this.publisher,
      {
        died: (worker, reason, delayMs) =>
          log.error({ worker, reason, delayMs }, 'a worker died and is being replaced'),
        asked: (question, reply) => void this.answerAboutUs(question, reply),
        tallied: (...counting) => this.record.tallies.counting(...counting),
      },
      monotonicMs,
    )
  }

  /** Only servers that steer need this code, and none needs it to begin. */
  private async tellGeo(geo: GeoState | undefined): Promise<void> {
    const news = geo === undefined ? '' : [geo.builtAt, ...geo.problems.map(({ text }) => text)].join()
    if (geo === undefined || news === this.geoTold) return
    this.geoTold = news
    const { logGeo } = await import('./serve-log-geo.ts')
    logGeo(this.log, geo, wallClockMs())
  }

  private async answerAboutUs(
    question: ForwardedQuestion,
    reply: (answer: MessageToWorker) => void,
  ): Promise<void> {
    const { Diagnostics } = await import('../control/diagnose.ts')
    this.diagnostics ??= new Diagnostics(() => this.served(), this.settings['udp-payload'])
    const packet = this.diagnostics.answer(question)
    const { route } = question
    if (route.via === 'socket') sendBySocket(route, packet)
    else reply({ kind: 'reply', route: route.route, packet })
  }

  private served(): ServedState {
    const zones = this.rebuilder.zones.filter(zone => zone.served)
    return {
      plan: this.publisher.plan,
      steered: zones.map(zone => zone.steered),
      geo: this.rebuilder.geoOfNow?.image,
      health: this.health.reader,
    }
  }

  private status(): ReturnType<ServeControlOptions['status']> {
    return {
      version: packageVersion(),
      pid: process.pid,
      upMs: Math.round(monotonicMs()),
      listen: this.listening.endpoints.map(printEndpoint),
      generation: this.publisher.plan.generation,
      workers: this.supervisor.workers.length,
      workerRestarts: this.supervisor.restarts,
      zones: this.rebuilder.zones
        .filter(({ served }) => served)
        .map(({ zone, state, serial, recordCount }) => ({ zone, state, serial, records: recordCount })),
    }
  }

  async start(): Promise<number | undefined> {
    process.on('SIGHUP', () => void this.reload())
    process.on('SIGTERM', () => void this.stop('SIGTERM'))
    process.on('SIGINT', () => void this.stop('SIGINT'))
    const notifySocket = process.env['NOTIFY_SOCKET'] ?? ''
    if (notifySocket !== '') await this.openNotify(notifySocket)
    // The workers get ready while the first plan is being built.
    this.taps = await ServeTaps.open(this.settings, process.env, this.log, () => this.served())
    const specs = workerSpecs(this.settings, this.listening, this.taps && (() => this.taps!.orders()))
    const started = this.supervisor.start(specs)
    this.taps?.start()
    await this.rebuilder.request(false, 'start')
    // Without one good look at the folder there is nothing to serve, not even SERVFAIL.
    if (this.publisher.plan.generation === 0) {
      const dir = this.settings.zones
      // A thread that is cut off while it still loads can take the process with it, and the exit code.
      await this.supervisor.stop(STOP_LIMIT_MS)
      return cannotRun(`cannot read the zones folder ${dir}: ${this.firstFailure}
  hint: make it, or name another one with --zones DIR`)
    }
    const failure = await started
    if (failure !== undefined)
      return cannotRun(
        'endpoint' in failure ? explainFailure(failure) : `${failure.worker} dies: ${failure.text}`,
      )
    logListening(this.log, this.settings, this.listening, this.rebuilder.zones)
    this.notify?.ready()
    this.notify?.watch(() => this.supervisor.workers, process.env, this.log)
    return (await this.openAdmin()) ? undefined : exitNow(Exit.CannotRun)
  }

  private openAdmin(): Promise<boolean> {
    const { settings, given, log, supervisor, record } = this
    this.admin = new ServeAdmin({
      settings,
      given,
      environment: process.env,
      log,
      supervisor,
      record,
      status: () => this.status(),
      health: () => this.health.opened,
      geo: () => this.rebuilder.geoOfNow,
      taps: () => this.taps?.figures(),
      nowMs: monotonicMs,
      wallMs: wallClockMs,
    })
    return this.admin.open()
  }

  private async reload(): Promise<void> {
    this.notify?.reloading()
    await this.rebuilder.request(true, 'SIGHUP')
    this.notify?.reloaded()
  }

  /** Few are started by a service manager: the others need none of this. */
  private async openNotify(socket: string): Promise<void> {
    const { ServeNotify } = await import('./serve-notify.ts')
    this.notify = ServeNotify.open(socket, this.log, () => this.status())
  }

  private async stop(signal: string): Promise<void> {
    // A second signal is from somebody who does not want to wait.
    if (this.stopping) exitNow(Exit.Fine)
    this.stopping = true
    this.log.info({ signal }, 'stopping: finishing what is in flight')
    this.notify?.stopping()
    this.watch.close()
    await this.admin?.close()
    const cutOff = await this.supervisor.stop(STOP_LIMIT_MS)
    await this.control.close()
    await this.health.stop()
    await this.taps?.stop()
    if (cutOff.length > 0) this.log.warn({ workers: cutOff }, 'some workers did not finish in time')
    this.log.info({ restarts: this.supervisor.restarts }, 'stopped')
    exitNow(Exit.Fine)
  }
}
