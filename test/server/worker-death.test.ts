/** A UDP worker dies with queries waiting in its socket: its successor answers them. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Worker } from 'node:worker_threads'
import { expect } from 'chai'
import { monotonicMs } from '../../src/base/clock.ts'
import { build } from '../../src/control/build.ts'
import { Publisher } from '../../src/control/publish.ts'
import { Supervisor } from '../../src/control/supervise.ts'
import { nativeUnavailable } from '../../src/serve/native.ts'
import { closeUdpSockets, openUdpSockets } from '../../src/serve/udp-socket.ts'
import { ROOT } from '../house/source.ts'
import { queryBytes, Type } from '../tools/ask.ts'
import { ensureBuilt } from './built.ts'
import { buildOf } from './meridian.ts'

const QUERIES = 400
const RESPONDER = { identity: '', version: '', udpPayloadBytesMax: 1232, tcpIdleMs: 10_000 }

describe('the death of a UDP worker', () => {
  it('loses nothing that waits in its sockets', async () => {
    expect(nativeUnavailable(), 'native sockets').to.equal(undefined)
    ensureBuilt()
    const publisher = new Publisher()
    const { zones } = await build(buildOf(join(ROOT, 'zones')))
    publisher.publish(zones.map(zone => zone.part))
    const { sockets, port } = openUdpSockets({ address: '127.0.0.1', port: 0 }, 1)
    let deaths = 0
    const supervisor = new Supervisor(publisher, { died: () => deaths++ }, monotonicMs)
    const url = pathToFileURL(join(ROOT, 'dist', 'serve', 'udp-worker.js'))
    await supervisor.start([{ url, task: { kind: 'udp', responder: RESPONDER, isPinned: true, sockets } }])

    const client = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 })
    client.connect(port, '127.0.0.1')
    await once(client, 'connect')
    const answered = new Set<number>()
    client.on('message', reply => answered.add(reply.readUInt16BE(0)))
    const ask = (id: number): Promise<void> =>
      new Promise(resolve => {
        client.send(queryBytes({ id, name: 'www.classroom.example', type: Type.A }), () => resolve())
      })
    await ask(0)
    await once(client, 'message')

    const { places } = supervisor as unknown as { places: { worker: Worker }[] }
    await places[0]!.worker.terminate()
    for (let id = 1; id <= QUERIES; id++) await ask(id)
    while (answered.size <= QUERIES) await once(client, 'message')
    expect(deaths).to.equal(1)
    expect(supervisor.restarts).to.equal(1)
    client.close()
    expect(await supervisor.stop(5_000)).to.deep.equal([])
    closeUdpSockets(sockets)
  })
})
