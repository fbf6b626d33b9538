/** An operator without his command line: one request, one reply, through a server's control socket. Many times
 *  cheaper than a process for each order. */

import { connect } from 'node:net'
import type { ControlReply, OrderReply } from '../../src/control/control-messages.ts'
import { controlSocketPath } from '../../src/control/control-socket.ts'
import type { OverrideAction } from '../../src/health/overrides/override.ts'

/** Rejects when no whole reply comes back. */
export function tellServer(stateDir: string, request: object): Promise<ControlReply> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(controlSocketPath(stateDir), () => socket.write(`${JSON.stringify(request)}\n`))
    socket.setEncoding('utf8').on('data', (piece: string) => {
      text += piece
    })
    socket.on('error', reject)
    socket.on('close', () =>
      text.endsWith('\n') ? resolve(JSON.parse(text) as ControlReply) : reject(new Error('it hung up')),
    )
  })
}

export async function giveOrder(
  stateDir: string,
  action: OverrideAction,
  pattern: string,
  more: { readonly forMs?: number; readonly why?: string } = {},
): Promise<OrderReply> {
  const { why = '', ...rest } = more
  const reply = await tellServer(stateDir, { kind: 'order', action, pattern, by: 'alice', why, ...rest })
  if (reply.kind !== 'order') throw new Error(JSON.stringify(reply))
  return reply
}
