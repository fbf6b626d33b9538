/** Whether the server of this container is alive: asks its admin listener's /healthz (or the page named as argument)
 *  and leaves with 0 or 1. Finds the listener where MERIDIAN_ADMIN says, by default on the loopback. */

import { get } from 'node:http'
import { get as getSecure } from 'node:https'

const page = process.argv[2] ?? '/healthz'
const admin = process.env['MERIDIAN_ADMIN'] || '127.0.0.1:9353'
const isSecure = Boolean(process.env['MERIDIAN_ADMIN_CERT'])
const where = admin.startsWith('/')
  ? { socketPath: admin, path: page }
  : { ...hostAndPort(admin.replace(/^0\.0\.0\.0:/, '127.0.0.1:').replace(/^\[::\]:/, '[::1]:')), path: page }
const TIMEOUT_MS = 2_500

// Whose certificate it is does not matter to who asks himself.
const ask = isSecure
  ? done => getSecure({ ...where, rejectUnauthorized: false }, done)
  : done => get(where, done)
const request = ask(reply => process.exit(reply.statusCode === 200 ? 0 : 1))
request.on('error', error => leave(error.message))
request.setTimeout(TIMEOUT_MS, () => leave(`no answer within ${TIMEOUT_MS} ms`))

function hostAndPort(text) {
  const [, host, port] = /^\[?([^\]]+?)\]?:(\d+)$/.exec(text) ?? []
  return { host, port }
}

function leave(reason) {
  console.error(`${page} of ${admin}: ${reason}`)
  process.exit(1)
}
