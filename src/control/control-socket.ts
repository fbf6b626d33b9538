/** The socket in the state folder through which an operator's commands reach the server. Only the server's own user
 *  and root can open it (mode 0600). One line in, one line out, and the connection ends. Knows nothing of what the
 *  lines say. */

import { chmodSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { claimSocketPath } from '../base/socket-file.ts'

export const CONTROL_SOCKET_FILE = 'control.sock'

const LINE_CHARS_MAX = 65_536
const CONNECTIONS_MAX = 32
const LINE_TIMEOUT_MS = 5_000

export function controlSocketPath(stateDir: string): string {
  return join(stateDir, CONTROL_SOCKET_FILE)
}

export class ControlSocket {
  private readonly server: Server

  /** Or, as text, why it cannot be had. */
  static async open(
    path: string,
    answer: (line: string) => Promise<string>,
  ): Promise<ControlSocket | string> {
    try {
      const obstacle = await claimSocketPath(path)
      if (obstacle !== undefined) return obstacle
      return new ControlSocket(await listen(path, answer))
    } catch (error) {
      return (error as Error).message
    }
  }

  private constructor(server: Server) {
    this.server = server
  }

  /** The file goes with it. */
  close(): void {
    this.server.close()
  }
}

function listen(path: string, answer: (line: string) => Promise<string>): Promise<Server> {
  return new Promise((resolve, reject) => {
    // Whoever has said all, as nc and printf do, still waits for the reply.
    const server = createServer({ allowHalfOpen: true }, socket => converse(socket, answer))
    server.maxConnections = CONNECTIONS_MAX
    server.once('error', reject)
    // Binding happens within the call, so nobody can slip in before the mode is set.
    const before = process.umask(0o177)
    try {
      server.listen(path, () => resolve(server))
    } finally {
      process.umask(before)
    }
    server.once('listening', () => chmodSync(path, 0o600))
    server.unref()
  })
}

function converse(socket: Socket, answer: (line: string) => Promise<string>): void {
  let text = ''
  let isAsked = false
  socket.setEncoding('utf8')
  socket.setTimeout(LINE_TIMEOUT_MS, () => socket.destroy())
  // Whoever hangs up early has had enough.
  socket.on('error', () => socket.destroy())
  socket.on('end', () => {
    if (!isAsked) socket.end()
  })
  socket.on('data', (piece: string) => {
    if (isAsked) return
    text += piece
    const end = text.indexOf('\n')
    if (end < 0 && text.length > LINE_CHARS_MAX) socket.destroy()
    if (end < 0) return
    isAsked = true
    void answer(text.slice(0, end)).then(
      reply => socket.end(`${reply}\n`),
      () => socket.destroy(),
    )
  })
}
