/** The socket in the state folder through which an operator's commands reach the server. Only the server's own user
 *  and root can open it (mode 0600). One line in, one line out, and the connection ends. Knows nothing of what the
 *  lines say. */

import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { dirname, join } from 'node:path'

export const CONTROL_SOCKET_FILE = 'control.sock'

const LINE_CHARS_MAX = 65_536
const CONNECTIONS_MAX = 32
const LINE_TIMEOUT_MS = 5_000
/** What `sockaddr_un` holds, its last octet aside. */
const PATH_BYTES_MAX = 107

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
    if (Buffer.byteLength(path) > PATH_BYTES_MAX)
      return `${path} is longer than the ${PATH_BYTES_MAX} octets that a socket's path may have`
    try {
      mkdirSync(dirname(path), { recursive: true })
      const obstacle = await makeWay(path)
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

/** Takes away what a killed server left; leaves alone what is in use or not ours. */
async function makeWay(path: string): Promise<string | undefined> {
  const there = lstatSync(path, { throwIfNoEntry: false })
  if (there === undefined) return undefined
  if (!there.isSocket()) return `${path} is there and is no socket`
  if (await isAnswered(path)) return `${path} is another server's: give each its own state folder`
  rmSync(path, { force: true })
  return undefined
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

function listen(path: string, answer: (line: string) => Promise<string>): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(socket => converse(socket, answer))
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
