/** The package on a machine where systemd runs: it starts by itself, confined as its unit says, reloads, comes back
 *  when it is killed or stands still, and stops when it is removed. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { eventually } from '../tools/consul.ts'
import { skipWithReason } from '../tools/skips.ts'
import { BootedRoot } from './booted-root.ts'
import { builtPackage, installInto } from './built-package.ts'
import { noThrowawayRoot } from './throwaway-root.ts'

const PATIENCE_MS = 180_000
const SAMPLE = 'usr/share/doc/meridian-gslb/examples/zones/classroom.example.zone'
const SCHED_IDLE = '5'

describe('where systemd runs, the package', () => {
  let machine: BootedRoot

  before(async function () {
    this.timeout(PATIENCE_MS)
    const reason = noThrowawayRoot()
    if (reason !== undefined) skipWithReason(this, reason)
    const booted = await BootedRoot.boot(this)
    if (typeof booted === 'string') skipWithReason(this, `systemd cannot be booted here: ${booted}`)
    machine = booted
    const dropIns = machine.root.path('etc/systemd/system/meridian.service.d')
    mkdirSync(dropIns, { recursive: true })
    // Half a minute is a long time in a test.
    writeFileSync(`${dropIns}/hasty.conf`, '[Service]\nWatchdogSec=3s\nTimeoutAbortSec=1s\n')
  })

  after(async function () {
    this.timeout(PATIENCE_MS)
    await machine?.stop()
  })

  const property = (name: string): string =>
    machine.run('systemctl', 'show', 'meridian', `--property=${name}`, '--value').stdout.trim()
  const log = (): string =>
    machine.run('systemctl', 'status', 'meridian', '--no-pager', '-l', '-n', '20').stdout
  const comesBackAfter = async (harm: () => void): Promise<void> => {
    const before = { pid: property('MainPID'), restarts: Number(property('NRestarts')) }
    harm()
    await eventually('another process', async () => {
      const isActive = property('ActiveState') === 'active'
      return isActive && property('MainPID') !== before.pid && Number(property('NRestarts')) > before.restarts
    })
  }

  it('is started by its installation, and ready when that is done', () => {
    installInto(machine.root, builtPackage(), machine.run.bind(machine))
    expect(property('ActiveState'), log()).to.equal('active')
    expect(property('StatusText')).to.equal('serving 0 zones on 0.0.0.0:53 [::]:53 (plan 1)')
  }).timeout(PATIENCE_MS)

  it('is confined, and can all the same do what it wants: steer, build in the background, keep its state', async () => {
    writeFileSync(
      machine.root.path('etc/meridian/zones/classroom.example.zone'),
      readFileSync(machine.root.path(SAMPLE)),
    )
    await eventually('the sample zone to be served', async () =>
      property('StatusText').startsWith('serving 1 zone '),
    )
    const pid = property('MainPID')
    const status = machine.run('cat', `/proc/${pid}/status`).stdout
    for (const line of [/^NoNewPrivs:\s+1$/m, /^Seccomp:\s+2$/m, /^CapEff:\s+0000000000000400$/m])
      expect(status).to.match(line)
    const { stdout } = machine.run('sh', '-c', `cut -d' ' -f41 /proc/${pid}/task/*/stat`)
    expect(stdout.split('\n'), 'the builder thread stands back').to.include(SCHED_IDLE)
    const state = machine.run('ls', '/var/lib/meridian').stdout
    expect(state).to.match(/control\.sock/)
    expect(state).to.match(/geo-/)
  }).timeout(PATIENCE_MS)

  it('reloads', async () => {
    const [, plan] = /plan (\d+)/.exec(property('StatusText'))!
    expect(machine.run('systemctl', 'reload', 'meridian').status).to.equal(0)
    await eventually('a new plan', async () => property('StatusText').includes(`(plan ${Number(plan) + 1})`))
    expect(property('NRestarts')).to.equal('0')
  }).timeout(PATIENCE_MS)

  it('comes back when it is killed', () =>
    comesBackAfter(() => machine.run('systemctl', 'kill', '--signal=KILL', 'meridian'))).timeout(PATIENCE_MS)

  it('comes back when it stands still, by the watchdog', () =>
    comesBackAfter(() => machine.run('systemctl', 'kill', '--signal=STOP', 'meridian'))).timeout(PATIENCE_MS)

  it('is stopped by its removal', () => {
    const { status, stderr } = machine.run('dpkg', '--purge', 'meridian-gslb')
    expect(status, stderr).to.equal(0)
    expect(machine.run('systemctl', 'is-active', 'meridian').stdout).to.equal('inactive\n')
    expect(machine.run('pgrep', '-c', 'node').stdout.trim() || '0').to.equal('0')
  }).timeout(PATIENCE_MS)
})
