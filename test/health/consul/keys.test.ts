/** Shared keys in a real Consul's key-value store. */

import { expect } from 'chai'
import { monotonicMs } from '../../../src/base/clock.ts'
import type { ConsulAgent } from '../../../src/health/consul/agent.ts'
import { connectAgent } from '../../../src/health/consul/connect.ts'
import { type SharedEntries, SharedKeys } from '../../../src/health/consul/keys.ts'
import { type ConsulServer, eventually, startPair } from '../../tools/consul.ts'
import { QUICK, timing } from './record.ts'

describe('shared keys', () => {
  let aws: ConsulServer
  let gcp: ConsulServer
  let stopPair: () => Promise<void>
  const closing: (() => unknown)[] = []
  let prefixes = 0

  before(async function () {
    ;({ aws, gcp, stop: stopPair } = await startPair(this))
  })
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close()
  })
  after(async () => stopPair?.())

  const agentOf = (server: ConsulServer): ConsulAgent => {
    const agent = connectAgent({ url: server.url }, monotonicMs)
    closing.push(() => agent.close())
    return agent
  }
  /** Kept in aws, reached through either. */
  const keysVia = (server: ConsulServer, prefix: string): SharedKeys => {
    const settings = { prefix, datacenter: aws.datacenter, limits: QUICK }
    const keys = new SharedKeys(agentOf(server), settings, timing())
    closing.push(() => keys.stop())
    return keys
  }
  const freshPrefix = (): string => `test-${++prefixes}/overrides/`
  const entriesOf = async (keys: SharedKeys): Promise<SharedEntries> => {
    const outcome = await keys.readAll()
    if (!outcome.ok) throw new Error(outcome.failure.text)
    return outcome.value
  }

  it('an empty prefix proves nothing until somebody has written below it', async () => {
    const keys = keysVia(aws, freshPrefix())
    expect(await entriesOf(keys)).to.deep.include({ entries: [], proven: false })
    expect(await keys.put('drain/euc1', 'x', 0)).to.deep.equal({ ok: true, won: true })
    const { entries, proven } = await entriesOf(keys)
    expect(proven).to.equal(true)
    expect(entries.map(({ key, value }) => [key, value])).to.deep.equal([['drain/euc1', 'x']])
    expect(await keys.delete('drain/euc1', entries[0]!.version)).to.deep.equal({ ok: true, won: true })
    expect(await entriesOf(keys)).to.deep.include({ entries: [], proven: true })
  })

  it('only one of two writers that read the same version wins', async () => {
    const prefix = freshPrefix()
    const [here, there] = [keysVia(aws, prefix), keysVia(gcp, prefix)]
    const created = await Promise.all([here.put('k', 'here', 0), there.put('k', 'there', 0)])
    expect(created.filter(outcome => outcome.ok && outcome.won)).to.have.length(1)
    const { version } = (await entriesOf(there)).entries[0]!
    expect(await here.put('k', 'newer', version)).to.deep.equal({ ok: true, won: true })
    expect(await there.put('k', 'older', version)).to.deep.equal({ ok: true, won: false })
    expect(await there.delete('k', version)).to.deep.equal({ ok: true, won: false })
    expect((await entriesOf(here)).entries[0]?.value).to.equal('newer')
  })

  it('tells every change to who follows, from the other datacenter as well', async () => {
    const prefix = freshPrefix()
    const told: SharedEntries[] = []
    closing.push(keysVia(gcp, prefix).watch({ changed: entries => told.push(entries) }))
    const writer = keysVia(aws, prefix)
    const isTold = (text: string): Promise<void> =>
      eventually(
        `${text} to be told`,
        async () =>
          told
            .at(-1)
            ?.entries.map(({ key, value }) => key + value)
            .join() === text,
      )
    await isTold('')
    await writer.put('a', '1', 0)
    await isTold('a1')
    await writer.put('b', '2', 0)
    await isTold('a1,b2')
    const [first] = (await entriesOf(writer)).entries
    await writer.delete('a', first!.version)
    await isTold('b2')
    await aws.call('PUT', '/kv/unrelated', 'x')
    await writer.put('c', '3', 0)
    await isTold('b2,c3')
    expect(told.filter(({ entries }) => entries.length === 1 && entries[0]?.key === 'b')).to.have.length(1)
  })

  it('fails as a value when the agent is not there, and refuses what is no key', async () => {
    const agent = connectAgent({ url: 'http://127.0.0.1:1' }, monotonicMs)
    closing.push(() => agent.close())
    const keys = new SharedKeys(agent, { prefix: 'p/' }, timing())
    const [read, put] = [await keys.readAll(), await keys.put('k', 'v', 0)]
    for (const outcome of [read, put]) expect(outcome).to.have.nested.property('failure.kind', 'refused')
    for (const bad of ['', '.written', '.x'])
      expect(await keys.put(bad, 'v', 0)).to.have.nested.property('failure.kind', 'other')
  })
}).timeout(120_000)
