/** Consul's word on the regions whose policies ask for it or whose addresses come from it: services followed, their
 *  instances counted, handed to the book as one sample a region and one for each address that an instance has. Keeps
 *  the roster of who is registered. Judges nothing: whether so many are enough is the check's own `min-passing`. */

import { parseAddress } from '../base/address.ts'
import type { Instance } from '../health/consul/instances.ts'
import type { Timing } from '../health/consul/limits.ts'
import { isPassing, isServing, type RosterKeeper } from '../health/consul/roster.ts'
import { type ConsulSettings, ConsulSource } from '../health/consul/source.ts'
import {
  type DatacenterView,
  type ServiceView,
  type WantedService,
  wantedKey,
} from '../health/consul/view.ts'
import { enoughPassing, type Sample, type SourceView, type Subject } from '../health/judge/spec.ts'
import type { Log } from '../observe/log.ts'
import { printAddress } from '../policy/values.ts'
import { type ConsulAsk, consulAsksOf, type Watch } from './health-targets.ts'

/** Where what Consul says goes. */
export interface ConsulListener {
  samples(samples: readonly Sample[]): void
  views(views: readonly SourceView[]): void
  /** Who serves by the catalog's last word, however old. */
  catalog?(key: string, isServing: (address: string) => boolean): void
  /** Somebody is on the roster who was not, or no longer. */
  rosterChanged?(): void
  /** A datacenter is heard, for the first time or again. */
  heard(datacenter: string): void
}

interface Interest {
  readonly subject: Subject
  readonly minPassing: number
  /** Whether each follows the very catalog that speaks of it. */
  readonly addresses: Map<string, boolean>
}

export class ConsulDesk {
  private readonly log: Log
  private readonly timing: Timing
  private readonly listener: ConsulListener
  private readonly source: ConsulSource
  /** Who wants to know of a service. */
  private interests = new Map<string, Interest[]>()
  private readonly told = new Map<string, string>()
  private readonly keeper: RosterKeeper
  /** Static addresses that an instance was seen with: when it is gone, what was said of it is taken back. */
  private readonly spokenOf = new Set<string>()
  private followed: readonly WantedService[] = []
  private asked: readonly WantedService[] = []
  private readonly waiting = new Set<() => void>()

  constructor(
    settings: ConsulSettings,
    keeper: RosterKeeper,
    timing: Timing,
    log: Log,
    listener: ConsulListener,
  ) {
    this.log = log
    this.timing = timing
    this.listener = listener
    this.keeper = keeper
    this.source = new ConsulSource(settings, timing, {
      service: view => this.take([view]),
      datacenter: ({ datacenter, state, endpoint, cause }) => {
        const fields = { datacenter, endpoint, reason: cause?.text }
        if (state === 'fresh') {
          this.log.info(fields, 'Consul is heard')
          this.listener.heard(datacenter)
        } else if (state !== 'unknown') this.log.warn(fields, `Consul is silent: what it said is ${state}`)
        else if (cause !== undefined) this.log.warn(fields, 'Consul is not heard')
      },
      warning: ({ code, text }) => this.log.warn({ code }, text),
    })
  }

  /** Follows what these names and records ask for from now on, and nothing else. */
  adopt(watches: Iterable<Watch>, followed: readonly WantedService[]): void {
    const interests = new Map<string, Map<string, Interest>>()
    const wanted = new Map(followed.map(service => [wantedKey(service), service]))
    for (const watch of watches)
      for (const ask of consulAsksOf(watch)) {
        const key = wantedKey(ask.wanted)
        const known = interests.get(key) ?? new Map<string, Interest>()
        addInterest(known, ask)
        interests.set(key, known)
        wanted.set(key, ask.wanted)
      }
    this.interests = new Map([...interests].map(([key, known]) => [key, [...known.values()]]))
    for (const key of this.told.keys()) if (!this.interests.has(key)) this.told.delete(key)
    this.followed = followed
    this.asked = [...wanted.values()]
    this.source.want(this.asked)
    // Whoever is new to a service that is followed already need not wait for it to change.
    this.take(this.source.views())
  }

  /** Follows these as well, and resolves when the catalog of each was heard or that took too long. */
  async hear(services: readonly WantedService[], patienceMs: number): Promise<void> {
    this.followed = [...this.followed, ...services]
    this.source.want([...this.asked, ...this.followed])
    const isHeard = (): boolean => {
      const heard = new Set(this.source.views().map(wantedKey))
      return services.every(service => heard.has(wantedKey(service)))
    }
    await new Promise<void>(resolve => {
      const end = (): void => {
        clearTimeout(timer)
        this.waiting.delete(look)
        resolve()
      }
      const look = (): void => void (isHeard() && end())
      const timer = setTimeout(end, patienceMs)
      this.waiting.add(look)
      look()
    })
  }

  /** States of an earlier run: what is wrong with them, if anything. */
  restore(kept: readonly unknown[]): string | undefined {
    const restored = this.source.restore({ version: 1, services: kept })
    return typeof restored === 'string' ? restored : undefined
  }

  /** What the next run should know. */
  kept(): ReturnType<ConsulSource['snapshot']>['services'] {
    return this.source.snapshot().services
  }

  /** Now and then: tells until when what was said is known to hold. */
  tick(): void {
    const views = this.source.views()
    if (views.length > 0) this.listener.views(views.map(view => this.channelView(view)))
  }

  datacenters(): DatacenterView[] {
    return this.source.datacenters()
  }

  stop(): Promise<void> {
    return this.source.stop()
  }

  private take(views: readonly ServiceView[]): void {
    const atMs = this.timing.clock()
    const samples = views
      // What is stale was said before, and its word is kept where it was.
      .filter(({ freshness }) => freshness === 'fresh')
      .flatMap(view => this.samplesOf(view, this.interests.get(wantedKey(view)) ?? []))
    if (samples.length > 0) this.listener.samples(samples.map(sample => ({ ...sample, atMs })))
    if (views.length > 0) this.listener.views(views.map(view => this.channelView(view)))
    for (const view of views) this.tellSuspicion(view)
    for (const view of views) this.tellCatalog(view)
    this.enrol(views)
    for (const look of this.waiting) look()
  }

  private tellCatalog(view: ServiceView): void {
    const instances = byAddress(view.instances)
    this.listener.catalog?.(wantedKey(view), address => instances.get(address)?.some(isServing) === true)
  }

  private enrol(views: readonly ServiceView[]): void {
    const followed = new Set(this.followed.map(wantedKey))
    const changed = views.filter(view => followed.has(wantedKey(view)) && this.keeper.take(view))
    for (const view of changed) this.tellRoster(view)
    if (changed.length > 0) this.listener.rosterChanged?.()
  }

  private tellRoster(view: ServiceView): void {
    const { datacenter, service } = view
    const instances = this.keeper.roster.get(wantedKey(view))?.members.length
    this.log.info({ datacenter, service, instances }, 'Consul names others for a service')
  }

  private samplesOf(view: ServiceView, interests: readonly Interest[]): Omit<Sample, 'atMs'>[] {
    const instances = byAddress(view.instances)
    return interests.flatMap(interest => [
      sampleOf(view, interest),
      ...[...interest.addresses].flatMap(([address, isFollowed]) => {
        const subject = { ...interest.subject, address }
        const found = instances.get(address)
        const key = JSON.stringify(subject)
        const isNews = found !== undefined || isFollowed || this.spokenOf.delete(key)
        if (found !== undefined && !isFollowed) this.spokenOf.add(key)
        return isNews ? [addressSample(view, subject, found, isFollowed)] : []
      }),
    ])
  }

  private channelView(view: ServiceView): SourceView {
    const reachable = view.freshness === 'fresh'
    return { channel: channelOf(view), heardMs: this.timing.clock() - view.ageMs, reachable }
  }

  private tellSuspicion(view: ServiceView): void {
    const { suspect, failure, datacenter, service } = view
    const key = wantedKey(view)
    const text =
      suspect !== undefined
        ? `Consul says that ${suspect.vanished} instances are gone, and is not believed (${suspect.reason})`
        : failure !== undefined
          ? `Consul does not answer for a service: ${failure.text}`
          : ''
    if (text !== '' && this.told.get(key) !== text) this.log.warn({ datacenter, service }, text)
    this.told.set(key, text)
  }
}

/** Names that share a subject may have other addresses. */
function addInterest(known: Map<string, Interest>, ask: ConsulAsk): void {
  const { subject, minPassing } = ask
  const key = JSON.stringify(subject)
  const { addresses } = known.get(key) ?? { addresses: new Map<string, boolean>() }
  for (const address of ask.addresses) addresses.set(address, ask.isFollowed)
  known.set(key, { subject, minPassing, addresses })
}

/** Under every address that an instance has. */
function byAddress(instances: readonly Instance[]): Map<string, Instance[]> {
  const found = new Map<string, Instance[]>()
  for (const instance of instances)
    for (const text of new Set(Object.values(instance.addresses).map(canonical)))
      if (text !== undefined) found.set(text, [...(found.get(text) ?? []), instance])
  return found
}

function canonical(text: string): string | undefined {
  const address = parseAddress(text)
  return address === undefined ? undefined : printAddress(address.octets)
}

/** Several instances may share an address, such as two ports of one host: one that serves is enough. */
function addressSample(
  view: ServiceView,
  subject: Subject,
  instances: readonly Instance[] = [],
  isFollowed = false,
): Omit<Sample, 'atMs'> {
  const about = { subject, source: sourceOf(view), channel: channelOf(view) }
  if (instances.length === 0) return { ...about, ok: !isFollowed, detail: 'not registered' }
  if (instances.some(isServing)) return { ...about, ok: true, detail: 'passing' }
  const draining = instances.every(({ maintenance }) => maintenance !== 'none')
  const detail = draining ? 'in maintenance' : (instances[0]?.status ?? '')
  return { ...about, ok: draining, draining, detail }
}

function sourceOf({ datacenter }: WantedService): string {
  return `consul:${datacenter}`
}

/** Of one service of one datacenter: either may fall silent alone. */
function channelOf(view: WantedService): string {
  return `consul:${wantedKey(view)}`
}

/** Instances in maintenance are asked to take nobody new, and say nothing of health; when there is no other, that
 *  holds for the region. */
function sampleOf(view: ServiceView, { subject, minPassing }: Interest): Omit<Sample, 'atMs'> {
  const working = view.instances.filter(({ maintenance }) => maintenance === 'none')
  const passing = working.filter(isPassing).length
  const total = working.length
  const draining = total === 0 && view.instances.length > 0
  const resting = view.instances.length - total
  return {
    subject,
    source: sourceOf(view),
    channel: channelOf(view),
    ok: draining || enoughPassing(passing, total, minPassing),
    draining,
    counts: { passing, total },
    detail: draining
      ? 'all in maintenance'
      : `${passing} of ${total} passing${resting === 0 ? '' : `, ${resting} in maintenance`}`,
  }
}
