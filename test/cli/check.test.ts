/** `meridian check`: what it prints, as whom it is meant, and with which code it leaves. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { type Outcome, runMeridian, zoneText } from '../server/meridian.ts'
import { withTempDir } from '../tools/process.ts'

const check = (
  files: Readonly<Record<string, string>>,
  words: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<Outcome> =>
  withTempDir(dir => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(dir, name, '..'), { recursive: true })
      writeFileSync(join(dir, name), text)
    }
    return runMeridian(['check', ...words], { cwd: dir, env })
  })

describe('meridian check', () => {
  it('reads ./zones, counts, and leaves with 0', async () => {
    const { code, stdout, stderr } = await check({
      'zones/a.test.zone': zoneText(1),
      'zones/b.test.zone': zoneText(1),
      'zones/notes.txt': 'not a zone',
    })
    expect([code, stdout, stderr]).to.deep.equal([0, '2 zones, 0 errors, 0 warnings\n', ''])
  })

  it('prints every problem with its line, a caret and a hint, and leaves with 1', async () => {
    const bad = zoneText(1, 'www IN A 192.0.2.999\nmail IN AAAAA 2001:db8::1')
    const { code, stdout } = await check({ 'zones/a.test.zone': bad, 'zones/b.test.zone': zoneText(1) })
    expect(stdout).to.match(
      /^zones\/a\.test\.zone:5:10 error \S+ .*\n {2}www IN A 192\.0\.2\.999\n {11}\^+\n/m,
    )
    expect(stdout).to.match(/^zones\/a\.test\.zone:6:\d+ error \S+ .*AAAAA[^]*hint: did you mean AAAA\?/m)
    expect(stdout).to.match(/\n2 zones, 2 errors, 0 warnings\n$/)
    expect(code).to.equal(1)
  })

  it('leaves with 0 when there are only warnings', async () => {
    const cname = 'www IN A 192.0.2.1\nalias IN CNAME www\n@ IN MX 10 alias'
    const { code, stdout } = await check({ 'zones/a.test.zone': zoneText(1, cname) })
    expect(stdout).to.match(/:7:\d+ warning [^]*1 zone, 0 errors, 1 warning\n$/)
    expect(code).to.equal(0)
  })

  it('reads the zones that the config file names, as the server does, unless a flag says otherwise', async () => {
    const files = {
      'there/a.test.zone': zoneText(1),
      'here/b.test.zone': zoneText(1),
      'm.yaml': 'zones: there\n',
    }
    const zoneOf = ({ stdout }: Outcome): string => JSON.parse(stdout).zones[0].zone
    expect(zoneOf(await check(files, ['--json', '--config', 'm.yaml']))).to.equal('a.test.')
    expect(zoneOf(await check(files, ['--json'], { MERIDIAN_CONFIG: 'm.yaml' }))).to.equal('a.test.')
    expect(zoneOf(await check(files, ['--json', '-c', 'm.yaml', '--zones', 'here']))).to.equal('b.test.')
    const { code, stderr } = await check({ ...files, 'm.yaml': 'zoness: there\n' }, ['-c', 'm.yaml'])
    expect(stderr).to.match(
      /^m\.yaml:1:1 error unknown-key there is no setting zoness\n[^]*hint: did you mean zones\?\n$/,
    )
    expect(code).to.equal(1)
  })

  it('prints one JSON object with --json', async () => {
    const files = { 'zones/a.test.zone': zoneText(7), 'zones/b.test.zone': zoneText(1, 'www IN A x') }
    const { code, stdout } = await check(files, ['--json'])
    const report = JSON.parse(stdout)
    expect(report.zones).to.deep.equal([
      {
        zone: 'a.test.',
        file: 'zones/a.test.zone',
        serial: 7,
        records: 4,
        errors: 0,
        warnings: 0,
        steering: null,
      },
      {
        zone: 'b.test.',
        file: 'zones/b.test.zone',
        serial: null,
        records: 0,
        errors: 1,
        warnings: 0,
        steering: null,
      },
    ])
    expect(report.problems).to.have.length(1)
    expect(report.problems[0]).to.include({ file: 'zones/b.test.zone', line: 5, severity: 'error' })
    expect(report).to.include({ errors: 1, warnings: 0 })
    expect(code).to.equal(1)
  })

  it('takes files and folders, each file once', async () => {
    const files = { 'x/a.test.zone': zoneText(1), 'y/b.test.zone': zoneText(1), 'zones/bad.zone': 'bad' }
    const { code, stdout } = await check(files, ['x', 'y/b.test.zone', 'x/a.test.zone'])
    expect([code, stdout]).to.deep.equal([0, '2 zones, 0 errors, 0 warnings\n'])
  })

  const files: [string, string, RegExp][] = [
    ['db.a.test', 'db.a.test', /^db\.a\.test error zone-file-name [^]*hint: name a zone file ORIGIN\.zone/],
    ['a..test.zone', 'a..test.zone', /^a\.\.test\.zone error zone-file-name a\.\.test is not a domain name/],
    ['x.zone', 'missing.test.zone', /^missing\.test\.zone error cannot-read .*ENOENT/],
    ['empty/readme', 'empty', /^empty warning no-zones holds no zone files/],
  ]
  for (const [file, word, complaint] of files)
    it(`says what is wrong with ${word}`, async () => {
      const { code, stdout } = await check({ [file]: zoneText(1) }, [word])
      expect(stdout).to.match(complaint)
      expect(code).to.equal(/ error /.test(stdout) ? 1 : 0)
    })

  it('finds two files for one zone', async () => {
    const two = { 'zones/a.test.zone': zoneText(1), 'zones/A.test.zone': zoneText(1) }
    const { code, stdout } = await check(two)
    expect(stdout).to.match(
      /^zones\/a\.test\.zone error duplicate-zone a\.test\. is already read from zones\/A/,
    )
    expect(code).to.equal(1)
  })

  it('reads escapes in a file name: 0\\04725.2.0.192.in-addr.arpa.zone (RFC 2317)', async () => {
    const name = '0\\04725.2.0.192.in-addr.arpa'
    const { code, stdout } = await check({ [`zones/${name}.zone`]: zoneText(1) }, ['--json'])
    expect(JSON.parse(stdout).zones[0].zone).to.equal('0/25.2.0.192.in-addr.arpa.')
    expect(code).to.equal(0)
  })

  it('uses no colours where nobody sees them', async () => {
    const { stdout } = await check({ 'zones/a.test.zone': 'bad' }, [], { FORCE_COLOR: '1' })
    expect(stdout).to.not.contain('\x1b')
  })

  it('finds the sample zones good', () => {
    const { code, stdout } = runMeridian(['check'], { cwd: join(import.meta.dirname, '..', '..') })
    expect(stdout).to.match(/(?:^|\n)\d+ zones?, 0 errors, 0 warnings\n$/)
    expect(code).to.equal(0)
  })
})
