/** healthy.mjs, by which containers and pods ask their own server whether it is well. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, ListenOptions } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import { Authority, DAY_MS } from '../health/probe/certificates.ts'
import { ROOT } from '../house/source.ts'
import { cleanEnvironment } from '../server/meridian.ts'
import { freePort, withTempDir } from '../tools/process.ts'

const SCRIPT = join(ROOT, 'deploy', 'container', 'healthy.mjs')

async function exitCode(env: NodeJS.ProcessEnv, ...args: string[]): Promise<unknown> {
  const child = spawn(process.execPath, [SCRIPT, ...args], { env: cleanEnvironment(env), stdio: 'ignore' })
  const [code] = (await once(child, 'exit')) as [number]
  return code
}

const answers: RequestListener = (request, response) => {
  response.statusCode = { '/healthz': 200, '/readyz': 503 }[request.url ?? ''] ?? 404
  response.end()
}

async function served<T>(
  at: ListenOptions,
  isSecure: boolean,
  use: (port: number) => Promise<T>,
): Promise<T> {
  const nowMs = Date.now()
  const issued = new Authority('nobody').issue({
    names: ['node'],
    fromMs: nowMs - DAY_MS,
    toMs: nowMs + DAY_MS,
  })
  const server = isSecure ? createSecureServer(issued, answers) : createServer(answers)
  server.listen(at)
  await once(server, 'listening')
  try {
    return await use((server.address() as AddressInfo).port)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

describe('healthy.mjs', () => {
  for (const [what, isSecure] of [
    ['plain', false],
    ['over TLS, whoever issued the certificate', true],
  ] as const)
    it(`says yes for 200 and no for anything else (${what})`, () =>
      served({ host: '127.0.0.1', port: 0 }, isSecure, async port => {
        // As the server is told to listen; who asks is on the same host.
        const env = {
          MERIDIAN_ADMIN: `0.0.0.0:${port}`,
          ...(isSecure ? { MERIDIAN_ADMIN_CERT: '/run/secrets/admin/tls.crt' } : {}),
        }
        expect(await exitCode(env)).to.equal(0)
        expect(await exitCode(env, '/healthz')).to.equal(0)
        expect(await exitCode(env, '/readyz')).to.equal(1)
      }))

  it('asks through a unix socket where the server listens on one', () =>
    withTempDir(dir =>
      served({ path: join(dir, 'admin.sock') }, false, async () => {
        expect(await exitCode({ MERIDIAN_ADMIN: join(dir, 'admin.sock') })).to.equal(0)
      }),
    ))

  it('says no where nobody answers', async () => {
    expect(await exitCode({ MERIDIAN_ADMIN: `127.0.0.1:${await freePort()}` })).to.equal(1)
  })
})
