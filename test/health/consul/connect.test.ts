/** The ways to a real agent: HTTPS with client certificates, and a unix socket. */

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { monotonicMs } from '../../../src/base/clock.ts'
import { type AgentSettings, connectAgent } from '../../../src/health/consul/connect.ts'
import { ConsulServer, makeCertificates } from '../../tools/consul.ts'
import { makeTempDir, removeTempDir } from '../../tools/process.ts'
import { skipWithReason } from '../../tools/skips.ts'
import { type FakeConsul, fakeConsul, json } from './fake-consul.ts'

const DATACENTER = 'aws-us-east-1'

const ask = async (settings: AgentSettings): Promise<string> => {
  const agent = connectAgent(settings, monotonicMs)
  try {
    const outcome = await agent.serviceHealth('consul', undefined, { timeoutMs: 10_000 })
    return outcome.ok ? `${outcome.value.length} instances` : outcome.failure.kind
  } finally {
    agent.close()
  }
}

describe('a Consul agent', () => {
  let dir: string
  beforeEach(() => {
    dir = makeTempDir('mc-')
  })
  afterEach(() => removeTempDir(dir))

  it('over HTTPS wants its certificate trusted, and ours shown', async function () {
    const files = await makeCertificates(dir, DATACENTER, this)
    const server = await ConsulServer.create({ datacenter: DATACENTER, tlsDir: dir }, this)
    try {
      await server.start()
      const { httpsUrl: url } = server
      expect(await ask({ url, tls: files })).to.equal('1 instances')
      expect(await ask({ url, tls: { caFile: files.caFile } })).to.be.oneOf(['reset', 'other'])
      expect(await ask({ url, tls: { certFile: files.certFile, keyFile: files.keyFile } })).to.equal('other')
      expect(await ask({ url, tls: { ...files, serverName: 'elsewhere.example' } })).to.equal('other')
      expect(await ask({ url, tls: { ...files, serverName: 'elsewhere.example', verify: false } })).to.equal(
        '1 instances',
      )
      rmSync(files.caFile)
      expect(await ask({ url, tls: files })).to.equal('other')
    } finally {
      await server.stop()
    }
  })

  it('over a unix socket', async function () {
    const socketPath = join(dir, 'consul.sock')
    const server = await ConsulServer.create({ datacenter: DATACENTER, socketPath }, this)
    try {
      await server.start()
      expect(await ask({ url: `unix://${socketPath}` })).to.equal('1 instances')
    } finally {
      await server.stop()
    }
    expect(await ask({ url: `unix://${join(dir, 'missing.sock')}` })).to.equal('refused')
  })

  it('at an IPv6 address', async function () {
    let fake: FakeConsul
    try {
      fake = await fakeConsul(json([], 1), '::1')
    } catch {
      skipWithReason(this, 'no IPv6 loopback here')
    }
    try {
      expect(await ask({ url: fake.url })).to.equal('1 instances')
    } finally {
      await fake.close()
    }
  })
}).timeout(60_000)
