/** When it cannot serve it says why, how to mend it, and leaves with the right code. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import { withTempDir } from '../tools/process.ts'
import { Meridian, runMeridian, stopAll, zoneText } from './meridian.ts'

const serve = (dir: string, ...words: string[]) => {
  mkdirSync(join(dir, 'zones'), { recursive: true })
  return runMeridian(['serve', ...words], { cwd: dir })
}

describe('meridian serve leaves with 3', () => {
  afterEach(stopAll)

  it('when the port is taken for TCP', () =>
    withTempDir(async dir => {
      const other = createServer().listen(0, '127.0.0.1')
      await once(other, 'listening')
      const { port } = other.address() as AddressInfo
      const { code, stderr } = serve(dir, '--listen', `127.0.0.1:${port}`)
      other.close()
      expect(code).to.equal(3)
      expect(stderr).to.contain(`127.0.0.1:${port} is taken by another program`)
      expect(stderr).to.contain('hint:')
    }))

  for (const udp of ['native', 'dgram'])
    it(`when the port is taken for UDP (--udp ${udp})`, () =>
      withTempDir(async dir => {
        const other = createSocket('udp4').bind(0, '127.0.0.1')
        await once(other, 'listening')
        const { port } = other.address()
        const { code, stderr } = serve(dir, '--listen', `127.0.0.1:${port}`, '--udp', udp)
        other.close()
        expect(code).to.equal(3)
        expect(stderr).to.contain(`127.0.0.1:${port} is taken by another program`)
      }))

  it('when another Meridian is there already, and takes no query from it', () =>
    withTempDir(async dir => {
      const first = await Meridian.start({ 'shop.test.zone': zoneText(1) })
      const { code, stderr } = serve(dir, '--listen', `127.0.0.1:${first.port()}`)
      expect(code).to.equal(3)
      expect(stderr).to.contain('is taken')
      for (let i = 0; i < 20; i++) expect(await first.address('www.shop.test')).to.equal('192.0.2.1')
    }))

  it('when the host lacks the address', () =>
    withTempDir(dir => {
      const { code, stderr } = serve(dir, '--listen', '192.0.2.1:5300')
      expect(code).to.equal(3)
      expect(stderr).to.contain('this host has no address 192.0.2.1')
    }))

  it('when there is no zones folder', () =>
    withTempDir(dir => {
      const { code, stderr } = runMeridian(['serve', '--listen', '127.0.0.1:0'], { cwd: dir })
      expect(code).to.equal(3)
      expect(stderr).to.contain('cannot read the zones folder zones')
      expect(stderr).to.contain('--zones DIR')
    }))
})

describe('meridian serve stays', () => {
  afterEach(stopAll)

  it('without a zone, and says in which folder it found none', async () => {
    const server = await Meridian.start({})
    const line = await server.logged(({ msg }) => msg.startsWith('no zones'))
    expect(line).to.include({ level: 'warn', folder: server.zonesDir, zones: 0 })
    expect(line.msg).to.equal('no zones (ORIGIN.zone) in the folder: every query is refused')
    expect(await server.address('www.shop.test')).to.equal('REFUSED')
    const loaded = await server.rebuiltBy(() => server.write('shop.test.zone', zoneText(1)))
    expect(loaded.msg).to.equal('zones built')
  })
})

describe('meridian serve leaves with 1', () => {
  it('when the config file is wrong, with line and column', () =>
    withTempDir(dir => {
      mkdirSync(join(dir, 'zones'))
      writeFileSync(join(dir, 'meridian.yaml'), 'zones: zones\nlisten: 127.0.0.1:0\nworkrs: 2\n')
      const { code, stderr, stdout } = runMeridian(['serve', '--config', 'meridian.yaml'], { cwd: dir })
      expect(code).to.equal(1)
      expect(stdout).to.equal('')
      expect(stderr).to.equal(`meridian.yaml:3:1 error unknown-key there is no setting workrs
  workrs: 2
  ^^^^^^
  hint: did you mean workers?
`)
    }))
})

describe('meridian leaves with 2', () => {
  const cases: [string[], RegExp][] = [
    [[], /Usage: meridian/],
    [['srve'], /unknown command 'srve'\n\(Did you mean serve\?\)/],
    [['serve', '--lissten', '127.0.0.1:0'], /unknown option '--lissten'\n\(Did you mean --listen\?\)/],
    [['serve', '--listen'], /argument missing/],
    [['serve', '--workers', 'many'], /--workers must be a whole number from 1 to 256/],
    [['serve', '--listen', 'localhost:53'], /"localhost" is not an IP address/],
    [['serve', 'zones'], /too many arguments/],
    [['check', '--jsn'], /Did you mean --json/],
  ]
  for (const [words, complaint] of cases)
    it(`for: meridian ${words.join(' ')}`, () => {
      const { code, stderr, stdout } = runMeridian(words)
      expect(stderr).to.match(complaint)
      expect(stdout).to.equal('')
      expect(code).to.equal(2)
    })

  it('for a variable that is wrong', () => {
    const { code, stderr } = runMeridian(['serve'], { env: { MERIDIAN_TCP_IDLE: 'long' } })
    expect(stderr).to.contain('MERIDIAN_TCP_IDLE must be a time with its unit')
    expect(code).to.equal(2)
  })
})

describe('meridian leaves with 0', () => {
  const cases: [string[], RegExp][] = [
    [['--help'], /Usage: meridian[^]*serve[^]*check/],
    [['help', 'serve'], /--tcp-per-client[^]*SIGHUP/],
    [['serve', '--help'], /--listen <ADDR:PORT>[^]*Exit codes/],
    [['check', '--help'], /ORIGIN\.zone/],
    [['--version'], /^\d+\.\d+\.\d+\n$/],
  ]
  for (const [words, text] of cases)
    it(`for: meridian ${words.join(' ')}`, () => {
      const { code, stderr, stdout } = runMeridian(words)
      expect(stderr).to.equal('')
      expect(stdout).to.match(text)
      expect(code).to.equal(0)
    })
})
