/** Under a service manager: what systemd is told, and when its watchdog is not. */

import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { expect } from 'chai'
import { ServiceManager, watchdogMs } from '../../src/control/service-manager.ts'
import { Meridian, stopAll, zoneText } from '../server/meridian.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { NotifySocket } from './notify-socket.ts'

const ONE_WORKER = ['--listen', '127.0.0.1:0', '--workers', '1']

describe('a server that a service manager started', () => {
  let dir: string
  let socket: NotifySocket

  beforeEach(() => {
    dir = makeTempDir()
    socket = new NotifySocket(join(dir, 'notify'))
  })

  afterEach(async () => {
    await stopAll()
    socket.close()
    removeTempDir(dir)
  })

  const start = (more: NodeJS.ProcessEnv = {}, udp = 'native'): Promise<Meridian> =>
    Meridian.start({ 'shop.test.zone': zoneText(1) }, [...ONE_WORKER, '--udp', udp], {
      NOTIFY_SOCKET: socket.name,
      ...more,
    })

  it('says that it is ready once it answers, and what it serves', async () => {
    const server = await start()
    const said = await socket.hear('READY=1')
    expect(said[1]).to.equal(`STATUS=serving 1 zone on 127.0.0.1:${server.port()} (plan 1)`)
  })

  it('says that it reloads, and that it is ready again with the new zones', async () => {
    const server = await start()
    await socket.hear('READY=1')
    server.write('school.test.zone', zoneText(1))
    server.write('sick.test.zone', '@ IN NONSENSE')
    server.signal('SIGHUP')
    const [, moment] = await socket.hear('RELOADING=1')
    expect(moment).to.match(/^MONOTONIC_USEC=\d{6,}$/)
    const [, status] = await socket.hear('READY=1')
    expect(status).to.match(/^STATUS=serving 3 zones, 1 zone with errors on /)
  })

  it('says that it stops before it does', async () => {
    const server = await start()
    server.signal('SIGTERM')
    await socket.hear('STOPPING=1')
    expect(await server.ended()).to.equal(0)
  })

  for (const udp of ['native', 'dgram'])
    it(`shows the watchdog a sign of life again and again while nobody asks anything (--udp ${udp})`, async () => {
      await start({ WATCHDOG_USEC: '3000000' }, udp)
      for (let sign = 0; sign < 3; sign++) await socket.hear('WATCHDOG=1')
    })

  it('says nothing to a watchdog that watches another process', async () => {
    const server = await start({ WATCHDOG_USEC: '3000000', WATCHDOG_PID: '1' })
    server.signal('SIGTERM')
    await socket.hear('STOPPING=1')
    expect(socket.heard.join()).to.not.include('WATCHDOG')
  })

  it('serves all the same when the socket leads nowhere', async () => {
    for (const nowhere of [join(dir, 'nobody'), 'vsock:2:1234']) {
      const server = await start({ NOTIFY_SOCKET: nowhere })
      expect(await server.address('www.shop.test')).to.equal('192.0.2.1')
    }
  })
})

describe('NOTIFY_SOCKET', () => {
  it('may be a name in the abstract namespace', async () => {
    const socket = new NotifySocket(`@meridian-${randomUUID()}`)
    const manager = ServiceManager.open(socket.name) as ServiceManager
    manager.status('hello')
    await socket.hear('STATUS=hello')
    socket.close()
  })

  it('is refused in words where it is neither path nor name, or too long', () => {
    expect(ServiceManager.open('vsock:2:1234')).to.include('neither a path nor @NAME')
    expect(ServiceManager.open(`/${'x'.repeat(107)}`)).to.include('longer than')
  })

  it('tells what was said while the manager was not there, in order, once it is', async () => {
    const dir = makeTempDir()
    const manager = ServiceManager.open(join(dir, 'late')) as ServiceManager
    manager.status('one')
    manager.status('two')
    const socket = new NotifySocket(join(dir, 'late'))
    await socket.hear('STATUS=two')
    expect(socket.heard).to.deep.equal(['STATUS=one', 'STATUS=two'])
    socket.close()
    removeTempDir(dir)
  })
})

describe('WATCHDOG_USEC', () => {
  for (const [environment, expected] of [
    [{}, undefined],
    [{ WATCHDOG_USEC: '30000000' }, 30_000],
    [{ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '7' }, 30_000],
    [{ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '8' }, undefined],
    [{ WATCHDOG_USEC: 'soon' }, undefined],
    [{ WATCHDOG_USEC: '0' }, undefined],
  ] as const)
    it(`${JSON.stringify(environment)} → ${expected}`, () => {
      expect(watchdogMs(environment, 7)).to.equal(expected)
    })
})
