/** Replicas and a shared store that come and go: whatever happens in between, all hold the same in the end, and it is
 *  the last word on each thing. The store is in memory here; `test/server/fleet.test.ts` has the real one. */

import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { monotonicMs } from '../../../src/base/clock.ts'
import { type ConsulAgent, failed, type KeyEntry, type Outcome } from '../../../src/health/consul/agent.ts'
import { anyAgent } from '../../../src/health/consul/any-agent.ts'
import { SharedKeys } from '../../../src/health/consul/keys.ts'
import { OrderExchange } from '../../../src/health/overrides/exchange.ts'
import { compareStamps, type Override, overrideKey } from '../../../src/health/overrides/override.ts'
import { FOREIGN_OVERRIDES_MAX, FORGET_AFTER_MS, Replica } from '../../../src/health/overrides/replica.ts'
import { readSharedOrder, sharedKey, sharedText } from '../../../src/health/overrides/shared-order.ts'
import { QUICK, dice as seededDice } from '../consul/record.ts'

const START_MS = 1_800_000_000_000
const PREFIX = 'meridian/orders/'

/** Consul's key-value store as far as orders use it. */
class Store {
  readonly keys = new Map<string, KeyEntry>()
  index = 1
  isAway = false
  private readonly waiting = new Set<() => void>()

  write(key: string, value: string | undefined): void {
    this.index++
    const createIndex = this.keys.get(key)?.createIndex ?? this.index
    if (value === undefined) this.keys.delete(key)
    else this.keys.set(key, { key, value, modifyIndex: this.index, createIndex })
    this.wake()
  }

  /** As a server without a disk that is started again. */
  wipe(): void {
    this.keys.clear()
    this.index = 1
    this.wake()
  }

  values(): string[] {
    return [...this.keys.values()].filter(({ key }) => !key.endsWith('.written')).map(({ value }) => value)
  }

  agent(): ConsulAgent {
    const away = failed('refused', 'connect refused')
    const meta = () => ({ index: this.index, knowsLeader: true, lastContactMs: 0, ageMs: 0 })
    const swap = async (
      key: string,
      value: string | undefined,
      at: number | undefined,
    ): Promise<Outcome<boolean>> => {
      await sleep(1)
      if (this.isAway) return away
      const won = at === undefined || (this.keys.get(key)?.modifyIndex ?? 0) === at
      if (won) this.write(key, value)
      return { ok: true, value: won, meta: meta() }
    }
    return {
      address: 'memory',
      serviceHealth: async () => away,
      keysBelow: async (prefix, { index, signal }) => {
        await sleep(1)
        const isIdle = () => !this.isAway && this.index === index && signal?.aborted !== true
        while (isIdle())
          await new Promise<void>(resolve => {
            this.waiting.add(resolve)
            signal?.addEventListener('abort', () => resolve(), { once: true })
          })
        if (this.isAway) return away
        return {
          ok: true,
          value: [...this.keys.values()].filter(({ key }) => key.startsWith(prefix)),
          meta: meta(),
        }
      },
      putKey: (key, value, { onlyAtIndex }) => swap(key, value, onlyAtIndex),
      deleteKey: (key, { onlyAtIndex }) => swap(key, undefined, onlyAtIndex),
      close() {},
    }
  }

  wake(): void {
    for (const resolve of this.waiting) resolve()
    this.waiting.clear()
  }
}

interface Node {
  readonly replica: Replica
  readonly exchanges: readonly OrderExchange[]
  readonly complaints: string[]
  wallMs: number
}

const running: Node[] = []

/** Exchanges with every store. */
function node(name: string, stores: readonly Store[], skewMs = 0): Node {
  const replica = new Replica(name)
  const complaints: string[] = []
  const made: Node = { replica, complaints, wallMs: START_MS + skewMs, exchanges: [] }
  const timing = { clock: monotonicMs, wallClock: () => made.wallMs, dice: seededDice() }
  const exchanges = stores.map(store => {
    const keys = new SharedKeys(anyAgent([store.agent()]), { prefix: PREFIX, limits: QUICK }, timing)
    const exchange: OrderExchange = new OrderExchange({
      keys,
      replica,
      timing,
      limits: QUICK,
      listener: {
        take: overrides => {
          const news = overrides.filter(one => replica.hasRoomFor(one) && replica.take(one))
          if (news.length > 0) for (const other of exchanges) if (other !== exchange) other.push('later')
        },
        changed: () => undefined,
        complain: (key, text) => complaints.push(`${key} ${text}`),
      },
    })
    exchange.start()
    return exchange
  })
  const whole = Object.assign(made, { exchanges })
  running.push(whole)
  return whole
}

function give({ replica, exchanges, wallMs }: Node, action: Override['action'], pattern: string): Override {
  const override = replica.stamp({ action, pattern, by: 'alice' }, wallMs) as Override
  replica.take(override)
  for (const exchange of exchanges) exchange.push('now')
  return override
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(5)
}

const textOf = (overrides: readonly Override[]): string => overrides.map(sharedText).toSorted().join('\n')

describe('orders and a shared store', () => {
  afterEach(() =>
    Promise.all(running.splice(0).flatMap(({ exchanges }) => exchanges.map(exchange => exchange.stop()))),
  )

  it('come to the last word on each thing, whoever was away meanwhile', async () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
    const throwDice = seededDice(seed)
    const pick = <T>(all: readonly T[]): T => all[Math.floor(throwDice() * all.length)]!
    const stores = [new Store(), new Store()]
    // Clocks that differ by minutes.
    const nodes = [0, 240_000, -90_000].map((skewMs, i) => node(`ns${i}`, stores, skewMs))
    const given: Override[] = []
    for (let step = 0; step < 150; step++) {
      const what = throwDice()
      if (what < 0.7)
        given.push(
          give(pick(nodes), pick(['drain', 'undrain', 'force-up']), `r${Math.floor(throwDice() * 9)}`),
        )
      else if (what < 0.9) {
        const store = pick(stores)
        store.isAway = !store.isAway
        store.wake()
      } else pick(stores).wipe()
      for (const one of nodes) one.wallMs += 10
      await sleep(4)
    }
    for (const store of stores) {
      store.isAway = false
      store.wake()
    }
    const last = new Map<string, Override>()
    for (const one of given) {
      const known = last.get(overrideKey(one))
      if (known === undefined || compareStamps(one, known) > 0) last.set(overrideKey(one), one)
    }
    const expected = textOf([...last.values()])
    const isSame = (): boolean =>
      nodes.every(({ replica }) => textOf(replica.all()) === expected) &&
      stores.every(store => store.values().toSorted().join('\n') === expected)
    const views = () => nodes.flatMap(({ exchanges }) => exchanges.map(exchange => exchange.view()))
    const deadlineMs = monotonicMs() + 20_000
    await until(
      () =>
        monotonicMs() > deadlineMs ||
        (isSame() && views().every(({ state, waiting }) => state === 'shared' && waiting === 0)),
    )
    expect(isSame(), `SEED=${seed}`).to.equal(true)
    for (const view of views())
      expect(view, `SEED=${seed}`).to.deep.equal({ state: 'shared', waiting: 0, reason: '' })
  })

  it('are cleared away once they say nothing and nobody can bring back what they replaced', async () => {
    const store = new Store()
    const one = node('ns1', [store])
    give(one, 'drain', '*')
    give(one, 'undrain', 'a')
    give(one, 'drain', 'b')
    give(one, 'undrain', 'b')
    give(one, 'force-up', 'c')
    give(one, 'force-auto', 'c')
    await until(() => store.values().length === 4)
    one.wallMs += FORGET_AFTER_MS + 7_200_000
    one.replica.forget(one.wallMs)
    one.exchanges[0]!.push('now')
    const patterns = (): string[] => store.values().map(value => JSON.parse(value).pattern as string)
    // `undrain a` and `undrain b` still hold an older drain off.
    await until(() => !patterns().includes('c'))
    expect(patterns().toSorted()).to.deep.equal(['*', 'a', 'b'])
    give(one, 'undrain', '*')
    one.wallMs += FORGET_AFTER_MS + 7_200_000
    one.exchanges[0]!.push('now')
    await until(() => store.values().length === 0)
  })

  it('take no more from others than leaves room for an order given here', async () => {
    const store = new Store()
    const other = new Replica('ns2')
    const order = (i: number) =>
      other.stamp({ action: 'drain', pattern: `r${i}`, by: 'bob' }, START_MS) as Override
    for (let i = 0; i < FOREIGN_OVERRIDES_MAX + 50; i++) {
      const one = order(i)
      store.keys.set(PREFIX + i, {
        key: PREFIX + sharedKey(one),
        value: sharedText(one),
        modifyIndex: 2,
        createIndex: 2,
      })
    }
    const here = node('ns1', [store])
    await until(() => here.replica.all().length === FOREIGN_OVERRIDES_MAX)
    give(here, 'drain', 'mine')
    await until(() => store.keys.has(`${PREFIX}drain/mine`))
  })
}).timeout(60_000)

describe('an order in a shared store', () => {
  const good: Override = {
    pattern: 'live.classroom.example/eu*',
    action: 'drain',
    stamp: { wallMs: START_MS, node: 'ns1' },
    untilWallMs: START_MS + 5,
    by: 'alice',
    why: 'racks',
  }
  const value = JSON.parse(sharedText(good)) as Record<string, unknown>

  it('is read as it was written', () => {
    expect(readSharedOrder('drain/live.classroom.example/eu*', sharedText(good))).to.deep.equal({
      kind: 'order',
      override: good,
    })
  })

  const REFUSED: readonly [string, unknown, RegExp][] = [
    ['of a later version', { ...value, version: 2 }, /version 2, later/],
    ['of no version', { ...value, version: undefined }, /version/],
    ['with an action of its own', { ...value, action: 'explode' }, /action/],
    ['with a pattern that is none', { ...value, pattern: 'EU*' }, /pattern/],
    ['that belongs elsewhere', { ...value, action: 'force-up' }, /belongs to force\//],
    ['with lines in its reason', { ...value, why: 'a\nb' }, /why: must be one line/],
    ['with a speech in it', { ...value, by: 'x'.repeat(201) }, /by/],
    ['from before time', { ...value, stamp: { wallMs: -1, node: 'ns1' } }, /stamp\.wallMs/],
    ['of nobody', { ...value, stamp: { wallMs: 1, node: '' } }, /stamp\.node/],
    ['that is a list', [value], /version|it/],
    ['that is a book', { ...value, more: 'x'.repeat(5_000) }, /longer than/],
  ]
  for (const [what, raw, complaint] of REFUSED)
    it(`is not believed ${what}`, () => {
      const read = readSharedOrder('drain/live.classroom.example/eu*', JSON.stringify(raw))
      expect(read.kind === 'unreadable' && read.text).to.match(complaint)
    })
})
