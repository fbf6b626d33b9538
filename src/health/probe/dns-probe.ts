/** The probe `dns`: asks the target for a name over UDP, and over TCP where the reply is cut short. Healthy is
 *  NOERROR, and where addresses are expected, one of them among the answers. Knows no message format. */

import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import type { Address } from '../../base/address.ts'
import type { Attempt } from './attempt.ts'
import { dial, settleBy, settleByClose } from './dial.ts'
import { type AskedType, type DnsReply, isAskable, readReply, writeQuestion } from './dns-message.ts'
import type { ProbeJob } from './job.ts'

export function probeDns(attempt: Attempt, job: ProbeJob): void {
  const { target, expect } = job.spec
  if (!isAskable(target)) return attempt.giveUp('unaskable', `"${target}" cannot be asked for`)
  const families = new Set(expect.addresses.map(({ family }) => family))
  const types: AskedType[] = families.has(6) ? (families.has(4) ? ['A', 'AAAA'] : ['AAAA']) : ['A']
  askInTurn(attempt, job, types)
}

/** One type after the other, until an answer has what is expected. */
function askInTurn(attempt: Attempt, job: ProbeJob, [type, ...others]: readonly AskedType[]): void {
  if (type === undefined) return
  const question = { id: randomInt(0x10000), name: job.spec.target, type }
  askUdp(attempt, job, question, reply => {
    if (reply.fault !== '') return attempt.fail('bad-reply', reply.fault)
    if (reply.rcode !== 'NOERROR') return attempt.fail('wrong-answer', reply.rcode)
    const { addresses } = job.spec.expect
    const isExpected = addresses.length === 0 || reply.addresses.some(one => isAmong(one, addresses))
    if (isExpected) attempt.succeed(`NOERROR, ${reply.addresses.length} addresses`, '')
    else if (others.length > 0) askInTurn(attempt, job, others)
    else attempt.fail('wrong-answer', `none of the ${reply.addresses.length} addresses is expected`)
  })
}

interface Asked {
  readonly id: number
  readonly name: string
  readonly type: AskedType
}

function askUdp(attempt: Attempt, job: ProbeJob, asked: Asked, answered: (reply: DnsReply) => void): void {
  const { family, host, port } = job.destination
  const message = writeQuestion(asked.id, asked.name, asked.type)
  const socket = createSocket(family === 4 ? 'udp4' : 'udp6')
  let isOpen = true
  const close = (): void => {
    if (isOpen) socket.close()
    isOpen = false
  }
  attempt.hold({ destroy: close })
  socket.on('error', error => settleBy(attempt, error, 'bad-reply'))
  // Anyone can send a datagram in the target's name: what does not fit the question is waited out, not judged.
  socket.on('message', received => {
    const reply = readReply(received, asked.id, asked.name, asked.type)
    if (reply === undefined || attempt.isSettled) return
    close()
    if (reply.isTruncated) askTcp(attempt, job, asked, answered)
    else answered(reply)
  })
  // Connected, so that a closed port is heard of.
  socket.connect(port, host, () => {
    if (!isOpen) return
    attempt.phase = 'waiting for the response'
    socket.send(message)
  })
}

function askTcp(attempt: Attempt, job: ProbeJob, asked: Asked, answered: (reply: DnsReply) => void): void {
  attempt.phase = 'connecting'
  dial(attempt, job.destination, socket => {
    attempt.phase = 'waiting for the response'
    // The length before it says where a message ends (RFC 1035 §4.2.2), so at most 64 KiB are read.
    let received = Buffer.alloc(0)
    socket.on('data', chunk => {
      received = Buffer.concat([received, chunk])
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return
      const message = received.subarray(2, 2 + received.readUInt16BE(0))
      socket.destroy()
      const reply = readReply(message, asked.id, asked.name, asked.type)
      if (reply === undefined) attempt.fail('bad-reply', 'over TCP came something else than the reply')
      else answered(reply)
    })
    socket.once('end', () => settleByClose(attempt))
    const message = writeQuestion(asked.id, asked.name, asked.type)
    const length = Buffer.alloc(2)
    length.writeUInt16BE(message.length)
    socket.write(Buffer.concat([length, message]))
  })
}

function isAmong({ octets }: Address, wanted: readonly Address[]): boolean {
  return wanted.some(
    one => one.octets.length === octets.length && one.octets.every((octet, i) => octet === octets[i]),
  )
}
