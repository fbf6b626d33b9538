/** The operator's way in, opened once the first zones are served. What answers is loaded by the first who asks. */

import { monotonicMs, wallClockMs } from '../base/clock.ts'
import type { CounterBlock } from '../base/counters.ts'
import type { ControlSocket } from '../control/control-socket.ts'
import type { GeoState } from '../control/geo-desk.ts'
import type { OperatorDesk } from '../control/operator-desk.ts'
import type { ServingFacts } from '../control/status-report.ts'
import { LOOK_INTERVAL_MS, TrafficMeter } from '../control/traffic-meter.ts'
import type { Log } from '../observe/log.ts'
import type { ServeHealth } from './serve-health.ts'

export interface ServeControlOptions {
  readonly stateDir: string
  readonly health: ServeHealth
  readonly status: () => ServingFacts
  readonly counters: () => readonly CounterBlock[]
  /** How many answers of each there were, by number. */
  readonly rcodes: () => Float64Array
  readonly geo: () => GeoState | undefined
  readonly log: Log
}

export class ServeControl {
  private readonly options: ServeControlOptions
  private opening: Promise<ControlSocket | undefined> | undefined
  private desk: Promise<OperatorDesk> | undefined
  private looking: NodeJS.Timeout | undefined

  constructor(options: ServeControlOptions) {
    this.options = options
  }

  /** Once is enough. */
  open(): void {
    if (this.opening !== undefined) return
    const meter = new TrafficMeter(this.options.counters, this.options.rcodes, monotonicMs)
    this.looking = setInterval(() => meter.look(), LOOK_INTERVAL_MS).unref()
    this.opening = this.listen(meter)
  }

  async close(): Promise<void> {
    clearInterval(this.looking)
    const socket = await this.opening
    socket?.close()
  }

  private async listen(meter: TrafficMeter): Promise<ControlSocket | undefined> {
    const { stateDir, log } = this.options
    const { ControlSocket, controlSocketPath } = await import('../control/control-socket.ts')
    const path = controlSocketPath(stateDir)
    const socket = await ControlSocket.open(path, async line => {
      this.desk ??= this.openDesk(meter)
      return (await this.desk).answer(line)
    })
    if (socket instanceof ControlSocket) {
      log.debug({ path }, 'taking orders')
      return socket
    }
    log.warn({ path, reason: socket }, 'no control socket: operators cannot give orders')
    return undefined
  }

  private async openDesk(meter: TrafficMeter): Promise<OperatorDesk> {
    const { health, status, geo, log } = this.options
    const { OperatorDesk } = await import('../control/operator-desk.ts')
    const { geoReport } = await import('../control/geo-report.ts')
    return new OperatorDesk({
      desk: () => health.wanted(),
      openedDesk: () => health.opened,
      status: () => ({ ...status(), traffic: meter.read(), geo: geoReport(geo(), wallClockMs()) }),
      log,
      clock: monotonicMs,
      wallClock: wallClockMs,
    })
  }
}
