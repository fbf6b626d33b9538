/** Consul as a source of health: every wanted (datacenter, service, tag) followed once, however many zones ask,
 *  with one heartbeat a datacenter. Tells what changes through callbacks. Judges nothing. */

import type { ConsulAgent } from './agent.ts'
import { type AgentSettings, connectAgent } from './connect.ts'
import { Heartbeat } from './heartbeat.ts'
import { type ConsulLimits, DEFAULT_LIMITS, type Timing } from './limits.ts'
import { type Endpoint, Route } from './route.ts'
import { type KeptService, ServiceWatch } from './service-watch.ts'
import { type ConsulSnapshot, readSnapshot } from './snapshot.ts'
import { type DatacenterView, type ServiceView, type WantedService, wantedKey } from './view.ts'

export interface ConsulSettings {
  /** Asked with `dc=` for every datacenter, after that datacenter's own agents. */
  readonly local?: AgentSettings
  /** A datacenter's own agents, best first. */
  readonly agents?: Readonly<Record<string, readonly AgentSettings[]>>
  readonly limits?: Partial<ConsulLimits>
}

export interface ConsulWarning {
  readonly code: 'too-many-watches' | 'no-way'
  readonly text: string
}

export interface ConsulListener {
  /** Whatever changed in a view but its age. Must not throw. */
  service(view: ServiceView): void
  datacenter?(view: DatacenterView): void
  warning?(warning: ConsulWarning): void
}

interface Datacenter {
  readonly name: string
  readonly route: Route
  readonly heartbeat: Heartbeat
  readonly watches: Map<string, ServiceWatch>
  told: string
}

export class ConsulSource {
  readonly #settings: ConsulSettings
  readonly #limits: ConsulLimits
  readonly #timing: Timing
  readonly #listener: ConsulListener
  readonly #agents = new Map<string, ConsulAgent>()
  readonly #datacenters = new Map<string, Datacenter>()
  readonly #restored = new Map<string, KeptService>()
  readonly #ending = new Set<Promise<unknown>>()
  #warned = new Set<string>()
  #isStopped = false

  constructor(settings: ConsulSettings, timing: Timing, listener: ConsulListener) {
    this.#settings = settings
    this.#limits = { ...DEFAULT_LIMITS, ...settings.limits }
    this.#timing = timing
    this.#listener = listener
  }

  /** What is to be followed from now on. What was followed already goes on undisturbed. */
  want(services: readonly WantedService[]): void {
    if (this.#isStopped) return
    const wanted = new Map(services.map(service => [wantedKey(service), service]))
    for (const datacenter of this.#datacenters.values()) this.#dropUnwanted(datacenter, wanted)
    const added: ServiceWatch[] = []
    for (const [key, service] of wanted) {
      const datacenter = this.#datacenterOf(service.datacenter)
      if (datacenter === undefined || datacenter.watches.has(key)) continue
      const watch = this.#newWatch(datacenter, key, service)
      datacenter.watches.set(key, watch)
      added.push(watch)
    }
    this.#warnOfMany()
    for (const watch of added) watch.start()
  }

  /** Before `want`: states of an earlier run, taken as stale until Consul confirms them. How many, or what is
   *  wrong with the snapshot. */
  restore(raw: unknown): number | string {
    const snapshot = readSnapshot(raw)
    if (typeof snapshot === 'string') return snapshot
    for (const kept of snapshot.services) this.#restored.set(wantedKey(kept), kept)
    return snapshot.services.length
  }

  snapshot(): ConsulSnapshot {
    const services = this.#watches().flatMap(watch => watch.keep() ?? [])
    return { version: 1, services }
  }

  /** With ages as of now. Without those that Consul was never believed about. */
  views(): ServiceView[] {
    return this.#watches().flatMap(watch => watch.view() ?? [])
  }

  datacenters(): DatacenterView[] {
    return [...this.#datacenters.values()].map(({ heartbeat }) => heartbeat.view())
  }

  /** Ends all requests and connections, and resolves when nothing is left that could call back. */
  async stop(): Promise<void> {
    this.#isStopped = true
    for (const datacenter of this.#datacenters.values()) this.#end(datacenter)
    this.#datacenters.clear()
    for (const agent of this.#agents.values()) agent.close()
    this.#agents.clear()
    await Promise.all(this.#ending)
  }

  #watches(): ServiceWatch[] {
    return [...this.#datacenters.values()].flatMap(({ watches }) => [...watches.values()])
  }

  #dropUnwanted(datacenter: Datacenter, wanted: ReadonlyMap<string, WantedService>): void {
    for (const [key, watch] of datacenter.watches) {
      if (wanted.has(key)) continue
      datacenter.watches.delete(key)
      this.#await(watch.stop())
    }
    if (datacenter.watches.size > 0) return
    if ([...wanted.values()].some(service => service.datacenter === datacenter.name)) return
    this.#end(datacenter)
    this.#datacenters.delete(datacenter.name)
  }

  #end(datacenter: Datacenter): void {
    this.#await(datacenter.heartbeat.stop())
    for (const watch of datacenter.watches.values()) this.#await(watch.stop())
  }

  #await(ending: Promise<unknown>): void {
    this.#ending.add(ending)
    void ending.finally(() => this.#ending.delete(ending))
  }

  #newWatch(datacenter: Datacenter, key: string, service: WantedService): ServiceWatch {
    const watch = new ServiceWatch(service, datacenter.route, this.#limits, this.#timing, {
      datacenterState: () => datacenter.heartbeat.state(),
      changed: view => {
        if (datacenter.watches.get(key) === watch) this.#listener.service(view)
      },
    })
    const kept = this.#restored.get(key)
    this.#restored.delete(key)
    if (kept !== undefined) watch.restore(kept)
    return watch
  }

  #datacenterOf(name: string): Datacenter | undefined {
    const known = this.#datacenters.get(name)
    if (known !== undefined) return known
    const [first, ...others] = this.#endpointsOf(name)
    if (first === undefined) {
      this.#warn('no-way', `no agent is configured for datacenter ${name}, and no local one`)
      return undefined
    }
    const route = new Route([first, ...others])
    const watches = new Map<string, ServiceWatch>()
    const heartbeat = new Heartbeat(name, route, this.#limits, this.#timing, {
      beat: startedAtMs => this.#beat(datacenter, startedAtMs),
      recovered: () => {
        for (const watch of watches.values()) watch.kick()
      },
    })
    const datacenter: Datacenter = { name, route, heartbeat, watches, told: '' }
    this.#datacenters.set(name, datacenter)
    heartbeat.start()
    return datacenter
  }

  #endpointsOf(name: string): Endpoint[] {
    const { agents, local } = this.#settings
    const all = [...(agents?.[name] ?? []), ...(local === undefined ? [] : [local])]
    return all.map(settings => ({ agent: this.#agentOf(settings), datacenter: name }))
  }

  /** The same agent is one connection pool, however many datacenters are asked through it. */
  #agentOf(settings: AgentSettings): ConsulAgent {
    const key = JSON.stringify(settings)
    const known = this.#agents.get(key)
    if (known !== undefined) return known
    const agent = connectAgent(settings, this.#timing.clock)
    this.#agents.set(key, agent)
    return agent
  }

  #beat(datacenter: Datacenter, startedAtMs: number | undefined): void {
    if (this.#isStopped) return
    const view = datacenter.heartbeat.view()
    const { state, reachable, visible, endpoint, cause } = view
    const content = JSON.stringify([state, reachable, visible, endpoint, cause?.kind])
    if (content !== datacenter.told) {
      datacenter.told = content
      this.#listener.datacenter?.(view)
    }
    for (const watch of datacenter.watches.values()) {
      if (startedAtMs !== undefined) watch.confirm(startedAtMs, datacenter.heartbeat.servers)
      watch.review()
    }
  }

  #warnOfMany(): void {
    const counts = new Map<string, number>()
    for (const { route, watches } of this.#datacenters.values()) {
      const { address } = route.preferred().agent
      counts.set(address, (counts.get(address) ?? 0) + watches.size)
    }
    const most = this.#limits.watchesPerAgentMax
    for (const [address, count] of counts)
      if (count > most)
        this.#warn(
          'too-many-watches',
          `${count} watches on ${address}, more than ${most}: an agent allows one client 200 connections`,
        )
  }

  #warn(code: ConsulWarning['code'], text: string): void {
    if (this.#warned.has(text)) return
    this.#warned.add(text)
    this.#listener.warning?.({ code, text })
  }
}
