/** The file of a unix socket: made way for before it is opened. Knows nothing of what is said through it. */

import { lstatSync, mkdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname } from 'node:path'

/** What `sockaddr_un` holds, its last octet aside. */
export const PATH_BYTES_MAX = 107

/** Takes away what a killed server left and leaves alone what is in use or not ours. Why the path cannot be had, if
 *  it cannot; throws the system's error where the folder cannot be made. */
export async function claimSocketPath(path: string): Promise<string | undefined> {
  if (Buffer.byteLength(path) > PATH_BYTES_MAX)
    return `${path} is longer than the ${PATH_BYTES_MAX} octets that a socket's path may have`
  mkdirSync(dirname(path), { recursive: true })
  const there = lstatSync(path, { throwIfNoEntry: false })
  if (there === undefined) return undefined
  if (!there.isSocket()) return `${path} is there and is no socket`
  if (await isAnswered(path)) return `${path} is another server's: give each its own`
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
