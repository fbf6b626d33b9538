/** A worker that dies is seen in the metrics. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Worker } from 'node:worker_threads'
import { expect } from 'chai'
import { monotonicMs, wallClockMs } from '../../src/base/clock.ts'
import { ServeMetrics } from '../../src/cli/serve-metrics.ts'
import { Publisher } from '../../src/control/publish.ts'
import { ServerRecord } from '../../src/control/server-record.ts'
import { Supervisor } from '../../src/control/supervise.ts'
import type { Log } from '../../src/observe/log.ts'
import { closeUdpSockets, openUdpSockets } from '../../src/serve/udp-socket.ts'
import { ROOT } from '../house/source.ts'
import { ensureBuilt } from '../server/built.ts'
import { readExposition } from './scrape.ts'

const RESPONDER = { identity: '', version: '', udpPayloadBytesMax: 1232, tcpIdleMs: 10_000 }

describe('the metrics of workers', () => {
  it('count one that died', async () => {
    ensureBuilt()
    const publisher = new Publisher()
    publisher.publish([])
    const { sockets } = openUdpSockets({ address: '127.0.0.1', port: 0 }, 1)
    const record = new ServerRecord(wallClockMs)
    let died: () => void
    const death = new Promise<void>(resolve => {
      died = resolve
    })
    const events = { died: () => died(), tallied: record.tallies.counting.bind(record.tallies) }
    const supervisor = new Supervisor(publisher, events, monotonicMs)
    const url = pathToFileURL(join(ROOT, 'dist', 'serve', 'udp-worker.js'))
    const task = { kind: 'udp', responder: RESPONDER, sockets, isPinned: false } as const
    await supervisor.start([{ url, task }])
    const { metrics } = new ServeMetrics({
      record,
      supervisor,
      status: () => ({
        version: '1',
        pid: 1,
        upMs: 1,
        listen: [],
        generation: 1,
        workers: 1,
        workerRestarts: 0,
        zones: [],
      }),
      health: () => undefined,
      geo: () => undefined,
      log: {} as Log,
      nowMs: monotonicMs,
      wallMs: wallClockMs,
    })
    const restarts = async (): Promise<number> =>
      readExposition(await metrics.render()).value('meridian_worker_restarts_total', { worker: 'udp-0' })
    expect(await restarts()).to.equal(0)
    const { places } = supervisor as unknown as { places: { worker: Worker }[] }
    await places[0]!.worker.terminate()
    await death
    expect(await restarts()).to.equal(1)
    expect(await supervisor.stop(5_000)).to.deep.equal([])
    closeUdpSockets(sockets)
  })
})
