/** The orders of a fleet: kept the same in every Consul datacenter that is asked for health, so that whichever of
 *  them burns, an order still reaches every node. Tells the operator who ordered and whether the others can know.
 *  Knows no regions. */

import type { Problem } from '../base/problem.ts'
import type { ConsulAgent } from '../health/consul/agent.ts'
import { anyAgent } from '../health/consul/any-agent.ts'
import { type AgentSettings, connectAgent } from '../health/consul/connect.ts'
import { SharedKeys } from '../health/consul/keys.ts'
import type { ConsulLimits, Timing } from '../health/consul/limits.ts'
import { OrderExchange } from '../health/overrides/exchange.ts'
import type { Override } from '../health/overrides/override.ts'
import type { Replica } from '../health/overrides/replica.ts'
import type { Merging } from '../health/overrides/store.ts'
import type { Log } from '../observe/log.ts'
import type { SharingReport } from './control-messages.ts'

export interface OrderSharing {
  /** Ends with a slash. */
  readonly prefix: string
  /** Where orders are kept; empty: wherever the zones ask for health. */
  readonly datacenters: readonly string[]
  /** Ways to a datacenter, best first; to the nearest agent's own one where the name is empty. */
  readonly agents: (datacenter: string) => readonly AgentSettings[]
  readonly limits?: Partial<ConsulLimits>
}

/** Takes what is news; boards follow. */
export type TakeOrders = (overrides: readonly Override[]) => Merging

/** Prunes, and writes over what could not be read. */
const TIDY_MS = 60_000
/** The nearest agent's own datacenter, whatever it is called. */
const OWN = ''

interface Store {
  readonly exchange: OrderExchange
  readonly agent: ConsulAgent
}

export class OrderDesk {
  private readonly sharing: OrderSharing
  private readonly timing: Timing
  private readonly log: Log
  private readonly replica: Replica
  private readonly takeOrders: TakeOrders
  private readonly stores = new Map<string, Store>()
  private readonly ending = new Set<Promise<unknown>>()
  private readonly told = new Set<string>()
  private tidiedMs: number

  constructor(sharing: OrderSharing, timing: Timing, log: Log, replica: Replica, take: TakeOrders) {
    this.sharing = sharing
    this.timing = timing
    this.log = log
    this.replica = replica
    this.takeOrders = take
    this.tidiedMs = timing.clock()
  }

  /** Shares with the datacenters that are asked for health, unless the settings name others. */
  adopt(asked: readonly string[]): void {
    const wanted = this.wantedOf(asked)
    for (const [datacenter, store] of this.stores) {
      if (wanted.has(datacenter)) continue
      this.stores.delete(datacenter)
      this.end(store)
    }
    for (const datacenter of wanted) if (!this.stores.has(datacenter)) this.open(datacenter)
  }

  /** An order was given here. Resolves when the others can know, or it is clear that they cannot yet. */
  async given(limitMs: number): Promise<void> {
    const exchanges = [...this.stores.values()].map(({ exchange }) => exchange)
    for (const exchange of exchanges) exchange.push('now')
    await Promise.all(exchanges.map(exchange => exchange.settled(limitMs)))
  }

  /** Where orders go, and whether they arrive. */
  report(): SharingReport[] {
    return [...this.stores].map(([datacenter, { exchange }]) => ({
      datacenter: nameOf(datacenter),
      ...exchange.view(),
    }))
  }

  /** The datacenter was silent and is back. */
  kick(datacenter: string): void {
    for (const [name, { exchange }] of this.stores) if (name === datacenter || name === OWN) exchange.kick()
  }

  tick(): void {
    const nowMs = this.timing.clock()
    if (nowMs - this.tidiedMs < TIDY_MS) return
    this.tidiedMs = nowMs
    for (const { exchange } of this.stores.values()) exchange.push('later')
  }

  async stop(): Promise<void> {
    for (const store of this.stores.values()) this.end(store)
    this.stores.clear()
    await Promise.all(this.ending)
  }

  private wantedOf(asked: readonly string[]): Set<string> {
    const { datacenters } = this.sharing
    if (datacenters.length > 0) return new Set(datacenters)
    return new Set(asked.length > 0 ? asked : [OWN])
  }

  private open(datacenter: string): void {
    const [first, ...others] = this.sharing
      .agents(datacenter)
      .map(one => connectAgent(one, this.timing.clock))
    if (first === undefined) {
      this.tellOnce('warn', { datacenter }, 'orders are not shared: no agent is configured for a datacenter')
      return
    }
    const agent = anyAgent([first, ...others])
    const { prefix, limits } = this.sharing
    const keys = new SharedKeys(
      agent,
      { prefix, ...(datacenter === OWN ? {} : { datacenter }), ...(limits === undefined ? {} : { limits }) },
      this.timing,
    )
    const exchange = new OrderExchange({
      keys,
      replica: this.replica,
      timing: this.timing,
      ...(limits === undefined ? {} : { limits }),
      listener: {
        take: overrides => this.take(datacenter, overrides),
        changed: ({ state, reason, waiting }) => this.tellState(datacenter, state, reason, waiting),
        complain: (key, text) =>
          this.log.warn(
            { datacenter: nameOf(datacenter), key: `${prefix}${key}`.slice(0, 200) },
            `a shared order is not believed: ${text}`,
          ),
      },
    })
    this.stores.set(datacenter, { exchange, agent })
    exchange.start()
  }

  private end({ exchange, agent }: Store): void {
    // What is under way fails at once when its connections end.
    agent.close()
    const ending = exchange.stop()
    this.ending.add(ending)
    void ending.finally(() => this.ending.delete(ending))
  }

  private take(datacenter: string, overrides: readonly Override[]): void {
    const before = new Map(overrides.map(one => [one, this.replica.known(one)]))
    const { news, problems, kept } = this.takeOrders(overrides)
    this.tellProblems(problems)
    void kept.then(amiss => this.tellProblems(amiss))
    for (const override of news) this.tellOrder(override, before.get(override))
    if (news.length === 0) return
    for (const [name, { exchange }] of this.stores) if (name !== datacenter) exchange.push('later')
  }

  //------------ What is told ---

  private tellProblems(problems: readonly Problem[]): void {
    for (const { severity, file, code, text } of problems)
      this.tellOnce(severity === 'error' ? 'error' : 'warn', { file, code }, text)
  }

  private tellOnce(level: 'warn' | 'error', fields: Readonly<Record<string, string>>, text: string): void {
    const content = JSON.stringify([fields, text])
    if (this.told.has(content)) return
    this.told.add(content)
    this.log[level](fields, text)
  }

  private tellOrder(override: Override, replaced: Override | undefined): void {
    const { action, pattern, by, why, stamp, untilWallMs } = override
    const wallMs = this.timing.wallClock()
    if (this.replica.isSpent(override, wallMs)) return
    const fields = {
      action,
      pattern,
      by,
      why,
      node: stamp.node,
      given: new Date(stamp.wallMs).toISOString(),
      until: untilWallMs === undefined ? undefined : new Date(untilWallMs).toISOString(),
      replaces:
        replaced === undefined ? undefined : `${replaced.action} by ${replaced.by}@${replaced.stamp.node}`,
    }
    this.log.info(fields, "operator's order of another node")
  }

  private tellState(datacenter: string, state: string, reason: string, waiting: number): void {
    const { prefix } = this.sharing
    const fields = { datacenter: nameOf(datacenter), prefix }
    if (state === 'shared') this.log.info(fields, 'orders are shared through Consul')
    else if (state === 'forbidden')
      this.log.warn(
        { ...fields, reason, waiting },
        `orders are not shared: the ACL token needs key_prefix "${prefix}" { policy = "write" }; they hold here`,
      )
    else if (state === 'silent')
      this.log.warn(
        { ...fields, reason, waiting },
        'orders are not shared: they hold here, and are passed on later',
      )
  }
}

function nameOf(datacenter: string): string {
  return datacenter === OWN ? "the agent's own" : datacenter
}
