/** Unbound with its client-subnet cache in front of a server, and a relay between the two that counts what still
 *  comes through. Knows no zones. */

import { createSocket, type Socket } from 'node:dgram'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { askUdp, queryBytes, Type } from '../tools/ask.ts'
import { type Daemon, freePort, makeTempDir, removeTempDir, startDaemon } from '../tools/process.ts'
import { tool } from '../tools/tools.ts'

export interface Resolver {
  readonly port: number
  /** Queries it could not answer from its cache so far. */
  passedOn(): number
  stop(): Promise<void>
}

/** Resolves names of one zone by asking the server at that port. */
export async function startResolver(apex: string, serverPort: number): Promise<Resolver> {
  const dir = makeTempDir('meridian-resolver-')
  const relay = await Relay.start(serverPort)
  const port = await freePort()
  const path = join(dir, 'unbound.conf')
  writeFileSync(path, config(dir, port, apex, relay.port))
  let daemon: Daemon
  try {
    daemon = await startDaemon({
      command: await tool('unbound'),
      args: ['-d', '-c', path],
      cwd: dir,
      ready: async () => {
        const query = queryBytes({ name: apex, type: Type.SOA, recursionDesired: true })
        const reply = await askUdp(port, query, 500)
        return reply !== undefined && (reply[3]! & 15) === 0 && reply.readUInt16BE(6) > 0
      },
    })
  } catch (error) {
    await relay.stop()
    throw error
  }
  return {
    port,
    passedOn: () => relay.count,
    stop: async () => {
      await daemon.stop()
      await relay.stop()
      removeTempDir(dir)
    },
  }
}

function config(dir: string, port: number, apex: string, upstreamPort: number): string {
  return `server:
  directory: "${dir}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  num-threads: 1
  interface: 127.0.0.1@${port}
  port: ${port}
  do-ip6: no
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  local-zone: "test." nodefault
  module-config: "subnetcache iterator"
  send-client-subnet: 127.0.0.0/8
  client-subnet-always-forward: yes
  max-client-subnet-ipv4: 32
  max-client-subnet-ipv6: 128
  max-ecs-tree-size-ipv4: 100000
  max-ecs-tree-size-ipv6: 100000
  num-queries-per-thread: 4096
  outgoing-range: 4096
remote-control:
  control-enable: no
stub-zone:
  name: "${apex}"
  stub-addr: 127.0.0.1@${upstreamPort}
`
}

/** Hands datagrams on to a port and answers back to whoever asked. */
class Relay {
  count = 0
  port = 0
  private readonly front = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 })
  private readonly backs = new Map<string, Socket>()
  private readonly serverPort: number

  private constructor(serverPort: number) {
    this.serverPort = serverPort
  }

  static async start(serverPort: number): Promise<Relay> {
    const relay = new Relay(serverPort)
    await new Promise<void>(resolve => relay.front.bind(0, '127.0.0.1', resolve))
    relay.port = relay.front.address().port
    relay.front.on('message', (query, from) => relay.passOn(query, from.port))
    return relay
  }

  async stop(): Promise<void> {
    for (const back of this.backs.values()) back.close()
    this.backs.clear()
    await new Promise<void>(resolve => this.front.close(() => resolve()))
  }

  /** Unbound opens a port for every query, so a question and its way back are one socket. */
  private passOn(query: Buffer, fromPort: number): void {
    this.count++
    const key = `${fromPort} ${query.readUInt16BE(0)}`
    if (this.backs.has(key)) return
    const back = createSocket('udp4')
    this.backs.set(key, back)
    back.once('message', reply => {
      this.backs.delete(key)
      back.close()
      this.front.send(reply, fromPort, '127.0.0.1')
    })
    back.send(query, this.serverPort, '127.0.0.1')
  }
}
