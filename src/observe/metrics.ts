/** `/metrics`: facts of the moment in the text format of Prometheus. Every family is one entry of a table, and makes
 *  as many series as the operator has zones, policies, names and workers; clients can never make one. */

import { setTimeout as sleep } from 'node:timers/promises'
import { Counter, collectDefaultMetrics, Gauge, type Metric, Registry } from 'prom-client'
import type { MetricFacts } from './metric-facts.ts'

export interface Row {
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

export interface Family {
  readonly name: string
  readonly help: string
  readonly kind: 'counter' | 'gauge'
  readonly labels?: readonly string[]
  readonly rows: (facts: MetricFacts) => readonly Row[]
}

/** Counted elsewhere, class by class. */
export interface HistogramFamily {
  readonly name: string
  readonly help: string
  readonly read: (facts: MetricFacts) => Histogram
}

export interface Histogram {
  /** Upper bounds; counts have one entry more. */
  readonly bounds: readonly number[]
  readonly counts: readonly number[]
  readonly sum: number
}

/** How finely the lag of the main thread's event loop is looked at; finer would wake it more often. */
const LAG_PRECISION_MS = 50
/** Gauges of prom-client's that are named like counters, which promtool minds; those without `_total` say more. */
const MISNAMED = ['handles', 'requests', 'resources'].map(what => `nodejs_active_${what}_total`)

export class Metrics {
  private readonly registry = new Registry()
  private readonly read: () => MetricFacts
  private facts: MetricFacts
  /** Before it was looked at, the lag would be told as nonsense. */
  private readonly lagIsKnown: Promise<void>
  private rendering: Promise<string> | undefined

  constructor(read: () => MetricFacts, families: readonly Family[], histograms: readonly HistogramFamily[]) {
    this.read = read
    this.facts = read()
    for (const family of families) this.register(family)
    for (const family of histograms) this.registry.registerMetric(this.histogram(family))
    this.lagIsKnown = sleep(2 * LAG_PRECISION_MS)
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: LAG_PRECISION_MS })
    for (const name of MISNAMED) this.registry.removeSingleMetric(name)
  }

  get contentType(): string {
    return this.registry.contentType
  }

  /** Those who ask at the same time get the same text. */
  render(): Promise<string> {
    this.rendering ??= this.renderNow().finally(() => {
      this.rendering = undefined
    })
    return this.rendering
  }

  private async renderNow(): Promise<string> {
    await this.lagIsKnown
    this.facts = this.read()
    return this.registry.metrics()
  }

  private register({ name, help, kind, labels = [], rows }: Family): void {
    const facts = (): MetricFacts => this.facts
    const about = { name, help, labelNames: [...labels], registers: [] }
    const metric =
      kind === 'gauge'
        ? new Gauge({
            ...about,
            collect() {
              this.reset()
              for (const row of rows(facts())) this.set(row.labels ?? {}, row.value)
            },
          })
        : new Counter({
            ...about,
            collect() {
              this.reset()
              for (const row of rows(facts())) this.inc(row.labels ?? {}, row.value)
            },
          })
    this.registry.registerMetric(metric)
  }

  /** The library's own histograms count what they observe, and cannot be told counts. */
  private histogram({ name, help, read }: HistogramFamily): Metric {
    const get = async () => {
      const { bounds, counts, sum } = read(this.facts)
      let below = 0
      const buckets = counts.map((count, i) => {
        below += count
        const le = i < bounds.length ? String(bounds[i]) : '+Inf'
        return { metricName: `${name}_bucket`, labels: { le }, value: below }
      })
      const values = [
        ...buckets,
        { metricName: `${name}_sum`, labels: {}, value: sum },
        { metricName: `${name}_count`, labels: {}, value: below },
      ]
      return { name, help, type: 'histogram', aggregator: 'sum', values }
    }
    return { name, help, get } as unknown as Metric
  }
}
