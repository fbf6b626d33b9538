/** Starts the built server with its sample zones through node:dgram and asks it one question over UDP and one over
 *  TCP: all that is checked on platforms without recvmmsg. Knows only the command line. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../house/source.ts'
import { askTcp, askUdp, queryBytes, Type } from './ask.ts'
import { freePort, startDaemon, withTempDir } from './process.ts'

const zones = join(ROOT, 'zones')
const zoneFile = readdirSync(zones).find(name => name.endsWith('.zone'))
if (zoneFile === undefined) throw new Error('zones/ holds no zone')
const origin = /^\$ORIGIN\s+(\S+)/m.exec(readFileSync(join(zones, zoneFile), 'utf8'))?.[1]
const query = queryBytes({ name: origin ?? zoneFile.slice(0, -'.zone'.length), type: Type.SOA })
const port = await freePort()

const isAnswer = (reply: Buffer | undefined): boolean =>
  reply !== undefined &&
  (reply[2]! & 0x84) === 0x84 &&
  (reply[3]! & 0x0f) === 0 &&
  reply.readUInt16BE(6) === 1

await withTempDir(async dir => {
  const listen = `127.0.0.1:${port}`
  const server = await startDaemon({
    command: process.execPath,
    args: ['dist/main.js', 'serve', '--zones', zones, '--listen', listen, '--udp', 'dgram', '--state', dir],
    cwd: ROOT,
    ready: async () => isAnswer(await askUdp(port, query, 200)),
  })
  const [overTcp] = await askTcp(port, [query])
  await server.stop()
  if (!isAnswer(overTcp)) throw new Error('no answer over TCP')
  console.log(`${process.platform} ${process.arch} Node ${process.version}: answered over UDP and TCP`)
})
