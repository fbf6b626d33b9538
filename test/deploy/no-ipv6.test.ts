/** A host without IPv6: the packaged settings, which name every address of both families, serve there too. */

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { ROOT } from '../house/source.ts'
import { Meridian, runMeridian, stopAll, zoneText } from '../server/meridian.ts'
import { withTempDir } from '../tools/process.ts'
import { skipWithReason } from '../tools/skips.ts'

const WITHOUT_IPV6 = {
  NODE_OPTIONS: `--import ${pathToFileURL(join(ROOT, 'test', 'deploy', 'no-ipv6.fixture.mjs')).href}`,
}

describe('a host without IPv6', () => {
  before(function () {
    if (process.platform !== 'linux') skipWithReason(this, 'seccomp is Linux')
  })

  afterEach(stopAll)

  for (const udp of ['native', 'dgram'])
    it(`is served on 0.0.0.0 where [::] is asked for as well, with a warning (--udp ${udp})`, async () => {
      const words = ['--listen', '0.0.0.0:0', '--listen', '[::]:0', '--workers', '1', '--udp', udp]
      const server = await Meridian.start({ 'shop.test.zone': zoneText(1) }, words, WITHOUT_IPV6)
      expect(await server.address('www.shop.test')).to.equal('192.0.2.1')
      expect(server.log.find(line => line.msg.includes('left out'))).to.include({
        level: 'warn',
        address: '[::]:0',
      })
    })

  for (const listen of ['[::1]:0', '[::]:0'])
    it(`is no place for a server that is to listen on ${listen} alone`, () =>
      withTempDir(zones => {
        const run = runMeridian(['serve', '--zones', zones, '--listen', listen], { env: WITHOUT_IPV6 })
        expect(run.stderr).to.include('this host has no address ::')
        expect(run.code).to.equal(3)
      }))
})
