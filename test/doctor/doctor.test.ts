/** `meridian doctor` on this host, with each trouble caused for real: ports taken, folders closed, limits lowered,
 *  Consul silent or blind. */
import { spawnSync } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import type { CheckFinding } from '../../src/doctor/examine.ts'
import { writeMmdb } from '../geo/mmdb-writer.ts'
import { MAIN } from '../server/built.ts'
import {
  cleanEnvironment,
  Meridian,
  type Outcome,
  runMeridian,
  stopAll,
  zoneText,
} from '../server/meridian.ts'
import { ConsulServer } from '../tools/consul.ts'
import { guardedHcl, MASTER, makeToken, READ_ALL } from '../tools/consul-rights.ts'
import { freePort, makeTempDir, removeTempDir } from '../tools/process.ts'
import { skipWithReason } from '../tools/skips.ts'
import { tool } from '../tools/tools.ts'

const NOBODY = 65_534
const STEERED = `$REGION a at=50.1,8.7 country=DE consul=dc1
$REGION b at=38.9,-77.4 country=US consul=dc9
$CHECK live consul=web
$CHECK more consul=nosuch
$POLICY p regions=a,b health=live,more
live    GSLB p
a.live  A 192.0.2.1
b.live  A 192.0.2.2
`
const PLAIN = zoneText(1)

interface Report {
  readonly findings: readonly CheckFinding[]
  readonly failures: number
  readonly warnings: number
}

describe('meridian doctor', () => {
  let dir: string

  beforeEach(() => {
    dir = makeTempDir('meridian-doctor-')
    chmodSync(dir, 0o755)
    mkdirSync(join(dir, 'zones'))
    writeFileSync(join(dir, 'zones', 'shop.test.zone'), PLAIN)
    writeGeo(Date.now() - 3 * 86_400_000)
  })
  afterEach(async () => {
    await stopAll()
    removeTempDir(dir)
  })

  function writeGeo(builtAtMs: number): void {
    const builtAt = Math.floor(builtAtMs / 1000)
    const networks = [['192.0.2.0/24', { country_code: 'DE' }]] as const
    writeFileSync(join(dir, 'city.mmdb'), writeMmdb({ networks, builtAt, type: 'DBIP-City-Lite' }))
  }

  const words = (more: readonly string[]): string[] => [
    'doctor',
    '--json',
    '--geo=city.mmdb',
    '--workers=1',
    ...(more.includes('--listen') ? [] : ['--listen', '127.0.0.1:0']),
    ...more,
  ]

  function doctor(
    more: readonly string[] = [],
    options: { uid?: number } = {},
  ): Report & { code: number | null } {
    return read(runMeridian(words(more), { cwd: dir, ...options }))
  }

  function read({ code, stdout, stderr }: Outcome): Report & { code: number | null } {
    expect(stderr).to.equal('')
    return { code, ...(JSON.parse(stdout) as Report) }
  }

  function found({ findings }: Report, check: string, state: string): CheckFinding {
    const one = findings.find(finding => finding.check === check && finding.state === state)
    expect(one, `${check} ${state} in ${JSON.stringify(findings, undefined, 1)}`).to.not.equal(undefined)
    return one!
  }

  it('finds nothing in the way of a first start, problems first, and leaves with 0', () => {
    const report = doctor()
    expect(report).to.include({ code: 0, failures: 0 })
    found(report, 'reach', 'warning')
    found(report, 'geo', 'fine')
    expect(found(report, 'zones', 'fine').text).to.equal('1 zone without errors')
    const { stdout, code } = runMeridian(['doctor', '--geo=city.mmdb', '--listen=127.0.0.1:0'], { cwd: dir })
    const states = [...stdout.matchAll(/^(failure|warning|unknown|fine) /gm)].map(([, state]) => state!)
    const ranks = states.map(state => ['failure', 'warning', 'unknown', 'fine'].indexOf(state))
    expect(ranks).to.deep.equal(ranks.toSorted())
    expect(stdout).to.match(/\n\n\d+ failures?, \d+ warnings?\n$/)
    expect(code).to.equal(0)
  })

  it('finds who has the port, a zone with errors, broken geo data, too many workers', async () => {
    const holders = await hold('127.0.0.1')
    writeFileSync(join(dir, 'zones', 'bad.test.zone'), zoneText(1, 'www IN A 192.0.2'))
    writeFileSync(join(dir, 'city.mmdb'), 'not at all')
    try {
      const listen = `127.0.0.1:${holders.port}`
      const report = doctor(['--listen', listen, '--workers', '200'])
      expect(report.code).to.equal(1)
      for (const transport of ['UDP', 'TCP']) {
        const texts = report.findings.filter(({ state }) => state === 'failure').map(({ text }) => text)
        expect(texts).to.include(
          `${listen} (${transport}) is taken by node (process ${process.pid}) on 127.0.0.1`,
        )
      }
      expect(found(report, 'listen', 'failure').mend).to.match(/^stop node, or/)
      const { text, mend } = found(report, 'zones', 'failure')
      expect(text).to.match(/^errors in bad\.test\.: answered SERVFAIL/)
      expect(mend).to.equal('meridian check zones')
      expect(found(report, 'geo', 'failure').text).to.match(/city\.mmdb: /)
      expect(found(report, 'workers', 'warning').mend).to.match(/^--workers \d/)
    } finally {
      holders.close()
    }
  })

  it('does not hold its ports against a server that runs', async () => {
    const port = await freePort()
    const stateDir = join(dir, 'state')
    const steered = zoneText(
      1,
      '$REGION a at=50,8 country=DE\n$POLICY p regions=a\nl GSLB p\na.l A 192.0.2.1',
    )
    const flags = [
      '--listen',
      `127.0.0.1:${port}`,
      '--workers',
      '1',
      '--state',
      stateDir,
      '--geo',
      join(dir, 'city.mmdb'),
    ]
    const server = await Meridian.start({ 'shop.test.zone': steered }, [...flags, '--log-level', 'debug'])
    await server.logged(({ msg }) => msg === 'taking orders')
    const report = doctor(['--state', stateDir, '--listen', `127.0.0.1:${port}`])
    expect(report).to.include({ code: 0, failures: 0 })
    const mine = `127.0.0.1:${port} is answered by the running server (process ${server.child.pid})`
    expect(found(report, 'listen', 'fine').text).to.equal(mine)
    found(report, 'server', 'fine')
  })

  it('finds folders that are closed to its user, missing addresses, reserved ports', async function () {
    if (process.getuid?.() !== 0) skipWithReason(this, 'not root: cannot become somebody else')
    if (runMeridian(['--version'], { cwd: dir, uid: NOBODY }).code !== 0)
      skipWithReason(this, 'this checkout is closed to other users')
    chmodSync(join(dir, 'zones'), 0o700)
    const reserved = Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8')) - 1
    const ports = reserved > 0 ? ['--listen', `127.0.0.1:${reserved}`] : []
    const report = doctor([...ports, '--listen', '203.0.113.99:5300'], { uid: NOBODY })
    expect(report.code).to.equal(1)
    expect(found(report, 'zones', 'failure').text).to.match(/cannot be read: EACCES/)
    expect(found(report, 'state', 'failure').text).to.match(
      /^the state folder \.meridian cannot be written: EACCES/,
    )
    const texts = report.findings.filter(({ check }) => check === 'listen').map(({ text }) => text)
    expect(texts).to.include('this host has no address 203.0.113.99')
    if (reserved > 0) expect(texts).to.include(`no permission to listen on 127.0.0.1:${reserved}`)
  })

  it('finds an admin listener that would be open to others', () => {
    const { text, mend } = found(doctor(['--admin', '0.0.0.0:9353']), 'admin', 'failure')
    expect(text).to.match(/does not open 0\.0\.0\.0:9353 to others without a token and TLS$/)
    expect(mend).to.match(/^set admin\.token-file/)
  })

  it('finds no zones, an old database, a path too long for the socket', () => {
    mkdirSync(join(dir, 'none'))
    writeGeo(Date.parse('2020-09-13T00:00:00Z'))
    const report = doctor(['--zones', 'none', '--state', 'x'.repeat(120)])
    expect(found(report, 'zones', 'warning').text).to.match(/^no zones in none: every query is refused/)
    expect(found(report, 'geo', 'warning').text).to.match(/ is \d+ days old/)
    expect(found(report, 'state', 'failure').text).to.match(/longer than the 107 octets/)
    expect(found(doctor(['--zones', 'gone']), 'zones', 'failure').text).to.match(/ENOENT/)
  })

  it('finds limits on open files, where they are so low that little else can be looked at', () => {
    const limited = (files: number): Outcome => {
      const line = `ulimit -n ${files}; exec "$0" "$@"`
      const { status, stdout, stderr } = spawnSync('sh', ['-c', line, process.execPath, MAIN, ...words([])], {
        cwd: dir,
        encoding: 'utf8',
        env: cleanEnvironment(),
      })
      return { code: status, stdout, stderr }
    }
    const few = read(limited(600))
    expect(few.code).to.equal(0)
    expect(found(few, 'files', 'warning').text).to.match(/^600 files may be open, 1000 TCP connections/)
    const fewer = read(limited(64))
    expect(fewer).to.include({ code: 1, failures: 1 })
    expect(fewer.findings).to.have.length(1)
    expect(found(fewer, 'files', 'failure').mend).to.match(/LimitNOFILE/)
  })

  it('finds the stub resolver on port 53, no IPv6, no watches', async function () {
    const unshare = await tool('unshare', this)
    const ip = await tool('ip', this)
    symlinkSync(process.execPath, join(dir, 'systemd-resolve'))
    const stub = `require('node:dgram').createSocket('udp4').bind(53, '127.0.0.53', () => console.error('held'))`
    // A network and limits of its own, so that nobody else is disturbed.
    const script = `set -e
      ${ip} link set lo up
      echo 0 > /proc/sys/user/max_inotify_instances
      echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6
      ./systemd-resolve -e "${stub}" 2> held & stub=$!
      while [ ! -s held ]; do sleep 0.05; done
      "$@" || code=$?
      kill $stub
      exit \${code:-0}`
    const args = ['-rnm', 'sh', '-c', script, 'sh', process.execPath, MAIN]
    const run = spawnSync(unshare, [...args, ...words(['--listen', '0.0.0.0:53'])], {
      cwd: dir,
      encoding: 'utf8',
      env: cleanEnvironment(),
    })
    if (/unshare failed/.test(run.stderr)) skipWithReason(this, run.stderr.trim())
    const report = read({ code: run.status, stdout: run.stdout, stderr: run.stderr })
    expect(report.code).to.equal(1)
    const { text, mend } = found(report, 'listen', 'failure')
    expect(text).to.match(
      /^0\.0\.0\.0:53 \(UDP\) is taken by systemd-resolve \(process \d+\) on 127\.0\.0\.53$/,
    )
    expect(mend).to.include('DNSStubListener=no')
    expect(report.findings.filter(({ check }) => check === 'listen')).to.have.length(1)
    expect(found(report, 'ipv6', 'warning').text).to.match(/^this host has no IPv6/)
    expect(found(report, 'watching', 'warning').mend).to.match(/max_user_instances/)
  })

  describe('and Consul', () => {
    let consul: ConsulServer

    before(async function () {
      consul = await ConsulServer.create({ datacenter: 'dc1', hcl: guardedHcl(), token: MASTER }, this)
      await consul.start()
      await consul.register('web', 'w1')
    })
    after(() => consul?.stop())
    beforeEach(() => writeFileSync(join(dir, 'zones', 'shop.test.zone'), zoneText(1, STEERED)))

    const withToken = (secret?: string): Report & { code: number | null } => {
      if (secret !== undefined) writeFileSync(join(dir, 'token'), secret)
      const token = secret === undefined ? [] : ['--consul-token-file', join(dir, 'token')]
      return doctor(['--consul', consul.url, ...token])
    }

    it('finds that zones ask for it and nobody said where it is', () => {
      const report = doctor()
      expect(found(report, 'consul', 'failure').text).to.match(
        /^shop\.test\. asks Consul, but none is configured/,
      )
      expect(report.code).to.equal(1)
    })

    it('finds it blind: an empty list without a word', () => {
      const report = withToken()
      expect(found(report, 'consul', 'failure').text).to.equal(
        `dc1 through ${consul.url}: Consul answers, but without a token sees nothing (ACLs): ` +
          'its lists are empty without a word',
      )
      expect(found(report, 'consul', 'failure').mend).to.include(READ_ALL)
    })

    it('finds a token that is none, services nobody has, datacenters nobody knows', async () => {
      expect(found(withToken('00000000-0000-0000-0000-00000000dead'), 'consul', 'failure').text).to.match(
        /^dc1 through .*ACL not found/,
      )
      const report = withToken((await makeToken(consul, READ_ALL)).secret)
      expect(found(report, 'consul', 'warning').text).to.match(
        /^dc1 through .*: nobody is registered as nosuch$/,
      )
      const lost = found(report, 'consul', 'failure')
      expect(lost.text).to.match(/^dc9 through .*No path to datacenter/)
      expect(lost.mend).to.match(/catalog datacenters/)
    })

    it('finds it silent', async () => {
      const port = await freePort()
      const report = doctor(['--consul', `http://127.0.0.1:${port}`])
      expect(found(report, 'consul', 'failure').text).to.match(/ECONNREFUSED/)
      expect(found(report, 'consul', 'failure').mend).to.match(/does an agent listen/)
    })
  })
}).timeout(120_000)

/** A port of this address, taken for UDP and TCP. */
async function hold(address: string): Promise<{ port: number; close(): void }> {
  const tcp: Server = createServer().listen(0, address)
  await once(tcp, 'listening')
  const { port } = tcp.address() as { port: number }
  const udp: Socket = createSocket('udp4').bind(port, address)
  await once(udp, 'listening')
  return {
    port,
    close() {
      tcp.close()
      udp.close()
    },
  }
}
