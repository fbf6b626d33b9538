/** What a Consul source told, in order, with waits that end when it tells what is waited for. */

import { monotonicMs, wallClockMs } from '../../../src/base/clock.ts'
import type { ConsulLimits, Timing } from '../../../src/health/consul/limits.ts'
import {
  type ConsulListener,
  type ConsulSettings,
  ConsulSource,
  type ConsulWarning,
} from '../../../src/health/consul/source.ts'
import type { DatacenterView, ServiceView } from '../../../src/health/consul/view.ts'

/** The same dice in every run. */
export function dice(seed = 1): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

export const timing = (): Timing => ({ clock: monotonicMs, wallClock: wallClockMs, dice: dice() })

/** Quick enough for tests, slow enough for a busy machine. */
export const QUICK: Partial<ConsulLimits> = {
  waitMs: 3_000,
  heartbeatMs: 200,
  heartbeatTimeoutMs: 1_000,
  backoffMsMax: 500,
  forbiddenRetryMs: 1_000,
  requestBurst: 50,
  requestsPerSecondMax: 20,
}

const WAIT_MS = 40_000

export class Recorder implements ConsulListener {
  readonly views: ServiceView[] = []
  readonly beats: DatacenterView[] = []
  readonly warnings: ConsulWarning[] = []
  readonly #waiting = new Set<() => void>()

  service(view: ServiceView): void {
    this.views.push(view)
    this.#wake()
  }

  datacenter(view: DatacenterView): void {
    this.beats.push(view)
    this.#wake()
  }

  warning(warning: ConsulWarning): void {
    this.warnings.push(warning)
  }

  #wake(): void {
    for (const look of this.#waiting) look()
  }

  /** The latest view of the service that is so, now or in time. */
  view(service: string, isSo: (view: ServiceView) => boolean, datacenter?: string): Promise<ServiceView> {
    return this.#until(`a view of ${service}`, () => {
      const last = this.views.findLast(
        view => view.service === service && (datacenter ?? view.datacenter) === view.datacenter,
      )
      return last !== undefined && isSo(last) ? last : undefined
    })
  }

  beat(datacenter: string, isSo: (view: DatacenterView) => boolean): Promise<DatacenterView> {
    return this.#until(`a beat of ${datacenter}`, () => {
      const last = this.beats.findLast(view => view.datacenter === datacenter)
      return last !== undefined && isSo(last) ? last : undefined
    })
  }

  #until<T>(what: string, look: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        const found = look()
        if (found === undefined) return
        clearTimeout(timer)
        this.#waiting.delete(finish)
        resolve(found)
      }
      const timer = setTimeout(() => {
        this.#waiting.delete(finish)
        const told = JSON.stringify([this.views.slice(-3), this.beats.slice(-3)], undefined, 1)
        reject(new Error(`waited ${WAIT_MS} ms for ${what}; last told: ${told}`))
      }, WAIT_MS)
      this.#waiting.add(finish)
      finish()
    })
  }

  /** Whether any view since the position was empty. */
  everEmpty(from = 0): boolean {
    return this.views.slice(from).some(view => view.instances.length === 0)
  }
}

export function follow(
  settings: ConsulSettings,
  limits: Partial<ConsulLimits> = {},
): { source: ConsulSource; told: Recorder } {
  const told = new Recorder()
  const source = new ConsulSource({ ...settings, limits: { ...QUICK, ...limits } }, timing(), told)
  return { source, told }
}

export const isFresh = (view: { freshness: string }): boolean => view.freshness === 'fresh'
export const statuses = (view: ServiceView): string =>
  view.instances.map(({ id, status }) => `${id}:${status}`).join(' ')
