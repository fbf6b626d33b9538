/** What is observed of the traffic, if anything: settings → taps and traces. A server that observes nothing loads none
 *  of it. */

import { monotonicMs } from '../base/clock.ts'
import type { ServedState } from '../control/diagnose.ts'
import type { FlipWatch } from '../control/health-desk.ts'
import type { TapDesk } from '../control/tap-desk.ts'
import type { TraceDesk } from '../control/trace-desk.ts'
import type { Log } from '../observe/log.ts'
import type { TapFacts } from '../observe/metric-facts.ts'
import type { TapOrders } from '../plan/worker-contract.ts'
import { packageVersion } from './package-info.ts'
import type { Settings } from './settings.ts'

export class ServeTaps {
  private readonly taps: TapDesk
  private readonly traces: TraceDesk | undefined

  /** Undefined where nothing is to be observed. */
  static async open(
    settings: Settings,
    environment: NodeJS.ProcessEnv,
    log: Log,
    served: () => ServedState,
  ): Promise<ServeTaps | undefined> {
    if (settings['dnstap.socket'] === '' && settings['otlp.endpoint'] === '') return undefined
    const { TapDesk } = await import('../control/tap-desk.ts')
    const traces = await openTraces(settings, environment, log, served)
    const dnstap = dnstapOrders(settings)
    const messageEvery = settings['dnstap.sample']
    const taps = new TapDesk({ dnstap, messageEvery, ...(traces === undefined ? {} : { traces }), log })
    return new ServeTaps(taps, traces)
  }

  private constructor(taps: TapDesk, traces: TraceDesk | undefined) {
    this.taps = taps
    this.traces = traces
  }

  /** Who follows changes of health, if anybody does. */
  get flips(): FlipWatch | undefined {
    return this.traces?.flips
  }

  /** For one more worker. */
  orders(): TapOrders {
    return this.taps.orders()
  }

  /** Every worker has its orders. */
  start(): void {
    this.taps.start()
  }

  figures(): TapFacts {
    const { taps, traces } = this
    return {
      ...(taps.hasDnstap ? { dnstap: taps.figures() } : {}),
      ...(traces === undefined ? {} : { spans: traces.figures(taps.figures().droppedSpans) }),
    }
  }

  async stop(): Promise<void> {
    await this.taps.stop()
    await this.traces?.stop()
  }
}

function dnstapOrders(settings: Settings) {
  const socket = settings['dnstap.socket']
  if (socket === '') return undefined
  return {
    socket,
    messages: settings['dnstap.messages'],
    identity: settings['dnstap.identity'] || settings.identity,
    version: `meridian ${packageVersion()}`,
  }
}

async function openTraces(
  settings: Settings,
  environment: NodeJS.ProcessEnv,
  log: Log,
  served: () => ServedState,
): Promise<TraceDesk | undefined> {
  const endpoint = settings['otlp.endpoint']
  if (endpoint === '') return undefined
  const { TraceDesk } = await import('../control/trace-desk.ts')
  const { headersOfFile, headersOfVariable } = await import('../observe/otlp-headers.ts')
  const headersFile = settings['otlp.headers-file']
  const fromVariable = headersOfVariable(environment['OTEL_EXPORTER_OTLP_HEADERS'] ?? '')
  const version = packageVersion()
  return new TraceDesk({
    endpoint,
    headers: () => (headersFile === '' ? fromVariable : headersOfFile(headersFile)),
    resource: {
      'service.name': 'meridian',
      'service.version': version,
      ...(settings.identity === '' ? {} : { 'service.instance.id': settings.identity }),
    },
    version,
    every: settings['otlp.sample'],
    served,
    clock: monotonicMs,
    log,
  })
}
