/** One DNS question to one server, over UDP and, where the reply is cut short, over TCP. For the command line. The
 *  messages are dns2's; the sockets are here, because dns2's own clients know no IPv6 subnets, and no IPv6 servers
 *  over TCP. Its names know no escapes, so a label with a dot inside cannot be asked for. */

import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { type EcsOption, Packet, type Question } from 'dns2'
import type { Address } from '../base/address.ts'
import type { Endpoint } from '../plan/worker-contract.ts'
import { printAddress } from '../policy/values.ts'

export interface ClientQuestion {
  /** Presentation form, with or without its final dot. */
  readonly name: string
  readonly type: 'A' | 'AAAA' | 'TXT'
  /** For whom, as an ECS option (RFC 7871); without it none is sent. */
  readonly subnet?: { readonly address: Address; readonly bits: number } | undefined
  readonly timeoutMs: number
}

export interface ClientReply {
  /** `NOERROR`, `REFUSED`, … */
  readonly rcode: string
  /** Of each TXT record its strings, in order. */
  readonly texts: readonly (readonly string[])[]
}

/** Rejects with the system's error, or with one of code `ETIMEDOUT`. */
export async function askServer(server: Endpoint, question: ClientQuestion): Promise<ClientReply> {
  const query = writeQuery(question)
  let reply = Packet.parse(await askUdp(server, query, question.timeoutMs))
  if (reply.header.tc === 1) reply = Packet.parse(await askTcp(server, query, question.timeoutMs))
  const rcode = Object.entries(Packet.RCODE).find(([, number]) => number === reply.header.rcode)?.[0]
  const texts = reply.answers
    .filter(({ type }) => type === Packet.TYPE.TXT)
    .map(({ data }) => data as string[])
  return { rcode: rcode ?? `RCODE${reply.header.rcode}`, texts }
}

function writeQuery({ name, type, subnet }: ClientQuestion): Buffer {
  const packet = new Packet()
  packet.header.id = randomInt(0x10000)
  packet.questions.push({
    name: name.replace(/\.$/, ''),
    type: Packet.TYPE[type],
    class: Packet.CLASS.IN,
  } as Question)
  const options: EcsOption[] = subnet === undefined ? [] : [subnetOption(subnet)]
  packet.additionals.push(Packet.Resource.EDNS(options, { udpPayloadSize: PAYLOAD_BYTES }))
  return packet.toBuffer()
}

/** What passes any path unfragmented. */
const PAYLOAD_BYTES = 1232

function subnetOption({ address, bits }: { address: Address; bits: number }): EcsOption {
  return {
    ednsCode: Packet.EDNS_OPTION_CODE.ECS,
    family: address.family === 4 ? 1 : 2,
    sourcePrefixLength: bits,
    scopePrefixLength: 0,
    ip: printAddress(address.octets),
  }
}

//------------ Sockets ---

function askUdp({ address, port }: Endpoint, query: Buffer, timeoutMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
    const finish = (end: () => void): void => {
      clearTimeout(timer)
      socket.close(end)
    }
    const timer = setTimeout(() => finish(() => reject(timeOut('UDP'))), timeoutMs)
    socket.once('error', error => finish(() => reject(error)))
    // The kernel lets only the server's packets through a connected socket; a late reply to somebody else
    // who had the port before has another id.
    socket.on('message', reply => {
      if (reply.readUInt16BE(0) === query.readUInt16BE(0)) finish(() => resolve(reply))
    })
    socket.connect(port, address, () => socket.send(query))
  })
}

function askTcp({ address, port }: Endpoint, query: Buffer, timeoutMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port })
    let received = Buffer.alloc(0)
    const finish = (end: () => void): void => {
      clearTimeout(timer)
      socket.destroy()
      end()
    }
    const timer = setTimeout(() => finish(() => reject(timeOut('TCP'))), timeoutMs)
    socket.once('error', error => finish(() => reject(error)))
    socket.once('close', () => finish(() => reject(timeOut('TCP'))))
    socket.on('data', chunk => {
      received = Buffer.concat([received, chunk])
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return
      const reply = received.subarray(2, 2 + received.readUInt16BE(0))
      finish(() => resolve(reply))
    })
    const length = Buffer.alloc(2)
    length.writeUInt16BE(query.length)
    socket.write(Buffer.concat([length, query]))
  })
}

function timeOut(transport: string): Error {
  return Object.assign(new Error(`no reply over ${transport}`), { code: 'ETIMEDOUT' })
}
