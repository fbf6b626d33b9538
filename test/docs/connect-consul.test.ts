/** The README's "Consul", and what else it says of it, typed word by word at a real shell with a real Consul, in a
 *  network of its own: its ports are those that are written. What it says is printed is printed, but for ages. */

import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { ensureBuilt } from '../server/built.ts'
import { cleanEnvironment } from '../server/meridian.ts'
import { SmallWorld } from '../steering/small-world.ts'
import { makeTempDir, removeTempDir } from '../tools/process.ts'
import { skipWithReason } from '../tools/skips.ts'
import { tool } from '../tools/tools.ts'
import { blockAfter, comparable, makeCheckout, Shell, typedIn, typeUntil } from './typed-blocks.ts'

describe('README: Consul', () => {
  let dir: string
  let world: SmallWorld
  let shell: Shell | undefined

  before(async function () {
    const programs = [
      await tool('consul', this),
      await tool('dig', this),
      await tool('ip', this),
      await tool('curl', this),
      process.execPath,
    ]
    const unshare = await tool('unshare', this)
    ensureBuilt()
    dir = makeTempDir('meridian-readme-')
    world = new SmallWorld()
    makeCheckout(dir)
    const zone = blockAfter('Write `zones/school.example.zone` while')
    writeFileSync(join(dir, 'zones/school.example.zone'), `${zone.join('\n')}\n`)
    const path = [...programs.map(found => dirname(found)), process.env['PATH']].join(':')
    const quick = { MERIDIAN_GEO: world.database, MERIDIAN_WORKERS: '1' }
    shell = new Shell(
      unshare,
      dir,
      cleanEnvironment({ ...quick, PATH: path, npm_config_update_notifier: 'false' }),
    )
    const { code, printed } = await shell.type('ip link set lo up')
    if (code !== 0) skipWithReason(this, `unshare failed: ${printed}`)
  })
  after(() => {
    shell?.close()
    world?.remove()
    if (dir !== undefined) removeTempDir(dir)
  })

  const BLOCKS = [
    '## Consul',
    '### One source may not take everything',
    '### Addresses from Consul',
    '### A fleet',
  ]
  for (const start of BLOCKS)
    it(`${start} every command prints what the README says`, async () => {
      const typed = typedIn(blockAfter(start))
      expect(typed).to.have.length.within(3, 10)
      for (const { command, printed } of typed) {
        // Nothing here is done twice by being typed twice.
        const isSo = (got: string): boolean =>
          /&|<<|%/.test(command) || comparable(got) === comparable(printed)
        const got = await typeUntil(shell!, command, isSo)
        expect(comparable(got), command).to.equal(comparable(printed))
      }
    })
}).timeout(90_000)
