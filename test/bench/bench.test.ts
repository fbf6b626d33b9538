/** The bench's own parts: queries and what they expect, percentiles, medians and ratios, V8's trace, and the
 *  generators once against a real server. Times nothing. */

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'chai'
import { ROOT } from '../house/source.ts'
import { withTempDir } from '../tools/process.ts'
import { skipWithReason } from '../tools/skips.ts'
import { tool } from '../tools/tools.ts'
import { costPerQuery } from './accounting.ts'
import { type AttackedRound, attackLines } from './attack.ts'
import type { Outcome } from './generator-orders.ts'
import { GeoOracle, regionAddress } from './geo-world.ts'
import { heapGrowth } from './heap.ts'
import { Latencies } from './latencies.ts'
import type { Measured } from './measure.ts'
import { Kind, type QueryLoad, readQueryFile, writeQueryFile } from './queries.ts'
import { median, type Row, summarise } from './report.ts'
import { startServer } from './servers.ts'
import { addressOf, writeSmallZones } from './zones.ts'

const OPTIONS = { seed: 7, count: 500, millionNames: 500, ednsBytes: 1232 }

describe('query files', () => {
  const textOf = (load: QueryLoad, dir: string, seed = 7): string[] => {
    const path = join(dir, load)
    writeQueryFile(path, load, { ...OPTIONS, seed })
    const file = readQueryFile(path)
    return Array.from({ length: file.count }, (_, i) =>
      Buffer.from(file.wire.subarray(file.offsets[i]!, file.offsets[i + 1]!)).toString('latin1'),
    )
  }

  it('are the same for the same seed, and others for another', async () => {
    await withTempDir(dir => {
      expect(textOf('names', dir)).to.deep.equal(textOf('names', dir))
      expect(textOf('names', dir, 8)).to.not.deep.equal(textOf('names', dir))
    })
  })

  it('ask for every name of the big zone once', async () => {
    await withTempDir(dir => {
      expect(new Set(textOf('million', dir)).size).to.equal(OPTIONS.count)
    })
  })

  it('ask for a client subnet each, and none twice', async () => {
    await withTempDir(dir => {
      // Family 1, 24 bits, scope 0, three octets end the packet.
      const subnets = textOf('geo', dir).map(query => Buffer.from(query.slice(-7), 'latin1').toString('hex'))
      expect(new Set(subnets).size).to.equal(OPTIONS.count)
      for (const subnet of subnets) expect(subnet).to.match(/^00011800/)
    })
  })

  it('know the region that a client subnet belongs to', () => {
    const oracle = new GeoOracle()
    expect(oracle.addressFor(Uint8Array.of(81, 2, 69))).to.equal(regionAddress('euw2'))
    expect(oracle.addressFor(Uint8Array.of(10, 0, 0))).to.equal(regionAddress('use1'))
  })

  it('know the address that must come back', async () => {
    await withTempDir(dir => {
      const queries = textOf('million', dir)
      const file = readQueryFile(join(dir, 'million'))
      const number = Number(/host(\d+)/.exec(queries[3]!)?.[1])
      expect(file.addresses[3]).to.equal(addressOf(number))
      expect(file.kinds[3]).to.equal(Kind.Address)
    })
  })
})

describe('percentiles', () => {
  it('are right within the width of a bucket', () => {
    const latencies = new Latencies()
    for (let i = 1; i <= 1000; i++) latencies.add(i)
    const { p50Us, p99Us, maxUs } = latencies.percentiles()
    expect(p50Us).to.be.closeTo(500, 10)
    expect(p99Us).to.be.closeTo(990, 20)
    expect(maxUs).to.be.closeTo(1000, 20)
  })

  it('survive the way through slices', () => {
    const [one, other] = [new Latencies(), new Latencies()]
    for (const value of [1, 20, 300, 4000, 50_000_000]) one.add(value)
    other.addAll(one.sparse())
    expect(other.percentiles()).to.deep.equal(one.percentiles())
  })
})

describe('the report', () => {
  const measured = (totalUs: number): Measured => ({
    cost: { totalUs, userUs: 1, systemUs: totalUs - 1 },
    queriesPerSecond: 1,
    latencies: { p50Us: 1, p99Us: 1, p999Us: 1, maxUs: 1 },
    answered: 1,
    lost: 1,
    wrong: 0,
    stray: 0,
    memoryBytes: 1,
    generatorUs: 1,
  })
  const row = (server: string, round: number, totalUs: number): Row => ({
    load: 'names',
    server,
    round,
    measured: measured(totalUs),
  })

  it('compares within a round, then takes the median of the rounds', () => {
    const slowRound = [row('gdnsd', 1, 8), row('meridian', 1, 4)]
    const quickRounds = [row('gdnsd', 2, 2), row('meridian', 2, 2), row('gdnsd', 3, 2), row('meridian', 3, 4)]
    const [gdnsd, meridian] = summarise([...slowRound, ...quickRounds])
    expect(gdnsd?.ratio).to.equal(1)
    expect(meridian).to.include({ ratio: 1, totalUs: 4, lost: 3 })
    expect(median([4, 1, 3, 2])).to.equal(2.5)
  })

  it('holds each attack against nobody of the same round, and adds up what strangers were told', () => {
    const felt = (workerUs: number, p99Us: number) => ({
      workerUs,
      queriesPerSecond: 1000,
      p50Us: 1,
      p99Us,
      lost: 1,
      wrong: 0,
    })
    const attacks = [
      'nobody',
      'nobody, again',
      '8 scrapers without a pause',
      'a crowd of 1,000',
      'the same over TLS',
    ]
    const round = (number: number, idleUs: number): AttackedRound => ({
      round: number,
      felt: Object.fromEntries(
        attacks.map((what, i) => [what, { quarter: felt(idleUs * (1 + i), 7), half: felt(idleUs, 9) }]),
      ),
      told: { 'a crowd of 1,000': { 503: 600, none: number } },
    })
    const lines = attackLines([round(1, 2), round(2, 8)]).split('\n')
    expect(
      lines
        .find(line => line.startsWith('| a crowd'))
        ?.split(/ *\| */)
        .slice(1, -1),
    ).to.deep.equal([
      'a crowd of 1,000',
      '20.00',
      '4.00',
      '7',
      '5.00',
      '1.00',
      '9',
      '4',
      '503: 1,200 none: 3',
    ])
  })

  it('divides CPU time by ticks and by queries', () => {
    const cost = costPerQuery(
      { runNs: 1_000_000, userTicks: 10, systemTicks: 10 },
      { runNs: 5_000_000, userTicks: 11, systemTicks: 13 },
      1000,
    )
    expect(cost).to.deep.equal({ totalUs: 4, userUs: 1, systemUs: 3 })
  })
})

describe('heap growth', () => {
  const line = (isolate: string, before: number, after: number): string =>
    `[12:${isolate}]     8761 ms: Scavenge ${before} (6.5) -> ${after} (5.7) MB, 1.03 / 0.00 ms`

  it('is what collections find above what the ones before had left', () => {
    const earlier = [line('0xa', 9, 4), line('0xb', 7, 6), 'a line of the log'].join('\n')
    const trace = [line('0xa', 5, 4.2), line('0xa', 5.2, 4), line('0xb', 6, 6)].join('\n')
    const report = heapGrowth(earlier, trace, 1000)
    expect(
      report.isolates.map(one => [one.isolate, one.collections, Math.round(one.bytesPerQuery)]),
    ).to.deep.equal([
      ['0xa', 2, 2000],
      ['0xb', 1, 0],
    ])
  })

  it('counts a whole new space where nothing is known of before', () => {
    expect(heapGrowth('', line('0xc', 5, 4), 1000).isolates[0]?.bytesPerQuery).to.equal(1000)
  })
})

describe('the generators', () => {
  const run = (script: string, orders: object): Outcome => {
    const path = join(ROOT, 'test', 'bench', script)
    const node = spawnSync(process.execPath, ['--import', 'tsx', path, JSON.stringify(orders)], {
      cwd: ROOT,
      encoding: 'utf8',
    })
    expect(node.status, node.stderr).to.equal(0)
    return JSON.parse(node.stdout) as Outcome
  }

  it('count every answer of a real server, and find each of them right', async function () {
    if (process.platform !== 'linux') skipWithReason(this, 'recvmmsg is of Linux')
    await tool('nsd', this)
    await withTempDir(async dir => {
      const server = await startServer('nsd', writeSmallZones(dir), { cpus: '' })
      const orders = {
        port: server.port,
        sockets: 2,
        slots: 4,
        warmUpSeconds: 0,
        seconds: 0.2,
        timeoutMs: 5_000,
        rate: 0,
        pids: server.pids(),
      }
      const runs: [string, QueryLoad, object][] = [
        ['generator.ts', 'names', {}],
        ['generator.ts', 'missing', {}],
        ['generator.ts', 'referrals', {}],
        ['generator.ts', 'names', { rate: 2_000, slots: 64 }],
        ['streams.ts', 'names', {}],
        ['streams.ts', 'names', { slots: 1 }],
      ]
      for (const [script, load, more] of runs) {
        const queryPath = join(dir, load)
        writeQueryFile(queryPath, load, OPTIONS)
        const outcome = run(script, { ...orders, queryPath, ...more })
        expect(outcome).to.include({ lost: 0, stray: 0, wrong: 0, firstWrong: '' })
        expect(outcome.answered).to.be.above(0)
        expect(outcome.sent - outcome.answered).to.be.within(0, 8)
      }
      // And it would notice: these answers are not what the other load expects.
      const queryPath = join(dir, 'names')
      writeQueryFile(queryPath, 'million', OPTIONS)
      expect(run('generator.ts', { ...orders, queryPath }).wrong).to.be.above(0)
      await server.stop()
    })
  })
})
