/** When builds run, and what is published of them; and how changes are noticed when nobody tells. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { type BuildRequest, type BuildResult, build } from '../../src/control/build.ts'
import type { BuilderReply } from '../../src/control/builder.ts'
import { Publisher } from '../../src/control/publish.ts'
import { Rebuilder } from '../../src/control/rebuild.ts'
import { FolderWatch } from '../../src/control/watch.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { buildOf, NO_GEO, zoneText } from './meridian.ts'

const EMPTY: BuildResult = {
  zones: [],
  rebuilt: [],
  problems: [],
  listing: '',
  directories: [],
  geo: undefined,
}

/** Builds that end when the test says so. */
class Workshop {
  readonly requests: BuildRequest[] = []
  readonly failures: string[] = []
  readonly publisher = new Publisher()
  built = 0
  readonly causes: string[] = []
  private readonly pending: ((reply: BuilderReply) => void)[] = []
  readonly rebuilder = new Rebuilder({
    zonesDir: 'zones',
    geo: NO_GEO,
    publisher: this.publisher,
    build: request => {
      this.requests.push(request)
      return new Promise(resolve => this.pending.push(resolve))
    },
    events: {
      built: (_result, _removed, _generation, _elapsedMs, causes) => {
        this.built++
        this.causes.push(causes.join(', '))
      },
      failed: ({ text }) => this.failures.push(text),
    },
  })

  async finish(reply: BuilderReply = { result: EMPTY, elapsedMs: 0 }): Promise<void> {
    this.pending.shift()!(reply)
    // The builds that follow begin in the same turn of the event loop.
    await new Promise(resolve => setImmediate(resolve))
  }
}

describe('builds', () => {
  it('never overlap; wishes during one cause one more, forced if any of them was', async () => {
    const workshop = new Workshop()
    void workshop.rebuilder.request(false, 'start')
    void workshop.rebuilder.request(false, 'a wish')
    void workshop.rebuilder.request(true, 'another')
    const done = workshop.rebuilder.request(false, 'a wish')
    expect(workshop.requests).to.have.length(1)
    await workshop.finish()
    expect(workshop.requests.map(({ force }) => force)).to.deep.equal([false, true])
    await workshop.finish()
    await done
    expect(workshop.built).to.equal(2)
    expect(workshop.causes).to.deep.equal(['start', 'a wish, another'])
    expect(workshop.requests).to.have.length(2)
  })

  it('that fail change nothing, say so once, and do not stand in the way of the next', async () => {
    const workshop = new Workshop()
    const fail: BuilderReply = { failure: { code: 'ENOENT', text: 'no such folder' } }
    for (let i = 0; i < 3; i++) {
      void workshop.rebuilder.request(false, 'a wish')
      await workshop.finish(fail)
    }
    expect(workshop.failures).to.deep.equal(['no such folder'])
    expect(workshop.publisher.plan.generation).to.equal(0)
    void workshop.rebuilder.request(false, 'a wish')
    await workshop.finish()
    expect(workshop.publisher.plan.generation).to.equal(1)
  })

  it('publish an empty folder once, and nothing more while it stays empty', async () => {
    const workshop = new Workshop()
    for (let i = 0; i < 3; i++) {
      void workshop.rebuilder.request(true, 'a wish')
      await workshop.finish()
    }
    expect(workshop.publisher.plan).to.deep.equal({ generation: 1, zones: [] })
  })
})

describe('a change that the system does not tell', () => {
  let zonesDir: string
  beforeEach(() => {
    zonesDir = join(makeTempDir(), 'zones')
    mkdirSync(zonesDir)
  })
  afterEach(() => removeTempDir(join(zonesDir, '..')))

  it('is seen by the poll', async () => {
    const path = join(zonesDir, 'a.test.zone')
    writeFileSync(path, zoneText(1))
    const { zones, listing } = await build(buildOf(zonesDir))
    let watch: FolderWatch | undefined
    try {
      await new Promise<void>(changed => {
        const events = { changed, blind: () => undefined }
        watch = new FolderWatch(zonesDir, events, { quietMs: 60_000, patienceMs: 60_000, pollMs: 20 })
        // No directories: nothing is watched but the parent of the folder.
        watch.watch({ files: zones.flatMap(({ files }) => files), directories: [], listing })
        writeFileSync(path, zoneText(2))
      })
    } finally {
      watch?.close()
    }
  })

  it('between a build and the watch is seen too', async () => {
    const path = join(zonesDir, 'a.test.zone')
    writeFileSync(path, zoneText(1))
    const { zones, listing, directories } = await build(buildOf(zonesDir))
    writeFileSync(path, zoneText(2))
    let watch: FolderWatch | undefined
    try {
      await new Promise<void>(changed => {
        const events = { changed, blind: () => undefined }
        watch = new FolderWatch(zonesDir, events, { quietMs: 1, patienceMs: 60_000, pollMs: 60_000 })
        watch.watch({ files: zones.flatMap(({ files }) => files), directories, listing })
      })
    } finally {
      watch?.close()
    }
  })
})
