/** What is done to the world while clients ask: a seeded choice, one thing after the other and some at once, each
 *  written down with its time. Keeps within what the zone promises: no source withdraws more of a policy's regions than
 *  `max-withdraw` lets it, and nothing falls so often that it is held for flapping. */

import { renameSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { dice } from '../bench/dice.ts'
import type { Endpoints } from '../server/endpoints.ts'
import type { Meridian } from '../server/meridian.ts'
import type { ConsulServer } from '../tools/consul.ts'
import {
  addressesOf,
  badZones,
  chaosZone,
  DATACENTERS,
  LAW,
  PROBED,
  PROMISES,
  type Region,
  TOLD,
  type ToldRegion,
  versionAddress,
} from './law.ts'
import { type Kept, type Outage, sharedNowMs, type Timeline } from './timeline.ts'

export interface World {
  readonly server: Meridian
  readonly stateDir: string
  readonly endpoints: Endpoints
  readonly consul: Readonly<Record<ToldRegion, ConsulServer>>
}

/** Of one subject within five minutes: the fifth is held down for flapping. */
const FALLS_MAX = 4
/** `max-withdraw` of the four regions that probes speak of. */
const PROBED_OUT_MAX = 2
/** An endpoint that is back may be judged a little later, and counts as out until then. */
const RECOVERY_MS = PROMISES.probeUp.promiseMs
const PAUSE_MS = 60
const DEED_LIMIT_MS = 30_000
const ZONE_FILE = 'chaos.test.zone'

interface Subject {
  falls: number
  /** While something is being done to it. */
  busy: boolean
  outage: Outage | undefined
  /** When it last came back. */
  backMs: number
}

const newSubject = (): Subject => ({ falls: 0, busy: false, outage: undefined, backMs: -Infinity })

export class Havoc {
  readonly done = new Map<string, number>()
  private readonly world: World
  private readonly timeline: Timeline
  private readonly roll: () => number
  private readonly endpoints = new Map(
    [...LAW.names[0]!.regions.values()].flat().map(address => [address, newSubject()]),
  )
  private readonly told = new Map(
    TOLD.flatMap((_, i) => (['fra', 'par'] as const).map(region => [`${i} ${region}`, newSubject()])),
  )
  private readonly drains = new Map<string, Outage>()
  private readonly underWay = new Map<Promise<void>, string>()
  private readonly silent = new Set<ToldRegion>()
  private version = 1
  private isReloading = false
  private isKilling = false
  private isOver = false

  constructor(world: World, timeline: Timeline, seed: number) {
    this.world = world
    this.timeline = timeline
    this.roll = dice(seed)
  }

  /** Until the time is over and everything that was begun is done. */
  async wreak(durationMs: number): Promise<void> {
    const endMs = sharedNowMs() + durationMs
    const deeds: readonly [string, number, () => Promise<void> | undefined][] = [
      ['endpoint dies or lives', 8, () => this.flipEndpoint()],
      ['Consul flips', 10, () => this.flipConsul()],
      ['Consul crashes', 0.3, () => this.crashConsul()],
      ['Consul freezes', 0.3, () => this.freezeConsul()],
      ['good zone', 1, () => this.reload()],
      ['bad zone', 1, () => this.reloadBadly()],
      ['drain or undrain', 2, () => this.drainOrUndrain()],
      ['worker killed', 1, () => this.killWorker()],
    ]
    const all = deeds.reduce((sum, [, weight]) => sum + weight, 0)
    while (sharedNowMs() < endMs && !this.isOver) {
      let at = this.roll() * all
      const [name, , act] = deeds.find(([, weight]) => (at -= weight) < 0)!
      const deed = act()
      if (deed !== undefined) this.begin(name, deed)
      await pause(PAUSE_MS * (0.5 + this.roll()))
    }
    this.isOver = true
    while (this.underWay.size > 0) await Promise.race([Promise.all(this.underWay.keys()), this.tooLong()])
  }

  private async tooLong(): Promise<void> {
    await pause(DEED_LIMIT_MS)
    throw new Error(`without end: ${[...this.underWay.values()].join(', ')}\n${this.world.server.dump()}`)
  }

  /** A deed that fails ends it all, by `wreak` failing. */
  private begin(name: string, deed: Promise<void>): void {
    this.done.set(name, (this.done.get(name) ?? 0) + 1)
    const ended = deed.then(() => {
      this.underWay.delete(ended)
    })
    ended.catch(() => (this.isOver = true))
    this.underWay.set(ended, name)
  }

  private pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.roll() * items.length)]
  }

  //------------ Endpoints ---

  private flipEndpoint(): Promise<void> | undefined {
    const [address, subject] = this.pick([...this.endpoints])!
    if (subject.busy) return undefined
    if (subject.outage !== undefined) return this.revive(address, subject)
    if (subject.falls === FALLS_MAX || this.wouldBeTooMany(address)) return undefined
    return this.kill(address, subject)
  }

  /** Whether more regions would be without a live address than probes alone may withdraw. */
  private wouldBeTooMany(dying: string): boolean {
    const nowMs = sharedNowMs()
    const isOut = (address: string): boolean => {
      const { outage, busy, backMs } = this.endpoints.get(address)!
      return address === dying || outage !== undefined || busy || nowMs - backMs < RECOVERY_MS
    }
    const out = [...LAW.names[0]!.regions.values()].filter(addresses => addresses.every(isOut))
    return out.length > PROBED_OUT_MAX
  }

  private async kill(address: string, subject: Subject): Promise<void> {
    subject.busy = true
    subject.falls++
    const beganMs = sharedNowMs()
    const outage = newOutage('endpoint', [{ name: PROBED, address }], beganMs, [
      PROMISES.probeDown.promiseMs,
      PROMISES.probeUp.promiseMs,
    ])
    await this.world.endpoints.kill(address)
    this.note(subject, outage)
    await this.dwell()
    subject.busy = false
  }

  private async revive(address: string, subject: Subject): Promise<void> {
    subject.busy = true
    subject.outage!.endingMs = sharedNowMs()
    await this.world.endpoints.revive(address)
    this.over(subject)
    await this.dwell()
    subject.busy = false
  }

  private note(subject: Subject, outage: Outage): void {
    const told = { ...outage, toldMs: sharedNowMs() }
    subject.outage = told
    this.timeline.outages.push(told)
  }

  private over(subject: Subject): void {
    subject.backMs = sharedNowMs()
    subject.outage!.endedMs = subject.backMs
    subject.outage = undefined
  }

  /** Long enough for the change to be seen and to last. */
  private async dwell(): Promise<void> {
    await pause(2_200 + 2_000 * this.roll())
  }

  //------------ Consul ---

  private flipConsul(): Promise<void> | undefined {
    const [key, subject] = this.pick([...this.told])!
    const [number, region] = key.split(' ') as [string, ToldRegion]
    if (subject.busy || this.silent.has(region)) return undefined
    const isUp = subject.outage === undefined
    if (isUp && subject.falls === FALLS_MAX) return undefined
    return this.flip(subject, `t${number}`, TOLD[Number(number)]!, region)
  }

  private async flip(subject: Subject, service: string, name: string, region: ToldRegion): Promise<void> {
    subject.busy = true
    const server = this.world.consul[region]
    if (subject.outage === undefined) {
      subject.falls++
      const keeps = addressesOf(name, region).map(address => ({ name, address }))
      const { promiseMs } = PROMISES.consul
      const outage = newOutage('consul', keeps, sharedNowMs(), [promiseMs, promiseMs])
      await server.check(service, 'fail')
      this.note(subject, { ...outage, datacenter: server.datacenter })
    } else {
      subject.outage.endingMs = sharedNowMs()
      await server.check(service, 'pass')
      this.over(subject)
    }
    // Some changes are taken back before anybody may have seen them.
    if (this.roll() < 0.7) await this.dwell()
    subject.busy = false
  }

  private crashConsul(): Promise<void> | undefined {
    return this.silence(async region => {
      await this.world.consul[region].crash()
      await pause(4_000 * this.roll())
      const other = region === 'fra' ? 'par' : 'fra'
      await this.world.consul[region].start({ wan: this.world.consul[other].wanAddress })
      // It has forgotten everything, and its agents tell it again.
      await registerAll(this.world.consul[region], i => this.told.get(`${i} ${region}`)!.outage === undefined)
    })
  }

  private freezeConsul(): Promise<void> | undefined {
    return this.silence(async region => {
      this.world.consul[region].freeze()
      await pause(5_000 * this.roll())
      this.world.consul[region].thaw()
    })
  }

  /** Nothing is told of a datacenter while it is away, and what was being told is waited for. */
  private silence(ordeal: (region: ToldRegion) => Promise<void>): Promise<void> | undefined {
    const region = this.pick(['fra', 'par'] as const)!
    if (this.silent.has(region)) return undefined
    this.silent.add(region)
    return this.silenced(region, ordeal)
  }

  private async silenced(region: ToldRegion, ordeal: (region: ToldRegion) => Promise<void>): Promise<void> {
    await pause(100)
    const silence = {
      datacenter: DATACENTERS[region] as string,
      beganMs: sharedNowMs(),
      endedMs: Infinity,
      backPromiseMs: PROMISES.consulBack.promiseMs,
    }
    this.timeline.silences.push(silence)
    await ordeal(region)
    silence.endedMs = sharedNowMs()
    this.silent.delete(region)
  }

  //------------ Zones ---

  private reload(): Promise<void> | undefined {
    return this.isReloading ? undefined : this.reloadWell()
  }

  private async reloadWell(): Promise<void> {
    this.isReloading = true
    const { server, endpoints } = this.world
    const version = ++this.version
    const after = server.log.length
    const publication = { address: versionAddress(version), writtenMs: sharedNowMs(), publishedMs: Infinity }
    this.timeline.publications.push(publication)
    this.write(chaosZone(version, endpoints.port))
    await server.logged(isRebuilt, after)
    publication.publishedMs = sharedNowMs()
    this.isReloading = false
  }

  private reloadBadly(): Promise<void> | undefined {
    if (this.isReloading) return undefined
    this.isReloading = true
    return this.refused(this.pick(badZones(900 + this.version, this.world.endpoints.port))!)
  }

  private async refused(zone: string): Promise<void> {
    const { server } = this.world
    const after = server.log.length
    this.write(zone)
    await server.logged(({ msg }) => /still serving/.test(msg), after)
    await server.logged(isRebuilt, after)
    await pause(500 * this.roll())
    this.isReloading = false
    // What is good again was good before: nothing new is published but by the next version.
    await this.reloadWell()
  }

  private write(text: string): void {
    const { server } = this.world
    server.write(`${ZONE_FILE}.new`, text)
    renameSync(join(server.zonesDir, `${ZONE_FILE}.new`), join(server.zonesDir, ZONE_FILE))
  }

  //------------ Orders ---

  private drainOrUndrain(): Promise<void> | undefined {
    const regions: readonly Region[] = ['fra', 'par', 'ash', 'tyo']
    const name = this.pick(['', '', PROBED, ...TOLD])!
    const pattern = `${name}${name === '' ? '' : '/'}${this.pick(regions)}`
    if (pattern.endsWith('/tyo') && name !== PROBED) return undefined
    const outage = this.drains.get(pattern)
    if (outage !== undefined) return this.undrain(pattern, outage)
    // An order for one name beside one for all is decided by who came last: no business of this test.
    const other = (one: string): boolean => one.split('/').at(-1) === pattern.split('/').at(-1)
    if ([...this.drains.keys()].some(other)) return undefined
    return this.drain(pattern, name)
  }

  private async drain(pattern: string, name: string): Promise<void> {
    const region = pattern.split('/').at(-1) as Region
    const keeps: Kept[] = LAW.names
      .filter(one => name === '' || one.name === name)
      .flatMap(one => (one.regions.get(region) ?? []).map(address => ({ name: one.name, address })))
    const { promiseMs } = PROMISES.order
    const outage = newOutage('drain', keeps, sharedNowMs(), [promiseMs, promiseMs])
    this.drains.set(pattern, outage)
    await this.order('drain', pattern)
    const told = { ...outage, toldMs: sharedNowMs() }
    this.timeline.outages.push(told)
    this.drains.set(pattern, told)
  }

  private async undrain(pattern: string, outage: Outage): Promise<void> {
    if (outage.endingMs !== Infinity || outage.toldMs === Infinity) return
    outage.endingMs = sharedNowMs()
    await this.order('undrain', pattern)
    outage.endedMs = sharedNowMs()
    this.drains.delete(pattern)
  }

  private order(action: string, pattern: string): Promise<void> {
    const line = JSON.stringify({ kind: 'order', action, pattern, by: 'chaos', why: '' })
    return new Promise((resolve, reject) => {
      let reply = ''
      const socket = createConnection(join(this.world.stateDir, 'control.sock'), () =>
        socket.end(`${line}\n`),
      )
      socket.setEncoding('utf8').on('data', (piece: string) => {
        reply += piece
      })
      socket.once('error', reject)
      socket.once('close', () => {
        if (reply.startsWith('{"kind":"order"')) resolve()
        else reject(new Error(`${line} was answered ${reply}`))
      })
    })
  }

  //------------ Workers ---

  private killWorker(): Promise<void> | undefined {
    if (this.isKilling) return undefined
    this.isKilling = true
    return this.killed()
  }

  private async killed(): Promise<void> {
    const { server } = this.world
    const after = server.log.length
    const death = { killedMs: sharedNowMs(), diedMs: Infinity }
    this.timeline.deaths.push(death)
    server.signal('SIGUSR2')
    await server.logged(({ msg }) => /worker died/.test(msg), after)
    death.diedMs = sharedNowMs()
    await pause(1_000 + 2_000 * this.roll())
    this.isKilling = false
  }
}

function isRebuilt(line: { readonly [field: string]: unknown }): boolean {
  return line['generation'] !== undefined && (line['rebuilt'] as number) > 0
}

function newOutage(
  kind: Outage['kind'],
  keeps: readonly Kept[],
  beganMs: number,
  [outPromiseMs, backPromiseMs]: readonly [number, number],
): Outage {
  const never = Infinity
  return { kind, keeps, beganMs, toldMs: never, outPromiseMs, endingMs: never, endedMs: never, backPromiseMs }
}

export async function registerAll(server: ConsulServer, isWell: (told: number) => boolean): Promise<void> {
  for (const i of TOLD.keys()) {
    const Status = isWell(i) ? 'passing' : 'critical'
    await server.register(`t${i}`, `t${i}`, { Check: { TTL: '1h', Status } })
  }
}
