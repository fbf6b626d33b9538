/** `meridian export`: what it prints loads in other servers, and holds what the server would answer. */

import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { runMeridian, zoneText } from '../server/meridian.ts'
import { SmallWorld } from '../steering/small-world.ts'
import { tool } from '../tools/tools.ts'

const ZONES = join(import.meta.dirname, '..', 'steering', 'now')

describe('meridian export', () => {
  let world: SmallWorld
  before(() => {
    world = new SmallWorld()
  })
  after(() => world.remove())

  const exported = (zone: string): string => {
    const { code, stdout } = world.run(['export', zone, '--zones', ZONES])
    expect(code).to.equal(0)
    return stdout
  }

  for (const zone of ['classroom.example', 'shop.example']) {
    it(`prints ${zone} so that BIND loads it`, async function () {
      const program = await tool('named-checkzone', this)
      const file = world.write(`${zone}.bind`, exported(zone))
      const { status, stdout, stderr } = spawnSync(program, [zone, file], { encoding: 'utf8' })
      expect(status, stdout + stderr).to.equal(0)
    })

    it(`prints ${zone} so that NSD loads it`, async function () {
      const program = await tool('nsd-checkzone', this)
      const file = world.write(`${zone}.nsd`, exported(zone))
      const { status, stdout, stderr } = spawnSync(program, [zone, file], { encoding: 'utf8' })
      expect(status, stdout + stderr).to.equal(0)
    })

    it(`prints ${zone} so that it is the same zone to us, without anything to steer`, () => {
      const first = exported(zone)
      const path = world.write(`${zone}.zone`, first)
      const checked = JSON.parse(world.run(['check', path, '--json']).stdout)
      expect(checked.zones[0]).to.include({ zone: `${zone}.`, errors: 0, steering: null })
      const again = world.run(['export', zone, '--zones', world.dir])
      const records = (text: string): string[] => text.split('\n').filter(line => !line.startsWith(';'))
      expect(records(again.stdout)).to.deep.equal(records(first))
    })
  }

  it('names the zones there are where it is asked for another', () => {
    const { code, stderr } = world.run(['export', 'zones/rooms.zone', '--zones', ZONES])
    expect(code).to.equal(1)
    expect(stderr).to.match(
      /^error: no zone zones\/rooms\.zone\. in .*\n {2}hint: there are .*shop\.example\./,
    )
  })

  it('names a dozen of them where there are more', () => {
    mkdirSync(join(world.dir, 'many'))
    for (let i = 10; i < 25; i++) world.write(`many/z${i}.test.zone`, zoneText(1))
    const { stderr } = world.run(['export', 'shop', '--zones', join(world.dir, 'many')])
    expect(stderr).to.match(/hint: there are (z\d\d\.test\., ){11}z21\.test\. and 3 more\n/)
  })

  it('gives each steered name what a client of unknown place gets', () => {
    const lines = exported('shop.example').split('\n')
    for (const name of ['shop.example', 'pair.shop.example', 'x.rooms.shop.example']) {
      const words = ['explain', name, '--from', 'unknown', '--zones', ZONES, '--json']
      const [{ answer }] = JSON.parse(world.run(words).stdout).explanations as [{ answer: string[] }]
      const owner = name.replace(/^x\./, '*.')
      const own = lines.filter(line => line.startsWith(`${owner}. `) && / IN A /.test(line))
      expect(own).to.deep.equal(answer.map(line => line.replace(/^x\./, '*.')))
    }
  })

  it('carries out $INCLUDE and $GENERATE', () => {
    world.write('more.inc', 'included A 192.0.2.7\n')
    world.write('plain.test.zone', zoneText(3, '$INCLUDE more.inc\n$GENERATE 1-2 host$ A 192.0.2.$'))
    const { code, stdout } = runMeridian(['export', 'plain.test', '--zones', world.dir])
    expect(stdout).to.match(/\nhost1\.plain\.test\. 300 IN A 192\.0\.2\.1\nhost2\./)
    expect(stdout).to.contain('\nincluded.plain.test. 300 IN A 192.0.2.7\n')
    expect(code).to.equal(0)
  })

  it('finds a zone by the $ORIGIN in its file', () => {
    world.write('filename.test.zone', `$ORIGIN moved.test.\n${zoneText(3)}`)
    const { stdout } = runMeridian(['export', 'moved.test', '--zones', world.dir])
    expect(stdout).to.match(/^moved\.test\. 300 IN SOA /)
  })

  describe('a region that is an alias', () => {
    const zone = (lines: string): string =>
      zoneText(1, `$REGION euc1 cloud=aws:eu-central-1\n$POLICY p regions=euc1 ttl=10..60\n${lines}`)
    const exportOf = (lines: string): { stdout: string; stderr: string } => {
      world.write('alias.test.zone', zone(lines))
      return runMeridian(['export', 'alias.test', '--zones', world.dir])
    }

    it('makes the name one', () => {
      const { stdout } = exportOf('live GSLB p\neuc1.live CNAME elsewhere.test.')
      expect(stdout).to.contain('\nlive.alias.test. 60 IN CNAME elsewhere.test.\n')
    })

    it('lends its addresses to a name that has other records', () => {
      const { stdout } = exportOf('@ GSLB p\neuc1 CNAME Farm\nfarm A 192.0.2.1\nfarm AAAA 2001:db8::1')
      expect(stdout).to.contain('\nalias.test. 60 IN A 192.0.2.1\nalias.test. 60 IN AAAA 2001:db8::1\n')
      expect(stdout).to.not.contain('\nalias.test. 60 IN CNAME')
    })

    it('is left out where that cannot be, and a warning says so', () => {
      const { stdout, stderr } = exportOf('@ GSLB p\neuc1 CNAME elsewhere.test.')
      expect(stdout).to.contain('; alias.test. has no default answer')
      expect(stderr).to.match(/:7:3 warning not-exported alias\.test\. has no default answer: an alias of/)
    })
  })
})
