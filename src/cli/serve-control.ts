/** The operator's way in, opened once a zone steers: there is nothing to order before. */

import { monotonicMs, wallClockMs } from '../base/clock.ts'
import type { StatusReply } from '../control/control-messages.ts'
import type { ControlSocket } from '../control/control-socket.ts'
import type { Log } from '../observe/log.ts'
import type { ServeHealth } from './serve-health.ts'

export interface ServeControlOptions {
  readonly stateDir: string
  readonly health: ServeHealth
  readonly status: () => Omit<StatusReply, 'health' | 'kind'>
  readonly log: Log
}

export class ServeControl {
  private readonly options: ServeControlOptions
  private opening: Promise<ControlSocket | undefined> | undefined

  constructor(options: ServeControlOptions) {
    this.options = options
  }

  /** Once is enough. */
  open(): void {
    this.opening ??= this.load()
  }

  async close(): Promise<void> {
    const socket = await this.opening
    socket?.close()
  }

  private async load(): Promise<ControlSocket | undefined> {
    const { stateDir, health, status, log } = this.options
    const { ControlSocket, controlSocketPath } = await import('../control/control-socket.ts')
    const { OperatorDesk } = await import('../control/operator-desk.ts')
    const desk = new OperatorDesk({
      desk: () => health.wanted(),
      openedDesk: () => health.opened,
      status,
      log,
      clock: monotonicMs,
      wallClock: wallClockMs,
    })
    const path = controlSocketPath(stateDir)
    const socket = await ControlSocket.open(path, line => desk.answer(line))
    if (socket instanceof ControlSocket) {
      log.debug({ path }, 'taking orders')
      return socket
    }
    log.warn({ path, reason: socket }, 'no control socket: operators cannot give orders')
    return undefined
  }
}
