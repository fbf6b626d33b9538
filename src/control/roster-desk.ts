/** The roster beside the server: remembered from an earlier run, changed by Consul, written down, and told to whoever
 *  builds zones from it. Asks nobody. */

import { addressesOf, wantedOf } from '../compile/followed.ts'
import { type Roster, RosterKeeper } from '../health/consul/roster.ts'
import { openRosterFile, readRoster, rosterText } from '../health/consul/roster-file.ts'
import { type WantedService, wantedKey } from '../health/consul/view.ts'
import type { AsideFile } from '../health/memory/aside-file.ts'
import type { Log } from '../observe/log.ts'
import type { ConsulDesk } from './consul-desk.ts'
import type { WatchedZone } from './health-targets.ts'

/** A deployment changes a catalog many times within a second, and a zone is built for all of that at once. */
export const SETTLE_MS = 100
/** Builds for the roster's sake begin no closer to each other. */
export const BUILD_GAP_MS = 1_000
/** So long a zone that was never built with a catalog waits for one. */
export const HEAR_MS = 2_000

export class RosterDesk {
  readonly keeper: RosterKeeper
  /** What Consul said before this run. */
  readonly kept: readonly unknown[]
  private readonly log: Log
  private readonly file: AsideFile
  private readonly changed: () => void
  private settling: NodeJS.Timeout | undefined
  private lastToldMs = Number.NEGATIVE_INFINITY
  private readonly awaited = new Set<string>()
  private readonly warned = new Set<string>()

  /** `changed` is called when zones are to be built anew. */
  constructor(stateDir: string, log: Log, changed: () => void) {
    const { roster, kept, problems } = readRoster(stateDir)
    for (const { file, code, text } of problems) log.warn({ file, code }, text)
    this.keeper = new RosterKeeper([...roster.values()])
    this.kept = kept
    this.log = log
    this.file = openRosterFile(stateDir)
    this.changed = changed
  }

  get roster(): Roster {
    return this.keeper.roster
  }

  /** The keeper has taken something new. */
  note(nowMs: number): void {
    this.file.note(nowMs)
    if (this.settling !== undefined) return
    const delayMs = Math.max(SETTLE_MS, this.lastToldMs + BUILD_GAP_MS - nowMs)
    this.settling = setTimeout(() => {
      this.settling = undefined
      this.lastToldMs = nowMs + delayMs
      this.changed()
    }, delayMs)
    this.settling.unref()
  }

  /** Instances that a record can make no use of: without such an address, or known by a host name alone. */
  warnOfUseless(zones: readonly WatchedZone[]): void {
    for (const record of zones.flatMap(({ steered }) => steered?.steering.services ?? [])) {
      const { datacenter, service, address } = record
      const members = this.roster.get(wantedKey(wantedOf(record)))?.members ?? []
      const useless = members.filter(member => addressesOf(member, address).length === 0).length
      const key = JSON.stringify([wantedKey(wantedOf(record)), address, useless])
      if (useless === 0 || this.warned.has(key)) continue
      this.warned.add(key)
      const text = `instances without an IP address of the kind address=${address} are left out`
      this.log.warn({ datacenter, service, instances: useless }, text)
    }
  }

  tick(nowMs: number, consul: ConsulDesk): void {
    this.file.tick(nowMs, () => rosterText(this.roster, consul.kept()))
  }

  async stop(consul: ConsulDesk): Promise<void> {
    clearTimeout(this.settling)
    if (this.roster.size === 0) return
    const problem = await this.file.flush(() => rosterText(this.roster, consul.kept()))
    if (problem !== undefined) this.log.warn({ file: problem.file }, problem.text)
  }

  /** Zones that were built before anything was heard of what they follow wait for it once. True when they are to be
   *  built again, for now there is more to build them with. */
  async hearFirst(zones: readonly WatchedZone[], consul: ConsulDesk): Promise<boolean> {
    const unheard = followedBy(zones).filter(service => {
      const key = wantedKey(service)
      return !this.roster.has(key) && !this.awaited.has(key)
    })
    if (unheard.length === 0) return false
    for (const service of unheard) this.awaited.add(wantedKey(service))
    const before = this.roster
    await consul.hear(unheard, HEAR_MS)
    for (const { datacenter, service } of unheard.filter(one => !this.roster.has(wantedKey(one))))
      this.log.warn(
        { datacenter, service },
        'Consul has named no address of a service: its regions are left out',
      )
    return this.roster !== before
  }
}

/** What the CONSUL records of these zones follow, each once. */
export function followedBy(zones: readonly WatchedZone[]): WantedService[] {
  const services = zones.flatMap(({ steered }) => steered?.steering.services.map(wantedOf) ?? [])
  return [...new Map(services.map(service => [wantedKey(service), service])).values()]
}
