/** `/metrics` of a server: gathers the facts, and looks into answers once a second. Loaded by the first who asks. */

import { Counter } from '../base/counters.ts'
import { AnswerAudit } from '../control/answer-audit.ts'
import type { GeoState } from '../control/geo-desk.ts'
import { geoReport } from '../control/geo-report.ts'
import type { HealthDesk } from '../control/health-desk.ts'
import { healthFacts, sourceFacts } from '../control/health-facts.ts'
import type { ServerRecord } from '../control/server-record.ts'
import type { ServingFacts } from '../control/status-report.ts'
import type { Supervisor } from '../control/supervise.ts'
import { CONTROL_FAMILIES } from '../observe/control-metrics.ts'
import { threadCpuSeconds, udpSockets } from '../observe/kernel.ts'
import type { Log } from '../observe/log.ts'
import type { MetricFacts, TapFacts, WorkerFacts } from '../observe/metric-facts.ts'
import { Metrics } from '../observe/metrics.ts'
import { TAP_FAMILIES } from '../observe/tap-metrics.ts'
import { TRAFFIC_FAMILIES, TRAFFIC_HISTOGRAMS } from '../observe/traffic-metrics.ts'

export interface ServeMetricsOptions {
  readonly record: ServerRecord
  readonly supervisor: Supervisor
  readonly status: () => ServingFacts
  readonly health: () => HealthDesk | undefined
  readonly geo: () => GeoState | undefined
  readonly taps?: () => TapFacts | undefined
  readonly log: Log
  readonly nowMs: () => number
  readonly wallMs: () => number
}

/** How busy a worker was is told of at least so long. */
const BUSY_SPAN_MS = 1_000

export class ServeMetrics {
  readonly metrics: Metrics
  private readonly options: ServeMetricsOptions
  private readonly audit: AnswerAudit
  private readonly busy = new Map<string, { atMs: number; cpuSeconds: number; ratio: number | undefined }>()

  constructor(options: ServeMetricsOptions) {
    this.options = options
    this.audit = new AnswerAudit(options.record.tallies, options.log)
    this.metrics = new Metrics(
      () => this.facts(),
      [...TRAFFIC_FAMILIES, ...CONTROL_FAMILIES, ...TAP_FAMILIES],
      TRAFFIC_HISTOGRAMS,
    )
  }

  /** Once a second. */
  look(): void {
    this.audit.look()
  }

  private facts(): MetricFacts {
    const { supervisor, record, status, health, geo, nowMs, wallMs } = this.options
    const desk = health()
    const { version, listen, generation, zones } = status()
    const steering = this.audit.figures()
    return {
      version,
      workers: supervisor.workers.map(worker => this.workerFacts(worker)),
      sockets: udpSockets(new Set(listen)),
      rcodes: record.tallies.totals().zones,
      steering,
      plan: {
        generation,
        publishedSeconds: record.publishedWallMs / 1_000,
        builds: record.builds,
        buildsFailed: record.buildsFailed,
        lastBuildSeconds: record.lastBuildMs / 1_000,
        zones,
        loadFailures: record.loadFailures,
      },
      health: desk === undefined ? undefined : healthFacts(desk, wallMs()),
      sources: desk === undefined ? [] : sourceFacts(desk, nowMs()),
      taps: this.options.taps?.(),
      geo: geoReport(geo(), wallMs()).flatMap(({ name, date }) => {
        const dateMs = Date.parse(`${date}T00:00:00Z`)
        return Number.isNaN(dateMs) ? [] : [{ name, dateSeconds: dateMs / 1_000 }]
      }),
    }
  }

  private workerFacts({ name, counters, deaths }: Supervisor['workers'][number]): WorkerFacts {
    const cpuSeconds = threadCpuSeconds(counters[Counter.ThreadId]!)
    const busyRatio = cpuSeconds === undefined ? undefined : this.busyRatio(name, cpuSeconds)
    return { name, counters, deaths, cpuSeconds, busyRatio }
  }

  /** Since the last look that is old enough; a thread that was replaced begins anew. */
  private busyRatio(name: string, cpuSeconds: number): number | undefined {
    const nowMs = this.options.nowMs()
    const before = this.busy.get(name)
    if (before !== undefined && nowMs - before.atMs < BUSY_SPAN_MS) return before.ratio
    const spent = cpuSeconds - (before?.cpuSeconds ?? cpuSeconds)
    const ratio =
      before === undefined || spent < 0 ? undefined : Math.min(1, (spent * 1_000) / (nowMs - before.atMs))
    this.busy.set(name, { atMs: nowMs, cpuSeconds, ratio })
    return ratio
  }
}
