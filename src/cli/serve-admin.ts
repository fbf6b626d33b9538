/** The admin listener beside the server: opened once clients are answered, so that the first of them wait for none
 *  of its code. */

import type { AdminListener, Page, Route } from '../admin/listener.ts'
import { Counter } from '../base/counters.ts'
import type { HealthDesk } from '../control/health-desk.ts'
import type { Liveness } from '../observe/liveness.ts'
import type { ReadinessFacts } from '../observe/readiness.ts'
import { accessSettings } from './admin-check.ts'
import { printEndpoint } from './listen.ts'
import type { ServeMetrics, ServeMetricsOptions } from './serve-metrics.ts'
import type { SettingKey, Settings } from './settings.ts'

export interface ServeAdminOptions extends ServeMetricsOptions {
  readonly settings: Settings
  readonly given: ReadonlySet<SettingKey>
  readonly environment: NodeJS.ProcessEnv
}

const LOOK_MS = 1_000
/** Longer than it takes to replace a worker that died: 5 s at most, and its start. */
const STILL_LOOKS_MAX = 10

export class ServeAdmin {
  private readonly options: ServeAdminOptions
  private listener: AdminListener | undefined
  private looking: NodeJS.Timeout | undefined
  private metrics: ServeMetrics | undefined

  constructor(options: ServeAdminOptions) {
    this.options = options
  }

  /** False when it was asked for at a place that cannot be had after all. */
  async open(): Promise<boolean> {
    const { settings, given, environment, log } = this.options
    const { admin: at } = settings
    if (at.kind === 'off') return true
    const { Access } = await import('../admin/access.ts')
    const { AdminListener } = await import('../admin/listener.ts')
    const access = Access.open(accessSettings(settings, environment))
    const opened =
      typeof access === 'string'
        ? access
        : await AdminListener.open({
            at,
            access,
            routes: await this.routes(),
            warn: text => log.warn({}, `admin listener: ${text}`),
          })
    if (opened instanceof AdminListener) {
      this.listener = opened
      const address = at.kind === 'socket' ? at.path : printEndpoint({ ...at, port: opened.port ?? at.port })
      const tls = typeof access !== 'string' && access.certificate !== undefined
      log.info({ address, tls }, 'admin listener')
      return true
    }
    return this.doWithout(at.kind === 'socket' ? at.path : printEndpoint(at), opened, given.has('admin'))
  }

  async close(): Promise<void> {
    clearInterval(this.looking)
    await this.listener?.close()
  }

  private doWithout(address: string, fault: NodeJS.ErrnoException | string, wasAskedFor: boolean): boolean {
    const { log } = this.options
    const isTaken = typeof fault === 'object' && fault.code === 'EADDRINUSE'
    const reason = isTaken ? 'taken by another program' : typeof fault === 'string' ? fault : fault.message
    const fields = { address, reason }
    if (wasAskedFor) log.error(fields, 'the admin listener cannot be opened')
    else
      log.warn(
        { ...fields, hint: '--admin ADDR:PORT chooses another address, --admin off does without' },
        'no admin listener: nobody can ask for /metrics, /healthz or /readyz',
      )
    return !wasAskedFor
  }

  private async routes(): Promise<ReadonlyMap<string, Route>> {
    const { Liveness } = await import('../observe/liveness.ts')
    const { readiness } = await import('../observe/readiness.ts')
    const liveness = new Liveness(() => this.options.supervisor.workers, STILL_LOOKS_MAX)
    this.looking = setInterval(() => {
      liveness.look()
      this.metrics?.look()
    }, LOOK_MS).unref()
    return new Map<string, Route>([
      ['/healthz', { isOpen: true, page: async () => healthPage(liveness) }],
      ['/metrics', { isOpen: false, page: () => this.metricsPage() }],
      ['/readyz', { isOpen: true, page: async trusted => readyPage(readiness(this.facts()), trusted) }],
    ])
  }

  private async metricsPage(): Promise<Page> {
    const { ServeMetrics } = await import('./serve-metrics.ts')
    this.metrics ??= new ServeMetrics(this.options)
    const { metrics } = this.metrics
    return { status: 200, type: metrics.contentType, body: await metrics.render() }
  }

  private facts(): ReadinessFacts {
    const { supervisor, status, nowMs, settings } = this.options
    const desk = this.options.health()
    const workers = supervisor.workers.map(({ name, counters }) => ({
      name,
      generation: counters[Counter.Generation]!,
    }))
    return {
      upMs: nowMs(),
      generation: status().generation,
      workers,
      sources: (desk?.datacenters() ?? []).map(({ datacenter, silentMs }) => ({
        name: `Consul ${datacenter}`,
        silentMs,
      })),
      regionsUnknown: desk === undefined ? 0 : unknownRegions(desk),
      silenceMaxMs: settings['admin.ready-age'],
    }
  }
}

function unknownRegions(desk: HealthDesk): number {
  return desk.targets
    .filter(({ checks }) => checks.length > 0)
    .flatMap(({ zone, name }) => desk.book.regions(zone, name) ?? [])
    .filter(({ state }) => state === 'unknown').length
}

function healthPage(liveness: Liveness): Page {
  const stuck = liveness.stuck()
  const text = stuck.length === 0 ? 'alive' : `not turning: ${stuck.join(' ')}`
  return { status: stuck.length === 0 ? 200 : 503, type: 'text/plain; charset=utf-8', body: `${text}\n` }
}

/** Reasons name zones and sources: they are for who may know. */
function readyPage({ ready, why }: { ready: boolean; why: readonly string[] }, trusted: boolean): Page {
  const body = `${JSON.stringify(trusted ? { ready, why } : { ready })}\n`
  return { status: ready ? 200 : 503, type: 'application/json', body }
}
