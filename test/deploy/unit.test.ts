/** The systemd unit and the files beside it: accepted by systemd's own checker, tight, and about one server. */

import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { readConfigFile } from '../../src/cli/config-file.ts'
import { ROOT } from '../house/source.ts'
import { withTempDir } from '../tools/process.ts'
import { tool } from '../tools/tools.ts'

const FOLDER = join(ROOT, 'deploy', 'systemd')
const UNIT = join(FOLDER, 'meridian.service')

/** Section.Key=Value lines as `Section.Key` → values in order. */
function directives(path: string): Map<string, string[]> {
  const found = new Map<string, string[]>()
  let section = ''
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const [, header, key, value] = /^(?:\[(\w+)\]|(\w+)=(.*))$/.exec(line) ?? []
    if (header !== undefined) section = header
    if (key !== undefined) found.set(`${section}.${key}`, [...(found.get(`${section}.${key}`) ?? []), value!])
  }
  return found
}

function programStub(root: string, path: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), '#!/bin/sh\n')
  chmodSync(join(root, path), 0o755)
}

describe('the systemd unit', () => {
  it('is accepted by systemd-analyze verify', async function () {
    const analyze = await tool('systemd-analyze', this)
    await withTempDir(root => {
      const unit = '/usr/lib/systemd/system/meridian.service'
      programStub(root, '/usr/lib/meridian/bin/node')
      programStub(root, '/bin/sh')
      mkdirSync(join(root, dirname(unit)), { recursive: true })
      copyFileSync(UNIT, join(root, unit))
      const words = ['verify', '--man=no', '--recursive-errors=no', `--root=${root}`, unit]
      const { status, stdout, stderr } = spawnSync(analyze, words, { encoding: 'utf8' })
      expect(`${stdout}${stderr}`).to.equal('')
      expect(status).to.equal(0)
    })
  })

  it('has the exposure that deploy/README.md states, by systemd-analyze security', async function () {
    const analyze = await tool('systemd-analyze', this)
    const version = spawnSync(analyze, ['--version'], { encoding: 'utf8' }).stdout.split(' ')[1]
    const words = ['security', '--offline=yes', '--no-pager', UNIT]
    const { stdout, stderr } = spawnSync(analyze, words, { encoding: 'utf8' })
    const exposure = /exposure level for meridian.service: ([\d.]+) OK/.exec(stdout)?.[1]
    expect(Number(exposure), `${stdout}${stderr}`).to.be.at.most(1.6)
    const [, told, by] = /systemd (\d+) says\s+`([\d.]+) OK`/.exec(
      readFileSync(join(ROOT, 'deploy', 'README.md'), 'utf8'),
    )!
    // Other versions weigh a little differently.
    if (version === told) expect(exposure).to.equal(by)
  })

  it('gives the right to port 53 and no other', () => {
    const unit = directives(UNIT)
    for (const key of ['Service.AmbientCapabilities', 'Service.CapabilityBoundingSet'])
      expect(unit.get(key), key).to.deep.equal(['CAP_NET_BIND_SERVICE'])
    expect(unit.get('Service.NoNewPrivileges')).to.deep.equal(['yes'])
  })

  it('runs the user that sysusers.d makes', () => {
    const unit = directives(UNIT)
    const users = readFileSync(join(FOLDER, 'meridian.sysusers'), 'utf8')
    expect(users).to.match(/^u meridian - "[^"]+" \/var\/lib\/meridian$/m)
    expect(unit.get('Service.User')).to.deep.equal(['meridian'])
  })
})

describe('the packaged settings', () => {
  const { settings, problems } = readConfigFile(join(FOLDER, 'meridian.yaml'))

  it('are settings of this server', () => {
    expect(problems).to.deep.equal([])
  })

  it('listen on port 53 of every address, and keep to the folders that the unit opens', () => {
    expect(settings).to.deep.equal({
      zones: '/etc/meridian/zones',
      listen: [
        { address: '0.0.0.0', port: 53 },
        { address: '::', port: 53 },
      ],
      state: '/var/lib/meridian',
      'geo.overrides': '/etc/meridian/overrides.csv',
    })
    expect(directives(UNIT).get('Service.StateDirectory')).to.deep.equal(['meridian'])
  })

  it('know every setting that they only mention', () => {
    const text = readFileSync(join(FOLDER, 'meridian.yaml'), 'utf8').replaceAll(/^# (?=[\w.-]+: \S)/gm, '')
    expect(text).to.match(/^consul: /m)
    const path = join(FOLDER, 'meridian.yaml')
    const doubled = text.split('\n').filter(line => /^[\w.-]+:/.test(line))
    expect(new Set(doubled).size, path).to.equal(doubled.length)
    return withTempDir(dir => {
      writeFileSync(join(dir, 'all.yaml'), text)
      expect(readConfigFile(join(dir, 'all.yaml')).problems).to.deep.equal([])
    })
  })
})
