/** The server under a service manager: says when it is ready, reloads and stops, and shows its watchdog a sign of life
 *  as long as every worker turns. Loaded only where NOTIFY_SOCKET is set. */

import type { StatusReply } from '../control/control-messages.ts'
import { ServiceManager, watchdogMs } from '../control/service-manager.ts'
import { type CountedWorker, Liveness } from '../observe/liveness.ts'
import type { Log } from '../observe/log.ts'
import { count } from './terminal.ts'

/** A sign of life may come late, or be lost, twice. */
const SIGNS_PER_PATIENCE = 3

type Served = Pick<StatusReply, 'listen' | 'generation' | 'zones'>

export class ServeNotify {
  private readonly manager: ServiceManager
  private readonly served: () => Served
  private isReady = false

  /** Undefined, with a line in the log, where the manager cannot be reached. */
  static open(notifySocket: string, log: Log, served: () => Served): ServeNotify | undefined {
    const manager = ServiceManager.open(notifySocket)
    if (typeof manager !== 'string') return new ServeNotify(manager, served)
    log.warn({ socket: notifySocket, reason: manager }, 'the service manager cannot be told how we are')
    return undefined
  }

  private constructor(manager: ServiceManager, served: () => Served) {
    this.manager = manager
    this.served = served
  }

  ready(): void {
    this.isReady = true
    this.manager.ready(inShort(this.served()))
  }

  /** After a build. */
  changed(): void {
    this.manager.status(inShort(this.served()))
  }

  /** During the start nobody is told: it is not ready before, and not after. */
  reloading(): void {
    if (this.isReady) this.manager.reloading()
  }

  reloaded(): void {
    if (this.isReady) this.ready()
  }

  stopping(): void {
    this.manager.stopping()
  }

  /** A worker that stands still is left to the manager: it ends and restarts the whole, since queries of that worker's
   *  clients would be lost as long as it holds its socket. */
  watch(workers: () => readonly CountedWorker[], environment: NodeJS.ProcessEnv, log: Log): void {
    const patienceMs = watchdogMs(environment, process.pid)
    if (patienceMs === undefined) return
    const liveness = new Liveness(workers, 1)
    liveness.look()
    this.manager.alive()
    setInterval(() => {
      liveness.look()
      const stuck = liveness.stuck()
      if (stuck.length === 0) this.manager.alive()
      else log.error({ workers: stuck }, 'workers stand still: no sign of life for the watchdog')
    }, patienceMs / SIGNS_PER_PATIENCE).unref()
  }
}

/** One line, for `systemctl status`. */
function inShort({ listen, generation, zones }: Served): string {
  const sick = zones.filter(({ state }) => state !== 'current').length
  const trouble = sick === 0 ? '' : `, ${count(sick, 'zone')} with errors`
  return `serving ${count(zones.length, 'zone')}${trouble} on ${listen.join(' ')} (plan ${generation})`
}
