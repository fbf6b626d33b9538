/** The Debian package, built here and installed into a throwaway Debian: the server inside answers on port 53 as its
 *  own user, an upgrade keeps what the administrator changed, removing keeps it too, purging leaves nothing. */

import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { eventually } from '../tools/consul.ts'
import { type Daemon, startDaemon } from '../tools/process.ts'
import { skipWithReason } from '../tools/skips.ts'
import { tool } from '../tools/tools.ts'
import { builtPackage, installInto } from './built-package.ts'
import { INSIDE_ENVIRONMENT, noThrowawayRoot, ThrowawayRoot } from './throwaway-root.ts'

const ZONE = 'etc/meridian/zones/classroom.example.zone'
const SAMPLE = 'usr/share/doc/meridian-gslb/examples/zones/classroom.example.zone'
const SETTINGS = 'etc/meridian/meridian.yaml'
/** The right to bind ports below 1024, as /proc shows it. */
const CAP_NET_BIND_SERVICE = (1n << 10n).toString(16).padStart(16, '0')

/** Unpacking hundreds of megabytes on a busy machine. */
const PATIENCE_MS = 180_000

describe('the Debian package', () => {
  let deb: string
  let root: ThrowawayRoot
  let untouched: string[]
  let dig: string
  let server: Daemon | undefined

  before(async function () {
    this.timeout(PATIENCE_MS)
    const reason = noThrowawayRoot()
    if (reason !== undefined) skipWithReason(this, reason)
    dig = await tool('dig', this)
    deb = builtPackage()
    root = await ThrowawayRoot.make(this)
    untouched = root.listing()
  })

  after(async () => {
    await server?.stop(0)
    if (root !== undefined) root.remove()
  })

  const dpkg = (...words: string[]): string => {
    const { status, stdout, stderr } = root.run('dpkg', ...words)
    expect(status, `dpkg ${words.join(' ')}\n${stdout}${stderr}`).to.equal(0)
    return stdout
  }

  const install = (): void => installInto(root, deb)

  /** As the server wrote it: nobody else knows its network. */
  const pid = (): string => readFileSync(root.path(PID_FILE), 'utf8').trim()

  const ask = (...words: string[]): string =>
    spawnSync('nsenter', [`--net=/proc/${pid()}/ns/net`, dig, '+time=2', '+tries=1', ...words], {
      encoding: 'utf8',
    }).stdout.trim()

  it('installs where nothing but what it names is installed', () => {
    install()
    expect(dpkg('--verify', 'meridian-gslb')).to.equal('')
    expect(root.run('id', '-un', 'meridian').stdout).to.equal('meridian\n')
    expect(root.run('stat', '-c', '%U %a', '/var/lib/meridian').stdout).to.equal('meridian 750\n')
    expect(root.run('meridian', '--version').stdout).to.match(/^\d+\.\d+\.\d+\n$/)
  }).timeout(PATIENCE_MS)

  it('is enabled for the next boot', () => {
    const wanted = root.path('etc/systemd/system/multi-user.target.wants/meridian.service')
    expect(spawnSync('readlink', [wanted], { encoding: 'utf8' }).stdout).to.match(
      /systemd\/system\/meridian.service\n$/,
    )
  }).timeout(PATIENCE_MS)

  it('serves on port 53 as its own user, with no other right, by the command line of its unit', async () => {
    const [command, ...args] = root.inside([...TELLING_ITS_PID, ...asTheUnitDoes(), ...unitCommand(root)])
    server = await startDaemon({
      command: command!,
      args,
      cwd: '/',
      env: INSIDE_ENVIRONMENT,
      ready: async () =>
        existsSync(root.path(PID_FILE)) &&
        ask('@127.0.0.1', 'version.bind', 'CH', 'TXT').includes('meridian'),
    })
    const status = readFileSync(`/proc/${pid()}/status`, 'utf8')
    const user = root.run('id', '-u', 'meridian').stdout.trim()
    expect(status).to.match(new RegExp(`^Uid:\\s+${user}\\s+${user}\\s+${user}\\s+${user}$`, 'm'))
    for (const set of ['CapEff', 'CapPrm', 'CapBnd', 'CapAmb'])
      expect(status).to.match(new RegExp(`^${set}:\\s+${CAP_NET_BIND_SERVICE}$`, 'm'))
  }).timeout(PATIENCE_MS)

  it('refuses everything while there is no zone, and answers once there is one', async () => {
    expect(ask('@127.0.0.1', 'live.classroom.example')).to.include('status: REFUSED')
    writeFileSync(root.path(ZONE), readFileSync(root.path(SAMPLE)))
    const subnet = '+subnet=81.2.69.0/24'
    // Its log is read rather than asking again and again: on a busy machine builds wait for whoever asks.
    await eventually('the sample zone to be built', async () =>
      server!.output().includes('"zones":1,"rebuilt":1'),
    )
    expect(ask('@127.0.0.1', 'live.classroom.example', '+short', subnet)).to.equal('198.51.100.10')
    expect(ask('@127.0.0.1', 'live.classroom.example', '+short', '+tcp', subnet)).to.equal('198.51.100.10')
    expect(ask('@::1', 'live.classroom.example', '+short', subnet)).to.equal('198.51.100.10')
  }).timeout(PATIENCE_MS)

  it('finds its own server, by the packaged settings', async () => {
    await eventually('the control socket', async () => existsSync(root.path('var/lib/meridian/control.sock')))
    const { stdout, stderr } = root.run('meridian', 'status', '--json')
    expect(JSON.parse(stdout || stderr)).to.deep.include({ listen: ['0.0.0.0:53', '[::]:53'] })
    const checked = root.run('meridian', 'check')
    expect(checked.stdout).to.match(/^classroom\.example\. /)
    expect(checked.status).to.equal(0)
  }).timeout(PATIENCE_MS)

  it('keeps the settings that were changed when it is installed over itself', () => {
    appendFileSync(root.path(SETTINGS), 'hide-version: true\n')
    install()
    expect(readFileSync(root.path(SETTINGS), 'utf8')).to.include('hide-version: true')
  }).timeout(PATIENCE_MS)

  it('goes when it is removed, but for settings, zones and state', async () => {
    await server?.stop()
    server = undefined
    rmSync(root.path(PID_FILE))
    dpkg('--remove', 'meridian-gslb')
    expect(
      ['usr/lib/meridian', 'usr/bin/meridian'].filter(path => existsSync(root.path(path))),
    ).to.deep.equal([])
    expect([SETTINGS, ZONE, 'var/lib/meridian'].filter(path => !existsSync(root.path(path)))).to.deep.equal(
      [],
    )
  }).timeout(PATIENCE_MS)

  it('leaves nothing when it is purged, but zones that somebody wrote', () => {
    dpkg('--purge', 'meridian-gslb')
    expect(existsSync(root.path(ZONE))).to.equal(true)
    spawnSync('rm', ['-r', root.path('etc/meridian')])
    const now = root.listing()
    expect(now.filter(line => !untouched.includes(line))).to.deep.equal([])
    expect(untouched.filter(line => !now.includes(line))).to.deep.equal([])
  }).timeout(PATIENCE_MS)
})

const PID_FILE = 'tmp/pid'
/** The shell's number stays that of what takes its place. */
const TELLING_ITS_PID = ['sh', '-c', `echo $$ >/${PID_FILE} && exec "$@"`, '-']

/** What systemd does before it starts the program. */
function asTheUnitDoes(): string[] {
  const right = '-all,+net_bind_service'
  return [
    'setpriv',
    '--reuid=meridian',
    '--regid=meridian',
    '--clear-groups',
    `--inh-caps=${right}`,
    `--ambient-caps=${right}`,
    `--bounding-set=${right}`,
    '--no-new-privs',
  ]
}

function unitCommand(root: ThrowawayRoot): string[] {
  const unit = readFileSync(root.path('usr/lib/systemd/system/meridian.service'), 'utf8')
  return /^ExecStart=(.+)$/m.exec(unit)![1]!.split(' ')
}
