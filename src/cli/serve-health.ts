/** Health beside the server: opened when the first zone asks for checks, or when an operator's orders are there to
 *  be kept. A server without either loads none of that code. */

import { hostname } from 'node:os'
import { monotonicMs, wallClockMs } from '../base/clock.ts'
import { fairDice } from '../base/dice.ts'
import type { BuiltZone } from '../control/build.ts'
import type { HealthReader } from '../control/diagnose.ts'
import type { FlipWatch, HealthDesk, HealthDeskOptions } from '../control/health-desk.ts'
import type { Roster } from '../health/consul/roster.ts'
import { hasOverrides } from '../health/overrides/state-files.ts'
import type { Log } from '../observe/log.ts'
import type { Settings } from './settings.ts'

export class ServeHealth {
  private readonly settings: Settings
  private readonly log: Log
  private readonly flips: () => FlipWatch | undefined
  private desk: HealthDesk | undefined
  private opening: Promise<HealthDesk> | undefined
  private zones: readonly BuiltZone[] = []
  private readonly rosterChanged: () => void

  constructor(settings: Settings, log: Log, rosterChanged: () => void, flips: () => FlipWatch | undefined) {
    this.settings = settings
    this.log = log
    this.rosterChanged = rosterChanged
    this.flips = flips
  }

  /** Resolves when the boards of these zones say what is known; true when they are to be built once more first. */
  async publishing(zones: readonly BuiltZone[]): Promise<boolean> {
    this.zones = zones
    const steers = zones.some(({ steered }) => steered !== undefined)
    const hasOrders = hasOverrides(this.settings.state) || sharesOrders(this.settings)
    const isWanted = zones.some(asksForChecks) || (steers && hasOrders)
    const desk = this.desk ?? (isWanted ? await this.open() : undefined)
    if (desk === undefined) return false
    if (await desk.hearFirst(zones)) return true
    desk.adopt(zones)
    return false
  }

  /** Whose addresses CONSUL records have; undefined while nobody keeps that. */
  get roster(): Roster | undefined {
    return this.desk?.roster
  }

  /** The desk, whether anything asks for checks or not: an operator has something to say. */
  async wanted(): Promise<HealthDesk> {
    if (this.desk !== undefined) return this.desk
    const desk = await this.open()
    desk.adopt(this.zones)
    return desk
  }

  get opened(): HealthDesk | undefined {
    return this.desk
  }

  get reader(): HealthReader | undefined {
    const { desk } = this
    if (desk === undefined) return undefined
    const { book } = desk
    return {
      health: (zone, name) => desk.health(zone, name),
      lines: (zone, name) => book.lines(zone, name, monotonicMs()),
      addressLines: (zone, name, region) => book.addressLines(zone, name, region, monotonicMs()),
    }
  }

  async stop(): Promise<void> {
    await this.desk?.stop()
  }

  private open(): Promise<HealthDesk> {
    this.opening ??= this.load()
    return this.opening
  }

  private async load(): Promise<HealthDesk> {
    const { HealthDesk } = await import('../control/health-desk.ts')
    const flips = this.flips()
    this.desk = new HealthDesk({
      ...(flips === undefined ? {} : { flips }),
      ...(await consulDesks(this.settings, this.log)),
      rosterChanged: this.rosterChanged,
      stateDir: this.settings.state,
      node: nodeName(this.settings),
      deny: this.settings['probes.deny'],
      log: this.log,
      clock: monotonicMs,
      wallClock: wallClockMs,
      dice: fairDice,
    })
    return this.desk
  }
}

/** What needs a Consul, if one is configured: how to open it. */
async function consulDesks(
  settings: Settings,
  log: Log,
): Promise<Pick<HealthDeskOptions, 'consul' | 'orders'>> {
  if (!hasConsul(settings)) return {}
  const { ConsulDesk } = await import('../control/consul-desk.ts')
  const { OrderDesk } = await import('../control/order-desk.ts')
  const { consulSettings, orderSharing } = await import('./consul-settings.ts')
  const timing = { clock: monotonicMs, wallClock: wallClockMs, dice: fairDice }
  const sharing = orderSharing(settings, process.env)
  return {
    consul: (listener, keeper) =>
      new ConsulDesk(consulSettings(settings, process.env), keeper, timing, log, listener),
    ...(sharing === undefined
      ? {}
      : { orders: (replica, take) => new OrderDesk(sharing, timing, log, replica, take) }),
  }
}

function hasConsul(settings: Settings): boolean {
  return settings.consul !== '' || settings['consul.agents'].length > 0
}

function sharesOrders(settings: Settings): boolean {
  return hasConsul(settings) && settings['consul.kv'] !== ''
}

/** Orders carry it, for who reads them: one line, and never none. */
function nodeName({ identity }: Settings): string {
  return identity.replaceAll(/\p{Cc}+/gu, ' ').trim() || hostname()
}

function asksForChecks({ steered }: BuiltZone): boolean {
  if (steered === undefined) return false
  return (
    steered.steering.services.length > 0 || steered.policies.some(({ policy }) => policy.checks.length > 0)
  )
}
