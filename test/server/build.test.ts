/** One build: what is reused, what is kept, who wins. In this thread, on real folders. */
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect } from 'chai'
import { type BuildResult, type BuiltZone, build } from '../../src/control/build.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { buildOf, zoneText } from './meridian.ts'

const BAD = 'this is no zone\n'

function served({ zones }: BuildResult): string[] {
  return zones.filter(built => built.served).map(built => basename(built.path))
}

function duplicates({ problems }: BuildResult): string[] {
  return problems.filter(({ code }) => code === 'duplicate-zone').map(({ file }) => basename(file))
}

describe('a build', () => {
  let zonesDir: string
  let last: BuildResult | undefined
  let builds: number
  beforeEach(() => {
    zonesDir = makeTempDir()
    last = undefined
    builds = 0
  })
  afterEach(() => removeTempDir(zonesDir))

  const write = (name: string, text: string): void => writeFileSync(join(zonesDir, name), text)
  const run = async (force = false): Promise<BuildResult> => {
    last = await build(buildOf(zonesDir, { previous: last?.zones ?? [], build: ++builds, force }))
    return last
  }
  const zone = (name: string): BuiltZone => last!.zones.find(built => built.path.endsWith(name))!
  const names = (result: BuildResult): string[] => result.rebuilt.map(path => path.slice(zonesDir.length + 1))

  it('reuses what did not change, whatever the clock says', async () => {
    write('a.test.zone', zoneText(1))
    write('b.test.zone', zoneText(1))
    expect(names(await run())).to.deep.equal(['a.test.zone', 'b.test.zone'])
    const before = zone('a.test.zone')
    utimesSync(join(zonesDir, 'a.test.zone'), 1, 1)
    write('b.test.zone', zoneText(2))
    expect(names(await run())).to.deep.equal(['b.test.zone'])
    expect(zone('a.test.zone').part).to.equal(before.part)
    expect(zone('a.test.zone').builtAt).to.equal(1)
    expect(zone('a.test.zone').files[0]!.stamp).to.not.equal(before.files[0]!.stamp)
    expect(zone('b.test.zone')).to.include({ builtAt: 2, serial: 2 })
  })

  it('sees a change that restores size and time', async () => {
    write('a.test.zone', zoneText(1))
    utimesSync(join(zonesDir, 'a.test.zone'), 1, 1)
    await run()
    write('a.test.zone', zoneText(2))
    utimesSync(join(zonesDir, 'a.test.zone'), 1, 1)
    expect(names(await run())).to.deep.equal(['a.test.zone'])
  })

  it('makes everything anew when forced', async () => {
    write('a.test.zone', zoneText(1))
    await run()
    expect(names(await run(true))).to.deep.equal(['a.test.zone'])
    expect(zone('a.test.zone').builtAt).to.equal(2)
  })

  it('judges a bad file once, and again when it changes', async () => {
    write('a.test.zone', BAD)
    await run()
    expect(zone('a.test.zone')).to.include({ state: 'broken', zone: 'a.test.', serial: undefined })
    expect(names(await run())).to.deep.equal([])
    write('a.test.zone', zoneText(1))
    await run()
    expect(zone('a.test.zone')).to.include({ state: 'current', serial: 1 })
    const { part } = zone('a.test.zone')
    write('a.test.zone', BAD)
    await run()
    expect(zone('a.test.zone')).to.include({ state: 'kept', serial: 1, builtAt: 3, part })
    expect(zone('a.test.zone').problems).to.not.be.empty
  })

  it('warns of a serial that goes backwards', async () => {
    write('a.test.zone', zoneText(7))
    await run()
    write('a.test.zone', zoneText(6))
    await run()
    expect(zone('a.test.zone')).to.include({ state: 'current', serial: 6 })
    expect(zone('a.test.zone').problems.map(({ severity }) => severity)).to.deep.equal(['warning'])
  })

  it('watches what a zone includes, found or not, and where links lead', async () => {
    mkdirSync(join(zonesDir, 'parts'))
    write('parts/here.txt', 'www IN A 192.0.2.1\n')
    write('a.test.zone', zoneText(1, '$INCLUDE parts/here.txt\n$INCLUDE elsewhere/missing.txt'))
    const { directories } = await run()
    expect(zone('a.test.zone').files.map(({ path }) => path.slice(zonesDir.length + 1))).to.have.members([
      'a.test.zone',
      'parts/here.txt',
      'elsewhere/missing.txt',
    ])
    expect(directories).to.include.members([zonesDir, join(zonesDir, 'parts'), join(zonesDir, 'elsewhere')])
  })

  it('takes only files named ORIGIN.zone, and says what is wrong with near misses', async () => {
    write('a.test.zone', zoneText(1))
    write('.a.test.zone.swp', BAD)
    write('.hidden.zone', BAD)
    write('notes.txt', BAD)
    write(`${'x'.repeat(64)}.zone`, zoneText(1))
    mkdirSync(join(zonesDir, 'folder.zone'))
    const result = await run()
    expect(result.zones.map(built => built.zone)).to.deep.equal(['a.test.'])
    expect(result.problems.map(({ code }) => code)).to.deep.equal(['zone-file-name'])
  })

  describe('with two files for one zone', () => {
    it('serves the first by name among strangers', async () => {
      write('A.test.zone', zoneText(1))
      write('a.test.zone', zoneText(2))
      const result = await run()
      expect(served(result)).to.deep.equal(['A.test.zone'])
      expect(duplicates(result)).to.deep.equal(['a.test.zone'])
    })

    it('stays with the one that is served, even when it goes bad, until it goes away', async () => {
      write('a.test.zone', zoneText(1))
      await run()
      write('A.test.zone', zoneText(2))
      expect(served(await run())).to.deep.equal(['a.test.zone'])
      write('a.test.zone', BAD)
      expect(served(await run())).to.deep.equal(['a.test.zone'])
      rmSync(join(zonesDir, 'a.test.zone'))
      expect(served(await run())).to.deep.equal(['A.test.zone'])
    })

    it('prefers a good one to one that never was, also when $ORIGIN made them rivals', async () => {
      write('a.test.zone', BAD)
      write('z.test.zone', `$ORIGIN a.test.\n${zoneText(1)}`)
      const result = await run()
      expect(served(result)).to.deep.equal(['z.test.zone'])
      expect(duplicates(result)).to.deep.equal(['a.test.zone'])
    })
  })

  it('fails as a whole when the folder cannot be read', async () => {
    rmSync(zonesDir, { recursive: true })
    const failure = await run().catch((error: unknown) => error)
    expect(failure).to.be.an('error').with.property('message').that.includes('ENOENT')
  })
})
