/** The helpers of the tests themselves: programs are found or fetched, skips are named, processes end. */

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { ROOT } from '../house/source.ts'
import { askTcp, askUdp, labelsOf, queryBytes, Type } from './ask.ts'
import { unpackPackages, wrapProgram } from './debian.ts'
import { freePort, makeTempDir, processTree, removeTempDir, startDaemon, withTempDir } from './process.ts'
import { type RivalKind, startRival } from './rivals.ts'
import { skipWithReason } from './skips.ts'
import { tool, underCi } from './tools.ts'

const MOCHA = 'node_modules/mocha/bin/mocha.js'
const REPORTER = './test/tools/reporter.ts'
const FIXTURE = 'test/tools/skipping.fixture.ts'

describe('tool()', () => {
  it('finds a program by its absolute path', async function () {
    const dig = await tool('dig', this)
    expect(spawnSync(dig, ['-v'], { encoding: 'utf8' }).stderr).to.match(/^DiG /)
  })

  it('unpacks packages and their libraries without any rights', async function () {
    this.timeout(120_000)
    await withTempDir(dir => {
      const nobody = process.getuid?.() === 0 ? { userId: 65534 } : {}
      const failure = unpackPackages(['unbound'], dir, nobody) ?? wrapProgram(dir, 'unbound')
      if (failure !== undefined && !underCi()) skipWithReason(this, failure)
      expect(failure).to.equal(undefined)
      const said = spawnSync(join(dir, 'bin', 'unbound'), ['-V'], { encoding: 'utf8' })
      expect(said.stdout).to.match(/^Version \d/)
    })
  })
})

describe('skipped tests', () => {
  it('are named with their reasons, and counted apart', async () => {
    await withTempDir(dir => {
      const counts = join(dir, 'counts')
      const run = spawnSync(
        process.execPath,
        ['--import', 'tsx', MOCHA, '--no-config', '--reporter', REPORTER, FIXTURE],
        { cwd: ROOT, encoding: 'utf8', env: { ...process.env, MERIDIAN_COUNTS: counts } },
      )
      expect(run.status).to.equal(1)
      for (const name of ['would have run', 'would have run as well'])
        expect(run.stdout).to.include(
          `- a suite whose tool is missing ${name}: frobnicate is missing: no such package`,
        )
      expect(run.stdout).to.include('- a suite skips one test: no second network card')
      expect(readFileSync(counts, 'utf8')).to.equal('1 1 3\n')
    })
  })
})

describe('startDaemon()', () => {
  it('waits until the program is ready, and ends it with its children', async () => {
    const port = await freePort()
    const script = `const c = require('node:child_process')
      c.spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'])
      const s = require('node:dgram').createSocket('udp4')
      s.on('message', (m, r) => s.send(m, r.port, r.address)).bind(${port}, '127.0.0.1')`
    const daemon = await startDaemon({
      command: process.execPath,
      args: ['-e', script],
      ready: async () => (await askUdp(port, Buffer.from('hello'), 100)) !== undefined,
    })
    const family = daemon.pids()
    expect(family).to.have.length(process.platform === 'linux' ? 2 : 1)
    await daemon.stop()
    expect(processTree(daemon.pid)).to.deep.equal([daemon.pid])
    expect(daemon.child.exitCode ?? daemon.child.signalCode).to.not.equal(null)
  })

  it('says what the program printed when it ends too early', async () => {
    const failed = startDaemon({
      command: process.execPath,
      args: ['-e', 'console.error("no such zone"); process.exit(3)'],
      ready: async () => false,
    })
    const error = await failed.then(
      () => undefined,
      (reason: unknown) => reason as Error,
    )
    expect(error?.message).to.match(/left with code 3 before it was ready[\s\S]*no such zone/)
  })

  it('removes its folders', () => {
    const dir = makeTempDir()
    removeTempDir(dir)
    expect(existsSync(dir)).to.equal(false)
  })
})

describe('queryBytes()', () => {
  it('writes escapes as octets', () => {
    expect(labelsOf('a\\.b.\\001c.example.')).to.deep.equal([
      [0x61, 0x2e, 0x62],
      [1, 0x63],
      [...Buffer.from('example')],
    ])
    expect(queryBytes({ name: '.', type: Type.NS }).toString('hex')).to.equal(
      '0000000000010000000000000000020001',
    )
  })
})

describe('startRival()', () => {
  const text = [
    '$ORIGIN rival.example.',
    '$TTL 300',
    '@ SOA ns1 hostmaster 1 7200 1800 1209600 60',
    '@ NS ns1',
    'ns1 A 192.0.2.1',
    'www A 192.0.2.80',
  ].join('\n')

  for (const [kind, program] of [
    ['nsd', 'nsd'],
    ['knot', 'knotd'],
    ['bind', 'named'],
  ] as const satisfies [RivalKind, string][])
    it(`serves given zones with ${kind}`, async function () {
      await tool(program, this)
      const rival = await startRival(kind, [{ apex: 'rival.example', text: `${text}\n` }])
      try {
        const query = queryBytes({ name: 'www.rival.example', type: Type.A, id: 7 })
        const overUdp = await askUdp(rival.port, query)
        expect(overUdp?.subarray(-4).join('.')).to.equal('192.0.2.80')
        expect(await askTcp(rival.port, [query])).to.deep.equal([overUdp])
        expect(rival.version).to.match(/^\d+\.\d+/)
      } finally {
        await rival.stop()
      }
    })
})
