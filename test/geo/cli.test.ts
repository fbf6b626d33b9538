/** `meridian geo`: what it prints, for people and for programs, and with which code it leaves. */

import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { type Outcome, runMeridian } from '../server/meridian.ts'
import { withTempDir } from '../tools/process.ts'
import { writeMmdb } from './mmdb-writer.ts'

const SOON = Math.floor(Date.now() / 1000) - 86_400 * 3

function geo(words: readonly string[], csv?: string, builtAt = SOON): Promise<Outcome & { files: string[] }> {
  return withTempDir(async dir => {
    const record = { country_code: 'DE', state1: 'Bavaria', latitude: 48.14, longitude: 11.58, asn: 64500 }
    const networks = [
      ['192.0.2.0/24', record],
      ['2001:db8::/32', { country_code: 'JP' }],
    ] as const
    writeFileSync(join(dir, 'city.mmdb'), writeMmdb({ networks, builtAt, type: 'DBIP-City-Lite' }))
    if (csv !== undefined) writeFileSync(join(dir, 'overrides.csv'), csv)
    const named = ['--geo', 'city.mmdb', '--geo-overrides', 'overrides.csv']
    const outcome = await runMeridian(['geo', ...words, ...named], { cwd: dir, env: {} })
    return { ...outcome, files: readdirSync(dir) }
  })
}

describe('meridian geo', () => {
  it('info says source, date, age, counts, licence and cache', async () => {
    const { code, stdout, stderr, files } = await geo(['info'])
    expect(stderr).to.equal('')
    expect(stdout).to.match(/^source +DBIP-City-Lite\nfile +city\.mmdb\ndate +\d{4}-\d\d-\d\d, 3 days old\n/)
    expect(stdout).to.contain('1 IPv4, 1 IPv6').and.to.contain('CC BY 4.0')
    expect(stdout).to.match(/\ncache +\.meridian\/geo-[0-9a-f]{32}\.bin\n/)
    expect(files).to.include('.meridian')
    expect(code).to.equal(0)
  })

  it('info warns of old data', async () => {
    const { code, stderr, stdout } = await geo(['info'], undefined, 1_600_000_000)
    expect(stderr).to.match(
      /^city\.mmdb warning old-data the geo data DBIP-City-Lite is of 2020-09-13, \d+ days old/,
    )
    expect(stdout).to.contain('2020-09-13')
    expect(code).to.equal(0)
  })

  it('info --json is one object, with its warnings inside', async () => {
    const { stdout, stderr } = await geo(['info', '--json'], undefined, 1_600_000_000)
    const info = JSON.parse(stdout)
    expect(stderr).to.equal('')
    expect(info.sources[0]).to.include({ kind: 'mmdb', date: '2020-09-13', networks4: 1, networks6: 1 })
    expect(info).to.include({ fromCache: false, ranges4: 3 })
    expect(info.problems[0]).to.include({ code: 'old-data', severity: 'warning' })
  })

  it('build compiles into the state folder', async () => {
    const { code, stdout, files } = await geo(['build', '--state', 'here'])
    expect(stdout).to.match(/^here\/geo-[0-9a-f]{32}\.bin was compiled\n$/)
    expect(files).to.include('here').and.not.include('.meridian')
    expect(code).to.equal(0)
  })

  it('lookup says where addresses are, however they are written', async () => {
    const { code, stdout } = await geo([
      'lookup',
      '192.0.2.7',
      '2002:c000:207::1',
      '2001:db8::1',
      '198.51.100.1',
    ])
    const [plain, folded, six, unknown] = stdout.split('\n\n')
    expect(plain).to.contain('DE Germany').and.to.contain('DE-BY Bavaria').and.to.contain('48.14, 11.58')
    expect(plain).to.contain('AS64500').and.to.contain('192.0.2.0/24')
    expect(folded).to.contain('read as      192.0.2.7').and.to.contain('2002:c000:200::/40')
    expect(six).to.contain('JP Japan').and.to.contain('2001:db8::/32')
    expect(unknown).to.contain('unknown')
    expect(code).to.equal(0)
  })

  it('lookup names the override that says so', async () => {
    const csv = 'prefix,country,note\n192.0.2.0/25,FR,wide\n192.0.2.7,SE,"the office, upstairs"\n'
    const { stdout } = await geo(['lookup', '192.0.2.7', '--json'], csv)
    const [found] = JSON.parse(stdout)
    expect(found).to.include({ country: 'SE', asn: 64500, prefix: '192.0.2.7/32' })
    expect(found.override).to.deep.equal({ line: 3, note: 'the office, upstairs' })
  })

  it('leaves with 1 and every mistake when the data is wrong', async () => {
    const { code, stdout, stderr } = await geo(['info'], 'prefix,country\n192.0.2.0/24,UK\n192.0.2.1/24,DE\n')
    expect(stderr).to.match(
      /^overrides\.csv:2:14 error unknown-country .*\n.*\n +\^\^\n {2}hint: did you mean GB\?\n/,
    )
    expect(stderr).to.contain('overrides.csv:3:1 error host-bits')
    expect([code, stdout]).to.deep.equal([1, ''])
  })

  it('leaves with 2 when the command is wrong', async () => {
    expect(await geo(['lookup', 'example.com'])).to.include({ code: 2, stdout: '' })
    expect(await geo(['nonsense'])).to.include({ code: 2, stdout: '' })
  })
})
