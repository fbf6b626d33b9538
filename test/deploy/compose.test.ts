/** The compose file: two federated datacenters. Docker's own checker is asked where there is one; everything that the
 *  file names must be there, and be ours. */

import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { parse } from 'yaml'
import { SETTING_KEYS, variableOf } from '../../src/cli/settings.ts'
import { ROOT } from '../house/source.ts'
import { runMeridian } from '../server/meridian.ts'
import { skipWithReason } from '../tools/skips.ts'
import { tool } from '../tools/tools.ts'

const FOLDER = join(ROOT, 'deploy', 'container')
const FILE = join(FOLDER, 'compose.yaml')

interface Service {
  readonly image: string
  readonly command?: string
  readonly build?: { readonly context: string; readonly dockerfile: string }
  readonly volumes?: readonly string[]
  readonly ports?: readonly string[]
  readonly networks?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly depends_on?: Readonly<Record<string, { condition: string }>>
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly cap_add?: readonly string[]
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: Readonly<Record<string, unknown>>
  readonly networks: Readonly<Record<string, unknown>>
}

const compose = parse(readFileSync(FILE, 'utf8'), { merge: true }) as Compose
const services = Object.entries(compose.services)
const servers = services.filter(([name]) => name.startsWith('meridian-'))
const consuls = services.filter(([name]) => name.startsWith('consul-'))

describe('the compose file', () => {
  it('is accepted by docker compose config', function () {
    const { status } = spawnSync('docker', ['compose', 'version'])
    if (status !== 0) skipWithReason(this, 'docker compose is missing on this machine; parsed only')
    const { status: verdict, stderr } = spawnSync('docker', ['compose', '-f', FILE, 'config', '-q'], {
      encoding: 'utf8',
    })
    expect(verdict, stderr).to.equal(0)
  })

  it('has two Consul datacenters that join each other, and a server in each', () => {
    const datacenters = consuls.map(([, { command }]) => /-datacenter=(\S+)/.exec(command!)![1])
    expect(datacenters).to.deep.equal(['aws-eu-central-1', 'gcp-us-east4'])
    const joins = consuls.map(([name, { command }]) => [name, /-retry-join-wan=(\S+)/.exec(command!)![1]])
    expect(joins).to.deep.equal([
      ['consul-aws', 'consul-gcp'],
      ['consul-gcp', 'consul-aws'],
    ])
    const asked = servers.map(([, { environment }]) => environment!['MERIDIAN_CONSUL'])
    expect(asked).to.deep.equal(['http://consul-aws:8500', 'http://consul-gcp:8500'])
  })

  it('gives the servers one right, and nothing to write on but their state', () => {
    for (const [name, { read_only, cap_drop, cap_add, volumes }] of servers) {
      expect({ read_only, cap_drop, cap_add }, name).to.deep.equal({
        read_only: true,
        cap_drop: ['ALL'],
        cap_add: ['NET_BIND_SERVICE'],
      })
      const writable = volumes!.filter(volume => !volume.endsWith(':ro')).map(volume => volume.split(':')[1])
      expect(writable, name).to.deep.equal(['/var/lib/meridian'])
    }
  })

  it('publishes port 53 over UDP and TCP', () => {
    for (const [name, { ports }] of servers) {
      expect(
        ports!.map(port => port.replace(/^[\d.]+:\d+:/, '')),
        name,
      ).to.deep.equal(['53/udp', '53/tcp'])
      expect(new Set(ports!.map(port => port.split(':')[1])).size, name).to.equal(1)
    }
  })

  for (const [name, service] of services)
    it(`names nothing that is not there: ${name}`, () => {
      for (const volume of service.volumes ?? []) {
        const [source] = volume.split(':') as [string]
        expect(
          source.startsWith('.') ? existsSync(join(FOLDER, source)) : source in compose.volumes,
          source,
        ).to.equal(true)
      }
      expect((service.networks ?? []).filter(network => !(network in compose.networks))).to.deep.equal([])
      expect(
        Object.keys(service.depends_on ?? {}).filter(other => !(other in compose.services)),
      ).to.deep.equal([])
      if (service.build !== undefined)
        expect(existsSync(join(FOLDER, service.build.context, service.build.dockerfile))).to.equal(true)
      const variables = new Set(SETTING_KEYS.map(variableOf))
      const strange = Object.keys(service.environment ?? {}).filter(variable => !variables.has(variable))
      expect(strange).to.deep.equal([])
    })

  it('has a zone that holds, of regions in these two datacenters', () => {
    const { code, stdout, stderr } = runMeridian(['check', join(FOLDER, 'zones')])
    expect(code, `${stdout}${stderr}`).to.equal(0)
    const zone = readFileSync(join(FOLDER, 'zones', 'demo.example.zone'), 'utf8')
    const clouds = [...zone.matchAll(/^\$REGION \S+\s+cloud=(\S+)/gm)].map(match =>
      match[1]!.replace(':', '-'),
    )
    expect(clouds).to.deep.equal(['aws-eu-central-1', 'gcp-us-east4'])
  })

  it('registers services that Consul accepts', async function () {
    const consul = await tool('consul', this)
    for (const file of readdirSync(join(FOLDER, 'consul'))) {
      const text = readFileSync(join(FOLDER, 'consul', file), 'utf8')
      const { status, stdout, stderr } = spawnSync(consul, ['validate', join(FOLDER, 'consul', file)], {
        encoding: 'utf8',
      })
      // A file alone lacks a data folder, which the command line gives.
      expect(`${stdout}${stderr}`, file).to.match(/data_dir cannot be empty|Configuration is valid/)
      expect(status).to.be.oneOf([0, 1])
      const [, host] = /tcp\s*=\s*"([\w-]+):80"/.exec(text)!
      expect(compose.services, file).to.have.property(host!)
    }
  })
})
