/** Changes of the zones folder reach the answers, whatever makes them; bad ones do not. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { type LogLine, Meridian, stopAll, zoneText } from './meridian.ts'

const withWww = (serial: number, address: string, extra = ''): string =>
  zoneText(serial, `www IN A ${address}\n${extra}`)

const BAD = zoneText(9, 'www IN A 192.0.2.999')

describe('a change of the zones folder', () => {
  afterEach(stopAll)

  const changes: [string, (server: Meridian) => void][] = [
    ['a file written in place', server => server.write('shop.test.zone', withWww(2, '192.0.2.2'))],
    [
      'an editor that writes a new file and renames it over the old one',
      server => {
        const path = join(server.zonesDir, 'shop.test.zone')
        writeFileSync(`${path}.swp`, withWww(2, '192.0.2.2'))
        renameSync(path, `${path}~`)
        renameSync(`${path}.swp`, path)
      },
    ],
    [
      'the whole folder replaced by another one of its name',
      server => {
        mkdirSync(`${server.zonesDir}.new`)
        writeFileSync(join(`${server.zonesDir}.new`, 'shop.test.zone'), withWww(2, '192.0.2.2'))
        renameSync(server.zonesDir, `${server.zonesDir}.old`)
        renameSync(`${server.zonesDir}.new`, server.zonesDir)
      },
    ],
  ]
  for (const [what, change] of changes)
    it(`is noticed: ${what}`, async () => {
      const server = await Meridian.start({ 'shop.test.zone': withWww(1, '192.0.2.1') })
      await server.rebuiltBy(() => change(server))
      expect(await server.address('www.shop.test')).to.equal('192.0.2.2')
      expect(await server.address('www.shop.test', true)).to.equal('192.0.2.2')
      // Once more, because a replaced directory needs a new watch.
      await server.rebuiltBy(() => server.write('shop.test.zone', withWww(3, '192.0.2.3')))
      expect(await server.address('www.shop.test')).to.equal('192.0.2.3')
    })

  it('is noticed in an included file, and in one that was missing', async () => {
    const server = await Meridian.start({
      'shop.test.zone': zoneText(1, '$INCLUDE parts/hosts.txt'),
      'parts/hosts.txt': 'www IN A 192.0.2.1\n',
    })
    expect(await server.address('www.shop.test')).to.equal('192.0.2.1')
    await server.rebuiltBy(() => server.write('parts/hosts.txt', 'www IN A 192.0.2.2\n'))
    expect(await server.address('www.shop.test')).to.equal('192.0.2.2')
    await server.rebuiltBy(() => rmSync(join(server.zonesDir, 'parts/hosts.txt')))
    expect(await server.address('www.shop.test')).to.equal('192.0.2.2')
    await server.rebuiltBy(() => server.write('parts/hosts.txt', 'www IN A 192.0.2.3\n'))
    expect(await server.address('www.shop.test')).to.equal('192.0.2.3')
  })

  it('is noticed when Kubernetes swaps ..data', async () => {
    const server = await Meridian.start({})
    const inside = (name: string): string => join(server.zonesDir, name)
    const publish = (version: string, text: string): void => {
      mkdirSync(inside(`..${version}`))
      writeFileSync(inside(`..${version}/shop.test.zone`), text)
      symlinkSync(`..${version}`, inside('..data_tmp'))
      renameSync(inside('..data_tmp'), inside('..data'))
      if (version === 'v1') symlinkSync('..data/shop.test.zone', inside('shop.test.zone'))
      if (version === 'v3') rmSync(inside('..v2'), { recursive: true })
    }
    for (const version of ['v1', 'v2', 'v3']) {
      const number = Number(version.slice(1))
      await server.rebuiltBy(() => publish(version, withWww(number, `192.0.2.${number}`)))
      expect(await server.address('www.shop.test')).to.equal(`192.0.2.${number}`)
    }
  })

  it('adds zones and removes them', async () => {
    const server = await Meridian.start({ 'shop.test.zone': withWww(1, '192.0.2.1') })
    await server.rebuiltBy(() => server.write('class.test.zone', withWww(1, '192.0.2.2')))
    expect(await server.address('www.class.test')).to.equal('192.0.2.2')
    const after = server.log.length
    rmSync(join(server.zonesDir, 'shop.test.zone'))
    await server.logged(line => line.msg === 'zone removed with its file', after)
    expect(await server.address('www.shop.test')).to.equal('REFUSED')
    expect(await server.address('www.class.test')).to.equal('192.0.2.2')
  })

  it('compiles only what changed, and publishes nothing when nothing did', async () => {
    const server = await Meridian.start({ 'a.test.zone': zoneText(1), 'b.test.zone': zoneText(1) })
    const line = await server.rebuiltBy(() => server.write('a.test.zone', zoneText(2)))
    expect(line).to.include({ rebuilt: 1, generation: 2, zones: 2 })
    const after = server.log.length
    server.write('a.test.zone', zoneText(2))
    const same = await server.logged(({ rebuilt }) => rebuilt === 0, after)
    expect(same).to.include({ generation: 2 })
  })

  it('is all built anew on SIGHUP', async () => {
    const server = await Meridian.start({ 'a.test.zone': zoneText(1), 'b.test.zone': zoneText(1) })
    const line = await server.rebuiltBy(() => server.signal('SIGHUP'))
    expect(line).to.include({ rebuilt: 2, generation: 2 })
    expect(await server.address('www.b.test')).to.equal('192.0.2.1')
  })
})

const problemIn = (server: Meridian, file: string, after = 0): LogLine | undefined =>
  server.log.slice(after).find(({ file: at, line }) => String(at).endsWith(file) && line !== undefined)

describe('the memory of plans', () => {
  afterEach(stopAll)

  it('is given back when newer ones are served', async () => {
    const hosts = Array.from({ length: 60_000 }, (_, i) => `host${i} IN A 192.0.2.${i % 256}`)
    const server = await Meridian.start({ 'shop.test.zone': zoneText(1, hosts.join('\n')) })
    const residentMiB = (): number =>
      Number(execFileSync('ps', ['-o', 'rss=', '-p', String(server.child.pid)], { encoding: 'utf8' })) / 1024
    const reload = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i++) await server.rebuiltBy(() => server.signal('SIGHUP'))
    }
    // Longer than the server waits before it gives back.
    const settle = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 1_500))
    await reload(4)
    await settle()
    const before = residentMiB()
    await reload(24)
    // A plan of this zone takes 5 MiB: kept, they would be 120, and stay however long one looks.
    let grown = Number.POSITIVE_INFINITY
    for (let looks = 0; looks < 10 && grown >= 50; looks++) {
      await settle()
      grown = residentMiB() - before
    }
    expect(grown).to.be.below(50)
    expect(await server.address('host59999.shop.test')).to.equal(`192.0.2.${59_999 % 256}`)
  })
})

describe('a bad zone', () => {
  afterEach(stopAll)

  it('keeps what is being served, says so, and recovers', async () => {
    const server = await Meridian.start({
      'shop.test.zone': withWww(1, '192.0.2.1'),
      'class.test.zone': withWww(1, '192.0.2.5'),
    })
    const after = server.log.length
    await server.rebuiltBy(() => server.write('shop.test.zone', BAD))
    expect(await server.address('www.shop.test')).to.equal('192.0.2.1')
    expect(await server.address('www.class.test')).to.equal('192.0.2.5')
    expect(server.log.find(({ msg }) => /still serving/.test(msg))).to.include({
      level: 'error',
      zone: 'shop.test.',
      serial: 1,
    })
    expect(problemIn(server, 'shop.test.zone', after)).to.include({ level: 'error', line: 5 })
    await server.rebuiltBy(() => server.write('shop.test.zone', withWww(10, '192.0.2.10')))
    expect(await server.address('www.shop.test')).to.equal('192.0.2.10')
  })

  it('that never was good answers SERVFAIL, and the others are served', async () => {
    const server = await Meridian.start({ 'shop.test.zone': BAD, 'class.test.zone': withWww(1, '192.0.2.5') })
    for (const tcp of [false, true]) {
      expect(await server.address('www.shop.test', tcp)).to.equal('SERVFAIL')
      expect(await server.address('shop.test', tcp)).to.equal('SERVFAIL')
      expect(await server.address('www.class.test', tcp)).to.equal('192.0.2.5')
    }
    expect(server.log.find(({ msg }) => /SERVFAIL/.test(msg))).to.include({ zone: 'shop.test.' })
    await server.rebuiltBy(() => server.write('shop.test.zone', withWww(1, '192.0.2.1')))
    expect(await server.address('www.shop.test')).to.equal('192.0.2.1')
  })

  it('stays kept through a SIGHUP', async () => {
    const server = await Meridian.start({ 'shop.test.zone': withWww(1, '192.0.2.1') })
    await server.rebuiltBy(() => server.write('shop.test.zone', BAD))
    await server.rebuiltBy(() => server.signal('SIGHUP'))
    expect(await server.address('www.shop.test')).to.equal('192.0.2.1')
  })

  it('keeps the served file when a second one claims the zone', async () => {
    const server = await Meridian.start({ 'shop.test.zone': withWww(1, '192.0.2.1') })
    // It sorts first, and would win among strangers.
    await server.rebuiltBy(() => server.write('Shop.test.zone', withWww(2, '192.0.2.2')))
    expect(await server.address('www.shop.test')).to.equal('192.0.2.1')
    expect(problemIn(server, 'Shop.test.zone')).to.include({ code: 'duplicate-zone', level: 'error' })
    const after = server.log.length
    rmSync(join(server.zonesDir, 'shop.test.zone'))
    await server.logged(line => line['generation'] === 2, after)
    expect(await server.address('www.shop.test')).to.equal('192.0.2.2')
  })

  it('is no reason to lose the folder: when that vanishes, all is served as before', async () => {
    const server = await Meridian.start({ 'shop.test.zone': withWww(1, '192.0.2.1') })
    const after = server.log.length
    renameSync(server.zonesDir, `${server.zonesDir}.away`)
    await server.logged(line => /cannot read the zones folder/.test(line.msg), after)
    expect(await server.address('www.shop.test')).to.equal('192.0.2.1')
    await server.rebuiltBy(() => {
      renameSync(`${server.zonesDir}.away`, server.zonesDir)
      server.write('shop.test.zone', withWww(2, '192.0.2.2'))
    })
    expect(await server.address('www.shop.test')).to.equal('192.0.2.2')
  })
})
