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
    const isWanted = zones.some(asksForChecks) || (steers && hasOverrides(this.settings.state))
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
    const consul = await consulDesk(this.settings, this.log)
    const flips = this.flips()
    this.desk = new HealthDesk({
      ...(flips === undefined ? {} : { flips }),
      ...(consul === undefined ? {} : { consul }),
      rosterChanged: this.rosterChanged,
      stateDir: this.settings.state,
      node: hostname(),
      deny: this.settings['probes.deny'],
      log: this.log,
      clock: monotonicMs,
      wallClock: wallClockMs,
      dice: fairDice,
    })
    return this.desk
  }
}

/** How to open it, if one is configured. */
async function consulDesk(settings: Settings, log: Log): Promise<HealthDeskOptions['consul']> {
  if (settings.consul === '' && settings['consul.agents'].length === 0) return undefined
  const { ConsulDesk } = await import('../control/consul-desk.ts')
  const { consulSettings } = await import('./consul-settings.ts')
  const timing = { clock: monotonicMs, wallClock: wallClockMs, dice: fairDice }
  return (listener, keeper) =>
    new ConsulDesk(consulSettings(settings, process.env), keeper, timing, log, listener)
}

function asksForChecks({ steered }: BuiltZone): boolean {
  if (steered === undefined) return false
  return (
    steered.steering.services.length > 0 || steered.policies.some(({ policy }) => policy.checks.length > 0)
  )
}
