/** The smallest DNS client the tests need: one query out, the raw reply back. Independent of the server's own
 *  codec on purpose. Knows no record types beyond their numbers. */

import { createSocket } from 'node:dgram'
import { connect } from 'node:net'

export interface Question {
  /** Presentation form; `\.` and `\DDD` as in master files. */
  readonly name: string
  readonly type: number
  readonly class?: number
  readonly id?: number
  /** UDP payload size to announce; without it no OPT record is sent. */
  readonly ednsBytes?: number
  readonly dnssecOk?: boolean
  /** The first three octets of a /24 of IPv4 to ask for (RFC 7871); only with `ednsBytes`. */
  readonly subnet?: readonly [number, number, number]
  readonly recursionDesired?: boolean
}

export const Type = { A: 1, NS: 2, CNAME: 5, SOA: 6, MX: 15, TXT: 16, AAAA: 28, ANY: 255 } as const

/** A name in presentation form → its labels as octets. */
export function labelsOf(name: string): number[][] {
  const labels: number[][] = []
  let label: number[] = []
  for (let at = 0; at < name.length; at++) {
    const char = name[at]!
    if (char === '.') {
      if (label.length > 0) labels.push(label)
      label = []
    } else if (char === '\\') {
      const digits = /^\d{3}/.exec(name.slice(at + 1, at + 4))
      label.push(digits === null ? name.charCodeAt(at + 1) : Number(digits[0]))
      at += digits === null ? 1 : 3
    } else {
      label.push(name.charCodeAt(at))
    }
  }
  if (label.length > 0) labels.push(label)
  return labels
}

export function queryBytes(question: Question): Buffer {
  const labels = labelsOf(question.name).map(label => Buffer.from([label.length, ...label]))
  const header = Buffer.alloc(12)
  header.writeUInt16BE(question.id ?? 0, 0)
  if (question.recursionDesired === true) header[2] = 1
  header.writeUInt16BE(1, 4)
  const tail = Buffer.alloc(5)
  tail.writeUInt16BE(question.type, 1)
  tail.writeUInt16BE(question.class ?? 1, 3)
  if (question.ednsBytes === undefined) return Buffer.concat([header, ...labels, tail])
  header.writeUInt16BE(1, 10)
  const opt = Buffer.alloc(11)
  opt.writeUInt16BE(41, 1)
  opt.writeUInt16BE(question.ednsBytes, 3)
  if (question.dnssecOk === true) opt.writeUInt16BE(0x8000, 7)
  const subnet = question.subnet === undefined ? [] : [0, 8, 0, 7, 0, 1, 24, 0, ...question.subnet]
  opt.writeUInt16BE(subnet.length, 9)
  return Buffer.concat([header, ...labels, tail, opt, Buffer.from(subnet)])
}

/** The reply, or undefined when none came in time. */
export function askUdp(
  port: number,
  query: Uint8Array,
  timeoutMs = 1_000,
  address = '127.0.0.1',
): Promise<Buffer | undefined> {
  return new Promise(resolve => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
    const finish = (reply?: Buffer): void => {
      clearTimeout(timer)
      socket.close(() => resolve(reply))
    }
    const timer = setTimeout(finish, timeoutMs)
    socket.once('message', finish)
    // A refused port shows as an error on a connected socket: nobody is listening (yet).
    socket.once('error', () => finish())
    socket.connect(port, address, () => socket.send(query))
  })
}

/** Sends every query down one connection; the replies in the order they came, until all are there or time is up. */
export function askTcp(
  port: number,
  queries: readonly Uint8Array[],
  timeoutMs = 2_000,
  address = '127.0.0.1',
): Promise<Buffer[]> {
  return new Promise(resolve => {
    const replies: Buffer[] = []
    let pending = Buffer.alloc(0)
    const socket = connect(port, address)
    const finish = (): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(replies)
    }
    const timer = setTimeout(finish, timeoutMs)
    socket.once('error', finish)
    socket.once('close', finish)
    socket.on('data', chunk => {
      pending = Buffer.concat([pending, chunk])
      while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
        const end = 2 + pending.readUInt16BE(0)
        replies.push(pending.subarray(2, end))
        pending = pending.subarray(end)
      }
      if (replies.length >= queries.length) finish()
    })
    for (const query of queries) {
      const framed = Buffer.alloc(2 + query.length)
      framed.writeUInt16BE(query.length, 0)
      framed.set(query, 2)
      socket.write(framed)
    }
  })
}
