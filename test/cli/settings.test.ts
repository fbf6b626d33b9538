/** Settings: what each may be, where it may stand, which of several holds. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { formatProblem } from '../../src/base/problem.ts'
import { parseConfig } from '../../src/cli/config-file.ts'
import { buildSettingsAtOnce, resolveSettings, type SettingSources } from '../../src/cli/resolve-settings.ts'
import { type PartialSettings, readSetting } from '../../src/cli/setting-values.ts'
import { defaultSettings, flagOf, SETTING_KEYS, type SettingKey, variableOf } from '../../src/cli/settings.ts'
import { withTempDir } from '../tools/process.ts'

function read(key: SettingKey, value: unknown): unknown {
  const settings: PartialSettings = {}
  const wrong = readSetting(settings, key, value)
  return wrong === undefined ? settings[key] : wrong.text
}

const V6 = { address: '2001:db8::53', port: 53 }

describe('a setting', () => {
  const cases: [SettingKey, unknown, unknown][] = [
    ['listen', '192.0.2.1:53', [{ address: '192.0.2.1', port: 53 }]],
    ['listen', '[2001:db8::53]:53', [V6]],
    ['listen', ['[2001:db8::53]:53', '0.0.0.0:5300'], [V6, { address: '0.0.0.0', port: 5300 }]],
    ['listen', '[2001:db8::53]:53, 127.0.0.1:0', [V6, { address: '127.0.0.1', port: 0 }]],
    ['listen', '192.0.2.1', '"192.0.2.1" lacks a port: write 192.0.2.1:53'],
    ['listen', '2001:db8::53', '"2001:db8::53" lacks a port: write [2001:db8::53]:53'],
    ['listen', '[::]', '"[::]" lacks a port: write [::]:53'],
    ['listen', '192.0.2.1:65536', 'port 65536 is above 65535'],
    ['listen', 'localhost:53', '"localhost" is not an IP address; names are not looked up'],
    ['listen', '010.0.0.1:53', '"010.0.0.1" is not an IP address; names are not looked up'],
    ['listen', '[192.0.2.1]:53', '"192.0.2.1" is not an IP address; names are not looked up'],
    ['listen', ':53', '"" is not an IP address; names are not looked up'],
    ['listen', 'everywhere', '"everywhere" is not ADDR:PORT, for example 0.0.0.0:53 or [::]:53'],
    ['listen', [], 'must hold at least one ADDR:PORT'],
    ['listen', 53, 'must be ADDR:PORT or a list of them'],
    ['workers', '4', 4],
    ['workers', 4, 4],
    ['workers', '0', 'must be a whole number from 1 to 256'],
    ['workers', '4.5', 'must be a whole number from 1 to 256'],
    ['workers', '', 'must be a whole number from 1 to 256'],
    ['workers', true, 'must be a whole number from 1 to 256'],
    ['udp', 'dgram', 'dgram'],
    ['udp', 'fast', 'must be one of auto, native, dgram'],
    ['tcp.idle', '10s', 10_000],
    ['tcp.idle', '1500ms', 1_500],
    ['tcp.idle', '2m', 120_000],
    ['tcp.idle', '10', 'must be a time with its unit from 500ms to 3600s, for example 10s'],
    ['tcp.idle', 10, 'must be a time with its unit from 500ms to 3600s, for example 10s'],
    ['tcp.idle', '1ms', 'must be a time with its unit from 500ms to 3600s, for example 10s'],
    ['tcp.idle', '2d', 'must be a time with its unit from 500ms to 3600s, for example 10s'],
    ['hide-version', true, true],
    ['hide-version', 'false', false],
    ['hide-version', 'yes', 'must be true or false'],
    ['identity', '', ''],
    ['identity', 'ü'.repeat(65), 'must be at most 128 octets long'],
    ['zones', '', 'must be a folder'],
    ['zones', null, 'must be a folder'],
    ['admin', '127.0.0.1:9353', { kind: 'tcp', address: '127.0.0.1', port: 9353 }],
    ['admin', '[::1]:0', { kind: 'tcp', address: '::1', port: 0 }],
    ['admin', '/run/meridian/admin.sock', { kind: 'socket', path: '/run/meridian/admin.sock' }],
    ['admin', 'unix:./admin.sock', { kind: 'socket', path: './admin.sock' }],
    ['admin', 'off', { kind: 'off' }],
    [
      'admin',
      '127.0.0.1',
      '"127.0.0.1" lacks a port: write 127.0.0.1:9353; a unix socket is a path with a slash, "off" is none',
    ],
    ['admin.ready-age', '0s', 0],
    ['log.level', 'loud', 'must be one of debug, info, warn, error'],
  ]
  for (const [key, value, result] of cases)
    it(`${key}: ${JSON.stringify(value)} → ${JSON.stringify(result)}`, () => {
      expect(read(key, value)).to.deep.equal(result)
    })

  it('has a flag and a variable of its own', () => {
    expect(new Set(SETTING_KEYS.map(flagOf)).size).to.equal(SETTING_KEYS.length)
    expect(new Set(SETTING_KEYS.map(variableOf)).size).to.equal(SETTING_KEYS.length)
    expect(flagOf('tcp.per-client')).to.equal('tcp-per-client')
    expect(variableOf('tcp.per-client')).to.equal('MERIDIAN_TCP_PER_CLIENT')
  })

  it('has a default', () => {
    expect(Object.keys(defaultSettings())).to.have.members([...SETTING_KEYS])
  })
})

describe('of several places', () => {
  it('the flag beats the variable, the variable the file, the file the default', () =>
    withTempDir(async dir => {
      const configPath = join(dir, 'm.yaml')
      writeFileSync(configPath, 'workers: 2\nudp: dgram\nidentity: file\ntcp:\n  per-client: 7\n  idle: 3s\n')
      const { settings, usage, problems, given } = await resolveSettings({
        configPath,
        environment: { MERIDIAN_WORKERS: '3', MERIDIAN_IDENTITY: 'variable', MERIDIAN_TCP_IDLE: '' },
        flags: new Map<SettingKey, unknown>([['workers', '4']]),
      })
      expect([...usage, ...problems]).to.deep.equal([])
      expect(settings).to.include({ workers: 4, identity: 'variable', udp: 'dgram', 'udp-payload': 1232 })
      expect(settings).to.include({ 'tcp.per-client': 7, 'tcp.idle': 3_000 })
      expect([...given]).to.have.members(['workers', 'udp', 'identity', 'tcp.per-client', 'tcp.idle'])
    }))

  it('a plain start has defaults only', async () => {
    const { settings, given } = await resolveSettings({
      flags: new Map(),
      environment: {},
      configPath: undefined,
    })
    expect(settings).to.deep.equal(defaultSettings())
    expect(given.size).to.equal(0)
  })

  it('all mistakes are told at once', async () => {
    const { usage } = await resolveSettings({
      configPath: undefined,
      environment: { MERIDIAN_UDP: 'x' },
      flags: new Map<SettingKey, unknown>([
        ['workers', '0'],
        ['tcp.idle', 'x'],
      ]),
    })
    expect(usage.map(text => text.split(' ')[0])).to.deep.equal(['MERIDIAN_UDP', '--workers', '--tcp-idle'])
  })

  it('only near misses among variables are told: Kubernetes makes some of its own', async () => {
    const { warnings } = await resolveSettings({
      configPath: undefined,
      environment: { MERIDIAN_ZONE: 'z', MERIDIAN_SERVICE_HOST: 'h', MERIDIAN_PORT_53_UDP: 'p' },
      flags: new Map(),
    })
    expect(warnings).to.deep.equal(['the variable MERIDIAN_ZONE means nothing; did you mean MERIDIAN_ZONES?'])
  })

  it('the folder can be known before the rest is read, unless a file may say it', () => {
    const none = { flags: new Map<SettingKey, unknown>(), environment: {}, configPath: undefined }
    const folder = (sources: Partial<SettingSources>): string | undefined =>
      buildSettingsAtOnce({ ...none, ...sources })?.zones
    expect(folder({})).to.equal('zones')
    expect(folder({ environment: { MERIDIAN_ZONES: 'v' } })).to.equal('v')
    expect(folder({ environment: { MERIDIAN_ZONES: 'v' }, flags: new Map([['zones', 'f']]) })).to.equal('f')
    expect(folder({ configPath: 'm.yaml' })).to.equal(undefined)
  })
})

describe('a config file', () => {
  it('may give a key a value of its own and keys beside it', () => {
    const text =
      'geo: City.mmdb\nconsul: http://127.0.0.1:8500\nconsul.ca: ca.pem\nconsul.agents: dc1=unix:///run/c.sock\n'
    const { settings, problems } = parseConfig('m.yaml', text)
    expect(problems).to.deep.equal([])
    expect(settings).to.deep.equal({
      geo: ['City.mmdb'],
      consul: 'http://127.0.0.1:8500',
      'consul.ca': 'ca.pem',
      'consul.agents': [{ datacenter: 'dc1', url: 'unix:///run/c.sock' }],
    })
  })

  for (const text of ['consul: 127.0.0.1:8500', 'consul.agents: dc1', 'consul.agents: "=http://a"'])
    it(`does not take ${text}`, () => {
      expect(parseConfig('m.yaml', text).problems.map(({ code }) => code)).to.deep.equal(['config-value'])
    })

  const wrong: [string, string, string][] = [
    [
      'an unknown key',
      'zoens: zones\n',
      `m.yaml:1:1 error unknown-key there is no setting zoens
  zoens: zones
  ^^^^^
  hint: did you mean zones?`,
    ],
    [
      'an unknown key in a group',
      'tcp:\n  per-cleint: 3\n',
      `m.yaml:2:3 error unknown-key there is no setting tcp.per-cleint
    per-cleint: 3
    ^^^^^^^^^^
  hint: did you mean tcp.per-client?`,
    ],
    [
      'a wrong value',
      'workers:   many # as many as there are\n',
      `m.yaml:1:12 error config-value workers must be a whole number from 1 to 256
  workers:   many # as many as there are
             ^^^^`,
    ],
    [
      'a wrong value in a list',
      'listen:\n  - 127.0.0.1:53\n  - 192.0.2.1\n',
      `m.yaml:3:5 error config-value listen "192.0.2.1" lacks a port: write 192.0.2.1:53
    - 192.0.2.1
      ^^^^^^^^^`,
    ],
    [
      'a key without a value',
      'zones:\n',
      `m.yaml:1:1 error config-value zones must be a folder
  zones:
  ^^^^^`,
    ],
    [
      'a group without keys',
      'tcp: 3\n',
      `m.yaml:1:6 error config-value tcp holds keys of its own
  tcp: 3
       ^`,
    ],
    [
      'a list instead of keys',
      '- zones\n',
      `m.yaml:1:1 error config-syntax a config file holds "key: value" lines
  - zones
  ^^^^^^^`,
    ],
    [
      'a key given twice',
      'workers: 1\nworkers: 2\n',
      `m.yaml:2:1 error config-syntax Map keys must be unique
  workers: 2
  ^`,
    ],
  ]
  for (const [what, text, report] of wrong)
    it(`with ${what} is refused there`, () => {
      const { problems } = parseConfig('m.yaml', text)
      expect(problems.map(formatProblem).join('\n')).to.equal(report)
    })

  it('reports every mistake, and reads the rest', () => {
    const { problems, settings } = parseConfig('m.yaml', 'workers: 0\nx: 1\nudp: dgram\ntcp: {idle: 1}\n')
    expect(problems.map(({ line }) => line)).to.deep.equal([1, 2, 4])
    expect(settings).to.deep.equal({ udp: 'dgram' })
  })

  it('may be empty, and may say "no" without meaning false', () => {
    expect(parseConfig('m.yaml', '# nothing\n')).to.deep.include({ settings: {}, problems: [] })
    expect(parseConfig('m.yaml', 'identity: no\n').settings).to.deep.equal({ identity: 'no' })
  })
})
