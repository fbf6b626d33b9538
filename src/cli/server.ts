/** A server from its first build to the way out: its parts wired together. Each decides for itself; here they meet. */

import { monotonicMs, wallClockMs } from '../base/clock.ts'
import { inlineFreely } from '../base/inline.ts'
import { reclaimSoon } from '../base/reclaim.ts'
import { type Build, type BuildFailure, backgroundBuilds } from '../control/builder.ts'
import type { Diagnostics, ServedState } from '../control/diagnose.ts'
import type { GeoState } from '../control/geo-desk.ts'
import { Publisher } from '../control/publish.ts'
import { type RebuildEvents, Rebuilder } from '../control/rebuild.ts'
import { ServerRecord } from '../control/server-record.ts'
import type { ServingFacts } from '../control/status-report.ts'
import { Supervisor } from '../control/supervise.ts'
import { FolderWatch } from '../control/watch.ts'
import type { Log } from '../observe/log.ts'
import type { ForwardedQuestion, MessageToWorker } from '../plan/worker-contract.ts'
import { sendBySocket } from '../serve/udp-socket.ts'
import { geoSettings } from './geo-settings.ts'
import { cannotRun, exitNow } from './leave.ts'
import { explainFailure, type Listening, printEndpoint } from './listen.ts'
import { packageVersion } from './package-info.ts'
import type { ResolvedSettings } from './resolve-settings.ts'
import { ServeAdmin } from './serve-admin.ts'
import { ServeControl } from './serve-control.ts'
import { ServeHealth } from './serve-health.ts'
import { logBuild, logListening } from './serve-log.ts'
import type { ServeNotify } from './serve-notify.ts'
import { ServeTaps } from './serve-taps.ts'
import { workerSpecs } from './serve-workers.ts'
import type { SettingKey, Settings } from './settings.ts'
import { Exit } from './terminal.ts'

/** Longer than a worker needs to finish what it has; shorter than a service manager's patience. */
const STOP_LIMIT_MS = 5_000

export class Server {
  private readonly settings: Settings
  private readonly listening: Listening
  private readonly log: Log
  private readonly publisher = new Publisher()
  private readonly record = new ServerRecord(wallClockMs)
  private readonly health: ServeHealth
  private readonly rebuilder: Rebuilder
  private readonly watch: FolderWatch
  private readonly supervisor: Supervisor
  private readonly control: ServeControl
  private readonly admin: ServeAdmin
  private taps: ServeTaps | undefined
  private notify: ServeNotify | undefined
  private diagnostics: Diagnostics | undefined
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
    this.listening = listening
    this.log = log
    const rosterChanged = (): void => void this.rebuilder.request(false, 'the Consul catalog changed')
    this.health = new ServeHealth(settings, log, rosterChanged, () => this.taps?.flips)
    this.rebuilder = this.wireRebuilder(firstBuild)
    this.watch = this.wireWatch()
    this.supervisor = this.wireSupervisor()
    this.control = this.wireControl()
    this.admin = this.wireAdmin(given)
  }

  /** Resolves when everything that was asked for is served, or leaves with the reason why not. */
  async start(): Promise<void> {
    process.on('SIGHUP', () => void this.reload())
    process.on('SIGTERM', () => void this.stop('SIGTERM'))
    process.on('SIGINT', () => void this.stop('SIGINT'))
    await this.openNotify(process.env['NOTIFY_SOCKET'] ?? '')
    // The workers get ready while the first plan is being built.
    this.taps = await ServeTaps.open(this.settings, process.env, this.log, () => this.served())
    const specs = workerSpecs(this.settings, this.listening, this.taps && (() => this.taps!.orders()))
    const started = this.supervisor.start(specs)
    this.taps?.start()
    await this.rebuilder.request(false, 'start')
    inlineFreely()
    // Without one good look at the folder there is nothing to serve, not even SERVFAIL.
    if (this.publisher.plan.generation === 0) {
      const dir = this.settings.zones
      // A thread that is cut off while it still loads can take the process with it, and the exit code.
      await this.supervisor.stop(STOP_LIMIT_MS)
      cannotRun(`cannot read the zones folder ${dir}: ${this.firstFailure}
  hint: make it, or name another one with --zones DIR`)
    }
    const failure = await started
    if (failure !== undefined)
      cannotRun('endpoint' in failure ? explainFailure(failure) : `${failure.worker} dies: ${failure.text}`)
    logListening(this.log, this.settings, this.listening, this.rebuilder.zones)
    this.notify?.ready()
    this.notify?.watch(() => this.supervisor.workers, process.env, this.log)
    if (!(await this.admin.open())) exitNow(Exit.CannotRun)
  }

  private async reload(): Promise<void> {
    this.notify?.reloading()
    await this.rebuilder.request(true, 'SIGHUP')
    this.notify?.reloaded()
  }

  private async stop(signal: string): Promise<void> {
    // A second signal is from somebody who does not want to wait.
    if (this.stopping) exitNow(Exit.Fine)
    this.stopping = true
    this.log.info({ signal }, 'stopping: finishing what is in flight')
    this.notify?.stopping()
    this.watch.close()
    await this.admin.close()
    const cutOff = await this.supervisor.stop(STOP_LIMIT_MS)
    await this.control.close()
    await this.health.stop()
    await this.taps?.stop()
    if (cutOff.length > 0) this.log.warn({ workers: cutOff }, 'some workers did not finish in time')
    this.log.info({ restarts: this.supervisor.restarts }, 'stopped')
    exitNow(Exit.Fine)
  }

  //------------ Builds ---

  private wireRebuilder(firstBuild: ReturnType<Build>): Rebuilder {
    let builds = 0
    const rebuild = backgroundBuilds()
    return new Rebuilder({
      zonesDir: this.settings.zones,
      geo: geoSettings(this.settings),
      build: request => (builds++ === 0 ? firstBuild : rebuild(request)),
      publisher: this.publisher,
      roster: () => this.health.roster,
      events: {
        publishing: zones => {
          this.record.publishing(zones, this.rebuilder.geoOfNow, this.publisher.plan.generation + 1)
          return this.health.publishing(zones)
        },
        built: (...news) => this.built(...news),
        failed: failure => this.buildFailed(failure),
      },
    })
  }

  private wireWatch(): FolderWatch {
    const { log, settings } = this
    return new FolderWatch(settings.zones, {
      changed: () => void this.rebuilder.request(false, 'a file changed'),
      blind: (directory, reason) =>
        log.warn({ directory, reason }, 'cannot watch a folder; its changes are noticed a little later'),
    })
  }

  private built(
    ...[result, removed, generation, elapsedMs, causes]: Parameters<RebuildEvents['built']>
  ): void {
    this.record.built(result, generation, elapsedMs)
    void this.tellGeo(result.geo)
    const told = { generation, elapsedMs, cause: causes.join(', '), folder: this.settings.zones }
    logBuild(this.log, result, removed, told)
    const files = [...result.zones.flatMap(zone => zone.files), ...(result.geo?.files ?? [])]
    this.watch.watch({ ...result, files })
    reclaimSoon()
    this.notify?.changed()
    this.control.open()
  }

  private buildFailed({ text }: BuildFailure): void {
    this.record.buildsFailed++
    this.firstFailure = text
    this.log.error(
      { zones: this.settings.zones, reason: text },
      'cannot read the zones folder; nothing changed',
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

  //------------ Workers, and what they ask ---

  private wireSupervisor(): Supervisor {
    return new Supervisor(
      this.publisher,
      {
        died: (worker, reason, delayMs) =>
          this.log.error({ worker, reason, delayMs }, 'a worker died and is being replaced'),
        asked: (question, reply) => void this.answerAboutUs(question, reply),
        tallied: (...counting) => this.record.tallies.counting(...counting),
      },
      monotonicMs,
    )
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

  //------------ Operators, monitoring, the service manager ---

  private wireControl(): ServeControl {
    return new ServeControl({
      stateDir: this.settings.state,
      health: this.health,
      log: this.log,
      status: () => this.status(),
      counters: () => this.supervisor.counterBlocks,
      rcodes: () => this.record.tallies.rcodes(),
      geo: () => this.rebuilder.geoOfNow,
    })
  }

  private wireAdmin(given: ReadonlySet<SettingKey>): ServeAdmin {
    const { settings, log, supervisor, record } = this
    return new ServeAdmin({
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
  }

  /** Few are started by a service manager: the others need none of this. */
  private async openNotify(socket: string): Promise<void> {
    if (socket === '') return
    const { ServeNotify } = await import('./serve-notify.ts')
    this.notify = ServeNotify.open(socket, this.log, () => this.status())
  }

  private status(): ServingFacts {
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
}
