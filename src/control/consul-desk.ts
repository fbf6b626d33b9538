/** Consul's word on the regions whose policies ask for it: services followed, their instances counted, handed to the
 *  book as one sample a region. Judges nothing: whether so many are enough is the check's own `min-passing`. */

import type { Instance } from '../health/consul/instances.ts'
import type { Timing } from '../health/consul/limits.ts'
import { type ConsulSettings, ConsulSource } from '../health/consul/source.ts'
import {
  type DatacenterView,
  type ServiceView,
  type WantedService,
  wantedKey,
} from '../health/consul/view.ts'
import { enoughPassing, type Sample, type SourceView, type Subject } from '../health/judge/spec.ts'
import type { Log } from '../observe/log.ts'
import type { Check } from '../policy/steering.ts'
import type { Watch } from './health-targets.ts'

/** Where what Consul says goes. */
export interface ConsulListener {
  samples(samples: readonly Sample[]): void
  views(views: readonly SourceView[]): void
}

interface Interest {
  readonly subject: Subject
  readonly minPassing: number
}

export class ConsulDesk {
  private readonly log: Log
  private readonly timing: Timing
  private readonly listener: ConsulListener
  private readonly source: ConsulSource
  /** Who wants to know of a service. */
  private interests = new Map<string, Interest[]>()
  private readonly told = new Map<string, string>()

  constructor(settings: ConsulSettings, timing: Timing, log: Log, listener: ConsulListener) {
    this.log = log
    this.timing = timing
    this.listener = listener
    this.source = new ConsulSource(settings, timing, {
      service: view => this.take([view]),
      datacenter: ({ datacenter, state, endpoint, cause }) => {
        const fields = { datacenter, endpoint, reason: cause?.text }
        if (state === 'fresh') this.log.info(fields, 'Consul is heard')
        else if (state !== 'unknown') this.log.warn(fields, `Consul is silent: what it said is ${state}`)
        else if (cause !== undefined) this.log.warn(fields, 'Consul is not heard')
      },
      warning: ({ code, text }) => this.log.warn({ code }, text),
    })
  }

  /** Follows what these names ask for from now on, and nothing else. */
  adopt(watches: Iterable<Watch>): void {
    const wanted = new Map<string, WantedService>()
    const interests = new Map<string, Map<string, Interest>>()
    for (const { target, policy } of watches)
      for (const check of policy.policy.checks.filter(({ kind }) => kind === 'consul'))
        for (const { name: region, datacenter } of policy.policy.regions) {
          if (datacenter === undefined) continue
          const service = serviceOf(check, datacenter)
          const key = wantedKey(service)
          const subject = { zone: target.zone, region, check: check.name, address: '' }
          const known = interests.get(key) ?? new Map<string, Interest>()
          known.set(JSON.stringify(subject), { subject, minPassing: check.minPassing })
          interests.set(key, known)
          wanted.set(key, service)
        }
    this.interests = new Map([...interests].map(([key, known]) => [key, [...known.values()]]))
    for (const key of this.told.keys()) if (!this.interests.has(key)) this.told.delete(key)
    this.source.want([...wanted.values()])
    // Whoever is new to a service that is followed already need not wait for it to change.
    this.take(this.source.views())
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
      .flatMap(view => {
        const verdicts = this.interests.get(wantedKey(view)) ?? []
        return verdicts.map(interest => ({ ...sampleOf(view, interest), atMs }))
      })
    if (samples.length > 0) this.listener.samples(samples)
    if (views.length > 0) this.listener.views(views.map(view => this.channelView(view)))
    for (const view of views) this.tellSuspicion(view)
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

function serviceOf({ target: service, tag }: Check, datacenter: string): WantedService {
  return tag === '' ? { datacenter, service } : { datacenter, service, tag }
}

/** Of one service of one datacenter: either may fall silent alone. */
function channelOf(view: WantedService): string {
  return `consul:${wantedKey(view)}`
}

/** Instances in maintenance are asked to take nobody new, and say nothing of health; when there is no other, that
 *  holds for the region. A warning passes as long as its weight is above 0, which is Consul's own default. */
function sampleOf(view: ServiceView, { subject, minPassing }: Interest): Omit<Sample, 'atMs'> {
  const working = view.instances.filter(({ maintenance }) => maintenance === 'none')
  const passing = working.filter(isPassing).length
  const total = working.length
  const draining = total === 0 && view.instances.length > 0
  const resting = view.instances.length - total
  return {
    subject,
    source: `consul:${view.datacenter}`,
    channel: channelOf(view),
    ok: draining || enoughPassing(passing, total, minPassing),
    draining,
    counts: { passing, total },
    detail: draining
      ? 'all in maintenance'
      : `${passing} of ${total} passing${resting === 0 ? '' : `, ${resting} in maintenance`}`,
  }
}

function isPassing({ status, weights }: Instance): boolean {
  return status === 'passing' || (status === 'warning' && weights.warning > 0)
}
